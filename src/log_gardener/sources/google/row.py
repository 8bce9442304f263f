"""One row of the table of all that can go wrong with Google Cloud."""

import re
from dataclasses import dataclass

from log_gardener.sources.google.failure import Kind

LOGIN = "gcloud auth application-default login"
SET_SCOPES = "gcloud compute instances set-service-account INSTANCE --scopes=cloud-platform"
OWN_LOGIN = f"unset GOOGLE_APPLICATION_CREDENTIALS; {LOGIN}"


@dataclass(frozen=True, slots=True)
class Row:
    """One way to go wrong.

    Attributes:
        name: of the row.
        kinds: where it goes wrong; none for anywhere.
        told: what is wrong; the words in braces are filled in.
        remedy: the command that mends it, with what to know of it.
        why: what makes this the right thing to say.
        reasons: the service's names of it; one of them, or the pattern, must fit if there are any.
        pattern: what is looked for in the text.
    """

    name: str
    kinds: frozenset[Kind]
    told: str
    remedy: str
    why: str
    reasons: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Says:
    """How a row is known by what the library or the service says."""

    pattern: str
    reasons: tuple[str, ...] = ()


def make_row(name: str, kinds: tuple[Kind, ...], says: Says | None = None, *, told: str, remedy: str, why: str) -> Row:
    """A row of the table, see `Row`."""
    if says is None:
        return Row(name, frozenset(kinds), told, remedy, why)
    pattern = re.compile(says.pattern, re.IGNORECASE)
    return Row(name, frozenset(kinds), told, remedy, why, frozenset(says.reasons), pattern)
