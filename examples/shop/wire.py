"""The wire form of a Cloud Run `LogEntry`, one builder for each log that Cloud Run writes."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random

from shop.clock import MICROSECOND, MILLISECOND, SECOND, rfc3339
from shop.fleet import Instance

PROJECT = "flower-shop-demo"
LOCATION = "europe-west1"
PRODUCT_HOST = "flower-shop.example"

Json = dict[str, object]

# How many digits of the fraction an entry's timestamp shows, and how often. Mostly six; the
# rest is there because entries sorted as text are then not sorted by time.
DIGITS = (6,) * 80 + (9,) * 8 + (3,) * 4 + (0, 1, 2, 4, 5, 5, 7, 8)


@dataclass(frozen=True, slots=True)
class Plant:
    """Says that an entry belongs to a fault on purpose; it is never written to the file."""

    fault: str
    part: str


@dataclass(frozen=True, slots=True)
class Span:
    """One service's share of a request: the trace is common to all services it touches."""

    trace: str
    id: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Who writes, when (nanoseconds), and for which request if any."""

    instance: Instance
    time: int
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request as the load balancer saw it; `latency` in nanoseconds."""

    method: str
    path: str
    status: int
    latency: int
    remote_ip: str
    agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One entry ready to write, with what the sorting and the summary need to know."""

    received: int
    time: int
    insert_id: str
    service: str
    line: str
    plant: Plant | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What differs between logs: the log's short name and the fields that it adds."""

    log: str
    fields: Json
    severity: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    plant: Plant | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which service an entry is of, when it happened, and how much later it arrives."""

    service: str
    time: int
    delay: int


class Scribe:
    """Writes entries, and owns the randomness that one producer of entries uses.

    Each producer gets a scribe of its own, so that a new line in one of them does not
    change a byte of what the others write.
    """

    def __init__(self, rng: Random) -> None:
        """Draw everything from `rng`: ids, delays, and the producer's own choices."""
        self.rng = rng

    def span(self, trace: str = "") -> Span:
        """A new span, in the given trace or in a new one."""
        return Span(trace or f"{self.rng.getrandbits(128):032x}", f"{self.rng.getrandbits(64):016x}")

    def inner_time(self, time: int) -> str:
        """The application's own timestamp: taken a little before the platform's."""
        taken = time - self.rng.randrange(20 * MICROSECOND, 4 * MILLISECOND)
        return rfc3339(taken, 6).replace("Z", "+00:00")

    def write(self, scene: Scene, body: Body) -> Record:
        """An entry of a container; it arrives within a second."""
        delay = self.rng.randrange(40, 900) * MILLISECOND
        entry = _container(scene, body)
        return self._record(entry, body, Stamp(scene.instance.service, scene.time, delay))

    def request(self, scene: Scene, call: Call, plant: Plant | None = None) -> Record:
        """A request entry: it carries the start, and arrives seconds after the end."""
        fields: Json = {"httpRequest": self._http(scene.instance.service, call)}
        if call.note:
            fields["textPayload"] = call.note
        body = Body("run.googleapis.com%2Frequests", fields, _severity(call.status), plant=plant)
        late = self.rng.choice((1, 1, 1, 1, 2, 3, 5, 9)) * self.rng.randrange(1000) * MILLISECOND
        stamp = Stamp(scene.instance.service, scene.time, call.latency + late)
        return self._record(_container(scene, body), body, stamp)

    def audit(self, service: str, time: int, body: Body) -> Record:
        """An audit entry: it names the service, and its revision is empty."""
        stamp = Stamp(service, time, self.rng.randrange(SECOND, 3 * SECOND))
        return self._record({"resource": _resource(service, "")}, body, stamp)

    def _http(self, service: str, call: Call) -> Json:
        host = f"{service.removeprefix('shop-')}.{PRODUCT_HOST}"
        return {
            "latency": f"{call.latency // SECOND}.{call.latency % SECOND:09d}s",
            "protocol": "HTTP/1.1",
            "remoteIp": call.remote_ip,
            "requestMethod": call.method,
            "requestSize": str(self.rng.randrange(310, 2400)),
            "requestUrl": f"https://{host}{call.path}",
            "responseSize": str(self.rng.randrange(180, 48_000)),
            "serverIp": "192.0.2.40",
            "status": call.status,
            "userAgent": call.agent,
        }

    def _record(self, entry: Json, body: Body, stamp: Stamp) -> Record:
        digits = self.rng.choice(DIGITS)
        time = stamp.time - stamp.time % 10 ** (9 - digits)
        seconds, fraction = divmod(time, SECOND)
        insert_id = f"{seconds:08x}{fraction // 1000:08x}{self.rng.getrandbits(32):08x}"
        entry |= body.fields
        entry["insertId"] = insert_id
        entry["logName"] = f"projects/{PROJECT}/logs/{body.log}"
        entry["timestamp"] = rfc3339(time, digits)
        entry["receiveTimestamp"] = rfc3339(stamp.time + stamp.delay, 9)
        if body.severity:
            entry["severity"] = body.severity
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        received = stamp.time + stamp.delay
        return Record(received, time, insert_id, stamp.service, line, body.plant)


def _container(scene: Scene, body: Body) -> Json:
    """The fields that the platform adds to whatever a container writes."""
    revision = scene.instance.revision
    entry: Json = {
        "labels": {"commit-sha": revision.commit, "instanceId": scene.instance.id, **body.labels},
        "resource": _resource(revision.service, revision.name),
    }
    if scene.span:
        entry["trace"] = f"projects/{PROJECT}/traces/{scene.span.trace}"
        entry["spanId"] = scene.span.id
    return entry


def _resource(service: str, revision: str) -> Json:
    labels = {
        "configuration_name": service if revision else "",
        "location": LOCATION,
        "project_id": PROJECT,
        "revision_name": revision,
        "service_name": service,
    }
    return {"labels": labels, "type": "cloud_run_revision"}


def _severity(status: int) -> str:
    """Cloud Run's own rule for request entries."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "ERROR"
    return "WARNING" if status >= HTTPStatus.BAD_REQUEST else "INFO"
