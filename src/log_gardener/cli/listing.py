"""The commands that show what is remembered."""

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli.options import ConfigOption, JsonOption, StateOption, load, stderr
from log_gardener.errors import UsageError

if TYPE_CHECKING:
    from log_gardener.garden import Garden
    from log_gardener.model.issue import Issue


# As many as people look at; more are named, and left to a filter.
MOST = 50

# No entries are looked for among those that were counted.
NO_HOURS = (0, 0)


class Order(StrEnum):
    """What a list is sorted by."""

    PRIORITY = "priority"
    COUNT = "count"
    FIRST = "first"
    LAST = "last"
    TITLE = "title"


def list_issues(
    *,
    service: Annotated[str, typer.Option(help="Of one service only.")] = "",
    priority: Annotated[str, typer.Option(help="Of these priorities: P0 or P0,P1.")] = "",
    status: Annotated[str, typer.Option(help="Of these: open, muted, resolved.")] = "",
    trend: Annotated[str, typer.Option(help="Of these: new, ongoing, escalating, regressed, quiet.")] = "",
    text: Annotated[str, typer.Option(help="With this in the title or a template; case does not matter.")] = "",
    sort: Annotated[Order, typer.Option(help="What comes first.")] = Order.PRIORITY,
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 is all.")] = MOST,
    state: StateOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what is remembered, the most urgent first."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import console, issue, leaks, output  # noqa: PLC0415
    from log_gardener.model.cluster import Status, Trend  # noqa: PLC0415
    from log_gardener.model.priority import Priority  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    remembered = garden.list_issues()
    named = (_read(priority, Priority), _read(status, Status), _read(trend, Trend))
    found = [one for one in remembered if _is_like(one, named, service) and _has_text(one, text.casefold())]
    shown = sorted(found, key=lambda one: _rank(one, sort))[: limit or None]
    tickets = _find_tickets(garden, shown)
    if as_json:
        leaks.echo(spell_json([issue.spell_issue(one, tickets.get(one.id)) for one in shown]))
    else:
        output.show(console.show_issues, garden.remember(shown), tickets)
        stderr().print(_tell_share(len(shown), len(remembered)), highlight=False, end="")


def _find_tickets(garden: "Garden", issues: Sequence["Issue"]) -> dict[str, str]:
    """By issue, the address of its ticket, or else of the ticket of one that was merged into it."""
    known = garden.store.recall(NO_HOURS).tickets
    owners = {one.id: (one.id, *garden.decisions.list_merged(one.id)) for one in issues}
    filed = {issue_id: next((one for one in own if one in known), None) for issue_id, own in owners.items()}
    return {issue_id: known[one] for issue_id, one in filed.items() if one is not None}


def _tell_share(shown: int, remembered: int) -> str:
    if not remembered:
        return "nothing is remembered yet; 'log-gardener tend SOURCE' begins\n"
    return f"{shown:,} of {remembered:,} issues; --limit 0 lists all that are like that\n" if shown < remembered else ""


def _is_like(one: "Issue", named: Sequence[Sequence[str]], service: str) -> bool:
    own = (one.priority, one.status, one.trend)
    is_named = all(value in values for value, values in zip(own, named, strict=True))
    return is_named and (not service or service in one.service.split(", "))


def _read(spelt: str, kind: type[StrEnum]) -> list[str]:
    """The values that a filter names, by default all.

    Raises:
        UsageError: there is no such value.
    """
    named = [part.strip() for part in spelt.split(",") if part.strip()]
    unknown = [name for name in named if name not in list(kind)]
    if unknown:
        msg = f"there is no {kind.__name__.lower()} {unknown[0]!r}; give some of {', '.join(kind)}"
        raise UsageError(msg)
    return named or list(kind)


def _has_text(one: "Issue", text: str) -> bool:
    return text in one.title.casefold() or any(text in template.text.casefold() for template in one.templates)


def _rank(one: "Issue", sort: Order) -> tuple[object, ...]:
    own: object = {
        Order.PRIORITY: (one.priority, -one.count),
        Order.COUNT: -one.count,
        Order.FIRST: one.first_nanos or 0,
        Order.LAST: -(one.last_nanos or 0),
        Order.TITLE: one.title.casefold(),
    }[sort]
    return own, one.id


def show_issue(
    issue: Annotated[str, typer.Argument(metavar="ISSUE", help="The id, or the beginning of one.")],
    *,
    state: StateOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one issue: its history, and how the latest worklog saw it."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import issue as told  # noqa: PLC0415
    from log_gardener.cli import leaks, output  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    (found,) = garden.remember([garden.find_issue(issue)])
    details, cluster = garden.store.find_details(found.id), garden.find_cluster(found)
    ticket = _find_tickets(garden, [found]).get(found.id)
    if as_json:
        leaks.echo(spell_json(told.spell_whole(found, details, cluster, ticket=ticket)))
    else:
        output.show(partial(told.show_issue, ticket=ticket), found, details, cluster)
