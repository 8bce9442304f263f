"""The class of a fault: a table of what texts say, tried in order."""

import re

from log_gardener.model.priority import FaultClass
from log_gardener.model.severity import Severity
from log_gardener.stages.finding import Bundle
from log_gardener.stages.health import find_code, is_crash


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


# The first row that matches names the class. Each is worded as programs of any language word it.
PATTERNS: tuple[tuple[FaultClass, re.Pattern[str]], ...] = (
    (FaultClass.DEPRECATION, _pattern(r"deprecat", r"will be removed in")),
    (
        FaultClass.CONFIGURATION,
        _pattern(
            r"must be (?:installed|set|configured|enabled|provided)",
            r"(?:is|are|was) not (?:set|configured)|not configured|unset\b|misconfigur|invalid config",
            r"missing (?:required )?(?:environment|config|setting|env\b|secret|variable)",
            r"environment variable",
        ),
    ),
    (
        FaultClass.DEPENDENCY,
        _pattern(
            r"ModuleNotFoundError|ImportError|No module named|Cannot find (?:module|package)",
            r"ClassNotFound|NoClassDefFound|UnsatisfiedLink|undefined symbol",
            r"not (?:available|installed|found)\b.{0,10}\binstall\b|is not installed|please install",
        ),
    ),
    (
        FaultClass.UPSTREAM,
        _pattern(
            r"time[d]?[ -]?out|deadline exceeded|connection (?:refused|reset|closed|aborted)",
            r"unavailable|unreachable|ECONN|EHOSTUNREACH|ETIMEDOUT|bad gateway|upstream|no route to host",
            r"name resolution|ENOTFOUND",
        ),
    ),
    (
        FaultClass.AUTHENTICATION,
        _pattern(
            r"authenticat|unauthori[sz]ed|forbidden|permission.?denied|access.?denied|unverified",
            r"(?:invalid|expired|missing) (?:token|credential|session|signature|api key)|token (?:has )?expired",
            r"(?:invalid|bad|missing|without an?) signature|signature (?:mismatch|does not match|verification)",
            r"login fail|\bjwt\b|\boauth\b|PERMISSION_DENIED|UNAUTHENTICATED",
        ),
    ),
    (
        FaultClass.PERFORMANCE,
        _pattern(r"\bslow\b|latency|queue (?:is )?full|thrott|rate.?limit|backpressure|saturat|quota|memory pressure"),
    ),
    (
        FaultClass.CODE,
        _pattern(
            r"\b(?:Type|Attribute|Key|Index|Name|Value|Reference|Range|Assertion|ZeroDivision)Error\b",
            r"has no attribute|NullPointer|ClassCast|IllegalState|IllegalArgument|is not a function",
            r"undefined|nil pointer|NoneType|panic",
        ),
    ),
    (
        FaultClass.DATA,
        _pattern(
            r"duplicat|integrity|constraint|deadlock|corrupt|inconsisten|validation|schema|malformed",
            r"(?:failed|unable|cannot|could not) to (?:parse|decode|deserialize)|parse error|unexpected token",
        ),
    ),
)

# What the code of a failed call says, by the names that gRPC gives the codes.
CODES: dict[int, FaultClass] = {
    **dict.fromkeys((7, 16, 401, 403), FaultClass.AUTHENTICATION),
    **dict.fromkeys((8, 429), FaultClass.PERFORMANCE),
    **dict.fromkeys((2, 4, 13, 14, 500, 503, 504), FaultClass.UPSTREAM),
    **dict.fromkeys((3, 9, 11, 12, 400), FaultClass.CONFIGURATION),
    15: FaultClass.DATA,
}

# What Google's own writers say, in whole phrases that the words of the table above would mistake.
REPORTED: tuple[tuple[FaultClass, re.Pattern[str]], ...] = (
    (
        FaultClass.PERFORMANCE,
        _pattern(
            r"no available instance|exceeded quota|quota .{0,60}exceeded|nodes are available: |max node group size",
            r"connection slots are reserved|too many (?:clients|connections)|low on resource",
        ),
    ),
    (FaultClass.STARTUP, _pattern(r"ImagePullBackOff|ErrImagePull|back-off pulling image|failed to pull image")),
    (
        FaultClass.CONFIGURATION,
        _pattern(r"FailedMount|MountVolume\.SetUp failed|CreateContainerConfigError|(?:configmap|secret) .* not found"),
    ),
    (
        FaultClass.REQUEST,
        _pattern(
            r"^The request (?:failed because|has been terminated|was aborted)|^Truncated response body",
            r"HTTP response was malformed or connection to the instance",
        ),
    ),
)

NON_BLOCKING = _pattern(r"non-?\s?blocking|not blocking|non-?fatal|not fatal|non-?critical|harmless|can be ignored")


def find_class(bundle: Bundle) -> FaultClass:
    """The class of a bundle's fault."""
    if any(is_crash(finding.template) for finding in bundle.findings):
        return FaultClass.STARTUP
    if any(finding.template.kind == "http" for finding in bundle.findings):
        return FaultClass.REQUEST
    code = find_code(bundle.root.template)
    if code in CODES:
        return CODES[code]
    texts = [finding.text for finding in bundle.findings]
    found = (fault for fault, pattern in (*REPORTED, *PATTERNS) if any(pattern.search(text) for text in texts))
    is_code = bundle.root.template.kind == "trace" or bundle.severity.rank >= Severity.ERROR.rank
    return next(found, FaultClass.CODE if is_code else FaultClass.NOTICE)


def is_non_blocking(bundle: Bundle) -> bool:
    """Whether a text of the bundle says of itself that it does not block."""
    return any(NON_BLOCKING.search(finding.text) for finding in bundle.findings)
