"""Nothing is wrong: deploys, scaling, probes, clients' own mistakes, and lines that only sound like trouble."""

from datetime import datetime, timedelta

from tests.labelled.gardens.planting import Garden, Json, Place, cloud_run, later, plant, stamp

OUT = "run.googleapis.com%2Fstdout"
BASE = "https://library.example.com"
SCALING = "AUTOSCALING - Instance started due to configured scaling factors (e.g. CPU utilization, request throughput, "
ROLLOUT = "DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting between revisions due to deployment, traffic "
REASONS = (f"{SCALING}etc.) or no existing capacity.", f"{ROLLOUT}split adjustment, or deployment health check.")
# Each of these texts names trouble and reports that there is none, or is about the code that would deal with it.
SOUNDS = (
    ("import-finished", "INFO", "import of {number} books finished: 0 errors, 0 warnings, failed=0"),
    ("no-exceptions", "DEBUG", "nightly consistency check: no exceptions, {number} rows compared"),
    ("error-rate", "DEBUG", "error rate of the last minute: 0.00% ({number} requests)"),
    ("error-handler", "INFO", "registered error handler for TimeoutError in route {number}"),
    ("retry-not-needed", "DEBUG", "fallback and retry disabled for shelf {number}: failure budget is untouched"),
    ("dead-letters", "INFO", "dead letter queue is empty, nothing crashed since {number} jobs"),
    ("error-page", "DEBUG", "template errors/fatal.html compiled in {number} ms"),
    ("panic-drill", "INFO", "fire drill {number}: panic button tested, alarm received, all clear"),
    ("deadlock-test", "DEBUG", "deadlock detector ran over {number} locks and found none"),
)
CLIENTS = (
    ("GET", "/books/{number}", 404),
    ("GET", "/account/loans", 401),
    ("GET", "/admin/users", 403),
    ("POST", "/books/{number}/holds", 409),
    ("GET", "/favicon.ico", 404),
)


def pod(garden: Garden, template: str, kind: str = "k8s_container") -> Place:
    name = f"catalog-{template}-{garden.hex(5)}"
    resource = {"cluster_name": "library-1", "location": "us-east4", "namespace_name": "web", "pod_name": name}
    if kind == "k8s_container":
        resource["container_name"] = "catalog"
    return Place(garden, kind, resource, {"k8s-pod/app": "catalog", "k8s-pod/pod-template-hash": template})


def event(place: Place, tag: str, at: datetime, reason: str, message: str) -> None:
    about = {"kind": "Pod", "namespace": "web", "name": place.resource.get("pod_name", "catalog")}
    body: Json = {"apiVersion": "v1", "kind": "Event", "type": "Normal", "reason": reason, "message": message}
    body |= {"involvedObject": about, "metadata": {"name": f"{about['name']}.{place.garden.hex(16)}"}}
    place.say(tag, at, body, "events", severity="INFO")


def roll(garden: Garden, at: datetime, version: int) -> None:
    """Replace every pod by one of a new version: events, and lines that say of themselves that they are no errors."""
    fresh, stale = f"{0x6B7F9D8C00 + version:x}", f"{0x6B7F9D8BFF + version:x}"
    cluster = Place(garden, "k8s_cluster", {"cluster_name": "library-1", "location": "us-east4"})
    for number in range(3):
        when, new = later(at, 25 * number), pod(garden, fresh)
        one = Place(garden, "k8s_pod", {key: value for key, value in new.resource.items() if key != "container_name"})
        text = f"Scaled up replica set catalog-{fresh} to {number + 1} from {number}"
        event(cluster, "event-scaled-up", when, "ScalingReplicaSet", text)
        text = f"Successfully assigned web/{one.resource['pod_name']} to gke-library-1-default-pool-{garden.hex(8)}"
        event(one, "event-scheduled", later(when, 1), "Scheduled", text)
        text = f'Successfully pulled image "us-docker.pkg.dev/acme-library/web/catalog:1.{version}.0" in 2.{version}1s '
        text += f"(2.{version}1s including waiting). Image size: {48_000_000 + version} bytes."
        event(one, "event-pulled", later(when, 4), "Pulled", text)
        event(one, "event-created", later(when, 5), "Created", "Created container catalog")
        event(one, "event-started", later(when, 6), "Started", "Started container catalog")
        # Kubernetes Engine takes all that comes on standard error for an ERROR; klog says I for info.
        text = (
            f"I{at:%m%d %H:%M:%S.%f}       1 leaderelection.go:250] attempting to acquire leader lease web/catalog..."
        )
        new.say("klog-lease", later(when, 7), text, "stderr", severity="ERROR")
        text = f'time={stamp(at)} level=info msg="listening" addr=:8080 last_error=<nil>'
        new.say("logfmt-listening", later(when, 7.1), text, "stdout", severity="INFO")
        old = Place(garden, "k8s_pod", {**one.resource, "pod_name": f"catalog-{stale}-{garden.hex(5)}"})
        text = f"Scaled down replica set catalog-{stale} to {2 - number} from {3 - number}"
        event(cluster, "event-scaled-down", later(when, 9), "ScalingReplicaSet", text)
        event(old, "event-killing", later(when, 10), "Killing", "Stopping container catalog")


