"""How tickets are worded."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from log_gardener.model.ticket import Subject
from log_gardener.renderers.console_links import CONSOLE, ConsoleLinks, find_links, find_remembered_links
from log_gardener.renderers.permalink import CodeHost


@dataclass(frozen=True, slots=True)
class TicketOptions:
    """How tickets are worded.

    Attributes:
        template: of the user's own, in the place of ours for the body; `None` for ours.
        zone: shown beside UTC.
        code: where the code is, to link lines and commits.
        console_url: of the Google Cloud console.
        quiet_label: with which a ticket is left alone.
    """

    template: Path | None = None
    zone: tzinfo = UTC
    code: CodeHost = field(default_factory=CodeHost)
    console_url: str = CONSOLE
    quiet_label: str = "log-gardener-quiet"


def link_console(subject: Subject, options: TicketOptions) -> ConsoleLinks:
    """Where the entries of an issue can be looked at."""
    if subject.cluster:
        return find_links(subject.cluster, options.console_url)
    return find_remembered_links(subject.issue, subject.details, options.console_url)
