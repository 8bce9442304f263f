"""How an issue moves: against its own history, against what people decided, and whether that has ended."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, pstdev

from log_gardener.model.cluster import RevisionSpan, Status, Trend
from log_gardener.model.instant import NANOS_PER_MINUTE, spell_instant
from log_gardener.model.issue import Bucket, Issue

MINUTES_PER_HOUR = 60
HOURS_PER_WEEK = 7 * 24

# How far back the ceiling looks.
WEEKS = 4

# With less than a week of history nothing is known of days and nights: only a multiple of all that was is much.
YOUNG_FACTOR = 10

# Beyond it: three standard deviations over what the same hours had, and twice the highest of them.
DEVIATIONS = 3.0
LEAST_FACTOR = 2.0

# Fewer in an hour are no escalation, whatever came before.
LEAST_ESCALATION = 10

Hours = Mapping[int, int]
"""Entries by hour since 1970; hours without any are not in it."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What the window does to an issue.

    Attributes:
        why: with the numbers; empty for new and ongoing.
        ended: why a decision of people ends with this window; empty if none does.
    """

    trend: Trend
    why: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known when the window is judged.

    Attributes:
        window_start_nanos: UTC; `None` if no entry bears a time.
        now_nanos: the present time, UTC.
        hours: by issue, its entries by hour before the window.
        revisions: by service, when each revision was first seen, in this window or before.
    """

    window_start_nanos: int | None = None
    now_nanos: int = 0
    hours: Mapping[str, Hours] = field(default_factory=dict)
    revisions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the window shows of an issue: its entries by minute, those that are new, its revisions, its service."""

    minutes: Sequence[tuple[int, int]]
    new: int
    last_nanos: int | None
    revisions: Sequence[RevisionSpan]
    service: str


def sum_hours(history: Iterable[Bucket], before_minute: int) -> dict[int, int]:
    """A history by hour, of what came before a minute; what is kept by day is too coarse to tell."""
    hours: Counter[int] = Counter()
    for minute, width, count in history:
        if width <= MINUTES_PER_HOUR and minute < before_minute:
            hours[minute // MINUTES_PER_HOUR] += count
    return dict(hours)


def find_ceiling(hours: Hours, first_hour: int, hour: int) -> int | None:
    """How many entries in an hour are not more than the history lets expect; `None` without a history.

    Args:
        hours: entries by hour since 1970.
        first_hour: since when the issue is known; before it nothing was counted.
        hour: the one to tell the ceiling of; what came later is not looked at.
    """
    known = {at: count for at, count in hours.items() if at < hour}
    if not known:
        return None
    if hour - first_hour < HOURS_PER_WEEK:
        return max(YOUNG_FACTOR * max(known.values()), LEAST_ESCALATION)
    weekly = (hour - week * HOURS_PER_WEEK + shift for week in range(1, WEEKS + 1) for shift in (-1, 0, 1))
    daily = (hour - day * 24 for day in range(1, 8))
    counts = [known.get(at, 0) for at in sorted({*weekly, *daily}) if at >= first_hour]
    mean = fmean(counts)
    spread = max(pstdev(counts), sqrt(mean))
    return max(int(mean + DEVIATIONS * spread), int(LEAST_FACTOR * max(counts)), LEAST_ESCALATION)


def find_movement(issue: Issue | None, sighted: Appearance, present: Moment) -> Movement:
    """How a sighted issue moves."""
    if issue is None:
        return Movement(Trend.NEW)
    came_back = _find_return(issue, sighted, present)
    if came_back:
        return Movement(Trend.REGRESSED, came_back, came_back)
    risen = _find_escalation(issue, sighted, present)
    if risen:
        ended = f"no longer muted: {risen}" if issue.status is Status.MUTED else ""
        return Movement(Trend.ESCALATING, risen, ended)
    start, first = present.window_start_nanos, issue.first_nanos
    is_ongoing = first is not None and start is not None and first < start
    return Movement(Trend.ONGOING if is_ongoing else Trend.NEW, "", _find_mute_end(issue, sighted, present))


def _find_return(issue: Issue, sighted: Appearance, present: Moment) -> str:
    """Why a resolved issue is back: entries after the resolution, of no revision older than the fix."""
    resolution = issue.verdict.resolution
    if issue.status is not Status.RESOLVED or resolution is None:
        return ""
    since = f"seen again after it was resolved at {spell_instant(resolution.nanos)}"
    if resolution.revision is None or not sighted.revisions:
        is_later = sighted.last_nanos is not None and sighted.last_nanos > resolution.nanos
        return since if is_later and resolution.revision is None else ""
    appeared = present.revisions.get(sighted.service, {})
    fixed = appeared.get(resolution.revision)
    for revision in sighted.revisions:
        is_later = revision.last_nanos is not None and revision.last_nanos > resolution.nanos
        is_young = revision.name == resolution.revision or (
            fixed is not None and appeared.get(revision.name, fixed - 1) >= fixed
        )
        if is_later and is_young:
            return f"{since} in {resolution.revision}, by revision {revision.name}"
    return ""


def _find_escalation(issue: Issue, sighted: Appearance, present: Moment) -> str:
    """The hour of the window that is highest above its ceiling, with both numbers; empty if there is none."""
    hours = present.hours.get(issue.id, {})
    if not hours or issue.first_nanos is None:
        return ""
    first_hour = issue.first_nanos // NANOS_PER_MINUTE // MINUTES_PER_HOUR
    counts: Counter[int] = Counter()
    for minute, count in sighted.minutes:
        counts[minute // MINUTES_PER_HOUR] += count
    ceilings = {hour: find_ceiling(hours, first_hour, hour) for hour in counts}
    above = [(counts[hour] / limit, hour, limit) for hour, limit in ceilings.items() if limit and counts[hour] > limit]
    if not above:
        return ""
    _, hour, limit = max(above, key=lambda row: (row[0], -row[1]))
    at = spell_instant(hour * MINUTES_PER_HOUR * NANOS_PER_MINUTE)
    return f"{counts[hour]:,} entries in the hour from {at}, where its history lets expect at most {limit:,}"


def _find_mute_end(issue: Issue, sighted: Appearance, present: Moment) -> str:
    mute = issue.verdict.mute
    if issue.status is not Status.MUTED or mute is None:
        return ""
    if mute.until_nanos is not None and present.now_nanos >= mute.until_nanos:
        return f"no longer muted: it was until {spell_instant(mute.until_nanos)}"
    if mute.count is not None and issue.count + sighted.new >= mute.count:
        return f"no longer muted: {issue.count + sighted.new:,} entries, it was until {mute.count:,}"
    return ""


def is_quiet(issue: Issue, newest_nanos: Mapping[str, int], quiet_nanos: int) -> bool:
    """Whether a service of an issue has gone on writing logs for so long without it; silence proves nothing."""
    if issue.last_nanos is None:
        return False
    heard = max((newest_nanos.get(service, 0) for service in issue.service.split(", ")), default=0)
    return heard - issue.last_nanos >= quiet_nanos
