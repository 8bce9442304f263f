"""The shop when nothing is wrong: visits, orders, mails, probes, and idle talk."""

from collections.abc import Iterator
from http import HTTPStatus
from random import Random

from shop.clock import HOUR, MILLISECOND, MINUTE, SECOND, chance, moments, ticks
from shop.fleet import API, MAILER, WEB, Fleet, Instance
from shop.people import Customer, bearer_header, made_up, make_customer, misread, session_token
from shop.voices import STDOUT, Said, Where, say_api, say_mailer, say_text, say_web
from shop.wire import Body, Call, Json, Record, Scene, Scribe

FLOWERS = ("peony", "ranunculus", "dahlia", "anemone", "tulip", "freesia", "aster", "lilac")
UPTIME = "GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)"
PUSHER = "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"


def visits(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """People who look around: a page, often a call to the API, sometimes a missing page."""
    rng = scribe.rng
    for time in moments(rng, 1600):
        web = fleet.find_serving(rng, WEB, time)
        api = fleet.find_serving(rng, API, time)
        if web and api:
            yield from _visit(scribe, Scene(web, time, scribe.span()), api)


def orders(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """Orders that go well: placed by the API, then a push to the mailer, then a mail."""
    rng = scribe.rng
    for time in moments(rng, 310):
        api = fleet.find_serving(rng, API, time)
        if not api:
            continue
        customer, order = make_customer(rng), f"ord_{made_up(rng, 10)}"
        scene = Scene(api, time, scribe.span())
        call = _call(rng, "POST", "/v1/checkout", 201)
        yield scribe.request(scene, call_of(customer, call))
        yield _order_placed(scribe, scene, (customer, order))
        yield from _mail(fleet, scribe, (time + rng.randrange(SECOND, 9 * SECOND), customer, order))


def health_checks(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """The uptime checks of the two services that face the net."""
    for service in (WEB, API):
        for time in ticks(scribe.rng, 10 * MINUTE):
            instance = fleet.find_serving(scribe.rng, service, time)
            if instance:
                latency = scribe.rng.randrange(2, 30) * MILLISECOND
                call = Call("GET", "/healthz", 200, latency, "192.0.2.200", UPTIME)
                yield scribe.request(Scene(instance, time, scribe.span()), call)


def idle_talk(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """What timers say, one of them in alarming words, one without a message."""
    rng = scribe.rng
    template = Where("eu.flowershop.mailer", "Templates", 64)
    for time in ticks(rng, 10 * MINUTE):
        if mailer := fleet.find_serving(rng, MAILER, time):
            said = Said(f"Template cache refreshed: 14 kept, {rng.randrange(3)} replaced", template)
            yield say_mailer(scribe, Scene(mailer, time), said)
    for time in ticks(rng, HOUR):
        if web := fleet.find_serving(rng, WEB, time):
            gauge: Json = {"data": {"heap_mb": rng.randrange(90, 210), "sockets": rng.randrange(40)}}
            yield scribe.write(Scene(web, time), Body(STDOUT, {"jsonPayload": gauge}))
            said = Said("Error rate alarm: OK, no failures to report", Where("src/budget.ts", "report", 44))
            yield say_web(scribe, Scene(web, time + SECOND), said)


def careless_lines(fleet: Fleet, scribe: Scribe) -> Iterator[Record]:
    """Debug lines that someone forgot: a header, a token, an address on the net."""
    rng = scribe.rng
    for time in moments(rng, 20):
        web, api = fleet.find_serving(rng, WEB, time), fleet.find_serving(rng, API, time)
        if not (web and api):
            continue
        customer = make_customer(rng)
        said = Said(
            f"forwarding to shop-api with {bearer_header(rng)}",
            Where("src/proxy.ts", "forward", 27),
        )
        yield say_web(scribe, Scene(web, time), said)
        token = session_token(rng, customer.user)
        said = Said(f"Session of {customer.user} renewed: {token}", Where("shop_api.session", "renew", 72))
        yield say_api(scribe, Scene(api, time + SECOND), said)
        said = Said(
            f"Rate limit window opened for {customer.ip}",
            Where("shop_api.limits", "open_window", 40),
        )
        yield say_api(scribe, Scene(api, time + 2 * SECOND), said)


def call_of(customer: Customer, call: Call) -> Call:
    """The same call, made from the customer's address."""
    return Call(call.method, call.path, call.status, call.latency, customer.ip)


def _call(rng: Random, method: str, path: str, status: int) -> Call:
    return Call(method, path, status, rng.randrange(9, 420) * MILLISECOND, "")


def _visit(scribe: Scribe, scene: Scene, api: Instance) -> Iterator[Record]:
    rng = scribe.rng
    customer, bouquet = make_customer(rng), rng.randrange(1000, 1400)
    path = f"/bouquets/{rng.choice(FLOWERS)}-{bouquet}"
    status = rng.choices((200, 304, 404), (90, 7, 3))[0]
    yield scribe.request(scene, call_of(customer, _call(rng, "GET", path, status)))
    if status == HTTPStatus.OK and chance(rng, 40):
        line = f"GET {path} rendered in {rng.randrange(4, 90)} ms"
        yield say_text(scribe, Scene(scene.instance, scene.time + 90 * MILLISECOND), line)
    if status == HTTPStatus.OK and scene.span and chance(rng, 60):
        inner = Scene(api, scene.time + 12 * MILLISECOND, scribe.span(scene.span.trace))
        yield from _look_up(scribe, inner, (customer, bouquet))


def _look_up(scribe: Scribe, scene: Scene, wanted: tuple[Customer, int]) -> Iterator[Record]:
    rng = scribe.rng
    customer, bouquet = wanted
    yield scribe.request(scene, call_of(customer, _call(rng, "GET", f"/v1/bouquets/{bouquet}", 200)))
    if chance(rng, 70):
        said = Said(
            f"Cache hit for bouquet {bouquet}, {rng.randrange(5, 300)} s left",
            Where("shop_api.cache", "read_bouquet", 52),
            extra={"context": {"bouquet": bouquet, "user": customer.user}},
        )
        yield say_api(scribe, Scene(scene.instance, scene.time + 3 * MILLISECOND, scene.span), said)


def _order_placed(scribe: Scribe, scene: Scene, placed: tuple[Customer, str]) -> Record:
    customer, order = placed
    cents, items = scribe.rng.randrange(1900, 14_900), scribe.rng.randrange(1, 5)
    said = Said(
        f"🌷 Order {order} placed by {customer.user}: {items} items, {cents} cents",
        Where("shop_api.routes.checkout", "place_order", 151),
        extra={"context": {"order": order, "user": customer.user}},
    )
    return say_api(scribe, Scene(scene.instance, scene.time + 80 * MILLISECOND, scene.span), said)


def _mail(fleet: Fleet, scribe: Scribe, sent: tuple[int, Customer, str]) -> Iterator[Record]:
    """The push and the mail; while no mailer runs, Pub/Sub holds the push back."""
    rng = scribe.rng
    time, customer, order = sent
    while not (mailer := fleet.find_serving(rng, MAILER, time)):
        time += rng.randrange(MINUTE, 4 * MINUTE)
    scene = Scene(mailer, time, scribe.span())
    latency = rng.randrange(120, 900) * MILLISECOND
    yield scribe.request(scene, Call("POST", "/pubsub/order-events", 204, latency, "192.0.2.9", PUSHER))
    message = f"🚚 Confirmation of {order} sent to {customer.email}"
    said = Said(
        misread(message) if chance(rng, 30) else message,
        Where("eu.flowershop.mailer", "Confirmation", 118),
    )
    yield say_mailer(scribe, Scene(mailer, time + latency, scene.span), said)
