"""GKE, Rails and Sidekiq: a nil in a model, two failing jobs, a rollout that cannot boot, pods that find no node."""

from datetime import datetime
from typing import Any

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, later, plant, stamp

NIL = "coupon-nil-percent"
BOOT = "search-url-missing"
MAIL = "invoice-mail-timeout"
GONE = "export-record-not-found"
NODES = "worker-unschedulable"
SCAN = "scanner-routing-errors"
PLACES = (
    {"file": "app/models/coupon.rb", "function": "apply", "line": 41},
    {"file": "/app/config/initializers/search.rb", "function": "<top (required)>", "line": 3},
    {"file": "/app/app/jobs/invoice_mail_job.rb", "function": "perform", "line": 12},
    {"file": "/app/app/jobs/export_job.rb", "function": "perform", "line": 8},
)
ISSUES = (
    Issue(NIL, "NoMethodError in Coupon#apply: 500", "CRITICAL", "P2", ("P1", "P2"), ("NoMethodError",), PLACES[:1]),
    Issue(BOOT, "SEARCH_URL not set: no new pod boots", "ERROR", "P1", ("P0", "P1"), ("SEARCH_URL",), PLACES[1:2]),
    Issue(MAIL, "InvoiceMailJob: mail server", "WARNING", "P2", ("P1", "P2", "P3"), ("OpenTimeout",), PLACES[2:3]),
    Issue(GONE, "ExportJob: order is gone", "WARNING", "P3", ("P2", "P3"), ("RecordNotFound",), PLACES[3:]),
    Issue(NODES, "No node has memory for shop-worker", "WARNING", "P2", ("P2", "P3"), ("Insufficient memory",)),
    Issue(SCAN, "Scanners ask for pages that are not there", "CRITICAL", "P4", ("P3", "P4"), optional=True),
)
NO_METHOD = """NoMethodError (undefined method `percent' for nil):
  
app/models/coupon.rb:41:in `apply'
app/models/order.rb:88:in `block in discount'
app/models/order.rb:87:in `discount'
app/controllers/orders_controller.rb:27:in `update'"""  # noqa: W293 - Rails writes that line
UNSET = """/app/config/initializers/search.rb:3:in `fetch': key not found: "SEARCH_URL" (KeyError)
\tfrom /app/config/initializers/search.rb:3:in `<top (required)>'
\tfrom /usr/local/bundle/gems/railties-7.1.3/lib/rails/engine.rb:689:in `load'
\tfrom /usr/local/bundle/gems/railties-7.1.3/lib/rails/initializable.rb:32:in `run'
\tfrom /app/config/environment.rb:5:in `<top (required)>'
\tfrom config.ru:3:in `block in <main>'
\tfrom /usr/local/bundle/gems/puma-6.4.2/lib/puma/cli.rb:75:in `run'"""
TIMEOUT = """/usr/local/lib/ruby/3.3.0/net/protocol.rb:46:in `rescue in initialize'
/usr/local/lib/ruby/3.3.0/net/smtp.rb:663:in `tcp_socket'
/usr/local/bundle/gems/mail-2.8.1/lib/mail/network/delivery_methods/smtp.rb:100:in `start_smtp_session'
/app/app/jobs/invoice_mail_job.rb:12:in `perform'
/usr/local/bundle/gems/sidekiq-7.1.6/lib/sidekiq/processor.rb:202:in `execute_job'"""
MISSING = """/usr/local/bundle/gems/activerecord-7.1.3/lib/active_record/core.rb:253:in `find'
/app/app/jobs/export_job.rb:8:in `perform'
/usr/local/bundle/gems/sidekiq-7.1.6/lib/sidekiq/processor.rb:202:in `execute_job'"""
CLUSTER = {"cluster_name": "shop-1", "location": "europe-west4"}


def pod(garden: Garden, app: str, template: str) -> Place:
    name = f"{app}-{template}-{garden.hex(5)}"
    resource = {**CLUSTER, "namespace_name": "shop", "pod_name": name, "container_name": app}
    labels = {"k8s-pod/app": app, "k8s-pod/pod-template-hash": template}
    return Place(garden, "k8s_container", resource, {**labels, "compute.googleapis.com/resource_name": "gke-shop-1-a"})


