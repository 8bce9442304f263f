"""Credentials are found where Google's libraries look, told whose they are, and tried."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.auth._cloud_sdk import CLOUD_SDK_CLIENT_ID
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.impersonated_credentials import Credentials as ImpersonatedCredentials
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceAccountCredentials

from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.sources.google import explain, find_credentials, tell_account
from log_gardener.sources.google.account import find_account, find_token
from log_gardener.sources.google.errors import find_row
from log_gardener.sources.google.failure import read_failure
from log_gardener.sources.google.trials import diagnose_credentials, diagnose_token
from tests.fakes.account_server import MACHINE, SCOPE, AccountServer, serving

ROBOT = "robot@shop.iam.gserviceaccount.com"
OWN_LOGIN = "unset GOOGLE_APPLICATION_CREDENTIALS; gcloud auth application-default login"


def tell_time() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def server() -> Iterator[AccountServer]:
    with serving() as one:
        yield one


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine of nobody's, off Google Cloud."""
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_QUOTA_PROJECT", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GCE_METADATA_IP", f"127.0.0.1:{closed.getsockname()[1]}")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def make_key(private_key: str, server: AccountServer) -> Mapping[str, str]:
    return {
        "type": "service_account",
        "project_id": "shop",
        "private_key_id": "1",
        "private_key": private_key,
        "client_email": ROBOT,
        "client_id": "1",
        "token_uri": f"{server.address}/token",
    }


@pytest.fixture
def key_file(private_key: str, server: AccountServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write(home / "key.json", make_key(private_key, server))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    return path


def make_user(server: AccountServer, token: str | None = None, quota_project: str | None = None) -> Credentials:
    return UserCredentials(  # type: ignore[no-untyped-call] # the library has no types
        token,
        refresh_token="refresh",  # noqa: S106 - made up
        token_uri=f"{server.address}/token",
        client_id="client",
        client_secret="secret",  # noqa: S106 - made up
        quota_project_id=quota_project,
    )


def by_subject(found: Iterator[Diagnosis]) -> dict[str, Diagnosis]:
    return {one.subject: one for one in found}


def find_error() -> GoogleAuthError:
    with pytest.raises(GoogleAuthError) as caught:
        find_credentials([SCOPE])
    return caught.value


def test_where_there_are_no_credentials_the_command_that_makes_some_is_told() -> None:
    error = find_error()

    (found,) = diagnose_credentials(tell_time)

    assert "there are no credentials to read project shop with: gcloud auth application-default login" in explain(
        error, "project shop"
    )
    assert (found.subject, found.mark) == ("credentials", Mark.FAILED)
    assert found.remedy.startswith("gcloud auth application-default login")


def test_off_google_cloud_the_metadata_server_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def hang_up() -> None:
            # An OSError is the end of the test.
            try:
                while True:
                    connection, _ = listening.accept()
                    calls.append(connection)
                    connection.close()
            except OSError:
                return

        thread = threading.Thread(target=hang_up)
        thread.start()
        monkeypatch.setenv("GCE_METADATA_IP", f"127.0.0.1:{listening.getsockname()[1]}")
        error = find_error()
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()

    assert len(calls) == 1
    assert find_row(read_failure(error)).name == "no credentials"


BROKEN = {
    "no JSON": "not JSON at all",
    "an array": "[]",
    "no type": {"type": "unheard of"},
    "half a key": {"type": "service_account", "client_email": ROBOT},
    "no key": {"type": "service_account", "client_email": ROBOT, "token_uri": "x", "private_key": "hunter2"},
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_of_credentials_that_is_none_is_named_with_the_way_out(
    content: object, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(home / "my key.json", content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))

    error = find_error()

    text = explain(error, "project shop")
    assert find_row(read_failure(error)).name == "credentials file broken"
    assert f"cannot be read from {path}: {OWN_LOGIN}" in text
    assert "hunter2" not in text


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to(path)])
def test_a_file_of_credentials_that_cannot_be_opened_is_no_traceback(
    make: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "key.json"
    make(path)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))

    text = explain(find_error(), "project shop")

    assert str(path) in text
    assert OWN_LOGIN in text


def test_a_file_of_credentials_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/my key.json")

    text = explain(find_error(), "project shop")

    assert text.startswith(
        "the credentials for project shop are to be in /nowhere/my key.json, and there is no such file: "
    )
    assert OWN_LOGIN in text


