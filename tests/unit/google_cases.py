"""All that can go wrong with Google Cloud, as a table: how, and what must be told of it."""

from dataclasses import dataclass
from pathlib import Path

import grpc
from google.auth.exceptions import DefaultCredentialsError, TransportError

from tests.fakes import google_errors as refusals
from tests.unit.google_calls import (
    Raise,
    dial_nameless,
    dial_nowhere,
    dial_silence,
    fail,
    get_nameless,
    get_nowhere,
    get_refused,
    get_through_proxy,
    list_bucket,
    make_info,
    refresh,
    refused,
    throw,
    throw_auth,
)

LOGIN = "gcloud auth application-default login"


@dataclass(frozen=True)
class Case:
    """How something goes wrong, its row, and what must be told of it."""

    row: str
    error: Raise
    told: str
    command: str


DENIED = "Permission 'logging.logEntries.list' denied on resource (or it may not exist)."
PERIMETER = "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc123"
VIEWS = "projects/shop/locations/eu/buckets/kept/views/all"


def open_nothing() -> None:
    """A file that is not there."""
    Path("/nowhere/at/all").read_bytes()


CASES = [
    Case(
        "client certificate",
        throw_auth(DefaultCredentialsError, "Failed to load client certificate config"),
        "client certificate",
        "export GOOGLE_API_USE_CLIENT_CERTIFICATE=false",
    ),
    Case(
        "clock wrong",
        refresh(
            "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
            "reasonable timeframe. Check your iat and exp values in the JWT claim."
        ),
        "clock is wrong",
        "sudo timedatectl set-ntp true",
    ),
    Case(
        "key deleted",
        refresh("invalid_grant: Invalid JWT Signature."),
        "key",
        "gcloud iam service-accounts keys create",
    ),
    Case("account gone", refresh("invalid_grant: Invalid grant: account not found"), "deleted", LOGIN),
    Case(
        "impersonation denied",
        refresh("Unable to acquire impersonated credentials"),
        "impersonated",
        "--role=roles/iam.serviceAccountTokenCreator",
    ),
    Case(
        "machine without an account",
        refresh(
            "Failed to retrieve http://metadata.google.internal/x from the Google "
            "Compute Engine metadata service. Status: 404"
        ),
        "no service account",
        "set-service-account",
    ),
    Case(
        "credentials expired",
        refresh("Reauthentication is needed. Please run `gcloud auth application-default login` to reauthenticate."),
        "expired",
        LOGIN,
    ),
    Case(
        "credentials refused", refresh("invalid_client: The OAuth client was not found."), "client was not found", LOGIN
    ),
    Case("proxy", get_through_proxy, "proxy", "env | grep -i _proxy"),
    Case("name not found", get_nameless, "nowhere.invalid has no address", "getent hosts"),
    Case("name not found", dial_nameless, "nowhere.invalid has no address", "getent hosts"),
    Case("emulator away", get_nowhere, "nothing answers at 127.0.0.1", "unset PUBSUB_EMULATOR"),
    Case("emulator away", dial_nowhere, "nothing answers at 127.0.0.1:", "unset PUBSUB_EMULATOR_HOST"),
    Case("no answer in time", dial_silence, "did not answer in time", "curl -sSI https://www.googleapis.com/"),
    Case("no connection", throw_auth(TransportError, "Connection reset by peer"), "cannot be reached", "curl -sSI"),
    Case("service away", fail(refusals.make_broken(grpc.StatusCode.UNAVAILABLE)), "not available", "try again"),
    Case(
        "API disabled",
        fail(refusals.make_disabled()),
        "Cloud Logging API is not enabled",
        "gcloud services enable logging.googleapis.com --project=123456789012",
    ),
    Case(
        "API disabled",
        refused(
            "PERMISSION_DENIED",
            "BigQuery Storage API has not been used in project shop-7 before or it is disabled. Enable it.",
        ),
        "BigQuery Storage API is not enabled",
        "gcloud services enable bigquerystorage.googleapis.com --project=shop-7",
    ),
    Case(
        "no quota project",
        refused(
            "PERMISSION_DENIED",
            "Your application is authenticating by using local Application Default Credentials. The "
            "logging.googleapis.com API requires a quota project, which is not set by default.",
        ),
        "charged",
        "gcloud auth application-default set-quota-project shop",
    ),
    Case(
        "quota project denied",
        refused(
            "PERMISSION_DENIED",
            "Caller does not have required permission to use project payer-1.",
            make_info("USER_PROJECT_DENIED", consumer="projects/payer-1", service="logging.googleapis.com"),
        ),
        "payer-1 may not be charged",
        "gcloud projects add-iam-policy-binding payer-1 --member=user:YOU@EXAMPLE.COM "
        "--role=roles/serviceusage.serviceUsageConsumer",
    ),
    Case(
        "billing disabled",
        refused(
            "PERMISSION_DENIED",
            "This API method requires billing to be enabled.",
            make_info("BILLING_DISABLED", consumer="projects/9"),
        ),
        "billing",
        "gcloud billing projects link 9",
    ),
    Case(
        "service perimeter",
        refused("PERMISSION_DENIED", PERIMETER, make_info("SECURITY_POLICY_VIOLATED")),
        "abc123",
        "gcloud access-context-manager perimeters list",
    ),
    Case(
        "scopes too narrow",
        refused(
            "PERMISSION_DENIED",
            "Request had insufficient authentication scopes.",
            make_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        ),
        "not made for",
        LOGIN,
    ),
    Case("project gone", fail(refusals.make_not_found("projects/shop")), "no project shop", "gcloud projects list"),
    Case(
        "answer too large",
        refused("RESOURCE_EXHAUSTED", "Received message larger than max (9 vs. 4)"),
        "larger than",
        "--since 1h",
    ),
    Case(
        "quota used up",
        fail(refusals.make_exhausted(60)),
        "quota of Read requests is used up",
        "gcloud quotas preferences create --service=logging.googleapis.com --project=123456789012 "
        "--quota-id=ReadRequestsPerMinutePerProject",
    ),
    Case("quota used up", fail(refusals.make_exhausted(60)), "shop", "reads_per_minute in log-gardener.toml"),
    Case("quota used up", list_bucket(403, "Too many.", "rateLimitExceeded"), "quota", "wait a minute"),
    Case(
        "quota used up, without a name",
        refused("RESOURCE_EXHAUSTED", "Resource has been exhausted."),
        "a quota",
        "gcloud quotas info list --service=logging.googleapis.com --project=shop",
    ),
    Case(
        "permission denied",
        fail(refusals.make_denied("projects/shop", "logging.logEntries.list")),
        "logging.logEntries.list is denied on logging://shop; roles/logging.viewer grants it",
        "gcloud projects add-iam-policy-binding shop --member=user:YOU@EXAMPLE.COM --role=roles/logging.viewer",
    ),
    Case("permission denied", refused("PERMISSION_DENIED", DENIED), "logging.logEntries.list", "roles/logging.viewer"),
    Case(
        "permission denied",
        fail(refusals.make_denied(VIEWS, "logging.views.access")),
        "roles/logging.viewAccessor",
        "gcloud logging views add-iam-policy-binding all --bucket=kept --location=eu --project=shop",
    ),
    Case(
        "permission denied",
        list_bucket(
            403,
            "robot@shop.iam.gserviceaccount.com does not have storage.objects.list "
            "access to the Google Cloud Storage bucket.",
            "forbidden",
        ),
        "storage.objects.list",
        "--member=serviceAccount:robot@shop.iam.gserviceaccount.com --role=roles/storage.objectViewer",
    ),
    Case(
        "denied",
        refused("PERMISSION_DENIED", "The caller does not have permission"),
        "caller does not have permission",
        "log-gardener doctor logging://shop",
    ),
    Case("token refused", fail(refusals.make_unauthenticated("ListLogs")), "not valid", LOGIN),
    Case("token refused", get_refused, "not valid", LOGIN),
    Case(
        "not found", refused("NOT_FOUND", "Bucket does not exist"), "there is no logging://shop", "log-gardener doctor"
    ),
    Case(
        "not found",
        list_bucket(404, "The specified bucket does not exist."),
        "(The specified bucket does not exist)",
        "log-gardener doctor",
    ),
    Case("precondition", refused("FAILED_PRECONDITION", "The view is being deleted."), "being deleted", "doctor"),
    Case(
        "invalid",
        refused("INVALID_ARGUMENT", "Unparseable filter: syntax error at line 1, column 9"),
        "(Unparseable filter: syntax error at line 1, column 9)",
        "mend the filter",
    ),
    Case(
        "server",
        fail(refusals.make_broken(grpc.StatusCode.INTERNAL)),
        "Google's side (InternalServerError)",
        "try again",
    ),
    Case("system", open_nothing, "(No such file or directory)", "log-gardener doctor"),
    Case("other", throw(ValueError("a payload")), "nobody has foreseen why (ValueError)", "log-gardener doctor"),
]
