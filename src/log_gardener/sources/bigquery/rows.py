"""Which rows of a table are asked for: a condition that at least all of them meet, which the service applies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.sources.bigquery.columns import Plan
from log_gardener.sources.services import POD_LABEL, SERVICE_LABELS

# Names that mean nothing else in a text of SQL. `_` is any letter in a pattern, so a pattern takes more, never less.
_PLAIN = re.compile(r"[A-Za-z0-9._:/-]+")


@dataclass(frozen=True, slots=True)
class Cut:
    """What is wanted of a table.

    Attributes:
        window: of which times; `None` for all.
        received_since: only what arrived then or later; `None` for whenever.
        severity: the least.
        service: the one that wrote it; `None` for any.
    """

    window: Window | None = None
    received_since: datetime | None = None
    severity: Severity = Severity.DEFAULT
    service: str | None = None

    @property
    def whole(self) -> "Cut":
        """The same times, of any severity and service, whenever it arrived."""
        return replace(self, received_since=None, severity=Severity.DEFAULT, service=None)


def spell_times(window: Window | None) -> str:
    """The times of a window. Tables of a sink are partitioned by them: partitions outside are not even opened."""
    return " AND ".join(_list_times(window))


def spell_restriction(cut: Cut, plan: Plan, *, is_query: bool = False) -> str:
    """A condition on rows; empty for all.

    Args:
        cut: what is wanted.
        plan: which columns there are.
        is_query: for a query, which may look into JSON, and not for a session of the Storage Read API.
    """
    return " AND ".join(_list_conditions(cut, plan, is_query=is_query))


def _list_conditions(cut: Cut, plan: Plan, *, is_query: bool) -> Iterator[str]:
    yield from _list_times(cut.window)
    if cut.received_since is not None and plan.received:
        yield f"{plan.received} >= {_spell_instant(cut.received_since)}"
    below = [severity.value for severity in Severity if severity.rank < cut.severity.rank]
    if below and plan.has_severity:
        # By those that are too low, so that one that is spelt unlike any of them is left to the core.
        yield f"NOT (severity IN ({', '.join(map(_quote, below))}))"
    if cut.service is not None and _PLAIN.fullmatch(cut.service):
        named = list(_list_services(cut.service, plan, is_query=is_query))
        if named:
            yield f"({' OR '.join(named)})"


def _list_times(window: Window | None) -> Iterator[str]:
    if window is not None:
        yield f"timestamp >= {_spell_instant(window.start)}"
        yield f"timestamp < {_spell_instant(window.end)}"


def _list_services(service: str, plan: Plan, *, is_query: bool) -> Iterator[str]:
    if plan.labels is None and not (is_query and plan.has_resource_type):
        return
    for label in (*SERVICE_LABELS, POD_LABEL):
        if plan.labels is None:
            path = f"JSON_VALUE(resource.labels, '$.{label}')"
        elif label in plan.labels:
            path = f"resource.labels.{label}"
        else:
            continue
        yield f"{path} LIKE {_quote(service + '%')}" if label == POD_LABEL else f"{path} = {_quote(service)}"


def _spell_instant(at: datetime) -> str:
    return f"TIMESTAMP '{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z'"


def _quote(text: str) -> str:
    return f"'{text}'"
