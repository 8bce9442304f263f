"""Every context with every kind that may stand in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.secrets.bare_contexts import BARE_CONTEXTS
from tests.secrets.block_contexts import BLOCK_CONTEXTS, ENTRY_CONTEXTS
from tests.secrets.contexts import Context
from tests.secrets.header_contexts import HEADER_CONTEXTS
from tests.secrets.json_contexts import JSON_CONTEXTS
from tests.secrets.kinds import KINDS, SEED
from tests.secrets.named_contexts import NAMED_CONTEXTS
from tests.secrets.secret import Kind, Secret

CONTEXTS: tuple[Context, ...] = (
    *BARE_CONTEXTS,
    *NAMED_CONTEXTS,
    *JSON_CONTEXTS,
    *HEADER_CONTEXTS,
    *BLOCK_CONTEXTS,
)
ALL_CONTEXTS = (*CONTEXTS, *ENTRY_CONTEXTS)

# A name that says nothing, so that the shape alone must tell.
NEUTRAL = ("value", "field", "item", "id")
TRIES = 40


@dataclass(frozen=True)
class Planted:
    """A secret in a context, and the text that both make."""

    kind: Kind
    context: Context
    secret: Secret
    text: str


def plant_all(contexts: tuple[Context, ...] = CONTEXTS, seed: int = SEED) -> Iterator[Planted]:
    """One of every kind in every context that takes the kind; the same for the same seed."""
    for context in contexts:
        for kind in KINDS:
            draw = Random(f"{seed} {context.name} {kind.name}")
            found = find_secret(kind, context, draw)
            if found:
                yield Planted(kind, context, found, plant(context, kind, found, draw))


def find_secret(kind: Kind, context: Context, draw: Random) -> Secret | None:
    """A secret of a kind that may stand in a context; none if its grammar forbids all that were drawn."""
    if not context.roles & kind.roles:
        return None
    drawn = (kind.make(draw) for _ in range(TRIES))
    return next((secret for secret in drawn if context.takes(kind, secret)), None)


def plant(context: Context, kind: Kind, secret: Secret, draw: Random) -> str:
    """The text; what its shape tells has at times a name that says nothing."""
    has_neutral_name = "bare" in kind.roles and draw.random() < 0.5
    return context.plant(secret, draw.choice(NEUTRAL) if has_neutral_name else None)