def test_a_service_accounts_key_is_told_and_tried(key_file: Path, server: AccountServer) -> None:
    found = by_subject(diagnose_credentials(tell_time, token_info=f"{server.address}/tokeninfo"))

    assert {one.mark for one in found.values()} == {Mark.OK}
    assert found["credentials"].detail == f"GOOGLE_APPLICATION_CREDENTIALS={key_file}: service account {ROBOT}"
    assert found["access token"].detail.startswith(f"given to service account {ROBOT}, until 20")
    assert found["access token"].detail.endswith(", in 60 min")
    assert found["quota project"].detail == "that of the account"
    assert found["scopes"].detail == "cloud-platform"
    assert [path for _, path, _ in server.asked] == ["/token", "/tokeninfo"]
    assert server.asked[1][2] == {"access_token": ["a-token"]}


REFUSALS = {
    "Invalid JWT Signature.": "gcloud iam service-accounts keys create",
    "Invalid JWT: Token must be a short-lived token.": "sudo timedatectl set-ntp true",
    "Invalid grant: account not found": OWN_LOGIN,
    "Token has been expired or revoked.": "gcloud auth application-default login",
}


@pytest.mark.parametrize(("text", "command"), REFUSALS.items())
def test_credentials_that_are_refused_are_told_with_what_mends_them(
    text: str, command: str, *, key_file: Path, server: AccountServer
) -> None:
    server.token = (400, {"error": "invalid_grant", "error_description": text})

    found = by_subject(diagnose_credentials(tell_time))

    assert key_file.exists()
    assert found["credentials"].mark is Mark.OK
    assert found["access token"].mark is Mark.FAILED
    assert command in found["access token"].remedy
    assert set(found) == {"credentials", "access token"}


def test_a_token_server_that_is_away_is_no_fault_of_the_credentials(
    private_key: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as gone:
        key = make_key(private_key, gone)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(write(home / "key.json", key)))

    found = by_subject(diagnose_credentials(tell_time))

    assert found["access token"].mark is Mark.FAILED
    assert "127.0.0.1" in found["access token"].detail
    assert "login" not in found["access token"].remedy


def test_a_user_is_told_by_the_e_mail_of_the_access_token(server: AccountServer) -> None:
    where = f"{server.address}/tokeninfo"

    assert tell_account(make_user(server, "a-token"), where) == "user gardener@example.com"
    assert find_account(make_user(server), find_token(make_user(server, "a-token"), where)).member == (
        "user:gardener@example.com"
    )


@pytest.mark.parametrize("answer", [(400, {"error": "invalid_token"}), (200, {}), (200, "no JSON"), (200, [1])])
def test_a_user_of_whom_google_tells_nothing_is_a_user_all_the_same(answer: Any, server: AccountServer) -> None:
    server.token_info = answer

    assert tell_account(make_user(server, "a-token"), f"{server.address}/tokeninfo") == "a user's credentials"


def test_nobody_is_asked_of_a_token_that_was_never_given(server: AccountServer) -> None:
    assert tell_account(make_user(server), f"{server.address}/tokeninfo") == "a user's credentials"
    assert server.asked == []


def test_a_user_without_a_quota_project_is_warned(server: AccountServer) -> None:
    where = f"{server.address}/tokeninfo"

    without = by_subject(diagnose_token(make_user(server), tell_time, token_info=where))
    charged = by_subject(diagnose_token(make_user(server, quota_project="payer"), tell_time, token_info=where))

    assert without["quota project"].mark is Mark.WARNING
    assert without["quota project"].remedy == "gcloud auth application-default set-quota-project PROJECT"
    assert (charged["quota project"].mark, charged["quota project"].detail) == (Mark.OK, "payer")


def test_a_token_that_is_good_for_too_little_is_warned_of(server: AccountServer) -> None:
    scopes = "https://www.googleapis.com/auth/devstorage.read_only openid"
    server.token_info = (200, {"email": "gardener@example.com", "scope": scopes})

    found = by_subject(diagnose_token(make_user(server), tell_time, token_info=f"{server.address}/tokeninfo"))

    assert found["scopes"].mark is Mark.WARNING
    assert "only devstorage.read_only, openid" in found["scopes"].detail
    assert "--scopes=cloud-platform" in found["scopes"].remedy


