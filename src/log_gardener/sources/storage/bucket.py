"""A bucket as the client sees it: its listings, its downloads, and what goes wrong with either."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from google.api_core.exceptions import GoogleAPIError, NotFound
from google.api_core.retry import Retry
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from google.cloud.storage import Client
from google.cloud.storage.retry import DEFAULT_RETRY
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException

from log_gardener.sources.google import explain, find_credentials, is_loopback
from log_gardener.sources.storage.listing import TIMEOUT_SECONDS, List, make_list
from log_gardener.sources.storage.object_reader import Fetch, make_fetch
from log_gardener.sources.storage.sink_names import SCHEME

# What a client raises; nothing else is expected of it.
FAILURES = (GoogleAPIError, GoogleAuthError, RequestException)

PERMISSIONS = ("storage.objects.list", "storage.objects.get")

_READ_ONLY = "https://www.googleapis.com/auth/devstorage.read_only"
_EMULATOR = "STORAGE_EMULATOR_HOST"

# The first wait of a listing that is asked again; the client doubles it each time.
_LISTING_DELAY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that may be listed and read, if it is there.

    Attributes:
        ask: answers its listings.
        fetch: opens its objects.
        retry: what is asked for again, and for how long.
    """

    name: str
    client: Client
    ask: List
    fetch: Fetch
    retry: Retry

    def find_granted(self) -> Sequence[str]:
        """Which of the permissions that reading needs are granted; raises what the client raises."""
        granted: Sequence[str] = self.client.bucket(self.name).test_iam_permissions(
            list(PERMISSIONS), timeout=TIMEOUT_SECONDS, retry=self.retry
        )
        return granted


def open_bucket(name: str, endpoint: str, patience_seconds: float, *, workers: int = 1) -> Bucket:
    """A bucket, without asking for it yet.

    Args:
        name: without a scheme.
        endpoint: where the service is; empty for Google's, or where `STORAGE_EMULATOR_HOST` says.
        patience_seconds: for how long a listing that fails for the moment is asked for again.
        workers: connections that are kept open.

    Raises:
        GoogleAuthError: there are no credentials.
    """
    credentials = _find_credentials(endpoint)
    # Reading a bucket that is named needs no project.
    client = Client(
        project=None, credentials=credentials, client_options={"api_endpoint": endpoint} if endpoint else None
    )
    first = min(_LISTING_DELAY_SECONDS, patience_seconds / 4)
    retry = DEFAULT_RETRY.with_timeout(patience_seconds).with_delay(initial=first)
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call] # the library's own has no types
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=workers))
    fetch = make_fetch(session, client.api_endpoint, name)
    return Bucket(name, client, make_list(client, name, retry), fetch, retry)


def _find_credentials(endpoint: str) -> Credentials:
    """Those of whoever runs this; none for an emulator, which would only give them away."""
    if is_loopback(endpoint) if endpoint else os.environ.get(_EMULATOR):
        return AnonymousCredentials()  # type: ignore[no-untyped-call] # the library's own has no types
    return find_credentials([_READ_ONLY])


def explain_failure(error: Exception, bucket: str) -> str:
    """What went wrong with a bucket, and what to do."""
    if isinstance(error, NotFound):
        return (
            f"there is no bucket {bucket}, or none that these credentials may know of; this lists those of a project: "
            "gcloud storage buckets list --project=PROJECT --format='value(name)'"
        )
    return explain(error, f"{SCHEME}{bucket}")
