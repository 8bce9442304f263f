"""Tickets in GitHub's Markdown, by templates."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_gardener.errors import ConfigError
from log_gardener.model.ticket import Draft, Event, Stop, Subject
from log_gardener.renderers.escaping import flatten
from log_gardener.renderers.inert_text import LIMITS, Inert
from log_gardener.renderers.made_up import make_subjects
from log_gardener.renderers.placing import Pieces
from log_gardener.renderers.ticket_boards import show_comment, show_dashboard, show_notice
from log_gardener.renderers.ticket_facts import make_view
from log_gardener.renderers.ticket_options import TicketOptions
from log_gardener.renderers.ticket_template import (
    COMMENT,
    DASHBOARD,
    GUIDE,
    NOTICE,
    TICKET,
    Templates,
    TooLongError,
    View,
)

# A title of GitHub's has 256 characters, and before the name stand a word and the priority.
LONGEST_NAME = 120

# How many issues the dashboard lists, with how much of each; the first that fits is taken.
_LINES = ((100, 160), (50, 120), (20, 80))


class TicketRenderer:
    """Words tickets; equal subjects give equal bytes.

    Raises:
        ConfigError: the user's own template is wrong; with the line, and what to do.
    """

    def __init__(self, options: TicketOptions | None = None) -> None:
        self._options = options or TicketOptions()
        self._templates = Templates(self._options.template)
        if self._options.template:
            for subject in make_subjects():
                self.write(subject)

    def write(self, subject: Subject) -> Draft:
        """What a ticket is to say of an issue.

        Raises:
            ConfigError: the user's own template is wrong.
        """
        inerts = [Inert(limits) for limits in LIMITS]
        views = ((make_view(subject, self._options, inert), inert.pieces) for inert in inerts)
        return Draft(make_name(subject.issue.title), self._fit(TICKET, views))

    def tell(self, event: Event, subject: Subject | None) -> str:
        """The comment on a change of state."""
        inert = Inert(LIMITS[0])
        return self._templates.fill(COMMENT, show_comment(event, subject, self._options, inert), inert.pieces)

    def write_notice(self, stop: Stop) -> Draft:
        """What to say where nothing is filed."""
        inert = Inert(LIMITS[0])
        block = self._templates.fill(NOTICE, show_notice(stop, inert), inert.pieces)
        return Draft("Log Gardener files nothing", block)

    def write_dashboard(self, subjects: Sequence[Subject]) -> Draft:
        """The one ticket that lists all."""
        inerts = [(most, Inert(replace(LIMITS[0], text=text))) for most, text in _LINES]
        views = ((show_dashboard(subjects, most, inert), inert.pieces) for most, inert in inerts)
        return Draft("Log Gardener: all issues", self._fit(DASHBOARD, views))

    def _fit(self, name: str, views: Iterable[tuple[View, Pieces]]) -> str:
        """The first document that is short enough."""
        why = ""
        for view, pieces in views:
            made = self._try(name, view, pieces)
            if isinstance(made, str):
                return made
            why = str(made)
        msg = f"the template of tickets {self._options.template}: {why}, however little it is given; {GUIDE}"
        raise ConfigError(msg)

    def _try(self, name: str, view: View, pieces: Pieces) -> str | TooLongError:
        try:
            return self._templates.fill(name, view, pieces)
        except TooLongError as error:
            return error


def make_name(title: str) -> str:
    """A title as the last part of a ticket's: one line, in which no bar parts anything."""
    name = " ".join(flatten(title).replace("|", "¦").split()) or "(blank)"
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
