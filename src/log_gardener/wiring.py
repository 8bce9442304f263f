"""Settings to objects. Only this module knows all classes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from log_gardener.config import Settings
from log_gardener.engines.local import LocalEngine
from log_gardener.errors import UsageError
from log_gardener.flow import Parts
from log_gardener.garden import Garden
from log_gardener.model.instant import parse_duration, parse_instant
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Observer, Renderer, Source, Store
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.sources.files import FileSource
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


def make_store(settings: Settings) -> Store:
    """The store that the settings name."""
    hours = parse_duration(settings.memory.identities) // timedelta(hours=1)
    wait = parse_duration(settings.memory.wait).total_seconds()
    return SqlStore(settings.state_or_default, wait_seconds=wait, identity_hours=max(hours, 1))


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
