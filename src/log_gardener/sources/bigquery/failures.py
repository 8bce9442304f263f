"""What goes wrong with a table, whether it is worth another try, and what to do, in words."""

import re
from collections.abc import Mapping

from google.api_core.exceptions import (
    Aborted,
    DeadlineExceeded,
    FailedPrecondition,
    Forbidden,
    GatewayTimeout,
    GoogleAPICallError,
    GoogleAPIError,
    InternalServerError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    ServiceUnavailable,
    TooManyRequests,
    Unknown,
)
from google.auth.exceptions import GoogleAuthError, TransportError
from requests.exceptions import ConnectionError as LostConnection
from requests.exceptions import RequestException, Timeout

from log_gardener.sources import google
from log_gardener.sources.bigquery.address import Table
from log_gardener.sources.google.roles import NOBODY

# What the clients raise; nothing else is expected of them.
FAILURES = (GoogleAPIError, GoogleAuthError, RequestException)

# What is over when it is asked again. A quota that is used up comes back within a minute, and says nothing of it.
_TRANSIENT = (
    Aborted,
    DeadlineExceeded,
    GatewayTimeout,
    InternalServerError,
    ResourceExhausted,
    ServiceUnavailable,
    TooManyRequests,
    Unknown,
)

# Of the REST API, which refuses for the moment with a code that else means for good.
_TRANSIENT_REASONS = frozenset({"backendError", "internalError", "jobRateLimitExceeded", "rateLimitExceeded"})

_PERMISSION = re.compile(r"bigquery\.(?:datasets|jobs|readsessions|tables)\.[a-zA-Z]+")
# Of a session that was made six hours ago; nothing prolongs it.
_EXPIRED = "session expired"
_NO_TABLES = ("non-table entities", "on a Linked Dataset")

# Granted on the project that pays; all else on the dataset, so that it holds for the tables of other days too.
_OF_PROJECT = ("bigquery.jobs.", "bigquery.readsessions.")


def is_transient(error: Exception) -> bool:
    """Whether the same request may be answered if it is asked again."""
    if isinstance(error, GoogleAuthError):
        return bool(error.retryable) or isinstance(error, TransportError)
    if isinstance(error, GoogleAPICallError) and find_reasons(error) & _TRANSIENT_REASONS:
        return True
    return isinstance(error, (*_TRANSIENT, LostConnection, Timeout))


def find_reasons(error: GoogleAPICallError) -> frozenset[str]:
    """What the REST API calls an error, beside its code."""
    told = [one for one in error.errors if isinstance(one, Mapping)]
    return frozenset(str(one.get("reason", "")) for one in told)


def is_view(error: Exception) -> bool:
    """Whether a session was refused because what it names is a view, or in a linked dataset."""
    refused = isinstance(error, InvalidArgument | FailedPrecondition)
    return refused and any(words in str(error) for words in _NO_TABLES)


def is_missing_table(error: Exception) -> bool:
    """Whether there is no such table, in a dataset that is there."""
    return isinstance(error, NotFound) and "dataset" not in _find_subject(error)


def explain_failure(error: Exception, table: Table, billing_project: str) -> str:
    """What went wrong, and what to do.

    Args:
        error: what the client raised.
        table: what was read.
        billing_project: the project that sessions and queries are made in.
    """
    if isinstance(error, NotFound):
        return _explain_missing(error, table)
    if isinstance(error, FailedPrecondition) and _EXPIRED in str(error):
        return (
            "it was not read to its end within the six hours that BigQuery keeps rows ready; ask for less, such as "
            "--since 6h, or let more workers read"
        )
    if isinstance(error, GoogleAPICallError) and "responseTooLarge" in find_reasons(error):
        return "the view holds more of this window than a query gives at once; ask for less, such as --since 6h"
    if isinstance(error, Forbidden) and "SERVICE_DISABLED" not in str(getattr(error, "reason", "")):
        found = _PERMISSION.search(str(error))
        if found or "Access Denied" in str(error):
            return explain_denied(found[0] if found else "bigquery.tables.getData", table, billing_project)
    if isinstance(error, TooManyRequests):
        return (
            f"the quota of the Storage Read API is used up for project {billing_project}: wait a minute, read fewer "
            "streams at a time (workers in log-gardener.toml), or ask for more: gcloud alpha services quota list "
            f"--service=bigquerystorage.googleapis.com --consumer=projects/{billing_project}"
        )
    return google.explain(error, table.path)


def explain_denied(permission: str, table: Table, billing_project: str) -> str:
    """That a permission is missing, and the command that grants it."""
    where = f"project {billing_project}" if permission.startswith(_OF_PROJECT) else table.label
    command = spell_grant(permission, table, billing_project)
    return f"these credentials lack {permission} on {where}; someone who administers it grants it by: {command}"


def spell_grant(permission: str, table: Table, billing_project: str) -> str:
    """The command that grants a permission, and no more than reading needs."""
    if permission.startswith(_OF_PROJECT):
        return google.spell_grant(permission, f"projects/{billing_project}")
    grant = f'GRANT `roles/bigquery.dataViewer` ON SCHEMA `{table.project}.{table.dataset}` TO "{NOBODY}"'
    return f"bq query --nouse_legacy_sql --project_id={table.project} '{grant}'"


def _find_subject(error: GoogleAPICallError) -> str:
    """What was not found: `dataset`, `table`, `project` or whatever the message says."""
    found = re.search(r"Not found: (\w+)", str(error), re.IGNORECASE)
    return found[1].casefold() if found else ""


def _explain_missing(error: GoogleAPICallError, table: Table) -> str:
    subject = _find_subject(error)
    if subject == "project":
        return (
            f"there is no project {table.project}, or none that these credentials may know of; this lists those that "
            "they may: gcloud projects list"
        )
    if subject == "dataset":
        return (
            f"there is no dataset {table.dataset} in project {table.project}; this lists those that there are: "
            f"bq ls --project_id={table.project}"
        )
    return (
        f"there is no table {table.name} in {table.project}.{table.dataset}, nor one of a day of the window; this "
        f"lists those that there are: bq ls --max_results=1000 {table.project}:{table.dataset}"
    )
