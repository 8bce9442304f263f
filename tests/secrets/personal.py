"""What tells of people: addresses, numbers, and their names in paths."""

import ipaddress
from random import Random

from tests.secrets.drawing import add_check_digit, fill
from tests.secrets.secret import Kind, Secret

# Issuer's first digits, and how many there are with the check digit.
CARDS = (("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16))
INTERNATIONAL = (
    *("+1 415 555 {d:4}", "+1 (415) 555-{d:4}", "+1-212-555-{d:4}", "+1415555{d:4}", "+44 20 7946 0{d:3}"),
    *("+442079460{d:3}", "+49 30 9018 {d:4}", "+49 (0)30 90{d:6}", "+4930{d:8}", "+33 1 70 18 {d:2} {d:2}"),
    *("+81 3-1234-{d:4}", "+91 98765 {d:5}", "+55 11 91234-{d:4}", "+61 2 5550 {d:4}", "+86 138 1234 {d:4}"),
)
NATIONAL = (
    *("(415) 555-{d:4}", "415-555-{d:4}", "415.555.{d:4}", "020 7946 0{d:3}", "030 9018{d:4}", "030/9018{d:4}"),
    *("01 70 18 {d:2} {d:2}", "0151 {d:8}", "0049 30 9018{d:4}"),
)
PATHS = (
    *("/home/{}/shop/app.py", "/Users/{}/Library/Logs/shop.log", "C:\\Users\\{}\\AppData\\Local\\shop.log"),
    *("/home/{}", "/Users/{}/.ssh/config", "D:\\Users\\{}\\shop", "C:/Users/{}/shop/run.py", "/var/home/{}/.bashrc"),
    *(
        "file:///home/{}/shop.db",
        "/mnt/c/Users/{}/shop",
        "/export/home/{}/data.csv",
        "C:\\Documents and Settings\\{}\\x",
    ),
)


def make_email(draw: Random) -> Secret:
    """An address of a person."""
    shapes = (
        *("{lo:5}.{lo:7}@{lo:8}.example.com", "{lo:9}@{lo:9}.io", "{lo:4}+{lo:4}{d:2}@{lo:8}.co.uk"),
        *("{up:1}{lo:4}_{lo:6}@{lo:6}-{lo:5}.org", "{lo:1}{d:5}@{lo:7}.museum", "{lo:3}-{lo:5}@mail.{lo:8}.de"),
    )
    return Secret(fill(draw.choice(shapes), draw), name=draw.choice(("email", "user", "to")), is_whole=True)


def make_ipv4(draw: Random) -> Secret:
    """A public address."""
    while not ipaddress.ip_address(text := ".".join(str(draw.randint(1, 254)) for _ in range(4))).is_global or (
        int(text.split(".")[0]) >= 224
    ):
        pass
    return Secret(text, name=draw.choice(("ip", "client", "remote addr")), is_whole=True)


def make_ipv6(draw: Random) -> Secret:
    """A public address, whole or shortened, or of the fourth version in the sixth."""
    prefix = draw.choice(("2a00:1450", "2606:4700", "2a02:8108", "2404:6800"))
    shapes = ("{hex:4}:{hex:4}:{hex:4}:{hex:4}:{hex:4}:{hex:4}", ":{hex:4}:{hex:4}", "{hex:4}::{hex:4}", ":{hex:2}")
    text = f"{prefix}:{fill(draw.choice(shapes), draw)}"
    if draw.random() < 0.15:
        text = f"::ffff:{make_ipv4(draw).text}"
    if draw.random() < 0.15:
        text = text.upper()
    return Secret(text, name=draw.choice(("ip", "client", "remote addr")), is_whole=True)


def make_international(draw: Random) -> Secret:
    """A number with its country."""
    return Secret(fill(draw.choice(INTERNATIONAL), draw), name=draw.choice(("phone", "mobile", "tel")), is_whole=True)


def make_national(draw: Random) -> Secret:
    """A number as it is dialled at home: its name tells what it is."""
    names = ("phone", "phone number", "mobile", "contact phone", "tel")
    return Secret(fill(draw.choice(NATIONAL), draw), name=draw.choice(names), is_whole=True)


def make_card(draw: Random) -> Secret:
    """A number that passes Luhn's check, in one piece or in groups."""
    start, size = draw.choice(CARDS)
    digits = add_check_digit(start + fill(f"{{d:{size - 1 - len(start)}}}", draw))
    groups = [digits[:4], digits[4:10], digits[10:]] if size == 15 else [digits[at : at + 4] for at in range(0, 16, 4)]
    return Secret(draw.choice(("", " ", "-")).join(groups), name=draw.choice(("card", "pan")), is_whole=True)


def make_path(draw: Random) -> Secret:
    """A file in somebody's home."""
    user = fill(draw.choice(("{lo:5}", "{lo:1}.{lo:6}", "{lo:4}_{lo:5}", "{up:1}{lo:5}", "{lo:4}{d:2}")), draw)
    return Secret(draw.choice(PATHS).format(user), hidden=(user,), name="file", is_whole=True)


_BARE, _NAMED = frozenset({"bare", "words"}), frozenset({"named"})
PERSONAL = (
    Kind("e-mail", make_email, _BARE),
    Kind("public ipv4", make_ipv4, _BARE),
    Kind("public ipv6", make_ipv6, _BARE),
    Kind("international phone", make_international, _BARE),
    Kind("national phone", make_national, _NAMED),
    Kind("card", make_card, _BARE),
    Kind("user in a path", make_path, _BARE),
)
