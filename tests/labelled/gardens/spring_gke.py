"""GKE, Spring Boot with logback JSON: a null pointer, an exhausted pool, and a worker killed for its memory."""

from datetime import datetime
from typing import Any

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, later, plant, stamp

NPE = "loyalty-tier-null"
POOL = "hikari-pool-exhausted"
OOM = "report-worker-oom"
ISSUES = (
    Issue(
        NPE,
        "NullPointerException in CustomerController.show: customers without a loyalty tier get a 500",
        "ERROR",
        "P2",
        ("P1", "P2"),
        ("NullPointerException", "CustomerController"),
        ({"file": "CustomerController.java", "function": "show", "line": 73},),
    ),
    Issue(POOL, "HikariPool-1 exhausted: connection requests time out", "ERROR", "P1", ("P1", "P2"), ("HikariPool-1",)),
    Issue(
        OOM, "report-worker is OOMKilled and restarts with back-off", "ERROR", "P1", ("P0", "P1"), ("report-worker",)
    ),
)
NULL = """java.lang.NullPointerException: Cannot invoke "com.acme.crm.LoyaltyTier.getName()" because the return \
value of "com.acme.crm.Customer.getTier()" is null
\tat com.acme.crm.web.CustomerController.show(CustomerController.java:73)
\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)
\tat org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:255)
\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1088)
\t... 41 common frames omitted"""
EXHAUSTED = """org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for \
transaction
\tat org.springframework.orm.jpa.JpaTransactionManager.doBegin(JpaTransactionManager.java:466)
\tat com.acme.crm.order.OrderService.place(OrderService.java:58)
Caused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out \
after 30000ms (total=10, active=10, idle=0, waiting={waiting})
\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:686)
\t... 52 common frames omitted"""


def pod(garden: Garden, app: str, kind: str = "k8s_container") -> Place:
    name = f"{app}-{garden.hex(9)}-{garden.hex(5)}"
    resource = {"cluster_name": "prod-1", "location": "europe-west1", "namespace_name": "crm", "pod_name": name}
    if kind == "k8s_container":
        resource["container_name"] = app
    return Place(garden, kind, resource, {"k8s-pod/app": app, "k8s-pod/pod-template-hash": name.split("-")[-2]})


def balancer(garden: Garden) -> Place:
    resource = {"backend_service_name": "crm-backend", "forwarding_rule_name": "crm-https", "zone": "global"}
    return Place(
        garden, "http_load_balancer", {**resource, "url_map_name": "crm-map", "target_proxy_name": "crm-proxy"}
    )


def logback(garden: Garden, at: datetime, level: str, logger: str, text: str, **more: str) -> Json:
    base = {"@timestamp": stamp(at), "message": text, "logger_name": logger, "level": level, "level_value": 20000}
    return {**base, "thread_name": f"http-nio-8080-exec-{garden.rng.randint(1, 40)}", **more}


def hit(lb: Place, tag: str, at: datetime, line: str, status: int, trace: str, **more: Any) -> None:
    kind = "type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry"
    payload = {"@type": kind, "statusDetails": "response_sent_by_backend", "remoteIp": lb.garden.ip()}
    severity = "WARNING" if status >= 400 else "INFO"
    lb.request(tag, at, line, status, log="requests", payload=payload, severity=severity, trace=trace, **more)


def null(web: Place, lb: Place, at: datetime) -> None:
    garden, trace = web.garden, web.garden.trace()
    text = "Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception"
    logger = "o.a.c.c.C.[.[.[/].[dispatcherServlet]"
    body = logback(garden, at, "ERROR", logger, text, stack_trace=NULL, traceId=trace[-32:])
    web.say(f"npe-controller@{NPE}", at, body, "stdout", severity="ERROR", trace=trace)
    url = f"GET https://crm.example.com/customers/{garden.rng.randint(100, 99999)}"
    hit(lb, f"lb-500-npe@{NPE}", later(at, 0.02), url, 500, trace)


def starve(web: Place, lb: Place, at: datetime) -> None:
    garden, trace = web.garden, web.garden.trace()
    waiting = garden.rng.randint(3, 60)
    dump = "HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, "
    body = logback(garden, at, "WARN", "o.h.engine.jdbc.spi.SqlExceptionHelper", "SQL Error: 0, SQLState: null")
    web.say(f"hibernate-sql-error@{POOL}", at, body, "stdout", severity="WARNING", trace=trace)
    body = logback(garden, at, "ERROR", "o.h.engine.jdbc.spi.SqlExceptionHelper", f"{dump}waiting={waiting})")
    web.say(f"hibernate-pool@{POOL}", later(at, 0.001), body, "stdout", severity="ERROR", trace=trace)
    text = f"Order {garden.uuid()} could not be placed"
    body = logback(
        garden, at, "ERROR", "com.acme.crm.order.OrderService", text, stack_trace=EXHAUSTED.format(waiting=waiting)
    )
    web.say(f"order-not-placed@{POOL}", later(at, 0.002), body, "stdout", severity="ERROR", trace=trace)
    hit(lb, f"lb-503-pool@{POOL}", later(at, 0.01), "POST https://crm.example.com/orders", 503, trace, millis=30_012)


