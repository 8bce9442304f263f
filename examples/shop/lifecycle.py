"""Deployments, starts and stops: what the platform and the operators say."""

from collections.abc import Iterator

from shop.clock import END, MILLISECOND, SECOND, START
from shop.fleet import API, AUTOSCALING, MAILER, ROLLOUT, WEB, Fleet, Instance, Revision
from shop.people import database_url, key_assignment
from shop.voices import STDERR, Said, Where, say_api, say_mailer, say_system, say_text, say_web
from shop.wire import LOCATION, PROJECT, Body, Json, Record, Scene, Scribe

AUDIT = "cloudaudit.googleapis.com%2Factivity"

# The platform's own words for why it starts an instance.
REASONS = {
    AUTOSCALING: (
        "Instance started due to configured scaling factors (e.g. CPU utilization, request "
        "throughput, etc.) or no existing capacity for current traffic."
    ),
    ROLLOUT: (
        "Instance started due to traffic shifting between revisions due to deployment, "
        "traffic split adjustment, or deployment health check."
    ),
}


def deployments(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """The audit entry of every deployment in the window; people and a robot deploy."""
    for revision in fleet.revisions:
        if revision.start >= START:
            yield _replace_service(scribe, revision)


def instances(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """Every start and stop in the window, with what each service says then."""
    for instance in fleet.instances:
        if instance.start >= START:
            yield announce(scribe, instance)
            yield from STARTUP[instance.service](scribe, instance)
            yield _probe_succeeded(scribe, instance)
        if instance.end < END:
            yield from STOP[instance.service](scribe, instance)


def announce(scribe: Scribe, instance: Instance) -> Record:
    """The platform's first line about an instance."""
    message = f"Starting new instance. Reason: {instance.reason} - {REASONS[instance.reason]}"
    return say_system(scribe, Scene(instance, instance.start), message)


def _probe_succeeded(scribe: Scribe, instance: Instance) -> Record:
    message = f'Default STARTUP TCP probe succeeded after 1 attempt for container "{instance.service}-1" on port 8080.'
    return say_system(scribe, Scene(instance, instance.start + 6 * SECOND), message)


def _replace_service(scribe: Scribe, revision: Revision) -> Record:
    robot = f"deployer@{PROJECT}.iam.gserviceaccount.com"
    principal = "mara.lindqvist@example.com" if revision.service == MAILER else robot
    name = f"namespaces/{PROJECT}/services/{revision.service}"
    audit: Json = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "authenticationInfo": {"principalEmail": principal},
        "authorizationInfo": [
            {"granted": True, "permission": "run.services.update", "resource": name},
        ],
        "methodName": "google.cloud.run.v1.Services.ReplaceService",
        "request": {"name": name, "template": {"metadata": {"name": revision.name}}},
        "requestMetadata": {
            "callerIp": "198.51.100.23",
            "callerSuppliedUserAgent": "google-cloud-sdk gcloud/545.0.0 command/gcloud.run.deploy",
        },
        "resourceLocation": {"currentLocations": [LOCATION]},
        "resourceName": name,
        "serviceName": "run.googleapis.com",
        "status": {},
    }
    early = scribe.rng.randrange(25 * SECOND, 50 * SECOND)
    body = Body(AUDIT, {"protoPayload": audit}, "NOTICE")
    return scribe.audit(revision.service, revision.start - early, body)


def _start_web(scribe: Scribe, instance: Instance) -> Iterator[Record]:
    at = instance.start
    lines = (
        "> shop-web@3.18.0 start",
        f"config: {key_assignment(scribe.rng)} REGION={LOCATION} NODE_ENV=production",
        "✅ Listening on :8080",
    )
    for number, line in enumerate(lines, 2):
        yield say_text(scribe, Scene(instance, at + number * SECOND), line)
    where = Where("src/budget.ts", "startReporter", 19)
    said = Said("ErrorBudget reporter started, 0 failures", where)
    yield say_web(scribe, Scene(instance, at + 5 * SECOND), said)


def _start_api(scribe: Scribe, instance: Instance) -> Iterator[Record]:
    lines = (
        "Starting gunicorn 23.0.0",
        "Listening at: http://0.0.0.0:8080 (1)",
        "Using worker: uvicorn_worker.UvicornWorker",
        "Booting worker with pid: 13",
        "Application startup complete.",
    )
    for number, line in enumerate(lines):
        yield gunicorn(scribe, instance, (instance.start + (2000 + 600 * number) * MILLISECOND, line))
    message = f"Connecting to {database_url(scribe.rng)} with a pool of 8"
    said = Said(message, Where("shop_api.storage.engine", "make_engine", 31))
    yield say_api(scribe, Scene(instance, instance.start + 5 * SECOND), said)


def _start_mailer(scribe: Scribe, instance: Instance) -> Iterator[Record]:
    at = instance.start
    yield java_banner(scribe, instance)
    said = Said("Failure detector ready, no errors so far", Where("eu.flowershop.mailer", "Health", 22))
    yield say_mailer(scribe, Scene(instance, at + 4 * SECOND), said)
    said = Said("Mail relay connected, waiting for pushes", Where("eu.flowershop.mailer", "Relay", 48))
    yield say_mailer(scribe, Scene(instance, at + 5 * SECOND), said)


def java_banner(scribe: Scribe, instance: Instance) -> Record:
    """What every Java container prints on stderr before anything of ours runs."""
    message = "Picked up JAVA_TOOL_OPTIONS: -XX:MaxRAMPercentage=75"
    return say_text(scribe, Scene(instance, instance.start + SECOND), message, log=STDERR)


def gunicorn(scribe: Scribe, instance: Instance, said: tuple[int, str]) -> Record:
    """A gunicorn line: the text states time and severity, the entry has no severity."""
    time, message = said
    stamp = scribe.inner_time(time)[:19].replace("T", " ")
    pid = 13 if "pid: 13" in message or "startup" in message else 1
    line = f"[{stamp} +0000] [{pid}] [INFO] {message}"
    return say_text(scribe, Scene(instance, time), line, log=STDERR)


def _stop_web(scribe: Scribe, instance: Instance) -> Iterator[Record]:
    yield say_text(scribe, Scene(instance, instance.end), "SIGTERM received, draining 0 connections")


def _stop_api(scribe: Scribe, instance: Instance) -> Iterator[Record]:
    yield gunicorn(scribe, instance, (instance.end, "Handling signal: term"))
    yield gunicorn(scribe, instance, (instance.end + 2 * SECOND, "Shutting down: Master"))


def _stop_mailer(scribe: Scribe, instance: Instance) -> Iterator[Record]:
    said = Said("Stopped taking pushes, goodbye", Where("eu.flowershop.mailer", "Relay", 97))
    yield say_mailer(scribe, Scene(instance, instance.end), said)


STARTUP = {WEB: _start_web, API: _start_api, MAILER: _start_mailer}
STOP = {WEB: _stop_web, API: _stop_api, MAILER: _stop_mailer}
