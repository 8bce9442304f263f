"""Cloud SQL: PostgreSQL runs out of connections and an API fails for it; deadlocks; a role's limit; MySQL is well."""

from datetime import datetime

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, cloud_run, later, plant

SLOTS = "connection-slots-exhausted"
API = "orders-api-cannot-connect"
LOCK = "stock-deadlock"
ROLE = "report-role-limit"
ISSUES = (
    Issue(
        SLOTS,
        "orders-db has no connection slots left: FATAL remaining connection slots are reserved",
        "ALERT",
        "P1",
        ("P0", "P1"),
        ("connection slots",),
    ),
    Issue(
        API,
        "orders-api answers 500: no connection to orders-db",
        "ERROR",
        "P1",
        ("P0", "P1", "P2"),
        ("connection slots",),
        ({"file": "/app/dist/orders/repository.js", "function": "OrderRepository.insert", "line": 47},),
        root=SLOTS,
    ),
    Issue(LOCK, "Deadlocks between updates of stock", "ERROR", "P2", ("P2", "P3"), ("deadlock",)),
    Issue(
        ROLE, "The nightly report exceeds its role's connections", "ALERT", "P2", ("P1", "P2", "P3"), ("reporting_ro",)
    ),
)
FULL = "remaining connection slots are reserved for roles with the SUPERUSER attribute"
STACK = f"""error: {FULL}
    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:285:98)
    at Parser.handlePacket (/app/node_modules/pg-protocol/dist/parser.js:122:29)
    at Parser.parse (/app/node_modules/pg-protocol/dist/parser.js:35:38)
    at Socket.<anonymous> (/app/node_modules/pg-protocol/dist/index.js:11:42)
    at /app/node_modules/pg-pool/index.js:45:11
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at async OrderRepository.insert (/app/dist/orders/repository.js:47:20)
    at async OrderService.place (/app/dist/orders/service.js:33:5)"""
UPDATE = "UPDATE stock SET reserved = reserved + $1 WHERE sku = $2"
VACUUM = """automatic vacuum of table "orders.public.{table}": index scans: {scans}
\tpages: 0 removed, {pages} remain, {pages} scanned (100.00% of total)
\ttuples: {tuples} removed, {pages}0 remain, 0 are dead but not yet removable
\tsystem usage: CPU: user: 0.0{cpu} s, system: 0.00 s, elapsed: 0.1{cpu} s"""
BASE = "https://orders.example.com/v2"
APP = "db=orders,user=orders_app"
NOBODY = "db=[unknown],user=[unknown]"
LEVELS = {"LOG": "INFO", "ERROR": "ERROR", "FATAL": "ALERT"}
OUT = "run.googleapis.com%2Fstdout"


def database(garden: Garden, name: str) -> Place:
    labels = {"INSTANCE_UID": f"2-{garden.hex(8)}-{garden.hex(4)}", "LOG_BUCKET_NUM": "33"}
    return Place(
        garden, "cloudsql_database", {"database_id": f"{garden.project}:{name}", "region": "europe-west3"}, labels
    )


class Backend:
    """One process of PostgreSQL: it numbers its lines, and says of each how bad it is."""

    def __init__(self, place: Place, who: str = "") -> None:
        self.place, self.who, self.number = place, who, 0
        self.pid = place.garden.rng.randint(900, 999_999)

    def say(self, tag: str, at: datetime, level: str, text: str, who: str = "") -> None:
        self.number += 1
        who = who or self.who or "db=,user="
        line = (
            f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} UTC [{self.pid}]: [{self.number}-1] {who} {level}:  "
        )
        severity = {"severity": found} if (found := LEVELS.get(level)) else {}
        self.place.say(tag, at, line + text, "cloudsql.googleapis.com%2Fpostgres.log", **severity)


def connect(place: Place, at: datetime, who: str) -> Backend:
    backend = Backend(place, who)
    port = place.garden.rng.randint(32768, 60999)
    backend.say("connection-received", at, "LOG", f"connection received: host=127.0.0.1 port={port}", NOBODY)
    return backend


def refuse(place: Place, api: Place, at: datetime) -> None:
    """Refuse a connection; most of the time it is the API that asked, and it fails the request."""
    garden, rng, trace = place.garden, place.garden.rng, place.garden.trace()
    mine = rng.random() < 0.8
    who = APP if mine else "db=orders,user=stock_sync"
    connect(place, at, who).say(f"slots-reserved@{SLOTS}", later(at, 0.004), "FATAL", FULL)
    if mine:
        body = {"message": f"could not place order {garden.uuid()}", "stack": STACK, "code": "53300"}
        api.say(f"order-not-placed@{API}>{SLOTS}", later(at, 0.02), body, OUT, severity="ERROR", trace=trace)
        more = {"trace": trace, "millis": rng.uniform(20, 300)}
        api.request(f"request-500-orders@{API}>{SLOTS}", later(at, 0.03), f"POST {BASE}/orders", 500, **more)


