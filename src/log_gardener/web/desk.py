"""Where people look at the garden and decide: pages and the API ask here for everything, and nowhere else.

What is remembered is read once for each of its versions, and looked at by all requests; any number of them may ask at
the same time, and one after the other decides.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from log_gardener import applying, filing, wiring
from log_gardener.config import Settings
from log_gardener.errors import UnknownIssueError, UnknownRunError, UsageError
from log_gardener.exits import leaks
from log_gardener.model.issue import Issue, PastRun
from log_gardener.model.plan import Applied, Plan
from log_gardener.model.priority import Priority
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Clock, Silence, Store
from log_gardener.stages import compare
from log_gardener.stages.explain import Difference, find_difference
from log_gardener.stages.selection import Selection, select
from log_gardener.web.deciding import Deciding
from log_gardener.web.plans import ShownPlans
from log_gardener.web.shown import Done, IssueView, ListedIssue, Listing
from log_gardener.web.snapshot import Snapshot, take_snapshot

__all__ = ["Desk", "DeskOptions", "Done", "IssueView", "ListedIssue", "Listing"]

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What a desk is made of.

    Attributes:
        read: reads the settings anew.
        config: the file that holds people's decisions about the grouping.
        secret: signs what takes a decision back.
    """

    read: Callable[[], Settings]
    config: Path
    secret: bytes
    clock: Clock = wiring.tell_time


