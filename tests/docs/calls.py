"""The commands of a page's blocks, as a shell takes them apart."""

import re
import shlex
from pathlib import Path

from tests.docs.console import PROMPT
from tests.docs.pages import find_blocks

# Five fields of a time, then the command.
_CRON = re.compile(r"^(?:\S+ ){5}(?P<command>.+)$")


def find_lines(page: Path) -> list[str]:
    """Every shell line of a page, prompts and comments gone, continued lines joined."""
    blocks = [block for language in ("sh", "console", "crontab") for block in find_blocks(page, language)]
    lines = []
    for block in blocks:
        text = block.text.replace("\\\n", " ")
        lines += [command for line in text.splitlines() if (command := find_command(line, block.language))]
    return lines


def find_command(line: str, language: str) -> str:
    """The command of a line, or nothing if it is output."""
    if language == "console":
        return line.removeprefix(PROMPT) if line.startswith(PROMPT) else ""
    cron = _CRON.match(line) if language == "crontab" else None
    return cron["command"] if cron else line


def split(line: str) -> list[list[str]]:
    """The simple commands of a line, redirections left out."""
    words = shlex.split(line, comments=True)
    commands: list[list[str]] = [[]]
    for word in words:
        if word in {"|", "&&", ";", "||"}:
            commands.append([])
        else:
            commands[-1].append(word)
    return [_cut(command) for command in commands if command]


def _cut(command: list[str]) -> list[str]:
    """A command up to where its output goes."""
    ends = [place for place, word in enumerate(command) if re.fullmatch(r"\d?>.*", word)]
    return command[: ends[0]] if ends else command
