"""The page about redaction tells the truth."""

import re
import tomllib
from pathlib import Path

import pytest

from log_gardener.cli.output import REMEMBERED
from log_gardener.config import load_settings
from log_gardener.model.redaction import LEAK_ADVICE, Leak, explain_leaks
from log_gardener.sections.redaction import RedactionSettings, RuleSettings
from tests.docs.kinds import PAGE, find_table, make_table
from tests.docs.pages import find_blocks, find_rows


def test_the_table_of_kinds_is_that_of_the_rules() -> None:
    assert find_table() == make_table(), "python -m tests.docs.kinds puts today's table in"


def test_every_member_of_a_rule_is_listed_with_its_default_and_a_reason() -> None:
    rows = {row[0]: row for row in find_rows(PAGE)}

    for name, field in RuleSettings.model_fields.items():
        default = "none" if field.is_required() else str(field.default) if field.default != "" else '""'
        assert rows[name][1] == default
        assert rows[name][-1]


def test_every_setting_of_redaction_is_shown_in_an_example() -> None:
    shown = [tomllib.loads(block.text)["redaction"] for block in find_blocks(PAGE, "toml")]

    assert {name for one in shown for name in one} == set(RedactionSettings.model_fields)
    assert {name for one in shown for rule in one.get("rules", []) for name in rule} == set(RuleSettings.model_fields)


@pytest.mark.parametrize("block", find_blocks(PAGE, "toml"), ids=lambda block: block.text.split("\n")[0])
def test_every_example_of_the_configuration_can_be_read(tmp_path: Path, block: object) -> None:
    config = tmp_path / "log-gardener.toml"
    config.write_text(getattr(block, "text", ""), encoding="utf-8")

    assert load_settings(config).redaction != RedactionSettings()


def test_the_message_of_a_leak_is_the_one_that_the_tool_prints() -> None:
    told = explain_leaks("the worklog", [Leak("email", 41, 17, "Cluster 3")], f"{LEAK_ADVICE}. {REMEMBERED}")
    shown = [" ".join(block.text.split()) for block in find_blocks(PAGE, "text")]

    assert f"log-gardener: {told}" in shown
    assert not re.search(r"@|\d+\.\d+\.\d+", told)
