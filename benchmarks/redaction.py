"""How fast are secrets taken out of a stream, what does `tend` pay for it, and what is found and left alone?

    python -m benchmarks.redaction [--runs 3] [--write docs/performance.md] [--accuracy docs/accuracy.md]

Peers in the same run: the scan of detect-secrets, line by line, and a few regular expressions in Python as many
projects have them. The planted secrets and clean lines are those of `tests/secrets`.
"""

import argparse
import csv
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import page
from benchmarks.process import Cost, measure, warm
from benchmarks.streams import SHARED
from log_gardener._core import Redactor
from tests.secrets.clean import read_clean_lines
from tests.secrets.drawing import fill
from tests.secrets.kinds import make_secrets
from tests.secrets.oracle import is_clean
from tests.secrets.pairs import Planted, plant_all
from tests.secrets.secret import find_left

SEED = 7
START_SECONDS = 1_757_883_600
KEY = b"a key of the benchmark"

CORE, EXPRESSIONS, SCANNER = "core, `Redactor.stream`", "Python, `re`", "detect-secrets, `scan_file`"
WITH, WITHOUT = "with", "without"
PEERS = ("log-gardener", "Python, `re`", "detect-secrets")
FORMS = {"ndjson": "log entries", "text": "bare lines"}
# One of more characters would be most of a line.
LONGEST_SECRET = 200
# Of all messages, those with a secret.
SECRET_SHARE = 0.02
# A peer gets the first lines of a stream: it would take minutes or hours for all.
PEER_LINES = 2_000
# The scanner looks at so many of the planted texts: every one would take minutes.
SAMPLE = 10

COMMAND = (sys.executable, "-m", "benchmarks.redaction")

# What projects write who have no tool for it: the plain shapes, and what stands behind a name.
PATTERNS = [
    re.compile(pattern)
    for pattern in (
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82}|glpat-[\w-]{20}|AIza[\w-]{35}|ya29\.[\w-]{60,200})",
        r"\b(?:A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}|xox[bpa]-[\w-]{20,}|[sr]k_live_\w{24,99}|SG\.[\w-]{22}\.[\w-]{43})",
        r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
        r"(?<=://)[^\s:/@]*:[^\s@/]+(?=@)",
        r"(?i)(?:authorization|cookie)\W{1,4}(?:bearer |basic )?[^\s\"',;]+",
        r"(?i)(?:password|passwd|secret|token|api_?key)\W{1,4}[^\s\"',;&]{6,}",
        r"[\w.+-]+@[\w-]+\.[\w.-]+",
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    )
]

FAMILIES = (
    ("Google Cloud", r"gcp|firebase|service account"),
    ("GitHub, GitLab", r"github|gitlab"),
    ("AWS, Azure", r"aws|azure"),
    ("Slack, Stripe, SendGrid, Twilio, Telegram", r"slack|stripe|sendgrid|twilio|telegram"),
    ("JSON web tokens", r"jwt"),
    ("private keys", r"pem|putty"),
    ("addresses with a secret", r"address|connection|query|webhook"),
    ("headers, cookies", r"header|bearer|basic"),
    ("passwords by name", r"password by name|password with|human password|word as password"),
    ("secrets by name", r"by name|with signs"),
    ("e-mail", r"e-mail"),
    ("public addresses", r"public ip"),
    ("telephones", r"phone"),
    ("cards", r"card"),
    ("users in paths", r"user in"),
    ("other providers", r""),
)


def main(arguments: Sequence[str]) -> None:
    """Measure everything, or one thing in this process."""
    options = _parse(arguments)
    if options.way:
        print(json.dumps(_measure_here(options.way, options.stream)))
        return
    tables = [*_compare_streams(options), _compare_runs(options)]
    said = f"{page.describe_machine()} {page.describe_runs(options.runs)}"
    page.publish(options.write, "redaction", "\n\n".join([*tables, said]))
    page.publish(options.accuracy, "redaction", f"{spell_accuracy()}\n\n{page.describe_machine()}")


def _compare_streams(options: argparse.Namespace) -> Iterator[str]:
    for form, name in FORMS.items():
        path = find_stream(options, form)
        costs = {
            way: measure([*COMMAND, "--way", way, "--stream", str(path)], options.runs)
            for way in (CORE, EXPRESSIONS, SCANNER)
        }
        yield page.spell_table([name, "lines/s", "MB/s", "MB/s a core", "times"], spell_costs(costs))


