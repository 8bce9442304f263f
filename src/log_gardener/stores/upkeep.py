"""What keeps the state small and sound: dropping what has served, and looking after the file."""

from sqlalchemy import Connection, delete, func, insert, select

from log_gardener.stores.schema import closed_hours, identities

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
