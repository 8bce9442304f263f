"""Do the templates stay right when there are a hundred times as many lines?

    python -m benchmarks.growth [--lines 2000 200000] [--write docs/accuracy.md]

Streams of one system and of all mixed, with fresh numbers and ids in every copy of a line.
"""

import argparse
import sys
from collections.abc import Sequence

from benchmarks import page, streams
from benchmarks.scoring import DRAIN3, OURS, Score, embolden, score
from benchmarks.streams import Stream

SYSTEMS = ("BGL", streams.MIXED)
LINES = (2_000, 200_000)


def main(arguments: Sequence[str]) -> None:
    """Score at every size."""
    options = _parse(arguments)
    rows = []
    for system in SYSTEMS:
        for lines in options.lines:
            rows += _measure(options, Stream(lines, "text", system))
    header = ["stream", "lines", "miner", "FGA", "templates", "true"]
    page.publish(options.write, "growth", f"{page.spell_table(header, rows, names=3)}\n\n{page.describe_machine()}")


def _measure(options: argparse.Namespace, stream: Stream) -> list[list[str]]:
    scorer = streams.load_script(options, "score_templates")
    lines = streams.find_stream(options, stream)
    truth = streams.find_truth(lines)
    scores = [score(options, scorer, miner, lines=lines, truth=truth) for miner in (OURS, DRAIN3)]
    shares = embolden([one.metrics["FGA"] for one in scores])
    return [
        [stream.system, _spell_lines(stream, one), miner, share, f"{one.predicted:,}", f"{one.true:,}"]
        for miner, one, share in zip((OURS, DRAIN3), scores, shares, strict=True)
    ]


def _spell_lines(stream: Stream, done: Score) -> str:
    """All, or the first ones that a miner got through before its time was up."""
    return f"first {done.lines:,} of {stream.lines:,}" if done.is_cut else f"{stream.lines:,}"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description="Score templates of few and of many lines.")
    parser.add_argument("--lines", type=int, nargs="+", default=LINES, help="how many")
    parser.add_argument("--limit", type=float, default=180, help="seconds after which Drain3 is stopped")
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
