"""Every kind of secret that is planted."""

from random import Random

from tests.secrets.assigned import ASSIGNED
from tests.secrets.blocks import BLOCKS
from tests.secrets.credentials import CREDENTIALS
from tests.secrets.personal import PERSONAL
from tests.secrets.providers import PROVIDERS
from tests.secrets.secret import Kind, Secret

KINDS: tuple[Kind, ...] = (*PROVIDERS, *CREDENTIALS, *BLOCKS, *ASSIGNED, *PERSONAL)
SEED = 7


def make_secrets(seed: int = SEED, each: int = 1) -> list[tuple[Kind, Secret]]:
    """Some secrets of every kind; the same ones for the same seed."""
    return [(kind, kind.make(Random(f"{seed} {kind.name} {number}"))) for kind in KINDS for number in range(each)]
