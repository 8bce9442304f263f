from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from log_gardener.config import Settings
from log_gardener.sections.decisions import DecisionSettings
from tests.docs.pages import DOCS, find_rows

PAGE = DOCS / "settings.md"


def find_settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting with its default, tables row by row."""
    for name, field in model.model_fields.items():
        default = field.default
        if isinstance(default, BaseModel):
            continue
        if isinstance(default, dict) and default:
            yield from ((f"{prefix}{name}.{getattr(key, 'value', key)}", value) for key, value in default.items())
        else:
            yield f"{prefix}{name}", default


def spell(value: object) -> str:
    if isinstance(value, SecretStr):
        return f'"{value.get_secret_value()}"'
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


SETTINGS = {
    **dict(find_settings(Settings)),
    **{
        name: value
        for table, field in Settings.model_fields.items()
        if isinstance(field.default, BaseModel) and not isinstance(field.default, DecisionSettings)
        for name, value in find_settings(type(field.default), f"{table}.")
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_listed_with_its_default_and_a_reason(name: str) -> None:
    rows = [row for row in find_rows(PAGE) if row[0] == name]

    assert len(rows) == 1
    assert rows[0][1] == spell(SETTINGS[name])
    assert rows[0][-1]


def test_no_setting_is_listed_that_there_is_not() -> None:
    listed = {row[0] for row in find_rows(PAGE) if row[0].startswith("priority.")}

    assert listed == {name for name in SETTINGS if name.startswith("priority.")}
