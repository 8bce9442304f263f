"""Every command with its arguments and options, as typer knows them."""

from collections.abc import Iterator

from typer.core import TyperArgument, TyperCommand, TyperOption

from docs.site.tables import spell_code, spell_page, spell_prose, spell_table
from tests.docs.surface import PROGRAM, find_commands

ABOUT = (
    "What `--help` says, of all commands on one page. [Commands](../commands.md) tells what each is for, with examples "
    "and exit codes. Options that every command has: `--help`, short `-h`."
)


def make_page() -> str:
    """The page in Markdown."""
    return spell_page("All options", ABOUT, (_spell_command(*row) for row in sorted(find_commands().items())))


def _spell_command(name: str, command: TyperCommand) -> str:
    arguments = [row for row in command.params if isinstance(row, TyperArgument)]
    options = [row for row in command.params if isinstance(row, TyperOption) and not row.hidden]
    call = " ".join([PROGRAM, name, *(_spell_argument(row) for row in arguments), "[OPTIONS]"])
    parts = [f"## `{name}`", spell_prose(command.help or ""), f"```sh\n{call}\n```"]
    parts.append(
        spell_table(
            ("argument or option", "is", "default"),
            [*map(_make_argument_row, arguments), *map(_make_option_row, options)],
        )
    )
    return "\n\n".join(part for part in parts if part)


def _spell_argument(row: TyperArgument) -> str:
    shown = row.metavar or str(row.name).upper()
    return shown if row.required or shown.startswith("[") else f"[{shown}]"


def _make_argument_row(row: TyperArgument) -> tuple[str, ...]:
    return spell_code(row.metavar or str(row.name).upper()), spell_prose(row.help or ""), _spell_default(row)


def _make_option_row(row: TyperOption) -> tuple[str, ...]:
    names = ", ".join(_find_spellings(row))
    return names, spell_prose(row.help or ""), _spell_default(row)


def _find_spellings(row: TyperOption) -> Iterator[str]:
    for name in row.opts:
        yield spell_code(name)
    for name in row.secondary_opts:
        yield spell_code(name)


def _spell_default(row: TyperArgument | TyperOption) -> str:
    if row.required:
        return "must be given"
    value = row.default
    if value is None or value in ("", False) or callable(value) or isinstance(value, (list, tuple)):
        return ""
    return spell_code(str(getattr(value, "value", value)))
