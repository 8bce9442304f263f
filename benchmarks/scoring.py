"""Miners side by side: each one's templates of the same lines, scored by the same scorer."""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from benchmarks.process import measure

METRICS = ("GA", "FGA", "PA", "FTA")

_PYTHON = (sys.executable, "-m")
OURS = "log-gardener"
DRAIN3 = "Drain3"
TIPPING = "Tipping"

# What turns a file of lines into rows of id, template id and template. One setting for every system.
MINERS: Mapping[str, Sequence[str]] = {
    OURS: (*_PYTHON, "log_gardener", "assign", "--input", "text"),
    DRAIN3: (*_PYTHON, "benchmarks.peers", "drain3"),
    TIPPING: (*_PYTHON, "benchmarks.peers", "tipping"),
}


@dataclass(frozen=True)
class Score:
    """How close a miner came.

    Attributes:
        metrics: GA, FGA, PA and FTA, 0 to 1.
        lines: those that it got through, the first ones; all, if `is_cut` is not set.
    """

    metrics: Mapping[str, float]
    predicted: int
    true: int
    lines: int
    is_cut: bool = False


def score(options: argparse.Namespace, scorer: ModuleType, miner: str, *, lines: Path, truth: Path) -> Score:
    """Run a miner on lines, and compare with what is known of them.

    Args:
        options: `scripts` and, in seconds, the `limit` of a peer that may not come to an end.
        scorer: `score_templates.py`.
        miner: a key of `MINERS`.
        lines: one a line.
        truth: CSV of the true templates, in the same order.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "rows.csv"
        limits = ["--limit", str(options.limit), "--scripts", str(options.scripts)] if miner != OURS else []
        cost = measure([*MINERS[miner], str(lines), "--output", str(output), *limits])
        rows = {row["insertId"]: row for row in scorer.read(output)}
    is_cut = cost.printed.get("is_cut", False)
    labels = scorer.read(truth)
    if len(rows) != len(labels) and not is_cut:
        sys.exit(f"{miner} gave {len(rows):,} rows for the {len(labels):,} lines of {truth}")
    known = [(label["EventTemplate"], rows[label["LineId"]]) for label in labels if label["LineId"] in rows]
    result = scorer.score(
        [text for text, _ in known],
        [row["template_id"] for _, row in known],
        [scorer.fold(row["template"]) for _, row in known],
    )
    metrics = {name: result[name] for name in METRICS}
    return Score(metrics, result["predicted"], result["true"], len(known), is_cut)


def embolden(values: Sequence[float], digits: int = 3) -> list[str]:
    """Spell the values of one column, the best in bold, all of them if they are spelt alike."""
    spelt = [f"{value:.{digits}f}" for value in values]
    return [f"**{value}**" if value == max(spelt) else value for value in spelt]
