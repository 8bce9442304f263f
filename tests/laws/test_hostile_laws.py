"""A stream in which every line is a new shape: bounded, counted, named, and the same however it is cut."""

import json
import os
import random
import subprocess
import sys
from functools import reduce
from pathlib import Path

import pytest

from log_gardener import flow
from log_gardener._core import Reading, Tally
from log_gardener.ports import Request
from log_gardener.renderers.worklog import WorklogRenderer
from tests.cli.command import run
from tests.laws.hostile import WARNING_EVERY, HostileStream, make_line
from tests.laws.loghub import spell_templates
from tests.unit.entries import make_parts

SHAPE_LIMIT = 50_000
LINES = 120_000
MOST_BYTES = 300 << 20
ROOT = Path(__file__).parents[2]


def tally_of(numbers: list[int], threads: int = 1) -> Tally:
    tally = Tally()
    tally.add(HostileStream(numbers), Reading("hostile"), threads=threads)
    return tally


@pytest.mark.slow
def test_any_split_order_and_threads_keep_and_give_up_the_same_shapes() -> None:
    numbers = list(range(LINES))
    # A merge trims what blocks may not have trimmed yet.
    whole = tally_of(numbers).merge(Tally())
    random.Random(7).shuffle(numbers)
    parts = [tally_of(numbers[start::3], threads) for start, threads in ((2, 2), (0, 1), (1, 3))]

    merged = reduce(Tally.merge, parts)

    # Compared, not shown: megabytes of difference tell nobody anything.
    assert (merged.to_bytes() == whole.to_bytes()) is True
    assert (spell_templates(merged.generalise()) == spell_templates(whole.generalise())) is True
    assert merged.account.overflow == LINES - SHAPE_LIMIT


def test_warnings_are_kept_before_all_else_and_the_overflow_adds_up() -> None:
    tally = tally_of(list(range(LINES)))
    facets = [facet for template in tally.generalise() for facet in template.facets]

    assert sum(facet.count for facet in facets if facet.severity == "WARNING") == LINES // WARNING_EVERY
    assert sum(facet.count for facet in facets) + tally.account.overflow == tally.account.entries == LINES


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells the peak")
@pytest.mark.parametrize("threads", [1, 2])
def test_memory_stays_bounded(threads: int) -> None:
    command = [sys.executable, "-m", "tests.laws.hostile", str(2 * LINES), str(threads)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, check=True)
    printed = json.loads(done.stdout)

    assert printed["entries"] == 2 * LINES == printed["counted"] + printed["overflow"]
    assert printed["overflow"] == 2 * LINES - SHAPE_LIMIT
    assert printed["peak"] * 1024 < MOST_BYTES


def test_the_worklog_names_what_had_no_room() -> None:
    worklog = flow.ingest(make_parts(b"".join(map(make_line, range(60_000)))), Request())
    document = WorklogRenderer().render(worklog)

    assert worklog.coverage.overflow == 10_000
    assert worklog.coverage.caps == ("10000 entries had shapes beyond the limit and are in no template",)
    assert sum(cluster.count for cluster in worklog.clusters) == 600
    assert worklog.other.entries + 600 + worklog.coverage.overflow == worklog.coverage.entries == 60_000
    assert "10000 entries had shapes beyond the limit" in document.replace(",", "")


def test_an_entry_without_room_has_a_row_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "hostile").write_bytes(b"".join(map(make_line, range(60_000))))

    ended = run("assign", tmp_path / "hostile", "--output", tmp_path / "rows.csv")

    rows = (tmp_path / "rows.csv").read_text().splitlines()
    assert ended.code == 0
    assert len(rows) == 60_001
    assert sum(",overflow,overflow," in row for row in rows) == 10_000