def start(place: Place, at: datetime, reason: str) -> None:
    name = place.resource["service_name"]
    place.system(f"instance-start-{REASONS.index(reason)}", at, f"Starting new instance. Reason: {reason}")
    text = f'Default STARTUP TCP probe succeeded after 1 attempt for container "{name}-1" on port 8080.'
    place.system("startup-probe-ok", later(at, 2), text)


def stop(place: Place, at: datetime) -> None:
    """Scale an instance down: the platform asks it to end, and it ends well."""
    body = {"message": f"received SIGTERM, draining {place.garden.rng.randint(0, 4)} requests, then exit 0"}
    place.say("sigterm", at, body, OUT, severity="INFO")
    place.system("instance-stop", later(at, 1), "Shutting down user disabled instance")
    place.system("container-exit-0", later(at, 1.5), "Container called exit(0).", "WARNING")


def deploy(garden: Garden, at: datetime, number: int) -> Place:
    """Deploy a revision as every day; what is not there yet, or there already, is asked for all the same."""
    place = cloud_run(garden, "loans-api", f"{number:05}-{('hib', 'mox', 'tul', 'wap')[number % 4]}", "us-east4")
    name = "namespaces/acme-library/services/loans-api"
    more = {"resourceName": name}
    place.audit("audit-replace", at, "google.cloud.run.v1.Services.ReplaceService", **more)
    place.audit("audit-set-iam", later(at, 2), "google.cloud.run.v1.Services.SetIamPolicy", **more)
    text = f"Resource '{place.resource['revision_name']}' of kind 'REVISION' in region 'us-east4' not found."
    missing = {**more, "status": {"code": 5, "message": text}, "log": "data_access"}
    place.audit("audit-not-found", later(at, 3), "google.cloud.run.v1.Revisions.GetRevision", "ERROR", **missing)
    text = f"Ready condition status changed to True for Revision {place.resource['revision_name']}."
    ready = {**more, "status": {"message": text}, "log": "system_event", "who": ""}
    place.audit("audit-ready", later(at, 30), "/InternalServices.ReplaceInternalService", "INFO", **ready)
    start(place, later(at, 12), REASONS[1])
    return place


def use(place: Place, at: datetime) -> None:
    garden, rng, number = place.garden, place.garden.rng, place.garden.rng.randint(1000, 99999)
    trace = garden.trace()
    place.request("request-ok", at, f"GET {BASE}/books/{number}", trace=trace)
    body: Json = {"message": f"book {number} shown", "error": None, "errors": [], "exception": "", "status": "ok"}
    place.say("book-shown", later(at, 0.01), body, OUT, severity="INFO", trace=trace)
    if rng.random() < 0.3:
        tag, level, text = rng.choice(SOUNDS)
        place.say(tag, later(at, 1), {"message": text.format(number=number)}, OUT, severity=level)
    if rng.random() < 0.12:
        turn = rng.randrange(len(CLIENTS))
        method, path, status = CLIENTS[turn]
        place.request(f"client-{turn}", later(at, 2), f"{method} {BASE}{path.format(number=number)}", status)


def tick(garden: Garden, at: datetime) -> None:
    """Run a scheduled job that succeeds, and a function that ends with the status ok."""
    job = Place(garden, "cloud_scheduler_job", {"job_id": "remind", "location": "us-east4"})
    kind, log = (
        "type.googleapis.com/google.cloud.scheduler.logging.Attempt",
        "cloudscheduler.googleapis.com%2Fexecutions",
    )
    base = {
        "jobName": "projects/acme-library/locations/us-east4/jobs/remind",
        "targetType": "HTTP",
        "url": f"{BASE}/remind",
    }
    job.say("attempt-started", at, {"@type": f"{kind}Started", **base}, log, severity="INFO")
    more = {"severity": "INFO", "httpRequest": {"status": 200}}
    job.say("attempt-finished", later(at, 3), {"@type": f"{kind}Finished", **base}, log, **more)
    cloud = Place(garden, "cloud_function", {"function_name": "thumbnail", "region": "us-east4"})
    execution = {"labels": {"execution_id": garden.hex(12)}, "severity": "DEBUG"}
    log, took = "cloudfunctions.googleapis.com%2Fcloud-functions", garden.rng.randint(20, 900)
    cloud.say("function-started", later(at, 5), "Function execution started", log, **execution)
    text = f"Function execution took {took} ms, finished with status: 'ok'"
    cloud.say("function-ok", later(at, 5) + timedelta(milliseconds=took), text, log, **execution)


def grow() -> Garden:
    garden = plant("acme-library", 1010, "2026-06-25T00:00:00", 24)
    places: list[Place] = []
    for number in range(4):
        places.append(deploy(garden, garden.at(1 + 330 * number), 70 + number))
        roll(garden, garden.at(20 + 330 * number), number + 1)
    for _ in range(900):
        at = garden.some(0.01)
        use(places[min(int((at - garden.start).total_seconds() // 19_900), 3)], at)
    for number in range(24):
        place = cloud_run(garden, "loans-api", places[number // 6].resource["revision_name"][10:], "us-east4")
        start(place, garden.at(40 + 57 * number), REASONS[0])
        stop(place, garden.at(70 + 57 * number))
        tick(garden, garden.at(10 + 59 * number))
    return garden
