"""The commands. Each parses, assembles, makes one call, and shows one result."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from log_gardener.cli import compare, decisions, listing, upkeep, verdicts
from log_gardener.cli.options import (
    ConfigOption,
    InputFormat,
    NowOption,
    StateOption,
    load,
    make_clock,
    make_request,
    stderr,
)
from log_gardener.errors import OutputError, UsageError
from log_gardener.model.coverage import Outcome

EXIT_UNKNOWN = 3

app = typer.Typer(
    name="log-gardener",
    help="Read Google Cloud logs, group what belongs together, judge it, and tend the issues over time.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"log-gardener {version('log-gardener')}")
        raise typer.Exit


@app.callback()
def describe(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Read Google Cloud logs, group what belongs together, judge it, and tend the issues over time."""


issues = typer.Typer(help="What is remembered.", no_args_is_help=True)
app.add_typer(issues, name="issues")

_SOURCES_HELP = "Path, glob, or - for standard input; gzip and zstd are told by content."

SourcesArgument = Annotated[list[str], typer.Argument(metavar="SOURCE...", help=_SOURCES_HELP)]


@app.command()
def tend(
    sources: Annotated[list[str] | None, typer.Argument(metavar="SOURCE...", help=_SOURCES_HELP)] = None,
    *,
    since: Annotated[str, typer.Option(help="How far back to look from --until or now: 2d, 6h, 90m.")] = "",
    until: Annotated[str, typer.Option(help="End of the window, exclusive: 2025-09-14T20:30:00Z.")] = "",
    service: Annotated[str, typer.Option(help="Look at one service only.")] = "",
    output: Annotated[str, typer.Option(help="Path or folder of the worklog, - for stdout.")] = "",
    form: Annotated[str, typer.Option("--format", help="markdown or json; by default what --output ends with.")] = "",
    input_format: Annotated[InputFormat, typer.Option("--input", help="Layout of the sources.")] = InputFormat.AUTO,
    state: StateOption = "",
    config: ConfigOption = None,
    now: NowOption = "",
    replay: Annotated[
        int | None,
        typer.Option(min=1, metavar="RUN", help="Repeat a run, to the byte; nothing is remembered of that."),
    ] = None,
) -> None:
    """Read, remember, and write the worklog."""
    from log_gardener import flow, wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import console  # noqa: PLC0415
    from log_gardener.cli.output import choose_form, publish  # noqa: PLC0415

    settings = load(config, state=state, service=service, since=since, output=output)
    clock = make_clock(now)
    request = make_request(settings, clock, until=until, input_format=input_format)
    chosen = choose_form(form, settings.output)
    observer = console.TerminalObserver(stderr())
    named = sources or (wiring.find_sources(settings, replay) if replay else [])
    if not named:
        msg = "name a SOURCE to read: a path, a glob, or - for standard input"
        raise UsageError(msg)
    parts = wiring.assemble(settings, wiring.make_sources(named), observer, clock)

    worklog = flow.repeat(parts, replay) if replay else flow.ingest(parts, request)
    path = publish(flow.publish(worklog, wiring.make_renderer(chosen, settings)), worklog, settings.output, chosen)
    console.show_worklog(stderr(), worklog)
    if path is not None:
        stderr().print(f"worklog: {path}", soft_wrap=True, highlight=False)
    if worklog.outcome is Outcome.UNKNOWN:
        raise typer.Exit(EXIT_UNKNOWN)


@app.command()
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

    settings = load(config, state=state)
    opened = wiring.make_sources(sources, are_read_twice=True)
    parts = wiring.assemble(settings, opened, console.TerminalObserver(stderr()))
    request = make_request(settings, parts.clock, until="", input_format=input_format)

    try:
        count, harvest = flow.assign(parts, request, output)
    except OSError as error:
        msg = f"cannot write {output}: {error.strerror or error}"
        raise OutputError(msg) from error
    finally:
        for source in opened:
            source.close()

    for problem in harvest.problems:
        stderr().print(console.plain(f"could not be read: {problem.source}: {problem.reason}"), style="red")
    stderr().print(f"{count:,} rows: {output}", highlight=False)
    if not count:
        raise typer.Exit(EXIT_UNKNOWN)


issues.command("list")(listing.list_issues)
issues.command("show")(listing.show_issue)
issues.command("explain")(decisions.explain)
issues.command("why-not")(decisions.why_not)
issues.command("merge")(decisions.merge)
issues.command("split")(decisions.split)
issues.command("mute")(verdicts.mute)
issues.command("resolve")(verdicts.resolve)
issues.command("reopen")(verdicts.reopen)
issues.command("lock")(verdicts.lock)
issues.command("export")(upkeep.export)
issues.command("import")(upkeep.load_export)
app.command()(compare.diff)
app.command()(upkeep.runs)
app.command()(upkeep.prune)
app.command()(upkeep.doctor)


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("log-gardener.toml"),
) -> None:
    """Write a commented log-gardener.toml with every setting and its default."""
    from log_gardener.cli.template import make_template  # noqa: PLC0415 - only here

    if path.exists():
        msg = f"{path} is there already; name another file, or delete it first"
        raise UsageError(msg)
    try:
        path.write_text(make_template(), encoding="utf-8")
    except OSError as error:
        msg = f"cannot write {path}: {error.strerror}"
        raise OutputError(msg) from error
    stderr().print(f"{path}: every setting with its default; uncomment what you change", highlight=False)
