"""A tracker in memory, which fills the port `Tracker`; people act on it through `people`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from log_gardener.errors import TicketGoneError, TicketRefusedError, TrackerError
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import to_nanos
from log_gardener.model.ticket import Comment, Fate, Listing, Neighbour, NeighbourKind, Ticket, TicketState
from log_gardener.ports import Clock
from tests.fakes.standing_clock import StandingClock

Result = TypeVar("Result")

# What GitHub takes at most, in characters.
LONGEST_TITLE = 256
LONGEST_TEXT = 65_536


@dataclass(frozen=True, slots=True)
class Write:
    """A write that took effect: the name of the method, and which ticket; none for labels."""

    method: str
    number: int | None = None
    text: str = ""


@dataclass(slots=True)
class Trouble:
    """What is raised at a write.

    Attributes:
        error: `LostAnswerError`, `BusyError`, `KeyboardInterrupt` for a kill, or whatever else.
        is_after: whether the write takes effect all the same.
        methods: at which it is raised; any, if empty.
        skipped: how many such writes go well before.
    """

    error: BaseException
    is_after: bool = False
    methods: frozenset[str] = frozenset()
    skipped: int = 0


@dataclass(slots=True)
class Kept:
    """A ticket with all that belongs to it."""

    ticket: Ticket
    changed_nanos: int
    comments: list[Comment] = field(default_factory=list)
    parent: int | None = None
    closed_as: str = ""


class TicketBox:
    """Holds tickets. Whoever calls it by the port is our own account.

    Args:
        clock: the present time.
        name: of the tracker.

    Attributes:
        kept: all tickets by number; those that are gone are not in it.
        gone: what has become of the others.
        labels: descriptions by name.
        journal: every write of ours that took effect, in order.
        hidden: numbers that no listing shows yet; `read_ticket` does.
        troubles: what is raised at the writes to come; each once.
        outage: what every read raises, while it is set.
        neighbours: documents and pull requests, as they are handed out beside people's tickets.
        has_parts: whether a ticket can be a part of another one.
        closed_for: why nothing can be written; empty if it can.
    """

    def __init__(self, clock: Clock | None = None, name: str = "github.com/acme/shop") -> None:
        self._clock = clock or StandingClock()
        self._name = name
        self._next = 1
        self.kept: dict[int, Kept] = {}
        self.gone: dict[int, Fate] = {}
        self.labels: dict[str, str] = {}
        self.journal: list[Write] = []
        self.hidden: set[int] = set()
        self.troubles: list[Trouble] = []
        self.outage: TrackerError | None = None
        self.neighbours: list[Neighbour] = []
        self.has_parts = True
        self.closed_for = ""
        self.people = People(self)

    @property
    def name(self) -> str:
        return self._name

    def list_tickets(self, label: str, known: Sequence[int]) -> Listing:
        self._read()
        shown = [one.ticket for one in self._shown() if label in one.ticket.labels]
        numbers = {ticket.number for ticket in shown}
        lacking = [number for number in dict.fromkeys(known) if number not in numbers]
        found = [self.kept[number].ticket for number in lacking if number in self.kept]
        fates = {number: self._find_fate(number) for number in lacking if number not in self.kept}
        tickets = sorted([*shown, *found], key=lambda ticket: ticket.number)
        return Listing(tuple(tickets), fates, is_writable=not self.closed_for, why=self.closed_for)

    def find_recent(self, label: str, since_nanos: int) -> tuple[Ticket, ...]:
        del label
        self._read()
        return tuple(one.ticket for one in self._shown() if one.ticket.is_ours and one.changed_nanos >= since_nanos)

    def list_neighbours(self, since_nanos: int) -> tuple[Neighbour, ...]:
        self._read()
        theirs = [
            Neighbour(
                NeighbourKind.TICKET,
                f"#{one.ticket.number}",
                one.ticket.title,
                one.ticket.body,
                one.ticket.state is TicketState.OPEN,
            )
            for one in self._shown()
            if not one.ticket.is_ours and one.changed_nanos >= since_nanos
        ]
        return (*theirs, *self.neighbours)

    def read_ticket(self, number: int) -> Ticket:
        self._read()
        return self._find(number).ticket

    def list_comments(self, number: int) -> tuple[Comment, ...]:
        self._read()
        return tuple(self._find(number).comments)

    def prepare_labels(self, labels: Sequence[tuple[str, str]]) -> None:
        for label, description in labels:
            if label not in self.labels:
                self._write(Write("prepare_labels", None, label), lambda: self.labels.setdefault(label, description))  # noqa: B023 - called at once

    def create(self, title: str, body: str, labels: Sequence[str]) -> Ticket:
        _check_texts(title, body)

        def change() -> Ticket:
            return self.put(title, body, labels, is_ours=True)

        return self._write(Write("create", self._next, body), change)

    def edit(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: TicketState | None = None,
        closed_as: str = "",
    ) -> Ticket:
        _check_texts("a title" if title is None else title, body or "")
        return self._write(
            Write("edit", number, body or title or (state or "")),
            lambda: self.change(number, title=title, body=body, state=state, closed_as=closed_as),
            number,
        )

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        self._write(Write("add_labels", number, ",".join(labels)), lambda: self.tag(number, labels), number)

    def remove_labels(self, number: int, labels: Sequence[str]) -> None:
        if self._find(number).ticket.labels.intersection(labels):
            write = Write("remove_labels", number, ",".join(labels))
            self._write(write, lambda: self.untag(number, labels), number)

    def comment(self, number: int, text: str) -> None:
        _check_texts("a title", text)
        self._write(Write("comment", number, text), lambda: self.say(number, text, is_ours=True), number)

    def link(self, number: int, parent: int) -> bool:
        if not self.has_parts:
            return False

        def change() -> None:
            self._find(number).parent = self._find(parent).ticket.number

        self._write(Write("link", number, f"#{parent}"), change, number)
        return True

    def diagnose(self) -> Iterator[Diagnosis]:
        if self.closed_for:
            yield Diagnosis("repository", Mark.FAILED, self.closed_for, "choose another repository")
        else:
            yield Diagnosis("repository", Mark.OK, self._name)

    # What both sides do, without a journal and without trouble.

    def put(self, title: str, body: str, labels: Sequence[str] = (), *, is_ours: bool) -> Ticket:
        number = self._next
        self._next += 1
        url = f"https://{self._name}/issues/{number}"
        ticket = Ticket(number, url, title, body, frozenset(labels), TicketState.OPEN, is_ours=is_ours)
        self.kept[number] = Kept(replace(ticket, has_people=not is_ours), self.now)
        self.labels.update({label: "" for label in labels if label not in self.labels})
        return self.kept[number].ticket

    def change(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: TicketState | None = None,
        closed_as: str = "",
    ) -> Ticket:
        one = self._find(number)
        old = one.ticket
        state = state or old.state
        if state is not old.state:
            closed = self.now if state is TicketState.CLOSED else None
            one.closed_as = closed_as if closed else ""
        else:
            closed = old.closed_nanos
        title, body = old.title if title is None else title, old.body if body is None else body
        return self.set(number, replace(old, title=title, body=body, state=state, closed_nanos=closed))

    def tag(self, number: int, labels: Sequence[str]) -> None:
        self.labels.update({label: "" for label in labels if label not in self.labels})
        old = self._find(number).ticket
        self.set(number, replace(old, labels=old.labels | set(labels)))

    def untag(self, number: int, labels: Sequence[str]) -> None:
        old = self._find(number).ticket
        self.set(number, replace(old, labels=old.labels - set(labels)))

    def say(self, number: int, text: str, *, is_ours: bool) -> None:
        one = self._find(number)
        one.comments.append(Comment(text, self.now, is_ours))
        self.set(number, replace(one.ticket, has_people=one.ticket.has_people or not is_ours))

    def set(self, number: int, ticket: Ticket) -> Ticket:
        one = self._find(number)
        one.ticket, one.changed_nanos = ticket, self.now
        return ticket

    @property
    def now(self) -> int:
        return to_nanos(self._clock())

    def _shown(self) -> list[Kept]:
        return [one for number, one in sorted(self.kept.items()) if number not in self.hidden]

    def _find(self, number: int) -> Kept:
        one = self.kept.get(number)
        if one is None:
            msg = f"#{number} is {self._find_fate(number)}"
            raise TicketGoneError(msg)
        return one

    def _find_fate(self, number: int) -> Fate:
        return self.gone.get(number, Fate.DELETED)

    def _read(self) -> None:
        if self.outage is not None:
            raise self.outage

    def _write(self, write: Write, change: Callable[[], Result], number: int | None = None) -> Result:
        if self.closed_for:
            raise TicketRefusedError(self.closed_for)
        if number is not None and self._find(number).ticket.is_locked and write.method == "comment":
            msg = f"#{number} is locked"
            raise TicketRefusedError(msg)
        trouble = self._find_trouble(write.method)
        if trouble is not None and not trouble.is_after:
            raise trouble.error
        result = change()
        self.journal.append(write)
        if trouble is not None:
            raise trouble.error
        return result

    def _find_trouble(self, method: str) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.methods and method not in trouble.methods:
                continue
            if trouble.skipped:
                trouble.skipped -= 1
                continue
            self.troubles.remove(trouble)
            return trouble
        return None


class People:
    """What others do in a box."""

    def __init__(self, box: TicketBox) -> None:
        self._box = box

    def open(self, title: str, body: str = "", labels: Sequence[str] = ()) -> Ticket:
        return self._box.put(title, body, labels, is_ours=False)

    def comment(self, number: int, text: str) -> None:
        self._box.say(number, text, is_ours=False)

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> Ticket:
        return self._box.change(number, title=title, body=body)

    def close(self, number: int, closed_as: str = "completed") -> Ticket:
        return self._box.change(number, state=TicketState.CLOSED, closed_as=closed_as)

    def reopen(self, number: int) -> Ticket:
        return self._box.change(number, state=TicketState.OPEN)

    def label(self, number: int, *labels: str) -> None:
        self._box.tag(number, labels)

    def unlabel(self, number: int, *labels: str) -> None:
        self._box.untag(number, labels)

    def assign(self, number: int) -> None:
        self._box.set(number, replace(self._box.kept[number].ticket, has_people=True))

    def lock(self, number: int) -> None:
        self._box.set(number, replace(self._box.kept[number].ticket, is_locked=True))

    def delete(self, number: int) -> None:
        self._box.gone[number] = Fate.DELETED
        del self._box.kept[number]

    def transfer(self, number: int) -> None:
        self._box.gone[number] = Fate.TRANSFERRED
        del self._box.kept[number]


def _check_texts(title: str, text: str) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        msg = "the tracker takes no such title or text"
        raise TicketRefusedError(msg)
