"""How runs and the health of a state are told, for people and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from log_gardener.cli.console import plain
from log_gardener.cli.tables import Column, Rows
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Checkup, PastRun
from log_gardener.renderers.json_text import spell_time


def show_runs(console: Console, runs: Sequence[PastRun]) -> None:
    """The runs as a table."""
    names = ("run", "generated", "entries", "from", "to", "version", "kept")
    table = Rows(Column(name, is_right=name in {"run", "entries"}) for name in names)
    for run in runs:
        span = [(spell_time(nanos) or "")[:19] for nanos in (run.first_nanos, run.last_nanos)]
        generated = spell_instant(run.generated_nanos)[:16]
        cells = (str(run.id), generated, f"{run.entries:,}", *span, run.version, "yes" if run.is_kept else "pruned")
        table.add_row(*map(plain, cells))
    console.print(table, crop=False)


def spell_checkup(found: Checkup) -> dict[str, Any]:
    """The health of a state in plain JSON values."""
    return {
        "state": found.name,
        "schema": found.schema,
        "sound": not found.faults,
        "faults": list(found.faults),
        "bytes": found.size,
        "rows": found.rows,
    }


def show_checkup(console: Console, found: Checkup) -> None:
    """The health of a state for people."""
    size = "size unknown" if found.size is None else f"{found.size / 1_000_000:,.1f} MB"
    console.print(plain(f"{found.name}: schema {found.schema}, {size}"), soft_wrap=True)
    for name, count in found.rows.items():
        console.print(plain(f"{count:12,}  {name}"))
    for fault in found.faults:
        console.print(plain(f"fault: {fault}"), style="red", soft_wrap=True)
    if not found.faults:
        console.print("sound", style="green")
