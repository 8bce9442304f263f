"""A plan in the terminal, and what came of it."""

from rich.console import Console
from rich.text import Text

from log_gardener.cli.console import plain
from log_gardener.cli.tables import print_hanging
from log_gardener.errors import GardenerError
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

# Lines that are shown: of a new text as much as tells what it is, of a change nearly always all of it.
_SHOWN_LINES = 12
_SHOWN_CHANGES = 80

# Tickets that are named of those that are left alone for one reason.
_SHOWN_LEFT = 5

_STYLES = {
    ActionKind.CREATE: "green",
    ActionKind.REOPEN: "green",
    ActionKind.CLOSE: "red",
    ActionKind.DECIDE: "cyan",
    ActionKind.REMEMBER: "dim",
}

_SIGNS = {"+": "green", "-": "red"}


def show_plan(console: Console, plan: Plan) -> None:
    """Every action with its reason, by ticket, and what is left alone."""
    console.print(plain(f"{plan.tracker}: {_count(plan)}"), style="bold", soft_wrap=True)
    for section in list_sections(plan):
        _show_section(console, section)
    groups = group_left_alone(plan)
    if groups:
        console.print("\nleft alone", style="bold")
    for group in groups:
        print_hanging(console, Text(""), plain(_tell_group(group)))
    if plan.actions:
        console.print(f"\ndigest {plan.digest}", style="dim", soft_wrap=True)


def _count(plan: Plan) -> str:
    if plan.actions:
        return count_actions(plan)
    there = len(plan.numbers)
    return f"nothing to do: all is as it should be, in {there:,} ticket{'' if there == 1 else 's'}"


def _show_section(console: Console, section: PlanSection) -> None:
    number = "new" if section.number is None else f"#{section.number}"
    console.print()
    console.print(plain(f"{number}  {section.title}"), style="bold", soft_wrap=True)
    for step in section.steps:
        _show_step(console, step, is_new=section.number is None)


def _show_step(console: Console, step: PlanStep, *, is_new: bool) -> None:
    is_long = step.kind is ActionKind.CREATE
    what = f" {step.what}" if step.what and not is_long else ""
    told = plain(f"  {step.kind}{what}: {step.reason}")
    told.stylize(_STYLES.get(step.kind, "yellow"), 0, len(f"  {step.kind}{what}"))
    console.print(told.append(f"  {step.digest[:_SHOWN_DIGEST]}", style="dim"), soft_wrap=True)
    if is_long:
        console.print(plain(f"    {step.what}"), soft_wrap=True)
    # The text that this plan itself writes is above, as new.
    changes = () if is_new else step.diff
    for line in changes[:_SHOWN_CHANGES]:
        _show_line(console, line, _SIGNS.get(line[:1], "dim"))
    for line in step.text[:_SHOWN_LINES]:
        _show_line(console, line, "dim")
    more = len(changes[_SHOWN_CHANGES:]) + len(step.text[_SHOWN_LINES:])
    if more:
        _show_line(console, f"... {more:,} more lines; --format markdown shows them", "dim")


def _show_line(console: Console, line: str, style: str) -> None:
    console.print(plain(f"    {line}".rstrip()), style=style, soft_wrap=True)


def _tell_group(group: LeftGroup) -> str:
    named = [title if number is None else f"#{number} {title}" for number, title in group.tickets[:_SHOWN_LEFT]]
    more = len(group.tickets) - len(named)
    return f"{group.why}: {'; '.join(named)}" + (f"; and {more:,} more" if more > 0 else "")


class Teller:
    """Tells what came of each action of a plan as soon as it is known, and where the ticket is.

    What keeps a line from being shown keeps nothing from being done: it is raised at the end.

    Args:
        console: where to; `None` for nowhere.
        plan: what is carried out.
    """

    def __init__(self, console: Console | None, plan: Plan) -> None:
        self._console = console
        self._plan = plan
        self._fault: Exception | None = None

    def tell(self, result: StepResult) -> None:
        """Tell what came of an action."""
        if self._console is None:
            return
        try:
            _show_result(self._console, result, self._plan)
        except (GardenerError, OSError) as error:
            self._fault = self._fault or error

    def check(self) -> None:
        """Say what has kept a line from being shown.

        Raises:
            LeakError: a rule finds a secret in it.
            OSError: it cannot be written.
        """
        if self._fault is not None:
            raise self._fault


def show_end(console: Console, applied: Applied, plan: Plan) -> None:
    """How many of the actions are done."""
    done, total = sum(result.is_done for result in applied.results), len(plan.actions)
    told = f"{done:,} of {total:,} actions done" if total else "nothing to do"
    console.print(plain(f"{plan.tracker}: {told}"), style="bold", soft_wrap=True)


def _show_result(console: Console, result: StepResult, plan: Plan) -> None:
    action = result.action
    title = action.title or plan.titles.get(action.issue, action.issue)
    where = result.url or ("new" if result.number is None else f"#{result.number}")
    sign, style = ("done", "green") if result.is_done else ("left", "red")
    note = "" if result.note == "done" else f"; {result.note}"
    print_hanging(console, Text.assemble((sign, style), f"  {action.kind}"), plain(f"{where}  {title}{note}"))
