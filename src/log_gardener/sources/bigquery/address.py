"""Which table or view is read, and the tables by day that a sink without partitions makes of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from log_gardener.errors import UsageError
from log_gardener.model.window import Window

SCHEME = "bigquery://"

_SHARDS = "_*"
# A project may have a domain before it; a table may be named in any script, with dashes and spaces.
_PROJECT = re.compile(r"[a-z0-9.-]+(?::[a-z0-9-]+)?", re.IGNORECASE)
_DATASET = re.compile(r"[A-Za-z0-9_]+")
_TABLE = re.compile(r"[\w -]+")


@dataclass(frozen=True, slots=True)
class Table:
    """A table or a view."""

    project: str
    dataset: str
    name: str

    @property
    def path(self) -> str:
        """What the Storage Read API calls it."""
        return f"projects/{self.project}/datasets/{self.dataset}/tables/{self.name}"

    @property
    def label(self) -> str:
        """What people and SQL call it."""
        return f"{self.project}.{self.dataset}.{self.name}"

    def of_day(self, day: date) -> "Table":
        """The table that a sink without partitions makes for a day, UTC."""
        return replace(self, name=f"{self.name}_{day:%Y%m%d}")


@dataclass(frozen=True, slots=True)
class Address:
    """What the command line names.

    Attributes:
        table: without the mark of shards.
        is_sharded: whether there is one table for each day.
    """

    table: Table
    is_sharded: bool = False

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `bigquery://PROJECT.DATASET.TABLE`, or `TABLE_*` for tables by day.

        Raises:
            UsageError: the text is no such thing.
        """
        parts = text.removeprefix(SCHEME).rsplit(".", 2)
        name = parts[-1].removesuffix(_SHARDS)
        table = Table(parts[0], parts[1], name) if len(parts) == 3 else None  # noqa: PLR2004 - project, dataset, table
        if table is None or not (
            _PROJECT.fullmatch(table.project) and _DATASET.fullmatch(table.dataset) and _TABLE.fullmatch(table.name)
        ):
            msg = (
                f"{text} names no table; write {SCHEME}PROJECT.DATASET.TABLE, with _* behind the table where there is "
                "one for each day"
            )
            raise UsageError(msg)
        return cls(table, is_sharded=parts[-1].endswith(_SHARDS))

    def shards(self, window: Window) -> Iterator[Table]:
        """The tables of the days that a window touches, UTC, the earliest first; they need not be there."""
        day = window.start.date()
        while day <= (window.end - timedelta(microseconds=1)).date():
            yield self.table.of_day(day)
            day += timedelta(days=1)
