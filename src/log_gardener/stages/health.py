"""Which entries are unhealthy: a table of rules. An alarming word is none of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from log_gardener._core import Facet, Template
from log_gardener.model.severity import Severity

SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429

# What a platform says of a container that dies or does not come up, masked as templates are.
CRASHES = re.compile(
    r"container called exit\((?!0\))|terminated on signal|terminated by signal|uncaught signal:"
    r"|memory limit of .* exceeded|memory limit exceeded|using too much memory and was terminated"
    r"|out of memory|oomkill"
    r"|probe failed|failed (?:the )?(?:startup|readiness|liveness) (?:check|probe)|failed to start and"
    r"|exited with (?:non-zero )?(?:code|status)|failed to boot|crash ?loop|segmentation fault"
    r"|back-off restarting|application exec likely failed|instances\.hosterror",
    re.IGNORECASE,
)

# What a platform reports in passing, below WARNING or without a severity: whole phrases, never a word.
REPORTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        # Cloud Functions and App Engine log how a call ended at DEBUG; Cloud Run tells of jobs and revisions.
        "failed run": (
            r"finished with status: '?(?:crash|timeout|error|connection error|out of memory|invalid)"
            r"|finished with status code: (?:5\d\d|429)"
            r"|ready condition status changed to false|execution .* has failed to complete"
            r"|truncated response body\. usually implies|attemptresponselog (?!ok\b)[a-z_]+$"
            r"|^attemptfinished (?!ok\b)[a-z_]+(?::|$)|build step .* failed: step exited"
        ),
        # Scaling that found no room, and quotas that were reached.
        "no capacity": (
            r"aborted because there was no available instance|max node group size reached"
            r"|quota exceeded for quota|quota '[^']+' exceeded|exceeded quota:|rate exceeded\.$"
            r"|exceeded the (?:maximum|max) (?:number of )?instances|nodes are available: .*insufficient"
            r"|remaining connection slots are reserved"
        ),
        # Kubernetes types these events Normal, though a pod or a node goes down with them.
        "failed event": (
            r"back-off pulling image|imagepullbackoff|errimagepull|failed to pull image"
            r"|status is now: node(?:notready|notschedulable|hasdiskpressure|hasinsufficient)"
            r"|the node was low on resource|didn't trigger scale-up:|has reached the specified backoff limit"
        ),
    }.items()
}

# What a platform says of a healthy container, at whatever severity up to WARNING.
ROUTINE = re.compile(
    r"^(?:container called exit\(0\)|starting new instance\. reason:|shutting down\b"
    r"|(?:default )?\S+ (?:tcp|http|grpc) probe succeeded|.*ready condition status changed to true)",
    re.IGNORECASE,
)

# Codes of gRPC with which an audit record tells of a routine answer: cancelled, not found, already there,
# and changed meanwhile by another. What asks before it makes, or tries again, gets them all day.
ROUTINE_CODES = frozenset({1, 5, 6, 10, 404, 409})
# Codes by which the called service itself fails: too slow, exhausted, broken, away, data lost.
FAILURE_CODES = frozenset({4, 8, 13, 14, 15, 429, 500, 503, 504})

# A policy refuses on purpose, with whatever status it was given.
REFUSED_BY_POLICY = "denied_by_security_policy"
# The backend broke off when the status had been sent already.
BROKEN_OFF = re.compile(r"^backend_.*after_partial_response|^backend_response_corrupted|^internal_error")

# A line of an access log: method, address and status.
ACCESS = re.compile(r'"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^"]*" <int>')

# How klog begins a line that it writes to standard error: level, month and day.
KLOG_ROUTINE = re.compile(r"[ID]\d{4}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to call entries unhealthy."""

    name: str
    test: Callable[[Template, Facet], bool]


def find_status(template: Template) -> int | None:
    """The HTTP status of a request's template."""
    found = _find_answer(template)
    return int(found.group(1)) if found else None


def find_code(template: Template) -> int | None:
    """The code by which a call failed, of an audit record's template."""
    found = re.search(r" failed with code (\d+)", template.text) if template.kind == "audit" else None
    return int(found.group(1)) if found else None


