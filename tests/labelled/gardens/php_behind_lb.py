"""A load balancer before PHP-FPM on GKE: a fatal, a job without memory, slow reports, connections closed too early."""

from datetime import datetime
from typing import Any

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, later, plant

TOTAL, TOTAL_LB = "cart-total-null", "checkout-answers-500"
FEED, FEED_LB, FEED_JOB = "feed-out-of-memory", "feed-answers-500", "feed-job-fails"
SLOW = "reports-backend-timeout"
CLOSED = "backend-closes-connections"
POOL = "fpm-max-children"
PLACES = (
    {"file": "/var/www/html/src/Cart.php", "function": "Acme\\Shop\\Cart->total", "line": 88},
    {"file": "/var/www/html/src/Feed/Writer.php", "line": 57},
)
URGENT, SERIOUS = ("P0", "P1", "P2"), ("P1", "P2", "P3")
ISSUES = (
    Issue(TOTAL, "Uncaught TypeError in Cart::total()", "ERROR", "P1", ("P1", "P2"), ("TypeError",), PLACES[:1]),
    Issue(TOTAL_LB, "POST /checkout answers 500", "WARNING", "P1", URGENT, ("checkout",), root=TOTAL),
    Issue(FEED, "The feed needs more than 128 MiB", "ERROR", "P2", SERIOUS, ("Allowed memory size",), PLACES[1:]),
    Issue(FEED_LB, "POST /cron/feed answers 500", "WARNING", "P2", SERIOUS, ("feed",), root=FEED),
    Issue(FEED_JOB, "The job product-feed ends with INTERNAL", "ERROR", "P2", SERIOUS, ("INTERNAL",), root=FEED),
    Issue(SLOW, "Reports exceed the backend's timeout: 504", "WARNING", "P2", SERIOUS, ("backend_timeout",)),
    Issue(CLOSED, "PHP closes kept-alive connections: 502", "WARNING", "P2", SERIOUS, ("backend_connection_closed",)),
    Issue(POOL, "PHP-FPM runs out of children", "WARNING", "P3", ("P2", "P3"), ("max_children",)),
)
NULL = r"""NOTICE: PHP message: PHP Fatal error:  Uncaught TypeError: Acme\Shop\Cart::total(): Return value must be of \
type float, null returned in /var/www/html/src/Cart.php:88
Stack trace:
#0 /var/www/html/src/Checkout.php(31): Acme\Shop\Cart->total()
#1 /var/www/html/vendor/slim/slim/Slim/Handlers/Strategies/RequestResponse.php(38): Acme\Shop\Checkout->__invoke()
#2 /var/www/html/vendor/slim/slim/Slim/Routing/Route.php(363): Slim\Routing\Route->handle(Object(Slim\Psr7\Request))
#3 /var/www/html/public/index.php(24): Slim\App->run()
#4 {main}
  thrown in /var/www/html/src/Cart.php on line 88""".replace("\\\n", "")
EXHAUSTED = (
    "NOTICE: PHP message: PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate "
)
EXHAUSTED += "{size} bytes) in /var/www/html/src/Feed/Writer.php on line 57"
SENT, AWAY = "response_sent_by_backend", "client_disconnected_before_any_response"
EARLY = "backend_connection_closed_before_data_sent_to_client"
SCANS = ("/wp-login.php", "/.env", "/xmlrpc.php", "/.git/config", "/phpmyadmin/index.php")
BASE = "https://shop.example.com"


def pod(garden: Garden) -> Place:
    name = f"shop-php-7f9c5d6b8-{garden.hex(5)}"
    resource = {"cluster_name": "prod", "location": "europe-north1", "namespace_name": "shop", "pod_name": name}
    labels = {"k8s-pod/app": "shop-php", "k8s-pod/pod-template-hash": "7f9c5d6b8"}
    return Place(garden, "k8s_container", {**resource, "container_name": "php-fpm"}, labels)


def balancer(garden: Garden) -> Place:
    resource = {"backend_service_name": "shop-php-backend", "forwarding_rule_name": "shop-https", "zone": "global"}
    return Place(
        garden, "http_load_balancer", {**resource, "url_map_name": "shop-map", "target_proxy_name": "shop-proxy"}
    )


def hit(lb: Place, tag: str, at: datetime, line: str, status: int, details: str = SENT, **more: Any) -> None:
    method, path = line.split()
    kind = "type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry"
    payload: Json = {"@type": kind, "statusDetails": details, "backendTargetProjectNumber": "projects/481516234200"}
    payload |= {"remoteIp": lb.garden.ip(), "cacheDecision": ["RESPONSE_HAS_CACHE_CONTROL", "CACHE_MODE_USE_ORIGIN"]}
    severity = "WARNING" if status >= 400 else "INFO"
    lb.request(tag, at, f"{method} {BASE}{path}", status, log="requests", payload=payload, severity=severity, **more)


def fpm(php: Place, tag: str, at: datetime, text: str) -> None:
    """Say a line of PHP-FPM: all of them go to standard error, which Kubernetes Engine calls an ERROR."""
    php.say(tag, at, text, "stderr", severity="ERROR")


def access(php: Place, at: datetime, method: str, status: int) -> None:
    fpm(
        php,
        f"fpm-access-{method.lower()}",
        at,
        f'127.0.0.1 -  {at:%d/%b/%Y:%H:%M:%S} +0000 "{method} /index.php" {status}',
    )


