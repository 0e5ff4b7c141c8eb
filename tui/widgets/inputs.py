"""Text inputs that show nothing harmful, whatever is pasted into them."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.widgets import Input, TextArea

from tui.safe_text import safe_line


class SafeInput(Input):
    """A one-line input; a control character that is pasted becomes its picture."""

    DEFAULT_CSS = """
    SafeInput, SafeInput:focus { border: none; height: 1; padding: 0; }
    """

    def insert(self, text: str, index: int) -> None:
        """Insert text made safe."""
        super().insert(safe_line(text), index)

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part by text made safe."""
        super().replace(safe_line(text), start, end)


class SafeTextArea(TextArea):
    """A text input of many lines; text is kept as it was pasted and drawn made safe."""

    DEFAULT_CSS = """
    SafeTextArea, SafeTextArea:focus { border: none; padding: 0; }
    """

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn."""
        return Text(safe_line(self.document.get_line(line_index)), end="", no_wrap=True)


class NoteArea(SafeTextArea):
    """A text area in which Enter is done and Ctrl+J begins a new line."""

    async def _on_key(self, event: events.Key) -> None:
        # Textual calls the base class's handler by itself; prevented, the screen hears the key
        if event.key == "enter":
            event.prevent_default()
            return
        if event.key == "ctrl+j":
            event.stop()
            event.prevent_default()
            self.insert("\n")
