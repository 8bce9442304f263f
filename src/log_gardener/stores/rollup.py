"""Time buckets that grow coarser as they age: minutes for a day, hours for a quarter, days beyond."""

from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, func, select

from log_gardener.stores.schema import buckets, traffic
from log_gardener.stores.upsert import upsert

HOUR = 60
DAY = 24 * HOUR

# Younger than this, a count keeps its minute; younger than that, its hour.
MINUTES_FOR = DAY
HOURS_FOR = 92 * DAY


@dataclass(frozen=True, slots=True)
class Ages:
    """From which minutes on, since 1970, counts are kept by minute and by hour."""

    minutes_from: int
    hours_from: int

    @classmethod
    def at(cls, newest: int | None) -> "Ages":
        """The ages in a state whose latest entry is of a minute: by the logs' clock, so that a repeat is the same."""
        last = newest or 0
        # Whole hours and days, so that no row is rolled up in part.
        return cls((last - MINUTES_FOR) // HOUR * HOUR, (last - HOURS_FOR) // DAY * DAY)

    def place(self, minute: int) -> tuple[int, int]:
        """The first minute and the width of the bucket that a minute is counted in."""
        width = 1 if minute >= self.minutes_from else HOUR if minute >= self.hours_from else DAY
        return minute // width * width, width

    def roll_up(self, connection: Connection) -> None:
        """Make what has aged coarser, in every table of counts."""
        for table, keys, counts in (
            (buckets, ("issue_id",), ("count",)),
            (traffic, ("service",), ("entries", "requests")),
        ):
            for width, wide, before in ((1, HOUR, self.minutes_from), (HOUR, DAY, self.hours_from)):
                _roll_up(connection, table, keys, counts, span=(width, wide, before))


def _roll_up(
    connection: Connection, table: Table, keys: tuple[str, ...], counts: tuple[str, ...], *, span: tuple[int, int, int]
) -> None:
    width, wide, before = span
    aged = (table.c.width == width, table.c.minute < before)
    start = (table.c.minute - table.c.minute % wide).label("minute")
    columns = [table.c[key] for key in keys]
    query = select(*columns, start, *(func.sum(table.c[name]).label(name) for name in counts)).where(*aged)
    rows = [dict(row) | {"width": wide} for row in connection.execute(query.group_by(*columns, start)).mappings()]
    if not rows:
        return
    for row in rows:
        row.update({name: int(row[name]) for name in counts})
    upsert(connection, table, rows, adding=counts)
    connection.execute(delete(table).where(*aged))
