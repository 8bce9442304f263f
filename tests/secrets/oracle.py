"""Whether a text of real logs is clean: told by other means than the redactor's."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from tests.secrets.drawing import has_check_digit

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]*){2,}(?![\w:])")
_PATH = re.compile(r"(?:/home|[/\\]Users)[/\\]+[^/\\\s\"':]+")
_PHONE = re.compile(r"\+\d[\d ()-]{7,}\d")
_CARD = re.compile(r"(?<![\w.-])[3-6]\d{3}[ -]?\d{4,6}[ -]?\d{4,5}(?:[ -]?\d{4})?(?![\w.-])")
_CARD_SIZES = {14, 15, 16}

# Addresses that name nobody. Those of documentation stand for somebody's in logs that were given away.
_MEANINGFUL = [
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
        *("224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
]

# Members whose value is somebody, whatever it says.
PERSONAL_MEMBERS = {
    "remoteIp",
    "callerIp",
    "userAgent",
    "callerSuppliedUserAgent",
    "principalEmail",
    "principalSubject",
}


def is_clean(text: str) -> bool:
    """Whether nothing in a text tells of a person."""
    return not (
        _EMAIL.search(text)
        or _PATH.search(text)
        or _PHONE.search(text)
        or any(map(_is_public, (*_IPV4.findall(text), *_IPV6.findall(text))))
        or any(map(_is_card, _CARD.findall(text)))
    )


def _is_public(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text.rstrip("."))
    except ValueError:
        return False
    return not any(address in network for network in _MEANINGFUL)


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return len(digits) in _CARD_SIZES and has_check_digit(digits)


def find_texts(value: Any, member: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value, names too, in a fixed order, each with the name of its member."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield "", name
            yield from find_texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from find_texts(inner, member)
    elif isinstance(value, str):
        yield member, value
