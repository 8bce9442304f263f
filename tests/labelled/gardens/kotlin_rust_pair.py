"""Cloud Run, Kotlin with ktor before Rust with tracing: one panics and the other fails for it; a quota is used up."""

from datetime import datetime

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, cloud_run, later, plant, stamp

PANIC = "pricer-unwrap-none"
PAIR = "basket-cannot-price"
FIELD = "item-currency-missing"
QUOTA = "translate-quota-exceeded"
PLACES = (
    {"file": "./src/discount.rs", "function": "pricer::discount::tier_for", "line": 88},
    {"file": "PricerClient.kt", "function": "price", "line": 52},
    {"file": "ItemRoutes.kt", "function": "invokeSuspend", "line": 27},
    {"file": "Translator.kt", "function": "translate", "line": 39},
)
HIGH, MIDDLE = ("P0", "P1", "P2"), ("P1", "P2")
ISSUES = (
    Issue(PANIC, "pricer panics: unwrap on None in tier_for", "ERROR", "P1", MIDDLE, ("tier_for",), PLACES[:1]),
    Issue(PAIR, "basket answers 502: pricer fails", "ERROR", "P1", HIGH, ("pricer",), PLACES[1:2], root=PANIC),
    Issue(FIELD, "Items without a currency: 500", "ERROR", "P2", MIDDLE, ("currency",), PLACES[2:3]),
    Issue(
        QUOTA, "Quota of translate used up", "WARNING", "P3", ("P2", "P3"), ("translate.googleapis.com",), PLACES[3:]
    ),
)
BACKTRACE = """thread 'tokio-runtime-worker' panicked at src/discount.rs:88:41:
called `Option::unwrap()` on a `None` value
stack backtrace:
   0: rust_begin_unwind
             at /rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/std/src/panicking.rs:665:5
   1: core::panicking::panic_fmt
             at /rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/core/src/panicking.rs:74:14
   2: core::option::unwrap_failed
             at /rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/core/src/option.rs:2008:5
   3: pricer::discount::tier_for
             at ./src/discount.rs:88:41
   4: pricer::routes::price::{{closure}}
             at ./src/routes.rs:47:20
   5: <axum::handler::Layered<L,H,T,S> as axum::handler::Handler<T,S>>::call::{{closure}}
             at ./usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/axum-0.7.9/src/handler/mod.rs:317:13
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace."""
FRAMES = """\tat kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith(ContinuationImpl.kt:33)
\tat kotlinx.coroutines.DispatchedTask.run(DispatchedTask.kt:104)
\tat io.netty.util.concurrent.AbstractEventExecutor.runTask(AbstractEventExecutor.java:173)
\tat java.base/java.lang.Thread.run(Thread.java:1583)"""
UNPRICED = """com.acme.basket.PricingException: pricer answered 500 for basket {basket}
\tat com.acme.basket.PricerClient.price(PricerClient.kt:52)
\tat com.acme.basket.PricerClient$price$1.invokeSuspend(PricerClient.kt)
{frames}
Caused by: io.ktor.client.plugins.ServerResponseException: Server error(POST {url}: 500 . Text: "Service panicked"
\tat io.ktor.client.plugins.DefaultResponseValidationKt$addDefaultResponseValidation$1$1.invokeSuspend(Default.kt:54)
\t... 14 common frames omitted"""
MISSING = """kotlinx.serialization.MissingFieldException: Field 'currency' is required for type with serial name \
'com.acme.basket.AddItem', but it was missing at path: $
\tat kotlinx.serialization.internal.PluginExceptionsKt.throwMissingFieldException(PluginExceptions.kt:20)
\tat com.acme.basket.AddItem$$serializer.deserialize(AddItem.kt:8)
\tat com.acme.basket.ItemRoutesKt$itemRoutes$1$1.invokeSuspend(ItemRoutes.kt:27)
{frames}"""
EXHAUSTED = """com.google.api.gax.rpc.ResourceExhaustedException: io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: \
Quota exceeded for quota metric 'v2 and v3 general model characters' and limit 'v2 and v3 general model characters \
per minute' of service 'translate.googleapis.com' for consumer 'project_number:481516234200'.
\tat com.google.api.gax.rpc.ApiExceptionFactory.createException(ApiExceptionFactory.java:100)
\tat com.google.cloud.translate.v3.TranslationServiceClient.translateText(TranslationServiceClient.java:420)
\tat com.acme.basket.Translator.translate(Translator.kt:39)
{frames}
Caused by: io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'v2 and v3 general \
model characters' of service 'translate.googleapis.com' for consumer 'project_number:481516234200'.
\tat io.grpc.Status.asRuntimeException(Status.java:533)
\t... 21 common frames omitted"""
OUT = "run.googleapis.com%2Fstdout"
BASE, PRICER = "https://basket.example.com/v2", "https://pricer-4tq2kz7wma-lz.a.run.app/price"


def logback(place: Place, tag: str, at: datetime, level: str, text: str, trace: str) -> None:
    """Say what the Stackdriver layout of logback writes: the exception stands in the message."""
    logger, _, message = text.partition("|")
    thread = f"eventLoopGroupProxy-4-{place.garden.rng.randint(1, 4)} @call-handler#{place.garden.rng.randint(9, 9000)}"
    body = {"context": "default", "logger": logger, "thread": thread, "message": message}
    place.say(tag, at, body, OUT, severity=level, trace=trace, spanId=place.garden.hex(16))


