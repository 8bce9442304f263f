"""What is remembered, for those who look: one place for all commands."""

from dataclasses import dataclass, replace
from datetime import timedelta

from log_gardener.errors import UnknownIssueError
from log_gardener.model.cluster import Cluster, Trend
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import NANOS_PER_MICROSECOND
from log_gardener.model.issue import Issue
from log_gardener.ports import Store
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
        newest = self.store.find_newest()
        decided = decide_issues(self.store.list_issues(), self.decisions)
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
        msg = f"{prefix!r} could be {len(found)} issues: {', '.join(sorted(found)[:5])}"
        raise UnknownIssueError(msg)

    def find_cluster(self, issue: Issue) -> Cluster | None:
        """An issue as the latest worklog that lists it saw it."""
        worklog = self.store.find_worklog(issue.id)
        return next((one for one in worklog.clusters if one.id == issue.id), None) if worklog else None


def _cut(issue_id: str, prefix: str) -> str:
    """As much of an id behind its recipe as a prefix is long."""
    return issue_id.partition(":")[2][: len(prefix)]
