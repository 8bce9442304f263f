"""Settings to objects. Only this module knows all classes."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from log_gardener.config import Settings
from log_gardener.engines.local import LocalEngine
from log_gardener.errors import UsageError
from log_gardener.filing import FilingParts
from log_gardener.flow import Parts
from log_gardener.garden import Garden
from log_gardener.model.instant import NANOS_PER_MINUTE, parse_duration, parse_instant, to_nanos
from log_gardener.model.issue import Pruning
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Engine, Observer, Renderer, Request, Source, Store, TicketWriter, Tracker
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.permalink import CodeHost
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.replay import read_replay
from log_gardener.sections.engine import EngineName
from log_gardener.sources.files import STDIN, STDIN_NAME, FileSource
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore

if TYPE_CHECKING:
    from log_gardener.engines.beam.streaming.conducting import Conductor
    from log_gardener.renderers.svg.pictures import Picture

# What is read where no window is asked for, of sources that hold more than anybody wants to read at once.
DEFAULT_SINCE = "1d"
ENDLESS_SCHEMES = ("logging://", "bigquery://")


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
            msg = f"the window ends at {until}, in the future; its logs are not there yet, so give an earlier --until"
            raise UsageError(msg)
        return Window.until(end, parse_duration(since))
    except (ValueError, OverflowError) as error:
        raise UsageError(str(error)) from None


def make_request(settings: Settings, sources: Sequence[str], clock: Clock, *, until: str = "") -> Request:
    """What a run is asked for, of sources as they are named.

    Raises:
        UsageError: a time or a length of time cannot be read, or the window ends in the future.
    """
    return Request(
        make_window(find_since(settings.since, sources), until, clock),
        settings.service or None,
        application_frames=frozenset(settings.application_frames),
        library_frames=frozenset(settings.library_frames),
        severity=settings.severity,
    )


def find_since(since: str, sources: Sequence[str]) -> str:
    """How far back to look; of sources that never end not at everything, even where nothing was said."""
    return since or (DEFAULT_SINCE if any(source.startswith(ENDLESS_SCHEMES) for source in sources) else "")


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
    HTML = "html"


def tell_time() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def make_renderer(form: Format, settings: Settings, pictures: Sequence["Picture"] = ()) -> Renderer:
    """The renderer of a form; one of Markdown shows the pictures that stand beside its document."""
    if form is Format.JSON:
        return JsonRenderer()
    if form is Format.HTML:
        # Pages need Jinja, which takes its time.
        from log_gardener.renderers.html.worklog_page import HtmlRenderer  # noqa: PLC0415

        return HtmlRenderer(settings.time_zone, make_code_host(settings))
    return WorklogRenderer(settings.time_zone, pictures)


def make_code_host(settings: Settings) -> CodeHost:
    """Where the code is; nowhere, if no repository is named."""
    address = settings.github.find_web_url() if settings.github.repository else ""
    return CodeHost(address, settings.tickets.commits, settings.tickets.source_roots)


def make_sources(
    arguments: Sequence[str], settings: Settings, clock: Clock, *, are_read_twice: bool = False
) -> list[Source]:
    """The sources that the arguments name.

    Raises:
        UsageError: an argument names none, or what it takes to read it is not installed.
    """
    return [_make_source(argument, settings, clock, is_read_twice=are_read_twice) for argument in arguments]


def _make_source(argument: str, settings: Settings, clock: Clock, *, is_read_twice: bool) -> Source:
    scheme, mark, _ = argument.partition("://")
    if not mark:
        return FileSource(argument, is_read_twice=is_read_twice)
    make = _SCHEMES.get(scheme)
    if make is None:
        named = ", ".join(f"{name}://" for name in _SCHEMES)
        msg = f"{argument}: there is no such kind of source; a path, a glob, - for standard input, or one of {named}"
        raise UsageError(msg)
    try:
        return make(argument, settings, clock)
    except ImportError as error:
        msg = f"{argument} needs what is not installed ({error.name}): pip install 'log-gardener[gcp]'"
        raise UsageError(msg) from error


# Each client takes half a second to import, which no other source need wait for.


def _make_cloud_logging(argument: str, settings: Settings, clock: Clock) -> Source:
    from log_gardener.sources.cloud_logging.source import CloudLoggingSource, LoggingOptions  # noqa: PLC0415

    own = settings.logging
    options = LoggingOptions(
        filter=own.filter,
        reads_per_minute=own.reads_per_minute,
        workers=own.workers,
        late_hours=_count_hours(settings.late),
        endpoint=own.endpoint,
        quota_project=own.quota_project,
        is_tailing=settings.watch.is_tailing,
    )
    return CloudLoggingSource(argument, options, clock)


def _make_storage(argument: str, settings: Settings, clock: Clock) -> Source:
    from log_gardener.sources.storage.source import StorageOptions, StorageSource  # noqa: PLC0415

    own = settings.storage
    return StorageSource(argument, StorageOptions(own.workers, _count_hours(settings.late), own.endpoint), clock)


def _make_pubsub(argument: str, settings: Settings, clock: Clock) -> Source:
    from log_gardener.sources.pubsub.source import PubSubOptions, PubSubSource  # noqa: PLC0415

    own = settings.pubsub
    idle_seconds = parse_duration(own.idle).total_seconds()
    return PubSubSource(argument, PubSubOptions(own.held_messages, own.held_mib, idle_seconds, own.endpoint), clock)


def _make_bigquery(argument: str, settings: Settings, clock: Clock) -> Source:
    from log_gardener.sources.bigquery.source import MOST_STREAMS, BigQueryOptions, BigQuerySource  # noqa: PLC0415

    own = settings.bigquery
    options = BigQueryOptions(
        workers=own.workers,
        late_hours=_count_hours(settings.late),
        endpoint=own.endpoint,
        billing_project=own.billing_project,
        query_endpoint=own.query_endpoint,
        streams=MOST_STREAMS if settings.engine is EngineName.BEAM else 0,
    )
    return BigQuerySource(argument, options, clock)


def _count_hours(length: str) -> int:
    """Whole hours, at least one."""
    return max(parse_duration(length) // timedelta(hours=1), 1)


_SCHEMES: dict[str, Callable[[str, Settings, Clock], Source]] = {
    "logging": _make_cloud_logging,
    "gs": _make_storage,
    "pubsub": _make_pubsub,
    "bigquery": _make_bigquery,
}


def find_sources(settings: Settings, run: int) -> list[str]:
    """The sources that a run read."""
    names = read_replay(run, make_store(settings).find_replay(run)).sources
    return [STDIN if name == STDIN_NAME else name for name in names]


def make_store(settings: Settings, *, keeps_connections: bool = False) -> Store:
    """The store that the settings name; with kept connections for whoever asks all the time."""
    hours = _count_hours(settings.memory.identities)
    wait = parse_duration(settings.memory.wait).total_seconds()
    state = settings.state_or_default
    return SqlStore(state, wait_seconds=wait, identity_hours=hours, keeps_connections=keeps_connections)


def make_redactor(settings: Settings) -> Redactor:
    """What takes secrets out, as the settings have it."""
    own = settings.redaction
    return Redactor(settings.redaction_key.get_secret_value().encode(), own.to_rules(), tuple(own.allowed))


def make_tracker(settings: Settings, clock: Clock) -> Tracker:
    """The tracker that the settings name.

    Raises:
        UsageError: they name none, or not who files there, or what it takes is not installed.
        ConfigError: the file of a key cannot be read.
    """
    own = settings.github
    if not own.repository:
        msg = "no repository is named to file tickets in: set github.repository = 'owner/name' in the configuration"
        raise UsageError(msg)
    try:
        # Half a second that no other command need wait for.
        from log_gardener.trackers.github.options import GitHubOptions  # noqa: PLC0415
        from log_gardener.trackers.github.tracker import GitHubTracker  # noqa: PLC0415
    except ImportError as error:
        msg = f"tickets on GitHub need what is not installed ({error.name}): pip install 'log-gardener[github]'"
        raise UsageError(msg) from error
    options = GitHubOptions(
        repository=own.repository,
        token="" if own.app_id else own.find_token(),
        app_id=own.app_id,
        private_key=own.read_key(),
        installation_id=own.installation_id,
        login=own.login,
        base_url=own.base_url,
        documents=tuple(own.documents),
        most_documents=own.most_documents,
        seconds_between_writes=own.seconds_between_writes,
        patience_seconds=parse_duration(own.patience).total_seconds(),
    )
    return GitHubTracker(options, clock)


def make_writer(settings: Settings) -> TicketWriter:
    """What words tickets, as the settings have it.

    Raises:
        ConfigError: the user's own template is wrong.
    """
    from log_gardener.renderers.ticket import TicketRenderer  # noqa: PLC0415 - jinja takes its time
    from log_gardener.renderers.ticket_options import TicketOptions  # noqa: PLC0415

    own = settings.tickets
    code = make_code_host(settings)
    return TicketRenderer(TicketOptions(own.template_path, settings.time_zone, code, quiet_label=own.quiet_label))


def make_filing(
    settings: Settings, observer: Observer, check: Callable[[str, str], None], clock: Clock = tell_time
) -> FilingParts:
    """All parts of filing.

    Raises:
        UsageError: no tracker is named, or not who files there.
    """
    return FilingParts(
        garden=open_garden(settings),
        tracker=make_tracker(settings, clock),
        writer=make_writer(settings),
        policy=settings.tickets.to_policy(),
        clock=clock,
        observer=observer,
        redact=make_redactor(settings).text,
        check=check,
    )


def prune(settings: Settings, now: datetime) -> Pruning:
    """Drop what is older than the settings keep it."""
    worklogs = to_nanos(now - parse_duration(settings.memory.worklogs))
    histories = to_nanos(now - parse_duration(settings.memory.histories))
    return make_store(settings).prune(worklogs, histories // NANOS_PER_MINUTE)


def open_garden(settings: Settings, store: Store | None = None) -> Garden:
    """What the settings' store remembers, or one that is open already, as their decisions have it."""
    quiet = parse_duration(settings.memory.quiet_after)
    return Garden(store or make_store(settings), settings.decisions.to_decisions(), quiet)


