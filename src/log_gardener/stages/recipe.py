"""Recipes: the rules by which a template is known again, each with its date.

A change of rules is a new recipe in front of the others, never an edit of one. An issue that a former recipe
made keeps its id, its history and its ticket: what is found bears its fingerprints by all recipes, and the first
one that leads anywhere tells the issue; the new fingerprint is an alias from then on.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import ftfy

from log_gardener._core import Template

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to know a template again.

    Attributes:
        name: stands before each fingerprint.
        since: when it became the recipe of new issues.
        spell: what tells templates apart.
    """

    name: str
    since: date
    spell: Callable[[Template], Sequence[str]]

    def digest(self, parts: Sequence[str]) -> str:
        """The recipe's name and BLAKE2b-128 of the parts."""
        digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=DIGEST_BYTES)
        return f"{self.name}:{digest.hexdigest()}"

    def make_fingerprint(self, template: Template) -> str:
        """What identifies a template."""
        return self.digest(self.spell(template))


def repair(text: str) -> str:
    """Undo a wrong decoding (UTF-8 read as Windows-1252), leaving all else as it is."""
    return text if text.isascii() else ftfy.fix_encoding(text)


def _spell_r1(template: Template) -> Sequence[str]:
    """The hard keys and the text; a trace is known by its exception's type and frames, its message may vary."""
    is_framed = template.kind == "trace" and template.frames
    text = template.text.partition(":")[0] if is_framed else repair(template.text)
    place = () if is_framed else (template.module, template.function)
    return (template.kind, template.resource, template.service, *place, text, *template.frames)


RECIPES: tuple[Recipe, ...] = (Recipe("r1", date(2026, 11, 1), _spell_r1),)
"""The newest first: it makes new fingerprints, the others recognise what they made."""
