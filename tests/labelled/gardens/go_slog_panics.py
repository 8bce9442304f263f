"""Cloud Run, Go with slog: two recovered panics, a slow neighbour, and kills for memory that fail other requests."""

from datetime import datetime, timedelta

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, cloud_run, later, plant, stamp

NIL = "discount-nil-pointer"
INDEX = "pdf-index-out-of-range"
SLOW = "rates-deadline-exceeded"
MEMORY = "memory-limit-exceeded"
ISSUES = (
    Issue(
        NIL,
        "Panic in quote.(*Handler).Discount: nil pointer dereference, the request is cut off with a 503",
        "ERROR",
        "P2",
        ("P1", "P2"),
        ("nil pointer dereference", "Discount"),
        ({"file": "/src/internal/quote/discount.go", "function": "(*Handler).Discount", "line": 58},),
    ),
    Issue(
        INDEX,
        "Panic in pdf.(*Writer).Table: index out of range, the request is cut off with a 503",
        "ERROR",
        "P2",
        ("P2", "P3"),
        ("index out of range",),
        ({"file": "/src/internal/pdf/table.go", "function": "(*Writer).Table", "line": 112},),
    ),
    Issue(
        SLOW,
        "Rate lookups of rating.internal.example.com exceed their deadline, quotes answer 504",
        "ERROR",
        "P2",
        ("P1", "P2"),
        ("context deadline exceeded",),
        ({"file": "/src/internal/rates/client.go", "function": "(*Client).Lookup", "line": 74},),
    ),
    Issue(
        MEMORY,
        "Instances of quotes-api exceed 512 MiB and are killed, requests in flight fail",
        "ERROR",
        "P1",
        ("P0", "P1"),
        ("512 MiB",),
    ),
)
MODULE = "github.com/acme/quotes/internal"
PANIC = """{time} http: panic serving 169.254.169.126:{port}: runtime error: {error}
goroutine {goroutine} [running]:
net/http.(*conn).serve.func1()
\t/usr/local/go/src/net/http/server.go:1947 +0xb0
panic({{0x8f2a40?, 0xe41c10?}})
\t/usr/local/go/src/runtime/panic.go:785 +0x124
{frames}
net/http.HandlerFunc.ServeHTTP(0xc0000{first}?, {{0xa8b0f8?, 0xc0004{second}?}}, 0x0?)
\t/usr/local/go/src/net/http/server.go:2220 +0x29
github.com/acme/quotes/internal/web.Access.func1({{0xa8b0f8, 0xc0004{second}}}, 0xc0003{first})
\t/src/internal/web/access.go:31 +0x88
net/http.serverHandler.ServeHTTP({{0xc00019c060?}}, {{0xa8b0f8?, 0xc0004{second}?}}, 0x6?)
\t/usr/local/go/src/net/http/server.go:3210 +0x8e
net/http.(*conn).serve(0xc0002{first}, {{0xa8d0b0, 0xc000113d10}})
\t/usr/local/go/src/net/http/server.go:2092 +0x5f0
created by net/http.(*Server).Serve in goroutine 1
\t/usr/local/go/src/net/http/server.go:3360 +0x485"""
DISCOUNT = f"""{MODULE}/quote.(*Handler).Discount(0xc0001fe0c0, {{0xa8b0f8, 0xc0004a61c0}}, 0xc0003c4120)
\t/src/internal/quote/discount.go:58 +0x1a4"""
TABLE = f"""{MODULE}/pdf.(*Writer).Table(0xc0002a8000, {{0xc000512000, 0x3, 0x4}})
\t/src/internal/pdf/table.go:112 +0x3c8
{MODULE}/quote.(*Handler).PDF(0xc0001fe0c0, {{0xa8b0f8, 0xc0004a61c0}}, 0xc0003c4120)
\t/src/internal/quote/document.go:41 +0x210"""
TROUBLE = "https://cloud.google.com/run/docs/troubleshooting#malformed-response-or-connection-error"
MALFORMED = "The request failed because either the HTTP response was malformed or connection to the instance had an "
MALFORMED += f"error. Additional troubleshooting documentation can be found at: {TROUBLE}"
TOO_MUCH = "While handling this request, the container instance was found to be using too much memory and was "
TOO_MUCH += "terminated. This is likely to cause a new container instance to be used for the next request to this "
TOO_MUCH += "revision. If you see this message frequently, you may have a memory leak in your code or may need more "
TOO_MUCH += "memory. Consider creating a new revision with more memory."
SCALING = "configured scaling factors (e.g. CPU utilization, request throughput, etc.) or no existing capacity"
SHIFTING = "traffic shifting between revisions due to deployment, traffic split adjustment, or deployment health check"
WHY = {"AUTOSCALING": SCALING, "DEPLOYMENT_ROLLOUT": SHIFTING}
BASE = "https://quotes.example.com/v1"


