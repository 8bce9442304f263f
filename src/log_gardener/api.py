"""The Python face: the main job as one call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from log_gardener.model.worklog import Worklog


class _Silence:
    """Shows no progress."""

    @contextmanager
    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> Iterator[None]:  # noqa: ARG002 - the port's signature
        """Show nothing."""
        yield

    def wait(self) -> None:
        """Show nothing."""


def tend(
    *sources: str | Path,
    since: str | None = None,
    until: str | None = None,
    service: str | None = None,
    state: str = ":memory:",
    config: Path | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Worklog:
    """Read logs, remember their issues, and return the worklog.

    Args:
        sources: paths or globs; `-` is standard input.
        since: how far back from `until`, such as `2d`; without it all that the sources hold.
        until: end of the window, exclusive, RFC 3339; by default now.
        service: the one service to look at.
        state: where issues are remembered: an SQLAlchemy URL, a path, or `:memory:` for nowhere.
        config: a configuration file; by default `log-gardener.toml` in this folder, if there is one.
        clock: tells the time, UTC; a constant one makes runs repeat to the byte.

    Raises:
        UsageError: an argument cannot be.
        StoreError: the state cannot be used.
    """
    from log_gardener import flow, wiring  # noqa: PLC0415 - `import log_gardener` stays light
    from log_gardener.config import load_settings  # noqa: PLC0415
    from log_gardener.ports import Request  # noqa: PLC0415

    told = clock or wiring.tell_time
    settings = load_settings(config).model_copy(update={"state": state})
    window = wiring.make_window(since or settings.since, until or "", told)
    parts = wiring.assemble(settings, wiring.make_sources([str(source) for source in sources]), _Silence(), told)
    request = Request(
        window,
        service or settings.service or None,
        application_frames=frozenset(settings.application_frames),
        library_frames=frozenset(settings.library_frames),
    )
    return flow.ingest(parts, request)
