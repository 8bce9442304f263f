"""Which entries are unhealthy: a table of rules. An alarming word is none of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from log_gardener._core import Facet, Template
from log_gardener.model.severity import Severity

SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429

# What a platform says of a container that dies or does not come up, masked as templates are.
CRASHES = re.compile(
    r"container called exit\(|terminated on signal|memory limit of .* exceeded|out of memory|oomkilled"
    r"|probe failed|failed the (?:startup|readiness|liveness) check|failed to start and"
    r"|exited with (?:code|status)|failed to boot|crash ?loop|segmentation fault|back-off restarting",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to call entries unhealthy."""

    name: str
    test: Callable[[Template, Facet], bool]


def find_status(template: Template) -> int | None:
    """The HTTP status of a request's template."""
    found = re.search(r" (\d{3})(?: |$)", template.text) if template.kind == "http" else None
    return int(found.group(1)) if found else None


def is_crash(template: Template) -> bool:
    """Whether a container died or did not come up."""
    return bool(CRASHES.search(template.text))


def _is_severe(template: Template, facet: Facet) -> bool:
    # The platform derives a request's severity from its status, and an audit record's WARNING from
    # a routine refusal: neither is a word of the service itself.
    least = {"http": Severity.CRITICAL, "audit": Severity.ERROR}.get(template.kind, Severity.WARNING)
    return Severity(facet.severity).rank >= least.rank


def _is_stated(template: Template, _: Facet) -> bool:
    return template.stated is not None and Severity(template.stated).rank >= Severity.WARNING.rank


def _is_failed_request(template: Template, _: Facet) -> bool:
    status = find_status(template)
    return status is not None and (status >= SERVER_ERROR or status == TOO_MANY_REQUESTS)


RULES: tuple[Rule, ...] = (
    Rule("severity", _is_severe),
    Rule("stated severity", _is_stated),
    Rule("failed request", _is_failed_request),
    Rule("trace", lambda template, _: template.kind == "trace"),
    Rule("crash", lambda template, facet: is_crash(template) and not _has_succeeded(facet)),
)


def _has_succeeded(facet: Facet) -> bool:
    """Whether every exit code seen is 0."""
    codes = {row.value for variable in facet.variables if variable.kind == "int" for row in variable.values}
    return codes == {"0"}


def find_unhealthy(template: Template) -> tuple[Facet, ...]:
    """The facets of a template whose entries are unhealthy by any rule."""
    return tuple(facet for facet in template.facets if any(rule.test(template, facet) for rule in RULES))
