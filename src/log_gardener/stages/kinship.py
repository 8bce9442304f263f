"""What issues share: the same user, session or the like, the same revision that brought them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import TypeAlias

from log_gardener.model.cluster import Relation
from log_gardener.stages.redaction import Redactor
from log_gardener.stages.revisions import BundleFacts, Onset

SHOWN_COMMON = 3

# What more clusters than this have in common ties none of them to another.
SHARED_BY_MOST = 20

Kin: TypeAlias = tuple[str, BundleFacts]
"""A cluster by its id, and what it may share."""


def relate(clusters: Sequence[Kin], redact: Redactor) -> Mapping[str, tuple[Relation, ...]]:
    """By cluster id, its ties to others, in order."""
    relations: dict[str, list[Relation]] = {own: [] for own, _ in clusters}
    for own, relation in (*_share_entities(clusters, redact), *_share_revisions(clusters, redact)):
        relations[own].append(relation)
    return {own: tuple(rows) for own, rows in relations.items()}


def _share_entities(clusters: Sequence[Kin], redact: Redactor) -> Iterator[tuple[str, Relation]]:
    holders: dict[tuple[str, str], list[int]] = {}
    for number, (_, facts) in enumerate(clusters):
        for entity, values in facts.entities:
            for value in values:
                holders.setdefault((entity.kind, value), []).append(number)
    common: dict[tuple[int, int, str], list[str]] = {}
    telling = {key: numbers for key, numbers in holders.items() if len(numbers) <= SHARED_BY_MOST}
    for (kind, value), numbers in telling.items():
        for own, other in permutations(numbers, 2):
            common.setdefault((own, other, kind), []).append(value)
    for (own, other, kind), found in sorted(common.items()):
        strength = _weigh(clusters[own][1], kind, found)
        evidence = redact.text(_spell_common(kind, [redact.entity(kind, value) for value in sorted(found)]))
        yield clusters[own][0], Relation("shared entity", clusters[other][0], evidence, strength)


def _weigh(facts: BundleFacts, kind: str, values: Sequence[str]) -> float:
    """The share of the entries naming such an entity that name a common one, of those whose names were kept."""
    counts = next(counts for entity, counts in facts.entities if entity.kind == kind)
    return round(sum(counts[value] for value in values) / counts.total(), 3)


def _spell_common(kind: str, values: Sequence[str]) -> str:
    shown = values[:SHOWN_COMMON]
    more = f" and {len(values) - SHOWN_COMMON} more" if len(values) > SHOWN_COMMON else ""
    return f"same {kind}: {', '.join(shown)}{more}"


def _share_revisions(clusters: Sequence[Kin], redact: Redactor) -> Iterator[tuple[str, Relation]]:
    """Ties of what one revision brought; of nothing whose absence before it was not shown."""
    brought: dict[str, list[tuple[str, Onset]]] = {}
    for own, facts in clusters:
        if facts.onset and facts.onset.is_first:
            brought.setdefault(facts.onset.revision, []).append((own, facts.onset))
    for revision, kin in sorted(brought.items()):
        if len(kin) > SHARED_BY_MOST:
            continue
        for (own, onset), (other, _) in permutations(kin, 2):
            before = f"not in {onset.before_among:,} {onset.noun} of the revisions before it"
            evidence = redact.text(f"both first seen in revision {revision}; {before}")
            yield own, Relation("shared revision", other, evidence, round(onset.strength, 3))
