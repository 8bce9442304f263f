"""The command line as the documentation must describe it: every command, with its options."""

from collections.abc import Iterator

from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from log_gardener.cli.app import app

PROGRAM = "log-gardener"


def find_commands() -> dict[str, TyperCommand]:
    """Every command by its words, such as `issues list`."""
    program = get_command(app)
    return dict(_find_within(program)) if isinstance(program, TyperGroup) else {}


def _find_within(group: TyperGroup, words: str = "") -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        own = f"{words} {name}".lstrip()
        if isinstance(command, TyperGroup):
            yield from _find_within(command, own)
        elif isinstance(command, TyperCommand):
            yield own, command


def _find_own_options() -> list[str]:
    """The options of the program itself."""
    return [spelt for row in get_command(app).params for spelt in row.opts]


def find_options(command: TyperCommand) -> list[str]:
    """The command's options as people type them."""
    return [spelt for row in command.params if isinstance(row, TyperOption) for spelt in row.opts]


def check(words: list[str]) -> None:
    """Parse a call, the program's name left out.

    Raises:
        LookupError: there is no such command.
        Exception: typer's own, where the command does not take these options.
    """
    commands = find_commands()
    if words[0] in _find_own_options():
        return
    called = [name for name in commands if words[: len(name.split())] == name.split()]
    if not called:
        raise LookupError(words)
    commands[called[0]].make_context(called[0], words[len(called[0].split()) :]).close()
