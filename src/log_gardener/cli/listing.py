"""The commands that show what is remembered."""

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from log_gardener.cli.completing import PRIORITIES, STATUSES, TRENDS, offer_several
from log_gardener.cli.options import ConfigOption, IssueArgument, JsonOption, StateOption, load, stderr
from log_gardener.errors import UsageError
from log_gardener.stages.selection import Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from log_gardener.model.cluster import Status, Trend
    from log_gardener.model.issue import Issue
    from log_gardener.model.priority import Priority

Kind = TypeVar("Kind", bound=StrEnum)

PrioritiesOption = Annotated[
    str, typer.Option(help="Of these priorities: P0 or P0,P1.", autocompletion=offer_several(*PRIORITIES))
]
StatusesOption = Annotated[
    str, typer.Option(help="Of these: open, muted, resolved.", autocompletion=offer_several(*STATUSES))
]
TrendsOption = Annotated[
    str,
    typer.Option(help="Of these: new, ongoing, escalating, regressed, quiet.", autocompletion=offer_several(*TRENDS)),
]

# As many as people look at; more are named, and left to a filter.
MOST = 50


def list_issues(
    *,
    service: Annotated[str, typer.Option(help="Of one service only.")] = "",
    priority: Annotated[
        str, typer.Option(help="Of these priorities: P0 or P0,P1.", autocompletion=offer_several(*PRIORITIES))
    ] = "",
    status: Annotated[
        str, typer.Option(help="Of these: open, muted, resolved.", autocompletion=offer_several(*STATUSES))
    ] = "",
    trend: Annotated[
        str,
        typer.Option(
            help="Of these: new, ongoing, escalating, regressed, quiet.", autocompletion=offer_several(*TRENDS)
        ),
    ] = "",
    text: Annotated[str, typer.Option(help="With this in the title or a template; case does not matter.")] = "",
    sort: Annotated[Order, typer.Option(help="What comes first.")] = Order.PRIORITY,
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 is all.")] = MOST,
    state: StateOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what is remembered, the most urgent first."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import console, output  # noqa: PLC0415
    from log_gardener.renderers.json_memory import spell_issue  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415
    from log_gardener.stages.selection import Selection, select  # noqa: PLC0415

    named = _read_all(priority, status, trend)
    garden = wiring.open_garden(load(config, state=state))
    remembered = garden.list_issues()
    found = select(remembered, Selection(service, *named, text=text, order=sort))
    shown = found[: limit or None]
    tickets = garden.find_tickets(shown)
    if as_json:
        output.echo(spell_json([spell_issue(one, tickets.get(one.id)) for one in shown]))
    else:
        output.show(console.show_issues, garden.remember(shown), tickets)
        _tell_rest(shown, len(found), len(remembered))


def _tell_rest(shown: "Sequence[Issue]", found: int, remembered: int) -> None:
    told = _tell_share(len(shown), found, remembered) + _tell_next(shown)
    stderr().print(told, highlight=False, end="", soft_wrap=not stderr().is_terminal)


def _tell_share(shown: int, found: int, remembered: int) -> str:
    if not remembered:
        return "nothing is remembered yet; 'log-gardener tend SOURCE' begins\n"
    asked = "" if found == remembered else " that are like that"
    if shown < found:
        return f"{shown:,} of {found:,} issues{asked}; --limit 0 lists them all\n"
    return f"{found:,} of {remembered:,} issues are like that\n" if asked else ""


def _tell_next(shown: "Sequence[Issue]") -> str:
    """What to do with what is listed, for who reads it in a terminal."""
    from log_gardener.cli import console  # noqa: PLC0415 - only when the command runs

    return console.tell_next(shown) if shown and stderr().is_terminal else ""


def _read_all(
    priority: str, status: str, trend: str
) -> "tuple[frozenset[Priority], frozenset[Status], frozenset[Trend]]":
    from log_gardener.model.cluster import Status, Trend  # noqa: PLC0415 - only when the command runs
    from log_gardener.model.priority import Priority  # noqa: PLC0415

    return _read(priority, Priority), _read(status, Status), _read(trend, Trend)


def _read(spelt: str, kind: type[Kind]) -> frozenset[Kind]:
    """The values that a filter names; none for all.

    Raises:
        UsageError: there is no such value.
    """
    named = [part.strip() for part in spelt.split(",") if part.strip()]
    unknown = [name for name in named if name not in list(kind)]
    if unknown:
        msg = f"there is no {kind.__name__.lower()} {unknown[0]!r}; give some of {', '.join(kind)}"
        raise UsageError(msg)
    return frozenset(map(kind, named))


def show_issue(
    issue: IssueArgument,
    *,
    state: StateOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one issue: its history, and how the latest worklog saw it."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import issue as told  # noqa: PLC0415
    from log_gardener.cli import output  # noqa: PLC0415
    from log_gardener.renderers.json_memory import spell_whole  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    (found,) = garden.remember([garden.find_issue(issue)])
    details, cluster = garden.store.find_details(found.id), garden.find_cluster(found)
    ticket = garden.find_tickets([found]).get(found.id)
    if as_json:
        output.echo(spell_json(spell_whole(found, details, cluster, ticket=ticket)))
    else:
        output.show(partial(told.show_issue, ticket=ticket), found, details, cluster)
