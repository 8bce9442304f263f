"""Where messages go: a window, a slot, and nothing is lost for its time or its form."""

import gzip
import json
from pathlib import Path
from random import Random

import pytest

from log_gardener._core import Tally
from log_gardener.engines.beam.streaming.shelf import Shelf
from log_gardener.model.worklog import Worklog
from tests.beam.streams import BEGUN, TERMS, Sent, commit, count_panes, look, send, spell_entry

HOUR = 3_600


def count(folder: Path, *sent: Sent) -> tuple[list[int], list[Worklog]]:
    """The windows of messages, seconds from the beginning, and what is committed of them."""
    shelf = Shelf(str(folder / "shelf"))
    count_panes(sorted(sent, key=lambda one: one.published), shelf)
    starts = sorted({pane.start - BEGUN for pane in shelf.list_panes()})
    return starts, commit(shelf, folder / "beam.db")


def entry(number: int, after: int) -> bytes:
    return spell_entry(number, BEGUN + after, Random(0))


def bare(data: bytes, published: int) -> Sent:
    """A message that no sink has published."""
    return Sent(data, published, {})


@pytest.mark.parametrize(
    ("written", "published", "start"),
    [
        (299, 301, 0),
        (300, 302, 300),
        (10, HOUR, 0),
        # Later than the lateness allows: the window is as early as it may be.
        (10, 3 * HOUR, 2 * HOUR),
        # Ahead of its publication: a clock is wrong.
        (HOUR, 10, 0),
    ],
)
def test_an_entry_is_of_the_window_of_its_time_within_the_lateness(
    tmp_path: Path, written: int, published: int, start: int
) -> None:
    starts, worklogs = count(tmp_path, send(entry(1, written), BEGUN + published))

    assert starts == [start]
    assert worklogs[0].coverage.entries == 1
    (issue,) = look(tmp_path / "beam.db").issues
    assert issue[-1] == (BEGUN + written) * 10**9 + 10**6


def test_without_the_attribute_of_a_sink_the_core_tells_the_time(tmp_path: Path) -> None:
    assert count(tmp_path, bare(entry(1, 10), BEGUN + 700))[0] == [0]


@pytest.mark.parametrize("told", ["yesterday", "", "99999-01-01T00:00:00Z"])
def test_an_attribute_that_is_no_time_loses_nothing(tmp_path: Path, told: str) -> None:
    sent = Sent(entry(1, 700), BEGUN + 700, {"logging.googleapis.com/timestamp": told})

    starts, worklogs = count(tmp_path, sent)

    assert starts == [600]
    assert worklogs[0].coverage.entries == 1


def test_what_is_no_entry_is_counted_as_refused(tmp_path: Path) -> None:
    _, worklogs = count(tmp_path, bare(b"words", BEGUN), bare(b"", BEGUN + 1), send(entry(1, 2), BEGUN + 2))

    assert sum(worklog.coverage.entries for worklog in worklogs) == 1
    assert sum(one.count for worklog in worklogs for one in worklog.coverage.refusals) == 2


def test_messages_may_be_compressed_or_go_on_over_lines(tmp_path: Path) -> None:
    pretty = json.dumps(json.loads(entry(1, 2)), indent=2).encode()

    _, worklogs = count(tmp_path, bare(pretty, BEGUN + 5), bare(gzip.compress(entry(2, 2), mtime=0), BEGUN + 5))

    assert sum(worklog.coverage.entries for worklog in worklogs) == 2


def test_entries_without_an_id_are_told_apart_by_their_messages(tmp_path: Path) -> None:
    fact = json.loads(entry(1, 2))
    del fact["insertId"]
    data = json.dumps(fact).encode()

    _, worklogs = count(tmp_path, bare(data, BEGUN + 5), bare(data, BEGUN + 400))

    assert sum(worklog.coverage.entries for worklog in worklogs) == 2


def test_what_is_on_the_shelf_is_the_tally_of_its_lines(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path / "shelf"))
    count_panes([send(entry(number, number), BEGUN + number) for number in range(30)], shelf)

    for pane in shelf.list_panes():
        content = shelf.find_content(pane)
        assert content is not None
        again = Tally()
        again.add(shelf.find_lines(pane) or b"")
        assert Tally.from_bytes(content.tally).account.entries == again.account.entries
        assert sum(len(identities) // 8 for _, identities in content.identities) == again.account.entries
        assert pane.slot < TERMS.slots
