"""A plan in Markdown."""

from collections.abc import Sequence

from log_gardener.model.plan import ActionKind, Plan
from log_gardener.renderers.escaping import flatten
from log_gardener.renderers.markdown import code, count_of, escape, escape_title, fence
from log_gardener.renderers.plan_sections import (
    LeftGroup,
    PlanSection,
    PlanStep,
    count_actions,
    group_left_alone,
    list_sections,
)

# Of what is left alone for one reason.
_MOST_NAMED = 20

_FOLDED = {ActionKind.CREATE: "The whole text", ActionKind.COMMENT: "The comment"}

# So many lines are read without unfolding them.
_MOST_SHOWN = 12


class PlanPreview:
    """Markdown, in which texts of tickets are quoted and do nothing."""

    def render_plan(self, plan: Plan) -> str:
        """The document, with a newline at its end."""
        sections = [
            f"# Plan for {escape(plan.tracker)}: {count_actions(plan)}",
            _introduce(plan),
            *map(_render_section, list_sections(plan)),
            _render_left_alone(group_left_alone(plan)),
        ]
        return "\n\n".join(filter(None, sections)) + "\n"


def _introduce(plan: Plan) -> str:
    if not plan.actions:
        return "All tickets are as they should be."
    writes = f"{count_of(plan.writes, 'write')} in the tracker" if plan.writes else "No write in the tracker"
    how = "`log-gardener apply` does exactly this, or says what has changed since"
    return f"{writes}. {how}.\n\nDigest: {code(plan.digest)}"


def _render_section(section: PlanSection) -> str:
    number = "New" if section.number is None else f"#{section.number}"
    steps = [_render_step(step) for step in section.steps]
    return "\n\n".join([f"## {number}: {escape_title(section.title)}", f"Issue {code(section.issue)}", *steps])


def _render_step(step: PlanStep) -> str:
    what = f" {escape(step.what)}" if step.what else ""
    said = f"**{step.kind.capitalize()}**{what}: {escape(step.reason)}. {code(step.digest)}"
    quoted = _quote(step.diff, "diff") if step.diff else ""
    if step.text:
        quoted = _quote(step.text, "markdown")
        if len(step.text) > _MOST_SHOWN:
            summary = f"{_FOLDED.get(step.kind, 'The text')}, {count_of(len(step.text), 'line')}"
            quoted = f"<details><summary>{summary}</summary>\n\n{quoted}\n\n</details>"
    return "\n\n".join(filter(None, (said, quoted)))


def _quote(lines: Sequence[str], language: str) -> str:
    return fence("\n".join(flatten(line) for line in lines), language)


def _render_left_alone(groups: Sequence[LeftGroup]) -> str:
    if not groups:
        return ""
    return "## Left alone\n\n" + "\n".join(map(_render_group, groups))


def _render_group(group: LeftGroup) -> str:
    named = [f"{'' if number is None else f'#{number} '}{escape_title(title)}" for number, title in group.tickets]
    left = len(named) - _MOST_NAMED
    more = f"; and {left:,} more" if left > 0 else ""
    return f"- **{len(named):,}**, because {escape(group.why)}: {'; '.join(named[:_MOST_NAMED])}{more}"
