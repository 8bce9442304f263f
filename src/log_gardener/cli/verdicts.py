"""The commands by which people decide what becomes of an issue."""

from typing import Annotated

import typer

from log_gardener.cli.completing import PRIORITIES, offer
from log_gardener.cli.options import ConfigOption, IssueArgument, NowOption, StateOption, load, make_clock, stderr
from log_gardener.errors import UsageError


def mute(
    issue: IssueArgument,
    *,
    until: Annotated[str, typer.Option(help="End it at a time, 2025-10-01T00:00Z, or after one: 7d.")] = "",
    count: Annotated[int, typer.Option(min=0, help="End it after so many more entries.")] = 0,
    escalation: Annotated[
        bool, typer.Option("--escalation", help="End it on escalation only, as it does in any case.")
    ] = False,
    state: StateOption = "",
    config: ConfigOption = None,
    now: NowOption = "",
) -> None:
    """Mute an issue: it is counted on, and comes back by itself."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.model.instant import to_nanos  # noqa: PLC0415
    from log_gardener.model.issue import Mute  # noqa: PLC0415

    if not (until or count or escalation):
        msg = "say when it ends: --until TIME, --count N, or --escalation"
        raise UsageError(msg)
    at = make_clock(now)()
    end = to_nanos(wiring.find_end(until, at)) if until else None
    garden = wiring.open_garden(load(config, state=state))
    found = garden.find_issue(issue)
    garden.mute(found, Mute(end, found.count + count if count else None), to_nanos(at))
    _tell(f"muted: {found.title}; 'log-gardener issues reopen {found.id}' undoes it")


def resolve(
    issue: IssueArgument,
    *,
    in_revision: Annotated[str, typer.Option(help="The revision with the fix; older ones do not bring it back.")] = "",
    state: StateOption = "",
    config: ConfigOption = None,
    now: NowOption = "",
) -> None:
    """Take an issue for resolved: it comes back only by later entries."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.model.instant import to_nanos  # noqa: PLC0415
    from log_gardener.model.issue import Resolution  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    found = garden.find_issue(issue)
    garden.resolve(found, Resolution(to_nanos(make_clock(now)()), in_revision or None))
    _tell(f"resolved: {found.title}; 'log-gardener issues reopen {found.id}' undoes it")


def reopen(issue: IssueArgument, *, state: StateOption = "", config: ConfigOption = None, now: NowOption = "") -> None:
    """Take an issue for open again, muted or resolved as it is."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.model.instant import to_nanos  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    found = garden.find_issue(issue)
    garden.reopen(found, to_nanos(make_clock(now)()))
    _tell(f"open: {found.title}")


def lock(
    issue: IssueArgument,
    priority: Annotated[
        str,
        typer.Argument(
            metavar="PRIORITY",
            help="P0 to P4, or - to leave it to the runs again.",
            autocompletion=offer(*PRIORITIES),
        ),
    ],
    *,
    state: StateOption = "",
    config: ConfigOption = None,
    now: NowOption = "",
) -> None:
    """Set a priority that no run changes."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.model.instant import to_nanos  # noqa: PLC0415
    from log_gardener.model.priority import Priority  # noqa: PLC0415

    if priority != "-" and priority not in list(Priority):
        msg = f"there is no priority {priority!r}; give one of {', '.join(Priority)}, or - to unlock"
        raise UsageError(msg)
    garden = wiring.open_garden(load(config, state=state))
    found = garden.find_issue(issue)
    chosen = None if priority == "-" else Priority(priority)
    garden.lock(found, chosen, to_nanos(make_clock(now)()))
    _tell(f"{'locked at ' + chosen if chosen else 'unlocked'}: {found.title}")


def _tell(sentence: str) -> None:
    from log_gardener.cli.console import plain  # noqa: PLC0415 - only when a command runs

    stderr().print(plain(sentence), soft_wrap=True)
