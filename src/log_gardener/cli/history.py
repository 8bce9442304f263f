"""How runs and the health of a state are told, for people and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from log_gardener.cli.console import plain
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Checkup, PastRun


def spell_run(run: PastRun) -> dict[str, Any]:
    """A run in plain JSON values."""
    return {
        "run": run.id,
        "generated": spell_instant(run.generated_nanos),
        "outcome": run.outcome,
        "entries": run.entries,
        "first": _spell(run.first_nanos),
        "last": _spell(run.last_nanos),
        "digest": run.digest,
        "version": run.version,
        "kept": run.is_kept,
    }


def _spell(nanos: int | None) -> str | None:
    return None if nanos is None else spell_instant(nanos)


def show_runs(console: Console, runs: Sequence[PastRun]) -> None:
    """The runs as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("run", "generated", "entries", "from", "to", "version", "kept"):
        table.add_column(name, no_wrap=True, justify="right" if name in {"run", "entries"} else "left")
    for run in runs:
        span = [(_spell(nanos) or "")[:19] for nanos in (run.first_nanos, run.last_nanos)]
        generated = spell_instant(run.generated_nanos)[:16]
        cells = (str(run.id), generated, f"{run.entries:,}", *span, run.version, "yes" if run.is_kept else "pruned")
        table.add_row(*map(plain, cells))
    console.print(table)


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
