"""Remembers what people did to tickets, and tells what of it is not as they left it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from log_gardener.model.issue import Issue
from log_gardener.model.ticket import Ticket, TicketState
from log_gardener.stages.marker import find_mark

_KEY = re.compile(r"<!-- log-gardener comment (\S+) -->\s*\Z")


class Desk(Protocol):
    """A tracker as people see it, and what they do there."""

    def list_tickets(self) -> Sequence[Ticket]:
        """All that are there, ours or not."""

    def list_comments(self, number: int) -> Sequence[tuple[str, bool]]:
        """The comments on a ticket, each with whether it is ours."""

    def change(self, number: int, body: str) -> None: ...

    def retitle(self, number: int, title: str) -> None: ...

    def say(self, number: int, text: str) -> None: ...

    def label(self, number: int, label: str) -> None: ...

    def unlabel(self, number: int, label: str) -> None: ...

    def close(self, number: int) -> None: ...

    def reopen(self, number: int) -> None: ...

    def open(self, title: str, body: str, labels: Sequence[str]) -> int: ...


@dataclass
class Witness:
    """People at a desk, who write down what they did.

    Attributes:
        texts: what stands in the bodies, by ticket.
        said: their comments, by ticket.
        labels: that they put on, by ticket, and did not take off again.
        taken: labels that they took off and did not put on again, by ticket.
        names: titles that they gave.
        reopened: numbers of tickets that they opened again: what they want open stays so.
    """

    desk: Desk
    texts: dict[int, list[str]] = field(default_factory=dict)
    said: dict[int, list[str]] = field(default_factory=dict)
    labels: dict[int, set[str]] = field(default_factory=dict)
    taken: dict[int, set[str]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    reopened: set[int] = field(default_factory=set)
    written: int = 0

    def write(self, number: int, place: Callable[[str, str], str]) -> None:
        """Put a note into a body, where a function of the body and the note puts it."""
        self.written += 1
        note = f"note-{self.written}-of-ann"
        self.desk.change(number, place(self._read(number).body, note))
        self.texts.setdefault(number, []).append(note)

    def rename(self, number: int) -> None:
        """Give a ticket of ours a better name, and leave the form of the title."""
        self.written += 1
        name = f"name-{self.written}-by-ann"
        head = self._read(number).title.rsplit(" | ", 1)[0]
        self.desk.retitle(number, f"{head} | {name}")
        self.names[number] = name

    def say(self, number: int, text: str = "") -> None:
        self.written += 1
        text = f"comment-{self.written} of ann {text}"
        self.desk.say(number, text)
        self.said.setdefault(number, []).append(text)

    def label(self, number: int, label: str) -> None:
        self.desk.label(number, label)
        self.labels.setdefault(number, set()).add(label)
        self.taken.setdefault(number, set()).discard(label)

    def unlabel(self, number: int, label: str) -> None:
        self.desk.unlabel(number, label)
        self.labels.setdefault(number, set()).discard(label)
        self.taken.setdefault(number, set()).add(label)

    def close(self, number: int) -> None:
        self.desk.close(number)
        self.reopened.discard(number)

    def reopen(self, number: int) -> None:
        self.desk.reopen(number)
        self.reopened.add(number)

    def forget(self, number: int) -> None:
        """A ticket that is gone has nothing in it any more."""
        for told in (self.texts, self.said, self.labels, self.taken, self.names):
            told.pop(number, None)

    def find_breaches(self) -> Iterator[str]:
        """What of people's is not as they left it, and what of ours is there twice."""
        for ticket in self.desk.list_tickets():
            number = ticket.number
            comments = self.desk.list_comments(number)
            yield from (f"#{number} lacks {note}" for note in self.texts.get(number, ()) if note not in ticket.body)
            if [text for text, is_ours in comments if not is_ours] != self.said.get(number, []):
                yield f"#{number} has not the comments of people: {comments}"
            lacking = self.labels.get(number, set()) - ticket.labels
            if lacking:
                yield f"#{number} lacks {lacking}"
            again = self.taken.get(number, set()) & ticket.labels
            if again:
                yield f"#{number} has {again} again"
            if number in self.names and not ticket.title.endswith(self.names[number]):
                yield f"#{number} was renamed: {ticket.title}"
            yield from (f"#{number}: {one}" for one in find_repeated(text for text, is_ours in comments if is_ours))

    def find_open(self, issues: Sequence[Issue]) -> Mapping[str, list[int]]:
        """The open tickets of each issue that has more than one, but for those that people wanted open."""
        owners = {one: issue.id for issue in issues for one in issue.fingerprints} | {one.id: one.id for one in issues}
        found: dict[str, list[int]] = {}
        for ticket in self.desk.list_tickets():
            mark = find_mark(ticket.body) if ticket.is_ours else None
            if mark and ticket.state is TicketState.OPEN and ticket.number not in self.reopened:
                found.setdefault(owners.get(mark.issue, mark.issue), []).append(ticket.number)
        return {issue: numbers for issue, numbers in found.items() if len(numbers) > 1}

    def _read(self, number: int) -> Ticket:
        return next(one for one in self.desk.list_tickets() if one.number == number)


def find_repeated(comments: Iterable[str]) -> Iterator[str]:
    """What our comments on one ticket say more than once: the same key, or the same text."""
    told = list(comments)
    keys = Counter(found[1] for text in told for found in [_KEY.search(text)] if found)
    yield from (f"{count} comments of the key {key}" for key, count in keys.items() if count > 1)
    texts = Counter(_KEY.sub("", text).strip() for text in told)
    yield from (f"{count} comments say {text!r}" for text, count in texts.items() if count > 1)


def put_above(body: str, note: str) -> str:
    return f"{note}\n\n{body}"


def put_below(body: str, note: str) -> str:
    return f"{body}\n\n{note}\n"


def put_inside(body: str, note: str) -> str:
    """In the midst of our block, if it is there."""
    head, end, rest = body.rpartition("<!-- log-gardener end -->")
    return f"{head}{note}\n\n{end}{rest}" if end else put_below(body, note)


def send(place: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """As a browser sends it: with its own line ends in the whole body."""
    return lambda body, note: re.sub(r"\r\n|\r|\n", "\r\n", place(body, note))
