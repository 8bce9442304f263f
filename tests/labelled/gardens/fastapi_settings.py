"""Cloud Run, FastAPI under gunicorn: a new revision lacks an environment variable; a cache warns, independently."""

from datetime import datetime

from tests.labelled.gardens.planting import Garden, Issue, Place, cloud_run, later, plant

BOOT = "stripe-key-missing"
CACHE = "redis-cache-fallback"
ISSUES = (
    Issue(
        BOOT,
        "billing-api-00042-lux cannot start: STRIPE_WEBHOOK_SECRET is not set (pydantic ValidationError in Settings)",
        "ERROR",
        "P0",
        ("P0", "P1"),
        ("STRIPE_WEBHOOK_SECRET",),
        ({"file": "/srv/billing/settings.py", "function": "get_settings", "line": 61},),
    ),
    Issue(CACHE, "Redis unreachable: rate cards served without cache", "WARNING", "P3", ("P2", "P3"), ("Redis",)),
)
TRACE = """Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/gunicorn/arbiter.py", line 608, in spawn_worker
    worker.init_process()
  File "/usr/local/lib/python3.12/site-packages/gunicorn/workers/base.py", line 135, in init_process
    self.load_wsgi()
  File "/usr/local/lib/python3.12/site-packages/gunicorn/util.py", line 371, in import_app
    mod = importlib.import_module(module)
  File "/srv/billing/main.py", line 14, in <module>
    settings = get_settings()
  File "/srv/billing/settings.py", line 61, in get_settings
    return Settings()
  File "/usr/local/lib/python3.12/site-packages/pydantic_settings/main.py", line 176, in __init__
    super().__init__(
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
stripe_webhook_secret
  Field required [type=missing, input_value={'database_url': 'postgre...og_level': 'INFO'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing"""
PROBE = (
    'Default STARTUP TCP probe failed 1 time consecutively for container "billing-api-1" on port 8080. The instance '
)
PROBE += "was not started. Connection failed with status CANCELLED."
READY = "Ready condition status changed to False for Revision billing-api-00042-lux with message: The user-provided "
READY += "container failed to start and listen on the port defined provided by the PORT=8080 environment variable."
NONE_LEFT = (
    "The request was aborted because there was no available instance. Additional troubleshooting documentation can "
)
NONE_LEFT += "be found at: https://cloud.google.com/run/docs/troubleshooting#abort-request"


def gunicorn(place: Place, tag: str, at: datetime, pid: int, level: str, text: str) -> None:
    place.say(tag, at, f"[{at:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [{level}] {text}")


def boot(place: Place, at: datetime, maybe: str = "") -> None:
    reason = (
        "AUTOSCALING - Instance started due to configured scaling factors (e.g. CPU utilization, request throughput"
    )
    place.system(
        f"instance-start{maybe}", at, f"Starting new instance. Reason: {reason}, etc.) or no existing capacity."
    )
    gunicorn(place, f"gunicorn-start{maybe}", later(at, 2), 2, "INFO", "Starting gunicorn 23.0.0")
    gunicorn(place, f"gunicorn-listen{maybe}", later(at, 2.01), 2, "INFO", "Listening at: http://0.0.0.0:8080 (2)")
    gunicorn(place, f"gunicorn-boot{maybe}", later(at, 2.1), 3, "INFO", "Booting worker with pid: 3")


