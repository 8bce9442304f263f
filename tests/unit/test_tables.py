"""Tables on a terminal of any width, and where there is none."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from log_gardener.cli.console import find_length
from log_gardener.cli.tables import Column, draw_table, print_hanging

COLUMNS = (Column(""), Column("issue"), Column("count", is_right=True), Column("trend", is_wide=True), Column("title"))
TITLE = "the pot in the kitchen of the old house by the river is dry again since nobody was there to water it"
ROW = ("P1", "r1:334a4f41", "1,234", "new", TITLE)


def draw(width: int, *, is_terminal: bool = True) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, force_terminal=is_terminal, width=width, color_system=None, legacy_windows=False)
    console.print(draw_table(COLUMNS, [tuple(map(Text, ROW))], console), crop=False)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 59, 60, 89, 90, 200])
def test_a_row_fits_and_keeps_its_words_whole(width: int) -> None:
    lines = draw(width)

    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    assert [word for word in TITLE.split() if word not in words] == []
    assert {"P1", "r1:334a4f41", "1,234"} <= set(words)


def test_on_a_very_narrow_terminal_the_text_stands_below_its_row() -> None:
    lines = draw(40)

    assert lines[0] == "P1  r1:334a4f41  count 1,234"
    assert all(line.startswith("    ") for line in lines[1:])


def test_nothing_stands_behind_a_row() -> None:
    assert all(line == line.rstrip() for width in (40, 80, 120) for line in draw(width))


def test_without_a_terminal_a_row_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)

    lines = draw(80, is_terminal=False)

    assert lines[1].split() == " ".join(ROW).split()
    assert len(lines) == 2


def test_a_width_that_the_user_sets_holds_without_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")

    assert max(map(len, draw(70, is_terminal=False))) <= 70


def test_a_text_hangs_behind_its_label_by_words() -> None:
    file = io.StringIO()
    print_hanging(Console(file=file, force_terminal=True, width=50, color_system=None), Text("  -"), Text(TITLE))

    first, *more = file.getvalue().splitlines()
    assert first.startswith("  -  the pot")
    assert all(line.startswith("     ") and line[5] != " " for line in more)


def test_ids_are_as_long_as_it_takes_to_tell_them_apart() -> None:
    assert find_length(["r1:334a4f41aa"]) == 11
    assert find_length(["r1:334a4f41aa", "r1:788cf37bbb"]) == 11
    assert find_length(["r1:334a4f41aa", "r1:334a4f41ab"]) == 13
    assert find_length([]) == 11
