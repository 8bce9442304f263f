"""What is being done, and how far it is: drawn in a terminal, and else told by a line now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import TypeAlias

from rich import filesize
from rich.console import Console, RenderableType

from log_gardener import ports
from log_gardener.cli.console import is_drawing, plain
from log_gardener.cli.drawing import Drawing, draw_rows
from log_gardener.cli.lines import WAITS, Lines
from log_gardener.cli.meter import Measuring, Meter, Reading, measure_bytes, measure_share, spell_whole

Tick: TypeAlias = Callable[[], float]
"""Seconds since any fixed moment."""

READING = "reading"

# Below it a rate is chance.
_RATED_SECONDS = 0.1


@dataclass(slots=True)
class _Doing:
    """What is being done, since when."""

    what: str
    begun: float


class TerminalObserver(ports.Observer):
    """One line for each stream or source that is being read, else one for what is done with what was read.

    In a terminal it is drawn, and gone when it ends. Elsewhere, as in the log of a pipeline, a line is told after some
    seconds and then ever more rarely: whoever is done by then has told nothing.

    Streams are read by several threads, and a terminal has one display: it is there while anything is done.
    """

    def __init__(self, console: Console, tick: Tick = time.monotonic) -> None:
        """On a console."""
        self._console = console
        self._tick = tick
        self._lock = RLock()
        self._doing: list[_Doing] = []
        self._meters: list[Meter] = []
        self._shown: Drawing | Lines = (
            Drawing(console, self.draw) if is_drawing(console) else Lines(console, self.spell, tick)
        )
        self._bytes = 0
        self._seconds = 0.0

    def wait(self) -> None:
        """Say that another run must end first."""
        self._console.print("another run is tending this state; waiting for it to end", highlight=False)

    def tell(self, text: str) -> None:
        """Say what happens."""
        self._console.print(plain(text), soft_wrap=True)

    @contextmanager
    def enter(self, doing: str) -> Iterator[None]:
        """Show what is done; what is done within it hides it."""
        one = _Doing(doing, self._tick())
        with self._lock:
            self._doing.append(one)
            if doing == READING:
                # Where it is read again from earlier on, the latest reading counts.
                self._bytes, self._seconds = 0, 0.0
        try:
            with self._showing():
                yield
        finally:
            with self._lock:
                self._doing.remove(one)
                self._seconds += self._tick() - one.begun if doing == READING else 0

    @contextmanager
    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> Iterator[None]:
        """Show how much of a stream is read, how fast, and how long that takes on."""
        try:
            with self._metered(name, measure_bytes(size, bytes_read)):
                yield
        finally:
            with self._lock:
                self._bytes += bytes_read()

    @contextmanager
    def follow(self, name: str, find_progress: Callable[[], ports.Progress | None]) -> Iterator[None]:
        """Show which share of a source is read, what it tells, and how long that takes on."""
        with self._metered(name, measure_share(find_progress)):
            yield

    @contextmanager
    def _metered(self, name: str, measure: Measuring) -> Iterator[None]:
        meter = Meter(plain(name).plain, measure, self._tick())
        with self._lock:
            self._meters.append(meter)
        try:
            with self._showing():
                yield
        finally:
            with self._lock:
                # By identity: of the same name there may be two.
                self._meters = [one for one in self._meters if one is not meter]

    @contextmanager
    def _showing(self) -> Iterator[None]:
        with self._lock:
            self._shown.begin()
        try:
            yield
        finally:
            self._shown.end()

    def find_rows(self) -> list[tuple[str, str, Reading | None]]:
        """What is being done now, to what, and how far that is."""
        now = self._tick()
        with self._lock:
            doing = self._doing[-1] if self._doing else _Doing(READING, now)
            if self._meters:
                return [(doing.what, meter.name, meter.read(now)) for meter in self._meters]
            seconds = now - doing.begun
            return [(plain(doing.what).plain, f"{spell_whole(seconds)} so far" if seconds >= 1 else "", None)]

    def draw(self) -> RenderableType:
        """What is being done now, as lines of a terminal."""
        return draw_rows(self.find_rows(), self._console.width, self._tick())

    def spell(self) -> str:
        """What is being done now, as one line."""
        rows = self.find_rows()
        doing, name, reading = rows[0]
        more = f"; and {len(rows) - 1:,} more at the same time" if rows[1:] else ""
        return f"{doing} {name}: {reading.spell()}{more}" if reading else f"{doing}: {name}"

    def tell_rates(self, records: int) -> None:
        """Say what was read, and how fast: of so many records, good and bad. Where no terminal is, if it took long."""
        if self._console.is_terminal or self._seconds >= WAITS[-1]:
            self._console.print(self._spell_rates(records), highlight=False)

    def _spell_rates(self, records: int) -> str:
        seconds, size = self._seconds, self._bytes
        parts = [f"{records:,} records"] + ([filesize.decimal(size)] if size else [])
        told = f"read {', '.join(parts)}, in {seconds:.1f} s"
        if seconds < _RATED_SECONDS:
            return told
        rates = [f"{records / seconds:,.0f} records/s"]
        rates += [f"{filesize.decimal(int(size / seconds))}/s"] if size else []
        return f"{told}: {', '.join(rates)}"
