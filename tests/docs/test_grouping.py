import re

from log_gardener.model.priority import FaultClass
from log_gardener.stages.health import RULES
from tests.docs.pages import DOCS, ROOT, find_rows

CORE = ROOT / "crates" / "gardener-core" / "src"


def find_cells(page: str) -> set[str]:
    return {row[0] for row in find_rows(DOCS / page)}


def test_every_rule_that_makes_an_entry_unhealthy_is_documented() -> None:
    assert [rule.name for rule in RULES if rule.name not in find_cells("grouping.md")] == []


def test_every_class_of_fault_is_documented() -> None:
    assert [fault for fault in FaultClass if fault.value not in find_cells("grouping.md")] == []


def test_every_kind_of_variable_is_documented() -> None:
    source = (CORE / "variable.rs").read_text(encoding="utf-8")
    kinds = re.findall(r"^    \w+ = '.' \"([^\"]+)\",$", source, re.MULTILINE)

    assert kinds
    assert [kind for kind in kinds if f"<{kind}>" not in find_cells("grouping.md")] == []


def test_every_reason_for_a_refusal_is_documented() -> None:
    source = (CORE / "totals.rs").read_text(encoding="utf-8")
    reasons = re.findall(r"^    \w+ = \"([^\"]+)\",$", source, re.MULTILINE)

    assert reasons
    assert [reason for reason in reasons if reason not in find_cells("sources.md")] == []
