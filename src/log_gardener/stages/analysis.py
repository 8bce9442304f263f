"""What the counts say of an issue, as short sentences of fact."""

from collections import Counter
from collections.abc import Sequence

from log_gardener.model.cluster import Entity, Location, RevisionSpan
from log_gardener.model.priority import FaultClass
from log_gardener.stages.classify import is_non_blocking
from log_gardener.stages.finding import Bundle, Finding
from log_gardener.stages.revisions import BundleFacts

SHOWN_TEXTS = 6
SHOWN_SYMPTOMS = 12

ADVICE = {
    FaultClass.STARTUP: "Make the service start and stay up",
    FaultClass.REQUEST: "Find why these requests fail",
    FaultClass.AUTHENTICATION: "Check authentication and permissions",
    FaultClass.CONFIGURATION: "Correct the configuration",
    FaultClass.DEPENDENCY: "Install or drop the missing dependency",
    FaultClass.DATA: "Check the data and what writes it",
    FaultClass.UPSTREAM: "Check the upstream service, its time-outs and retries",
    FaultClass.PERFORMANCE: "Find what is slow or exhausted",
    FaultClass.DEPRECATION: "Plan the replacement",
    FaultClass.CODE: "Fix the code",
    FaultClass.NOTICE: "Decide whether this matters, and fix or silence it",
}
"""What to do, by class of fault; the cluster's title follows."""


def analyse(
    bundle: Bundle,
    facts: BundleFacts,
    locations: Sequence[Location],
    revisions: Sequence[RevisionSpan],
) -> tuple[str, ...]:
    """The sentences, the most telling first."""
    own = bundle.findings[: len(bundle.findings) - bundle.symptoms]
    sentences = [*_texts(own), *_causes(bundle)]
    sentences += [_name_entity(entity, counts, bundle.occurrences) for entity, counts in facts.entities]
    sentences += _places(locations)
    if facts.onset:
        sentences.append(facts.onset.spell())
    elif len(revisions) == 1:
        sentences.append(f"All of it from revision {revisions[0].name}")
    if is_non_blocking(bundle):
        sentences.append("The text says of itself that it does not block")
    return tuple(sentences)


def _texts(findings: Sequence[Finding]) -> list[str]:
    counts = _count_quotes(findings)
    shown = [f"{count} x {quote}" for quote, count in counts[:SHOWN_TEXTS]]
    left = counts[SHOWN_TEXTS:]
    if left:
        shown.append(f"{sum(count for _, count in left)} entries in {len(left)} more templates")
    return shown


def _count_quotes(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """Entries by what their templates say: a text that came broken and whole is said once."""
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[_quote(finding)] += finding.count
    return list(counts.items())


def _quote(finding: Finding) -> str:
    frames = f" (at {' < '.join(finding.template.frames)})" if finding.template.frames else ""
    return f"“{finding.text}”{frames}"


def _causes(bundle: Bundle) -> list[str]:
    if not bundle.symptoms:
        return []
    findings = bundle.findings[-bundle.symptoms :]
    ties = {_quote(finding): finding.tie for finding in findings}
    symptoms = _count_quotes(findings)
    shown = [f"With it: {count} x {quote}, {ties[quote]}" for quote, count in symptoms[:SHOWN_SYMPTOMS]]
    left = symptoms[SHOWN_SYMPTOMS:]
    if left:
        shown.append(f"With it: {sum(count for _, count in left)} entries of {len(left)} more templates")
    return shown


def _name_entity(entity: Entity, counts: Counter[str], total: int) -> str:
    about = "" if entity.is_exact else "about "
    if entity.distinct == 1:
        whole = "every entry" if counts.total() >= total else f"{counts.total()} of {total} entries"
        return f"One {entity.kind} only, in {whole}: {entity.values[0]}"
    listed = ", ".join(entity.values)
    among = "" if entity.distinct <= len(entity.values) else "among them "
    return f"{about.capitalize()}{entity.distinct} different {entity.kind}s: {among}{listed}"


def _places(locations: Sequence[Location]) -> list[str]:
    if not locations:
        return ["The entries name no place in the application's code"]
    by_place: dict[tuple[str, str | None], list[int]] = {}
    for location in locations:
        name = location.file or location.module or "?"
        by_place.setdefault((name, location.function), []).extend([] if location.line is None else [location.line])
    return [_spell_place(*place, sorted(set(lines))) for place, lines in by_place.items()]


def _spell_place(name: str, function: str | None, lines: Sequence[int]) -> str:
    """`Comes from cart.py:12 in total`, so that editors and terminals find the place."""
    at = f":{' and '.join(map(str, lines))}" if lines else ""
    return f"Comes from {name}{at}" + (f" in {function}" if function else "")
