"""Every setting with its type, default and variable, as the model of the settings knows it."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from docs.site.tables import spell_code, spell_page, spell_prose, spell_table
from log_gardener.config import Settings

ABOUT = (
    "Every key of `log-gardener.toml`, by table, with the variable of the environment that sets the same. "
    "[Settings](../settings.md) gives the reason of each default."
)
HEADER = ("key", "is", "type", "default", "variable")


def make_page() -> str:
    """The page in Markdown."""
    own = [("Above all tables", "", "", Settings)]
    tables = [
        (f"`[{name}]`", spell_prose(field.description or ""), name, type(field.default))
        for name, field in Settings.model_fields.items()
        if isinstance(field.default, BaseModel)
    ]
    return spell_page("All settings", ABOUT, (_spell_table(*row) for row in own + tables))


def find_keys(model: type[BaseModel], table: str = "") -> Iterator[str]:
    """The keys of a table, tables within left out."""
    for name, field in model.model_fields.items():
        if not isinstance(field.default, BaseModel):
            yield f"{table}.{name}".lstrip(".")


def _spell_table(title: str, about: str, table: str, model: type[BaseModel]) -> str:
    rows = [
        _make_row(table, name, field)
        for name, field in model.model_fields.items()
        if not isinstance(field.default, BaseModel)
    ]
    return "\n\n".join(part for part in (f"## {title}", about, spell_table(HEADER, rows)) if part)


def _make_row(table: str, name: str, field: FieldInfo) -> tuple[str, ...]:
    variable = "LOG_GARDENER_" + "__".join(part.upper() for part in (table, name) if part)
    default = spell_default(field.get_default(call_default_factory=True))
    about = spell_prose(field.description or "")
    return spell_code(name), about, spell_type(field.annotation), default, spell_code(variable)


def spell_default(value: object) -> str:
    """A default as TOML would say it; a long table is said in words."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, dict):
        return "a table" if value else spell_code("{}")
    if isinstance(value, (list, tuple)):
        return spell_code(str([str(getattr(item, "value", item)) for item in value]).replace("'", '"'))
    value = getattr(value, "value", value)
    return spell_code(f'"{value}"' if isinstance(value, str) else str(value).lower())


def spell_type(annotation: Any) -> str:  # noqa: ANN401 - a type may be spelt in many ways
    """A type in a word or two."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return spell_type(inner[0])
    if origin in (Union, types.UnionType):
        return " or ".join(spell_type(one) for one in inner if one is not type(None))
    if origin is Literal:
        return " or ".join(spell_code(str(one)) for one in inner)
    if origin in (list, tuple):
        return f"list of {spell_type(inner[0])}" if inner else "list"
    if origin is dict:
        return f"table from {spell_type(inner[0])} to {spell_type(inner[1])}"
    words = {str: "text", SecretStr: "secret text", int: "whole number", float: "number", bool: "true or false"}
    return words.get(annotation) or _spell_class(annotation)


def _spell_class(annotation: type) -> str:
    """A class of ours: a table of its own, or a choice."""
    if issubclass(annotation, BaseModel):
        return "table"
    return "choice" if len(getattr(annotation, "__members__", ())) else annotation.__name__
