"""BigQuery as its client sees it: sessions of the Storage Read API, and their rows.

The client is the one below `bigquery_storage_v1.BigQueryReadClient`, which takes up what broke as often as it breaks,
without a pause and without an end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import grpc
import pyarrow as pa
import requests
from google.auth.transport.requests import AuthorizedSession
from google.cloud.bigquery_storage_v1.services.big_query_read import BigQueryReadClient
from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport
from google.cloud.bigquery_storage_v1.types import (
    ArrowSerializationOptions,
    CreateReadSessionRequest,
    DataFormat,
    ReadRowsRequest,
    ReadRowsResponse,
    ReadSession,
)

from log_gardener.sources.bigquery.address import Table
from log_gardener.sources.bigquery.patience import Patience
from log_gardener.sources.bigquery.queries import Queries
from log_gardener.sources.google import find_credentials, is_loopback

_SCOPES = ("https://www.googleapis.com/auth/bigquery",)
_HOST = "bigquerystorage.googleapis.com:443"

# Row blocks have up to 10 MB; a connection that died must be noticed, although nothing is sent on it for minutes.
_CHANNEL = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)

_SESSION_SECONDS = 60.0
# A session lives for six hours.
_STREAM_SECONDS = 6 * 3_600.0


@dataclass(frozen=True, slots=True)
class Session:
    """Rows that are ready to be read.

    Attributes:
        schema: their columns.
        streams: their parts, each row in one of them.
    """

    schema: pa.Schema
    streams: tuple[str, ...]


class Call(Protocol):
    """Row blocks that come one after another."""

    def __iter__(self) -> Iterator[ReadRowsResponse]:
        """The blocks."""

    def cancel(self) -> None:
        """End it. May be called by another thread."""


class Client:
    """BigQuery, on behalf of a project.

    Args:
        project: the one that sessions and queries are made in, and that pays.
        endpoint: where the Storage Read API is; empty for Google's. One on this machine is asked without credentials.
        query_endpoint: where the REST API is; empty for Google's.
        patience: how often what fails for the moment is tried again.

    Raises:
        GoogleAuthError: there are no credentials.
    """

    def __init__(self, project: str, patience: Patience, *, endpoint: str = "", query_endpoint: str = "") -> None:
        self._project = project
        self._patience = patience
        if is_loopback(endpoint):
            self._channel = grpc.insecure_channel(endpoint, options=_CHANNEL)
            self._session = requests.Session()
        else:
            credentials = find_credentials(_SCOPES)
            self._channel = BigQueryReadGrpcTransport.create_channel(
                endpoint or _HOST, credentials=credentials, options=_CHANNEL
            )
            self._session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call] # has no types of its own
        self._reads = BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=self._channel))
        self.queries = Queries(project, self._session, patience, endpoint=query_endpoint)
        """What reads a view."""

    def open_session(
        self, table: Table, columns: Sequence[str] = (), restriction: str = "", *, streams: int = 1
    ) -> Session:
        """Make a session; raises what the client raises.

        Args:
            table: what to read.
            columns: of it; all by default.
            restriction: which rows; all by default.
            streams: at most so many parts.
        """
        options = ReadSession.TableReadOptions(
            selected_fields=list(columns),
            row_restriction=restriction,
            arrow_serialization_options=ArrowSerializationOptions(
                buffer_compression=ArrowSerializationOptions.CompressionCodec.LZ4_FRAME
            ),
        )
        wanted = ReadSession(table=table.path, data_format=DataFormat.ARROW, read_options=options)
        request = CreateReadSessionRequest(
            parent=f"projects/{self._project}", read_session=wanted, max_stream_count=streams
        )
        made = self._patience.ask(
            lambda: self._reads.create_read_session(request, retry=None, timeout=_SESSION_SECONDS)
        )
        schema = pa.ipc.read_schema(pa.py_buffer(made.arrow_schema.serialized_schema))
        return Session(schema, tuple(stream.name for stream in made.streams))

    def read_rows(self, stream: str, offset: int) -> Call:
        """The rows of a stream behind so many; raises what the client raises, also while it is read."""
        request = ReadRowsRequest(read_stream=stream, offset=offset)
        return cast("Call", self._reads.read_rows(request, retry=None, timeout=_STREAM_SECONDS))

    def close(self) -> None:
        """Give the connections back."""
        self._channel.close()
        self._session.close()
