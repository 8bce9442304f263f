"""All tickets of ours: those with our label, and those that are remembered and have it no more."""

from collections.abc import Iterable, Iterator, Sequence

from log_gardener.errors import TrackerError
from log_gardener.model.ticket import Fate, Listing, Ticket, TicketState
from log_gardener.trackers.github.account import Account
from log_gardener.trackers.github.gateway import Gateway
from log_gardener.trackers.github.payloads import ISSUES, IssuePayload, read, spell_since
from log_gardener.trackers.github.repository import Repository

# From so many on, all tickets of our account are listed first: a page of a hundred costs as much as one of them.
MANY_LACKING = 10

# Looked up one by one at most; five thousand requests an hour are all that there are. Whoever is not looked up would
# be taken for gone, so that more of them are an error.
MOST_LOOKED_UP = 1_000

# Whose comments are read at most, to see whether people wrote any; the rest is taken to have some of theirs.
MOST_READ = 100


class Lister:
    """Lists issues.

    Args:
        gateway: what GitHub is asked by.
        repository: whose they are.
        account: our own.
    """

    def __init__(self, gateway: Gateway, repository: Repository, account: Account) -> None:
        self._gateway = gateway
        self._repository = repository
        self._account = account

    def list_tickets(self, label: str, known: Sequence[int]) -> Listing:
        """See the port.

        Raises:
            TrackerError: so many known ones are lacking that they cannot be looked up.
        """
        facts = self._repository.look()
        why = self._repository.find_obstacle(facts)
        if not facts.has_issues:
            return Listing((), is_writable=False, why=why)
        found = {issue.number: issue for issue in self._list_all({"labels": label})}
        lacking = [number for number in dict.fromkeys(known) if number not in found]
        if len(lacking) > MANY_LACKING:
            mine = {issue.number: issue for issue in self._list_all({"creator": self._find_login()})}
            found |= {number: mine[number] for number in lacking if number in mine}
            lacking = [number for number in lacking if number not in mine]
        looked_up = self._look_up(lacking)
        found |= {number: issue for number, issue in looked_up.items() if isinstance(issue, IssuePayload)}
        fates = {number: fate for number, fate in looked_up.items() if isinstance(fate, Fate)}
        ordered = (found[number] for number in sorted(found))
        return Listing(tuple(self._make_tickets(ordered, MOST_READ)), fates, is_writable=not why, why=why)

    def _look_up(self, numbers: Sequence[int]) -> dict[int, IssuePayload | Fate]:
        if len(numbers) > MOST_LOOKED_UP:
            msg = (
                f"{self._gateway.place.spelt}: {len(numbers):,} of the tickets that we own are in no listing, which is"
                " more than can be looked up; see whether they are there, and whether the account is the same as before"
            )
            raise TrackerError(msg)
        return {number: self._repository.find_issue(number) for number in numbers}

    def find_recent(self, since_nanos: int) -> tuple[Ticket, ...]:
        """Tickets of our account that changed since a time, in order of number."""
        query = {"creator": self._find_login(), "since": spell_since(since_nanos)}
        found = {issue.number: issue for issue in self._list_all(query)}
        return tuple(
            ticket for ticket in self._make_tickets(found[number] for number in sorted(found)) if ticket.is_ours
        )

    def list_changed(self, since_nanos: int, most: int) -> Iterator[IssuePayload]:
        """Tickets and pull requests that others wrote, the latest changed first.

        What changes while pages are read comes twice then, and what it pushes on is not lost.
        """
        login = self._find_login()
        query = {"state": "all", "since": spell_since(since_nanos), "sort": "updated", "direction": "desc"}
        seen: set[int] = set()
        for issue in self._read_pages(query):
            if issue.number in seen or issue.is_by(login):
                continue
            if len(seen) == most:
                return
            seen.add(issue.number)
            yield issue

    def _list_all(self, query: dict[str, str]) -> Iterator[IssuePayload]:
        """Issues, open and closed, in the order in which they were made: new ones come last, and push none away."""
        ordered = {**query, "state": "all", "sort": "created", "direction": "asc"}
        return (issue for issue in self._read_pages(ordered) if issue.pull_request is None)

    def _read_pages(self, query: dict[str, str]) -> Iterator[IssuePayload]:
        for page in self._gateway.get_pages(self._repository.make_path("/issues"), query):
            yield from read(ISSUES, page, self._gateway.place)

    def _make_tickets(self, issues: Iterable[IssuePayload], left: int = 0) -> Iterator[Ticket]:
        """The tickets; the comments of so many are read."""
        login = self._find_login()
        for issue in issues:
            has_people = issue.is_taken(login) or issue.comments > 0
            # Only of what may be closed it matters whose the comments are.
            if has_people and not issue.is_taken(login) and issue.state is TicketState.OPEN and left:
                left -= 1
                has_people = self._repository.has_people(issue)
            yield issue.to_ticket(login, has_people=has_people)

    def _find_login(self) -> str:
        return self._account.find_login(self._gateway)
