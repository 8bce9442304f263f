"""Values that only their name tells: passwords, secrets, tokens and keys of no provider's shape."""

from collections.abc import Callable
from functools import partial
from random import Random

from tests.secrets.drawing import draw_entropic, fill
from tests.secrets.secret import Kind, Secret

# By the words of the name; contexts spell it their way.
SECRET_NAMES = (
    *("secret", "client secret", "app secret", "jwt secret", "webhook secret", "secret key", "shared secret"),
    *("api key", "access key", "secret access key", "private key", "signing key", "encryption key", "master key"),
    *("token", "access token", "refresh token", "auth token", "session token", "bearer token", "csrf token"),
    *("github token", "npm auth token", "slack bot token", "deploy token", "service token", "consumer secret"),
    *("aws session token", "storage account key", "x api key", "stripe api key", "oauth token", "credential"),
)
PASSWORD_NAMES = (
    *("password", "passwd", "pwd", "db password", "smtp password", "admin password", "user pwd", "passphrase"),
    *("redis password", "root password", "old password", "new password", "keystore password", "db passwd"),
)
# Providers whose keys have no shape that is theirs alone.
BY_NAME = (
    ("datadog key", "dd api key", "{hex:32}"),
    ("datadog application key", "dd app key", "{hex:40}"),
    ("cloudflare key", "cloudflare api key", "{hex:37}"),
    ("cloudflare token", "cf api token", "{url:40}"),
    ("heroku key by name", "heroku api key", "{uuid}"),
    ("twilio auth token", "twilio auth token", "{hex:32}"),
    ("aws secret by name", "aws secret access key", "{b64:40}"),
    ("aws session token", "aws session token", "FwoGZXIvYXdz{b64:300}"),
    ("new relic license key", "new relic license key", "{hex:36}NRAL"),
    ("fastly token", "fastly api token", "{url:32}"),
    ("wandb key", "wandb api key", "{hex:40}"),
    ("splunk token", "splunk hec token", "{uuid}"),
    ("snyk token", "snyk token", "{uuid}"),
    ("azure devops token", "azure devops pat", "{ln:52}"),
    ("okta token", "okta api token", "00{url:40}"),
    ("asana token", "asana access token", "1/{d:16}:{hex:32}"),
    ("cohere key", "cohere api key", "{an:40}"),
)
# What people think of: a word, then a figure or a sign.
_HUMAN = (
    "{lo:6}{d:2}",
    "{lo:5}{d:4}!",
    "{up:1}{lo:6}{d:2}",
    "{lo:5}-{lo:6}-{lo:5}",
    "{up:1}{lo:5}#{d:3}",
    "{an:4}${an:5}",
)
_SHAPES = (
    "{hex:32}",
    "{hex:40}",
    "{hex:64}",
    "{an:16-40}",
    "{an:10-16}",
    "{url:24-64}",
    "{b64:43}=",
    "{ln:20-52}",
    "{an:100-150}",
)
_SIGNED = ("{an:8}!{an:6}*{an:6}", "{an:6}%{an:5}^{an:8}", "{an:6}~{an:6}.{an:8}", "{an:5}@{an:9}", "{an:9}#{an:6}$")


def draw_value(draw: Random, least: int = 10) -> str:
    """A secret of a machine: at least 3.5 bits a character."""
    while len(text := draw_entropic(draw.choice(_SHAPES), draw)) < least:
        pass
    return text


def draw_password(draw: Random) -> str:
    """A password as people choose them."""
    return fill(draw.choice(_HUMAN), draw)


def _make(names: tuple[str, ...], value: Callable[[Random], str], draw: Random) -> Secret:
    return Secret(value(draw), name=draw.choice(names))


def _draw_signed(draw: Random) -> str:
    return draw_entropic(draw.choice(_SIGNED), draw)


def _draw_shape(shape: str, draw: Random) -> str:
    return draw_entropic(shape, draw, 2.8)


def _draw_plain(draw: Random) -> str:
    return fill("{lo:7-9}", draw)


_NAMED, _PASSWORD = frozenset({"named"}), frozenset({"named", "password"})
ASSIGNED = (
    Kind("secret by name", partial(_make, SECRET_NAMES, draw_value), _NAMED),
    Kind("secret with signs by name", partial(_make, SECRET_NAMES, _draw_signed), _NAMED),
    Kind("strong password by name", partial(_make, PASSWORD_NAMES, draw_value), _PASSWORD),
    Kind("password with signs by name", partial(_make, PASSWORD_NAMES, _draw_signed), _PASSWORD),
    Kind("human password by name", partial(_make, PASSWORD_NAMES, draw_password), _PASSWORD),
    # One word of letters is told from prose only where syntax says that it is a value.
    Kind("word as password", partial(_make, PASSWORD_NAMES, _draw_plain), frozenset({"plain"})),
    *(Kind(name, partial(_make, (spelt,), partial(_draw_shape, shape)), _NAMED) for name, spelt, shape in BY_NAME),
)
