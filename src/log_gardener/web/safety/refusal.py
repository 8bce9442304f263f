"""A request that is not answered, and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        status: of HTTP.
        title: what it is called, without a full stop.
        advice: what to do, in a sentence or two.
    """

    status: int
    title: str
    advice: str
    headers: Mapping[str, str] = field(default_factory=dict)
