"""Why an issue is one, and why two are not: from what is remembered, without the logs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Issue, KnownTemplate
from log_gardener.stages.identify import compare, find_least_similarity

UNKNOWN = "(none)"

_VARIABLE = re.compile(r"<[a-z0-9*]+>")

UNKNOWN_TIE = "in the issue since an earlier run, which did not remember why"


@dataclass(frozen=True, slots=True)
class Difference:
    """What keeps two issues apart: the first rule by which they differ, and both sides of it."""

    rule: str
    own: str
    other: str
    why: str


def find_root(issue: Issue) -> KnownTemplate | None:
    """The template that names an issue; `None` if none is remembered."""
    named = [template for template in issue.templates if template.fingerprint == issue.id]
    return next(iter([*named, *(one for one in issue.templates if not one.tie), *issue.templates]), None)


def list_keys(template: KnownTemplate) -> dict[str, str]:
    """The hard keys of a template by name: where one differs, two templates are never one.

    A trace is known by its exception and frames, and not by the place of the logger.
    """
    keys = {"kind": template.kind, "resource": template.resource, "service": template.service}
    return keys if template.frames else keys | {"module": template.module, "function": template.function}


def list_decisions(issue: Issue, decisions: Decisions) -> list[str]:
    """The decisions that made an issue what it is."""
    own = {*issue.fingerprints, issue.id}
    merges = [(one.issues, one.reason) for one in decisions.merges if issue.id in one.issues]
    splits = [(one.templates, one.reason) for one in decisions.splits if own & set(one.templates)]
    return [
        *(f"merged: {', '.join(ids)}{_spell_reason(reason)}" for ids, reason in merges),
        *(f"split off: {', '.join(ids)}{_spell_reason(reason)}" for ids, reason in splits),
    ]


def _spell_reason(reason: str) -> str:
    return f" ({reason})" if reason else ""


def spell_ties(issue: Issue) -> Iterator[tuple[KnownTemplate, str]]:
    """Each template of an issue with why it is in it, the root first."""
    root = find_root(issue)
    for template in sorted(issue.templates, key=lambda one: (one is not root, one.fingerprint)):
        tie = f"tied to the root: {template.tie}" if template.tie else UNKNOWN_TIE
        yield template, "the root: it names the issue" if template is root else tie


def list_masks(template: KnownTemplate) -> str:
    """What stands for values in a template's text, each kind once."""
    return ", ".join(dict.fromkeys(_VARIABLE.findall(template.text)))


def find_difference(own: Issue, other: Issue, decisions: Decisions) -> Difference:
    """The first rule by which two issues differ, in the order in which the rules are asked."""
    one, two = find_root(own), find_root(other)
    found = _differ_by_decision(own, other, decisions)
    if one is None or two is None:
        return found or Difference("memory", own.title, other.title, "no template of one of them is remembered")
    return found or _differ_by_keys(one, two) or _differ_by_trace(one, two) or _differ_by_text(one, two)


def _differ_by_decision(own: Issue, other: Issue, decisions: Decisions) -> Difference | None:
    for issue in (own, other):
        reason = next((_spell_reason(one.reason) for one in decisions.splits if issue.id in one.templates), None)
        if reason is not None:
            why = f"a decision in the configuration splits {issue.id} off{reason}; delete it there to undo"
            return Difference("decision", own.title, other.title, why)
    return None


def _differ_by_keys(one: KnownTemplate, two: KnownTemplate) -> Difference | None:
    keys, others = list_keys(one), list_keys(two)
    for name in dict.fromkeys((*keys, *others)):
        if keys.get(name, "") != others.get(name, ""):
            why = f"entries of another {name} are never one issue by their text"
            return Difference(name, keys.get(name) or UNKNOWN, others.get(name) or UNKNOWN, why)
    return None


def _differ_by_trace(one: KnownTemplate, two: KnownTemplate) -> Difference | None:
    if not one.frames:
        return None
    exception, another = one.text.partition(":")[0], two.text.partition(":")[0]
    if exception != another:
        return Difference("exception", exception, another, "a trace is known by the exception of its innermost cause")
    for frame, another in zip_longest(one.frames, two.frames, fillvalue="(no further frame)"):
        if frame != another:
            why = "a trace is known by at most five frames of the application, from the innermost outwards"
            return Difference("frame", frame, another, why)
    return None


def _differ_by_text(one: KnownTemplate, two: KnownTemplate) -> Difference:
    similarity, words = compare(one.text, two.text)
    least = find_least_similarity(one.module)
    if similarity < least:
        only = ", ".join(sorted(words))
        why = f"{similarity:.0%} of their words are common, {least:.0%} are needed; in one of them only: {only}"
    else:
        why = f"{similarity:.0%} of their words are common, but one is nearer to another issue, or was seen later"
    return Difference("text", one.text, two.text, why)
