"""What a redactor leaves of planted secrets, by the way in which a text goes through it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from log_gardener._core import Redactor
from tests.secrets.pairs import ALL_CONTEXTS, CONTEXTS, Planted, plant_all
from tests.secrets.secret import find_left

Way = Callable[[Redactor, str], str]

# How much of a secret a report shows, and of the text around it.
SHOWN, AROUND, ROWS = 6, 70, 60


@dataclass(frozen=True)
class Miss:
    """A planted secret of which a piece is left."""

    planted: Planted
    left: str
    output: str

    def __str__(self) -> str:
        at = self.output.find(self.left)
        around = self.output[max(at - AROUND, 0) : at] + self.left[:SHOWN] + "~"
        return f"| {self.planted.kind.name} | {self.planted.context.name} | {around!r} |"


def by_text(redactor: Redactor, text: str) -> str:
    return redactor.text(text)


def by_json(redactor: Redactor, text: str) -> str:
    redacted = redactor.json(text)
    assert redacted is not None, text
    return redacted


def by_stream(redactor: Redactor, text: str) -> str:
    written: list[bytes] = []
    redactor.stream(text.encode(), written.append)
    return b"".join(written).decode()


WAYS: dict[str, Way] = {"text": by_text, "json": by_json, "stream": by_stream}


def plant_for(way: str) -> Iterable[Planted]:
    """What can go this way."""
    contexts = {
        "text": CONTEXTS,
        "json": tuple(context for context in CONTEXTS if context.is_json),
        "stream": ALL_CONTEXTS,
    }
    return plant_all(contexts[way])


def find_misses(redactor: Redactor, way: str, planted: Sequence[Planted]) -> list[Miss]:
    """Every planted secret of which a piece is left."""
    misses = []
    for one in planted:
        output = WAYS[way](redactor, one.text)
        left = find_left(one.secret, output)
        if left is not None:
            misses.append(Miss(one, left, output))
    return misses


def find_recalls(planted: Sequence[Planted], misses: Sequence[Miss]) -> dict[str, float]:
    """By kind, the share that is redacted."""
    all_of = Counter(one.kind.name for one in planted)
    missed = Counter(miss.planted.kind.name for miss in misses)
    return {kind: 1 - missed[kind] / count for kind, count in all_of.items()}


def spell_misses(misses: Sequence[Miss]) -> str:
    """A table to read: which kinds and contexts, and some of each."""
    kinds = Counter(miss.planted.kind.name for miss in misses).most_common()
    contexts = Counter(miss.planted.context.name for miss in misses).most_common()
    # One of each kind and context before a second one of any.
    shown = sorted(misses, key=lambda miss: (miss.planted.kind.name, miss.planted.context.name))
    step = max(len(shown) // ROWS, 1)
    rows = [str(miss) for miss in shown[::step]]
    lines = [f"{len(misses)} missed", f"by kind: {kinds}", f"by context: {contexts}"]
    return "\n".join([*lines, "| kind | context | what is left |", "| --- | --- | --- |", *rows])