class Desk:
    """A garden, and who decides about it.

    Raises:
        StoreError: the state cannot be used.
        ConfigError: the configuration is wrong.
    """

    def __init__(self, options: DeskOptions) -> None:
        self._options = options
        self._stamp = _read_stamp(options.config)
        self._settings = options.read()
        self._store: Store = wiring.make_store(self._settings, keeps_connections=True)
        self._snapshot: Snapshot | None = None
        self._lock = Lock()
        self._deciding = Deciding(options.config, options.secret, options.clock)
        self._plans = ShownPlans()

    @property
    def version(self) -> str:
        """What changes when anything that is shown may have changed: in the state or in the configuration."""
        return f"{self._store.find_version()}-{_read_stamp(self._options.config)}"

    @property
    def tracker(self) -> str:
        """The repository in which tickets are filed; empty for none."""
        return self.settings.github.repository

    @property
    def rules(self) -> object:
        """One object for as long as the configuration is the same, as it was last read."""
        return self._settings

    @property
    def settings(self) -> Settings:
        """As the configuration has them now.

        Raises:
            ConfigError: it is wrong.
        """
        stamp = _read_stamp(self._options.config)
        with self._lock:
            if stamp != self._stamp:
                self._settings, self._stamp = self._options.read(), stamp
            return self._settings

    @property
    def snapshot(self) -> Snapshot:
        """What is remembered now.

        Raises:
            StoreError: the state cannot be read.
            ConfigError: the configuration is wrong.
        """
        version, settings = self.version, self.settings
        with self._lock:
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = take_snapshot(wiring.open_garden(settings, self._store), version)
            return self._snapshot

    def list_issues(self, selection: Selection, page: int = 1, size: int = PAGE_SIZE) -> Listing:
        """A page of the issues that are asked for; of a page beyond the last one, the last one."""
        garden = self.snapshot
        found = garden.keep(selection, lambda: select(garden.issues, selection))
        pages = max(-(-len(found) // size), 1)
        page = min(max(page, 1), pages)
        asked = found[(page - 1) * size : page * size]
        return garden.keep((selection, page, size), lambda: _list(garden, asked, (len(found), page, pages)))

    def view_issue(self, prefix: str) -> IssueView:
        """One issue with all that is remembered of it.

        Raises:
            UnknownIssueError: none, or more than one, answers to that.
        """
        garden = self.snapshot
        issue = garden.find_issue(prefix)
        return garden.keep(issue.id, lambda: _view(garden, issue))

    def find_difference(self, one: str, other: str) -> tuple[Issue, Issue, Difference]:
        """Why two issues are not one.

        Raises:
            UnknownIssueError: none, or more than one, answers to one of them.
            UsageError: they are one.
        """
        garden = self.snapshot
        own, two = garden.find_issue(one), garden.find_issue(other)
        if own.id == two.id:
            msg = f"both are one issue, {own.id}; name two"
            raise UsageError(msg)
        return own, two, find_difference(own, two, garden.decisions)

    def compare(self, before: str, after: str, service: str = "") -> list[tuple[Issue, compare.Difference]]:
        """The issues of two windows or revisions, the surest difference first.

        Raises:
            UsageError: a bound of a window cannot be read.
            NothingComparedError: one of the sides has no logs.
        """
        garden, sides = self.snapshot, (wiring.read_side(before), wiring.read_side(after))
        return garden.keep(("compare", *sides, service), lambda: garden.compare(*sides, service))

    def list_revisions(self) -> list[str]:
        """The revisions that can be compared, the latest first."""
        return list(self.snapshot.revisions)

    def list_runs(self) -> list[PastRun]:
        """All remembered runs, the latest first."""
        garden = self.snapshot
        return garden.keep("runs", garden.store.list_runs)

    def view_run(self, run: int) -> tuple[PastRun, Worklog | None]:
        """A run with its worklog, if that is kept.

        Raises:
            UnknownRunError: no such run is remembered.
        """
        past = next((one for one in self.list_runs() if one.id == run), None)
        if past is None:
            msg = f"no run {run} is remembered; the list of runs names them"
            raise UnknownRunError(msg)
        garden = self.snapshot
        return past, garden.keep(("run", run), lambda: garden.store.find_run(run))

    def mute(self, prefix: str, until: str = "", count: int = 0) -> Done:
        """Mute an issue until a time, for so many more entries, or, in any case, until it escalates.

        Raises:
            UsageError: the time cannot be read, or is over.
        """
        with self._deciding as decide:
            return self._look_again(decide.mute(self.snapshot, prefix, (until, count)))

    def resolve(self, prefix: str, revision: str = "") -> Done:
        """Take an issue for resolved, in a revision if one is named."""
        with self._deciding as decide:
            return self._look_again(decide.resolve(self.snapshot, prefix, revision))

    def reopen(self, prefix: str) -> Done:
        """Take an issue for open again."""
        with self._deciding as decide:
            return self._look_again(decide.reopen(self.snapshot, prefix))

    def lock(self, prefix: str, priority: Priority | None) -> Done:
        """Set a priority that no run changes; `None` leaves it to the runs again."""
        with self._deciding as decide:
            return self._look_again(decide.lock(self.snapshot, prefix, priority))

    def merge(self, prefixes: Sequence[str], reason: str = "") -> Done:
        """Decide that issues are one, of which the first leads.

        Raises:
            UsageError: it is one already, or another decision is about one of them.
        """
        with self._deciding as decide:
            return self._look_again(decide.merge(self.snapshot, prefixes, reason))

    def split(self, prefix: str, templates: Sequence[str], reason: str = "") -> Done:
        """Decide that templates of an issue are an issue of their own.

        Raises:
            UsageError: the issue has no such templates, or another decision is about one of them.
        """
        with self._deciding as decide:
            return self._look_again(decide.split(self.snapshot, prefix, (templates, reason)))

    def undo(self, token: str) -> Done:
        """Take a decision back.

        Raises:
            UsageError: the token is none of ours, or somebody decided otherwise since.
        """
        with self._deciding as decide:
            return self._look_again(decide.undo(self.snapshot, token))

    def _look_again(self, done: Done) -> Done:
        """What was done, with the issue as it is now."""
        try:
            return replace(done, issue=self.snapshot.find_issue(done.issue.id))
        except UnknownIssueError:
            return done

    def make_plan(self) -> Plan:
        """What would have to be done in the tracker, which is only read.

        Raises:
            UsageError: no tracker is configured.
            TrackerError: it cannot be read.
        """
        plan = filing.make_plan(self._make_filing())
        self._plans.show(plan)
        return plan

    def find_plan(self, digest: str) -> Plan:
        """A plan that was made here.

        Raises:
            PlanError: it was not, or others were made since.
        """
        return self._plans.find(digest)

    def apply(self, digest: str) -> Applied:
        """Carry out a plan that was made here: exactly it.

        Raises:
            PlanError: it was not, or one is being carried out.
            TrackerError: the tracker cannot be used.
        """
        plan = self._plans.find(digest)
        with self._plans.carry_out():
            return applying.apply(self._make_filing(), plan)

    def _make_filing(self) -> filing.FilingParts:
        if not self.tracker:
            msg = "no tracker is configured: set github.repository = 'owner/name' in the configuration"
            raise UsageError(msg)
        return wiring.make_filing(self.settings, Silence(), leaks.check, self._options.clock)


def _list(garden: Snapshot, asked: Sequence[Issue], numbers: tuple[int, int, int]) -> Listing:
    issues = garden.remember(asked)
    tickets = garden.find_tickets(issues)
    rows = tuple(ListedIssue(issue, tickets.get(issue.id)) for issue in issues)
    return Listing(rows, len(garden.issues), *numbers, garden.services)


def _view(garden: Snapshot, issue: Issue) -> IssueView:
    (remembered,) = garden.remember([issue])
    details, cluster = garden.store.find_details(issue.id), garden.find_cluster(issue)
    return IssueView(remembered, details, cluster, garden.find_tickets([issue]).get(issue.id), garden.decisions)


def _read_stamp(config: Path) -> str:
    """What changes with the text of the configuration."""
    try:
        return hashlib.blake2b(config.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return ""
