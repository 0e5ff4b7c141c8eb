"""The floor for the first paint: the smallest Textual app."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Lay the app out."""
        yield Static("MARKER")


if __name__ == "__main__":
    Bare().run()