def test_the_file_of_a_user_that_signed_in_is_found(home: Path) -> None:
    user = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    path = write(home / "application_default_credentials.json", user)

    credentials = find_credentials([SCOPE])

    assert isinstance(credentials, UserCredentials)
    assert find_account(credentials).place == str(path)
    assert tell_account(credentials) == "a user's credentials"


def test_a_user_of_gcloud_without_a_quota_project_is_warned_by_a_trial_and_not_in_passing(home: Path) -> None:
    user = {"type": "authorized_user", "client_id": CLOUD_SDK_CLIENT_ID, "client_secret": "s", "refresh_token": "r"}
    write(home / "application_default_credentials.json", user)

    # A warning would be an error here.
    assert tell_account(find_credentials([SCOPE])) == "a user's credentials"


def test_the_quota_project_of_the_configuration_goes_before_that_of_the_file(home: Path) -> None:
    user = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    write(home / "application_default_credentials.json", user | {"quota_project_id": "theirs"})

    theirs, ours = find_credentials([SCOPE]), find_credentials([SCOPE], "ours")

    assert isinstance(theirs, UserCredentials)
    assert isinstance(ours, UserCredentials)
    assert (theirs.quota_project_id, ours.quota_project_id) == ("theirs", "ours")


def test_impersonation_that_is_denied_names_the_role(private_key: str, server: AccountServer) -> None:
    source = ServiceAccountCredentials.from_service_account_info(make_key(private_key, server))  # type: ignore[no-untyped-call] # the library has no types
    server.others = (403, {"error": {"code": 403, "message": "Permission 'iam.serviceAccounts.getAccessToken' denied"}})
    credentials = ImpersonatedCredentials(  # type: ignore[no-untyped-call] # the library has no types
        source, "reader@shop.iam.gserviceaccount.com", [SCOPE], iam_endpoint_override=f"{server.address}/impersonate"
    )

    (found,) = diagnose_token(credentials, tell_time)

    assert tell_account(credentials) == "impersonated service account reader@shop.iam.gserviceaccount.com"
    assert found.mark is Mark.FAILED
    assert "--role=roles/iam.serviceAccountTokenCreator" in found.remedy


def test_an_external_account_is_told_as_one(server: AccountServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/locations/global/workforcePools/pool/providers/one",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{server.address}/token",
        "credential_source": {"file": str(write(home / "token", "a.b.c"))},
    }
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(write(home / "external.json", account)))

    credentials = find_credentials([SCOPE])

    assert tell_account(credentials) == "external account (workload identity federation)"


def test_who_needs_no_credentials_is_nobody() -> None:
    assert tell_account(AnonymousCredentials()) == "nobody"  # type: ignore[no-untyped-call] # the library has no types


# The library reads where the metadata server is when it is imported.
_ON_A_MACHINE = """
import json
from datetime import UTC, datetime
from log_gardener.sources.google.trials import diagnose_credentials
found = diagnose_credentials(lambda: datetime.now(UTC), token_info={address!r} + "/tokeninfo")
print(json.dumps([[one.subject, one.mark, one.detail, one.remedy] for one in found]))
"""


def diagnose_machine(server: AccountServer) -> list[list[str]]:
    environment = {**os.environ, "GCE_METADATA_HOST": server.host, "GCE_METADATA_IP": server.host}
    program = _ON_A_MACHINE.format(address=server.address)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, env=environment, timeout=60
    )
    assert done.stderr == ""
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_on_google_cloud_the_account_of_the_machine_is_told(server: AccountServer) -> None:
    found = diagnose_machine(server)

    assert [one[:2] for one in found] == [
        [name, "ok"] for name in ("credentials", "access token", "quota project", "scopes")
    ]
    assert found[0][2] == "metadata server: service account of this machine"
    assert found[1][2].startswith(f"given to service account of this machine {MACHINE}, until ")


def test_a_machine_of_google_cloud_without_an_account_is_told_so(server: AccountServer) -> None:
    server.token = (404, {"error": "not found"})

    found = diagnose_machine(server)

    assert found[1][:2] == ["access token", "failed"]
    assert "set-service-account" in found[1][3]


def test_how_long_a_token_lasts_is_told_by_this_machines_clock(server: AccountServer) -> None:
    ahead = diagnose_token(
        make_user(server), lambda: tell_time() + timedelta(minutes=30), token_info=f"{server.address}/tokeninfo"
    )

    assert by_subject(ahead)["access token"].detail.endswith("in 30 min")
