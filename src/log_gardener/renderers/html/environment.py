"""What fills the templates of pages: whatever a template shows is inert, or was made by code of ours.

A template cannot forget to escape: each value goes through `escape_html` when it is shown, and of the filters of Jinja
those are gone that would let a text pass as markup. Only `Markup` passes, which code of ours makes: pictures, and what
is embedded. Addresses stand in `href` only where code of ours has made them.
"""

from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from log_gardener.model import instant
from log_gardener.renderers.anchor import name_anchor
from log_gardener.renderers.html_text import escape_html, escape_html_lines
from log_gardener.renderers.markdown import count_of

# By these a text would pass for markup, or be escaped by other tables than ours.
_PASSING = ("safe", "escape", "e", "forceescape", "tojson", "urlize", "xmlattr", "striptags")

_NANOS_PER_MILLISECOND = 1_000_000

# Every page can show these, from the folder of this package.
_SHARED = files("log_gardener.renderers.html")


def make_environment(*folders: Traversable, filters: Mapping[str, Callable[..., Any]] | None = None) -> Environment:
    """Templates of some folders, and of this package behind them.

    Args:
        folders: the first that has a template gives it.
        filters: further ones, by name.
    """
    environment = Environment(
        loader=FunctionLoader(_Loader((*folders, _SHARED))),
        undefined=StrictUndefined,
        # Macros give markup only so; what is shown in them has been made inert by then.
        autoescape=True,
        finalize=show,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in _PASSING:
        del environment.filters[name]
    environment.filters |= {
        "lines": spell_lines,
        "number": spell_number,
        "count_of": count_of,
        "time": spell_time,
        "day_time": spell_day_time,
        "iso": instant.spell_instant,
        "milliseconds": count_milliseconds,
        "anchor": name_anchor,
        "pairs": dict,
        **(filters or {}),
    }
    return environment


def read_shared(name: str) -> str:
    """A file of this package: a style or a script."""
    return (_SHARED / name).read_text(encoding="utf-8")


class _Loader:
    """Templates by name; the name is one of ours, never a text of logs."""

    def __init__(self, folders: tuple[Traversable, ...]) -> None:
        self._folders = folders

    def __call__(self, name: str) -> str | None:
        for folder in self._folders:
            if (folder / name).is_file():
                return (folder / name).read_text(encoding="utf-8")
        return None


def show(value: object) -> Markup:
    """A value as a page shows it; nothing for `None`."""
    if isinstance(value, Markup):
        return value
    return Markup("" if value is None else escape_html(str(value)))  # noqa: S704 - inert by the table of HTML


def spell_lines(text: str) -> Markup:
    """Text of several lines, for `pre`."""
    return Markup(escape_html_lines(text))  # noqa: S704 - inert by the table of HTML


def spell_number(value: int) -> str:
    """A count with its thousands apart."""
    return f"{value:,}"


def spell_time(nanos: int | None) -> str:
    """A time in UTC to the second, or that it is unknown."""
    return "unknown" if nanos is None else f"{instant.from_nanos(nanos):%Y-%m-%d %H:%M:%S} UTC"


def spell_day_time(nanos: int | None) -> str:
    """A time in UTC to the minute, for where there is little room."""
    return "unknown" if nanos is None else f"{instant.from_nanos(nanos):%d %b %H:%M}"


def count_milliseconds(nanos: int | None) -> int:
    """A time since 1970, as scripts have it; 0 for an unknown one."""
    return (nanos or 0) // _NANOS_PER_MILLISECOND
