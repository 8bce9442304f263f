"""Text of logs in a page, and the policy under which a browser shows it.

A text stands between tags or in double quotes, of HTML or of SVG inside it, never where a browser looks for code or
for an address: not in `script`, `style`, `href`, `src`, or an attribute that begins with `on`. As data for a script of
ours it stands in `<script type="application/json">`.
"""

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

from log_gardener.renderers.escaping import EMBEDDED, HTML, flatten, make_inert
from log_gardener.renderers.json_text import spell_json


def escape_html(text: str) -> str:
    """Text of logs for an element or an attribute, on one line."""
    return make_inert(flatten(text), HTML)


def escape_html_lines(text: str) -> str:
    """Text of logs for `pre`, its lines kept."""
    return "\n".join(escape_html(line) for line in text.splitlines())


def embed_json(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    """A value for `<script type="application/json">`."""
    return make_inert(spell_json(value, indent=None), EMBEDDED)


def make_policy(scripts: Iterable[str] = (), styles: Iterable[str] = ()) -> str:
    """A content security policy under which exactly these scripts and styles count, and no request leaves.

    Args:
        scripts: the texts between `<script>` and `</script>` of a page, to the byte.
        styles: the same of `<style>`.
    """
    directives = {
        "default-src": "'none'",
        "script-src": _list_hashes(scripts),
        "style-src": _list_hashes(styles),
        "base-uri": "'none'",
        "form-action": "'none'",
        # What a script of ours makes of text can be no markup either.
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _list_hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"
