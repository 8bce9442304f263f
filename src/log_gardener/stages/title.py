"""A line that a person would write above an issue."""

import re

from log_gardener.stages.echo import NAMELESS
from log_gardener.stages.finding import Bundle, Finding
from log_gardener.stages.health import is_crash

LONGEST = 120

# What a formatter puts before the sentence: times, process numbers, levels.
_PREAMBLE = re.compile(
    r"^(?:\s*(?:<(?:timestamp|date|time|int|number)>|\[(?:<\w+>|[A-Z]+|[a-z-]+)\]|\((?:<\w+>)\)"
    r"|(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b:?|[-|:,]))+\s*"
)
_NAMED = re.compile(r"[A-Za-z_][\w:.$]*[\w]: \S")
_EMPTY = re.compile(r"\[\s*\]|\(\s*\)")
_VARIABLE = re.compile(r"<[a-z0-9*]+>")
_SYMBOLS = re.compile(r"[^\w\s<>\[\](){}'\"`.,;:!?/\\|@#$%^&*+=~-]+")


def make_title(bundle: Bundle) -> str:
    """The root's text, its preamble gone, variables that never varied filled in."""
    told = _find_told(bundle)
    text = told.text
    if told.template.kind == "http":
        return _cut(_spell_request(_fill(text, told)))
    words = _EMPTY.sub("", _SYMBOLS.sub("", text))
    sentence = _fill(_PREAMBLE.sub("", words).strip(" -:|") or text, told)
    if not is_crash(bundle.root.template) and any(is_crash(finding.template) for finding in bundle.findings):
        sentence = f"Container does not stay up: {sentence}"
    return _cut(sentence)


def _find_told(bundle: Bundle) -> Finding:
    """The root; where it is a trace of frames alone, what names the error beside it."""
    if bundle.root.text != NAMELESS:
        return bundle.root
    named = (finding for finding in bundle.findings if _NAMED.match(finding.text))
    return next(named, bundle.root)


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 1].rstrip() + "…"


def _spell_request(text: str) -> str:
    """`POST /orders 503 1 to 10 s` as a sentence."""
    method, path, *rest = text.split(" ")
    return f"{method} {path} fails with {rest[0]}" if rest else f"{method} {path} fails"


def _fill(text: str, finding: Finding) -> str:
    """The end of the finding's text with each variable's value where every unhealthy entry has the same one."""
    values: dict[int, set[str]] = {}
    for facet in finding.facets:
        for index, variable in enumerate(facet.variables):
            values.setdefault(index, set()).update(row.value for row in variable.values)
    shown = len(_VARIABLE.findall(text))
    numbers = iter(range(len(_VARIABLE.findall(finding.text)) - shown, len(values)))

    def fill(found: re.Match[str]) -> str:
        known = values.get(next(numbers, -1), set())
        return next(iter(known)) if len(known) == 1 else found.group()

    return _VARIABLE.sub(fill, text)
