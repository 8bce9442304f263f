"""Where keys of many lines and whole documents stand, in one text or over many lines and entries."""

import json
import textwrap
from collections.abc import Callable

from tests.secrets.contexts import QUOTES, Context
from tests.secrets.drawing import wrap64

Write = Callable[[str, str], str]


def _each_line(template: str) -> Write:
    return lambda secret, _: "\n".join(template.replace("«line»", line) for line in secret.split("\n"))


def _each_entry(member: str) -> Write:
    def write(secret: str, _: str) -> str:
        lines = ["starting", *secret.split("\n"), "started"]
        return "\n".join(
            json.dumps({"insertId": f"i{at}", "severity": "ERROR", member: one}) for at, one in enumerate(lines)
        )

    return write


def _each_message(secret: str, _: str) -> str:
    lines = ["starting", *secret.split("\n")]
    return "\n".join(json.dumps({"jsonPayload": {"message": one, "logger": "shop"}}) for one in lines)


_LINES: dict[str, Write] = {
    "alone": lambda s, _: s,
    "between texts": lambda s, _: f"loaded key\n{s}\nstarted",
    "behind a name": lambda s, _: f"key is: {s}\nstarted",
    "variable": lambda s, _: f'TLS_KEY="{s}"',
    "carriage returns": lambda s, _: s.replace("\n", "\r\n"),
    "indented": lambda s, _: "tls:\n  key: |\n" + textwrap.indent(s, "    "),
    "stamped": _each_line("2025-11-03 14:12:29,120 ERROR [main] shop.tls: «line»"),
    "quoted as in a mail": _each_line("> «line»"),
    "lines of a container": _each_line("2025-11-03T14:12:29.120000000Z stdout F «line»"),
    "strings of a program": _each_line('  "«line»\\n" +'),
}
_SPELT: dict[str, Write] = {
    "literal line ends": lambda s, _: "key " + s.replace("\n", "\\n") + " is bad",
    "twice escaped line ends": lambda s, _: 'env: "{\\"key\\":\\"' + s.replace("\n", "\\\\n") + '\\"}"',
    "repr of Python": lambda s, _: f"{{'key': {s!r}}}",
    "in base64": lambda s, _: f"tls.key: {wrap64(s)}",
}
_JSON: dict[str, Write] = {
    "member": lambda s, n: json.dumps({n.replace(" ", "_"): s}),
    "message": lambda s, _: json.dumps({"message": f"loaded {s} and started"}),
    "deep": lambda s, _: json.dumps({"a": [{"b": {"c": s}}]}),
    "JSON in a member": lambda s, _: json.dumps({"body": json.dumps({"x": s})}),
    "array of lines": lambda s, _: json.dumps({"lines": s.split("\n")}),
}
# Told only by the lines before: text taken apart, which only a reader of the stream sees.
_ENTRIES: dict[str, Write] = {
    "one line an entry of text": _each_entry("textPayload"),
    "one line an entry's message": _each_message,
    "one line a bare message": _each_entry("message"),
}
_DOCUMENTS: dict[str, Write] = {
    "line": lambda s, _: s,
    "pretty-printed": lambda s, _: json.dumps(json.loads(s), indent=2),
    "member of an entry": lambda s, _: json.dumps({"jsonPayload": {"config": json.loads(s)}}),
    "JSON in a member": lambda s, _: json.dumps({"jsonPayload": {"message": s}}),
    "JSON behind text in a member": lambda s, _: json.dumps({"textPayload": f"loaded {s} and started"}),
    "behind text": lambda s, _: f"loaded {s} and started",
    "variable": lambda s, _: f"CREDENTIALS='{s}'",
    "repr of Python": lambda s, _: f"loaded {json.loads(s)!r}",
    "escaped": lambda s, _: f"loaded {json.dumps(s)}",
    "twice escaped": lambda s, _: f"loaded {json.dumps(json.dumps(s))}",
    "in base64": lambda s, _: f"credentials: {wrap64(s)}",
}
_BLOCK, _LINE, _DOCUMENT = frozenset({"block"}), frozenset({"line"}), frozenset({"document"})
_ARE_JSON = {"line", "member of an entry", "JSON in a member", "JSON behind text in a member", "pretty-printed"}
BLOCK_CONTEXTS: tuple[Context, ...] = (
    *(Context(f"block, {name}", write, _BLOCK) for name, write in (_LINES | _SPELT).items()),
    *(Context(f"block, JSON, {name}", write, _BLOCK, is_json=True) for name, write in _JSON.items()),
    *(Context(f"document, {name}", write, _DOCUMENT, is_json=name in _ARE_JSON) for name, write in _DOCUMENTS.items()),
    Context("line, behind text", lambda s, _: f"loaded {s} and started", _LINE),
    Context("line, quoted", lambda s, _: f'TLS_KEY="{s}"', _LINE, QUOTES),
    Context("line, JSON, message", lambda s, _: json.dumps({"message": f"loaded {s}"}), _LINE, is_json=True),
    Context("line, JSON, member", lambda s, _: json.dumps({"x": s}), _LINE, is_json=True),
)
# These are no text of their own: they are told only by who reads the lines one after another.
ENTRY_CONTEXTS: tuple[Context, ...] = tuple(
    Context(f"block, {name}", write, _BLOCK) for name, write in _ENTRIES.items()
)