def deadlock(place: Place, at: datetime) -> None:
    rng = place.garden.rng
    one, other = Backend(place, "db=orders,user=stock_sync"), rng.randint(900, 999_999)
    first = rng.randint(10**7, 10**8)
    second, waited = first + rng.randint(1, 40), f"1000.{rng.randint(30, 400)} ms"
    text = f"process {one.pid} still waiting for ShareLock on transaction {first} after {waited}"
    one.say(f"lock-wait?{LOCK}", at, "LOG", text)
    detail = f"Process {one.pid} waits for ShareLock on transaction {first}; blocked by process {other}.\n"
    detail += f"\tProcess {other} waits for ShareLock on transaction {second}; blocked by process {one.pid}.\n"
    detail += f"\tProcess {one.pid}: {UPDATE}\n\tProcess {other}: {UPDATE}"
    where = f'while updating tuple ({rng.randint(1, 900)},{rng.randint(1, 90)}) in relation "stock"'
    one.say(f"deadlock-error@{LOCK}", later(at, 0.9), "ERROR", "deadlock detected")
    one.say(f"deadlock-detail@{LOCK}", later(at, 0.9001), "DETAIL", detail)
    one.say(f"deadlock-hint@{LOCK}", later(at, 0.9002), "HINT", "See server log for query details.")
    one.say(f"deadlock-context@{LOCK}", later(at, 0.9003), "CONTEXT", where)
    one.say(f"deadlock-statement@{LOCK}", later(at, 0.9004), "STATEMENT", UPDATE)


def housekeep(place: Place) -> None:
    garden, rng, writer, vacuum = place.garden, place.garden.rng, Backend(place), Backend(place)
    for number in range(int(garden.hours * 12)):
        at, wrote, kilobytes = garden.at(5 * number + rng.random()), rng.randint(3, 900), rng.randint(100, 90_000)
        writer.say("checkpoint-starting", at, "LOG", "checkpoint starting: time")
        text = f"checkpoint complete: wrote {wrote} buffers ({wrote / 164:.1f}%); 0 WAL file(s) added, 0 removed, "
        text += f"{rng.randint(0, 3)} recycled; write={wrote / 10:.3f} s, sync=0.00{rng.randint(1, 9)} s, total="
        text += f"{wrote / 9:.3f} s; sync files={rng.randint(2, 60)}, longest=0.003 s, average=0.001 s; "
        text += f"distance={kilobytes} kB, estimate={kilobytes + 917} kB"
        writer.say("checkpoint-complete", later(at, wrote / 9), "LOG", text)
    for _ in range(40):
        size = {"pages": rng.randint(40, 9000), "tuples": rng.randint(50, 70_000), "cpu": rng.randint(1, 9)}
        text = VACUUM.format(table=rng.choice(("stock", "orders", "lines")), scans=rng.randint(0, 1), **size)
        vacuum.say("autovacuum", garden.some(), "LOG", text)
    for _ in range(25):
        text = "could not receive data from client: Connection reset by peer"
        Backend(place, APP).say("client-reset", garden.some(), "LOG", text)


def healthy(db: Place, legacy: Place, api: Place, count: int) -> None:
    garden, rng = db.garden, db.garden.rng
    for _ in range(count):
        at, trace = garden.some(), garden.trace()
        if rng.random() < 0.3:
            text = "connection authorized: user=orders_app database=orders"
            connect(db, at, APP).say("connection-authorized", later(at, 0.003), "LOG", text)
        body: Json = {"message": f"order {garden.uuid()} placed", "errors": 0, "deadlockRetries": 0}
        more = {"severity": "INFO", "trace": trace}
        api.say("order-placed", later(at, 0.02), body, OUT, **more)
        api.request("request-201", later(at, 0.03), f"POST {BASE}/orders", 201, trace=trace)
        if rng.random() < 0.1:
            text = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z {rng.randint(10, 99999)} [Note] [MY-010914] [Server] Aborted "
            text += f"connection {rng.randint(10, 99999)} to db: 'shop' user: 'legacy' host: "
            text += f"'cloudsqlproxy~10.8.0.{rng.randint(2, 9)}' (Got an error reading communication packets)."
            legacy.say("mysql-aborted-note", at, text, "cloudsql.googleapis.com%2Fmysql.err", severity="INFO")
        if rng.random() < 0.05:
            api.request("request-404", later(at, 1), f"GET {BASE}/orders/{garden.uuid()}", 404)


def grow() -> Garden:
    garden = plant("acme-orders", 505, "2026-06-10T18:00:00", 14, ISSUES)
    db, legacy = database(garden, "orders-db"), database(garden, "shop-legacy")
    apis = [cloud_run(garden, "orders-api", "00031-sif", "europe-west3") for _ in range(3)]
    housekeep(db)
    for api in apis:
        healthy(db, legacy, api, 200)
    for _ in range(70):
        refuse(db, garden.rng.choice(apis), garden.some(0.35, 0.4))
    for _ in range(14):
        deadlock(db, garden.some())
    for _ in range(9):
        at = garden.at(480 + garden.rng.uniform(0, 20))
        worker = connect(db, at, "db=orders,user=reporting_ro")
        worker.say(f"role-limit@{ROLE}", later(at, 0.003), "FATAL", 'too many connections for role "reporting_ro"')
    return garden
