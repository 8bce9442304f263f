"""A plan in the terminal, and what came of it."""

from typing import Any

from rich.console import Console
from rich.text import Text

from log_gardener.cli.console import plain
from log_gardener.model.plan import ActionKind, Applied, Plan, StepResult
from log_gardener.renderers.plan_sections import (
    LeftGroup,
    PlanSection,
    PlanStep,
    count_actions,
    group_left_alone,
    list_sections,
)

# As much of a digest as tells two apart by eye.
_SHOWN_DIGEST = 8

# Lines of a new text that are shown; the plan's file has them all.
_SHOWN_LINES = 12

# Tickets that are named of those that are left alone for one reason.
_SHOWN_LEFT = 5

_STYLES = {
    ActionKind.CREATE: "green",
    ActionKind.REOPEN: "green",
    ActionKind.CLOSE: "red",
    ActionKind.DECIDE: "cyan",
    ActionKind.REMEMBER: "dim",
}


def show_plan(console: Console, plan: Plan) -> None:
    """Every action with its reason, by ticket, and what is left alone."""
    console.print(plain(f"{plan.tracker}: {count_actions(plan)}"), style="bold")
    for section in list_sections(plan):
        _show_section(console, section)
    groups = group_left_alone(plan)
    if groups:
        console.print("\nleft alone", style="bold")
    for group in groups:
        console.print(plain(_tell_group(group)), soft_wrap=True)
    console.print(f"\ndigest {plan.digest}", style="dim", soft_wrap=True)


def _show_section(console: Console, section: PlanSection) -> None:
    number = "new" if section.number is None else f"#{section.number}"
    console.print(plain(f"\n{number}  {section.title}"), style="bold", soft_wrap=True)
    for step in section.steps:
        _show_step(console, step)


def _show_step(console: Console, step: PlanStep) -> None:
    what = f" {step.what}" if step.what else ""
    told = plain(f"  {step.kind}{what}: {step.reason}  [{step.digest[:_SHOWN_DIGEST]}]")
    console.print(told, style=_STYLES.get(step.kind, "yellow"), soft_wrap=True)
    for line in step.diff:
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        console.print(plain(f"    {line}"), style=style, soft_wrap=True)
    for line in step.text[:_SHOWN_LINES]:
        console.print(plain(f"    {line}"), style="dim", soft_wrap=True)
    more = len(step.text) - _SHOWN_LINES
    if more > 0:
        console.print(f"    ... {more:,} more lines; --format markdown shows them", style="dim", soft_wrap=True)


def _tell_group(group: LeftGroup) -> str:
    named = [title if number is None else f"#{number} {title}" for number, title in group.tickets[:_SHOWN_LEFT]]
    more = len(group.tickets) - len(named)
    return f"  {group.why}: {'; '.join(named)}" + (f"; and {more:,} more" if more > 0 else "")


def show_applied(console: Console, applied: Applied, plan: Plan) -> None:
    """What came of every action, and where the tickets are."""
    for result in applied.results:
        console.print(_tell_result(result, plan), soft_wrap=True)
    done = sum(result.is_done for result in applied.results)
    total = len(plan.actions)
    console.print(f"{plan.tracker}: {done:,} of {total:,} actions done" if total else f"{plan.tracker}: nothing to do")


def _tell_result(result: StepResult, plan: Plan) -> Text:
    action = result.action
    title = action.title or plan.titles.get(action.issue, action.issue)
    where = result.url or ("" if result.number is None else f"#{result.number}")
    sign, style = ("done", "green") if result.is_done else ("left", "red")
    note = "" if result.note == "done" else f"; {result.note}"
    told = plain(f"{sign}  {action.kind} {where} {title}{note}")
    told.stylize(style, 0, len(sign))
    return told


def spell_applied(applied: Applied) -> dict[str, Any]:
    """What came of a plan in plain JSON values."""
    return {
        "stopped": applied.stopped,
        "actions": [
            {
                "kind": result.action.kind.value,
                "issue": result.action.issue,
                "digest": result.action.digest,
                "done": result.is_done,
                "note": result.note,
                "ticket": result.number,
                "url": result.url or None,
            }
            for result in applied.results
        ],
    }
