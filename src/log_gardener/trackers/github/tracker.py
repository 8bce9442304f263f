"""GitHub Issues as a tracker: fills the port."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import quote

from log_gardener.errors import LostAnswerError, TicketGoneError, TrackerError
from log_gardener.model.diagnosis import Diagnosis
from log_gardener.model.ticket import Comment, Listing, Neighbour, Ticket, TicketState
from log_gardener.ports import Clock, Tracker
from log_gardener.trackers.github.account import Account, find_app_pacing
from log_gardener.trackers.github.documents import DocumentReader
from log_gardener.trackers.github.etags import EtagCache
from log_gardener.trackers.github.failures import CREATED, GONE, INVALID, NOT_FOUND, OK, Place, make_refusal
from log_gardener.trackers.github.gateway import Gateway, Keys, Pacing
from log_gardener.trackers.github.keys import AppKeys, InstallationKeys, TokenKeys
from log_gardener.trackers.github.listing import Lister
from log_gardener.trackers.github.options import GitHubOptions, check_options
from log_gardener.trackers.github.payloads import LABELS, IssuePayload, read
from log_gardener.trackers.github.repository import Repository, make_moved
from log_gardener.trackers.github.trials import Trials
from log_gardener.trackers.github.wire import Call, Reply, Wire

# Of a new label: grey-blue, which shouts at nobody. People may choose another; it is never changed.
COLOUR = "c5def5"

# What GitHub takes of a label's description, in characters.
LONGEST_DESCRIPTION = 100

_MOVED = range(300, 400)
_DONE = frozenset({OK, CREATED})


class GitHubTracker(Tracker):
    """The issues of a repository, written by the account of a token or by a GitHub App.

    Args:
        options: which repository, by whom, how fast.
        clock: the present time.
        sleep: waits so many seconds.

    Raises:
        UsageError: the options name no repository or no account.
    """

    def __init__(self, options: GitHubOptions, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> None:
        check_options(options)
        self._name = options.name
        self._wire = Wire(options)
        pacing = Pacing(clock, sleep, options.seconds_between_writes, options.patience_seconds)
        place = Place(self._name, None, options.is_app, options.secrets)
        app, keys = self._make_keys(options, pacing, place)
        self._account = Account(options, app, keys)
        self._gateway = Gateway(self._wire, keys, place, pacing)
        self._repository = Repository(self._gateway, options.repository, self._account)
        self._lister = Lister(self._gateway, self._repository, self._account)
        self._documents = DocumentReader(self._gateway, self._repository, options)
        self._configured = options.repository
        self._most_neighbours = options.most_neighbours

    @property
    def name(self) -> str:
        """Host and configured repository, in lower case; it stays when the repository is renamed."""
        return self._name

    def list_tickets(self, label: str, known: Sequence[int]) -> Listing:
        """All with the label, and what has become of the known ones that lack it.

        Of closed tickets, and of open ones beyond a hundred, any comment counts as people's.
        """
        return self._lister.list_tickets(label, known)

    def find_recent(self, label: str, since_nanos: int) -> tuple[Ticket, ...]:
        """Tickets of our account that changed since a time; any comment counts as people's."""
        del label  # It may not be on the ticket yet.
        return self._lister.find_recent(since_nanos)

    def list_neighbours(self, since_nanos: int) -> tuple[Neighbour, ...]:
        """What others wrote: the latest changed first, then documents."""
        changed = self._lister.list_changed(since_nanos, self._most_neighbours)
        return tuple(chain((issue.to_neighbour() for issue in changed), self._documents.list_documents()))

    def read_ticket(self, number: int) -> Ticket:
        """A ticket as it is at this moment."""
        issue = self._repository.read_issue(number)
        return issue.to_ticket(self._find_login(), has_people=self._repository.has_people(issue))

    def list_comments(self, number: int) -> tuple[Comment, ...]:
        """All comments, the earliest first."""
        self._repository.read_issue(number)
        return tuple(one.to_comment(self._find_login()) for one in self._repository.list_comments(number))

    def prepare_labels(self, labels: Sequence[tuple[str, str]]) -> None:
        """Create those that are missing; one that is there stays as it is."""
        present = self._list_labels()
        for label, description in labels:
            if label.casefold() not in present:
                self._create_label(label, description)
                present.add(label.casefold())

    def create(self, title: str, body: str, labels: Sequence[str]) -> Ticket:
        """Create a ticket, once."""
        self._find_login()  # Whatever the answer is read with must be known before, since it cannot be sent again.
        reply = self._write("POST", "/issues", {"title": title, "body": body, "labels": list(labels)})
        return self._take(reply, None)

    def edit(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: TicketState | None = None,
        closed_as: str = "",
    ) -> Ticket:
        """Set what is given, and leave all else as it is."""
        reason = closed_as.replace(" ", "_") if state is TicketState.CLOSED else ""
        wanted = {"title": title, "body": body, "state": state and state.value, "state_reason": reason or None}
        given = {name: text for name, text in wanted.items() if text is not None}
        if not given:
            return self.read_ticket(number)
        self._find_login()
        return self._take(self._write("PATCH", f"/issues/{number}", given, number), number)

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels; those that are there stay."""
        if labels:
            self._write("POST", f"/issues/{number}/labels", {"labels": list(labels)}, number)

    def remove_labels(self, number: int, labels: Sequence[str]) -> None:
        """Take labels off, one by one; those that are not there are no error."""
        unwanted = {label.casefold() for label in labels}
        issue = self._repository.read_issue(number)
        for label in sorted(name for name in issue.names if name.casefold() in unwanted):
            try:
                self._write("DELETE", f"/issues/{number}/labels/{quote(label, safe='')}", None, number)
            except TrackerError:
                # Somebody else took it off meanwhile, which is answered as if the ticket were not there.
                if self._repository.read_issue(number).has_label(label):
                    raise

    def comment(self, number: int, text: str) -> None:
        """Add a comment, once."""
        self._write("POST", f"/issues/{number}/comments", {"body": text}, number)

    def link(self, number: int, parent: int) -> bool:
        """Make a ticket a sub-issue of another; false where the server does not know sub-issues."""
        issue = self._repository.read_issue(number)
        self._repository.read_issue(parent)
        rest = f"/issues/{parent}/sub_issues"
        place = self._repository.make_place(parent)
        reply = self._gateway.get(self._repository.make_path(rest))
        if reply.status in {NOT_FOUND, GONE}:
            return False
        if reply.status != OK:
            raise make_refusal(reply, place)
        pages = replace(self._gateway, place=place).get_pages(self._repository.make_path(rest), {})
        if any(isinstance(one, dict) and one.get("id") == issue.id for page in pages for one in page):
            return True
        self._write("POST", rest, {"sub_issue_id": issue.id}, parent)
        return True

    def diagnose(self) -> Iterator[Diagnosis]:
        """Try the account, the repository and what may be done in it, the limits and the clock."""
        # Whoever looks for what is wrong wants to know of a limit, and not to wait for its end.
        gateway = replace(self._gateway, pacing=replace(self._gateway.pacing, patience=0.0))
        repository = Repository(gateway, self._configured, self._account)
        yield from Trials(gateway, repository, self._account).run()

    def close(self) -> None:
        """End the connections."""
        self._wire.close()

    def _make_keys(
        self, options: GitHubOptions, pacing: Pacing, place: Place
    ) -> tuple[Gateway | None, TokenKeys | InstallationKeys]:
        if not options.is_app:
            return None, TokenKeys(options.token)
        own: Keys = AppKeys(options, pacing.clock)
        app = Gateway(self._wire, own, place, find_app_pacing(pacing), EtagCache())
        return app, InstallationKeys(app, options, pacing.clock)

    def _find_login(self) -> str:
        return self._account.find_login(self._gateway)

    def _list_labels(self) -> set[str]:
        pages = self._gateway.get_pages(self._repository.make_path("/labels"), {})
        return {one.name.casefold() for page in pages for one in read(LABELS, page, self._gateway.place)}

    def _create_label(self, label: str, description: str) -> None:
        payload = {"name": label, "description": description[:LONGEST_DESCRIPTION], "color": COLOUR}
        try:
            reply = self._send("POST", "/labels", payload)
        except LostAnswerError:
            if label.casefold() not in self._list_labels():
                raise
            return
        is_there = reply.status == INVALID and "already_exists" in reply.message
        if reply.status not in _DONE and not is_there:
            raise make_refusal(reply, self._gateway.place)

    def _write(self, verb: str, rest: str, payload: dict[str, Any] | None, number: int | None = None) -> Reply:
        """The answer to a write that took effect.

        Raises:
            TrackerError: see `Gateway.write`, or it was refused.
        """
        reply = self._send(verb, rest, payload, number)
        if reply.status in _DONE:
            return reply
        refusal = make_refusal(reply, self._repository.make_place(number))
        if number is not None and isinstance(refusal, TicketGoneError):
            refusal = self._repository.explain_missing(number, refusal)
        raise refusal

    def _send(self, verb: str, rest: str, payload: dict[str, Any] | None, number: int | None = None) -> Reply:
        """The answer to a write, be it a refusal, and sent where the repository is now.

        Raises:
            TrackerError: see `Gateway.write`, or the ticket was moved elsewhere.
        """
        place = self._repository.make_place(number)
        recheck = None if number is None else lambda: self._repository.recheck(number)
        former = self._repository.find().full_name
        while True:
            call = Call(verb, self._repository.make_path(rest), payload=payload)
            reply = self._gateway.write(call, place, recheck)
            if reply.status not in _MOVED:
                return reply
            present = self._repository.look().full_name
            if present == former:
                raise make_moved(place)
            # The repository was renamed, and not the ticket moved. A redirect is no effect, so this is no repetition.
            former = present

    def _take(self, reply: Reply, number: int | None) -> Ticket:
        """The ticket that was written, as the answer has it."""
        place = self._repository.make_place(number)
        try:
            issue = read(IssuePayload, reply.payload, place)
        except TrackerError as error:
            raise LostAnswerError(str(error)) from None
        login = self._find_login()
        return issue.to_ticket(login, has_people=issue.is_taken(login) or issue.comments > 0)
