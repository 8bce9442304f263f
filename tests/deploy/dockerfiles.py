"""Dockerfiles as values, and what is wrong with them."""

import re
from dataclasses import dataclass
from fnmatch import fnmatch

_FLAG = re.compile(r"--\S+\s+")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, continued lines joined.

    Attributes:
        stage: of how many `FROM` it comes after; 0 before the first.
    """

    stage: int
    word: str
    rest: str


def parse(text: str) -> list[Instruction]:
    """Every instruction of a Dockerfile, comments gone."""
    joined = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).replace("\\\n", " ")
    found, stage = [], 0
    for line in filter(None, map(str.strip, joined.splitlines())):
        word, _, rest = line.partition(" ")
        stage += word == "FROM"
        found.append(Instruction(stage, word, rest.strip()))
    return found


def find_floating_images(text: str) -> list[str]:
    """Images that are another one tomorrow: without a tag, or with one that moves."""
    instructions = parse(text)
    defaults = dict(one.rest.split("=", 1) for one in instructions if one.word == "ARG" and "=" in one.rest)
    stages = set(re.findall(r"(?im)^FROM .+ AS (\w+)", text))
    floating = []
    for one in instructions:
        names = [one.rest.split()[0]] if one.word == "FROM" else re.findall(r"--from=(\S+)", one.rest)
        for image in names:
            spelt = re.sub(r"\$\{(\w+)\}", lambda match: defaults.get(match[1], ""), image)
            tag = spelt.rpartition("/")[2].partition(":")[2]
            if image not in stages and "@sha256:" not in spelt and (not tag or "latest" in tag):
                floating.append(image)
    return floating


def find_fetched(text: str) -> list[str]:
    """What is brought in from an address, or unpacked unseen."""
    return [one.rest for one in parse(text) if one.word == "ADD" or re.search(r"\b(curl|wget)\b", one.rest)]


def find_sources(text: str) -> list[str]:
    """What is copied from the repository, not from another stage."""
    copies = [one.rest for one in parse(text) if one.word == "COPY" and "--from=" not in one.rest]
    return [source for rest in copies for source in _FLAG.sub("", rest).split()[:-1]]


def find_last(text: str, word: str) -> str:
    """The last stage's instruction of a kind; empty if it has none."""
    instructions = parse(text)
    last = instructions[-1].stage
    found = [one.rest for one in instructions if one.stage == last and one.word == word]
    return found[-1] if found else ""


def is_let_through(ignored: str, path: str) -> bool:
    """Whether a `.dockerignore` leaves a path in; its last rule that fits decides."""
    is_in = True
    for rule in (line for line in ignored.splitlines() if line and not line.startswith("#")):
        pattern = rule.removeprefix("!")
        parents = [path, *(path[: match.start()] for match in re.finditer("/", path))]
        if any(fnmatch(one, pattern.removeprefix("**/")) for one in parents):
            is_in = rule.startswith("!")
    return is_in
