"""Figures as people read them: two or three digits, and a unit."""

TERABYTE = 1e12
GIB = 1 << 30
DAY_HOURS = 24
HOUR_SECONDS = 3_600

_UNITS = ((86_400, "d"), (HOUR_SECONDS, "h"), (60, "min"))
_NAMES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_TEN = 10


def spell_duration(seconds: float) -> str:
    """Seconds, minutes, hours or days, to two digits or three, from two of the unit on."""
    for unit, name in _UNITS:
        if seconds >= 2 * unit:
            return f"{spell_figure(seconds / unit)} {name}"
    return f"{spell_figure(seconds)} s"


def spell_figure(value: float) -> str:
    """A number, with a tenth where it is below ten."""
    return f"{value:,.1f}" if round(value, 1) < _TEN else f"{value:,.0f}"


def spell_many(value: float) -> str:
    """A large number in words: 13 billion."""
    unit, name = next(row for row in _NAMES if value >= row[0])
    return f"{spell_figure(value / unit)} {name}"
