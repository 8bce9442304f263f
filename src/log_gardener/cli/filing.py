"""The commands that file tickets: what would be done, and doing exactly that."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli.completing import offer
from log_gardener.cli.options import ConfigOption, JsonOption, NowOption, StateOption, load, make_clock, stderr
from log_gardener.cli.scanned import ScannedConsole
from log_gardener.errors import GardenerError, OutputError, PlanError, UsageError
from log_gardener.stages.breaker import BREAKERS

if TYPE_CHECKING:
    from rich.console import Console

    from log_gardener.cli.plan_view import Teller
    from log_gardener.config import Settings
    from log_gardener.filing import FilingParts
    from log_gardener.model.plan import Applied, Plan
    from log_gardener.ports import Clock

EXIT_LEFT = 1

STDIN = STDOUT = "-"

STOPPED = "stopped; what is done is remembered, and the same command goes on from here"

DespiteOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="BREAKER",
        help=f"File despite {' or '.join(BREAKERS)}; for once.",
        autocompletion=offer(*BREAKERS),
    ),
]


class PlanFormat(StrEnum):
    """Forms of a plan for people."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"


def plan(
    *,
    output: Annotated[str, typer.Option(help="File to write the plan to, for apply; - for stdout.")] = "",
    form: Annotated[PlanFormat, typer.Option("--format", help="How to show it.")] = PlanFormat.TERMINAL,
    despite: DespiteOption = None,
    state: StateOption = "",
    config: ConfigOption = None,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what would be done in the tracker; nothing is written there."""
    from log_gardener import filing  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import output as exit_  # noqa: PLC0415
    from log_gardener.cli import plan_view  # noqa: PLC0415
    from log_gardener.exits import leaks  # noqa: PLC0415
    from log_gardener.model.plan import spell_plan  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415
    from log_gardener.renderers.plan_preview import PlanPreview  # noqa: PLC0415

    _check_despite(despite or [])
    parts = make_parts(load(config, state=state), make_clock(now))
    made = filing.make_plan(parts, despite or [])
    spelt = spell_json(spell_plan(made))
    leaks.check(spelt, "the plan")
    if output not in {"", STDOUT}:
        _keep(spelt, Path(output))
    if as_json or output == STDOUT:
        exit_.echo(spelt, "the plan")
    elif form is PlanFormat.MARKDOWN:
        exit_.echo(PlanPreview().render_plan(made).rstrip("\n"), "the plan")
    else:
        exit_.show(plan_view.show_plan, made)
    if made.actions:
        stderr().print(_tell_next(output), highlight=False, soft_wrap=True, markup=False)


def _check_despite(named: Sequence[str]) -> None:
    for name in named:
        if name not in BREAKERS:
            msg = f"there is no breaker {name!r}; give {' or '.join(BREAKERS)}"
            raise UsageError(msg)


def _keep(spelt: str, path: Path) -> None:
    from log_gardener.cli.output import write  # noqa: PLC0415 - only where it is asked for

    try:
        write(spelt + "\n", path)
    except OutputError as error:
        msg = f"cannot write the plan to {path}: {getattr(error.__cause__, 'strerror', None) or error}"
        raise OutputError(msg) from error


def _tell_next(output: str) -> str:
    if output in {"", STDOUT}:
        return "nothing is filed yet; 'log-gardener plan --output PLAN.json' keeps a plan for 'log-gardener apply'"
    return f"nothing is filed yet; 'log-gardener apply {quote(output)}' does exactly this"


def apply(
    path: Annotated[str, typer.Argument(metavar="PLAN.json", help="What plan --output has written; - for stdin.")],
    *,
    state: StateOption = "",
    config: ConfigOption = None,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Carry out a plan: exactly it. What has changed since is refused; the same command goes on where it ended."""
    from log_gardener.cli import output, plan_view  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.renderers.json_memory import spell_applied  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    settings = load(config, state=state)
    read = _read(path)
    teller = plan_view.Teller(None if as_json else _find_console(), read)
    applied = _carry_out(make_parts(settings, make_clock(now)), read, teller)
    if as_json:
        output.echo(spell_json(spell_applied(applied)), "the result")
    else:
        output.show(plan_view.show_end, applied, read)
    end(applied)


def _find_console() -> "Console":
    """Where lines go while progress is drawn: on one terminal above it."""
    return stderr() if sys.stdout.isatty() and stderr().is_terminal else ScannedConsole()


def _carry_out(parts: "FilingParts", plan: "Plan", teller: "Teller") -> "Applied":
    from log_gardener import applying  # noqa: PLC0415 - only where it is asked for

    try:
        applied = applying.apply(parts, plan, teller.tell)
    except PlanError as error:
        raise UsageError(str(error)) from error
    except KeyboardInterrupt:
        raise GardenerError(STOPPED) from None
    teller.check()
    return applied


def _read(path: str) -> "Plan":
    """The plan of a file.

    Raises:
        UsageError: it cannot be read, or is no plan.
    """
    from log_gardener.model.plan import parse_plan  # noqa: PLC0415 - only where it is asked for

    try:
        text = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
        return parse_plan(text.decode())
    except UnicodeDecodeError:
        msg = f"{path} is no plan; 'log-gardener plan --output PLAN.json' makes one"
        raise UsageError(msg) from None
    except PlanError as error:
        msg = f"{path}: {error}"
        raise UsageError(msg) from error
    except OSError as error:
        msg = f"cannot read {path}: {error.strerror}; 'log-gardener plan --output PLAN.json' makes a plan"
        raise UsageError(msg) from error


def make_parts(settings: "Settings", clock: "Clock") -> "FilingParts":
    """All parts of filing, with the last look at all that leaves."""
    from log_gardener import wiring  # noqa: PLC0415 - only when a command runs
    from log_gardener.cli.progress import TerminalObserver  # noqa: PLC0415
    from log_gardener.exits import leaks  # noqa: PLC0415

    return wiring.make_filing(settings, TerminalObserver(stderr()), leaks.check, clock)


def end(applied: "Applied") -> None:
    """Say with the exit code whether all is done, and if not what to do."""
    left = sum(not one.is_done for one in applied.results)
    if not left and not applied.stopped:
        return
    if applied.stopped:
        stderr().print(f"stopped: {applied.stopped}", style="red", highlight=False, soft_wrap=True, markup=False)
        stderr().print("the same command goes on from here", highlight=False)
    else:
        stderr().print(
            f"left undone: {left:,} of {len(applied.results):,} actions; 'log-gardener plan' looks at the tracker anew",
            highlight=False,
            soft_wrap=True,
        )
    raise typer.Exit(EXIT_LEFT)


def file_now(settings: "Settings", clock: "Clock") -> None:
    """Plan and apply at once, within the configured limits.

    Raises:
        GardenerError: the tracker cannot be read or written; the worklog is there all the same.
    """
    from log_gardener import filing  # noqa: PLC0415 - only where it is asked for
    from log_gardener.cli import plan_view  # noqa: PLC0415

    parts = make_parts(settings, clock)
    made = filing.make_plan(parts)
    applied = _carry_out(parts, made, plan_view.Teller(stderr(), made))
    plan_view.show_end(stderr(), applied, made)
    end(applied)
