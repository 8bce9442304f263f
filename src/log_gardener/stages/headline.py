"""The title of a ticket: `GCP-new | P1 | short name`."""

import re
from dataclasses import dataclass

from log_gardener.model.cluster import Trend
from log_gardener.model.priority import Priority

# Trackers refuse longer ones: GitHub from 256 on.
LONGEST_TITLE = 250

_TITLE = re.compile(r"GCP-(?P<word>[a-z]+) \| (?P<priority>P[0-4]) \| (?P<name>.*)", re.DOTALL)

NEW, REGRESSION, ESCALATION, ONGOING = "new", "regression", "escalation", "ongoing"

_WORDS = {Trend.REGRESSED: REGRESSION, Trend.ESCALATING: ESCALATION}


@dataclass(frozen=True, slots=True)
class Headline:
    """A title in its parts; the word says what made it so."""

    word: str
    priority: Priority
    name: str

    def __str__(self) -> str:
        """As the tracker shows it."""
        title = f"GCP-{self.word} | {self.priority} | {self.name}"
        return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def find_headline(title: str) -> Headline | None:
    """The parts of a title of ours; `None` if people gave it another form."""
    found = _TITLE.fullmatch(title)
    return Headline(found["word"], Priority(found["priority"]), found["name"]) if found else None


def find_retitle(title: str, priority: Priority, trend: Trend) -> str:
    """The title that a ticket should have now; empty if it stays. Its name, which people may have changed, stays.

    The word changes with the priority, and where the issue escalates or comes back.
    """
    present = find_headline(title)
    if present is None:
        return ""
    word = _WORDS.get(trend, present.word)
    if present.priority == priority and word == present.word:
        return ""
    if word == NEW:
        word = ONGOING
    return str(Headline(word, priority, present.name))
