"""What all sources on Google Cloud share: whose credentials, what is not installed, what went wrong."""

import os
import warnings
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from log_gardener.errors import UsageError
from log_gardener.sources.google.account import tell_account
from log_gardener.sources.google.errors import explain, make_diagnosis, make_explanation
from log_gardener.sources.google.roles import make_member, spell_grant

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

# Names a file of credentials, which goes before all others.
VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"

__all__ = [
    "VARIABLE",
    "explain",
    "find_credentials",
    "is_loopback",
    "make_diagnosis",
    "make_explanation",
    "make_member",
    "require_extra",
    "spell_grant",
    "tell_account",
]


def require_extra() -> None:
    """Make sure that the Google clients are installed.

    Raises:
        UsageError: they are not.
    """
    try:
        import google.auth  # noqa: PLC0415, F401 - half a second that no other source need wait for
    except ImportError as error:
        msg = "reading Google Cloud needs its clients, which are not installed: pip install 'log-gardener[gcp]'"
        raise UsageError(msg) from error


def is_loopback(endpoint: str) -> bool:
    """Whether an endpoint, with or without a scheme and a port, is this machine, which needs no credentials."""
    try:
        host = urlsplit(endpoint if "//" in endpoint else f"//{endpoint}").hostname or ""
        # Emulators that listen on all addresses of a machine call themselves by the one that stands for them.
        return host == "localhost" or ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False


def find_credentials(scopes: Sequence[str], quota_project: str = "") -> "Credentials":
    """Those of whoever runs this, where Google's libraries look for them. Takes three seconds at most to find none.

    Args:
        scopes: what the access token is to be good for.
        quota_project: the project that is charged; empty for the one that the credentials name.

    Raises:
        GoogleAuthError: there are none, or they cannot be read; `explain` has words for it.
    """
    import google.auth  # noqa: PLC0415 - half a second that no other source need wait for
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError  # noqa: PLC0415

    from log_gardener.sources.google.request import make_request  # noqa: PLC0415

    with warnings.catch_warnings():
        # That a user's credentials name no project to be charged is told by a trial of its own.
        warnings.simplefilter("ignore", UserWarning)
        try:
            found, _ = google.auth.default(
                scopes=list(scopes), request=make_request(), quota_project_id=quota_project or None
            )
        except GoogleAuthError:
            raise
        except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            # The libraries do not expect a file that may not be read, or JSON that is no object.
            msg = f"File {os.environ.get(VARIABLE) or 'of gcloud'} cannot be read"
            raise DefaultCredentialsError(msg) from error  # type: ignore[no-untyped-call] # the library has no types
    return found