def browse(lb: Place, php: Place, at: datetime) -> None:
    rng, number = lb.garden.rng, lb.garden.rng.randint(100, 9999)
    dice = rng.random()
    if dice < 0.12:
        hit(lb, "lb-304-product", at, f"GET /products/{number}", 304)
    elif dice < 0.2:
        scan = rng.randrange(len(SCANS))
        hit(lb, f"lb-404-scan-{scan}", at, f"GET {SCANS[scan]}", 404, agent="Mozilla/5.0 zgrab/0.x")
    elif dice < 0.23:
        hit(lb, "lb-499-product", at, f"GET /products/{number}", 499, AWAY)
        return
    else:
        hit(lb, "lb-200-product", at, f"GET /products/{number}", 200)
    access(php, later(at, 0.02), "GET", 304 if dice < 0.12 else 404 if dice < 0.2 else 200)


def checkout(lb: Place, php: Place, at: datetime, *, fails: bool) -> None:
    if not fails:
        hit(lb, "lb-302-checkout", at, "POST /checkout", 302)
        return access(php, later(at, 0.03), "POST", 302)
    php.lines(f"fatal-total@{TOTAL}", later(at, 0.02), NULL, "stderr", severity="ERROR")
    if php.garden.rng.random() < 0.6:
        access(php, later(at, 0.0201), "GET", 200)
    access(php, later(at, 0.021), "POST", 500)
    return hit(lb, f"lb-500-checkout@{TOTAL_LB}>{TOTAL}", at, "POST /checkout", 500)


def tick(lb: Place, php: Place, job: Place, at: datetime, *, fails: bool) -> None:
    """Run a job once: Cloud Scheduler says that it begins, calls, and says how it ended."""
    name = job.resource["job_id"]
    path, status, took = f"/cron/{name.split('-')[1]}", 500 if fails else 200, php.garden.rng.uniform(11, 19)
    kind = "type.googleapis.com/google.cloud.scheduler.logging.Attempt"
    base = {"jobName": f"projects/{php.garden.project}/locations/europe-north1/jobs/{name}", "targetType": "HTTP"}
    base |= {"url": f"{BASE}{path}"}
    log, begun = "cloudscheduler.googleapis.com%2Fexecutions", {"@type": f"{kind}Started", **base}
    job.say(f"attempt-started-{path[6:]}", at, {**begun, "scheduledTime": f"{at:%FT%TZ}"}, log, severity="INFO")
    ended = {"@type": f"{kind}Finished", **base}
    bad = {"debugInfo": "URL_ERROR-ERROR_OTHER. Original HTTP response code number = 500", "status": "INTERNAL"}
    more = {"severity": "ERROR" if fails else "INFO", "httpRequest": {"status": status}}
    where = f"@{FEED_LB}>{FEED}" if fails else ""
    agent = "Google-Cloud-Scheduler"
    hit(lb, f"lb-{status}-{path[6:]}{where}", later(at, 0.1), f"POST {path}", status, millis=took * 1000, agent=agent)
    if fails:
        size = php.garden.rng.choice((20480, 65536, 4096))
        fpm(php, f"fatal-memory@{FEED}", later(at, took), EXHAUSTED.format(size=size))
    access(php, later(at, took + 0.01), "POST", status)
    tag = f"attempt-finished-bad@{FEED_JOB}>{FEED}" if fails else f"attempt-finished-{path[6:]}"
    job.say(tag, later(at, took + 0.2), {**ended, **(bad if fails else {})}, log, **more)


def grow() -> Garden:
    garden = plant("acme-php", 808, "2026-06-18T00:00:00", 24, ISSUES)
    rng, lb, phps = garden.rng, balancer(garden), [pod(garden) for _ in range(3)]
    names = [{"job_id": f"product-{name}", "location": "europe-north1"} for name in ("feed", "index")]
    jobs = [Place(garden, "cloud_scheduler_job", name) for name in names]
    for php in phps:
        at = garden.at(rng.uniform(0, 4))
        fpm(php, "fpm-running", at, f"[{at:%d-%b-%Y %H:%M:%S}] NOTICE: fpm is running, pid 1")
        fpm(php, "fpm-ready", later(at, 0.01), f"[{at:%d-%b-%Y %H:%M:%S}] NOTICE: ready to handle connections")
    for _ in range(900):
        browse(lb, rng.choice(phps), garden.some(0.01))
    for number in range(170):
        checkout(lb, rng.choice(phps), garden.some(0.01), fails=number < 40)
    for hour in range(24):
        tick(lb, rng.choice(phps), jobs[0], garden.at(60 * hour + 15), fails=hour >= 9)
        tick(lb, rng.choice(phps), jobs[1], garden.at(60 * hour + 45), fails=False)
    for _ in range(26):
        line = f"GET /reports/{rng.randint(2019, 2026)}"
        hit(lb, f"lb-504-reports@{SLOW}", garden.some(0.55, 0.75), line, 504, "backend_timeout", millis=30_001)
    for number in range(30):
        line = f"GET /products/{rng.randint(100, 9999)}" if number % 3 else "GET /cart"
        hit(lb, f"lb-502-{line[5:9]}@{CLOSED}", garden.some(), line, 502, EARLY)
    for _ in range(13):
        at = garden.some(0.55, 0.75)
        text = "WARNING: [pool www] server reached pm.max_children setting (12), consider raising it"
        fpm(rng.choice(phps), f"fpm-max-children@{POOL}", at, f"[{at:%d-%b-%Y %H:%M:%S}] {text}")
    return garden
