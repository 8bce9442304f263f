"""The repository: its facts, its paths, and one issue of it."""

from dataclasses import replace

from log_gardener.errors import BusyError, TicketGoneError, TrackerError
from log_gardener.model.ticket import Fate
from log_gardener.trackers.github.account import Account
from log_gardener.trackers.github.failures import GRANT, Place, require
from log_gardener.trackers.github.gateway import Gateway
from log_gardener.trackers.github.payloads import COMMENTS, CommentPayload, IssuePayload, RepositoryPayload, read

# Roles that may set labels: without a label a ticket would not be found again. GitHub drops the labels of others
# without a word: https://docs.github.com/en/rest/issues/issues#create-an-issue
_ROLES = ("triage", "push", "maintain", "admin")

MAY_WRITE = {"issues": "write"}


class Repository:
    """Where the tickets are. One that was renamed is read and written under its new name, by GitHub's own redirect.

    Args:
        gateway: what GitHub is asked by.
        configured: `owner/name`.
        account: whose role counts.
    """

    def __init__(self, gateway: Gateway, configured: str, account: Account) -> None:
        self._gateway = gateway
        self._configured = configured
        self._account = account
        self._facts: RepositoryPayload | None = None
        self._latest: IssuePayload | None = None

    def look(self) -> RepositoryPayload:
        """Its facts at this moment.

        Raises:
            TrackerError: it is not to be seen.
        """
        reply = require(self._gateway.get(f"/repos/{self._configured}"), self._gateway.place)
        self._facts = read(RepositoryPayload, reply.payload, self._gateway.place)
        return self._facts

    def find(self) -> RepositoryPayload:
        """Its facts, as they were last seen."""
        return self._facts or self.look()

    def make_path(self, rest: str) -> str:
        """The path of something in it, under its present name."""
        return f"/repos/{self.find().full_name}{rest}"

    def make_place(self, number: int | None) -> Place:
        """A ticket of it, for messages."""
        return replace(self._gateway.place, number=number)

    def find_obstacle(self, facts: RepositoryPayload) -> str:
        """Why no ticket can be written in it, and what to do; empty if one can."""
        name = self._gateway.place.name
        if facts.archived:
            return f"{name} is archived; unarchive it, or name another repository in [github]"
        if facts.disabled:
            return f"{name} is disabled by GitHub; name another repository in [github]"
        if not facts.has_issues:
            return f"Issues are disabled in {name}; enable them in its settings, or name another repository in [github]"
        allowed = self._account.find_permissions()
        if allowed and not MAY_WRITE.items() <= allowed.items():
            return f"the App may not write issues in {name}; grant it the permission 'Issues: write'"
        roles = facts.permissions
        if self._account.is_person and roles is not None and not any(roles.get(role) for role in _ROLES):
            return f"the account has no role in {name} that may set labels; {GRANT}"
        return ""

    def find_issue(self, number: int) -> IssuePayload | Fate:
        """An issue at this moment, or what has become of it.

        Raises:
            TrackerError: nobody knows.
        """
        reply = self._gateway.get(self.make_path(f"/issues/{number}"))
        place = self.make_place(number)
        try:
            issue = read(IssuePayload, require(reply, place).payload, place)
        except TicketGoneError:
            # Nothing of a repository that is out of sight can be seen, which says nothing of the ticket.
            self.look()
            return Fate.TRANSFERRED if reply.is_moved else Fate.DELETED
        if not self._is_here(issue):
            return Fate.TRANSFERRED
        # Numbers are given once, so that no ticket becomes a pull request.
        return issue if issue.pull_request is None else Fate.DELETED

    def read_issue(self, number: int) -> IssuePayload:
        """An issue at this moment.

        Raises:
            TicketGoneError: it is deleted or was moved.
        """
        issue = self.find_issue(number)
        if isinstance(issue, Fate):
            msg = f"{self.make_place(number).spelt} is {issue}"
            raise TicketGoneError(msg)
        self._latest = issue
        return issue

    def recheck(self, number: int) -> None:
        """Make sure that an issue is as it was when it was last read; a limit may have taken minutes since.

        Raises:
            BusyError: people have changed it, and what was to be written rests upon what they replaced.
        """
        former = self._latest
        if former is None or former.number != number:
            return
        present = self.read_issue(number)
        if (present.title, present.body, present.state) != (former.title, former.body, former.state):
            msg = f"{self.make_place(number).spelt} was changed while its turn was waited for; nothing was written"
            raise BusyError(msg)

    def list_comments(self, number: int) -> list[CommentPayload]:
        """All comments on an issue that is here, the earliest first."""
        place = self.make_place(number)
        pages = replace(self._gateway, place=place).get_pages(self.make_path(f"/issues/{number}/comments"), {})
        return [comment for page in pages for comment in read(COMMENTS, page, place)]

    def has_people(self, issue: IssuePayload) -> bool:
        """Whether anyone beside us wrote it or commented on it, is assigned, or has put it in a milestone."""
        login = self._account.find_login(self._gateway)
        if issue.is_taken(login) or not issue.comments:
            return issue.is_taken(login)
        return any(not comment.to_comment(login).is_ours for comment in self.list_comments(issue.number))

    def explain_missing(self, number: int, refusal: TrackerError) -> TrackerError:
        """The error for a write to a ticket that is said not to be there.

        GitHub says so, too, where one may read it and not write: then the ticket is not gone.
        """
        if isinstance(self.find_issue(number), Fate):
            return refusal
        return TrackerError(f"{self.make_place(number).spelt} can be read, but not written; {GRANT}")

    def _is_here(self, issue: IssuePayload) -> bool:
        """Whether an issue is of this repository, and was not moved to another one."""
        return any(
            issue.repository_url.casefold().endswith(f"/repos/{ask().full_name}".casefold())
            # If it is not, the repository may have another name by now.
            for ask in (self.find, self.look)
        )


def make_moved(place: Place) -> TrackerError:
    """The error for a write that was answered by a redirect; it is not followed, and took no effect."""
    if place.number is not None:
        return TicketGoneError(f"{place.spelt} was moved to another repository")
    return TrackerError(f"{place.spelt} was moved while it was written to; run it again")
