"""What went wrong with Google Cloud, and what to do next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from urllib.parse import unquote

from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.sources.google.failure import Failure, read_failure
from log_gardener.sources.google.roles import PERMISSION, find_project, find_role, make_member, spell_grant
from log_gardener.sources.google.row import Row
from log_gardener.sources.google.rows import ROWS

_PERMISSION = re.compile(PERMISSION)
_ACCOUNT = re.compile(r"([\w.+-]+@[\w.-]+\w) does not have")
_RESOURCE = re.compile(r"\b(?:projects|folders|organizations|billingAccounts)/[\w./:-]*\w")
_PAYER = re.compile(r"(?:to use|used in|enabled on|for consumer) '?(project[\w :.-]*\w)")
_SERVICE = re.compile(r"\b[a-z]+\.googleapis\.com\b")
_TITLE = re.compile(r"(?:^|[.:] )(?:The )?([A-Z][\w/ ]{2,40} API)\b")
_METRIC = re.compile(r"quota metric '([^']{1,80})'")
_HOST = re.compile(r"host='([^']{1,253})'|(?:resolving|resolution failed for) ([\w.-]{1,253})|ipv[46]:(\S{1,99}?): ")
_PATH = re.compile(r"[Ff]ile (.+?) (?:was not found|is not|does not|cannot)|credentials from (/.+)")

# By the name of an API, where its service is only named in words, and by the scheme of a source.
_SERVICES = {
    "BigQuery Storage API": "bigquerystorage.googleapis.com",
    "Cloud Logging API": "logging.googleapis.com",
    "Cloud Pub/Sub API": "pubsub.googleapis.com",
    "bigquery": "bigquerystorage.googleapis.com",
    "gs": "storage.googleapis.com",
    "logging": "logging.googleapis.com",
    "pubsub": "pubsub.googleapis.com",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is wrong with what, and the command that mends it."""

    told: str
    remedy: str

    def __str__(self) -> str:
        """One sentence."""
        return f"{self.told}: {self.remedy}"


def explain(error: BaseException, subject: str, *, member: str = "") -> str:
    """What is wrong with what, and what to do next with a command, in one sentence.

    Args:
        error: what a Google client, gRPC, requests or the system raised.
        subject: what was asked for, such as `project shop` or `gs://bucket`.
        member: whose credentials they are, as `make_member` spells it; empty if nobody knows.
    """
    return str(make_explanation(error, subject, member=member))


def make_explanation(error: BaseException, subject: str, *, member: str = "") -> Explanation:
    """The same in its two parts, see `explain`."""
    failure = read_failure(error)
    row = find_row(failure)
    words = _find_words(failure, subject, member)
    return Explanation(row.told.format_map(words), row.remedy.format_map(words))


def make_diagnosis(error: BaseException, subject: str, *, trial: str, member: str = "") -> Diagnosis:
    """A trial that failed, see `explain`."""
    explanation = make_explanation(error, subject, member=member)
    return Diagnosis(trial, Mark.FAILED, explanation.told, explanation.remedy)


def find_row(failure: Failure) -> Row:
    """The first row of the table that a failure is of; all are of the last one."""
    return next(row for row in ROWS if _is_of(failure, row))


def _is_of(failure: Failure, row: Row) -> bool:
    if row.kinds and failure.kind not in row.kinds:
        return False
    return row.pattern is None or failure.reason in row.reasons or bool(row.pattern.search(failure.whole))


def _find_words(failure: Failure, subject: str, member: str) -> Mapping[str, str]:
    """What the table's sentences speak of; whatever goes into a command is quoted."""
    whole, metadata = failure.whole, failure.metadata
    consumer = metadata.get("consumer", "")
    permission = metadata.get("permission") or _first(_PERMISSION, whole)
    resource = metadata.get("resource") or _first(_RESOURCE, whole)
    whom = member or make_member(_first(_ACCOUNT, whole))
    payer = find_project(consumer, _first(_PAYER, whole), resource, subject)
    title = metadata.get("serviceTitle") or _first(_TITLE, whole)
    service = metadata.get("service") or _SERVICES.get(title) or _first(_SERVICE, whole)
    return {
        "subject": subject,
        "address": quote(subject) if "://" in subject else "SOURCE",
        "text": failure.text.rstrip(". ") or failure.type,
        "type": failure.type,
        "permission": permission or "a permission",
        "role": find_role(permission) or "a role that has it",
        "grant": spell_grant(permission, f"{resource} {subject}", whom),
        "use": spell_grant("serviceusage.services.use", f"projects/{payer}", whom),
        "member": quote(whom),
        "project": quote(find_project(resource, subject, consumer)),
        "payer": quote(payer),
        "api": title or service or "an API that is needed",
        "service": quote(service or _SERVICES.get(subject.partition("://")[0], "SERVICE")),
        "metric": _first(_METRIC, whole) or metadata.get("quota_metric") or "requests",
        "quota": quote(metadata.get("quota_limit") or "QUOTA"),
        "host": unquote(_first(_HOST, whole)) or "Google Cloud",
        "path": _first(_PATH, whole) or "the file that is named for them",
    }


def _first(pattern: re.Pattern[str], text: str) -> str:
    """The first of a pattern's groups that is in a text, or all that it finds; empty if it finds nothing."""
    found = pattern.search(text)
    return next((group for group in found.groups() if group), found[0]) if found else ""