def event(place: Place, tag: str, at: datetime, reason: str, message: str, about: str = "") -> None:
    """Say an event of a pod, or of the controller whose kind and name are given."""
    bad = reason in {"BackOff", "FailedScheduling", "Unhealthy"}
    kind, name = (about or f"Pod/{place.resource['pod_name']}").split("/")
    keys = {"container_name"} if kind == "Pod" else {"container_name", "namespace_name", "pod_name"}
    source = "default-scheduler" if "chedul" in reason else None
    source = source or {
        "Pod": "kubelet",
        "Deployment": "deployment-controller",
        "ReplicaSet": "replicaset-controller",
    }.get(kind)
    body: Json = {"kind": "Event", "apiVersion": "v1", "reason": reason, "message": message, "lastTimestamp": stamp(at)}
    body |= {
        "type": "Warning" if bad else "Normal",
        "involvedObject": {"kind": kind, "namespace": "shop", "name": name},
    }
    body |= {"source": {"component": source or "horizontal-pod-autoscaler"}}
    body |= {"metadata": {"name": f"{name}.{place.garden.hex(16)}", "namespace": "shop"}}
    resource = {key: value for key, value in place.resource.items() if key not in keys}
    where = Place(place.garden, "k8s_pod" if kind == "Pod" else "k8s_cluster", resource)
    where.say(tag, at, body, "events", severity="WARNING" if bad else "INFO")


def rails(place: Place, tag: str, at: datetime, request: str, text: str, level: str = "INFO") -> None:
    line = f"{level[0]}, [{at:%Y-%m-%dT%H:%M:%S.%f} #1] {level:>5} -- : [{request}] {text}"
    place.say(tag, at, line, "stdout", severity="INFO")


def serve(web: Place, at: datetime, line: str, action: str, outcome: str = "200 OK") -> str:
    garden, request, ip = web.garden, web.garden.uuid(), f"10.4.{web.garden.rng.randint(0, 9)}.1"
    (method, path), number, took = line.split(), line.rsplit("/", 1)[1], garden.rng.randint(8, 190)
    text = f'Started {method} "{path}" for {ip} at {at:%F %T} +0000'
    rails(web, f"rails-started-{method.lower()}", at, request, text)
    text = f"Processing by OrdersController#{action} as HTML"
    rails(web, f"rails-processing-{action}", later(at, 0.001), request, text)
    rails(web, "rails-parameters", later(at, 0.0011), request, f'  Parameters: {{"id"=>"{number}"}}')
    bad = f"?{NIL}" if outcome != "200 OK" else ""
    text = f"Completed {outcome} in {took}ms (ActiveRecord: {took / 7:.1f}ms | Allocations: {took * 93})"
    rails(web, f"rails-completed-{outcome[:3]}{bad}", later(at, took / 1000), request, text)
    return request


def fatal(web: Place, tag: str, at: datetime, request: str, trace: str) -> None:
    """Say an exception as Rails does: one write, whose first line is blank but for the request's id."""
    rails(web, tag, at, request, "  ", "FATAL")
    for number, line in enumerate(trace.splitlines(), 1):
        web.say(tag, later(at, number * 2e-5), f"[{request}] {line}", "stdout", severity="INFO")


def job(worker: Place, at: datetime, name: str, fault: tuple[str, str, str] | None = None) -> None:
    rng, jid, tid = worker.garden.rng, worker.garden.hex(24), worker.garden.hex(4)
    took = rng.uniform(0.02, 0.9) if name == "ExportJob" or not fault else rng.uniform(5.01, 5.2)

    def say(tag: str, after: float, level: str, text: str, **more: Any) -> None:
        when, context = later(at, after), {"class": name, "jid": jid, **more}
        body: Json = {"ts": stamp(when), "pid": 1, "tid": tid, "lvl": level, "msg": text, "ctx": context}
        worker.say(tag, when, body, "stdout", severity="INFO")

    say("sidekiq-start", 0, "INFO", "start")
    if not fault:
        return say("sidekiq-done", took, "INFO", "done", elapsed=round(took, 3))
    slug, error, trace = fault
    say(f"sidekiq-fail?{slug}", took, "INFO", "fail", elapsed=round(took, 3))
    told = f'{{"retry":true,"queue":"default","args":[{rng.randint(1000, 99999)}],"class":"{name}","jid":"{jid}"}}'
    say(f"sidekiq-context@{slug}", took + 0.001, "WARN", f'{{"context":"Job raised exception","job":{told}}}')
    say(f"{slug}-error@{slug}", took + 0.0011, "WARN", error.format(number=rng.randint(1000, 99999)))
    return say(f"{slug}-trace@{slug}", took + 0.0012, "WARN", trace)