def spell_costs(costs: dict[str, Cost]) -> Iterator[list[str]]:
    """The cells of each way; times are those of the slowest."""
    rates = {way: cost.printed["bytes"] / cost.seconds / 1e6 for way, cost in costs.items()}
    for way, cost in costs.items():
        a_core = cost.printed["bytes"] / cost.printed["processor_seconds"] / 1e6
        lines = cost.printed["lines"] / cost.seconds
        yield [way, f"{lines:,.0f}", f"{rates[way]:,.1f}", f"{a_core:,.1f}", f"{rates[way] / min(rates.values()):,.0f}"]


def _compare_runs(options: argparse.Namespace) -> str:
    path = str(find_stream(options, "ndjson"))
    costs = {way: measure([*COMMAND, "--way", way, "--stream", path], options.runs) for way in (WITH, WITHOUT)}
    entries = {cost.printed["lines"] for cost in costs.values()}
    if len(entries) > 1:
        sys.exit(f"both runs should count the same entries: {entries}")
    more = costs[WITH].seconds / costs[WITHOUT].seconds - 1
    rows = [[way, f"{cost.seconds:.2f}", f"{cost.printed['lines'] / cost.seconds:,.0f}"] for way, cost in costs.items()]
    return page.spell_table(["`tend`, redaction", "seconds", "entries/s"], [*rows, ["more", f"{more:+.1%}", ""]])


def _measure_here(way: str, path: Path) -> dict[str, float]:
    ways: dict[str, Callable[[Path], tuple[int, int]]] = {
        CORE: stream_natively,
        EXPRESSIONS: lambda path: _read_some(path, lambda lines: list(map(replace_by_expressions, lines))),
        SCANNER: lambda path: _read_some(path, scan),
        WITH: lambda path: tend(path, is_open=False),
        WITHOUT: lambda path: tend(path, is_open=True),
    }
    warm(path)
    work = ways[way]
    start, used = time.perf_counter(), time.process_time()
    lines, size = work(path)
    seconds, processor_seconds = time.perf_counter() - start, time.process_time() - used
    return {"seconds": seconds, "processor_seconds": processor_seconds, "lines": lines, "bytes": size}


def stream_natively(path: Path) -> tuple[int, int]:
    """How many lines and bytes went through the core."""
    told = Redactor(KEY).stream(path, lambda _: None)
    return told.lines, told.bytes


def _read_some(path: Path, clean: Callable[[list[str]], object]) -> tuple[int, int]:
    """Clean as many lines of a stream as a peer gets."""
    with path.open(encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in islice(file, PEER_LINES)]
    clean(lines)
    return len(lines), sum(len(line.encode()) + 1 for line in lines)


def replace_by_expressions(text: str) -> str:
    """The text without what a few expressions match."""
    for pattern in PATTERNS:
        text = pattern.sub("<secret>", text)
    return text


def scan(texts: Sequence[str]) -> list[str]:
    """The texts without what detect-secrets finds in them, as lines of one file and with its own settings."""
    from detect_secrets.core.scan import scan_file  # noqa: PLC0415 - of the extra `bench`
    from detect_secrets.settings import default_settings  # noqa: PLC0415 - as above

    owners = [at for at, text in enumerate(texts) for _ in text.split("\n")]
    cleaned = list(texts)
    with tempfile.TemporaryDirectory() as folder, default_settings():
        path = Path(folder) / "lines.log"
        # What is a line is told by one sign here; Python's files know more.
        lines = [" ".join(line.splitlines()) for text in texts for line in text.split("\n")]
        path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
        found = {(owners[one.line_number - 1], one.secret_value) for one in scan_file(str(path)) if one.secret_value}
    for at, value in sorted(found, key=lambda pair: -len(pair[1])):
        cleaned[at] = cleaned[at].replace(value, "<secret>")
    return cleaned


