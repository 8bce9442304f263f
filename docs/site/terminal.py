"""The terminal as a picture: what a command really prints, with its colours, as SVG."""

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.docs.console import FIXED, TRACKER

COMMAND = ("log-gardener", "issues", "list", "--state", "garden.db")
COLUMNS = 140

# Ground and ink, then the eight colours of a terminal and their bright sisters, as the dark pages have them.
THEME = TerminalTheme(
    (16, 20, 17),
    (229, 235, 229),
    [
        (40, 48, 42),
        (255, 143, 165),
        (134, 207, 149),
        (230, 189, 98),
        (143, 188, 236),
        (210, 123, 201),
        (88, 171, 176),
        (200, 208, 200),
    ],
    [
        (111, 125, 114),
        (255, 158, 112),
        (165, 220, 177),
        (240, 208, 130),
        (170, 205, 245),
        (225, 150, 215),
        (120, 195, 200),
        (255, 255, 255),
    ],
)

# Rich's own frame loads a font from elsewhere.
FRAME = """<svg viewBox="0 -14 {width} {terminal_height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{
 font-family: ui-monospace, "SFMono-Regular", "Cascadia Mono", "Liberation Mono", "DejaVu Sans Mono", monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; white-space: pre; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
<rect fill="#101411" y="-14" width="{width}" height="{terminal_height}" rx="8"/>
<g transform="translate(9, 0)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def make_picture(folder: Path) -> str:
    """The picture of the demo's list of issues, as one who types the command sees it."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ {' '.join(COMMAND)}", style="bold"))
    console.print(Text.from_ansi(_run(folder).rstrip()))
    console.print()
    title = "What is remembered of the demo shop: eight issues by priority, each with its course over time"
    return console.export_svg(theme=THEME, code_format=FRAME.replace("TITLE", title), unique_id="terminal")


def _run(folder: Path) -> str:
    """What the command prints on a terminal that has colours."""
    seen = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    own = {name: value for name, value in {**os.environ, **FIXED, **TRACKER}.items() if name != "NO_COLOR"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        COMMAND, cwd=folder, env={**own, **seen, "PATH": path}, capture_output=True, text=True, check=True
    )
    return done.stdout
