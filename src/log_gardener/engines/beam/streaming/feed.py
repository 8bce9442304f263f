"""A subscription as workers need it. All of it pickles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Message(Protocol):
    """What is used of a message; Beam's own has it."""

    @property
    def data(self) -> bytes:
        """What was published."""

    @property
    def message_id(self) -> str:
        """Its name, which stays when it is delivered again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of which the runner has not told the name."""

    data: bytes
    message_id: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription.

    Attributes:
        name: the argument of the command line, by which its entries are told apart.
        path: what the service calls it: `projects/PROJECT/subscriptions/NAME`.
        make_lines: messages to lines of JSON, one each, the last with its end too.
    """

    name: str
    path: str
    make_lines: Callable[[Sequence[Message]], bytes]
