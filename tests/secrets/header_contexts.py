"""Headers as they are logged: dumps of requests, and what clients and servers print of them."""

import json
from collections.abc import Callable

from tests.secrets.contexts import QUOTES, Context, by_template

_ROWS: dict[str, tuple[str, str]] = {
    "line of a header": ("«name»: «secret»", ""),
    "line of a header, no blank": ("«name»:«secret»", ""),
    "request": ("GET /v1 HTTP/1.1\r\nHost: a.example.com\r\n«name»: «secret»\r\nAccept: */*\r\n\r\n", ""),
    "request with literal line ends": ("GET /v1 HTTP/1.1\\r\\n«name»: «secret»\\r\\nAccept: */*\\r\\n", "\\"),
    "curl -v, sent": ("> GET /v1 HTTP/2\n> Host: a.example.com\n> «name»: «secret»\n> Accept: */*", ""),
    "curl -v, received": ("< HTTP/2 200\n< date: Mon\n< «name»: «secret»\n< vary: accept", ""),
    "curl -H": ("curl -s -H '«name»: «secret»' https://a.example.com/v1", "'"),
    "curl -H, double quotes": ('curl -H "«name»: «secret»" https://a.example.com/v1', '"'),
    "curl --header": ("curl --header '«name»: «secret»' -d x=1 https://a.example.com/v1", "'"),
    "wget": ("wget --header='«name»: «secret»' https://a.example.com", "'"),
    "within a sentence": ("sent «name»: «secret»", ""),
    "dict of Python": ("headers={'Host': 'a', '«name»': '«secret»', 'Accept': '*/*'}", QUOTES),
    "tuples of Python": ("headers=[('Host', 'a'), ('«name»', '«secret»')]", QUOTES),
    "bytes of Python": ("[(b'host', b'a'), (b'«name»', b'«secret»')]", QUOTES),
    "header of Go": ("map[Accept:[*/*] «name»:[«secret»] Host:[a]]", "[]"),
    "header of Go, quoted": ('http.Header{"«name»":[]string{"«secret»"}}', QUOTES),
    "map of Java": ("{Host=[a], «name»=[«secret»], Accept=[*/*]}", "[]"),
    "list of Java": ('[Host:"a", «name»:"«secret»"]', QUOTES),
    "hash of Ruby": ('{"Host"=>"a", "«name»"=>"«secret»"}', QUOTES),
    "object of Node": ("headers: { host: 'a', '«name»': '«secret»' }", QUOTES),
    "map of Rust": ('{"host": "a", "«name»": "«secret»"}', QUOTES),
    "quoted logfmt": ('level=debug «name»="«secret»" status=401', QUOTES),
    "in brackets": ("[req 17] [«name»: «secret»]", "[]"),
    "YAML": ("headers:\n  Host: a\n  «name»: '«secret»'", QUOTES),
}


def _dump(make: Callable[[str, str], object]) -> Callable[[str, str], str]:
    return lambda secret, name: json.dumps(make(secret, name))


_JSON: dict[str, Callable[[str, str], str]] = {
    "member": _dump(lambda s, n: {"headers": {"host": "a", n: s}}),
    "array": _dump(lambda s, n: {"headers": {"host": ["a"], n: [s]}}),
    "name and value": _dump(lambda s, n: {"headers": [{"name": "host", "value": "a"}, {"name": n, "value": s}]}),
    "raw headers of Node": _dump(lambda s, n: {"rawHeaders": ["Host", "a", n, s, "Accept", "*/*"]}),
    "list of pairs": _dump(lambda s, n: {"headers": [["Host", "a"], [n, s]]}),
    "JSON in a message": _dump(lambda s, n: {"message": "sent " + json.dumps({n: s})}),
    "text in a message": _dump(lambda s, n: {"message": f"sent {n}: {s}"}),
    "request in a message": _dump(lambda s, n: {"message": f"GET / HTTP/1.1\r\n{n}: {s}\r\nAccept: */*\r\n\r\n"}),
    "escaped JSON": lambda s, n: json.dumps(json.dumps({n: s})),
}
_HEADER = frozenset({"header"})
HEADER_CONTEXTS: tuple[Context, ...] = (
    *(
        Context(f"header, {name}", by_template(text), _HEADER, refuses, "as_is")
        for name, (text, refuses) in _ROWS.items()
    ),
    *(Context(f"header, JSON, {name}", write, _HEADER, "", "as_is", is_json=True) for name, write in _JSON.items()),
)
