"""JSON that a terminal can show: what would move its cursor or turn its text around is spelt as an escape."""

import json
import re
from typing import Any

# The rest of what `markdown` takes for control characters; JSON itself escapes those below a space.
_CONTROL = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def spell_json(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    """The value with two spaces of indent, its text readable."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
