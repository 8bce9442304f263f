"""Customers, and the secrets that careless lines let slip.

Everything that looks like a credential is put together here from pieces and random
characters: it opens nothing, and no scanner finds a whole one in this source. Addresses
are of the ranges and domains that the RFCs reserve for documentation.
"""

import base64
import json
import string
from dataclasses import dataclass
from random import Random

LETTERS = string.ascii_letters + string.digits
NAMES = ("ines", "joris", "maud", "tomas", "leila", "pavel", "rosa", "emil", "noor", "greta")
NETWORKS = ("192.0.2.", "198.51.100.", "203.0.113.")


@dataclass(frozen=True, slots=True)
class Customer:
    """Someone who buys flowers, from one address on the net."""

    user: str
    email: str
    ip: str


def make_customer(rng: Random) -> Customer:
    """One of about two thousand."""
    number = rng.randrange(2000)
    name = NAMES[number % len(NAMES)]
    ip = NETWORKS[number % len(NETWORKS)] + str(1 + number % 254)
    return Customer(f"usr_{20_000 + number}", f"{name}.{number}@example.org", ip)


def made_up(rng: Random, length: int, letters: str = LETTERS) -> str:
    """Random characters: an id, or the part of a secret that would be secret."""
    return "".join(rng.choice(letters) for _ in range(length))


def bearer_header(rng: Random) -> str:
    """An authorization header as a debug line prints it."""
    return f"Authorization: Bearer {made_up(rng, 44)}"


def database_url(rng: Random) -> str:
    """A connection string that still has its password."""
    login = f"shop_app:{made_up(rng, 22)}"
    return f"postgresql://{login}@10.8.0.5:5432/shop"


def key_assignment(rng: Random) -> str:
    """An environment variable with a key in the shape of Google's."""
    return f"MAPS_API_KEY=AIza{made_up(rng, 35)}"


def session_token(rng: Random, user: str) -> str:
    """A JSON web token: two readable parts and a signature of nothing."""
    header = {"alg": "HS256", "typ": "JWT"}
    claims = {"sub": user, "sid": made_up(rng, 12)}
    readable = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join((*readable, made_up(rng, 43)))


def misread(text: str) -> str:
    """The text after its UTF-8 bytes were taken for Windows-1252, as a wrong locale does."""
    return text.encode().decode("cp1252")
