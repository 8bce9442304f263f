"""The store: SQLite by default, any database that SQLAlchemy and the schema allow."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Connection, select

from log_gardener.errors import StoreError
from log_gardener.model.cluster import Cluster
from log_gardener.model.instant import NANOS_PER_HOUR, to_nanos
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
from log_gardener.ports import Redactor
from log_gardener.stores import counting, leaks, ledger, locking, reading, transfer, upkeep, writing
from log_gardener.stores.database import READING, clear_free_space, explained, find_file, open_engine, parse_state
from log_gardener.stores.schema import HEAD, closed_hours, identities, issues


class SqlStore:
    """Issues, their templates, counts and histories, the runs' worklogs, and what was counted.

    One transaction commits a run.

    Args:
        state: an SQLAlchemy URL, a path of an SQLite file, or `:memory:`.
        wait_seconds: how long a run waits for another one to end.
        identity_hours: for how many hours entries are known again; those of earlier hours are shown, and
            added to no history.
        keeps_connections: whether connections are kept for the next question, until `close`: for whoever asks all
            the time.

    Raises:
        StoreError: the database cannot be used.
    """

    def __init__(
        self,
        state: str,
        *,
        wait_seconds: float = 3_600,
        identity_hours: int = 14 * 24,
        keeps_connections: bool = False,
    ) -> None:
        self._url = parse_state(state)
        self._engine = open_engine(self._url, keeps_connections=keeps_connections)
        self._reader = self._engine.execution_options(**READING)
        self._wait_seconds = wait_seconds
        self._identity_hours = identity_hours
        self._recalled_run: int | None = None

    def close(self) -> None:
        """Close the connections that are kept."""
        self._engine.dispose()

    @contextmanager
    def tending(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """Be the only run on the state while the context lasts; tells `on_wait` if another one must end first.

        Raises:
            StoreError: it did not end in time.
        """
        with self._hold(locking.RUNS, on_wait):
            yield

    @contextmanager
    def filing(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """Be the only one that writes tickets for the state; runs go on meanwhile.

        Raises:
            StoreError: another one did not end in time.
        """
        with self._hold(locking.TICKETS, on_wait):
            yield

    @contextmanager
    def _hold(self, lock: locking.Lock, on_wait: Callable[[], None]) -> Iterator[None]:
        held = locking.hold(self._engine, find_file(self._url), lock, wait=(on_wait, self._wait_seconds))
        with ExitStack() as stack:
            # Only what taking it brings: what fails while it is held is not of the lock.
            with explained(self._url):
                stack.enter_context(held)
            yield

    def recall(self, hours: tuple[int, int] | None = None) -> Memory:
        """Everything that a run must know before it starts: of entries, those from one hour up to another."""
        with self._reading() as connection:
            self._recalled_run = reading.find_last_run(connection)
            counted = select(identities.c.hour, identities.c.hashes).order_by(identities.c.hour, identities.c.run_id)
            closed = select(closed_hours.c.hour).order_by(closed_hours.c.hour)
            if hours is not None:
                counted = counted.where(identities.c.hour.between(*hours))
                closed = closed.where(closed_hours.c.hour.between(*hours))
            return Memory(
                issues=tuple(reading.read_issues(connection)),
                identities=tuple((hour, hashes) for hour, hashes in connection.execute(counted)),
                first_nanos=reading.find_first_nanos(connection),
                closed_hours=tuple(connection.execute(closed).scalars()),
                revisions=reading.read_revisions(connection),
                cursors=reading.read_cursors(connection),
                tickets=ledger.find_addresses(connection),
            )

    def find_cursors(self) -> dict[str, int]:
        """By source, up to when it was read, UTC nanoseconds."""
        with self._reading() as connection:
            return reading.read_cursors(connection)

    def find_histories(
        self, issue_ids: Sequence[str], since_minute: int | None = None
    ) -> dict[str, tuple[Bucket, ...]]:
        """The histories of some issues, from a minute since 1970 on, or all."""
        with self._reading() as connection:
            return reading.read_histories(connection, issue_ids, since_minute)

    def commit(self, run: Run) -> int:
        """Remember a run, all of it or nothing, and return its number.

        Raises:
            StoreError: another run was committed since `recall`, so that its entries would count twice.
        """
        with self._writing() as connection:
            if reading.find_last_run(connection) != self._recalled_run:
                msg = "another run has written to the state meanwhile; nothing was changed, run again"
                raise StoreError(msg)
            self._recalled_run = writing.write_run(connection, run)
            now_hour = to_nanos(run.worklog.generated) // NANOS_PER_HOUR
            upkeep.close_hours(connection, self._identity_hours, now_hour)
            return self._recalled_run

    def list_issues(self) -> list[Issue]:
        """All remembered issues, the most urgent first, without their histories."""
        with self._reading() as connection:
            return reading.read_issues(connection)

    def has_issue(self, issue_id: str) -> bool:
        """Whether an issue of exactly this id is remembered."""
        with self._reading() as connection:
            found = connection.execute(select(issues.c.id).where(issues.c.id == issue_id)).one_or_none()
            return found is not None

    def find_worklog(self, issue_id: str) -> Worklog | None:
        """The latest worklog that lists an issue."""
        with self._reading() as connection:
            return reading.read_worklog(connection, issue_id)

    def find_clusters(self, issue_ids: Sequence[str]) -> dict[str, Cluster]:
        """Issues as the latest worklogs that list them saw them; what no kept worklog lists is not in it."""
        with self._reading() as connection:
            return reading.read_clusters(connection, issue_ids)

    def find_tickets(self) -> dict[str, str]:
        """By issue, the address of its latest ticket that is not gone, of any tracker."""
        with self._reading() as connection:
            return ledger.find_addresses(connection)

    def read_ledger(self, tracker: str) -> Ledger:
        """What is remembered of the tickets of a tracker."""
        with self._reading() as connection:
            return ledger.read_ledger(connection, tracker)

    def write_ticket(self, tracker: str, ticket: LedgerTicket) -> None:
        """Remember a ticket, in the place of what was remembered of that number."""
        with self._writing() as connection:
            ledger.write_ticket(connection, tracker, ticket)

    def write_step(self, tracker: str, step: Step) -> None:
        """Remember how far a step has come, in the place of what was remembered of that plan and position."""
        with self._writing() as connection:
            ledger.write_step(connection, tracker, step)

    def find_steps(self, tracker: str, plan: str) -> tuple[Step, ...]:
        """The steps of a plan that were begun, in order of position."""
        with self._reading() as connection:
            return ledger.find_steps(connection, tracker, plan)

    def find_details(self, issue_id: str) -> IssueDetails:
        """What is remembered of one issue beside its counts."""
        with self._reading() as connection:
            return reading.read_details(connection, issue_id)

    def decide(self, issue_id: str, verdict: Verdict, decision: tuple[int, str, str]) -> None:
        """Write what people decide about an issue, and that they did: time in nanoseconds, action, detail."""
        with self._writing() as connection:
            writing.write_verdict(connection, issue_id, verdict)
            writing.write_decision(connection, issue_id, decision, is_ours=False)

    def find_newest(self) -> dict[str, int]:
        """By service, the end of the latest minute of which anything was counted, UTC nanoseconds."""
        with self._reading() as connection:
            return reading.read_newest(connection)

    def find_replay(self, run: int) -> Replay | None:
        """What a run needs to be repeated; `None` if there is no such run, or it kept nothing."""
        with self._reading() as connection:
            return reading.read_replay(connection, run)

    def count_window(self, minutes: tuple[int, int]) -> Counts:
        """What was counted from one minute since 1970 up to another."""
        with self._reading() as connection:
            return counting.count_window(connection, minutes)

    def count_revision(self, name: str) -> Counts:
        """What was counted of a revision."""
        with self._reading() as connection:
            return counting.count_revision(connection, name)

    def find_version(self) -> str:
        """What differs as soon as anything else was written."""
        with self._reading() as connection:
            return reading.read_version(connection)

    def find_run(self, run: int) -> Worklog | None:
        """The worklog of a run; `None` if there is no such run, or it was pruned."""
        with self._reading() as connection:
            return reading.read_run(connection, run)

    def find_run_before(self, scope: str, window: Window) -> tuple[int, Worklog] | None:
        """Of the kept runs of a scope with a window before one, the latest one of the latest window."""
        with self._reading() as connection:
            return reading.read_run_before(connection, scope, window)

    def list_runs(self) -> list[PastRun]:
        """All remembered runs, the latest first."""
        with self._reading() as connection:
            return reading.read_runs(connection)

    def prune(self, worklogs_before: int, minutes_before: int) -> Pruning:
        """Drop the worklogs of runs before a time in nanoseconds, and counts before a minute since 1970."""
        with self._writing() as connection:
            return upkeep.prune(connection, worklogs_before, minutes_before)

    def check(self) -> Checkup:
        """Look the state over."""
        with self._reading() as connection:
            rows, size = upkeep.measure(connection)
            faults = tuple(upkeep.find_faults(connection))
        return Checkup(self._url.render_as_string(), HEAD, faults, rows, size)

    def dump(self, redactor: Redactor | None = None) -> Iterator[dict[str, Any]]:
        """Every row of every table, as plain JSON values.

        Raises:
            LeakError: a redactor was given and finds a secret in any of them; none is given then.
        """
        with self._reading() as connection:
            yield from transfer.dump(connection, redactor)

    def load(self, rows: Iterable[dict[str, Any]], redactor: Redactor | None = None) -> int:
        """Take in what `dump` gave, all of it or nothing, and return how many rows.

        Raises:
            StoreError: the state is not empty, or the rows are not those of this release.
            LeakError: a redactor was given and finds a secret in them.
        """
        with self._writing() as connection:
            return transfer.load(connection, rows, redactor)

    def find_leaks(self, redactor: Redactor) -> list[StoredLeak]:
        """Where the state holds what a redactor finds, each place once."""
        with self._reading() as connection:
            return leaks.find_leaks(connection, redactor)

    def mend(self, redactor: Redactor, on_wait: Callable[[], None]) -> list[StoredLeak]:
        """Redact in place all that a redactor finds, all of it or nothing, and tell where it was.

        Raises:
            StoreError: the state cannot be written, or another run did not end in time.
        """
        # Neither a run nor whoever writes tickets may put back what it read before.
        with self.tending(on_wait), self.filing(on_wait):
            with self._writing() as connection:
                found = leaks.mend(connection, redactor)
            if found:
                with explained(self._url):
                    clear_free_space(self._engine)
        return found

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._url), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._url), self._engine.begin() as connection:
            yield connection
            writing.write_change(connection)
