"""The main job, and the rows of every entry."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli import filing
from log_gardener.cli.completing import FORMATS, offer
from log_gardener.cli.options import (
    EXIT_UNKNOWN,
    BeamOption,
    ConfigOption,
    EngineOption,
    FilterOption,
    InputFormat,
    NowOption,
    SeverityOption,
    StateOption,
    check_filter,
    choose_engine,
    load,
    make_clock,
    make_request,
    stderr,
)
from log_gardener.errors import OutputError, UsageError
from log_gardener.model.coverage import Outcome

if TYPE_CHECKING:
    from log_gardener.cli.progress import TerminalObserver
    from log_gardener.config import Settings
    from log_gardener.model.worklog import Worklog
    from log_gardener.renderers.svg.pictures import Picture
    from log_gardener.wiring import Format

_SOURCES_HELP = (
    "Path, glob, or - for standard input (gzip and zstd are told by content); logging://PROJECT, gs://BUCKET/PREFIX, "
    "pubsub://PROJECT/SUBSCRIPTION, bigquery://PROJECT.DATASET.TABLE."
)

ReplayOption = Annotated[
    int | None, typer.Option(min=1, metavar="RUN", help="Repeat a run, to the byte; nothing is remembered of that.")
]
ApplyOption = Annotated[
    bool, typer.Option("--apply", help="Then file tickets, within the limits of the configuration.")
]

FormOption = Annotated[
    str,
    typer.Option(
        "--format",
        help="markdown, json or html; by default what --output ends with.",
        autocompletion=offer(*FORMATS),
    ),
]
PicturesOption = Annotated[
    bool, typer.Option("--no-pictures", help="No SVG files beside a worklog in Markdown, which shows them.")
]

FORGETFUL = ":memory:"

SourcesArgument = Annotated[list[str], typer.Argument(metavar="SOURCE...", help=_SOURCES_HELP)]


def tend(
    sources: Annotated[list[str] | None, typer.Argument(metavar="SOURCE...", help=_SOURCES_HELP)] = None,
    *,
    since: Annotated[str, typer.Option(help="How far back to look from --until or now: 2d, 6h, 90m.")] = "",
    until: Annotated[str, typer.Option(help="End of the window, exclusive: 2025-09-14T20:30:00Z.")] = "",
    service: Annotated[str, typer.Option(help="Look at one service only.")] = "",
    severity: SeverityOption = "",
    log_filter: FilterOption = "",
    output: Annotated[str, typer.Option(help="Path or folder of the worklog, - for stdout.")] = "",
    form: FormOption = "",
    input_format: Annotated[InputFormat, typer.Option("--input", help="Layout of the sources.")] = InputFormat.AUTO,
    state: StateOption = "",
    config: ConfigOption = None,
    now: NowOption = "",
    replay: ReplayOption = None,
    apply: ApplyOption = False,
    engine: EngineOption = "",
    beam: BeamOption = None,
    no_pictures: PicturesOption = False,
) -> None:
    """Read, remember, and write the worklog."""
    from log_gardener import flow, wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli.progress import TerminalObserver  # noqa: PLC0415

    given = {"service": service, "severity": severity, "since": since, "output": output, "logging_filter": log_filter}
    settings = choose_engine(load(config, state=state, **given), engine, beam or ())
    clock = make_clock(now)
    chosen = _choose_form(form, settings)
    named = find_named(sources, replay, settings)
    check_filter(log_filter, named)
    _check_filing(settings, is_asked=apply, is_repeat=replay is not None)
    request = make_request(settings, clock, sources=named, until=until, input_format=input_format)
    observer = TerminalObserver(stderr())
    parts = wiring.assemble_to_tend(settings, named, observer, clock)
    worklog = flow.repeat(parts, replay) if replay else flow.ingest(parts, request)
    with observer.enter("writing"):
        path = _publish(worklog, chosen, settings, are_drawn=not no_pictures)
    _end(worklog, path, observer)
    if apply:
        filing.file_now(settings, clock)


def _choose_form(form: str, settings: "Settings") -> "Format":
    from log_gardener.cli.output import choose_form  # noqa: PLC0415 - only when a command runs

    return choose_form(form, settings.output)


def _check_filing(settings: "Settings", *, is_asked: bool, is_repeat: bool) -> None:
    """Refuse to read for an hour and then to have nowhere to file.

    Raises:
        UsageError: tickets are asked for, and there is no tracker, or nothing new to file.
    """
    if not is_asked:
        return
    if is_repeat:
        msg = "--replay repeats what a run has seen, and --apply files what is new; give one of them"
        raise UsageError(msg)
    if settings.state_or_default == FORGETFUL:
        msg = "--apply files what is remembered, and a state in memory is forgotten before that; give --state a file"
        raise UsageError(msg)
    from log_gardener import wiring  # noqa: PLC0415 - only where it is asked for

    wiring.make_tracker(settings, wiring.tell_time)
    wiring.make_writer(settings)


def _publish(worklog: "Worklog", form: "Format", settings: "Settings", *, are_drawn: bool) -> Path | None:
    """Write the worklog, its pictures beside it where it shows them, and return the path; `None` is stdout."""
    from log_gardener import flow, wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli.output import choose_path, has_room, publish  # noqa: PLC0415

    path = choose_path(settings.output, worklog, form)
    pictures: tuple[Picture, ...] = ()
    if path and are_drawn and form is wiring.Format.MARKDOWN and has_room(path):
        from log_gardener.renderers.svg.pictures import draw_pictures  # noqa: PLC0415 - only where it is drawn

        pictures = draw_pictures(worklog)
    publish(flow.publish(worklog, wiring.make_renderer(form, settings, pictures)), path, pictures)
    return path


def _end(worklog: "Worklog", path: Path | None, observer: "TerminalObserver") -> None:
    """Show what was found and where it is written, and say with the exit code whether anything can be concluded."""
    from log_gardener.cli import console  # noqa: PLC0415 - only when a command runs

    with stderr().whole():
        console.show_worklog(stderr(), worklog)
    if path is not None:
        stderr().print(console.plain(f"worklog: {path}"), soft_wrap=True)
    if worklog.outcome is Outcome.UNKNOWN:
        raise typer.Exit(EXIT_UNKNOWN)
    observer.tell_rates(worklog.coverage.read)


def find_named(sources: Sequence[str] | None, replay: int | None, settings: "Settings") -> Sequence[str]:
    """The sources that were named, or those that the run to repeat has read.

    Raises:
        UsageError: there is none.
    """
    from log_gardener import wiring  # noqa: PLC0415 - only when a command runs

    named = sources or (wiring.find_sources(settings, replay) if replay else [])
    if not named:
        msg = "name a SOURCE to read: a path, a glob, - for standard input, or an address such as logging://PROJECT"
        raise UsageError(msg)
    return named


def assign(
    sources: SourcesArgument,
    *,
    output: Annotated[Path, typer.Option(help="CSV file: insertId,template_id,template,cluster_id.")],
    input_format: Annotated[
        InputFormat, typer.Option("--input", help="text: plain lines, one entry each.")
    ] = InputFormat.AUTO,
    state: StateOption = ":memory:",
    config: ConfigOption = None,
) -> None:
    """Write one CSV row for every entry: its template and its cluster."""
    from log_gardener import flow, wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import console  # noqa: PLC0415
    from log_gardener.cli.progress import TerminalObserver  # noqa: PLC0415

    settings = load(config, state=state)
    opened = wiring.make_sources(sources, settings, wiring.tell_time, are_read_twice=True)
    parts = wiring.assemble(settings, opened, TerminalObserver(stderr()))
    request = make_request(settings, parts.clock, sources=sources, until="", input_format=input_format)

    try:
        count, harvest = flow.assign(parts, request, output)
    except OSError as error:
        msg = f"cannot write {output}: {error.strerror or error}"
        raise OutputError(msg) from error
    finally:
        for source in opened:
            source.close()

    for problem in harvest.problems:
        stderr().print(
            console.plain(f"could not be read: {problem.source}: {problem.reason}"), style="red", soft_wrap=True
        )
    stderr().print(console.plain(f"{count:,} rows: {output}"), soft_wrap=True)
    if not count:
        raise typer.Exit(EXIT_UNKNOWN)
