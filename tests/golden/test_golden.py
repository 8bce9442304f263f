"""Golden cases: lines and the templates that they must give.

A case is data: a `[[case]]` in any file of this folder. `known_gap` gives the reason why a case
fails today; once it passes, the test fails until the reason is taken out.
"""

import tomllib
from collections import Counter
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest

from log_gardener import _core


class Expected(TypedDict):
    text: str
    count: int


class Case(TypedDict):
    about: str
    lines: list[str]
    template: list[Expected]
    known_gap: NotRequired[str]


def read_cases() -> dict[str, Case]:
    return {
        f"{path.stem}: {case['about']}": case
        for path in sorted(Path(__file__).parent.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    }


CASES = read_cases()


def mined(lines: list[str]) -> list[tuple[str, int]]:
    """Texts with the count of their lines; two templates may share a text."""
    lines_of = Counter(_identity(template) for template in _core.mine(lines))
    return sorted((identity[0], count) for identity, count in lines_of.items())


def _identity(template: _core.Template) -> tuple[str, ...]:
    return (template.text, *template.frames)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_lines_give_the_templates_of_their_golden_case(case: Case) -> None:
    expected = sorted((template["text"], template["count"]) for template in case["template"])

    if gap := case.get("known_gap"):
        assert mined(case["lines"]) != expected, f"the gap is closed, take it out: {gap}"
    else:
        assert mined(case["lines"]) == expected


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_order_of_lines_changes_no_template(case: Case) -> None:
    assert mined(case["lines"][::-1]) == mined(case["lines"])


def test_every_line_of_a_golden_case_is_expected_in_one_template() -> None:
    for name, case in CASES.items():
        assert sum(template["count"] for template in case["template"]) == len(case["lines"]), name