def rollout(garden: Garden, at: datetime) -> None:
    """Start two pods of a new version that lacks a setting: they crash until somebody rolls it back."""
    for web in (pod(garden, "shop-web", "6b7f9d8c54"), pod(garden, "shop-web", "6b7f9d8c54")):
        name, uid, address = web.resource["pod_name"], garden.uuid(), f"10.4.2.{garden.rng.randint(3, 99)}"
        for number in range(9):
            when = later(at, 20 + 200 * number + garden.rng.uniform(0, 20))
            event(web, f"event-created?{BOOT}", when, "Created", "Created container shop-web")
            event(web, f"event-started?{BOOT}", later(when, 1), "Started", "Started container shop-web")
            unable = '[1] ! Unable to load application: KeyError: key not found: "SEARCH_URL"'
            web.say(f"puma-unable@{BOOT}", later(when, 4), unable, "stdout", severity="INFO")
            bundler = "bundler: failed to load command: puma (/usr/local/bundle/bin/puma)"
            web.say(f"bundler-failed@{BOOT}", later(when, 4.09), bundler, "stderr", severity="ERROR")
            web.lines(f"boot-trace@{BOOT}", later(when, 4.1), UNSET, "stderr", severity="ERROR")
            probe = f'Readiness probe failed: Get "http://{address}:3000/up": dial tcp {address}:3000: connect: '
            event(web, f"event-unready@{BOOT}", later(when, 3), "Unhealthy", f"{probe}connection refused")
            back = f"Back-off restarting failed container shop-web in pod {name}_shop({uid})"
            event(web, f"event-back-off@{BOOT}", later(when, 14), "BackOff", back)


def scale(garden: Garden, at: datetime, size: int) -> None:
    rises, more, one = garden.rng.random() < 0.5, size + 1, pod(garden, "shop-web", "58c9d4f7b6")
    name, (old, new) = one.resource["pod_name"], (size, more) if rises else (more, size)
    way, why = ("up", "above") if rises else ("down", "below")
    text = f"New size: {new}; reason: cpu resource utilization (percentage of request) {why} target"
    event(one, f"event-rescaled-{way}", at, "SuccessfulRescale", text, "HorizontalPodAutoscaler/shop-web")
    text = f"Scaled {way} replica set shop-web-58c9d4f7b6 to {new} from {old}"
    event(one, f"event-scaled-{way}", later(at, 1), "ScalingReplicaSet", text, "Deployment/shop-web")
    if not rises:
        return event(one, "event-killing", later(at, 2), "Killing", "Stopping container shop-web")
    event(one, "event-pod", later(at, 2), "SuccessfulCreate", f"Created pod: {name}", "ReplicaSet/shop-web-58c9d4f7b6")
    text = f"Successfully assigned shop/{name} to gke-shop-1-default-pool-{garden.hex(8)}"
    event(one, "event-scheduled", later(at, 3), "Scheduled", text)
    text = 'Container image "europe-docker.pkg.dev/acme-store/shop/web:4.12.0" already present on machine'
    event(one, "event-pulled", later(at, 4), "Pulled", text)
    event(one, "event-created", later(at, 5), "Created", "Created container shop-web")
    return event(one, "event-started", later(at, 6), "Started", "Started container shop-web")


def grow() -> Garden:
    garden = plant("acme-store", 606, "2026-06-12T00:00:00", 24, ISSUES)
    rng = garden.rng
    webs, workers = [[pod(garden, app, "58c9d4f7b6") for _ in range(3)] for app in ("shop-web", "shop-worker")]
    for _ in range(260):
        verb, action = rng.choice((("GET", "show"), ("GET", "show"), ("PATCH", "update")))
        serve(rng.choice(webs), garden.some(), f"{verb} /orders/{rng.randint(1000, 99999)}", action)
        job(rng.choice(workers), garden.some(), rng.choice(("ExportJob", "InvoiceMailJob", "ReindexJob")))
    for number in range(30):
        scale(garden, garden.at(20 + 46 * number), rng.randint(3, 8))
    for _ in range(21):
        at, web = garden.some(), rng.choice(webs)
        path = f"PATCH /orders/{rng.randint(1000, 99999)}"
        request = serve(web, at, path, "update", "500 Internal Server Error")
        fatal(web, f"no-method-trace@{NIL}", later(at, 0.3), request, NO_METHOD)
    for _ in range(12):
        page = rng.choice(("/wp-login.php", "/.env", "/admin.php", "/vendor/phpunit.php"))
        text = f'ActionController::RoutingError (No route matches [GET] "{page}"):'
        fatal(rng.choice(webs), f"routing-error?{SCAN}", garden.some(), garden.uuid(), text)
    for _ in range(32):
        fault = (MAIL, "Net::OpenTimeout: Failed to open TCP connection to smtp.example.com:587", TIMEOUT)
        job(rng.choice(workers), garden.some(0.5, 0.8), "InvoiceMailJob", fault)
    for _ in range(11):
        fault = (GONE, "ActiveRecord::RecordNotFound: Couldn't find Order with 'id'={number}", MISSING)
        job(rng.choice(workers), garden.some(), "ExportJob", fault)
    rollout(garden, garden.at(700))
    waiting = [pod(garden, "shop-worker", "58c9d4f7b6") for _ in range(2)]
    for number in range(24):
        text = "0/5 nodes are available: 5 Insufficient memory. preemption: 0/5 nodes are available: 5 No preemption "
        text += "victims found for incoming pod."
        event(waiting[number % 2], f"event-unscheduled@{NODES}", garden.at(900 + 5 * number), "FailedScheduling", text)
    return garden
