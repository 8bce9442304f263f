"""Queries, for what the Storage Read API does not read by itself: views, such as those of Log Analytics.

By the REST API with the session that `google-auth` gives, since all that is asked of it is four requests: the client
`google-cloud-bigquery` would be one more package to install for them.
"""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import requests
from google.api_core.exceptions import Conflict, from_http_response

from log_gardener.sources.bigquery.address import Table
from log_gardener.sources.bigquery.patience import Patience

_REST = "https://bigquery.googleapis.com"
_TIMEOUT_SECONDS = 60.0

# How long the service is asked to wait for a query before it says that it goes on.
_POLL_MS = 10_000


class Queries:
    """Queries on behalf of a project.

    Args:
        project: the one that pays.
        session: what sends requests, with credentials.
        patience: how often what fails for the moment is tried again.
        endpoint: where the service is; empty for Google's.
    """

    def __init__(self, project: str, session: requests.Session, patience: Patience, *, endpoint: str = "") -> None:
        self._project = project
        self._session = session
        self._patience = patience
        self._endpoint = endpoint or _REST

    def find_schema(self, sql: str) -> pa.Schema:
        """The columns that a query would give; it is not run and costs nothing. Raises what `requests` raises."""
        job = self._post(_make_job(sql, is_dry=True))
        return pa.schema(_make_field(field) for field in job["statistics"]["query"]["schema"].get("fields", []))

    def run(self, sql: str) -> Table:
        """Run a query to its end, and return the table that holds its result for a day.

        Raises what `requests` raises.
        """
        name = f"log_gardener_{uuid.uuid4().hex}"
        # Where the tables are, no job need be sought that was sent twice because an answer was lost.
        place = {"location": self._post(_make_job(sql, is_dry=True))["jobReference"]["location"]}
        with suppress(Conflict):
            self._post(_make_job(sql) | {"jobReference": place | {"jobId": name}})
        polled: Mapping[str, Any] = {}
        while not polled.get("jobComplete"):
            asked = place | {"timeoutMs": str(_POLL_MS), "maxResults": "0"}
            polled = self._get(f"queries/{name}", asked)
        done = self._get(f"jobs/{name}", place)
        result = done["configuration"]["query"]["destinationTable"]
        return Table(result["projectId"], result["datasetId"], result["tableId"])

    def _post(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._patience.ask(lambda: self._ask("POST", f"projects/{self._project}/jobs", json=job))

    def _get(self, path: str, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        return self._patience.ask(lambda: self._ask("GET", f"projects/{self._project}/{path}", params=parameters))

    def _ask(self, method: str, path: str, **content: Any) -> Mapping[str, Any]:  # noqa: ANN401 - of requests
        url = f"{self._endpoint}/bigquery/v2/{quote(path)}"
        with self._session.request(method, url, timeout=_TIMEOUT_SECONDS, **content) as response:
            if not response.ok:
                raise from_http_response(response)  # type: ignore[no-untyped-call] # has no types of its own
            answer: Mapping[str, Any] = response.json()
            return answer


def _make_job(sql: str, *, is_dry: bool = False) -> dict[str, Any]:
    query = {"query": sql, "useLegacySql": False}
    return {"configuration": {"dryRun": is_dry, "query": query, "labels": {"tool": "log-gardener"}}}


_KINDS: Mapping[str, pa.DataType] = {
    "BOOLEAN": pa.bool_(),
    "FLOAT": pa.float64(),
    "INTEGER": pa.int64(),
    "TIMESTAMP": pa.timestamp("us", "UTC"),
}


def _make_field(told: Mapping[str, Any]) -> pa.Field:
    """A column as the REST API describes it, as Arrow would; of what a plan does not ask for, a text."""
    kind = told["type"]
    members = told.get("fields", [])
    found = pa.struct([_make_field(member) for member in members]) if members else _KINDS.get(kind, pa.string())
    return pa.field(told["name"], pa.list_(found) if told.get("mode") == "REPEATED" else found)
