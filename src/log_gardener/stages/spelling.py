"""One spelling of an entry, whichever way it came: the API, a sink's files and its tables spell it differently.

The spelling is that of the JSON mapping of Protocol Buffers (https://protobuf.dev/programming-guides/json/) with sorted
members, as `gcloud` prints it. What is in a payload is the program's own: only its numbers are spelt alike there, since
the API knows no other than doubles.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from log_gardener.model.instant import parse_instant, spell_instant, to_nanos

PAYLOADS = frozenset({"jsonPayload", "protoPayload", "textPayload"})

# Beyond it a double does not tell neighbouring integers apart.
_EXACT = 2**53

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)")
_LENGTH = re.compile(r"(-?\d+)(?:\.(\d{1,9}))?s")


def spell_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry in one spelling.

    Fields of the API's own that bear their default are absent, as they are when the API gives them.
    """
    spelt = {
        name: _spell_numbers(value) if name in PAYLOADS else _spell_field(name, value) for name, value in entry.items()
    }
    kept = {name: value for name, value in spelt.items() if name in PAYLOADS or not _is_default(value)}
    if kept.get("severity") == "DEFAULT":
        del kept["severity"]
    return dict(sorted(kept.items()))


def _spell_field(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """A field of the API's own, and all in it."""
    if name == "labels" and isinstance(value, Mapping):
        return dict(sorted(value.items()))
    if isinstance(value, Mapping):
        members = {key: _spell_field(key, member) for key, member in sorted(value.items())}
        return {key: member for key, member in members.items() if not _is_default(member)}
    if isinstance(value, list):
        return [_spell_field(name, member) for member in value]
    spell = _SPELLINGS.get(name)
    return spell(value) if spell else _spell_number(value)


def _is_default(value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    return value is None or value is False or value in ("", 0) or value in ({}, [])


def _spell_numbers(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """What a program wrote: members sorted, numbers alike."""
    if isinstance(value, Mapping):
        return {key: _spell_numbers(member) for key, member in sorted(value.items())}
    if isinstance(value, list):
        return [_spell_numbers(member) for member in value]
    return _spell_number(value)


def _spell_number(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    return value


def _spell_instant(value: Any) -> Any:  # noqa: ANN401 - what is no time stays as it is
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    whole, fraction, zone = found.groups()
    try:
        seconds = to_nanos(parse_instant(f"{whole}{zone}".upper()))
    except (ValueError, OverflowError):
        return value
    return spell_instant(seconds).removesuffix("Z") + _spell_fraction(fraction or "") + "Z"


def _spell_length(value: Any) -> Any:  # noqa: ANN401 - what is no length of time stays as it is
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    return f"{found[1]}{_spell_fraction(found[2] or '')}s"


def _spell_fraction(digits: str) -> str:
    """None, three, six or nine digits behind a point, whichever is enough."""
    needed = digits.rstrip("0")
    return "." + needed.ljust(-(-len(needed) // 3) * 3, "0") if needed else ""


def _spell_long(value: Any) -> Any:  # noqa: ANN401 - what is no number stays as it is
    """64-bit integers are texts in the mapping, zero is absent."""
    spelt = _spell_number(value)
    if isinstance(spelt, int) and not isinstance(spelt, bool):
        return str(spelt) if spelt else 0
    return "" if spelt == "0" else spelt


def _spell_int(value: Any) -> Any:  # noqa: ANN401 - what is no number stays as it is
    return int(value) if isinstance(value, str) and value.isdecimal() else _spell_number(value)


# Fields whose spelling differs between ways, by name; labels, whose names are anybody's, are texts and stay so.
_SPELLINGS: Mapping[str, Callable[[Any], Any]] = {
    "timestamp": _spell_instant,
    "receiveTimestamp": _spell_instant,
    "latency": _spell_length,
    "line": _spell_long,
    "requestSize": _spell_long,
    "responseSize": _spell_long,
    "cacheFillBytes": _spell_long,
    "status": _spell_int,
}
