"""What other template miners take for a stream, and which templates they give.

    python -m benchmarks.peers drain3|tipping LINES [--output ASSIGNED.csv] [--limit SECONDS]

Prints one JSON object. Drain3 is set up with the parts of `peer_drain3.py` (its masks, its way to
read entries); Tipping gets the same masks where its templates are wanted. Both are installed by
the extra `bench`.
"""

import argparse
import csv
import importlib
import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from types import ModuleType

from benchmarks import streams

ANYTHING = "<*>"

# How often a miner with a limit looks at the clock.
CLOCK_LINES = 1_000


@dataclass
class Mined:
    """What a miner did, and took.

    Attributes:
        groups: of each line that it got through, its group's id.
        texts: of each of these lines, its template.
    """

    seconds: float
    groups: list[str]
    templates: int
    is_cut: bool = False
    texts: list[str] = field(default_factory=list)


def mine_drain3(peer: ModuleType, options: argparse.Namespace) -> Mined:
    """One line after another, until the end or the limit."""
    logging.disable(logging.CRITICAL)
    config = peer.TemplateMinerConfig()
    config.profiling_enabled = False
    config.masking_instructions = [peer.MaskingInstruction(mask, "*") for mask in peer.MASKS]
    miner = peer.TemplateMiner(None, config)
    ids: list[int] = []
    is_cut = False
    start = time.perf_counter()
    for text in _read_texts(peer, options.lines):
        ids.append(miner.add_log_message(text)["cluster_id"])
        if len(ids) % CLOCK_LINES == 0 and time.perf_counter() - start > options.limit:
            is_cut = True
            break
    seconds = time.perf_counter() - start
    final = {cluster.cluster_id: cluster.get_template() for cluster in miner.drain.clusters}
    # A cluster's template widens with its lines: the last one is what its user sees.
    return Mined(seconds, [str(one) for one in ids], len(final), is_cut, [final[one] for one in ids])


def mine_tipping(peer: ModuleType, options: argparse.Namespace) -> Mined:
    """All lines at once, on as many threads as RAYON_NUM_THREADS says; it knows no limit.

    Where only its time is asked for it runs without the masks, and marks no variables: that is
    the fastest it can be.
    """
    tipping = importlib.import_module("tipping")
    is_wanted = options.output is not None
    start = time.perf_counter()
    lines = list(_read_texts(peer, options.lines))
    masks = list(peer.MASKS) if is_wanted else []
    clusters, marks, templates = tipping.parse(lines, special_blacks=masks, return_masks=is_wanted)
    seconds = time.perf_counter() - start
    texts = [_apply(*pair) for pair in zip(lines, marks, strict=True)] if is_wanted else lines
    # Lines that it puts into no cluster are told apart by their texts, which is the best for it.
    groups = [text if cluster is None else str(cluster) for cluster, text in zip(clusters, texts, strict=True)]
    return Mined(seconds, groups, len(templates), texts=texts)


def _read_texts(peer: ModuleType, path: Path) -> Iterator[str]:
    """The lines, or the messages of entries."""
    if path.suffix == ".ndjson":
        with path.open("rb") as entries:
            for entry in entries:
                yield peer.orjson.loads(entry)["jsonPayload"]["message"]
    else:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield line.removesuffix("\n")


def _apply(line: str, marks: str) -> str:
    """The line with what Tipping marked as variable, letter by letter, left out."""
    runs = groupby(zip(marks, line, strict=True), key=lambda pair: pair[0])
    return "".join(ANYTHING if mark == "1" else "".join(letter for _, letter in run) for mark, run in runs)


def write_rows(output: Path, mined: Mined) -> None:
    """As `log-gardener assign` does it."""
    with output.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["insertId", "template_id", "template"])
        rows.writerows(
            (number, *row) for number, row in enumerate(zip(mined.groups, mined.texts, strict=True), start=1)
        )


MINERS = {"drain3": mine_drain3, "tipping": mine_tipping}


def main(arguments: Sequence[str]) -> None:
    """Mine once, and print."""
    options = _parse(arguments)
    mined = MINERS[options.miner](streams.load_script(options, "peer_drain3"), options)
    if options.output:
        write_rows(options.output, mined)
    result = {"entries": len(mined.groups), "templates": mined.templates, "is_cut": mined.is_cut}
    print(json.dumps({**result, "seconds": mined.seconds}))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description="Measure another miner.")
    parser.add_argument("miner", choices=MINERS)
    parser.add_argument("lines", type=Path, help="lines, or log entries if it ends with .ndjson")
    parser.add_argument("--output", type=Path, help="CSV file: each line's template")
    parser.add_argument("--limit", type=float, default=float("inf"), help="seconds after which Drain3 stops")
    streams.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
