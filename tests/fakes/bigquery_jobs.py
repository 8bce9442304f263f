"""The part of BigQuery's REST API that runs queries, on loopback: for the two queries that a source asks."""

import json
import re
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from tests.fakes.bigquery_filter import ConditionError, parse_condition
from tests.fakes.bigquery_read import Call, Warehouse

_QUERY = re.compile(r"SELECT (?P<columns>.+?) FROM `(?P<label>[^`]+)`(?: WHERE (?P<condition>.+))?")
_NEWEST = "MAX(timestamp) AS timestamp"
_PATH = re.compile(r"/bigquery/v2/projects/(?P<project>[^/]+)/(?P<kind>jobs|queries)(?:/(?P<job>[^/]+))?")
_LOCATION = "europe-west1"
# How long the server takes to see that it is to end.
_POLL_SECONDS = 0.01
_REASONS = {404: "notFound", 403: "accessDenied", 400: "invalidQuery", 409: "duplicate", 503: "backendError"}


class _RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class BigQueryJobsFake:
    """The service on a port of its own; a context, which ends it."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.jobs: dict[str, str] = {}
        self.polls_to_wait = 1
        """How often a query says that it goes on."""
        self.lost_answers = 0
        """How many jobs are made without anybody hearing of it."""
        self._polls: dict[str, int] = {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(lambda match, _: fake.insert(match["project"], body))

            def do_GET(self) -> None:
                self._answer(fake.get)

            def log_message(self, *_: object) -> None:
                return

            def _answer(self, make: Any) -> None:
                url = urlsplit(self.path)
                try:
                    answer, status = (
                        make(_match(url.path), {key: one[0] for key, one in parse_qs(url.query).items()}),
                        200,
                    )
                except _RefusedError as error:
                    status = error.status
                    reason = {"reason": _REASONS[status], "message": str(error)}
                    answer = {"error": {"code": status, "message": str(error), "errors": [reason]}}
                content = json.dumps(answer).encode()
                self.send_response(HTTPStatus(status))
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def insert(self, project: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Plan a query, or run it."""
        configuration = body["configuration"]
        sql, is_dry = configuration["query"]["query"], configuration.get("dryRun", False)
        with self.warehouse.lock:
            self.warehouse.calls.append(Call("dryRun" if is_dry else "query", parent=project, restriction=sql))
        if "bigquery.jobs.create" in self.warehouse.denied:
            text = f"Access Denied: Project {project}: User does not have bigquery.jobs.create permission in project"
            raise _RefusedError(403, f"{text} {project}.")
        result = self._run(sql)
        if is_dry:
            schema = {"fields": [_tell(field) for field in result.schema]}
            reference = {"projectId": project, "location": _LOCATION}
            return {"jobReference": reference, "statistics": {"query": {"schema": schema, "statementType": "SELECT"}}}
        return self._keep(project, body, result)

    def _keep(self, project: str, body: Mapping[str, Any], result: pa.Table) -> Mapping[str, Any]:
        name = body["jobReference"]["jobId"]
        if body["jobReference"]["location"] != _LOCATION:
            raise _RefusedError(404, f"Not found: Table of {body['jobReference']['location']}")
        if name in self.jobs:
            raise _RefusedError(409, f"Already Exists: Job {project}:{name}")
        self.jobs[name] = f"anon{len(self.jobs)}"
        self.warehouse.put(f"{project}._results.{self.jobs[name]}", result)
        if self.lost_answers:
            self.lost_answers -= 1
            raise _RefusedError(503, "the answer is lost")
        return {"jobReference": {"projectId": project, "jobId": name, "location": _LOCATION}}

    def get(self, match: re.Match[str], parameters: Mapping[str, str]) -> Mapping[str, Any]:
        """Wait for a query, or tell where its result is."""
        name = match["job"]
        if name not in self.jobs or parameters.get("location") != _LOCATION:
            raise _RefusedError(404, f"Not found: Job {match['project']}:{name}")
        if match["kind"] == "queries":
            self._polls[name] = self._polls.get(name, 0) + 1
            return {"jobComplete": self._polls[name] > self.polls_to_wait}
        table = {"projectId": match["project"], "datasetId": "_results", "tableId": self.jobs[name]}
        return {"configuration": {"query": {"destinationTable": table}}, "status": {"state": "DONE"}}

    def _run(self, sql: str) -> pa.Table:
        match = _QUERY.fullmatch(sql)
        if match is None:
            raise _RefusedError(400, f"Syntax error: {sql}")
        project, dataset, name = match["label"].rsplit(".", 2)
        path = f"projects/{project}/datasets/{dataset}/tables/{name}"
        table = self.warehouse.views.get(path, self.warehouse.tables.get(path))
        if table is None:
            raise _RefusedError(404, f"Not found: Table {project}:{dataset}.{name} was not found in location EU")
        if "bigquery.tables.getData" in self.warehouse.denied:
            text = f"Access Denied: Table {project}:{dataset}.{name}: User does not have bigquery.tables.getData"
            raise _RefusedError(403, text)
        try:
            rows = table.filter(parse_condition(match["condition"] or "", has_json=True)(table))
        except ConditionError as error:
            raise _RefusedError(400, str(error)) from error
        if match["columns"] == _NEWEST:
            newest = pc.max(rows["timestamp"])
            return pa.table({"timestamp": pa.array([newest.as_py()], table.schema.field("timestamp").type)})
        return (
            rows if match["columns"] == "*" else rows.select([one.strip("` ") for one in match["columns"].split(",")])
        )


def _match(path: str) -> re.Match[str]:
    match = _PATH.fullmatch(path)
    if match is None:
        raise _RefusedError(404, f"no such path {path}")
    return match


def _tell(field: pa.Field) -> dict[str, Any]:
    """A column as the REST API describes it."""
    kind = field.type
    if pa.types.is_list(kind):
        return _tell(kind.value_field.with_name(field.name)) | {"mode": "REPEATED"}
    told: dict[str, Any] = {"name": field.name, "type": _name_type(field), "mode": "NULLABLE"}
    return told | ({"fields": [_tell(member) for member in kind]} if pa.types.is_struct(kind) else {})


def _name_type(field: pa.Field) -> str:
    if (field.metadata or {}).get(b"ARROW:extension:name"):
        return "JSON"
    names = {pa.string(): "STRING", pa.int64(): "INTEGER", pa.float64(): "FLOAT", pa.bool_(): "BOOLEAN"}
    return "RECORD" if pa.types.is_struct(field.type) else names.get(field.type, "TIMESTAMP")
