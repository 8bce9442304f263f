"""What keeps the state small and sound: dropping what has served, and looking after the file."""

from sqlalchemy import Connection, delete, func, insert, select, text, update

from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.issue import Pruning
from log_gardener.stores import ledger
from log_gardener.stores.schema import buckets, closed_hours, fingerprints, identities, issues, metadata, runs, traffic

# The hour of entries without a time, which do not age.
TIMELESS = -(2**63)


def close_hours(connection: Connection, kept_hours: int, now_hour: int) -> int:
    """Drop the identities of all but the latest hours, by the logs' own clock, and return how many hours it were.

    From then on no entry of a dropped hour is added to history: it cannot be told from one that was counted.
    """
    timed = identities.c.hour > TIMELESS
    newest = connection.execute(select(func.max(identities.c.hour)).where(timed)).scalar()
    if newest is None:
        return 0
    # An entry from the future, by a clock that is wrong, ages nothing.
    aged = timed & (identities.c.hour <= min(newest, now_hour) - kept_hours)
    hours = connection.execute(select(identities.c.hour).where(aged).distinct()).scalars().all()
    known = set(connection.execute(select(closed_hours.c.hour).where(closed_hours.c.hour.in_(hours))).scalars())
    rows = [{"hour": hour} for hour in hours if hour not in known]
    if rows:
        connection.execute(insert(closed_hours), rows)
    if hours:
        connection.execute(delete(identities).where(aged))
    return len(hours)


def prune(connection: Connection, worklogs_before: int, minutes_before: int) -> Pruning:
    """Drop the worklogs of runs before a time in nanoseconds, and counts and steps before a minute since 1970."""
    aged = (runs.c.generated_nanos < worklogs_before) & (func.length(runs.c.worklog) > 0)
    emptied = connection.execute(update(runs).where(aged).values(worklog=b"", replay=None)).rowcount
    dropped = 0
    for table in (buckets, traffic):
        dropped += connection.execute(delete(table).where(table.c.minute < minutes_before)).rowcount
    ledger.prune_steps(connection, minutes_before * NANOS_PER_MINUTE)
    return Pruning(emptied, dropped)


def find_faults(connection: Connection) -> list[str]:
    """What is wrong with a state, by the database and by our own laws."""
    faults = []
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("PRAGMA integrity_check(5)")).scalars().all()
        faults += [
            f"the file is damaged: {row}; export what can be read, and import it elsewhere"
            for row in rows
            if row != "ok"
        ]
        torn = connection.execute(text("PRAGMA foreign_key_check")).all()
        faults += [f"{len(torn)} rows refer to what is not there"] if torn else []
    counted = (
        select(buckets.c.issue_id, func.sum(buckets.c.count).label("total")).group_by(buckets.c.issue_id).subquery()
    )
    query = select(issues.c.id).join(counted, counted.c.issue_id == issues.c.id).where(counted.c.total > issues.c.count)
    faults += [
        f"issue {one} has more entries in its history than in all" for one in connection.execute(query).scalars()
    ]
    homeless = select(issues.c.id).outerjoin(fingerprints).where(fingerprints.c.fingerprint.is_(None))
    faults += [f"issue {one} has no template" for one in connection.execute(homeless).scalars()]
    return faults + ledger.find_faults(connection)


def measure(connection: Connection) -> tuple[dict[str, int], int | None]:
    """The rows of each table, and the bytes on disk."""
    rows = {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }
    query = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }.get(connection.dialect.name)
    return rows, None if query is None else int(connection.execute(text(query)).scalar_one())