def slog(at: datetime, text: str, function: str, file: str, line: int, **more: object) -> Json:
    """Make what slog's JSON handler writes with AddSource; the platform has taken the severity out of it."""
    source = {"function": f"{MODULE}/{function}", "file": f"/src/internal/{file}", "line": line}
    return {"time": stamp(at), "source": source, "msg": text, **more}


def access(place: Place, at: datetime, path: str, trace: str = "") -> None:
    rng = place.garden.rng
    more = {"method": "GET", "path": path, "status": 200, "bytes": rng.randint(90, 9000), "error": None}
    took = {**more, "took": rng.randint(10**6, 10**8)}
    body = slog(at, "served", "web.Access.func1", "web/access.go", 36, **took)
    place.say("access-line", at, body, severity="INFO", **({"trace": trace} if trace else {}))


def panic(place: Place, at: datetime, error: str, frames: str) -> None:
    """Panic in one request while the same instance goes on to serve others, whose lines come in between."""
    garden, slug = place.garden, NIL if frames is DISCOUNT else INDEX
    number, words = garden.rng.randint(10**4, 10**5), ["discount", "pdf"]
    text = PANIC.format(
        time=f"{at:%Y/%m/%d %H:%M:%S}",
        port=garden.rng.randint(1025, 65000),
        goroutine=garden.rng.randint(90, 99000),
        error=error,
        frames=frames,
        first=garden.hex(5),
        second=garden.hex(5),
    )
    place.lines(f"panic-{words[slug == INDEX]}@{slug}", at, text)
    for other in range(garden.rng.randint(0, 3)):
        access(place, at + timedelta(microseconds=37 * (4 + 3 * other) + 11), f"/v1/quotes/{number + other}")
    url = f"POST {BASE}/quotes/{number}/{words[slug == INDEX]}"
    place.request(f"request-malformed@{slug}", later(at, 0.004), url, 503, textPayload=MALFORMED)


def slow(place: Place, at: datetime) -> None:
    garden, trace = place.garden, place.garden.trace()
    pair = garden.rng.choice(("EUR-USD", "EUR-GBP", "CHF-EUR", "SEK-EUR"))
    get = f'Get "https://rating.internal.example.com/v2/rates/{pair}": context deadline exceeded'
    error = f"{get} (Client.Timeout exceeded while awaiting headers)"
    where = ("rates.(*Client).Lookup", "rates/client.go", 74)
    body = slog(at, "rate lookup failed", *where, err=error, pair=pair, attempt=3)
    place.say(f"rate-lookup-failed@{SLOW}", at, body, severity="ERROR", trace=trace)
    url = f"POST {BASE}/quotes"
    place.request(f"request-504@{SLOW}", later(at, 0.002), url, 504, trace=trace, millis=5004)


