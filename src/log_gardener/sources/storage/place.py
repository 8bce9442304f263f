"""An object for another process to open, with a client of its own."""

from dataclasses import dataclass
from functools import cache, partial
from typing import BinaryIO, cast

from log_gardener.sources.storage.bucket import FAILURES, Bucket, explain_failure, open_bucket
from log_gardener.sources.storage.listing import Found
from log_gardener.sources.storage.object_reader import Meter, ObjectReader


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """One generation of an object. Each process finds its own credentials.

    Attributes:
        bucket: its name, without a scheme.
        found: the object as it was listed.
        endpoint: where the service is; empty for Google's.
        workers: connections that a process keeps open.
        delays_seconds: waits before a broken download is taken up, as long as nothing comes.
    """

    bucket: str
    found: Found
    endpoint: str
    workers: int
    delays_seconds: tuple[float, ...]

    @property
    def is_divisible(self) -> bool:
        """The service gives bytes from any one on."""
        return True

    def open(self, start: int = 0) -> BinaryIO:
        """The bytes from one on. Only what is read from the first to the last is checked against its checksum.

        Raises:
            OSError: there are no credentials.
        """
        explain = partial(explain_failure, bucket=self.bucket)
        try:
            bucket = _connect(self.bucket, self.endpoint, sum(self.delays_seconds), self.workers)
        except FAILURES as error:
            raise OSError(explain(error)) from error
        reader = ObjectReader(bucket.fetch, self.found, Meter(self.delays_seconds), explain=explain, start=start)
        return cast("BinaryIO", reader)


@cache
def _connect(name: str, endpoint: str, patience_seconds: float, workers: int) -> Bucket:
    """The bucket; one client a process."""
    return open_bucket(name, endpoint, patience_seconds, workers=workers)
