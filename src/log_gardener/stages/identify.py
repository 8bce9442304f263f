"""Templates to issues: fingerprints, and which templates tell of one fault."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from log_gardener._core import Template
from log_gardener.stages.finding import Bundle, Finding, tie
from log_gardener.stages.health import find_unhealthy
from log_gardener.stages.recipe import RECIPES, Recipe, repair

# Two texts of one place in the code are one issue from this share of common words on; without a
# place the text alone must carry the decision.
SIMILAR_AT_ONE_PLACE = 0.7
SIMILAR_ANYWHERE = 0.9

_WORD = re.compile(r"[^\W\d_]{2,}|<[a-z0-9*]+>")


def find_findings(templates: Iterable[Template], recipes: Sequence[Recipe] = RECIPES) -> list[Finding]:
    """The unhealthy part of every template, in the order of the fingerprints."""
    found = (
        Finding(tuple(recipe.make_fingerprint(template) for recipe in recipes), repair(template.text), template, facets)
        for template in templates
        if (facets := find_unhealthy(template))
    )
    return sorted(found, key=lambda finding: (finding.fingerprint, finding.template.text))


def bundle(findings: Iterable[Finding]) -> list[Bundle]:
    """Findings that tell of one fault, together.

    Equal fingerprints are one; beyond that only mutual nearest neighbours above a stated
    similarity merge, never chains.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_find_fault(finding), []).append(finding)
    bundles = [Bundle(tie(group, "the same fingerprint, or request and status")) for _, group in sorted(groups.items())]
    nearest = _find_nearest(bundles)
    merged: list[Bundle] = []
    for index, own in enumerate(bundles):
        other = nearest.get(index)
        is_mutual = other is not None and nearest.get(other) == index
        if not is_mutual:
            merged.append(own)
        elif other is not None and index < other:
            merged.append(_join(own, bundles[other]))
    return merged


def _find_fault(finding: Finding) -> str:
    """What equal findings share: the fingerprint; of requests method, path and status, however long they took."""
    template = finding.template
    if template.kind != "http":
        return finding.fingerprint
    return "\0".join(("http", template.service, " ".join(template.text.split(" ")[:3])))


def _join(one: Bundle, other: Bundle) -> Bundle:
    findings = sorted((*one.findings, *other.findings), key=lambda finding: (-finding.count, finding.fingerprint))
    return Bundle(tie(findings, "near-identical text in one place"))


def _find_nearest(bundles: Sequence[Bundle]) -> dict[int, int]:
    """From each bundle's number to that of its most similar one, where there is one similar enough."""
    words = [_words(bundle.root.text) for bundle in bundles]
    nearest: dict[int, int] = {}
    for numbers in _group_comparable(bundles):
        least = find_least_similarity(bundles[numbers[0]].root.template.module)
        for own, others in _find_candidates({number: words[number] for number in numbers}, least).items():
            weights = [(_find_similarity(words[own], words[other]), -other) for other in others]
            weight, other = max(weights, default=(0.0, 0))
            if weight >= least:
                nearest[own] = -other
    return nearest


def _find_candidates(texts: Mapping[int, frozenset[str]], least: float) -> dict[int, set[int]]:
    """From each text to those that may be as similar as `least`: none other is.

    Two sets whose Jaccard index is that high have one of their rarest words in common (prefix filtering: Chaudhuri,
    Ganti and Kaushik, "A Primitive Operator for Similarity Joins in Data Cleaning", ICDE 2006).
    """
    frequencies = Counter(word for words in texts.values() for word in words)
    rarest: dict[int, list[str]] = {}
    holders: dict[str, list[int]] = {}
    for number, words in texts.items():
        ordered = sorted(words, key=lambda word: (frequencies[word], word))
        rarest[number] = ordered[: len(ordered) - ceil(least * len(ordered)) + 1]
        for word in rarest[number]:
            holders.setdefault(word, []).append(number)
    return {number: {other for word in words for other in holders[word]} - {number} for number, words in rarest.items()}


def _group_comparable(bundles: Sequence[Bundle]) -> list[list[int]]:
    """Numbers of bundles that may be one fault at all: texts of one service and one place."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for number, own in enumerate(bundles):
        template = own.root.template
        if template.kind not in {"http", "audit", "trace"}:
            groups.setdefault((template.service, template.module, template.function), []).append(number)
    return list(groups.values())


def _find_similarity(words: frozenset[str], others: frozenset[str]) -> float:
    """Share of common words (Jaccard index)."""
    return len(words & others) / len(words | others) if words or others else 0.0


def compare(text: str, other: str) -> tuple[float, frozenset[str]]:
    """How similar two texts are, 0 to 1, and the words that only one of them has."""
    words, others = _words(text), _words(other)
    return _find_similarity(words, others), words ^ others


def find_least_similarity(module: str) -> float:
    """How similar two texts must be to be one issue, in one module or where none is named."""
    return SIMILAR_AT_ONE_PLACE if module else SIMILAR_ANYWHERE


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
