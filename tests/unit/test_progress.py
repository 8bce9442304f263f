"""Progress in a terminal: of streams by bytes, of sources by what they tell."""

import io

from rich.console import Console

from log_gardener.cli.progress import TerminalObserver
from log_gardener.ports import Progress


def make_console(*, is_terminal: bool = True) -> tuple[Console, io.StringIO]:
    shown = io.StringIO()
    return Console(file=shown, force_terminal=is_terminal, width=120, color_system=None), shown


def refresh(observer: TerminalObserver) -> None:
    assert observer._shown is not None
    observer._shown.refresh()


def test_a_source_that_can_tell_its_share_only_later_gets_its_bar_then() -> None:
    console, shown = make_console()
    observer = TerminalObserver(console)
    told = [Progress(None, "connecting")]

    with observer.follow("logging://shop", lambda: told[-1]):
        refresh(observer)
        assert observer._shown is not None
        (task,) = observer._shown.tasks
        assert task.total is None
        told.append(Progress(0.25, "3 pages"))
        refresh(observer)
        assert task.percentage == 25

    assert "connecting" in shown.getvalue()
    assert "3 pages" in shown.getvalue()


def test_streams_that_are_read_at_the_same_time_share_one_display() -> None:
    console, _ = make_console()
    observer = TerminalObserver(console)

    with observer.watch("a", 10, lambda: 5):
        first = observer._shown
        with observer.watch("b", None, lambda: 7):
            assert observer._shown is first
            assert first is not None
            assert len(first.tasks) == 2

    assert observer._shown is None


def test_control_characters_in_a_note_do_not_reach_the_terminal() -> None:
    console, shown = make_console()
    observer = TerminalObserver(console)

    with observer.follow("x", lambda: Progress(0.5, "a\x1b]0;title\x07b")):
        refresh(observer)

    assert "\x1b]0;" not in shown.getvalue()


def test_nothing_is_drawn_where_there_is_no_terminal() -> None:
    console, shown = make_console(is_terminal=False)
    observer = TerminalObserver(console)

    with observer.follow("x", lambda: Progress(0.5, "3 pages")):
        refresh(observer)

    assert shown.getvalue() == ""