def tend(path: Path, *, is_open: bool) -> tuple[int, int]:
    """The command as its users run it; open, with a redactor that changes nothing and finds nothing."""
    from log_gardener import wiring  # noqa: PLC0415 - only a process that runs it pays for it
    from log_gardener.cli.app import app  # noqa: PLC0415 - as above
    from tests.secrets.open_redactor import OpenRedactor  # noqa: PLC0415 - as above

    if is_open:
        wiring.Redactor = OpenRedactor  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "worklog.json"
        app(["tend", str(path), "--state", ":memory:", "--output", str(output)], standalone_mode=False)
        return json.loads(output.read_text(encoding="utf-8"))["coverage"]["entries"], path.stat().st_size


def find_stream(options: argparse.Namespace, form: str) -> Path:
    """The stream's file, made if it is not there."""
    path: Path = options.folder / f"redaction-{options.megabytes}.{form}"
    if not path.is_file():
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            for line in make_lines(form):
                file.write(f"{line}\n")
                if file.tell() > options.megabytes * 1_000_000:
                    break
        part.rename(path)
    return path


def make_lines(form: str) -> Iterator[str]:
    """Lines without end, always the same ones."""
    draw = random.Random(SEED)
    made = [(kind.roles, secret.text) for kind, secret in make_secrets()]
    # Only what its own shape tells: the messages name nothing.
    secrets = [text for roles, text in made if "bare" in roles and "\n" not in text and len(text) < LONGEST_SECRET]
    number = 0
    while True:
        number += 1
        if form == "text":
            yield f"{_spell_instant(draw, number)} {make_message(draw, secrets)}"
        else:
            yield json.dumps(make_entry(draw, number, secrets))


def make_message(draw: random.Random, secrets: Sequence[str]) -> str:
    """What a program says; one of fifty has a secret."""
    if draw.random() < SECRET_SHARE:
        return f"ERROR shop.pay: upstream refused {draw.choice(secrets)} after {draw.randrange(9)} attempts"
    said = (
        f"INFO shop.cart: cart {draw.getrandbits(64):016x} of customer {draw.randrange(10**5)} was saved",
        f"ERROR shop.orders: Payment of order {draw.randrange(10**6)} failed after {draw.randrange(10**4)} ms",
        f"WARN c.s.Pool - connection to db-{draw.randrange(9)}.internal:5432 timed out, {draw.randrange(60)} in use",
        f"DEBUG cache key shop:cart:{draw.randrange(10**6)} expired; token bucket has {draw.randrange(60)} left",
        f"INFO deployed sha256:{draw.getrandbits(256):064x} as shop-api-{draw.randrange(10**4):05}-xiz",
    )
    return draw.choice(said)


def make_entry(draw: random.Random, number: int, secrets: Sequence[str]) -> dict[str, Any]:
    """An entry of a Cloud Run service: a request, a line, a structure, or an audit record."""
    instant = _spell_instant(draw, number)
    labels = {"service_name": "shop-api", "revision_name": "shop-api-00042-xiz", "location": "europe-west1"}
    makers = (_make_request, _make_line, _make_structure, _make_audit)
    (make,) = draw.choices(makers, (11, 4, 4, 1))
    return {
        "insertId": f"{draw.getrandbits(96):024x}",
        "timestamp": instant,
        "receiveTimestamp": instant,
        "severity": draw.choice(("INFO", "INFO", "INFO", "WARNING", "ERROR")),
        "resource": {"type": "cloud_run_revision", "labels": labels},
        "labels": {"instanceId": f"{draw.getrandbits(256):064x}"},
        "trace": f"projects/garden-prod/traces/{draw.getrandbits(128):032x}",
        **make(draw, secrets),
    }


