"""What the names of objects in a bucket say: which log sink files hold which hours, and what an address asks for.

A sink of Cloud Logging writes `LOG_ID/YYYY/MM/DD/HH:MM:SS_HH:MM:SS_S0.json`: entries of the named hour by their own
timestamp, in as many shards S0, S1 ... as it takes. What it received in another hour than it happened comes later as
an addendum `..._A0:UNIXTIME.json`, named by the hour in which it happened.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from log_gardener.errors import UsageError
from log_gardener.model.window import Window

SCHEME = "gs://"

# A sink names a file by its entries' own time. Other writers of the same layout go by arrival, and an entry arrives
# after its time: seconds, of a request that was long in coming up to a minute. Before its time none arrives, so it is
# only the file of the next hour that may hold it.
FILE_MARGIN = timedelta(minutes=1)

# In which zone others name their folders of a day, nobody says; none is further from UTC than 14 hours.
DAY_MARGIN = timedelta(days=1)

_DAY = timedelta(days=1)
_LONGEST_MONTH = timedelta(days=31)
_SECOND = timedelta(seconds=1)
_TIME = r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)"
_MONTH = r"(?:^|/)((?:19|20)\d\d)/(\d\d)/"
_FILE = re.compile(rf"{_MONTH}(\d\d)/{_TIME}_{_TIME}_[SA]\d+(?::\d+)?\.json(?:\.\w+)?$")
_DATED = re.compile(rf"{_MONTH}(\d\d)/")
_FOLDER = re.compile(rf"{_MONTH}(?:(\d\d)/)?$")
_YEAR = re.compile(r"(?:^|/)(?:19|20)\d\d/$")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_MAGIC = re.compile(r"[*?]")
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True, slots=True)
class Address:
    """What of a bucket is asked for.

    Attributes:
        bucket: its name.
        pattern: an object, a folder, or a glob of either (`*` and `?` within a folder, `**` across folders); empty for
            all of the bucket.
    """

    bucket: str
    pattern: str

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `gs://BUCKET/PREFIX`.

        Raises:
            UsageError: it names no bucket.
        """
        bucket, _, pattern = text.removeprefix(SCHEME).partition("/")
        if not text.startswith(SCHEME) or not _BUCKET.fullmatch(bucket):
            msg = f"{text} names no bucket; write gs://BUCKET or gs://BUCKET/FOLDER"
            raise UsageError(msg)
        return cls(bucket, pattern.strip("/"))

    @property
    def prefix(self) -> str:
        """What all names that are asked for begin with."""
        return _MAGIC.split(self.pattern, maxsplit=1)[0]

    def has(self, name: str) -> bool:
        """Whether an object is asked for: by its own name, or by a folder that it is in."""
        return not self.pattern or re.fullmatch(rf"{_translate(self.pattern)}(?:/.*)?", name) is not None

    def may_have_in(self, folder: str) -> bool:
        """Whether anything in a folder, whose name ends in a slash, may be asked for."""
        return not self.pattern or re.fullmatch(_translate_folders(self.pattern.split("/")), folder) is not None


def _translate(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return "".join(_WILD.get(part) or re.escape(part) for part in parts)


def _translate_folders(segments: list[str]) -> str:
    if not segments or "**" in segments[0]:
        return ".*"
    return f"(?:{_translate(segments[0])}/{_translate_folders(segments[1:])})?"


def find_hour(name: str) -> Window | None:
    """The span that a sink names its file by; `None` of other objects."""
    found = _FILE.search(name)
    if found is None:
        return None
    year, month, day, *times = (int(part) for part in found.groups())
    date = _find_span(year, month, day)
    if date is None:
        return None
    start, last = (date.start + _tell_time(times[of : of + 3]) for of in (0, 3))
    return Window(start, last + _SECOND if last >= start else last + _DAY + _SECOND)


def find_reach(name: str) -> Window | None:
    """Which times an object may hold entries of, margins included; `None` if its name does not tell."""
    if hour := find_hour(name):
        return Window(hour.start - FILE_MARGIN, hour.end)
    found = _DATED.search(name)
    day = _find_span(*(int(part) for part in found.groups())) if found else None
    return _widen_by_day(day) if day else None


def find_folder_reach(folder: str) -> Window | None:
    """Which times a folder of a month or a day may hold entries of; `None` of other folders.

    A year alone tells nothing: 2001 may be a customer's number.
    """
    found = _FOLDER.search(folder)
    span = _find_span(*(int(part) for part in found.groups() if part)) if found else None
    return _widen_by_day(span) if span else None


def is_day(folder: str) -> bool:
    """Whether a folder is one of a day, in folders of its month and year."""
    found = _FOLDER.search(folder)
    return found is not None and found[3] is not None


def is_dated(folder: str) -> bool:
    """Whether a folder is one of a year, a month or a day."""
    return _YEAR.search(folder) is not None or _FOLDER.search(folder) is not None


def find_parent(folder: str) -> str:
    """The folder that a folder is in."""
    return folder[: folder.rstrip("/").rfind("/") + 1]


def meets(one: Window, other: Window) -> bool:
    """Whether two spans have an instant in common."""
    return one.start < other.end and other.start < one.end


def _tell_time(clock: list[int]) -> timedelta:
    hours, minutes, seconds = clock
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _widen_by_day(span: Window) -> Window:
    return Window(span.start - DAY_MARGIN, span.end + DAY_MARGIN)


def _find_span(year: int, month: int, day: int = 0) -> Window | None:
    try:
        start = datetime(year, month, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    if day:
        return Window(start, start + _DAY)
    return Window(start, (start + _LONGEST_MONTH).replace(day=1))
