"""What sources on Google Cloud ask before they ask Google."""

import sys

import pytest
from google.auth.exceptions import DefaultCredentialsError

from log_gardener.errors import UsageError
from log_gardener.sources.google import explain, is_loopback, make_member, require_extra, spell_grant
from log_gardener.sources.google.errors import find_row
from log_gardener.sources.google.failure import read_failure
from log_gardener.sources.google.roles import LEAST_ROLES, find_project

ROBOT = "robot@shop.iam.gserviceaccount.com"


@pytest.mark.parametrize(
    ("account", "member"),
    [
        (ROBOT, f"serviceAccount:{ROBOT}"),
        ("12-compute@developer.gserviceaccount.com", "serviceAccount:12-compute@developer.gserviceaccount.com"),
        ("gardener@example.com", "user:gardener@example.com"),
        ("group:gardeners@example.com", "group:gardeners@example.com"),
        ("", "user:YOU@EXAMPLE.COM"),
        ("nobody", "user:YOU@EXAMPLE.COM"),
    ],
)
def test_an_account_is_written_as_iam_writes_it(account: str, member: str) -> None:
    assert make_member(account) == member


@pytest.mark.parametrize(
    "endpoint", ["localhost:8085", "127.0.0.1", "http://127.0.0.1:4443/", "[::1]:8085", "http://[::1]", "0.0.0.0:8085"]
)
def test_an_endpoint_on_this_machine_is_known(endpoint: str) -> None:
    assert is_loopback(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "logging.googleapis.com",
        "https://localhost.example.com",
        "10.0.0.1:80",
        "http://127.0.0.1.nip.io",
        "http://[",
        "::1:80x",
    ],
)
def test_an_endpoint_elsewhere_is_known(endpoint: str) -> None:
    assert not is_loopback(endpoint)


def test_what_is_not_installed_is_told_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    require_extra()
    monkeypatch.setitem(sys.modules, "google.auth", None)

    with pytest.raises(UsageError, match=r"pip install 'log-gardener\[gcp\]'"):
        require_extra()


def test_the_words_for_credentials_speak_of_what_was_asked_for() -> None:
    error = DefaultCredentialsError("Anonymous credentials cannot be refreshed.")  # type: ignore[no-untyped-call] # the library has no types

    assert find_row(read_failure(error)).name == "credentials unusable"
    assert "subscription logs" in explain(error, "subscription logs")


WHOM = " --member=user:YOU@EXAMPLE.COM --role="


@pytest.mark.parametrize(
    ("permission", "resource", "command"),
    [
        ("logging.logEntries.list", "projects/shop", "gcloud projects add-iam-policy-binding shop"),
        ("logging.logEntries.list", "logging://shop", "gcloud projects add-iam-policy-binding shop"),
        ("logging.logEntries.list", "organizations/77", "gcloud organizations add-iam-policy-binding 77"),
        ("logging.logEntries.list", "logging://folders/5", "gcloud resource-manager folders add-iam-policy-binding 5"),
        ("logging.logEntries.list", "billingAccounts/A-1", "gcloud billing accounts add-iam-policy-binding A-1"),
        ("logging.logEntries.list", "somewhere", "gcloud projects add-iam-policy-binding PROJECT"),
        ("storage.objects.get", "gs://logs/2025", "gcloud storage buckets add-iam-policy-binding gs://logs"),
        (
            "storage.objects.get",
            "//storage.googleapis.com/projects/_/buckets/logs",
            "gcloud storage buckets add-iam-policy-binding gs://logs",
        ),
        (
            "pubsub.subscriptions.consume",
            "projects/shop/subscriptions/logs",
            "gcloud pubsub subscriptions add-iam-policy-binding logs --project=shop",
        ),
        (
            "pubsub.subscriptions.consume",
            "pubsub://shop/logs",
            "gcloud pubsub subscriptions add-iam-policy-binding logs --project=shop",
        ),
        (
            "bigquery.tables.getData",
            "projects/shop/datasets/logs/tables/stderr",
            "bq add-iam-policy-binding --table=true shop:logs.stderr",
        ),
        (
            "bigquery.readsessions.create",
            "projects/shop/datasets/logs/tables/stderr",
            "gcloud projects add-iam-policy-binding shop",
        ),
        (
            "logging.views.access",
            "projects/shop/locations/eu/buckets/kept/views/all",
            "gcloud logging views add-iam-policy-binding all --bucket=kept --location=eu --project=shop",
        ),
    ],
)
def test_a_role_is_granted_on_as_little_as_it_can_be(permission: str, resource: str, command: str) -> None:
    assert spell_grant(permission, resource) == f"{command}{WHOM}{LEAST_ROLES[permission]}"


def test_a_permission_without_a_role_leaves_a_place_for_it() -> None:
    assert spell_grant("logging.unheardOf.do", "projects/shop").endswith("--role=ROLE")


@pytest.mark.parametrize(
    ("texts", "project"),
    [
        (("", "projects/shop/logs/stderr"), "shop"),
        (("consumer 'project_number:77'",), "77"),
        (("to use project project:shop-1.",), "shop-1"),
        (("bigquery://shop.logs.stderr",), "shop"),
        (("gs://bucket", "projects/_/buckets/logs"), "PROJECT"),
    ],
)
def test_a_project_is_found_by_the_first_that_names_one(texts: tuple[str, ...], project: str) -> None:
    assert find_project(*texts) == project
