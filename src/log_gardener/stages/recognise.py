"""Which remembered issue a bundle is: by fingerprint, or by a template that widened or narrowed."""

import re
from collections.abc import Callable

from log_gardener.model.issue import Issue, Memory
from log_gardener.stages.finding import Bundle, Finding

_VARIABLE = re.compile(r"<[a-z0-9*]+>")


def find_issue(bundle: Bundle, memory: Memory, redact: Callable[[Finding], str]) -> Issue | None:
    """The remembered issue of a bundle.

    The root's fingerprint comes first, then those of the other findings, then the same by former recipes. If
    none is known, an issue with a template of which the root's is an instance, or the other way round, under equal
    hard keys: new data has widened or narrowed it.
    """
    recipes = range(len(bundle.root.fingerprints))
    known = (memory.by_fingerprint.get(one.identities[at]) for at in recipes for one in bundle.findings)
    return next((issue for issue in known if issue), None) or _find_kin(bundle.root, memory, redact)


def _find_kin(finding: Finding, memory: Memory, redact: Callable[[Finding], str]) -> Issue | None:
    template = finding.template
    # A trace is known by its frames, a request by its path: neither widens.
    if template.kind not in {"text", "json"}:
        return None
    text = redact(finding)
    for issue, known in memory.by_place.get((template.kind, template.module, template.function), []):
        is_of_service = template.service in issue.service.split(", ")
        if is_of_service and (covers(known.text, text) or covers(text, known.text)):
            return issue
    return None


def covers(wide: str, narrow: str) -> bool:
    """Whether each variable of the one text stands where the other has a value or a variable."""
    if not _VARIABLE.search(wide):
        return False
    literals = _VARIABLE.split(wide)
    has_words = any(re.search(r"[^\W\d_]{2,}", literal) for literal in literals)
    return has_words and re.fullmatch(r"\S+?".join(map(re.escape, literals)), narrow) is not None
