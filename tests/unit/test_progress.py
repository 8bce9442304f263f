"""Progress: of streams by bytes, of sources by what they tell, drawn or told by lines."""

import io
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from log_gardener.cli.drawing import Drawing, shorten
from log_gardener.cli.lines import WAITS, Lines
from log_gardener.cli.meter import Meter, measure_bytes, measure_share
from log_gardener.cli.progress import TerminalObserver
from log_gardener.ports import Progress


@dataclass
class Watch:
    """A clock that stands until it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def make_console(*, is_terminal: bool = True) -> tuple[Console, io.StringIO]:
    shown = io.StringIO()
    environment = {"TERM": "xterm"}
    console = Console(file=shown, force_terminal=is_terminal, width=120, color_system=None, _environ=environment)
    return console, shown


def refresh(observer: TerminalObserver) -> None:
    assert isinstance(observer._shown, Drawing)
    observer._shown.refresh()


def test_a_source_that_can_tell_its_share_only_later_gets_its_bar_then() -> None:
    console, shown = make_console()
    observer = TerminalObserver(console)
    told = [Progress(None, "connecting")]

    with observer.follow("logging://shop", lambda: told[-1]):
        refresh(observer)
        assert "%" not in shown.getvalue()
        told.append(Progress(0.25, "3 pages"))
        refresh(observer)

    assert "connecting" in shown.getvalue()
    assert "3 pages, 25 %" in shown.getvalue()


def test_streams_that_are_read_at_the_same_time_share_one_display() -> None:
    console, _ = make_console()
    observer = TerminalObserver(console)

    with observer.watch("a", 10, lambda: 5), observer.watch("b", None, lambda: 7):
        named = [(doing, name) for doing, name, _ in observer.find_rows()]

    assert named == [("reading", "a"), ("reading", "b")]


def test_what_is_done_within_hides_what_it_is_part_of() -> None:
    observer = TerminalObserver(make_console()[0])

    with observer.enter("judging"):
        with observer.enter("grouping"):
            inner = observer.find_rows()
        outer = observer.find_rows()

    assert [inner[0][0], outer[0][0]] == ["grouping", "judging"]


def test_control_characters_in_a_note_do_not_reach_the_terminal() -> None:
    console, shown = make_console()
    observer = TerminalObserver(console)

    with observer.follow("x", lambda: Progress(0.5, "a\x1b]0;title\x07b")):
        refresh(observer)

    assert "\x1b]0;" not in shown.getvalue()


def test_control_characters_in_a_note_do_not_reach_a_log() -> None:
    console, shown = make_console(is_terminal=False)
    watch = Watch()
    observer = TerminalObserver(console, watch)

    with observer.follow("x", lambda: Progress(0.5, "a\x1b]0;title\x07b")):
        watch.now += WAITS[0]
        assert isinstance(observer._shown, Lines)
        observer._shown.look()

    assert "50 %" in shown.getvalue()
    assert "\x1b" not in shown.getvalue()


def test_lines_come_ever_more_rarely_also_from_one_thing_to_the_next() -> None:
    console, shown = make_console(is_terminal=False)
    watch = Watch()
    observer = TerminalObserver(console, watch)
    assert isinstance(observer._shown, Lines)
    times = []

    for doing in ("reading", "judging"):
        with observer.enter(doing):
            for _ in range(60):
                watch.now += 1
                before = len(shown.getvalue())
                observer._shown.look()
                times += [watch.now] if len(shown.getvalue()) > before else []

    assert times == [5, 15, 35, 65, 95]
    assert "judging: 5 s so far" in shown.getvalue()


def test_nothing_is_told_where_there_is_no_terminal_and_little_to_do() -> None:
    console, shown = make_console(is_terminal=False)
    watch = Watch()
    observer = TerminalObserver(console, watch)

    with observer.enter("reading"), observer.watch("a", 10, lambda: 10):
        watch.now += WAITS[0] - 0.1
        assert isinstance(observer._shown, Lines)
        observer._shown.look()
    observer.tell_rates(10)

    assert shown.getvalue() == ""


def test_what_is_left_is_told_where_the_size_is_known_and_only_there() -> None:
    read = 0
    sized = Meter("a", measure_bytes(1_000_000, lambda: read), 0)
    unsized = Meter("b", measure_bytes(None, lambda: read), 0)

    for second in range(11):
        read = second * 50_000
        told = sized.read(second).spell(), unsized.read(second).spell()

    assert told == ("500.0 kB of 1.0 MB, 50 %, 50.0 kB/s, 10 s left", "500.0 kB, 50.0 kB/s, 10 s so far")


def test_a_rate_is_of_now() -> None:
    read = 0
    meter = Meter("a", measure_bytes(None, lambda: read), 0)
    for second in range(60):
        read += 1_000_000 if second < 30 else 1_000
        told = meter.read(second)

    assert told.rate == pytest.approx(1_000)


def test_what_has_not_begun_to_move_has_no_estimate() -> None:
    meter = Meter("a", measure_share(lambda: Progress(0.0, "0 pages")), 0)

    assert [meter.read(second).seconds_left for second in (0, 5)] == [None, None]


def test_rates_are_of_the_latest_reading() -> None:
    console, shown = make_console()
    watch = Watch()
    observer = TerminalObserver(console, watch)

    for seconds in (5, 2):
        with observer.enter("reading"), observer.watch("a", None, lambda: 4_000_000):
            watch.now += seconds
    observer.tell_rates(1_000)

    assert (
        shown.getvalue().rpartition("\x1b[2K")[2] == "read 1,000 records, 4.0 MB, in 2.0 s: 500 records/s, 2.0 MB/s\n"
    )


@given(name=st.text(max_size=40), width=st.integers(0, 60))
def test_a_name_is_cut_from_its_beginning_to_the_width(name: str, width: int) -> None:
    short = shorten(f"reading {name}", width)

    assert cell_len(short) <= max(width, 0)


def test_of_a_path_the_end_is_kept() -> None:
    assert shorten("reading /a/long/way/to/the/logs.json", 20) == "reading ../logs.json"
