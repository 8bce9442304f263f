"""What remembering needs: a store, and what keeps secrets out of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from log_gardener.model.cluster import Cluster
from log_gardener.model.issue import (
    Bucket,
    Checkup,
    Counts,
    Issue,
    IssueDetails,
    Memory,
    PastRun,
    Pruning,
    Replay,
    Run,
    Verdict,
)
from log_gardener.model.ledger import Ledger, LedgerTicket, Step
from log_gardener.model.redaction import StoredLeak
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog


class Redactor(Protocol):
    """Takes secrets out of what is remembered."""

    def text(self, text: str) -> str:
        """The text with every secret in it replaced."""

    def entry(self, value: Any) -> Any:  # noqa: ANN401 - JSON is anything
        """A JSON value with every secret replaced, the names of its members considered."""

    def find(self, text: str) -> Sequence[tuple[str, int, int]]:
        """Which rules find a secret in a text, from where to where."""


class Store(Protocol):
    """What is remembered from run to run."""

    def tending(self, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Be the only run on the state while the context lasts; `on_wait` is told if another one must end first."""

    def find_cursors(self) -> dict[str, int]:
        """By source, up to when it was read, UTC nanoseconds."""

    def recall(self, hours: tuple[int, int] | None = None) -> Memory:
        """Everything that a run must know before it starts.

        Args:
            hours: of entries, recall those of the hours since 1970 from one to another; `None` for all.
        """

    def find_histories(
        self, issue_ids: Sequence[str], since_minute: int | None = None
    ) -> dict[str, tuple[Bucket, ...]]:
        """The histories of some issues, from a minute since 1970 on, or all."""

    def commit(self, run: Run) -> int:
        """Remember a run, all of it or nothing, and return its number."""

    def decide(self, issue_id: str, verdict: Verdict, decision: tuple[int, str, str]) -> None:
        """Remember what people decide about an issue, and that they did: time in nanoseconds, action, detail."""

    def list_issues(self) -> list[Issue]:
        """All remembered issues, the most urgent first, without their histories."""

    def has_issue(self, issue_id: str) -> bool:
        """Whether an issue of exactly this id is remembered."""

    def find_details(self, issue_id: str) -> IssueDetails:
        """What is remembered of one issue beside its counts."""

    def count_window(self, minutes: tuple[int, int]) -> Counts:
        """What was counted from one minute since 1970 up to another."""

    def count_revision(self, name: str) -> Counts:
        """What was counted of a revision."""

    def find_version(self) -> str:
        """What differs as soon as anything else was written; cheap enough to ask all the time."""

    def find_run(self, run: int) -> Worklog | None:
        """The worklog of a run; `None` if there is no such run, or it was pruned."""

    def find_run_before(self, scope: str, window: Window) -> tuple[int, Worklog] | None:
        """The previous run of a scope: of those whose worklogs are kept, the latest one of the latest window before.

        A window is before another one if it starts no later and ends sooner, both as they were asked for, or else
        found.
        """

    def list_runs(self) -> list[PastRun]:
        """All remembered runs, the latest first."""

    def prune(self, worklogs_before: int, minutes_before: int) -> Pruning:
        """Drop the worklogs of runs before a time in nanoseconds, and counts before a minute since 1970."""

    def check(self) -> Checkup:
        """Look the state over."""

    def dump(self, redactor: Redactor | None = None) -> Iterator[dict[str, Any]]:
        """Everything, as plain JSON values, one a row; with a redactor nothing, if it finds a secret in any."""

    def load(self, rows: Iterable[dict[str, Any]], redactor: Redactor | None = None) -> int:
        """Take in what `dump` gave, and return how many rows: all, or none if a redactor finds a secret in any."""

    def find_leaks(self, redactor: Redactor) -> list[StoredLeak]:
        """Where the state holds what a redactor finds."""

    def mend(self, redactor: Redactor, on_wait: Callable[[], None]) -> list[StoredLeak]:
        """Redact in place all that a redactor finds, and tell where it was."""

    def find_newest(self) -> dict[str, int]:
        """By service, the end of the latest minute of which anything was counted, UTC nanoseconds."""

    def find_replay(self, run: int) -> Replay | None:
        """What a run needs to be repeated; `None` if there is no such run, or it kept nothing."""

    def find_worklog(self, issue_id: str) -> Worklog | None:
        """The latest worklog that lists an issue."""

    def find_clusters(self, issue_ids: Sequence[str]) -> dict[str, Cluster]:
        """Issues as the latest worklogs that list them saw them; what no kept worklog lists is not in it."""

    def filing(self, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Be the only one that writes tickets for the state while the context lasts."""

    def find_tickets(self) -> dict[str, str]:
        """By issue, the address of its latest ticket that is not gone, of any tracker."""

    def read_ledger(self, tracker: str) -> Ledger:
        """What is remembered of the tickets of a tracker."""

    def write_ticket(self, tracker: str, ticket: LedgerTicket) -> None:
        """Remember a ticket, in the place of what was remembered of that number."""

    def write_step(self, tracker: str, step: Step) -> None:
        """Remember how far a step has come, in the place of what was remembered of that plan and position."""

    def find_steps(self, tracker: str, plan: str) -> tuple[Step, ...]:
        """The steps of a plan that were begun, in order of position."""
