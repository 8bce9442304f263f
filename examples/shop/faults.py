"""The eight problems that the shop has. Each is one issue, whatever number of entries it takes."""

from collections.abc import Iterator

from shop.clock import (
    END,
    HOUR,
    MILLISECOND,
    MINUTE,
    SECOND,
    START,
    chance,
    moments,
    november,
    ticks,
)
from shop.fleet import API, MAILER, WEB, Fleet, Instance
from shop.lifecycle import announce, java_banner
from shop.people import made_up, make_customer, misread
from shop.traces import COMPANION_TRACE, COUPON_TRACE, LOCALE_TRACE
from shop.traffic import PUSHER, call_of
from shop.voices import STDERR, SYSTEM, Said, Where, say_api, say_mailer, say_web
from shop.wire import LOCATION, PROJECT, Body, Call, Json, Plant, Record, Scene, Scribe

LONELY_USER = "usr_20417"
WAREHOUSES = ("ams-1", "ams-2", "lyon-1", "gent-3")
PROBE_FAILED = (
    'Default STARTUP TCP probe failed 1 time consecutively for container "shop-mailer-1" '
    "on port 8080. The instance was not started.\n"
    "Connection failed with status CANCELLED."
)


def coupon_crash(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """Unknown coupons end the checkout since the second revision of the API: trace and 500."""
    rng = scribe.rng
    for time in moments(rng, 95, start=november(3, "14:11:00")):
        api = fleet.find_serving(rng, API, time)
        if not api:
            continue
        scene = Scene(api, time, scribe.span())
        latency = rng.randrange(110, 260) * MILLISECOND
        call = call_of(make_customer(rng), Call("POST", "/v1/checkout", 500, latency, ""))
        said = Said(
            COUPON_TRACE.format(coupon=f"AUTUMN-{rng.randrange(1000, 9999)}"),
            Where("uvicorn.error", "run_asgi", 414),
            "ERROR",
            plant=Plant("coupon crash", "traces"),
        )
        yield say_api(scribe, Scene(api, time + latency // 2, scene.span), said)
        yield scribe.request(scene, call, Plant("coupon crash", "requests with 500"))


def companion_crash(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """A page part fails to render. The platform adds error groups, and splits them wrongly."""
    rng = scribe.rng
    for time in moments(rng, 46):
        if web := fleet.find_serving(rng, WEB, time):
            groups = [{"id": rng.choice(("CKy1tq2Xh7bKdA", "CNn4v8jU0sPOcw"))}]
            fields: Json = {"errorGroups": groups, "textPayload": COMPANION_TRACE}
            plant = Plant("companion crash", "traces")
            yield scribe.write(Scene(web, time), Body(STDERR, fields, "ERROR", plant=plant))


def mailer_cannot_start(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """A revision without its relay's address: twelve containers exit, pushes are refused."""
    for instance in fleet.stillborn:
        yield announce(scribe, instance)
        yield java_banner(scribe, instance)
        yield from _die(scribe, instance)
        for _ in range(2):
            yield _refuse_push(scribe, instance)
    yield _revision_not_ready(scribe, fleet.stillborn[2])


def _die(scribe: Scribe, instance: Instance) -> Iterator[Record]:
    at = instance.start
    said = Said(
        "Cannot start: environment variable MAIL_RELAY_HOST is not set",
        Where("eu.flowershop.mailer", "Settings", 37),
        "ERROR",
        extra={"thread_name": "main"},
        plant=Plant("mailer cannot start", "missing-variable errors"),
    )
    yield say_mailer(scribe, Scene(instance, at + 4 * SECOND), said)
    lines = (
        ("Container called exit(1).", "WARNING", "exits"),
        (PROBE_FAILED, "ERROR", "failed probes"),
    )
    labels = {"container_name": "shop-mailer-1"}
    for number, (message, severity, part) in enumerate(lines, 1):
        scene = Scene(instance, at + (4000 + 1700 * number) * MILLISECOND)
        plant = Plant("mailer cannot start", part)
        yield scribe.write(scene, Body(SYSTEM, {"textPayload": message}, severity, labels, plant))


def _refuse_push(scribe: Scribe, instance: Instance) -> Record:
    time = instance.start + scribe.rng.randrange(200 * MILLISECOND, 3 * SECOND)
    latency = instance.start + 8 * SECOND - time + scribe.rng.randrange(90 * MILLISECOND)
    note = "The request failed because the instance failed the readiness check."
    call = Call("POST", "/pubsub/order-events", 503, latency, "192.0.2.9", PUSHER, note)
    scene = Scene(instance, time, scribe.span())
    return scribe.request(scene, call, Plant("mailer cannot start", "requests with 503"))


def _revision_not_ready(scribe: Scribe, instance: Instance) -> Record:
    """The platform's verdict; unlike a person's audit entry it is an ERROR and has a status."""
    name = f"namespaces/{PROJECT}/revisions/{instance.revision.name}"
    message = (
        f"Ready condition status changed to False for Revision {instance.revision.name} with "
        "message: The user-provided container failed to start and listen on the port defined "
        "provided by the PORT=8080 environment variable within the allocated timeout."
    )
    audit: Json = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "methodName": "/InternalServices.ReplaceInternalService",
        "resourceLocation": {"currentLocations": [LOCATION]},
        "resourceName": name,
        "serviceName": "run.googleapis.com",
        "status": {"code": 9, "message": message},
    }
    log = "cloudaudit.googleapis.com%2Fsystem_event"
    plant = Plant("mailer cannot start", "verdict of the platform")
    body = Body(log, {"protoPayload": audit}, "ERROR", plant=plant)
    return scribe.audit(MAILER, instance.start + 9 * SECOND, body)


def slow_stock_cache(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """The noise: it says itself that it blocks nothing. A deployment moves its line number."""
    rng = scribe.rng
    for time in moments(rng, 1550):
        if api := fleet.find_serving(rng, API, time):
            line = 66 if api.revision.name.endswith("qix") else 63
            stock = rng.choice(WAREHOUSES)
            said = Said(
                f"Slow stock cache read for {stock}: {rng.randrange(180, 900)} ms "
                "(non-blocking, the database answers instead)",
                Where("shop_api.cache", "read_stock", line),
                "WARNING",
                plant=Plant("slow stock cache", "warnings"),
            )
            yield say_api(scribe, Scene(api, time), said)


def cookie_domain_unset(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """A setting that nobody made: said at every start, and every quarter of an hour after."""
    said = Said(
        "SESSION_COOKIE_DOMAIN is not configured, falling back to the Host header",
        Where("src/settings.ts", "cookieDomain", 73),
        "WARNING",
        plant=Plant("cookie domain unset", "warnings"),
    )
    for instance in fleet.instances:
        if instance.service == WEB:
            start = max(instance.start + 5 * SECOND, START)
            for time in ticks(scribe.rng, 15 * MINUTE, start=start, end=instance.end):
                yield say_web(scribe, Scene(instance, time), said)


def payment_timeout(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """The payment provider is slow: a few times on day one, a wave on the afternoon after."""
    rng = scribe.rng
    trickle = moments(rng, 9, end=november(4, "13:00:00"))
    for time in trickle + _wave(scribe):
        if api := fleet.find_serving(rng, API, time):
            yield from _time_out(scribe, Scene(api, time, scribe.span()))


def _wave(scribe: Scribe) -> list[int]:
    """Nine tens of minutes, each worse than the one before until the last."""
    start = november(4, "15:00:00")
    counts = (3, 6, 11, 19, 28, 39, 48, 42, 14)
    return [
        start + slot * 10 * MINUTE + scribe.rng.randrange(10 * MINUTE)
        for slot, count in enumerate(counts)
        for _ in range(count)
    ]


def _time_out(scribe: Scribe, scene: Scene) -> Iterator[Record]:
    rng = scribe.rng
    customer, order = make_customer(rng), f"ord_{made_up(rng, 10)}"
    latency = 8 * SECOND + rng.randrange(5, 90) * MILLISECOND
    said = Said(
        "Payment provider did not answer within 8000 ms: "
        f"POST https://api.quickpay.example/v2/charges for order {order}",
        Where("shop_api.payments.client", "charge", 118),
        "ERROR",
        extra={"context": {"order": order, "user": customer.user}},
        plant=Plant("payment timeout", "errors"),
    )
    yield say_api(scribe, Scene(scene.instance, scene.time + 8 * SECOND, scene.span), said)
    call = call_of(customer, Call("POST", "/v1/checkout", 504, latency, ""))
    yield scribe.request(scene, call, Plant("payment timeout", "requests with 504"))


def unverified_session(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """Sessions let in unverified. One worker in three writes the emoji in a wrong encoding."""
    rng = scribe.rng
    for time in moments(rng, 36, start=november(3, "19:20:00")):
        if api := fleet.find_serving(rng, API, time):
            user, session = make_customer(rng).user, f"sess_{made_up(rng, 16, '0123456789abcdef')}"
            message = (
                f"🚨 Session {session} of {user} accepted without a signature check: no signing key with id 2025-11"
            )
            said = Said(
                misread(message) if chance(rng, 33) else message,
                Where("shop_api.session", "authenticate", 129),
                "CRITICAL",
                plant=Plant("unverified session", "criticals"),
            )
            yield say_api(scribe, Scene(api, time, scribe.span()), said)


def one_users_locale(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """One customer's stored language is broken, so only their mails fail, again and again."""
    rng = scribe.rng
    said = Said(
        LOCALE_TRACE.format(user=LONELY_USER),
        Where("eu.flowershop.mailer", "Confirmation", 104),
        "ERROR",
        plant=Plant("one user's locale", "traces"),
    )
    for time in ticks(rng, 2 * HOUR, start=START + HOUR, end=END):
        if mailer := fleet.find_serving(rng, MAILER, time):
            yield say_mailer(scribe, Scene(mailer, time, scribe.span()), said)
