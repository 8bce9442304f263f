"""The Python face: the main job as one call."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from log_gardener.model.worklog import Worklog


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
        sources: paths, globs, or addresses such as `logging://PROJECT`; `-` is standard input.
        since: how far back from `until`, such as `2d`; without it all that the sources hold, and of those that
            never end the last day.
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
    from log_gardener.ports import Silence  # noqa: PLC0415

    told, named = clock or wiring.tell_time, [str(source) for source in sources]
    given = {"state": state, "since": since, "service": service}
    settings = load_settings(config).model_copy(update={name: value for name, value in given.items() if value})
    request = wiring.make_request(settings, named, told, until=until or "")
    return flow.ingest(wiring.assemble(settings, wiring.make_sources(named, settings, told), Silence(), told), request)
