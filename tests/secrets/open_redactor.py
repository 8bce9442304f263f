"""A redactor that lets everything through: the fake beside the real one."""

from typing import Any, TypeVar

from log_gardener._core import Exemplar, Template
from log_gardener.model.cluster import ShownValue
from log_gardener.stages.redaction import Redactor

_Shown = TypeVar("_Shown")


class OpenRedactor(Redactor):
    """Changes nothing, and finds nothing."""

    def text(self, text: str) -> str:
        return text

    def find(self, text: str) -> list[tuple[str, int, int]]:
        del text
        return []

    def entry(self, value: Any) -> Any:
        return value

    def values(self, template: Template, exemplar: Exemplar) -> tuple[ShownValue, ...]:
        return tuple(ShownValue(value.kind, value.text) for value in template.find_values(exemplar.json) or [])

    def shown(self, value: _Shown) -> _Shown:
        return value
