"""What GitHub answers, as far as it is used; an answer without it is no answer."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from log_gardener.model.instant import NANOS_PER_SECOND, from_nanos, to_nanos
from log_gardener.model.ticket import Comment, Neighbour, NeighbourKind, Ticket, TicketState
from log_gardener.trackers.github.failures import Place, make_nonsense

Shape = TypeVar("Shape")

# More of a text says nothing new of what it is about.
LONGEST_TEXT = 20_000


class User(BaseModel):
    """An account; none where it was deleted."""

    login: str


class LabelPayload(BaseModel):
    """A label; old servers tell only its name, as a text."""

    name: str


class RepositoryPayload(BaseModel):
    """A repository.

    Attributes:
        permissions: of the account's role; `None` where GitHub does not tell.
    """

    full_name: str
    html_url: str
    default_branch: str
    archived: bool
    has_issues: bool
    disabled: bool = False
    permissions: dict[str, bool] | None = None


class IssuePayload(BaseModel):
    """An issue or a pull request. Whatever would be overwritten must be there."""

    id: int
    number: int
    html_url: str
    repository_url: str
    title: str
    body: str | None
    state: TicketState
    closed_at: AwareDatetime | None
    user: User | None
    labels: list[LabelPayload | str]
    locked: bool = False
    comments: int = 0
    assignees: list[User] | None = None
    milestone: dict[str, Any] | None = None
    pull_request: dict[str, Any] | None = None

    def is_by(self, login: str) -> bool:
        """Whether an account wrote it."""
        return is_same(self.user, login)

    def has_label(self, label: str) -> bool:
        """Whether it has a label; GitHub does not tell cases apart."""
        return label.casefold() in {name.casefold() for name in self.names}

    @property
    def names(self) -> frozenset[str]:
        """Of its labels."""
        return frozenset(one if isinstance(one, str) else one.name for one in self.labels)

    def is_taken(self, login: str) -> bool:
        """Whether anyone beside an account wrote it, is assigned, or has put it in a milestone."""
        return not self.is_by(login) or bool(self.assignees) or self.milestone is not None

    def to_ticket(self, login: str, *, has_people: bool) -> Ticket:
        """The ticket; `login` is our own account's."""
        return Ticket(
            self.number,
            self.html_url,
            self.title,
            self.body or "",
            self.names,
            self.state,
            closed_nanos=to_nanos(self.closed_at) if self.closed_at and self.state is TicketState.CLOSED else None,
            is_ours=self.is_by(login),
            is_locked=self.locked,
            has_people=has_people,
        )

    def to_neighbour(self) -> Neighbour:
        """The same as something that may be related."""
        kind = NeighbourKind.TICKET if self.pull_request is None else NeighbourKind.PULL_REQUEST
        is_open = self.state is TicketState.OPEN
        return Neighbour(kind, f"#{self.number}", self.title, (self.body or "")[:LONGEST_TEXT], is_open)


class CommentPayload(BaseModel):
    """A comment on an issue."""

    body: str | None
    created_at: AwareDatetime
    user: User | None

    def to_comment(self, login: str) -> Comment:
        """The comment; `login` is our own account's."""
        return Comment(self.body or "", to_nanos(self.created_at), is_same(self.user, login))


class TreeEntry(BaseModel):
    """A file, or something else, in a repository."""

    path: str
    type: str
    sha: str
    size: int = 0


class TreePayload(BaseModel):
    """All files of a revision."""

    tree: list[TreeEntry]


class BlobPayload(BaseModel):
    """What a file holds."""

    content: str
    encoding: str


ISSUES = TypeAdapter(list[IssuePayload])
COMMENTS = TypeAdapter(list[CommentPayload])
LABELS = TypeAdapter(list[LabelPayload])


def is_same(user: User | None, login: str) -> bool:
    """Whether a user is the account of a login, which GitHub does not tell apart by case."""
    return user is not None and user.login.casefold() == login.casefold()


def read(shape: type[Shape] | TypeAdapter[Shape], payload: object, place: Place) -> Shape:
    """An answer in its shape.

    Raises:
        TrackerError: it is something else.
    """
    adapter = shape if isinstance(shape, TypeAdapter) else TypeAdapter(shape)
    try:
        return adapter.validate_python(payload)
    except ValidationError as error:
        # The library's text repeats the answer.
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise make_nonsense(place, f"what its documentation says (see {where or 'the whole'})") from None


def spell_since(nanos: int) -> str:
    """A time as GitHub reads it: whole seconds, UTC, no later than it is."""
    at: datetime = from_nanos(nanos // NANOS_PER_SECOND * NANOS_PER_SECOND).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