def kill(garden: Garden, at: datetime) -> None:
    """Serve exports until the instance is over its limit: the platform kills it with all that it serves."""
    place, rng = cloud_run(garden, "quotes-api", "00088-wem"), garden.rng
    start(place, later(at, -1200), "AUTOSCALING")
    used = f"Memory limit of 512 MiB exceeded with {rng.randint(513, 561)} MiB used. Consider increasing the memory "
    used += "limit, see https://cloud.google.com/run/docs/configuring/memory-limits"
    place.system(f"memory-limit@{MEMORY}", at, used, "ERROR")
    url = f"GET {BASE}/exports/{garden.uuid()}"
    place.request(f"request-too-much-memory@{MEMORY}", later(at, -0.4), url, 500, textPayload=TOO_MUCH, millis=9300)
    for number in range(rng.randint(1, 3)):
        url = f"GET {BASE}/quotes/{rng.randint(10**4, 10**5)}"
        place.request(f"request-malformed@{MEMORY}", later(at, 0.05 + number / 50), url, 503, textPayload=MALFORMED)


def start(place: Place, at: datetime, reason: str) -> None:
    tag = f"instance-start-{reason.split('_', 1)[0].lower()}"
    place.system(tag, at, f"Starting new instance. Reason: {reason} - Instance started due to {WHY[reason]}.")
    text = f"{at:%Y/%m/%d %H:%M:%S} maxprocs: Leaving GOMAXPROCS=2: CPU quota undefined"
    place.say("maxprocs", later(at, 1), text)
    body = slog(at, "listening, panic handler installed", "web.Listen", "web/listen.go", 22, addr=":8080")
    place.say("listening", later(at, 1.01), body, severity="INFO")
    ok = 'Default STARTUP TCP probe succeeded after 1 attempt for container "quotes-api-1" on port 8080.'
    place.system("startup-probe-ok", later(at, 1.2), ok)


def healthy(garden: Garden, places: list[Place], count: int) -> None:
    rng = garden.rng
    for _ in range(count):
        place, at, trace, number = rng.choice(places), garden.some(), garden.trace(), rng.randint(10**4, 10**5)
        place.request("request-ok", at, f"GET {BASE}/quotes/{number}", trace=trace)
        access(place, later(at, 0.01), f"/v1/quotes/{number}", trace)
        if rng.random() < 0.12:
            more = {"failed": 0, "errors": [], "panics_recovered": 0, "refreshed": rng.randint(3, 80)}
            body = slog(at, "rates refreshed without errors", "rates.(*Cache).Refresh", "rates/cache.go", 51, **more)
            place.say("rates-refreshed", later(at, 2), body, severity="INFO")
        if rng.random() < 0.05:
            gone = f"GET {BASE}/quotes/{rng.randint(10**7, 10**8)}"
            place.request("request-404", later(at, 3), gone, 404)
        if rng.random() < 0.04:
            body = slog(at, "client went away", "web.Access.func1", "web/access.go", 29, err="context canceled")
            place.say("client-went-away", later(at, 4), body, severity="DEBUG")


def grow() -> Garden:
    garden = plant("acme-quotes", 404, "2026-06-01T05:00:00", 18, ISSUES)
    places = [cloud_run(garden, "quotes-api", revision) for revision in ("00087-pab", "00088-wem", "00088-wem")]
    for place in places:
        start(place, garden.at(garden.rng.uniform(0, 6)), "DEPLOYMENT_ROLLOUT")
    healthy(garden, places, 800)
    for _ in range(24):
        panic(garden.rng.choice(places), garden.some(), "invalid memory address or nil pointer dereference", DISCOUNT)
    for _ in range(7):
        panic(garden.rng.choice(places), garden.some(), "index out of range [3] with length 3", TABLE)
    for _ in range(34):
        slow(garden.rng.choice(places), garden.some(0.3, 0.7))
    for number in range(11):
        kill(garden, garden.at(90 + 84 * number + garden.rng.uniform(0, 30)))
    return garden
