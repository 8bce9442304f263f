"""How right are the templates, system by system, beside those of other miners?

    python -m benchmarks.accuracy [--loghub FOLDER] [--write docs/accuracy.md]

Ten labelled systems of 2,000 lines, four metrics, one setting of each miner for everything.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from types import ModuleType

from benchmarks import page, streams
from benchmarks.scoring import METRICS, MINERS, Score, embolden, score

# By miner.
Scores = Mapping[str, Score]


def main(arguments: Sequence[str]) -> None:
    """Score every miner on every system."""
    options = _parse(arguments)
    scorer = streams.load_script(options, "score_templates")
    truths = sorted(options.loghub.glob("*.csv"))
    if not truths:
        sys.exit(f"{options.loghub} has no labelled systems. Name another folder with --loghub.")
    systems = {truth.stem: _score_system(options, scorer, truth) for truth in truths}
    rows = [row for name, scores in systems.items() for row in spell_scores(name, scores)]
    rows += spell_scores("**mean, and sum of templates**", _make_mean(list(systems.values())))
    header = ["system", "miner", *METRICS, "templates", "true"]
    page.publish(options.write, "accuracy", f"{page.spell_table(header, rows, names=2)}\n\n{page.describe_machine()}")


def _score_system(options: argparse.Namespace, scorer: ModuleType, truth: Path) -> Scores:
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / f"{truth.stem}.txt"
        contents = [row["Content"] for row in scorer.read(truth)]
        lines.write_text("".join(f"{content}\n" for content in contents), encoding="utf-8", newline="\n")
        return {miner: score(options, scorer, miner, lines=lines, truth=truth) for miner in MINERS}


def _make_mean(systems: Sequence[Scores]) -> Scores:
    """The mean of each metric, and all templates together."""
    means = {}
    for miner in systems[0]:
        own = [scores[miner] for scores in systems]
        metrics = {name: fmean(one.metrics[name] for one in own) for name in METRICS}
        sums = (sum(one.predicted for one in own), sum(one.true for one in own), sum(one.lines for one in own))
        means[miner] = Score(metrics, *sums)
    return means


def spell_scores(name: str, scores: Scores) -> list[list[str]]:
    """A row for each miner, the best of each metric in bold."""
    columns = [embolden([one.metrics[metric] for one in scores.values()]) for metric in METRICS]
    figures = zip(*columns, strict=True)
    return [
        [name if row == 0 else "", miner, *cells, f"{one.predicted:,}", f"{one.true:,}"]
        for row, ((miner, one), cells) in enumerate(zip(scores.items(), figures, strict=True))
    ]


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.accuracy", description="Score templates, system by system.")
    parser.add_argument(
        "--loghub", type=Path, default=streams.SHARED / "data" / "loghub", help="folder of labelled systems, CSV"
    )
    parser.add_argument("--limit", type=float, default=180, help="seconds after which Drain3 is stopped")
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
