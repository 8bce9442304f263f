"""The tracker in memory as a desk where people sit."""

from collections.abc import Sequence

from log_gardener.model.ticket import Ticket
from tests.fakes.ticket_box import TicketBox


class BoxDesk:
    """A desk at a box."""

    def __init__(self, box: TicketBox) -> None:
        self.box = box

    def list_tickets(self) -> Sequence[Ticket]:
        return [kept.ticket for _, kept in sorted(self.box.kept.items())]

    def list_comments(self, number: int) -> Sequence[tuple[str, bool]]:
        return [(one.body, one.is_ours) for one in self.box.kept[number].comments]

    def change(self, number: int, body: str) -> None:
        self.box.people.edit(number, body=body)

    def retitle(self, number: int, title: str) -> None:
        self.box.people.edit(number, title=title)

    def say(self, number: int, text: str) -> None:
        self.box.people.comment(number, text)

    def label(self, number: int, label: str) -> None:
        self.box.people.label(number, label)

    def unlabel(self, number: int, label: str) -> None:
        self.box.people.unlabel(number, label)

    def close(self, number: int) -> None:
        self.box.people.close(number)

    def reopen(self, number: int) -> None:
        self.box.people.reopen(number)

    def open(self, title: str, body: str, labels: Sequence[str]) -> int:
        return self.box.people.open(title, body, labels).number
