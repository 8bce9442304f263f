"""A stream of rows for another process to open, with a client of its own."""

from dataclasses import dataclass
from functools import cache, partial
from threading import Event
from typing import BinaryIO, cast

from log_gardener.sources.bigquery.address import Table
from log_gardener.sources.bigquery.client import Client
from log_gardener.sources.bigquery.failures import FAILURES, explain_failure
from log_gardener.sources.bigquery.patience import Patience
from log_gardener.sources.bigquery.reading import Meter, RowReader, Rows

NO_MIDDLE = "rows are read from the first on"


@dataclass(frozen=True, slots=True)
class RowsPlace:
    """A stream of a read session, which lives for six hours. Each process finds its own credentials.

    Attributes:
        rows: the stream.
        table: whose rows they are, for what goes wrong.
        payer: the project that pays.
        endpoint: where the Storage Read API is; empty for Google's.
        query_endpoint: where the REST API is; empty for Google's.
        delays_seconds: waits before what failed for the moment is tried again.
    """

    rows: Rows
    table: Table
    payer: str
    endpoint: str
    query_endpoint: str
    delays_seconds: tuple[float, ...]

    @property
    def is_divisible(self) -> bool:
        """The service divides rows by streams, as many as it was asked for."""
        return False

    def open(self, start: int = 0) -> BinaryIO:
        """The rows as lines of JSON.

        Raises:
            OSError: there are no credentials, or `start` is not 0.
        """
        if start:
            raise OSError(NO_MIDDLE)
        explain = partial(explain_failure, table=self.table, billing_project=self.payer)
        try:
            client = _connect(self.payer, self.endpoint, self.query_endpoint, self.delays_seconds)
        except FAILURES as error:
            raise OSError(explain(error)) from error
        patience = _make_patience(self.delays_seconds)
        return cast("BinaryIO", RowReader(client, self.rows, Meter(), patience=patience, explain=explain))


@cache
def _connect(payer: str, endpoint: str, query_endpoint: str, delays_seconds: tuple[float, ...]) -> Client:
    """The service; one client a process."""
    return Client(payer, _make_patience(delays_seconds), endpoint=endpoint, query_endpoint=query_endpoint)


def _make_patience(delays_seconds: tuple[float, ...]) -> Patience:
    """Waits that nobody ends early: a worker is ended as a whole."""
    return Patience(delays_seconds, Event().wait)