def make_engine(settings: Settings) -> Engine:
    """What reads the sources of `tend`; all else reads on this machine.

    Raises:
        UsageError: it is not installed, or is told what it does not know.
    """
    if settings.engine is EngineName.LOCAL:
        return LocalEngine(settings.threads or None)
    try:
        # Three seconds that nobody else need wait for.
        from log_gardener.engines.beam.engine import BeamEngine  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(_tell_missing(error)) from error
    return BeamEngine(settings.beam)


def make_conductor(settings: Settings, sources: Sequence[Source], request: Request, clock: Clock) -> "Conductor":
    """What has a subscription counted by many machines, and the panes that come of it.

    Raises:
        UsageError: it is no subscription, Beam is not installed, or is told what it does not know.
    """
    try:
        from log_gardener.engines.beam.streaming.conducting import Conductor  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(_tell_missing(error)) from error
    return Conductor(settings.beam, sources, request, clock=clock)


def _tell_missing(error: ImportError) -> str:
    return f"--engine beam needs what is not installed ({error.name}): pip install 'log-gardener[beam]'"


def assemble_to_tend(settings: Settings, named: Sequence[str], observer: Observer, clock: Clock) -> Parts:
    """All parts of a run of `tend` over the sources that were named, with the engine of the settings.

    Raises:
        UsageError: there is no such source, or what it takes is not installed.
    """
    return assemble(settings, make_sources(named, settings, clock), observer, clock, engine=make_engine(settings))


def assemble(
    settings: Settings,
    sources: Sequence[Source],
    observer: Observer,
    clock: Clock = tell_time,
    *,
    engine: Engine | None = None,
) -> Parts:
    """All parts of a run; without an engine it reads on this machine."""
    return Parts(
        sources=sources,
        engine=engine or LocalEngine(settings.threads or None),
        store=make_store(settings),
        clock=clock,
        observer=observer,
        policy=settings.priority.to_policy(),
        redact=make_redactor(settings),
        decisions=settings.decisions.to_decisions(),
        look_back=parse_duration(settings.look_back) if settings.look_back else None,
    )
