"""Which objects of a bucket to read: a walk through its folders that leaves out those of other times."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from log_gardener.model.window import Window
from log_gardener.sources.storage.sink_names import Address, find_folder_reach, find_parent, is_dated, is_day, meets

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.storage import Blob, Client

# All that is looked at of an object; the rest of its metadata is ten times as long.
FIELDS = "items(name,generation,size,timeCreated,crc32c),prefixes,nextPageToken"

# Connect, and wait for the next bytes. The service answers a listing of 1,000 objects in less than a second.
TIMEOUT_SECONDS = (10.0, 30.0)

# Listings at the same time. The client keeps ten connections, and warns of each that is more.
LISTINGS = 8

# A name that begins with a folder's is before the folder's with this in place of its last slash.
_AFTER_SLASH = "0"


@dataclass(frozen=True, slots=True)
class Found:
    """An object as it was listed.

    Attributes:
        name: without its bucket.
        generation: which of the contents that ever were under this name.
        size: bytes as they are stored.
        created: when this content came.
        checksum: CRC32C of it, base 64.
    """

    name: str
    generation: int
    size: int
    created: datetime
    checksum: str


@dataclass(frozen=True, slots=True)
class Reach:
    """One listing.

    Attributes:
        prefix: what names begin with.
        is_deep: with all folders below, or else only their names.
        start: the first name.
        end: the first name that is too far; empty for none.
    """

    prefix: str
    is_deep: bool
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What a listing gave: objects and folders, whose names end in a slash."""

    objects: Sequence[Found]
    folders: Sequence[str]


List: TypeAlias = Callable[[Reach], Page]
"""Answers a listing; raises what the client raises."""

Choose: TypeAlias = Callable[[Iterable[str]], Iterable[Reach]]
"""From folders to what to list below them."""


def make_list(client: "Client", bucket: str, retry: "Retry") -> List:
    """Listings of a bucket."""

    def ask(reach: Reach) -> Page:
        limits: Mapping[str, str] = {"start_offset": reach.start, "end_offset": reach.end}
        answer = client.list_blobs(
            bucket,
            prefix=reach.prefix or None,
            delimiter=None if reach.is_deep else "/",
            fields=FIELDS,
            retry=retry,
            timeout=TIMEOUT_SECONDS,
            **{name: limit for name, limit in limits.items() if limit},
        )
        return Page([_find(blob) for blob in answer], sorted(answer.prefixes))

    return ask


def _find(blob: "Blob") -> Found:
    return Found(blob.name, blob.generation, blob.size or 0, blob.time_created, blob.crc32c or "")


def walk(ask: List, address: Address, choose: Choose | None) -> Iterator[Sequence[Found]]:
    """List what is asked for, folder by folder.

    Args:
        ask: answers listings.
        address: what is asked for.
        choose: what to list below some folders; without it everything comes in one listing.

    Yields:
        Objects, in no order.
    """
    level = [Reach(address.prefix, is_deep=choose is None)]
    with ThreadPoolExecutor(LISTINGS) as executor:
        while level:
            folders: list[str] = []
            for page in executor.map(ask, level):
                # A name that ends in a slash is a folder that somebody has made, without content.
                yield [one for one in page.objects if address.has(one.name) and not one.name.endswith("/")]
                folders += [folder for folder in page.folders if address.may_have_in(folder)]
            level = list(choose(folders)) if choose else []


def choose_span(span: Window) -> Choose:
    """Leaves out the folders of days and months that have nothing of a span."""

    def choose(folders: Iterable[str]) -> Iterator[Reach]:
        # Names sort by time, so the days of a month are one listing.
        days: dict[str, list[str]] = {}
        for folder in folders:
            reach = find_folder_reach(folder)
            if reach is None:
                yield Reach(folder, is_deep=False)
            elif meets(reach, span):
                if is_day(folder):
                    days.setdefault(find_parent(folder), []).append(folder)
                else:
                    yield Reach(folder, is_deep=span.start <= reach.start and reach.end <= span.end)
        for month, named in days.items():
            yield Reach(month, is_deep=True, start=min(named), end=max(named)[:-1] + _AFTER_SLASH)

    return choose


def choose_newest(folders: Iterable[str]) -> Iterator[Reach]:
    """Leaves out all but the newest folder of years, months and days side by side."""
    newest: dict[str, str] = {}
    for folder in sorted(folders):
        newest[find_parent(folder) if is_dated(folder) else folder] = folder
    for folder in newest.values():
        yield Reach(folder, is_deep=is_day(folder))
