"""Log entries with secrets in every field that a log's writer, or a caller, has a hand in."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from log_gardener._core import Redactor
from tests.secrets.assigned import draw_value
from tests.secrets.blocks import make_pem
from tests.secrets.drawing import fill
from tests.secrets.kinds import KINDS, SEED
from tests.secrets.pairs import CONTEXTS, Planted, find_secret, plant
from tests.secrets.personal import make_email, make_ipv4
from tests.secrets.recall import by_json
from tests.secrets.secret import Secret, find_left

Entry = dict[str, Any]
EACH = 4

_TRACE = 'Traceback (most recent call last):\n  File "/app/shop/{}.py", line 18, in {}\n    send()\nshop.{}: {}'


@dataclass(frozen=True)
class PlantedEntry:
    """An entry, and what is hidden in it."""

    entry: Entry
    secrets: tuple[Secret, ...]
    about: str


def make_planted(seed: int = SEED) -> list[PlantedEntry]:
    """Entries of every kind in some contexts, and what the platform's own fields say of people."""
    draw = Random(f"{seed} entries")
    rows = [*_plant_kinds(draw), *_plant_people(draw), *_plant_split(draw)]
    return [PlantedEntry(_complete(row.entry, number), row.secrets, row.about) for number, row in enumerate(rows)]


def leave_missed(planted: list[PlantedEntry], redactor: Redactor) -> list[PlantedEntry]:
    """Those whose entry the redactor makes clean: what it misses is the recall's affair, not an exit's."""
    return [
        row
        for row in planted
        if not any(find_left(secret, by_json(redactor, json.dumps(row.entry))) for secret in row.secrets)
    ]


def _complete(entry: Entry, number: int) -> Entry:
    minute, second = divmod(number, 60)
    return {
        "insertId": f"i{number:05}",
        "logName": "projects/shop/logs/run.googleapis.com%2Fstderr",
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop", "revision_name": "shop-1"}},
        "severity": "ERROR",
        "timestamp": f"2025-09-14T{10 + minute // 60:02}:{minute % 60:02}:{second:02}Z",
        **entry,
    }


def _plant_kinds(draw: Random) -> Iterator[PlantedEntry]:
    for kind in KINDS:
        contexts = [one for one in CONTEXTS if one.roles & kind.roles]
        draw.shuffle(contexts)
        made = 0
        for context in contexts:
            secret = find_secret(kind, context, draw)
            if secret and made < EACH:
                made += 1
                planted = Planted(kind, context, secret, plant(context, kind, secret, draw))
                yield PlantedEntry(_wrap(planted, draw), (secret,), f"{kind.name} in {context.name}")


def _wrap(planted: Planted, draw: Random) -> Entry:
    """An entry that says the text in one of its fields."""
    wraps = _OF_JSON if planted.context.is_json else _OF_TEXT
    # A word of its own each, so that there are as many issues as entries.
    word = fill("{lo:9}", draw)
    return draw.choice(wraps)(planted.text, word)


def _audit(fields: Entry) -> Entry:
    return {"protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", **fields}}


def _as_object(text: str) -> Entry:
    value = json.loads(text)
    return value if isinstance(value, dict) else {"value": value}


_OF_TEXT: tuple[Callable[[str, str], Entry], ...] = (
    lambda text, word: {"textPayload": f"{word}: {text}"},
    lambda text, word: {"jsonPayload": {"message": f"{word}: {text}", "logger": "shop"}},
    lambda text, word: {"jsonPayload": {"message": f"{word} failed", "detail": {"causes": [{"reason": text}]}}},
    lambda text, word: {"textPayload": _TRACE.format(word, word, f"{word.title()}Error", text)},
    lambda text, word: _audit({"methodName": f"shop.{word}", "status": {"code": 7, "message": text}}),
    lambda text, word: {"textPayload": f"{word} failed", "labels": {"note": text}},
)
_OF_JSON: tuple[Callable[[str, str], Entry], ...] = (
    lambda text, word: {"jsonPayload": {**_as_object(text), "event": f"{word} failed"}},
    lambda text, word: {"jsonPayload": {"message": f"{word} failed", "context": _as_object(text)}},
    lambda text, word: {"textPayload": f"{word}: {text}"},
    lambda text, word: _audit({"methodName": f"shop.{word}", "status": {"code": 7}, "request": _as_object(text)}),
)


def _plant_people(draw: Random) -> Iterator[PlantedEntry]:
    """What the platform says of callers, in its own fields."""
    for number in range(6):
        address, agent = make_ipv4(draw), Secret(fill("Shop{an:9}/7.3 (build {an:14})", draw), is_whole=True)
        status = {"status": 503, "requestMethod": "GET", "latency": "0.1s"}
        token = Secret(draw_value(draw, least=20))
        url = f"https://shop.example.com/orders{number}?access_token={token.text.replace('/', '_').replace('+', '-')}"
        token = Secret(url.partition("=")[2])
        request = {**status, "requestUrl": url, "remoteIp": address.text, "userAgent": agent.text, "referer": url}
        yield PlantedEntry({"httpRequest": request}, (address, agent, token), "request")
        person, key_id = make_email(draw), fill("{hex:40}", draw)
        account = f"{fill('{lo:9}', draw)}@shop.iam.gserviceaccount.com"
        key_name = f"//iam.googleapis.com/projects/shop/serviceAccounts/{account}/keys/{key_id}"
        subject = Secret(f"user:{fill('{lo:9}', draw)}@{fill('{lo:9}', draw)}.example.org", is_whole=True)
        who = {
            "principalEmail": person.text,
            "principalSubject": subject.text,
            "serviceAccountKeyName": key_name,
            "serviceAccountDelegationInfo": [{"firstPartyPrincipal": {"principalEmail": person.text}}],
        }
        seen = {"callerIp": address.text, "callerSuppliedUserAgent": agent.text}
        entry = _audit({"methodName": f"shop.m{number}", "authenticationInfo": who, "requestMetadata": seen})
        entry["protoPayload"]["status"] = {"code": 7, "message": f"{person.text} lacks permission {number}"}
        secrets = (address, agent, person, subject, Secret(account, is_whole=True))
        yield PlantedEntry(entry, secrets, "audit record")
        user = {"message": f"cart of user {person.text} is lost", "user": person.text, "client_ip": address.text}
        yield PlantedEntry({"jsonPayload": user}, (person, address), "user")


def _plant_split(draw: Random) -> Iterator[PlantedEntry]:
    """Keys and traces that the platform took for one entry a line."""
    for number, label in enumerate(("RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY")):
        secret = make_pem(label, draw)
        for line in secret.text.split("\n"):
            entry = {"textPayload": line, "labels": {"instanceId": f"instance-{number}"}}
            yield PlantedEntry(entry, (secret,), "key, one line an entry")
    for number in range(3):
        token = Secret(fill("ghp_{an:36}", draw))
        lines = _TRACE.format("pay", "charge", "PayError", f"refused {token.text}").split("\n")
        for line in lines:
            entry = {"textPayload": line, "labels": {"instanceId": f"instance-{3 + number}"}}
            yield PlantedEntry(entry, (token,), "trace, one line an entry")
