"""Cloud Run, TypeScript with pino: two crashes of different causes that both end in exit(1), and upstream timeouts."""

from datetime import datetime

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, cloud_run, later, plant

CART = "cart-total-undefined"
HEAP = "pg-listener-unhandled-error"
SLOW = "tax-service-timeouts"
ISSUES = (
    Issue(
        CART,
        "Unhandled rejection kills the process: Cannot read properties of undefined (reading 'amount') in priceCart",
        "CRITICAL",
        "P1",
        ("P0", "P1"),
        ("priceCart", "amount"),
        ({"file": "/app/dist/cart/price.js", "function": "priceCart", "line": 88},),
    ),
    Issue(
        HEAP,
        "Unhandled 'error' event of the Postgres listener kills the process (ECONNRESET)",
        "ERROR",
        "P1",
        ("P0", "P1"),
        ("ECONNRESET",),
        ({"file": "/app/dist/db/listener.js", "function": "Listener.connect", "line": 31},),
    ),
    Issue(SLOW, "Calls of the tax service time out after 3000 ms", "ERROR", "P2", ("P1", "P2"), ("tax",)),
)
REJECTION = """TypeError: Cannot read properties of undefined (reading 'amount')
    at priceCart (/app/dist/cart/price.js:88:31)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at async CartService.checkout (/app/dist/cart/service.js:142:19)
    at async /app/dist/routes/checkout.js:27:18"""
LISTENER = """node:events:497
      throw er; // Unhandled 'error' event
      ^

Error: read ECONNRESET
    at TCP.onStreamRead (node:internal/stream_base_commons:218:20)
Emitted 'error' event on Client instance at:
    at Listener.connect (/app/dist/db/listener.js:31:14)
    at Connection.connectedErrorHandler (/app/node_modules/pg/lib/client.js:263:10)
    at Socket.emit (node:events:519:28) {
  errno: -104,
  code: 'ECONNRESET',
  syscall: 'read'
}

Node.js v20.17.0"""
MALFORMED = (
    "The request failed because either the HTTP response was malformed or connection to the instance had an error. "
)
MALFORMED += (
    "Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting"
)
OUT = "run.googleapis.com%2Fstdout"


def pino(garden: Garden, at: datetime, level: int, text: str, **more: object) -> Json:
    base: Json = {"level": level, "time": int(at.timestamp() * 1000), "pid": 1, "hostname": "localhost", "msg": text}
    return {**base, "reqId": f"req-{garden.hex(4)}", **more}


def reject(place: Place, at: datetime) -> None:
    garden = place.garden
    url = f"POST https://shop.example.com/api/carts/{garden.uuid()}/checkout"
    error = {"type": "TypeError", "message": REJECTION.split("\n", 1)[0].partition(": ")[2], "stack": REJECTION}
    fatal = pino(garden, at, 60, "unhandledRejection, shutting down", err=error)
    place.say(f"pino-unhandled-rejection@{CART}", at, fatal, OUT, severity="CRITICAL")
    place.system(f"container-exit@{CART}", later(at, 0.2), "Container called exit(1).", "WARNING")
    place.request(f"request-503-rejection@{CART}", later(at, 0.3), url, 503, textPayload=MALFORMED)
    start(place, later(at, 2))


def reset(place: Place, at: datetime) -> None:
    place.lines(f"listener-trace@{HEAP}", at, LISTENER)
    place.system(f"container-exit@{HEAP}", later(at, 0.3), "Container called exit(1).", "WARNING")
    start(place, later(at, 2))


def start(place: Place, at: datetime) -> None:
    why = (
        "AUTOSCALING - Instance started due to configured scaling factors or no existing capacity for current traffic."
    )
    place.system("instance-start", at, f"Starting new instance. Reason: {why}")
    place.say(
        "listening",
        later(at, 2),
        pino(place.garden, at, 30, "Server listening at http://0.0.0.0:8080"),
        OUT,
        severity="INFO",
    )
    ok = 'Default STARTUP TCP probe succeeded after 1 attempt for container "shop-web-1" on port 8080.'
    place.system("startup-probe-ok", later(at, 2.2), ok)


def healthy(garden: Garden, places: list[Place], count: int) -> None:
    rng = garden.rng
    for _ in range(count):
        place, at, path = rng.choice(places), garden.some(), f"/api/products/{rng.randint(1, 9000)}"
        trace = garden.trace()
        place.request("request-ok", at, f"GET https://shop.example.com{path}", trace=trace)
        http = {"req": {"method": "GET", "url": path}, "res": {"statusCode": 200}, "responseTime": rng.randint(2, 220)}
        done = pino(garden, at, 30, "request completed", **http)
        place.say("request-completed", later(at, 0.02), done, OUT, severity="INFO", trace=trace)
        if rng.random() < 0.2:
            text = f"retry queue drained: {rng.randint(0, 9)} jobs, errors: 0 ✅"
            place.say("queue-drained", later(at, 0.5), pino(garden, at, 30, text), OUT, severity="INFO")
        if rng.random() < 0.03:
            gone = f"GET https://shop.example.com/api/products/{rng.randint(90000, 99999)}"
            place.request("request-404", later(at, 1), gone, 404)


def timeouts(garden: Garden, places: list[Place]) -> None:
    for _ in range(40):
        place, at, trace = garden.rng.choice(places), garden.some(0.4, 0.9), garden.trace()
        error = {"type": "AxiosError", "message": "timeout of 3000ms exceeded", "code": "ECONNABORTED"}
        order = f"tax quote for order {garden.rng.randint(10**6, 10**7)} failed"
        body = pino(garden, at, 50, order, err=error, upstream="https://tax.internal.example.com/v2/quote")
        place.say(f"tax-timeout@{SLOW}", at, body, OUT, severity="ERROR", trace=trace)
        url = "POST https://shop.example.com/api/quotes"
        place.request(f"request-504-tax@{SLOW}", later(at, 0.02), url, 504, trace=trace, millis=3010)


def grow() -> Garden:
    garden = plant("acme-shop", 202, "2026-04-11T20:00:00", 24, ISSUES)
    places = [
        cloud_run(garden, "shop-web", revision) for revision in ("00113-tiv", "00113-tiv", "00112-qed", "00113-tiv")
    ]
    for place in places:
        start(place, garden.at(garden.rng.uniform(0, 5)))
    healthy(garden, places, 800)
    for _ in range(16):
        reject(garden.rng.choice(places[:2]), garden.some())
    for _ in range(9):
        reset(garden.rng.choice(places[2:]), garden.some())
    timeouts(garden, places)
    return garden
