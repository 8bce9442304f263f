"""A plan as people read it: what is done to each ticket, and what is left alone; for every form that shows it.

All texts here are redacted and not inert: whoever shows them makes them so, line by line.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice

from log_gardener.model.ledger import DASHBOARD, NOTICE
from log_gardener.model.plan import Action, ActionKind, Plan
from log_gardener.model.ticket import name_ticket, put_numbers

_NAMES = {DASHBOARD: "the dashboard", NOTICE: "the notice that nothing is filed"}

# Lines of a text that did not change, around those that did.
_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One action.

    Attributes:
        what: to be said behind the kind, as in "close" "as completed"; empty where that says all.
        diff: lines of a unified diff of what is replaced; empty where nothing is.
        text: lines of what is written anew: a body, a comment.
    """

    kind: ActionKind
    what: str
    reason: str
    digest: str
    diff: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanSection:
    """What is done to one ticket, in order; without a number where the plan creates it."""

    issue: str
    title: str
    number: int | None
    steps: tuple[PlanStep, ...]


@dataclass(frozen=True, slots=True)
class LeftGroup:
    """What is left alone for one reason: numbers and titles."""

    why: str
    tickets: tuple[tuple[int | None, str], ...]


def count_actions(plan: Plan) -> str:
    """How many of each kind, in words; `nothing to do` for none."""
    counts = Counter(action.kind for action in plan.actions)
    return ", ".join(f"{kind} {counts[kind]:,}" for kind in ActionKind if counts[kind]) or "nothing to do"


def list_sections(plan: Plan) -> tuple[PlanSection, ...]:
    """By ticket, in the order of its first action."""
    by_ticket: dict[tuple[str, int | None], list[PlanStep]] = {}
    for position, action in enumerate(plan.actions):
        step = _spell_step(action, plan.before.get(position, ""), plan.numbers)
        by_ticket.setdefault((action.issue, action.number), []).append(step)
    return tuple(
        PlanSection(issue, _find_title(plan, issue), number, tuple(steps))
        for (issue, number), steps in by_ticket.items()
    )


def group_left_alone(plan: Plan) -> tuple[LeftGroup, ...]:
    """By reason, the most frequent first."""
    by_reason: dict[str, list[tuple[int | None, str]]] = {}
    for row in plan.left_alone:
        by_reason.setdefault(row.why, []).append((row.number, _find_title(plan, row.issue)))
    groups = [LeftGroup(why, tuple(tickets)) for why, tickets in by_reason.items()]
    return tuple(sorted(groups, key=lambda group: -len(group.tickets)))


def _find_title(plan: Plan, issue: str) -> str:
    return _NAMES.get(issue) or plan.titles.get(issue) or issue


def _spell_step(action: Action, before: str, numbers: Mapping[str, int]) -> PlanStep:
    text = put_numbers(action.text, numbers).split("\n") if action.text else []
    diff: list[str] = []
    if action.kind is ActionKind.EDIT:
        diff = _compare(before.replace("\r\n", "\n").split("\n"), text)
    elif action.kind is ActionKind.RETITLE:
        diff = [f"-{before}", f"+{action.title}"]
    is_anew = action.kind in {ActionKind.CREATE, ActionKind.COMMENT}
    say = _WORDS.get(action.kind)
    what = put_numbers(say(action), numbers) if say else ""
    return PlanStep(action.kind, what, action.reason, action.digest, tuple(diff), tuple(text) if is_anew else ())


def _compare(before: list[str], after: list[str]) -> list[str]:
    """The lines that change, and those around them; the names of two files, which come first, are none here."""
    old, new = ([line.rstrip() for line in lines] for lines in (before, after))
    lines = unified_diff(old, new, lineterm="", n=_CONTEXT)
    return list(islice(lines, 2, None))


def _say_create(action: Action) -> str:
    follows = f", which follows #{action.after}" if action.after is not None else ""
    return f"“{action.title}”{_list_labels(' with the labels ', action.labels)}{follows}"


def _say_label(action: Action) -> str:
    added, taken = _list_labels("add ", action.labels), _list_labels("take off ", action.former_labels)
    return "; ".join(filter(None, (added, taken)))


def _list_labels(before: str, labels: Sequence[str]) -> str:
    return before + ", ".join(labels) if labels else ""


_WORDS: Mapping[ActionKind, Callable[[Action], str]] = {
    ActionKind.CREATE: _say_create,
    ActionKind.EDIT: lambda _: "our part of its text",
    ActionKind.RETITLE: lambda action: f"to “{action.title}”",
    ActionKind.LABEL: _say_label,
    ActionKind.CLOSE: lambda action: f"as {action.closed_as or 'completed'}",
    ActionKind.LINK: lambda action: f"as a part of {name_ticket(action.to)}",
    ActionKind.DECIDE: lambda action: f"in the garden that it is {action.status}",
    ActionKind.REMEMBER: lambda action: f"that it {f'was {action.fate}' if action.fate else 'is ours'}",
}
