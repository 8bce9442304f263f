"""`diff`: did it get worse?"""

from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli.options import ConfigOption, JsonOption, StateOption, load

if TYPE_CHECKING:
    from rich.console import Console

    from log_gardener.model.issue import Issue
    from log_gardener.stages.compare import Difference

EXIT_WORSE = 4

SideArgument = Annotated[str, typer.Argument(help="A window, START/END or START/LENGTH, or the name of a revision.")]


def diff(
    before: SideArgument,
    after: SideArgument,
    *,
    service: Annotated[str, typer.Option(help="Look at one service only.")] = "",
    state: StateOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two windows or revisions in memory: what is new, gone, up or down. Ends with 4 if surely worse."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import output  # noqa: PLC0415
    from log_gardener.renderers.json_memory import spell_change  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    settings = load(config, state=state, service=service)
    sides = (wiring.read_side(before), wiring.read_side(after))
    rows = wiring.open_garden(settings).compare(*sides, settings.service)
    if as_json:
        output.echo(spell_json([spell_change(*row) for row in rows]))
    else:
        output.show(_show, rows, (before, after))
    if any(row.is_sure and row.change.is_worse for _, row in rows):
        raise typer.Exit(EXIT_WORSE)


def _show(console: "Console", rows: "list[tuple[Issue, Difference]]", sides: tuple[str, str]) -> None:
    from rich.text import Text  # noqa: PLC0415 - not for --json

    from log_gardener.cli.console import plain, spell_priority  # noqa: PLC0415
    from log_gardener.cli.tables import Column, draw_table  # noqa: PLC0415

    names = ("change", "", "before", "after", "issue")
    columns = [Column(name, is_right=name in {"before", "after"}) for name in names]
    cells: list[tuple[Text, ...]] = []
    for issue, row in rows:
        change = row.change if row.is_sure else f"{row.change}?"
        counts = (f"{row.before:,} in {row.before_among:,}", f"{row.after:,} in {row.after_among:,}")
        cells.append((Text(change), spell_priority(issue.priority), *map(Text, counts), plain(issue.title)))
    console.print(plain(f"{sides[0]}  to  {sides[1]}"), style="bold")
    console.print(draw_table(columns, cells, console), crop=False)
    worse = sum(row.is_sure and row.change.is_worse for _, row in rows)
    unsure = sum(not row.is_sure for _, row in rows)
    left = f"; {unsure} may be chance (marked ?)" if unsure else ""
    console.print(f"{worse} of {len(rows)} issues surely worse{left}", highlight=False)
