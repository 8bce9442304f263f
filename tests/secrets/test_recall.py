"""Generated secrets of every kind, each in every context that can hold it."""

from random import Random

import pytest

from log_gardener._core import Redactor
from tests.secrets.kinds import KINDS, make_secrets
from tests.secrets.pairs import ALL_CONTEXTS, Planted, plant_all
from tests.secrets.recall import WAYS, find_misses, find_recalls, plant_for, spell_misses
from tests.secrets.secret import Kind, Secret, find_left

LEAST = 0.995
# A kind may be missed in some odd contexts, but no kind may be missed in many.
LEAST_OF_A_KIND = 0.95


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(b"a key of the tests")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("has_prefix", [False, True], ids=["of no provider's shape", "of a provider's shape"])
def test_nearly_all_planted_secrets_are_redacted(redactor: Redactor, way: str, has_prefix: bool) -> None:  # noqa: FBT001
    # Apart, because providers are many: they would hide what is missed of all else.
    planted = [one for one in plant_for(way) if ("token" in one.kind.roles) is has_prefix]

    misses = find_misses(redactor, way, planted)

    recall = 1 - len(misses) / len(planted)
    assert recall >= LEAST, f"recall {recall:.4f} of {len(planted)}\n{spell_misses(misses)}"


@pytest.mark.parametrize("way", WAYS)
def test_no_kind_is_missed_in_many_contexts(redactor: Redactor, way: str) -> None:
    planted = list(plant_for(way))
    misses = find_misses(redactor, way, planted)

    low = {kind: recall for kind, recall in find_recalls(planted, misses).items() if recall < LEAST_OF_A_KIND}

    shown = [miss for miss in misses if miss.planted.kind.name in low]
    assert not low, f"{low}\n{spell_misses(shown)}"


@pytest.mark.parametrize("way", WAYS)
def test_no_context_hides_most_kinds(redactor: Redactor, way: str) -> None:
    planted = list(plant_for(way))
    misses = find_misses(redactor, way, planted)
    sizes = {context.name: sum(one.context.name == context.name for one in planted) for context in ALL_CONTEXTS}
    missed = {name: sum(miss.planted.context.name == name for miss in misses) for name in sizes}

    blind = {name: count for name, count in missed.items() if count > sizes[name] / 4 and count > 1}

    shown = [miss for miss in misses if miss.planted.context.name in blind]
    assert not blind, f"{blind}\n{spell_misses(shown)}"


# What follows is said of the generators: a suite that plants nothing finds nothing missing.


def test_the_same_seed_makes_the_same_secrets_and_another_one_others() -> None:
    assert make_secrets(1) == make_secrets(1)
    once, again = make_secrets(1), make_secrets(2)
    assert all(one.text != other.text for (_, one), (_, other) in zip(once, again, strict=True))


def test_every_context_and_every_kind_is_used() -> None:
    planted = list(plant_all(ALL_CONTEXTS))

    assert {one.context.name for one in planted} == {context.name for context in ALL_CONTEXTS}
    assert {one.kind.name for one in planted} == {kind.name for kind in KINDS}
    assert len({context.name for context in ALL_CONTEXTS}) == len(ALL_CONTEXTS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_secret_is_found_in_its_own_text_and_in_no_other(kind: Kind) -> None:
    secret, other = kind.make(Random(1)), kind.make(Random(2))

    assert find_left(secret, f"see {secret.text} there")
    assert not find_left(secret, "see <token:ab12> there")
    assert not any(part in other.text for part in secret.parts)


@pytest.mark.parametrize(
    "left",
    ["v=Xy7/qT+9Lm0 ", "v=Xy7%2FqT%2B9Lm0&", "v=Xy7\\/qT+9Lm0", "v=\\u0058y7/qT+9Lm0", "said 7/qT+9Lm now"],
    ids=["plain", "percent-encoded", "slash escaped", "as a number", "a piece"],
)
def test_what_is_left_of_a_secret_is_found_however_it_is_escaped(left: str) -> None:
    assert find_left(Secret("Xy7/qT+9Lm0"), left)


def test_the_report_of_a_miss_shows_no_secret() -> None:
    class Idle:
        def text(self, text: str) -> str:
            return text

    planted: list[Planted] = [one for one in plant_all() if one.kind.name == "npm token"][:5]

    report = spell_misses(find_misses(Idle(), "text", planted))  # type: ignore[arg-type]

    assert report.count("npm token") >= len(planted)
    assert not any(find_left(one.secret, report) for one in planted)
