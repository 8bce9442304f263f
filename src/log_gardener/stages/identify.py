"""Templates to issues: fingerprints, and which templates tell of one fault."""

import hashlib
import re
from collections.abc import Iterable

import ftfy

from log_gardener._core import Template
from log_gardener.stages.finding import Bundle, Finding
from log_gardener.stages.health import find_unhealthy

RECIPE = "r1"
"""The grouping rules of November 2026. A change of rules is a new recipe, never an edit of this one."""

# Two texts of one place in the code are one issue from this share of common words on; without a
# place the text alone must carry the decision.
SIMILAR_AT_ONE_PLACE = 0.7
SIMILAR_ANYWHERE = 0.9

_DIGEST_BYTES = 16
_WORD = re.compile(r"[^\W\d_]{2,}|<[a-z0-9*]+>")


def repair(text: str) -> str:
    """Undo a wrong decoding (UTF-8 read as Windows-1252), leaving all else as it is."""
    return text if text.isascii() else ftfy.fix_encoding(text)


def make_fingerprint(template: Template) -> str:
    """Recipe and BLAKE2b-128 of the hard keys and the canonical template.

    A trace is known by its exception's type and frames; its message may vary.
    """
    is_framed = template.kind == "trace" and template.frames
    text = template.text.partition(":")[0] if is_framed else repair(template.text)
    place = () if is_framed else (template.module, template.function)
    parts = (template.kind, template.resource, template.service, *place, text, *template.frames)
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=_DIGEST_BYTES)
    return f"{RECIPE}:{digest.hexdigest()}"


def find_findings(templates: Iterable[Template]) -> list[Finding]:
    """The unhealthy part of every template, in the order of the fingerprints."""
    found = (
        Finding(make_fingerprint(template), repair(template.text), template, facets)
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
        groups.setdefault(finding.fingerprint, []).append(finding)
    bundles = [Bundle(tuple(group)) for _, group in sorted(groups.items())]
    nearest = [_find_nearest(bundles, index) for index in range(len(bundles))]
    merged: list[Bundle] = []
    for index, own in enumerate(bundles):
        other = nearest[index]
        is_mutual = other is not None and nearest[other] == index
        if not is_mutual:
            merged.append(own)
        elif other is not None and index < other:
            merged.append(_join(own, bundles[other]))
    return merged


def _join(one: Bundle, other: Bundle) -> Bundle:
    findings = sorted((*one.findings, *other.findings), key=lambda finding: (-finding.count, finding.fingerprint))
    return Bundle(tuple(findings))


def _find_nearest(bundles: list[Bundle], index: int) -> int | None:
    weights = [(_find_similarity(bundles[index].root, other.root), -at) for at, other in enumerate(bundles) if at != index]
    weight, at = max(weights, default=(0.0, 0))
    return -at if weight > 0 else None


def _find_similarity(one: Finding, other: Finding) -> float:
    """Share of common words, or 0 where it is below what counts as the same fault."""
    is_comparable = (
        one.template.service == other.template.service
        and one.place_key == other.place_key
        and not {one.template.kind, other.template.kind} & {"http", "audit", "trace"}
    )
    if not is_comparable:
        return 0.0
    least = SIMILAR_AT_ONE_PLACE if one.template.module else SIMILAR_ANYWHERE
    words, others = _words(one.text), _words(other.text)
    similarity = len(words & others) / len(words | others) if words | others else 0.0
    return similarity if similarity >= least else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
