"""What went wrong, in words, and what to do about it."""

import re
from dataclasses import dataclass, field

from log_gardener.errors import LostAnswerError, TicketGoneError, TicketRefusedError, TrackerError
from log_gardener.trackers.github.wire import Failure, Reply

OK, CREATED = 200, 201
UNAUTHORISED, FORBIDDEN, NOT_FOUND, GONE, TOO_LARGE, INVALID = 401, 403, 404, 410, 413, 422

# A repository without a revision has no files, which is a conflict for GitHub.
EMPTY = 409

NEW_TOKEN = "make a new token, and set it as token in [github]"  # noqa: S105 - no password
RIGHT_KEY = "check app_id and app_key in [github], and whether this machine's clock is right"
GRANT = "give its account the role Write in the repository, or the token or App the permission 'Issues: write'"
VISIBLE = "check repository in [github], and that the token or App may see it"

# What GitHub's tokens look like; an App is given a new one every hour.
_TOKEN = re.compile(r"\b(?:gh[a-z]|github_pat)_\w+")


@dataclass(frozen=True, slots=True)
class _Row:
    """A refusal that is known by its status and a part of what GitHub says, in lower case; the first that fits counts.

    Attributes:
        error: what it means for a write.
        remedy: what to do.
    """

    status: int
    says: str
    error: type[TrackerError]
    remedy: str


_ROWS = (
    _Row(FORBIDDEN, "archived", TicketRefusedError, "unarchive the repository, or name another one in [github]"),
    _Row(FORBIDDEN, "locked", TicketRefusedError, "unlock the ticket, or leave it alone"),
    _Row(FORBIDDEN, "suspended", TrackerError, "unsuspend the App's installation in the settings of its owner"),
    _Row(FORBIDDEN, "saml", TrackerError, "authorise the token for the organisation's single sign-on"),
    _Row(FORBIDDEN, "ip allow list", TrackerError, "add this machine's address to the organisation's IP allow list"),
    _Row(FORBIDDEN, "blocked", TrackerError, "have the owner of the repository unblock the account"),
    _Row(FORBIDDEN, "", TrackerError, GRANT),
    _Row(GONE, "disabled", TrackerError, "enable Issues in the repository's settings, or name another in [github]"),
    _Row(INVALID, "", TicketRefusedError, ""),
    _Row(TOO_LARGE, "", TicketRefusedError, ""),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a request was about.

    Attributes:
        name: in words.
        number: of a ticket, if it was about one.
        is_app: whether an App asks.
        secrets: what must be in no text.
    """

    name: str
    number: int | None = None
    is_app: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def spelt(self) -> str:
        """For people."""
        return self.name if self.number is None else f"{self.name}#{self.number}"


def make_refusal(reply: Reply, place: Place) -> TrackerError:
    """The error for an answer that is no success."""
    said = f"GitHub answers {reply.status}" + (f": {_hide(reply.message, place)}" if reply.message else "")
    if reply.status == UNAUTHORISED:
        return TrackerError(f"{place.spelt}: {said}; {RIGHT_KEY if place.is_app else NEW_TOKEN}")
    message = reply.message.lower()
    for row in _ROWS:
        if row.status == reply.status and row.says in message:
            return row.error("; ".join(filter(None, (f"{place.spelt}: {said}", row.remedy))))
    if reply.status not in {NOT_FOUND, GONE}:
        return TrackerError(f"{place.spelt}: {said}, which is not expected there")
    if place.number is not None:
        return TicketGoneError(f"{place.spelt} is deleted, or was moved; {said}")
    return TrackerError(f"{place.spelt}: {said}; {VISIBLE}")


def require(reply: Reply, place: Place, status: int = OK) -> Reply:
    """The answer, if it is a success.

    Raises:
        TrackerError: it is a refusal.
    """
    if reply.status != status:
        raise make_refusal(reply, place)
    return reply


def make_lost(outcome: Reply | Failure, place: Place) -> LostAnswerError:
    """The error for a write of which nobody knows whether it took effect."""
    why = outcome.why if isinstance(outcome, Failure) else f"GitHub answers {outcome.status}"
    return LostAnswerError(f"{place.spelt}: {why}; nobody knows whether what was sent took effect")


def make_outage(outcome: Reply | Failure, place: Place) -> TrackerError:
    """The error for a request that came to nothing, however often it was tried."""
    if isinstance(outcome, Failure) and outcome.is_final:
        return TrackerError(f"{place.spelt}: {outcome.why}")
    why = outcome.why if isinstance(outcome, Failure) else f"GitHub answers {outcome.status}"
    return TrackerError(f"{place.spelt}: {why}; run it again later, and see https://www.githubstatus.com")


def make_nonsense(place: Place, what: str) -> TrackerError:
    """The error for an answer that is a success, and not what was asked for."""
    return TrackerError(f"{place.spelt}: GitHub's answer is not {what}; is base_url in [github] that of its API?")


def _hide(text: str, place: Place) -> str:
    for secret in place.secrets:
        text = text.replace(secret, "***")
    return _TOKEN.sub("***", text)