def event(place: Place, tag: str, at: datetime, reason: str, message: str, severity: str = "INFO") -> None:
    name = place.resource.get("pod_name", place.resource.get("node_name"))
    involved = {"kind": "Node" if "node_name" in place.resource else "Pod", "namespace": "crm", "name": name}
    body = {"apiVersion": "v1", "kind": "Event", "reason": reason, "message": message, "involvedObject": involved}
    body |= {"type": "Warning" if severity == "WARNING" else "Normal", "source": {"component": "kubelet"}}
    place.say(tag, at, body, "events", severity=severity)


def oom(garden: Garden) -> None:
    worker = pod(garden, "report-worker")
    events = Place(garden, "k8s_pod", {k: v for k, v in worker.resource.items() if k != "container_name"})
    node = Place(
        garden, "k8s_node", {"cluster_name": "prod-1", "location": "europe-west1", "node_name": "gke-prod-1-pool-7c1d"}
    )
    name, uid = worker.resource["pod_name"], garden.uuid()
    for number in range(12):
        at = garden.at(300 + 22 * number)
        pid = garden.rng.randint(10000, 99999)
        killed = f"Memory cgroup out of memory: Killed process {pid} (java) total-vm:6291456kB, anon-rss:2093056kB"
        event(node, f"node-oom-killing@{OOM}", at, "OOMKilling", killed, "WARNING")
        back = f"Back-off restarting failed container report-worker in pod {name}_crm({uid})"
        event(events, f"event-back-off@{OOM}", later(at, 9), "BackOff", back, "WARNING")
        event(events, f"event-started-worker?{OOM}", later(at, 40), "Started", "Started container report-worker")
        text = f"Started ReportWorker in {garden.rng.uniform(8, 12):.3f} seconds (process running for 13.1)"
        body = logback(garden, at, "INFO", "com.acme.report.ReportWorker", text)
        worker.say(f"worker-started?{OOM}", later(at, 50), body, "stdout", severity="INFO")


def healthy(garden: Garden, webs: list[Place], lb: Place, count: int) -> None:
    rng = garden.rng
    for _ in range(count):
        web, at, trace, number = rng.choice(webs), garden.some(), garden.trace(), rng.randint(100, 99999)
        hit(lb, "lb-ok", at, f"GET https://crm.example.com/customers/{number}", 200, trace)
        body = logback(garden, at, "INFO", "com.acme.crm.web.CustomerController", f"Customer {number} shown, 0 errors")
        web.say("customer-shown", later(at, 0.01), body, "stdout", severity="INFO", trace=trace)
        if rng.random() < 0.1:
            text = f"Failover check passed for replica crm-db-{rng.randint(1, 3)}: no failure detected"
            body = logback(garden, at, "INFO", "c.a.c.d.FailoverCheck", text)
            web.say("failover-check", later(at, 3), body, "stdout", severity="INFO")


def rollout(garden: Garden) -> None:
    for number in range(12):
        web = pod(garden, "crm-web", "k8s_pod")
        at = garden.at(15 + 110 * number)
        name = web.resource["pod_name"]
        event(
            web,
            "event-scheduled",
            at,
            "Scheduled",
            f"Successfully assigned crm/{name} to gke-prod-1-pool-{garden.hex(4)}",
        )
        event(
            web,
            "event-pulled",
            later(at, 2),
            "Pulled",
            'Container image "eu.gcr.io/acme/crm:1.9.4" already present on machine',
        )
        event(web, "event-created", later(at, 3), "Created", "Created container crm-web")
        event(web, "event-started", later(at, 4), "Started", "Started container crm-web")
        event(web, "event-killing", later(at, 90), "Killing", "Stopping container crm-web")


def grow() -> Garden:
    garden = plant("acme-crm", 303, "2026-05-06T00:00:00", 24, ISSUES)
    webs, lb = [pod(garden, "crm-web") for _ in range(3)], balancer(garden)
    healthy(garden, webs, lb, 900)
    rollout(garden)
    for _ in range(28):
        null(garden.rng.choice(webs), lb, garden.some())
    for _ in range(30):
        starve(webs[0], lb, garden.some(0.5, 0.56))
    oom(garden)
    return garden
