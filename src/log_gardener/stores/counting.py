"""What was counted in a window, or of a revision."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, select

from log_gardener.model.issue import Counts
from log_gardener.stores.rollup import DAY, HOUR
from log_gardener.stores.schema import buckets, issue_revisions, revisions, traffic


def count_window(connection: Connection, minutes: tuple[int, int]) -> Counts:
    """What was counted from one minute since 1970 up to another; a bucket counts where it begins."""
    start, end = minutes
    own = select(buckets.c.issue_id, func.sum(buckets.c.count)).group_by(buckets.c.issue_id)
    whole = select(traffic.c.service, func.sum(traffic.c.entries), func.sum(traffic.c.requests))
    whole = whole.group_by(traffic.c.service)
    return _count(
        connection,
        own.where(buckets.c.width.in_((1, HOUR, DAY)), buckets.c.minute >= start, buckets.c.minute < end),
        whole.where(traffic.c.minute >= start, traffic.c.minute < end),
    )


def count_revision(connection: Connection, name: str) -> Counts:
    """What was counted of a revision, of whatever service."""
    own = select(issue_revisions.c.issue_id, func.sum(issue_revisions.c.count)).group_by(issue_revisions.c.issue_id)
    whole = select(revisions.c.service, revisions.c.entries, revisions.c.requests)
    return _count(connection, own.where(issue_revisions.c.revision == name), whole.where(revisions.c.revision == name))


def _count(connection: Connection, own: Select[Any], whole: Select[Any]) -> Counts:
    rows = connection.execute(whole).all()
    return Counts(
        issues=_spell(connection.execute(own)),
        entries=_spell((service, entries) for service, entries, _ in rows),
        requests=_spell((service, requests) for service, _, requests in rows),
    )


def _spell(rows: Iterable[Any]) -> dict[str, int]:
    return {name: int(count) for name, count in rows if count}