def is_crash(template: Template) -> bool:
    """Whether a container died or did not come up."""
    return bool(CRASHES.search(template.text))


def _find_answer(template: Template) -> re.Match[str] | None:
    """Status and reason of a request's template."""
    return re.search(r" (\d{1,3})(?::([\w-]+))?(?: |$)", template.text) if template.kind == "http" else None


def _is_severe(template: Template, facet: Facet) -> bool:
    # The platform derives a request's severity from its status, and an audit record's WARNING from
    # a routine refusal: neither is a word of the service itself.
    severity = Severity(facet.severity)
    least = {"http": Severity.CRITICAL, "audit": Severity.ERROR}.get(template.kind, Severity.WARNING)
    is_routine = severity is Severity.WARNING and ROUTINE.search(template.text)
    is_of_service = not (is_routine or _is_by_stream(template, facet) or find_code(template) in ROUTINE_CODES)
    return severity.rank >= least.rank and is_of_service


def _is_by_stream(template: Template, facet: Facet) -> bool:
    """Whether the severity is that of standard error only, and the text says that it is routine.

    Kubernetes Engine calls every line ERROR that a container writes there.
    """
    if template.resource != "k8s_container" or template.kind != "text" or facet.severity != Severity.ERROR:
        return False
    if template.stated is not None:
        return Severity(template.stated).rank < Severity.WARNING.rank
    if ACCESS.search(template.text):
        return _find_least_status(facet) < SERVER_ERROR
    first = facet.variables[0] if facet.variables and not facet.variables[0].before.strip() else None
    return first is not None and all(KLOG_ROUTINE.fullmatch(row.value) for row in first.values)


def _find_least_status(facet: Facet) -> int:
    """The lowest status of the lines of an access log: that some requests fail, their own records tell."""
    last = [variable for variable in facet.variables if variable.kind == "int" and variable.before.endswith('" ')]
    statuses = [int(row.value) for variable in last for row in variable.values if row.value.isdigit()]
    return min(statuses, default=SERVER_ERROR)


def _is_stated(template: Template, _: Facet) -> bool:
    return template.stated is not None and Severity(template.stated).rank >= Severity.WARNING.rank


def _is_failed_request(template: Template, _: Facet) -> bool:
    found = _find_answer(template)
    if found is None or found.group(2) == REFUSED_BY_POLICY:
        return False
    status = int(found.group(1))
    return status >= SERVER_ERROR or status == TOO_MANY_REQUESTS or bool(BROKEN_OFF.search(found.group(2) or ""))


def _is_failed_call(template: Template, facet: Facet) -> bool:
    is_severe = Severity(facet.severity).rank >= Severity.ERROR.rank
    return find_code(template) in FAILURE_CODES and not is_severe


def _make_report(name: str) -> Rule:
    return Rule(name, lambda template, _: template.kind != "trace" and bool(REPORTS[name].search(template.text)))


RULES: tuple[Rule, ...] = (
    Rule("severity", _is_severe),
    Rule("stated severity", _is_stated),
    Rule("failed request", _is_failed_request),
    Rule("failed call", _is_failed_call),
    Rule("trace", lambda template, _: template.kind == "trace"),
    Rule("crash", lambda template, facet: is_crash(template) and not _has_succeeded(facet)),
    *map(_make_report, REPORTS),
)

# What stands before the number that tells how a process ended.
_BEFORE_CODE = re.compile(r"(?:exit\(|(?:code|status)[\s:=]*)$", re.IGNORECASE)


def _has_succeeded(facet: Facet) -> bool:
    """Whether every exit code seen is 0."""
    numbers = [variable for variable in facet.variables if variable.kind == "int"]
    codes = [variable for variable in numbers if _BEFORE_CODE.search(variable.before)] or numbers
    return {row.value for variable in codes for row in variable.values} == {"0"}


def find_unhealthy(template: Template) -> tuple[Facet, ...]:
    """The facets of a template whose entries are unhealthy by any rule."""
    return tuple(facet for facet in template.facets if any(rule.test(template, facet) for rule in RULES))
