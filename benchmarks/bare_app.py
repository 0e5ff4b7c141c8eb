"""The floor: the smallest Textual app; a key changes one line of it."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Lay the app out."""
        self.count = 0
        yield Static("MARKER")

    def on_key(self, event: events.Key) -> None:
        """Change the line."""
        self.count += 1
        self.query_one(Static).update(f"MARKER {self.count} {event.key}")


if __name__ == "__main__":
    Bare().run()
