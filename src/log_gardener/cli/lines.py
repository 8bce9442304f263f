"""Progress where nothing can be drawn: a line now and then, ever more rarely."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread

from rich.console import Console

from log_gardener.cli.console import plain
from log_gardener.errors import GardenerError

# Seconds to the first line, and between it and those that follow; the last goes on.
WAITS = (5.0, 10.0, 20.0, 30.0)

# Seconds between looks at whether a line is due.
_STEP = 0.5


class Lines:
    """Tells lines while anything is done.

    Args:
        console: where to.
        spell: the line, when it is due.
        tick: seconds since any fixed moment.
        step: seconds between looks at whether one is due.
    """

    def __init__(
        self, console: Console, spell: Callable[[], str], tick: Callable[[], float], *, step: float = _STEP
    ) -> None:
        self._console = console
        self._spell = spell
        self._tick = tick
        self._step = step
        self._waits = iter(WAITS)
        self._due: float | None = None
        self._count = 0
        self._lock = Lock()
        self._ended = Event()
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Something is done."""
        with self._lock:
            self._count += 1
            if self._due is None:
                self._due = self._tick() + next(self._waits)
            if self._thread is None:
                self._ended = Event()
                self._thread = Thread(target=self._run, args=(self._ended,), daemon=True)
                self._thread.start()

    def end(self) -> None:
        """It is done; with the last, nothing is told any more."""
        with self._lock:
            self._count -= 1
            if not self._count:
                self._ended.set()
                self._thread = None

    def _run(self, ended: Event) -> None:
        while not ended.wait(self._step):
            self.look()

    def look(self) -> None:
        """Tell a line if one is due."""
        # Asked for each time, so that the rate is of all of them.
        line = self._spell()
        if self._due is None or self._tick() < self._due or not self._count:
            return
        self._due = self._tick() + next(self._waits, WAITS[-1])
        # A line that may not be shown ends nothing.
        with suppress(GardenerError):
            self._console.print(plain(line), soft_wrap=True)
