"""A line that a person would write above an issue."""

import re

from log_gardener.stages.echo import NAMELESS
from log_gardener.stages.finding import Bundle, Finding
from log_gardener.stages.health import is_crash
from log_gardener.stages.redaction import Redactor

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


def make_title(bundle: Bundle, redact: Redactor) -> str:
    """The root's text, its preamble gone, variables that never varied filled in; redacted before it is cut."""
    told = _find_told(bundle)
    text = told.text
    if told.template.kind == "http":
        return _cut(redact.text(_spell_request(_fill(text, told, redact))))
    words = _EMPTY.sub("", _SYMBOLS.sub("", text))
    sentence = _fill(_PREAMBLE.sub("", words).strip(" -:|") or text, told, redact)
    if not is_crash(bundle.root.template) and any(is_crash(finding.template) for finding in bundle.findings):
        sentence = f"Container does not stay up: {sentence}"
    return _cut(redact.text(sentence))


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


def _fill(text: str, told: Finding, redact: Redactor) -> str:
    """The end of the finding's text with each variable's value where every unhealthy entry has the same one."""
    values = redact.constants(told)
    told_variables, left = len(_VARIABLE.findall(told.text)), len(_VARIABLE.findall(text))
    if told_variables != len(values) or left > told_variables:
        # A secret has swallowed some, or the text has brackets of its own: which is which cannot be told.
        return text
    numbers = iter(range(told_variables - left, told_variables))
    return _VARIABLE.sub(lambda found: values[next(numbers)] or found.group(), text)
