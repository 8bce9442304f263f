"""JSON documents with a secret in them, and what encodes it on its way."""

import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from tests.secrets.contexts import Context

Json = object


def _dump(make: Callable[[str, str], Json], **options: bool | int) -> Callable[[str, str], str]:
    return lambda secret, name: json.dumps(make(secret, name), **options)  # type: ignore[arg-type]


def _escape_html(secret: str, name: str) -> str:
    """As Go and Gson write it: signs of HTML as numbers."""
    text = json.dumps({"message": f"x={secret}", name: secret})
    for sign in "<>&='":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _escape_all(secret: str, name: str) -> str:
    numbers = "".join(f"\\u{ord(one):04x}" for one in secret)
    return f'{{"{name}": "{numbers}"}}'


def _nest(depth: int, secret: str, name: str) -> Json:
    return {name: secret} if depth == 0 else {"next": [1, _nest(depth - 1, secret, name)]}


_NAMED: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "member": ("snake", _dump(lambda s, n: {"host": "db", n: s})),
    "member in camels": ("camel", _dump(lambda s, n: {"host": "db", n: s})),
    "member in capitals": ("upper", _dump(lambda s, n: {"HOST": "db", n: s})),
    "member in kebab": ("kebab", _dump(lambda s, n: {"host": "db", n: s})),
    "member of an entry": ("camel", _dump(lambda s, n: {"severity": "ERROR", "jsonPayload": {"message": "no", n: s}})),
    "label of an entry": ("snake", _dump(lambda s, n: {"severity": "ERROR", "labels": {n: s}, "textPayload": "no"})),
    "deep member": ("snake", _dump(lambda s, n: _nest(5, s, n))),
    "very deep member": ("snake", _dump(lambda s, n: _nest(30, s, n))),
    "member in an array": ("snake", _dump(lambda s, n: {"items": [{"a": 1}, {n: s}]})),
    "array of values": ("snake", _dump(lambda s, n: {n: [s, s]})),
    "without blanks": ("snake", _dump(lambda s, n: {"host": "db", n: s}, indent=0)),
    "pretty-printed": ("snake", _dump(lambda s, n: {"config": {"host": "db", n: s}}, indent=2)),
    "JSON in a member": ("snake", _dump(lambda s, n: {"body": json.dumps({"host": "db", n: s})})),
    "JSON in JSON in a member": ("snake", _dump(lambda s, n: {"body": json.dumps({"body": json.dumps({n: s})})})),
    "assignment in a message": ("snake", _dump(lambda s, n: {"message": f'refused {n}="{s}" at 3'})),
    "name and value": ("upper", _dump(lambda s, n: {"env": [{"name": "PORT", "value": "1"}, {"name": n, "value": s}]})),
    "key and value": ("kebab", _dump(lambda s, n: {"headers": [{"key": n, "value": s}]})),
    "list of pairs": ("kebab", _dump(lambda s, n: {"headers": [["host", "db"], [n, s]]})),
    "HTML escaped": ("camel", _escape_html),
    "slashes escaped": ("snake", lambda s, n: json.dumps({"host": "db", n: s}).replace("/", "\\/")),
    "all as numbers": ("snake", _escape_all),
    "lines over text": ("snake", _dump(lambda s, n: {"message": f"first\n{n}={s}\nthird"})),
}
_BARE: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "message": ("snake", _dump(lambda s, _: {"message": f"refused {s} now"})),
    "text of an entry": ("snake", _dump(lambda s, _: {"severity": "ERROR", "textPayload": f"refused: {s}"})),
    "value that is all": ("snake", _dump(lambda s, _: {"x": s})),
    "array that is all": ("snake", _dump(lambda s, _: [1, s, None])),
    "deep value": ("snake", _dump(lambda s, _: _nest(8, s, "x"))),
    "JSON in a message": ("snake", _dump(lambda s, _: {"message": "got " + json.dumps({"x": s})})),
    "a member's name": ("snake", _dump(lambda s, _: {"seen": {s: 1}})),
    "address of a request": (
        "snake",
        _dump(lambda s, _: {"httpRequest": {"requestUrl": f"https://a.example.com/?x={quote(s)}"}}),
    ),
    "beside other languages": ("snake", _dump(lambda s, _: {"message": f"上游拒绝了{s}请检查"}, ensure_ascii=False)),
}
_ENCODED: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "percent-encoded query": ("snake", lambda s, n: f"GET /login?next=%2F&{n}={quote(s, safe='')}&x=1"),
    "form-encoded": ("snake", lambda s, n: f"body: user=shop&{n}={quote_plus(s)}&x=1"),
    "address in a query": (
        "snake",
        lambda s, n: "GET /go?to=" + quote(f"https://a.example.com/?{n}={quote(s)}&x=1", safe=""),
    ),
    "address in a query, once": (
        "snake",
        lambda s, n: "GET /go?to=" + quote(f"https://a.example.com/?{n}={s}&x=1", safe=""),
    ),
    "whole text percent-encoded": ("snake", lambda s, n: quote(f'{{"{n}":"{s}"}}', safe="")),
}
_BOTH = frozenset({"bare", "named"})
_LETTERS = "\"'\\ \t\n&#"
JSON_CONTEXTS: tuple[Context, ...] = (
    *(Context(name, write, _BOTH, "", style, is_json=True) for name, (style, write) in _NAMED.items()),
    *(Context(name, write, frozenset({"bare"}), "", style, is_json=True) for name, (style, write) in _BARE.items()),
    *(Context(name, write, _BOTH, _LETTERS, style) for name, (style, write) in _ENCODED.items()),
    Context("password of JSON", _NAMED["member"][1], frozenset({"plain"}), "", "snake", is_json=True),
    Context("deep password of JSON", _NAMED["deep member"][1], frozenset({"plain"}), "", "camel", is_json=True),
)
