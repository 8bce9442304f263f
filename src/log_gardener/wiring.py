"""Settings to objects. Only this module knows all classes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from log_gardener.config import Settings
from log_gardener.engines.local import LocalEngine
from log_gardener.errors import UsageError
from log_gardener.flow import Parts
from log_gardener.garden import Garden
from log_gardener.model.instant import NANOS_PER_MINUTE, parse_duration, parse_instant, to_nanos
from log_gardener.model.issue import Pruning
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Observer, Renderer, Source, Store
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.replay import read_replay
from log_gardener.sources.files import STDIN, STDIN_NAME, FileSource
from log_gardener.stages.compose import Redactor
from log_gardener.stores.sql import SqlStore

# Sources that the interface names and that a later release reads.
PLANNED_SCHEMES = ("logging://", "gs://", "pubsub://", "bigquery://")


def make_window(since: str, until: str, clock: Clock) -> Window | None:
    """The window that ends at `until`, or now, and begins `since` before; `None` without `since`.

    Raises:
        UsageError: a time or a length of time cannot be read, or the window ends in the future.
    """
    if not since:
        if until:
            msg = "--until needs --since: how far back from there?"
            raise UsageError(msg)
        return None
    try:
        now = clock()
        end = parse_instant(until) if until else now
        if end > now:
            msg = f"the window ends at {until}, in the future; its logs are not there yet"
            raise UsageError(msg)
        return Window.until(end, parse_duration(since))
    except (ValueError, OverflowError) as error:
        raise UsageError(str(error)) from None


def find_end(spelt: str, now: datetime) -> datetime:
    """A time to come, given as itself or as a length of time from now.

    Raises:
        UsageError: it is neither, or is over.
    """
    try:
        end = now + parse_duration(spelt) if spelt[-1:].isalpha() and spelt[-1:] != "Z" else parse_instant(spelt)
    except (ValueError, OverflowError) as error:
        raise UsageError(str(error)) from None
    if end <= now:
        msg = f"{spelt} is over already"
        raise UsageError(msg)
    return end


def read_side(spelt: str) -> Window | str:
    """A side of a comparison: a window such as `2025-09-14T00:00Z/2025-09-14T06:00Z` or `.../6h`, or a revision.

    Raises:
        UsageError: a bound of a window cannot be read.
    """
    start, slash, end = spelt.partition("/")
    if not slash:
        return spelt
    try:
        first = parse_instant(start)
        is_length = end[-1:].isalpha() and end[-1:] != "Z"
        return Window(first, first + parse_duration(end) if is_length else parse_instant(end))
    except (ValueError, OverflowError) as error:
        raise UsageError(str(error)) from None


class Format(StrEnum):
    """Forms of a worklog."""

    MARKDOWN = "markdown"
    JSON = "json"


def tell_time() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def make_renderer(form: Format, settings: Settings) -> Renderer:
    """The renderer of a form."""
    return JsonRenderer() if form is Format.JSON else WorklogRenderer(settings.time_zone)


def make_sources(arguments: Sequence[str], *, are_read_twice: bool = False) -> list[FileSource]:
    """The sources that the arguments name.

    Raises:
        UsageError: an argument names none that this release reads.
    """
    for argument in arguments:
        if argument.startswith(PLANNED_SCHEMES):
            msg = (
                f"{argument}: this release reads files and standard input; export first, for example\n"
                "  gcloud logging read --format=json ... > logs.json"
            )
            raise UsageError(msg)
    return [FileSource(argument, is_read_twice=are_read_twice) for argument in arguments]


def find_sources(settings: Settings, run: int) -> list[str]:
    """The sources that a run read."""
    names = read_replay(run, make_store(settings).find_replay(run)).sources
    return [STDIN if name == STDIN_NAME else name for name in names]


def make_store(settings: Settings) -> Store:
    """The store that the settings name."""
    hours = parse_duration(settings.memory.identities) // timedelta(hours=1)
    wait = parse_duration(settings.memory.wait).total_seconds()
    return SqlStore(settings.state_or_default, wait_seconds=wait, identity_hours=max(hours, 1))


def prune(settings: Settings, now: datetime) -> Pruning:
    """Drop what is older than the settings keep it."""
    worklogs = to_nanos(now - parse_duration(settings.memory.worklogs))
    histories = to_nanos(now - parse_duration(settings.memory.histories))
    return make_store(settings).prune(worklogs, histories // NANOS_PER_MINUTE)


def open_garden(settings: Settings) -> Garden:
    """What the settings' store remembers, as their decisions have it."""
    quiet = parse_duration(settings.memory.quiet_after)
    return Garden(make_store(settings), settings.decisions.to_decisions(), quiet)


def assemble(settings: Settings, sources: Sequence[Source], observer: Observer, clock: Clock = tell_time) -> Parts:
    """All parts of a run."""
    return Parts(
        sources=sources,
        engine=LocalEngine(settings.threads or None),
        store=make_store(settings),
        clock=clock,
        observer=observer,
        policy=settings.priority.to_policy(),
        redact=Redactor(settings.redaction_key.get_secret_value().encode()),
        decisions=settings.decisions.to_decisions(),
    )
