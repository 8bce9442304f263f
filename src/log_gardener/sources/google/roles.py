"""Permissions, the least role that grants each, and the command that grants it."""

import re
from dataclasses import dataclass
from shlex import quote

# By permission: the role with the fewest other permissions that a person may be given for it.
# https://cloud.google.com/iam/docs/roles-permissions
LEAST_ROLES = {
    "bigquery.datasets.get": "roles/bigquery.metadataViewer",
    "bigquery.jobs.create": "roles/bigquery.jobUser",
    "bigquery.readsessions.create": "roles/bigquery.readSessionUser",
    "bigquery.readsessions.getData": "roles/bigquery.readSessionUser",
    "bigquery.readsessions.update": "roles/bigquery.readSessionUser",
    "bigquery.tables.get": "roles/bigquery.metadataViewer",
    "bigquery.tables.getData": "roles/bigquery.dataViewer",
    "bigquery.tables.list": "roles/bigquery.metadataViewer",
    "iam.serviceAccounts.getAccessToken": "roles/iam.serviceAccountTokenCreator",
    "logging.buckets.get": "roles/logging.viewer",
    "logging.buckets.list": "roles/logging.viewer",
    "logging.logEntries.list": "roles/logging.viewer",
    "logging.logs.list": "roles/logging.viewer",
    "logging.privateLogEntries.list": "roles/logging.privateLogViewer",
    "logging.sinks.get": "roles/logging.viewer",
    "logging.sinks.list": "roles/logging.viewer",
    "logging.views.access": "roles/logging.viewAccessor",
    "logging.views.get": "roles/logging.viewer",
    "logging.views.list": "roles/logging.viewer",
    "pubsub.subscriptions.consume": "roles/pubsub.subscriber",
    "pubsub.subscriptions.get": "roles/pubsub.viewer",
    "resourcemanager.projects.get": "roles/browser",
    "serviceusage.services.get": "roles/serviceusage.serviceUsageViewer",
    "serviceusage.services.use": "roles/serviceusage.serviceUsageConsumer",
    "storage.buckets.get": "roles/storage.legacyBucketReader",
    "storage.objects.get": "roles/storage.objectViewer",
    "storage.objects.list": "roles/storage.objectViewer",
}

NOBODY = "user:YOU@EXAMPLE.COM"

# A permission in a text; neither a service such as `logging.googleapis.com` nor a part of an address is one.
PERMISSION = (
    r"(?<![\w.@/-])(?:bigquery|iam|logging|pubsub|resourcemanager|serviceusage|storage)\.(?!googleapis\b)"
    r"[a-zA-Z]+\.[a-zA-Z]+\b"
)

_SERVICE_ACCOUNT = re.compile(r"@[\w.-]+\.gserviceaccount\.com$")
_PROJECT = r"projects/(?P<project>[^/\s]+)"


@dataclass(frozen=True, slots=True)
class _Grant:
    """How a role is granted on one kind of resource."""

    pattern: re.Pattern[str]
    command: str


# The most particular first: who may read one bucket need not read all of a project.
_GRANTS = (
    _Grant(
        re.compile(rf"{_PROJECT}/locations/(?P<location>[^/\s]+)/buckets/(?P<bucket>[^/\s]+)/views/(?P<view>[^/\s]+)"),
        "gcloud logging views add-iam-policy-binding {view} --bucket={bucket} --location={location} "
        "--project={project}",
    ),
    _Grant(
        re.compile(r"(?:projects/_/buckets/|gs://)(?P<bucket>[\w.-]+)"),
        "gcloud storage buckets add-iam-policy-binding gs://{bucket}",
    ),
    _Grant(
        re.compile(rf"(?:{_PROJECT}/subscriptions|pubsub://(?P<other>[^/\s]+))/(?P<subscription>[^/\s]+)"),
        "gcloud pubsub subscriptions add-iam-policy-binding {subscription} --project={project}",
    ),
    _Grant(
        re.compile(rf"{_PROJECT}/datasets/(?P<dataset>[^/\s]+)/tables/(?P<table>[^/\s]+)"),
        "bq add-iam-policy-binding --table=true {project}:{dataset}.{table}",
    ),
    _Grant(
        re.compile(r"\bfolders?[/ ](?P<folder>\d+|FOLDER)"),
        "gcloud resource-manager folders add-iam-policy-binding {folder}",
    ),
    _Grant(
        re.compile(r"\borgani[sz]ations?[/ ](?P<organisation>\d+|ORGANISATION)"),
        "gcloud organizations add-iam-policy-binding {organisation}",
    ),
    _Grant(
        re.compile(r"\bbillingAccounts/(?P<account>[\w-]+)"), "gcloud billing accounts add-iam-policy-binding {account}"
    ),
)

_PROJECTS = re.compile(
    r"(?:\bprojects?(?:/|[ _]number:| project:| )|\b(?:logging|pubsub)://(?:projects/)?)(?P<project>[\w.:-]*\w)"
    r"|\bbigquery://(?P<dataset_project>[\w:-]+)"
)

# Buckets are of no project in their API, and the others of none in their sources.
_NO_PROJECTS = {"_", "folders", "organizations", "billingAccounts"}

# What only projects grant, whatever it is asked for.
_PROJECT_WIDE = re.compile(r"serviceusage\.|bigquery\.(?:readsessions|jobs)\.|pubsub\.(?:topics|snapshots)\.list")


def find_role(permission: str) -> str:
    """The least role that grants a permission; empty if the table has none."""
    return LEAST_ROLES.get(permission, "")


def find_project(*texts: str) -> str:
    """The project that the first of the texts names which names one, or the placeholder `PROJECT`."""
    found = (match["project"] or match["dataset_project"] for text in texts for match in _PROJECTS.finditer(text))
    return next((name for name in found if name not in _NO_PROJECTS), "PROJECT")


def make_member(account: str) -> str:
    """Whose account an e-mail address is, as IAM writes it; a placeholder if there is none."""
    if not account or "@" not in account or ":" in account:
        return account if ":" in account else NOBODY
    return f"serviceAccount:{account}" if _SERVICE_ACCOUNT.search(account) else f"user:{account}"


def spell_grant(permission: str, resource: str, member: str = NOBODY) -> str:
    """The command that lets somebody do one thing with one resource, by the least role.

    Args:
        permission: such as `logging.logEntries.list`.
        resource: its name in an API, such as `projects/shop`, or an address such as `gs://bucket`.
        member: whom, as IAM writes it.
    """
    role = find_role(permission) or "ROLE"
    grants = () if _PROJECT_WIDE.match(permission) else _GRANTS
    for grant in grants:
        if match := grant.pattern.search(resource):
            parts = {name: quote(value) for name, value in match.groupdict().items() if value}
            command = grant.command.format_map({"project": parts.get("other", "PROJECT"), **parts})
            break
    else:
        command = f"gcloud projects add-iam-policy-binding {quote(find_project(resource))}"
    return f"{command} --member={quote(member)} --role={role}"
