"""How a grouping is explained, for people and as JSON."""

from rich.console import Console

from log_gardener.cli.console import plain
from log_gardener.model.cluster import Cluster
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Issue
from log_gardener.stages.explain import UNKNOWN, Difference, list_decisions, list_keys, list_masks, spell_ties


def show_explanation(console: Console, issue: Issue, cluster: Cluster | None, decisions: Decisions) -> None:
    """Why an issue is one, for people."""
    console.print(plain(f"{issue.priority}  {issue.title}"), style="bold")
    _show_rows(console, [("issue", issue.id), ("recipe", issue.id.partition(":")[0])])
    for template, why in spell_ties(issue):
        _show_heading(console, template.fingerprint)
        frames = [("frame", frame) for frame in template.frames]
        text = [("text", template.text), ("masks", list_masks(template))]
        _show_rows(console, [("why", why), *list_keys(template).items(), *text, *frames])
    if decided := list_decisions(issue, decisions):
        _show_heading(console, "decisions")
        _show_rows(console, [("", decision) for decision in decided])
    if cluster is not None:
        _show_heading(console, f"in the latest window: class {cluster.fault}, {cluster.priority}")
        _show_rows(console, [(f"{reason.points:+d}", reason.why) for reason in cluster.reasons])
        _show_rows(console, [(str(cluster.score), "points")])


def _show_heading(console: Console, text: str) -> None:
    console.print()
    console.print(plain(text), soft_wrap=True, style="bold")


def _show_rows(console: Console, rows: list[tuple[str, str]]) -> None:
    for name, value in rows:
        console.print(plain(f"{name:>12}  {value or UNKNOWN}"), soft_wrap=True)


def show_difference(console: Console, own: Issue, other: Issue, difference: Difference) -> None:
    """Why two issues are not one, for people, and what to do if they are."""
    console.print(plain(f"They differ by {difference.rule}: {difference.why}"), soft_wrap=True, style="bold")
    for issue, value in ((own, difference.own), (other, difference.other)):
        _show_heading(console, f"{issue.id}  {issue.title}")
        _show_rows(console, [(difference.rule, value)])
    console.print()
    console.print(plain(f"If they are one: log-gardener issues merge {own.id} {other.id}"), soft_wrap=True)
