"""A line that a person would write above an issue."""

import pytest

from log_gardener.stages.finding import Bundle
from log_gardener.stages.redaction import Redactor
from log_gardener.stages.title import LONGEST, make_title
from tests.unit.entries import bundle_of, cluster_of, entry, request


def tell_title(bundle: Bundle) -> str:
    return make_title(bundle, Redactor(b"key"))


@pytest.mark.parametrize(
    "preamble",
    [
        "",
        "ERROR: ",
        "[ERROR] ",
        "2025-09-14 21:00:00,123 - ERROR - ",
        "2025-09-14T21:00:00Z WARN ",
        "[2025-09-14 21:00:00 +0000] [17] [ERROR] ",
        "🔑 ",
        "[🔑] ",
    ],
)
def test_a_title_begins_with_the_sentence(preamble: str) -> None:
    assert tell_title(bundle_of(entry(f"{preamble}the pot is dry"))) == "the pot is dry"


def test_a_value_that_never_varies_is_filled_in() -> None:
    same = [entry(f"2025-09-14T21:00:0{number}Z pot 17 of bed {number} is dry") for number in range(3)]

    assert tell_title(bundle_of(*same)) == "pot 17 of bed <int> is dry"


def test_a_failing_request_is_a_sentence() -> None:
    assert tell_title(bundle_of(request("/pots", 503, latency="4s"))) == "POST /pots fails with 503"


def test_a_long_title_is_cut_and_says_so() -> None:
    title = tell_title(bundle_of(entry("the pot is dry " * 40)))

    assert len(title) <= LONGEST
    assert title.endswith("…")


def test_a_title_is_one_line_though_the_text_is_many() -> None:
    assert "\n" not in cluster_of(entry("the pot\nis dry")).title


def test_a_text_of_symbols_only_is_its_own_title() -> None:
    assert tell_title(bundle_of(entry("🔑🔑"))) == "🔑🔑"


def test_a_secret_at_the_cut_of_a_title_is_redacted_before_it_is_cut() -> None:
    secret = "gh" + "p_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
    text = "the pot is dry and so is the whole bed beside it, " * 2 + "as the caller says: "

    assert "p_" not in tell_title(bundle_of(entry(text + secret)))


def test_brackets_that_only_a_title_shows_are_no_variables() -> None:
    # What is no letter of a title goes, and what stood around it moves together.
    assert "<int>" in tell_title(bundle_of(entry("the pot <i\u200bnt> of bed 7 is dry")))