def tracing(place: Place, tag: str, at: datetime, level: str, target: str, text: str, **fields: object) -> None:
    """Say what tracing's JSON writes: the platform takes no severity and no trace from it."""
    body: Json = {"timestamp": stamp(at), "level": level, "fields": {"message": text, **fields}, "target": target}
    span = {"method": "POST", "uri": "/price", "version": "HTTP/1.1", "name": "request"}
    place.say(tag, at, {**body, "span": span, "spans": [span]}, OUT)


def call(basket: Place, at: datetime, line: str, status: str, trace: str, slug: str = "") -> None:
    """Say the end of a call twice, as ktor does in its log and the platform in its own."""
    method, path = line.split()
    took, maybe = basket.garden.rng.randint(9, 300), f"?{slug.split('>', maxsplit=1)[0]}" if slug else ""
    text = f"io.ktor.server.Application|{status}: {method} - /v2{path} in {took}ms"
    logback(basket, f"ktor-call-{method.lower()}-{status[:3]}{maybe}", at, "INFO", text, trace)
    tag = f"request-{method.lower()}-{status[:3]}-{path.rsplit('/', 1)[1] if slug or method == 'POST' else 'basket'}"
    tag += f"@{slug}" if slug else ""
    basket.request(tag, later(at, 0.002), f"{method} {BASE}{path}", int(status[:3]), trace=trace, millis=took)


def checkout(basket: Place, pricer: Place, at: datetime, *, fails: bool) -> None:
    """Check a basket out: its service asks the pricer under the same trace, and fails if that panics."""
    garden, number = basket.garden, basket.garden.rng.randint(10**5, 10**6)
    trace, path = garden.trace(), f"POST /baskets/{number}/checkout"
    asked = {"trace": trace, "agent": "ktor-client", "millis": garden.rng.uniform(2, 40)}
    if not fails:
        pricer.request("request-price-200", later(at, 0.01), f"POST {PRICER}", 200, **asked)
        more = {"basket": number, "lines": garden.rng.randint(1, 9), "errors": 0}
        tracing(pricer, "basket-priced", later(at, 0.02), "INFO", "pricer::routes", "basket priced", **more)
        return call(basket, later(at, 0.05), path, "200 OK", trace)
    pricer.lines(f"panic-backtrace@{PANIC}", later(at, 0.02), BACKTRACE)
    text = "Service panicked: called `Option::unwrap()` on a `None` value"
    tracing(pricer, f"service-panicked@{PANIC}", later(at, 0.021), "ERROR", "tower_http::catch_panic", text)
    pricer.request(f"request-price-500@{PANIC}", later(at, 0.01), f"POST {PRICER}", 500, **asked)
    thrown = UNPRICED.format(basket=number, frames=FRAMES, url=PRICER)
    text = f"com.acme.basket.CheckoutRoutes|checkout of basket {number} failed\n{thrown}"
    logback(basket, f"checkout-failed@{PAIR}>{PANIC}", later(at, 0.04), "ERROR", text, trace)
    return call(basket, later(at, 0.05), path, "502 Bad Gateway", trace, f"{PAIR}>{PANIC}")


def item(basket: Place, at: datetime) -> None:
    trace, path = basket.garden.trace(), f"/baskets/{basket.garden.rng.randint(10**5, 10**6)}/items"
    text = f"io.ktor.server.Application|Unhandled: POST - /v2{path}\n{MISSING.format(frames=FRAMES)}"
    logback(basket, f"ktor-unhandled@{FIELD}", at, "ERROR", text, trace)
    call(basket, later(at, 0.003), f"POST {path}", "500 Internal Server Error", trace, FIELD)


def show(basket: Place, at: datetime, *, quota: bool) -> None:
    """Show a basket; without a translation where the quota is used up, which fails no request."""
    trace, rng = basket.garden.trace(), basket.garden.rng
    if quota:
        text = f"com.acme.basket.Translator|{rng.randint(2, 30)} texts stay untranslated, shown in English"
        thrown = EXHAUSTED.format(frames=FRAMES)
        logback(basket, f"untranslated@{QUOTA}", at, "WARNING", f"{text}\n{thrown}", trace)
    elif rng.random() < 0.2:
        text = "com.acme.basket.PricerBreaker|circuit breaker pricer is CLOSED, failures=0, error threshold 50%"
        logback(basket, "breaker-closed", at, "DEBUG", text, trace)
    path = f"GET /baskets/{rng.randint(10**5, 10**6)}"
    call(basket, later(at, 0.02), path, "200 OK" if quota or rng.random() < 0.95 else "404 Not Found", trace)


def grow() -> Garden:
    garden = plant("acme-basket", 909, "2026-06-22T06:00:00", 16, ISSUES)
    rng = garden.rng
    baskets = [cloud_run(garden, "basket", "00054-gol", "europe-north1") for _ in range(3)]
    pricers = [cloud_run(garden, "pricer", "00019-vet", "europe-north1") for _ in range(2)]
    for place in baskets + pricers:
        at, name = garden.at(rng.uniform(0, 3)), place.resource["service_name"]
        why = (
            "MANUAL_OR_CUSTOMER_MIN_INSTANCE - Instance started because of customer-configured min-instances or manual "
        )
        place.system(f"instance-start-{name}", at, f"Starting new instance. Reason: {why}scaling.")
        text = f'Default STARTUP TCP probe succeeded after 1 attempt for container "{name}-1" on port 8080.'
        place.system(f"startup-probe-ok-{name}", later(at, 2), text)
    for number in range(420):
        checkout(rng.choice(baskets), rng.choice(pricers), garden.some(0.01), fails=number < 38)
    for number in range(400):
        show(rng.choice(baskets), garden.some(0.6, 0.66) if number < 44 else garden.some(0.01), quota=number < 44)
    for _ in range(17):
        item(rng.choice(baskets), garden.some())
    return garden
