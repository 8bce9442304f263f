"""Made-up text of a given shape: `fill("npm_{an:36}", draw)` draws 36 letters and digits."""

import base64
import math
import re
import string
from collections import Counter
from random import Random

ALPHABETS = {
    "an": string.ascii_letters + string.digits,
    "al": string.ascii_letters,
    "lo": string.ascii_lowercase,
    "ln": string.ascii_lowercase + string.digits,
    "up": string.ascii_uppercase,
    "un": string.ascii_uppercase + string.digits,
    "d": string.digits,
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "b32": string.ascii_uppercase + "234567",
    "b64": string.ascii_letters + string.digits + "+/",
    "url": string.ascii_letters + string.digits + "-_",
    "word": string.ascii_letters + string.digits + "_",
    "az": string.ascii_letters + string.digits + "_~.-",
}

_HOLE = re.compile(r"\{(?:uuid|(?P<alphabet>[A-Za-z0-9]+):(?P<least>\d+)(?:-(?P<most>\d+))?)\}")


def fill(template: str, draw: Random) -> str:
    """The template with its holes filled: `{hex:40}`, `{an:24-99}`, `{uuid}`."""
    return _HOLE.sub(lambda hole: _fill_hole(hole, draw), template)


def _fill_hole(hole: re.Match[str], draw: Random) -> str:
    if hole["alphabet"] is None:
        return fill("{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}", draw)
    least = int(hole["least"])
    size = draw.randint(least, int(hole["most"] or least))
    letters = ALPHABETS[hole["alphabet"]]
    # Ends that are no letter or digit belong to whatever stands around; a secret of hyphens alone is none.
    text = "".join(draw.choice(letters) for _ in range(size))
    return text if text[-1:].isalnum() else text[:-1] + draw.choice(string.ascii_letters)


def draw_entropic(template: str, draw: Random, bits: float = 3.5) -> str:
    """A filled template of at least so many bits a character."""
    while find_entropy(text := fill(template, draw)) < bits:
        pass
    return text


def find_entropy(text: str) -> float:
    """Shannon's, in bits a character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def add_check_digit(digits: str) -> str:
    """A number that passes Luhn's check."""
    return next(digits + last for last in string.digits if has_check_digit(digits + last))


def has_check_digit(digits: str) -> bool:
    """Whether a number passes Luhn's check."""
    doubled = (int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def wrap64(text: str | bytes, *, is_url_safe: bool = False, has_padding: bool = True) -> str:
    """Base64 of a text."""
    encode = base64.urlsafe_b64encode if is_url_safe else base64.b64encode
    wrapped = encode(text.encode() if isinstance(text, str) else text).decode()
    return wrapped if has_padding else wrapped.rstrip("=")
