"""A terminal that notes all that it is told to do."""

import io
import json
from dataclasses import dataclass

import pyte
from rich.console import Console, RenderableType

COLUMNS = 120
LINES = 200

# What writing a line, in colour or not, comes to.
HARMLESS = {"draw", "linefeed", "carriage_return", "select_graphic_rendition"}

# What a display that is drawn again and again does besides: the cursor goes up over its own lines, which are wiped.
REDRAWING = HARMLESS | {"cursor_up", "erase_in_line", "set_mode", "reset_mode"}


@dataclass(frozen=True)
class Shown:
    """What a terminal did: the names of its actions with their arguments, and the text of its cells."""

    actions: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]

    def find_strange(self, harmless: set[str] = HARMLESS) -> set[tuple[str, str]]:
        """Actions that no text may cause."""
        return {(name, told) for name, told in self.actions if name not in harmless}


def show(output: bytes | str) -> Shown:
    """What a terminal makes of an output."""
    text = output.decode("utf-8") if isinstance(output, bytes) else output
    # A pseudo terminal makes two of every line feed.
    text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    notes = io.StringIO()
    pyte.Stream(pyte.DebugScreen(to=notes)).feed(text)  # type: ignore[arg-type]
    noted = [json.loads(line) for line in notes.getvalue().splitlines()]
    screen = pyte.Screen(COLUMNS, max(LINES, text.count("\n") * 4))
    pyte.Stream(screen).feed(text)
    actions = tuple((str(name), json.dumps(arguments)) for name, arguments, _ in noted)
    return Shown(actions, tuple(line.rstrip() for line in screen.display if line.strip()))


def make_console() -> tuple[Console, io.StringIO]:
    """A console on a terminal with colours, and what it writes."""
    file = io.StringIO()
    return Console(file=file, force_terminal=True, width=COLUMNS, color_system="truecolor", legacy_windows=False), file


def show_renderable(*shown: RenderableType) -> Shown:
    """What a terminal makes of what a console prints."""
    console, file = make_console()
    for one in shown:
        console.print(one)
    return show(file.getvalue())