def crash(place: Place, at: datetime) -> None:
    boot(place, at, f"?{BOOT}")
    gunicorn(place, f"gunicorn-exception@{BOOT}", later(at, 4), 3, "ERROR", "Exception in worker process")
    place.say(f"settings-traceback@{BOOT}", later(at, 4.001), TRACE, severity="ERROR")
    gunicorn(place, f"gunicorn-exiting?{BOOT}", later(at, 4.01), 3, "INFO", "Worker exiting (pid: 3)")
    gunicorn(place, f"gunicorn-exited@{BOOT}", later(at, 4.2), 2, "ERROR", "Worker (pid:3) exited with code 3")
    gunicorn(place, f"gunicorn-shutdown@{BOOT}", later(at, 4.21), 2, "ERROR", "Shutting down: Master")
    gunicorn(place, f"gunicorn-reason@{BOOT}", later(at, 4.22), 2, "ERROR", "Reason: Worker failed to boot.")
    place.system(f"container-exit@{BOOT}", later(at, 4.6), "Container called exit(3).", "WARNING")
    place.system(f"startup-probe-failed@{BOOT}", later(at, 4.7), PROBE, "ERROR")


def healthy(garden: Garden, places: list[Place], count: int) -> None:
    rng = garden.rng
    for _ in range(count):
        place, at, account = rng.choice(places), garden.some(), rng.randint(1000, 9999)
        url = f"https://billing.example.com/v1/accounts/{account}/invoices"
        place.request("request-ok", at, f"GET {url}")
        text = f'{{"GET" "/v1/accounts/{account}/invoices" took {rng.randint(3, 90)}ms, errors=0}}'
        place.say("access-line", later(at, 0.01), f"INFO:     {garden.ip()}:0 - {text}", "run.googleapis.com%2Fstdout")
        if rng.random() < 0.3:
            done = {
                "message": f"Dunning run {garden.uuid()} finished: 0 failed, {rng.randint(1, 40)} reminded 🎉",
                "logger": "dunning",
            }
            place.say("dunning-finished", later(at, 1), done, "run.googleapis.com%2Fstdout", severity="INFO")
        if rng.random() < 0.1:
            place.say(
                "error-budget", later(at, 2), "INFO:     exception handler registered for PaymentError", severity="INFO"
            )


def cache(garden: Garden, places: list[Place]) -> None:
    for _ in range(24):
        host = f"10.20.0.{garden.rng.randint(2, 9)}:6379"
        message = f"Redis at {host} did not answer in 0.2s, rate card {garden.hex(8)} read uncached"
        payload = {"message": message, "logger": "billing.cache", "attempt": garden.rng.randint(1, 3)}
        garden.rng.choice(places).say(f"redis-fallback@{CACHE}", garden.some(), payload, severity="WARNING")


def deploy(garden: Garden, at: datetime) -> None:
    place = cloud_run(garden, "billing-api", "00042-lux")
    method = "google.cloud.run.v1.Services.ReplaceService"
    name = "namespaces/acme-billing/services/billing-api"
    place.audit("audit-replace-service", at, method, resourceName=name)
    status = {"code": 9, "message": READY}
    ready = "/InternalServices.ReplaceInternalService"
    place.audit(
        f"audit-not-ready@{BOOT}", later(at, 70), ready, "ERROR", log="system_event", status=status, resourceName=name
    )
    for number in range(14):
        crash(cloud_run(garden, "billing-api", "00042-lux"), later(at, 10 + 95 * number + garden.rng.random()))
    for _ in range(20):
        when = later(at, garden.rng.uniform(60, 1400))
        url = f"POST https://billing.example.com/v1/webhooks/stripe?event=evt_{garden.hex(12)}"
        place.request(f"request-no-instance@{BOOT}", when, url, 503, textPayload=NONE_LEFT)


def grow() -> Garden:
    garden = plant("acme-billing", 101, "2026-03-02T06:00:00", 14, ISSUES)
    places = [cloud_run(garden, "billing-api", revision) for revision in ("00041-kob", "00041-kob", "00040-zan")]
    for number, place in enumerate(places):
        at = garden.at(2 + 3 * number)
        boot(place, at)
        ok = 'Default STARTUP TCP probe succeeded after 1 attempt for container "billing-api-1" on port 8080.'
        place.system("startup-probe-ok", later(at, 3), ok)
    healthy(garden, places, 700)
    cache(garden, places)
    deploy(garden, garden.at(400))
    return garden
