"""People's decisions on what is remembered, and on what a window shows.

Nothing is lost by a decision: without it all is as it was.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_gardener.model.cluster import Status
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Issue, KnownTemplate, Memory
from log_gardener.stages.finding import Bundle, Finding, tie


def decide_memory(memory: Memory, decisions: Decisions) -> Memory:
    """The memory, as the decisions have it."""
    return replace(memory, issues=tuple(decide_issues(memory.issues, decisions)))


def decide_issues(issues: Iterable[Issue], decisions: Decisions) -> list[Issue]:
    """Remembered issues: merged ones as one with the history of all, split templates with their new owner.

    What a split template counted before stays in the history of the issue that counted it.
    """
    if not decisions.merges and not decisions.splits:
        return list(issues)
    moved: dict[str, list[KnownTemplate]] = {}
    kept: dict[str, list[Issue]] = {}
    for issue in issues:
        stay = tuple(one for one in issue.templates if decisions.owners.get(one.fingerprint, issue.id) == issue.id)
        for template in issue.templates:
            if template not in stay:
                moved.setdefault(decisions.owners[template.fingerprint], []).append(template)
        fingerprints = tuple(template.fingerprint for template in stay)
        changed = replace(issue, templates=stay, fingerprints=fingerprints)
        kept.setdefault(decisions.lead(issue.id), []).append(changed)
    decided = [_merge(issue_id, group) for issue_id, group in kept.items()]
    return [_own(issue, moved.get(issue.id, [])) for issue in decided]


def _merge(issue_id: str, group: Sequence[Issue]) -> Issue:
    first, *others = sorted(group, key=lambda issue: (issue.id != issue_id, issue.id))
    if not others:
        return replace(first, id=issue_id)
    history: Counter[tuple[int, int]] = Counter()
    for issue in group:
        history.update({(minute, width): count for minute, width, count in issue.history})
    templates = tuple(template for issue in (first, *others) for template in issue.templates)
    services = (service for issue in (first, *others) for service in issue.service.split(", "))
    is_open = any(issue.status is Status.OPEN for issue in group)
    verdict = replace(first.verdict, status=Status.OPEN, mute=None, resolution=None) if is_open else first.verdict
    return replace(
        first,
        id=issue_id,
        fingerprints=tuple(template.fingerprint for template in templates),
        service=", ".join(dict.fromkeys(services)),
        priority=min(issue.priority for issue in group),
        severity=max((issue.severity for issue in group), key=lambda severity: severity.rank),
        verdict=verdict,
        count=sum(issue.count for issue in group),
        first_nanos=min((issue.first_nanos for issue in group if issue.first_nanos is not None), default=None),
        last_nanos=max((issue.last_nanos for issue in group if issue.last_nanos is not None), default=None),
        history=tuple((*key, count) for key, count in sorted(history.items())),
        templates=templates,
    )


def _own(issue: Issue, templates: Sequence[KnownTemplate]) -> Issue:
    own = (*issue.templates, *templates)
    return replace(issue, templates=own, fingerprints=tuple(template.fingerprint for template in own))


def separate(bundles: Iterable[Bundle], decisions: Decisions) -> list[Bundle]:
    """Bundles, the split templates of each issue as a bundle of their own."""
    taken: dict[str, list[Finding]] = {}
    rest: list[Bundle] = []
    for bundle in bundles:
        own = [one for one in bundle.findings if _find_owner(one, decisions) is None]
        for finding in bundle.findings:
            owner = _find_owner(finding, decisions)
            if owner is not None:
                taken.setdefault(owner, []).append(finding)
        if len(own) == len(bundle.findings):
            rest.append(bundle)
        elif own:
            symptoms = sum(one in own for one in bundle.findings[len(bundle.findings) - bundle.symptoms :])
            rest.append(
                Bundle(tie(own, "of one issue before a template was split from it"), min(symptoms, len(own) - 1))
            )
    split = [Bundle(tie(_order(findings), DECISION)) for _, findings in sorted(taken.items())]
    return sorted([*rest, *split], key=lambda bundle: (bundle.root.fingerprint, bundle.root.template.bucket))


DECISION = "a decision in the configuration"


def _find_owner(finding: Finding, decisions: Decisions) -> str | None:
    return decisions.owners.get(finding.identity) or decisions.owners.get(finding.fingerprint)


def _order(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (-finding.count, finding.fingerprint, finding.template.bucket))


def find_owner(bundle: Bundle, decisions: Decisions) -> str | None:
    """The id of the issue that a split bundle is; `None` for a bundle that no split made."""
    return _find_owner(bundle.root, decisions)
