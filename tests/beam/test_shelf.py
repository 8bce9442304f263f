"""Where panes wait: the same on a disk and in a bucket."""

from dataclasses import replace
from pathlib import Path

import pytest

from log_gardener.engines.beam.streaming.shelf import Content, Pane, Shelf
from log_gardener.errors import EngineError

TIMELESS = -(2**63)
CONTENT = Content(b"tally\nof a pane", ((TIMELESS, b"12345678"), (488_290, b"abcdefgh12345678")))
EMPTY = Content(b"t", ())
PANE = Pane(1_757_883_600, 2, 1, "run")


@pytest.fixture
def shelf(place: str) -> Shelf:
    return Shelf(f"{place}/panes")


def test_a_shelf_that_nobody_has_put_anything_on_is_empty(shelf: Shelf) -> None:
    assert shelf.list_panes() == []


def test_what_is_put_there_is_found_again(shelf: Shelf) -> None:
    shelf.write(PANE, CONTENT, b"lines\n" * 9)

    (found,) = shelf.list_panes()

    assert replace(found, size=0) == PANE
    assert shelf.find_content(found) == CONTENT
    assert shelf.find_lines(found) == b"lines\n" * 9


def test_what_is_put_there_again_is_there_once(shelf: Shelf) -> None:
    shelf.write(PANE, EMPTY, b"")
    shelf.write(PANE, CONTENT, b"lines\n")

    (found,) = shelf.list_panes()

    assert shelf.find_content(found) == CONTENT


def test_panes_come_by_their_windows_then_as_they_were_fired(shelf: Shelf) -> None:
    panes = [Pane(-300, 0, 0, "b"), Pane(0, 0, 1, "a"), Pane(0, 1, 0, "a"), Pane(300, 0, 0, "a")]
    for pane in reversed(panes):
        shelf.write(pane, EMPTY, b"")

    assert [replace(pane, size=0) for pane in shelf.list_panes()] == panes


def test_a_pane_that_somebody_else_has_taken_away_is_absent(shelf: Shelf) -> None:
    shelf.write(PANE, EMPTY, b"")
    (found,) = shelf.list_panes()
    gone = replace(found, slot=7)

    assert shelf.find_content(gone) is None
    assert shelf.find_lines(gone) is None


def test_a_folder_that_cannot_be_read_is_an_error_and_not_taken_for_empty(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path / "panes"))
    (tmp_path / "panes" / PANE.name).mkdir(parents=True)

    with pytest.raises(EngineError, match=r"the panes in .* cannot be reached: IsADirectoryError"):
        shelf.find_content(PANE)


def test_a_pane_that_is_being_written_over_is_not_all_there(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path / "panes"))
    shelf.write(PANE, CONTENT, b"lines")
    (found,) = shelf.list_panes()
    path = tmp_path / "panes" / PANE.name
    content = path.read_bytes()

    for size in range(len(content) - len(b"lines")):
        path.write_bytes(content[:size])
        assert shelf.find_content(found) is None
    path.write_bytes(content[:-1])
    with pytest.raises(EngineError, match="a pane is cut short"):
        shelf.find_lines(found)


# A bucket deletes in batches, which the fake does not know.
def test_what_is_taken_away_is_gone_and_what_was_gone_is_no_error(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path / "panes"))
    shelf.write(PANE, EMPTY, b"")
    other = replace(PANE, slot=2)
    shelf.write(other, EMPTY, b"")

    shelf.remove([replace(PANE, slot=9), PANE])

    assert [one.slot for one in shelf.list_panes()] == [2]
