"""What publishing needs: documents, and a tracker with whoever words its tickets."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from log_gardener.model.diagnosis import Diagnosis
from log_gardener.model.plan import Plan
from log_gardener.model.ticket import Comment, Draft, Event, Listing, Neighbour, Stop, Subject, Ticket, TicketState
from log_gardener.model.worklog import Worklog


class Renderer(Protocol):
    """Turns a worklog into a document."""

    @property
    def suffix(self) -> str:
        """File name ending, with its dot."""

    def render(self, worklog: Worklog) -> str:
        """The document; equal worklogs give equal documents."""


class Tracker(Protocol):
    """Where tickets are kept. Everything that it does not hold for certain raises: no answer is no empty answer.

    Every method may raise `TrackerError`; a write raises `BusyError` and `TicketRefusedError` only where it took no
    effect, and `LostAnswerError` where nobody knows.
    """

    @property
    def name(self) -> str:
        """The same for the same tracker in every run, such as `github.com/acme/shop`."""

    def list_tickets(self, label: str, known: Sequence[int]) -> Listing:
        """All tickets with a label, open and closed; those of the known numbers that it lacks are looked up each."""

    def find_recent(self, label: str, since_nanos: int) -> tuple[Ticket, ...]:
        """Tickets of our account that changed since a time, UTC, with or without the label."""

    def list_neighbours(self, since_nanos: int) -> tuple[Neighbour, ...]:
        """Tickets of people's and pull requests that changed since a time, UTC, and the documents of the repository."""

    def read_ticket(self, number: int) -> Ticket:
        """A ticket as it is at this moment.

        Raises:
            TicketGoneError: it is deleted or was moved.
        """

    def list_comments(self, number: int) -> tuple[Comment, ...]:
        """All comments on a ticket, the earliest first."""

    def prepare_labels(self, labels: Sequence[tuple[str, str]]) -> None:
        """Create the labels that are missing: each with its description."""

    def create(self, title: str, body: str, labels: Sequence[str]) -> Ticket:
        """Create a ticket, once: nothing here tries again where it could have taken effect."""

    def edit(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: TicketState | None = None,
        closed_as: str = "",
    ) -> Ticket:
        """Set title, body or state."""

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels; those that are there stay."""

    def remove_labels(self, number: int, labels: Sequence[str]) -> None:
        """Take labels off; those that are not there are no error."""

    def comment(self, number: int, text: str) -> None:
        """Add a comment, once."""

    def link(self, number: int, parent: int) -> bool:
        """Make a ticket a part of another one; false where the tracker has no such thing."""

    def diagnose(self) -> Iterator[Diagnosis]:
        """Try everything that filing needs, one after another; nothing is written."""


class TicketWriter(Protocol):
    """Words a ticket, in the tracker's markup."""

    def write(self, subject: Subject) -> Draft:
        """What a ticket is to say of an issue; equal subjects give equal drafts."""

    def tell(self, event: Event, subject: Subject | None) -> str:
        """The comment on a change of state."""

    def write_notice(self, stop: Stop) -> Draft:
        """What to say where nothing is filed."""

    def write_dashboard(self, subjects: Sequence[Subject]) -> Draft:
        """The one ticket that lists all."""


class Preview(Protocol):
    """Shows a plan to people."""

    def render_plan(self, plan: Plan) -> str:
        """The document, with a diff of each body."""
