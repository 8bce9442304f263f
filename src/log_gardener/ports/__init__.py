"""The sockets: what the flow needs from outside, as protocols.

One contract suite per port runs against every adapter (`tests/contracts`).
"""

from log_gardener.ports.publishing import Preview, Renderer, TicketWriter, Tracker
from log_gardener.ports.reading import (
    Clock,
    Engine,
    Feed,
    Harvest,
    Label,
    Message,
    Observer,
    Portable,
    Progress,
    Request,
    Rows,
    Silence,
    Source,
    Stream,
)
from log_gardener.ports.remembering import Redactor, Store

__all__ = [
    "Clock",
    "Engine",
    "Feed",
    "Harvest",
    "Label",
    "Message",
    "Observer",
    "Portable",
    "Preview",
    "Progress",
    "Redactor",
    "Renderer",
    "Request",
    "Rows",
    "Silence",
    "Source",
    "Store",
    "Stream",
    "TicketWriter",
    "Tracker",
]
