"""The commands. Each parses, assembles, makes one call, and shows one result."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from log_gardener.cli import (
    compare,
    decisions,
    doctor,
    filing,
    listing,
    redact,
    serve,
    tending,
    upkeep,
    verdicts,
    watch,
)
from log_gardener.cli.options import stderr
from log_gardener.errors import OutputError, UsageError

app = typer.Typer(
    name="log-gardener",
    help="Read Google Cloud logs, group what belongs together, judge it, and tend the issues over time.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"log-gardener {version('log-gardener')}")
        raise typer.Exit


WELCOME = """\
Log Gardener reads Google Cloud logs, groups what belongs together, judges it, and tends the issues over time.

To begin:
  log-gardener tend SOURCE    read logs, and write down what is wrong
  log-gardener issues list    what is remembered, the most urgent first
  log-gardener doctor         what works, and what to do about the rest

'log-gardener --help' names all commands, 'log-gardener COMMAND --help' tells more of one."""


@app.callback(invoke_without_command=True)
def describe(
    context: typer.Context,
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Read Google Cloud logs, group what belongs together, judge it, and tend the issues over time."""
    if context.invoked_subcommand is None:
        typer.echo(WELCOME)


issues = typer.Typer(help="What is remembered.", no_args_is_help=True)
app.add_typer(issues, name="issues")

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
app.command()(tending.tend)
app.command()(tending.assign)
app.command()(compare.diff)
app.command()(watch.watch)
app.command()(serve.serve)
app.command()(filing.plan)
app.command()(filing.apply)
app.command()(upkeep.runs)
app.command()(upkeep.prune)
app.command()(doctor.doctor)
app.command()(redact.redact)


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
