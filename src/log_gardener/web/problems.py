"""What goes wrong, as the web tells it: a status, a title, and what to do."""

from typing import Any

from log_gardener.errors import (
    BusyError,
    ConfigError,
    GardenerError,
    NothingComparedError,
    OutputError,
    PlanError,
    StoreError,
    TrackerError,
    UnknownIssueError,
    UnknownRunError,
    UsageError,
)
from log_gardener.exits.leaks import clean
from log_gardener.renderers.json_text import spell_json
from log_gardener.web.safety.refusal import Refusal

MEDIA = "application/problem+json"

# The first that fits counts. What is asked in vain is the asker's; what is not at hand is not.
_STATUSES: tuple[tuple[type[GardenerError], int, str], ...] = (
    (UnknownIssueError, 404, "no such issue"),
    (UnknownRunError, 404, "no such run"),
    (NothingComparedError, 409, "nothing to compare"),
    (PlanError, 409, "not this plan"),
    (ConfigError, 503, "the configuration is wrong"),
    (UsageError, 409, "cannot be done so"),
    (BusyError, 503, "the tracker asks to wait"),
    (TrackerError, 502, "the tracker cannot be used"),
    (StoreError, 503, "the state cannot be used"),
    (OutputError, 500, "cannot be written"),
    (GardenerError, 500, "failed"),
)


def explain(error: GardenerError) -> Refusal:
    """An error of ours, told; a text that may not leave is redacted."""
    status, title = next((status, title) for kind, status, title in _STATUSES if isinstance(error, kind))
    return Refusal(status, title, clean(str(error)))


def spell_problem(refusal: Refusal) -> dict[str, Any]:
    """The problem in plain JSON values, as RFC 9457 has it."""
    return {"type": "about:blank", "title": refusal.title, "status": refusal.status, "detail": refusal.advice}


def draw_problem(refusal: Refusal) -> str:
    """The problem as JSON."""
    return spell_json(spell_problem(refusal), indent=None)
