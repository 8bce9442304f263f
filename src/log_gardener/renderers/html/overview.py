"""What a page says of a run as a whole: what may be concluded, in numbers, and what has changed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from log_gardener.model.compared import Change, Changed, Compared
from log_gardener.model.coverage import Coverage, Outcome
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.anchor import name_anchor
from log_gardener.renderers.html.room import Room
from log_gardener.renderers.inert_text import shorten
from log_gardener.renderers.markdown import count_entries, count_of, spell_seconds

_CONCLUSIONS = {
    Outcome.VERIFIED_EMPTY: "Logs do arrive, but none of this window and service: nothing is wrong with the reading.",
    Outcome.UNKNOWN: "Nothing usable was read, so nothing is concluded. No news here is not good news.",
}

_CHANGES = {
    Change.REGRESSED: "was resolved, and is back",
    Change.NEW: "was never seen before",
    Change.UP: "more often than before",
    Change.DOWN: "less often than before",
    Change.GONE: "was there in the previous run, and not in this one",
}

# Names of services that a heading bears, and characters of them.
_MOST_NAMED, _LONGEST_NAME = 4, 120


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a table: a name, a count, and a remark; a total stands last."""

    name: str
    count: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that readers must know before they believe the rest.

    Attributes:
        kind: how urgent: `bad`, `warn`, or empty.
        heading: in words of ours.
        text: with text of sources.
    """

    kind: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An issue that has changed, with the anchor of its card; empty if it has none."""

    changed: Changed
    title: str
    anchor: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The previous run, and what has changed since."""

    compared: Compared
    counts: tuple[tuple[Change, int], ...]
    rows: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """Entries of a severity, and their share of all, 0 to 1."""

    severity: Severity
    count: int
    share: float


def name_services(worklog: Worklog) -> str:
    """What the page is about; of many services the first few, since all of them stand further below."""
    named = worklog.context.services
    if len(named) <= _MOST_NAMED:
        return shorten(worklog.service.strip(), _LONGEST_NAME) or "Unknown service"
    return f"{shorten(', '.join(named[:_MOST_NAMED]), _LONGEST_NAME)} and {len(named) - _MOST_NAMED:,} more"


def conclude(worklog: Worklog) -> str:
    """What may be concluded, in a sentence."""
    if worklog.outcome is not Outcome.OBSERVED:
        return _CONCLUSIONS[worklog.outcome]
    analyzed = count_entries(worklog.coverage.entries)
    if not worklog.clusters:
        return f"Of {analyzed} none is unhealthy by any rule."
    inside = sum(cluster.count for cluster in worklog.clusters)
    them = "it" if len(worklog.clusters) == 1 else "them"
    return f"{count_of(len(worklog.clusters), 'issue')} in {analyzed}; {inside:,} of these belong to {them}."


def count_priorities(worklog: Worklog) -> tuple[tuple[Priority, int], ...]:
    """How many clusters of each priority, those of none too."""
    counts = Counter(cluster.priority for cluster in worklog.clusters)
    return tuple((priority, counts[priority]) for priority in Priority)


def list_severities(worklog: Worklog) -> tuple[SeverityRow, ...]:
    """The severities, the worst first."""
    total = max(worklog.coverage.entries, 1)
    return tuple(SeverityRow(severity, count, count / total) for severity, count in worklog.severities)


def list_records(coverage: Coverage) -> tuple[Fact, ...]:
    """What became of every record that was read; the rows sum to `read`, which is the last of them."""
    rows = (
        Fact("analyzed", coverage.entries),
        Fact("lines joined to traces", coverage.joined, "each trace is counted once"),
        Fact("outside the window", coverage.outside_window),
        Fact("of other services", coverage.other_services),
        Fact("less severe than asked for", coverage.less_severe),
        Fact("delivered more than once", coverage.duplicates, "each is counted once"),
        *(Fact(f"refused: {row.reason}", row.count, f"first at {', '.join(row.places)}") for row in coverage.refusals),
    )
    return (*(row for row in rows if row.count or row.name == "analyzed"), Fact("read", coverage.read))


def list_refused_places(coverage: Coverage) -> tuple[str, ...]:
    """Where nothing was refused, but places are told of nevertheless."""
    return tuple(place for row in coverage.refusals if not row.count for place in row.places)


def list_remarks(worklog: Worklog, room: Room, *, is_cut: bool) -> tuple[Remark, ...]:
    """What limits all that the page says, the worst first."""
    coverage = worklog.coverage
    remarks = [
        *(Remark("bad", "Could not be read", f"{room.cut(one.source)}: {one.reason}") for one in coverage.problems),
        *_tell_limits(coverage),
        *([Remark("warn", "Window widened", worklog.look_back)] if worklog.look_back else []),
        *(Remark("", "Do logs arrive?", f"{room.cut(one.source)}: {one.detail}") for one in coverage.probes),
        *_tell_entries(coverage),
    ]
    if is_cut:
        text = "Long texts and lists are cut so that the page stays small; the JSON worklog has them whole"
        remarks.append(Remark("", "Cut", text))
    return tuple(remarks)


def _tell_limits(coverage: Coverage) -> Iterator[Remark]:
    for cap in coverage.caps:
        yield Remark("warn", "Limit hit", cap)
    if coverage.refused:
        share = coverage.refused / coverage.read
        text = f"{count_of(coverage.refused, 'record')}, {share:.1%} of what was read; Coverage says why and where"
        yield Remark("warn", "Refused", text)
    if coverage.overflow:
        text = f"{coverage.overflow:,} analyzed entries had no room among the templates, so that none tells of them"
        yield Remark("warn", "Overflow", text)


def _tell_entries(coverage: Coverage) -> Iterator[Remark]:
    if coverage.late:
        text = f"{coverage.late:,} of the analyzed entries arrived after an earlier run had read their time"
        yield Remark("", "Late", text)
    if coverage.timeless:
        text = f"{coverage.timeless:,} of the analyzed entries bear no time; no picture shows them"
        yield Remark("", "Without a time", text)
    if coverage.repaired:
        yield Remark("", "Repaired", f"{coverage.repaired:,} of the analyzed entries were not valid UTF-8")


def list_changes(worklog: Worklog, room: Room) -> Changes | None:
    """What has changed since the previous run; `None` if there is none."""
    compared = worklog.compared
    if compared is None:
        return None
    shown = {cluster.id for cluster in worklog.clusters}
    rows = tuple(
        ChangeRow(one, room.cut(one.title), name_anchor(one.id) if one.id in shown else "", _CHANGES[one.change])
        for one in compared.changes
    )
    return Changes(compared, tuple((kind, compared.count(kind)) for kind in _CHANGES), rows)


def spell_length(worklog: Worklog) -> str:
    """How long the window is, in words; empty if it is not known."""
    window = worklog.window
    return "" if window is None else spell_seconds((window.end - window.start).total_seconds())
