"""What goes wrong with Google Cloud is told in one sentence, with a command that mends it."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import grpc
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from google.api_core import exceptions
from google.auth.transport.grpc import AuthMetadataPlugin
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials as UserCredentials

from log_gardener.model.diagnosis import Mark
from log_gardener.sources.google import explain, make_diagnosis
from log_gardener.sources.google.errors import find_row
from log_gardener.sources.google.failure import LONGEST_TEXT, read_failure
from log_gardener.sources.google.rows import ROWS
from tests.fakes import google_errors as refusals
from tests.fakes.account_server import serving
from tests.fakes.google_errors import Refusal, RefusedError
from tests.fakes.refusing_server import refusing
from tests.unit.google_calls import dial, fail, free_port, make_info, refused
from tests.unit.google_cases import CASES, Case

SUBJECT = "logging://shop"


def catch(ask: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of any kind
        ask()
    return caught.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.row)
def test_what_goes_wrong_is_told_with_the_command_that_mends_it(case: Case) -> None:
    error = catch(case.error)

    text = explain(error, SUBJECT)

    assert find_row(read_failure(error)).name == case.row
    assert case.told in text
    assert case.command in text
    assert text.isprintable()


def _make_certificate() -> tuple[bytes, bytes]:
    """A key and a certificate for this machine that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1)
    made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def test_a_certificate_that_is_not_trusted_is_told_apart_from_a_network_that_is_gone() -> None:
    pair = _make_certificate()
    credentials = grpc.ssl_server_credentials([pair])
    with refusing(Refusal(grpc.StatusCode.INTERNAL, "never reached"), credentials) as address:
        port = address.rpartition(":")[2]
        error = catch(lambda: dial(f"localhost:{port}", credentials=grpc.ssl_channel_credentials()))
        other = catch(lambda: requests.get(f"https://localhost:{port}/", timeout=5))

    for one in (error, other):
        assert find_row(read_failure(one)).name == "certificate"
        assert "export REQUESTS_CA_BUNDLE=ROOT.pem GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=ROOT.pem" in explain(one, SUBJECT)


@pytest.mark.parametrize(
    ("token", "row"),
    [
        ((400, {"error": "invalid_grant", "error_description": "Bad Request"}), "credentials expired"),
        ((400, {"error": "invalid_grant", "error_subtype": "invalid_rapt"}), "credentials expired"),
        (
            (401, {"error": "deleted_client", "error_description": "The OAuth client was deleted."}),
            "token refused, says gRPC",
        ),
        (None, "token unreachable"),
    ],
)
def test_what_is_wrong_with_the_token_is_told_from_the_words_of_grpc(
    token: tuple[int, dict[str, str]] | None, row: str
) -> None:
    with (
        serving() as server,
        refusing(Refusal(grpc.StatusCode.INTERNAL, "never"), grpc.local_server_credentials()) as address,
    ):
        server.token = token or server.token
        uri = f"{server.address}/token" if token else f"http://127.0.0.1:{free_port()}/token"
        error = catch(lambda: dial(address, credentials=_make_call_credentials(uri)))

    assert isinstance(error, grpc.RpcError)
    assert find_row(read_failure(error)).name == row


def _make_call_credentials(token_uri: str) -> grpc.ChannelCredentials:
    """A user's credentials, which gRPC asks for a token for every call."""
    user = UserCredentials(None, refresh_token="r", token_uri=token_uri, client_id="c", client_secret="s")  # type: ignore[no-untyped-call]  # noqa: S106 - made up; the library has no types
    plugin = AuthMetadataPlugin(user, Request())  # type: ignore[no-untyped-call] # the library has no types
    return grpc.composite_channel_credentials(grpc.local_channel_credentials(), grpc.metadata_call_credentials(plugin))


def test_every_row_has_a_case() -> None:
    elsewhere = {"certificate", "token unreachable", "token refused, says gRPC"}
    credentials = {"credentials file missing", "no credentials", "credentials file broken", "credentials unusable"}

    assert {row.name for row in ROWS} == {case.row for case in CASES} | elsewhere | credentials


def test_raw_grpc_is_told_as_the_clients_wrap_it() -> None:
    refusal = refusals.make_denied("projects/shop", "logging.logEntries.list").refusal
    with refusing(refusal) as address:
        raw = catch(lambda: dial(address))

    wrapped = catch(fail(RefusedError(refusal)))

    assert isinstance(raw, grpc.RpcError)
    assert explain(raw, SUBJECT) == explain(wrapped, SUBJECT)


def test_a_client_that_gave_up_is_told_by_what_it_gave_up_on() -> None:
    cause = exceptions.ServiceUnavailable("The service is currently unavailable.")  # type: ignore[no-untyped-call]
    gave_up = exceptions.RetryError("Timeout of 60.0s exceeded", cause)  # type: ignore[no-untyped-call]

    assert explain(gave_up, SUBJECT) == explain(cause, SUBJECT)


def test_a_long_hostile_text_becomes_one_short_line() -> None:
    text = "bad\x1b[2J\nfilter\u202e " + "x" * 3_000

    told = explain(catch(refused("INVALID_ARGUMENT", text)), SUBJECT)

    assert told.isprintable()
    assert "bad [2J filter x" in told
    assert len(told) < LONGEST_TEXT + 200


def test_what_was_cut_on_its_way_is_told_as_well_as_it_can_be() -> None:
    # More than gRPC takes of metadata, so that the answer contradicts its own status.
    refusal = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "x" * 10_000)
    with refusing(refusal) as address:
        error = catch(lambda: dial(address))

    assert "quota is used up" in explain(error, SUBJECT)


def test_an_error_that_nobody_foresaw_gives_nothing_of_its_text_away() -> None:
    class StrangeError(Exception):
        pass

    assert "password" not in explain(StrangeError("password=hunter2"), SUBJECT)


@pytest.mark.parametrize("name", ["shop; rm -rf ~", "$(reboot)", "a'b"])
def test_what_a_service_names_is_quoted_in_commands(name: str) -> None:
    info = make_info("SERVICE_DISABLED", consumer=f"projects/{name}", service=name)

    diagnosis = make_diagnosis(catch(refused("PERMISSION_DENIED", "no", info)), SUBJECT, trial="read")

    words = shlex.split(diagnosis.remedy.partition(" (")[0])
    assert words[:3] == ["gcloud", "services", "enable"]
    assert len(words) == 5


def test_a_trial_that_failed_has_the_command_apart() -> None:
    error = catch(fail(refusals.make_denied("folders/77", "logging.logEntries.list")))

    diagnosis = make_diagnosis(error, "folder 77", trial="read", member="user:me@example.com")

    assert (diagnosis.subject, diagnosis.mark) == ("read", Mark.FAILED)
    assert diagnosis.remedy == (
        "gcloud resource-manager folders add-iam-policy-binding 77 --member=user:me@example.com "
        "--role=roles/logging.viewer"
    )
    assert explain(error, "folder 77", member="user:me@example.com") == f"{diagnosis.detail}: {diagnosis.remedy}"


def test_no_library_of_google_is_imported_before_something_goes_wrong() -> None:
    program = (
        "import sys, log_gardener.sources.google.clock_skew, log_gardener.sources.google.trials\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('google', 'grpc', 'requests')])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)

    assert done.stdout == "[]\n"
