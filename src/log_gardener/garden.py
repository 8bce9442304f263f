"""What is remembered, for those who look: one place for all commands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from log_gardener.errors import NothingComparedError, UnknownIssueError
from log_gardener.model.cluster import Cluster, Status, Trend
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import NANOS_PER_MICROSECOND, NANOS_PER_MINUTE, spell_instant
from log_gardener.model.issue import Counts, Issue, Mute, Resolution, Verdict
from log_gardener.model.priority import Priority
from log_gardener.model.window import Window
from log_gardener.ports import Store
from log_gardener.stages.compare import Difference, Side, compare
from log_gardener.stages.decide import decide_issues
from log_gardener.stages.trend import is_quiet


@dataclass(frozen=True, slots=True)
class Garden:
    """What is remembered, as people's decisions have it."""

    store: Store
    decisions: Decisions
    quiet_after: timedelta = timedelta(days=7)

    def list_issues(self) -> list[Issue]:
        """All remembered issues, the most urgent first."""
        return self.tell(self.store.list_issues())

    def tell(self, remembered: Sequence[Issue]) -> list[Issue]:
        """Issues as people's decisions have them, and quiet where they are, the most urgent first."""
        newest = self.store.find_newest()
        decided = decide_issues(remembered, self.decisions)
        quiet_nanos = self.quiet_after // timedelta(microseconds=1) * NANOS_PER_MICROSECOND
        told = [replace(one, trend=Trend.QUIET) if is_quiet(one, newest, quiet_nanos) else one for one in decided]
        return sorted(told, key=lambda issue: (issue.priority, -issue.count, issue.id))

    def find_issue(self, prefix: str) -> Issue:
        """The issue whose id starts with a prefix, with or without its recipe; of a merged one, what it is now.

        Raises:
            UnknownIssueError: there is none, or more than one.
        """
        issues = {issue.id: issue for issue in self.list_issues()}
        ids = [id_ for id_ in {**issues, **self.decisions.leads} if prefix in {id_[: len(prefix)], _cut(id_, prefix)}]
        found = {self.decisions.lead(id_) for id_ in ids} & issues.keys()
        if len(found) == 1:
            return issues[found.pop()]
        if not found:
            msg = f"no issue {prefix!r} is remembered; 'log-gardener issues list' names them"
            raise UnknownIssueError(msg)
        msg = f"{prefix!r} could be {len(found)} issues: {', '.join(sorted(found)[:5])}; give more of it"
        raise UnknownIssueError(msg)

    def find_cluster(self, issue: Issue) -> Cluster | None:
        """An issue as the latest worklog that lists it saw it."""
        worklog = self.store.find_worklog(issue.id)
        return next((one for one in worklog.clusters if one.id == issue.id), None) if worklog else None

    def find_tickets(self, issues: Sequence[Issue]) -> dict[str, str]:
        """By issue, the address of its ticket, or else of the ticket of one that was merged into it."""
        return self.pick_tickets(issues, self.store.find_tickets())

    def pick_tickets(self, issues: Sequence[Issue], known: Mapping[str, str]) -> dict[str, str]:
        """By issue, the address of its ticket among those of all that is remembered, merged or not."""
        owners = {one.id: (one.id, *self.decisions.list_merged(one.id)) for one in issues}
        filed = {issue_id: next((one for one in own if one in known), None) for issue_id, own in owners.items()}
        return {issue_id: known[one] for issue_id, one in filed.items() if one is not None}

    def remember(self, issues: Sequence[Issue]) -> list[Issue]:
        """Issues with all that is remembered of when their entries came, of merged ones with that of all."""
        merged = {one: issue.id for issue in issues for one in self.decisions.list_merged(issue.id)}
        histories: dict[str, Counter[tuple[int, int]]] = {}
        for issue_id, history in self.store.find_histories(sorted(merged)).items():
            own = histories.setdefault(merged[issue_id], Counter())
            own.update({(minute, width): count for minute, width, count in history})
        spelt = {
            issue_id: tuple((*key, count) for key, count in sorted(own.items())) for issue_id, own in histories.items()
        }
        return [replace(issue, history=spelt.get(issue.id, ())) for issue in issues]

    def mute(self, issue: Issue, mute: Mute, nanos: int) -> Issue:
        """Mute an issue until a time, a count, or, in any case, until it escalates."""
        exits = [] if mute.until_nanos is None else [f"until {spell_instant(mute.until_nanos)}"]
        exits += [] if mute.count is None else [f"until {mute.count:,} entries"]
        verdict = replace(issue.verdict, status=Status.MUTED, mute=mute, resolution=None)
        return self._decide(issue, verdict, (nanos, "mute", ", ".join([*exits, "until it escalates"])))

    def resolve(self, issue: Issue, resolution: Resolution) -> Issue:
        """Take an issue for resolved: only later entries, of no revision before the fix, bring it back."""
        verdict = replace(issue.verdict, status=Status.RESOLVED, mute=None, resolution=resolution)
        detail = f"in revision {resolution.revision}" if resolution.revision else ""
        return self._decide(issue, verdict, (resolution.nanos, "resolve", detail))

    def reopen(self, issue: Issue, nanos: int) -> Issue:
        """Take an issue for open again."""
        verdict = replace(issue.verdict, status=Status.OPEN, mute=None, resolution=None)
        return self._decide(issue, verdict, (nanos, "reopen", ""))

    def lock(self, issue: Issue, priority: Priority | None, nanos: int) -> Issue:
        """Set a priority that no run changes; `None` leaves it to the runs again."""
        verdict = replace(issue.verdict, locked=priority)
        return self._decide(issue, verdict, (nanos, "lock" if priority else "unlock", priority or ""))

    def _decide(self, issue: Issue, verdict: Verdict, decision: tuple[int, str, str]) -> Issue:
        for one in self.decisions.list_merged(issue.id):
            if self.store.has_issue(one):
                self.store.decide(one, verdict, decision)
        return replace(issue, verdict=verdict, priority=verdict.locked or issue.priority)

    def compare(self, before: Window | str, after: Window | str, service: str) -> list[tuple[Issue, Difference]]:
        """The issues of two windows or revisions, the surest difference first.

        Raises:
            NothingComparedError: one of the sides has no logs of any service that both have.
        """
        counts = [self._count(before), self._count(after)]
        has_requests = all(set(one.requests) >= set(one.entries) - {""} for one in counts)
        noun = "requests" if has_requests and all(one.requests for one in counts) else "entries"
        among = [one.requests if noun == "requests" else one.entries for one in counts]
        issues = {one.id: one for one in self.list_issues() if not service or service in one.service.split(", ")}
        if not all(any(not service or name == service for name in one) for one in among):
            msg = "one of the two sides has no logs in memory, so that nothing can be compared; tend them first"
            raise NothingComparedError(msg)
        sides = [
            Side(str(name), whole, noun, self._lead(one, issues))
            for name, whole, one in zip((before, after), among, counts, strict=True)
        ]
        services = {id_: one.service.split(", ") for id_, one in issues.items()}
        return [(issues[row.issue_id], row) for row in compare(sides[0], sides[1], services)]

    def _lead(self, counts: Counts, issues: Mapping[str, Issue]) -> dict[str, int]:
        led: Counter[str] = Counter()
        for issue_id, count in counts.issues.items():
            led[self.decisions.lead(issue_id)] += count
        return {issue_id: count for issue_id, count in led.items() if issue_id in issues}

    def _count(self, side: Window | str) -> Counts:
        if isinstance(side, str):
            return self.store.count_revision(side)
        start, end = side.nanos
        return self.store.count_window((start // NANOS_PER_MINUTE, -(-end // NANOS_PER_MINUTE)))


def _cut(issue_id: str, prefix: str) -> str:
    """As much of an id behind its recipe as a prefix is long."""
    return issue_id.partition(":")[2][: len(prefix)]
