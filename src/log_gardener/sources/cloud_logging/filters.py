"""Filters in Cloud Logging's query language: which entries to list.

What is asked for is a superset of what is counted; the core cuts exactly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from log_gardener.errors import UsageError
from log_gardener.model.instant import spell_instant
from log_gardener.model.severity import Severity
from log_gardener.ports import Request
from log_gardener.sources.services import POD_LABEL, SERVICE_LABELS

Span: TypeAlias = tuple[int, int]
"""From when to when, `start <= t < end`, UTC nanoseconds."""

LONGEST = 20_000
"""Characters of a filter that the service takes: https://cloud.google.com/logging/quotas"""

# What the window, a service and a severity take of these is far less.
LONGEST_OWN = 16_000

# What the core takes off a pod's name: an ordinal, or a random part, or the hash of a template and a random part.
_POD_SUFFIX = "(-[0-9]{1,4}|(-[0-9A-Za-z]{6,10})?-[0-9A-Za-z]{5})?"
_WORKLOAD = re.compile(r"[A-Za-z0-9.-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# Strings, comments (where nothing before makes them part of a word), and what is counted.
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|(?:^|(?<=[\s()]))--[^\n]*|["()]', re.DOTALL)


def quote(text: str) -> str:
    """A string of the query language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", escaped) + '"'


def check_own(text: str) -> str:
    """The user's own filter, if it stands for itself: without what would reach beyond its parentheses.

    Raises:
        UsageError: a parenthesis or a quotation mark has no partner, or it is too long.
    """
    if len(text) > LONGEST_OWN:
        msg = f"the filter has {len(text):,} characters; Cloud Logging takes {LONGEST_OWN:,} beside window and service"
        raise UsageError(msg)
    depth = 0
    for mark in _list_marks(text):
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if mark == '"' or depth < 0:
            break
    else:
        if depth == 0:
            return text if _is_saying(text) else ""
    msg = f"the filter {text!r} does not stand for itself: a parenthesis or a quotation mark has no partner"
    raise UsageError(msg)


def _list_marks(text: str) -> Iterator[str]:
    return (found[0] for found in _MARK.finditer(text))


def _is_saying(text: str) -> bool:
    """Whether there is anything but comments."""
    return bool(_MARK.sub(lambda found: "" if found[0].startswith("--") else found[0], text).strip())


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries are wanted, whatever their time.

    Attributes:
        service: the one service; `None` for all.
        severity: the least severity.
        own: the user's own filter, checked by `check_own`.
    """

    service: str | None = None
    severity: Severity = Severity.DEFAULT
    own: str = ""

    @classmethod
    def of(cls, request: Request, own: str) -> "Selection":
        """What a run is asked for."""
        return cls(request.service, request.severity, own)

    def spell(self, span: Span, received: int | None = None) -> str:
        """The filter of a span of event time, and of what arrived at a time or later.

        Both bounds always stand there, whatever the user's own filter says of time: the console and some clients take
        the last day where a filter says nothing, and everything where it mentions a timestamp.
        """
        start, end = span
        parts = [f'timestamp>="{spell_instant(start)}"', f'timestamp<"{spell_instant(end)}"']
        if received is not None:
            parts.append(f'receiveTimestamp>="{spell_instant(received)}"')
        return " AND ".join([*parts, *self._list_parts()])

    def spell_timeless(self) -> str:
        """The filter of a tail, which gives what arrives from now on, whatever its time."""
        return " AND ".join(self._list_parts())

    def _list_parts(self) -> Iterator[str]:
        if self.severity.rank:
            yield f"severity>={self.severity}"
        if self.service:
            yield f"({' OR '.join(_list_service_tests(self.service))})"
        if self.own:
            # The end of the line keeps the parenthesis out of a comment.
            yield f"({self.own}\n)"


def _list_service_tests(service: str) -> Iterator[str]:
    value = quote(service)
    for label in SERVICE_LABELS:
        yield f"resource.labels.{label}={value}"
    if _WORKLOAD.fullmatch(service):
        pattern = service.replace(".", "[.]")
        yield f'resource.labels.{POD_LABEL}=~"^{pattern}{_POD_SUFFIX}$"'
    else:
        # No name of a pod by the rules of Kubernetes; what contains it is a superset without an escaped pattern.
        yield f"resource.labels.{POD_LABEL}:{value}"
