"""The hostile corpus: what logs may try, by exit, and mutations of it."""

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
EXITS = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))

# No file can hold half of a surrogate pair, but JSON and names of files can.
HALVES = ("\ud800", "\udfff", "x\ud83dy", "\udc80.json", "\udead\ud800")

_BESIDE = (
    *(
        "",
        "",
        "x",
        " ",
        "  ",
        "\n",
        "\t",
        "(",
        ")",
        "*",
        "**",
        "_",
        "`",
        "``",
        "\\",
        "|",
        "~",
        "<",
        ">",
        "&",
        "#",
        "@",
        "!",
    ),
    *(
        "[",
        "]",
        '"',
        "'",
        "$",
        ":",
        ".",
        ",",
        "-",
        "=",
        "/",
        "é",
        "日",
        "<!--",
        "-->",
        "\u200b",
        "\u202e",
        "\x1b[",
        "fixes ",
    ),
)
_INSIDE = ("\u200b", "\u2060", "\ufeff", "\u00ad", "\x00", "\u202e", "\ufe0f", "\U000e0041", "\n", "\\", "*", "\u0301")


@dataclass(frozen=True)
class Payload:
    """A text that a log may hold, and what it tries."""

    text: str
    exit: str
    tries: str


def read_corpus(*exits: str) -> list[Payload]:
    """The payloads of some exits, by default of all."""
    return [
        Payload(text, name, kind["tries"])
        for name in exits or EXITS
        for kind in tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))["kind"]
        for text in kind["payloads"]
    ]


def read_texts(*exits: str) -> list[str]:
    """Their texts, and halves of characters beside them."""
    return [*(payload.text for payload in read_corpus(*exits)), *HALVES]


def mutate(texts: list[str], count: int, seed: int) -> list[str]:
    """Payloads with something before, behind or within, repeated, in other letters, and joined to each other."""
    draw = random.Random(seed)
    return [_mutate_one(draw, texts) for _ in range(count)]


def _mutate_one(draw: random.Random, texts: list[str]) -> str:
    text = draw.choice(texts)
    for _ in range(draw.randint(1, 3)):
        at = draw.randint(0, len(text))
        text = draw.choice(
            (
                draw.choice(_BESIDE) + text,
                text + draw.choice(_BESIDE),
                draw.choice(_BESIDE) + text + draw.choice(_BESIDE),
                text[:at] + draw.choice(_INSIDE) + text[at:],
                text * draw.randint(2, 3),
                text.swapcase(),
                text + draw.choice(texts),
                f"{text} {draw.choice(texts)}",
                text[: max(at, 1)],
            )
        )
    return text
