"""Private keys of many lines, and the documents that hold them."""

import json
import textwrap
from functools import partial
from random import Random

from tests.secrets.drawing import fill, wrap64
from tests.secrets.secret import Kind, Secret

LABELS = (
    *("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
    *("OPENSSH PRIVATE KEY", "ANY PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
)
_DASHES = "-" * 5
_LOCKED = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{HEX:32}\n\n"


def make_body(draw: Random, width: int = 64) -> list[str]:
    """The lines of base64 between the marks."""
    size = draw.choice((164, 820, 1616))
    return textwrap.wrap(fill(f"MII{{b64:{size}}}", draw) + "=", width)


def make_pem(label: str, draw: Random, *, has_end: bool = True) -> Secret:
    """A key in its armour."""
    lines = make_body(draw, 70 if "OPENSSH" in label else 64)
    head = fill(_LOCKED, draw) if label == "RSA PRIVATE KEY" and draw.random() < 0.3 else ""
    head = "Version: GnuPG v2\n\n" if "PGP" in label else head
    end = f"\n{_DASHES}END {label}{_DASHES}" if has_end else ""
    text = f"{_DASHES}BEGIN {label}{_DASHES}\n{head}" + "\n".join(lines) + end
    return Secret(text, hidden=tuple(line for line in lines if len(line) >= 8), name="private key")


def make_putty(draw: Random) -> Secret:
    """A key as PuTTY keeps it."""
    lines = make_body(draw)
    head = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: deploy\nPublic-Lines: 1\nAAAAC3Nz\n"
    text = head + f"Private-Lines: {len(lines)}\n" + "\n".join(lines) + "\nPrivate-MAC: " + fill("{hex:64}", draw)
    return Secret(text, hidden=tuple(line for line in lines if len(line) >= 8), name="private key")


def make_flat(draw: Random) -> Secret:
    """A key whose line ends became blanks, as a variable of the shell has it."""
    secret = make_pem(draw.choice(LABELS[:6]), draw)
    return Secret(secret.text.replace("\n", " "), secret.hidden, "private key")


def make_escaped(draw: Random) -> Secret:
    """A key whose line ends are spelt, once or twice."""
    secret = make_pem(draw.choice(LABELS[:6]), draw)
    return Secret(secret.text.replace("\n", draw.choice(("\\n", "\\\\n", "\\r\\n"))), secret.hidden, "private key")


def make_wrapped(draw: Random) -> Secret:
    """A key in base64, as Kubernetes keeps it."""
    return Secret(wrap64(make_pem(draw.choice(LABELS[:6]), draw).text), name="client key data")


def make_service_account(draw: Random) -> Secret:
    """The document that Google gives for a service account."""
    pem = make_pem("PRIVATE KEY", draw)
    key_id, user = fill("{hex:40}", draw), fill("{lo:8}@{lo:9}.iam.gserviceaccount.com", draw)
    document = {
        "type": "service_account",
        "project_id": "shop-prod",
        "private_key_id": key_id,
        "private_key": f"{pem.text}\n",
        "client_email": user,
        "client_id": fill("{d:21}", draw),
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    return Secret(json.dumps(document), hidden=(*pem.hidden, key_id, user.partition("@")[0]), name="credentials")


def make_docker_config(draw: Random) -> Secret:
    """What a registry is logged in with."""
    pair = wrap64("_json_key:" + fill("{an:40}", draw))
    return Secret(json.dumps({"auths": {"registry.example.com": {"auth": pair}}}), hidden=(pair,), name="config")


def make_tokens(draw: Random) -> Secret:
    """What a server of OAuth answers."""
    access, refresh = fill("{an:48}", draw), fill("{url:64}", draw)
    document = {"access_token": access, "refresh_token": refresh, "token_type": "bearer", "expires_in": 3599}
    return Secret(json.dumps(document), hidden=(access, refresh), name="response")


_BLOCK = frozenset({"block"})
BLOCKS = (
    *(Kind(f"pem, {label.lower()}", partial(make_pem, label), _BLOCK) for label in LABELS),
    Kind("pem without its end", partial(make_pem, "RSA PRIVATE KEY", has_end=False), frozenset({"block", "open"})),
    Kind("putty key", make_putty, _BLOCK),
    Kind("pem on one line", make_flat, frozenset({"line"})),
    Kind("pem with spelt line ends", make_escaped, frozenset({"line"})),
    Kind("pem in base64", make_wrapped, frozenset({"bare"})),
    Kind("service account", make_service_account, frozenset({"document"})),
    Kind("docker config", make_docker_config, frozenset({"document"})),
    Kind("token response", make_tokens, frozenset({"document"})),
)
