"""Trials that all sources on Google Cloud share: the clock, and whose credentials there are and whether they work."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import spell_instant, to_nanos
from log_gardener.ports import Clock
from log_gardener.sources.google import VARIABLE, find_credentials
from log_gardener.sources.google.account import TOKEN_INFO, USER, Account, Token, find_account, find_token
from log_gardener.sources.google.errors import make_diagnosis
from log_gardener.sources.google.row import LOGIN, SET_SCOPES

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

SUBJECT = "Google Cloud"

CLOUD = "https://www.googleapis.com/auth/cloud-platform"

# Either is enough for every source, but for Pub/Sub, which changes what it reads.
ENOUGH = (CLOUD, f"{CLOUD}.read-only")


def diagnose_credentials(
    clock: Clock, quota_project: str = "", *, scopes: Sequence[str] = (CLOUD,), token_info: str = TOKEN_INFO
) -> Iterator[Diagnosis]:
    """Where the credentials are, whose, whether they work, who is charged, and what for.

    Args:
        clock: the present time.
        quota_project: the project that the configuration has charged.
        scopes: what the access token is to be good for.
        token_info: where to ask of an access token.
    """
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - half a second that no other source needs

    try:
        credentials = find_credentials(scopes, quota_project)
    except GoogleAuthError as error:
        yield make_diagnosis(error, SUBJECT, trial="credentials")
        return
    yield _tell_place(find_account(credentials))
    yield from diagnose_token(credentials, clock, token_info=token_info)


def diagnose_token(credentials: "Credentials", clock: Clock, *, token_info: str = TOKEN_INFO) -> Iterator[Diagnosis]:
    """Whether credentials give an access token, to whom, and what it is good for; see `diagnose_credentials`."""
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - half a second that no other source needs

    from log_gardener.sources.google.request import make_request  # noqa: PLC0415

    try:
        credentials.refresh(make_request())  # type: ignore[no-untyped-call] # the library has no types
    except GoogleAuthError as error:
        yield make_diagnosis(error, SUBJECT, trial="access token")
        return
    token = find_token(credentials, token_info)
    account = find_account(credentials, token)
    expiry: datetime | None = credentials.expiry
    until = f", until {_spell_end(expiry.replace(tzinfo=UTC), clock())}" if expiry else ""
    yield Diagnosis("access token", Mark.OK, f"given to {account}{until}")
    yield _diagnose_quota_project(account, getattr(credentials, "quota_project_id", None) or "")
    yield _diagnose_scopes(token)


def _tell_place(account: Account) -> Diagnosis:
    named = os.environ.get(VARIABLE)
    place = f"{VARIABLE}={named}" if named else account.place or "not in a file"
    return Diagnosis("credentials", Mark.OK, f"{place}: {account}")


def _spell_end(end: datetime, now: datetime) -> str:
    minutes = round((end - now).total_seconds() / 60)
    return f"{spell_instant(to_nanos(end.replace(microsecond=0)))}, in {minutes:,} min"


def _diagnose_quota_project(account: Account, project: str) -> Diagnosis:
    if project:
        return Diagnosis("quota project", Mark.OK, project)
    if account.kind != USER:
        return Diagnosis("quota project", Mark.OK, "that of the account")
    return Diagnosis(
        "quota project",
        Mark.WARNING,
        "none, which some services refuse of a user",
        "gcloud auth application-default set-quota-project PROJECT",
    )


def _diagnose_scopes(token: Token) -> Diagnosis:
    if not token.scopes:
        return Diagnosis("scopes", Mark.WARNING, "not known: nobody could be asked what the access token is good for")
    short = ", ".join(sorted(scope.rpartition("/")[2] for scope in token.scopes))
    if token.scopes.intersection(ENOUGH):
        return Diagnosis("scopes", Mark.OK, short)
    remedy = f"{LOGIN} (a machine of Google Cloud: {SET_SCOPES})"
    return Diagnosis("scopes", Mark.WARNING, f"only {short}, which may not be enough", remedy)
