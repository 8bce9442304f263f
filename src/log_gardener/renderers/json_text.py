"""JSON that every reader takes and a terminal can show."""

import json
import math
from typing import Any

from log_gardener.model.instant import spell_instant
from log_gardener.renderers.escaping import JSON, make_inert


def spell_json(value: Any, indent: int | None = 2) -> str:  # noqa: ANN401 - JSON is anything
    """The value, its text readable; without an indent on one line."""
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_make_finite(value), indent=indent, ensure_ascii=False, allow_nan=False)
    return make_inert(text, JSON)


def _make_finite(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """The value with numbers that are none, such as one of a log that says 1e999, as text."""
    if isinstance(value, dict):
        return {name: _make_finite(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_make_finite(member) for member in value]
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def spell_time(nanos: int | None) -> str | None:
    """A time in nanoseconds as text; `None` where it is not known."""
    return None if nanos is None else spell_instant(nanos)
