"""The commands that look after the state: its runs, its size, its way to another database."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from log_gardener.cli.options import ConfigOption, JsonOption, NowOption, StateOption, load, make_clock, stderr
from log_gardener.errors import UsageError

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="Path, or - for the standard streams.")]


def runs(*, state: StateOption = "", config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the runs that are remembered, the latest first."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import history, output  # noqa: PLC0415
    from log_gardener.renderers.json_memory import spell_run  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    listed = wiring.make_store(load(config, state=state)).list_runs()
    if as_json:
        output.echo(spell_json([spell_run(run) for run in listed]))
    elif listed:
        output.show(history.show_runs, listed)
    else:
        stderr().print("no run is remembered yet; 'log-gardener tend SOURCE' begins")


def prune(*, state: StateOption = "", config: ConfigOption = None, now: NowOption = "") -> None:
    """Drop worklogs and counts that are older than the configuration keeps them."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for

    pruned = wiring.prune(load(config, state=state), make_clock(now)())
    stderr().print(f"{pruned.worklogs:,} worklogs and {pruned.buckets:,} counts dropped", highlight=False)


def export(file: FileArgument = "-", *, state: StateOption = "", config: ConfigOption = None) -> None:
    """Write everything that is remembered as JSON lines."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli.console import plain  # noqa: PLC0415
    from log_gardener.cli.output import STDOUT, write_lines  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    settings = load(config, state=state)
    rows = wiring.make_store(settings).dump(wiring.make_redactor(settings))
    lines = (spell_json(row, indent=None) + "\n" for row in rows)
    count = write_lines(lines, None if file == STDOUT else Path(file))
    stderr().print(plain(f"{count:,} lines: {file}"), soft_wrap=True)


def load_export(
    file: Annotated[typer.FileText, typer.Argument(metavar="FILE", help="Path, or - for standard input.")],
    *,
    state: StateOption = "",
    config: ConfigOption = None,
) -> None:
    """Take an export into an empty state."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for

    settings = load(config, state=state)
    count = wiring.make_store(settings).load(_read(file), wiring.make_redactor(settings))
    stderr().print(f"{count:,} rows imported", highlight=False)


def _read(file: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            msg = f"line {number} is no line of an export; nothing was imported"
            raise UsageError(msg)
        yield row