def _spell_instant(draw: random.Random, number: int) -> str:
    second = time.gmtime(START_SECONDS + number // 4)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', second)}.{draw.randrange(10**6):06}Z"


def _make_request(draw: random.Random, _: Sequence[str]) -> dict[str, Any]:
    request = {
        "requestMethod": draw.choice(("GET", "POST")),
        "requestUrl": f"https://shop.example.com/api/orders/{draw.randrange(10**6)}?page={draw.randrange(9)}",
        "responseSize": str(draw.randrange(50_000)),
        "status": draw.choice((200, 200, 200, 404, 503)),
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0",
        "remoteIp": f"203.0.113.{draw.randrange(256)}",
        "latency": f"{draw.random():.9f}s",
    }
    return {"logName": "projects/garden-prod/logs/run.googleapis.com%2Frequests", "httpRequest": request}


def _make_line(draw: random.Random, secrets: Sequence[str]) -> dict[str, Any]:
    log = "projects/garden-prod/logs/run.googleapis.com%2Fstderr"
    return {"logName": log, "textPayload": make_message(draw, secrets)}


def _make_structure(draw: random.Random, secrets: Sequence[str]) -> dict[str, Any]:
    context = {"tenant": "north", "retry": False, "tags": ["web", "eu"], "order": draw.randrange(10**6)}
    payload = {"message": make_message(draw, secrets), "logger": "shop.cart", "ms": draw.random(), "context": context}
    return {"logName": "projects/garden-prod/logs/run.googleapis.com%2Fstdout", "jsonPayload": payload}


def _make_audit(draw: random.Random, _: Sequence[str]) -> dict[str, Any]:
    record = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "authenticationInfo": {"principalEmail": fill("{lo:6}@garden-prod.iam.gserviceaccount.com", draw)},
        "requestMetadata": {"callerIp": f"203.0.113.{draw.randrange(256)}", "callerSuppliedUserAgent": "gcloud/500"},
        "methodName": "google.cloud.run.v2.Services.UpdateService",
    }
    return {"logName": "projects/garden-prod/logs/cloudaudit.googleapis.com%2Factivity", "protoPayload": record}


def spell_accuracy() -> str:
    """Tables of what is found of planted secrets, by family, and of clean lines that are touched."""
    redactor = Redactor(KEY)
    planted = list(plant_all())
    some = planted[::SAMPLE]
    texts = [one.text for one in planted]
    ours = [(redactor.json(one.text) if one.context.is_json else None) or redactor.text(one.text) for one in planted]
    recalls = [
        find_recalls(planted, ours),
        find_recalls(planted, list(map(replace_by_expressions, texts))),
        find_recalls(some, scan([one.text for one in some])),
    ]
    sizes = Counter(find_family(one.kind.name) for one in planted)
    rows = [[name, f"{sizes[name]:,}", *(_spell_share(recall, name) for recall in recalls)] for name, _ in FAMILIES]
    rows.append(["**all**", f"{len(planted):,}", *(_spell_share(recall, "") for recall in recalls)])
    header = ["of planted secrets, found", "planted", *PEERS]
    return f"{page.spell_table(header, rows)}\n\n{_spell_precision(redactor)}"


def find_family(kind: str) -> str:
    """The row of a table that a kind belongs to."""
    return next(name for name, pattern in FAMILIES if re.search(pattern, kind))


def find_recalls(planted: Sequence[Planted], cleaned: Sequence[str]) -> dict[str, float]:
    """By family the share of which nothing is left, and of all under no name."""
    sizes: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for one, text in zip(planted, cleaned, strict=True):
        is_found = find_left(one.secret, text) is None
        for name in (find_family(one.kind.name), ""):
            sizes[name] += 1
            found[name] += is_found
    return {name: found[name] / size for name, size in sizes.items()}


def _spell_share(shares: dict[str, float], name: str) -> str:
    return f"{shares[name]:.4f}" if name in shares else ""


def _spell_precision(redactor: Redactor) -> str:
    """Of lines without a secret, how many are touched."""
    logs = [line for line in read_labelled_lines(SHARED / "data" / "loghub") if is_clean(line)]
    sets = {"lines of ten systems": logs, "lines that look dangerous": read_clean_lines()}
    rows = []
    for name, lines in sets.items():
        cleaned = (map(redactor.text, lines), map(replace_by_expressions, lines), scan(lines))
        touched = [sum(one != other for one, other in zip(lines, of_way, strict=True)) for of_way in cleaned]
        rows.append([name, f"{len(lines):,}", *(f"{count:,}" for count in touched)])
    return page.spell_table(["of clean lines, touched", "lines", *PEERS], rows)


def read_labelled_lines(folder: Path) -> Iterator[str]:
    """The lines of all labelled systems; none where the folder is not there."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row["Content"] for row in csv.DictReader(file))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.redaction", description="Measure the redaction.")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--megabytes", type=int, default=100, help="size of each stream")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where streams are kept")
    parser.add_argument("--accuracy", type=Path, metavar="PAGE", help="also put what is found into a page")
    parser.add_argument("--way", help="measure this way once, in this process")
    parser.add_argument("--stream", type=Path, help="on this stream")
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
