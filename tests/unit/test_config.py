"""Settings: a file, then the environment, then the command line."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from log_gardener.cli.options import load
from log_gardener.cli.template import make_template
from log_gardener.config import Settings, load_settings
from log_gardener.errors import ConfigError
from log_gardener.model.policy import Policy
from log_gardener.model.priority import Priority
from log_gardener.model.redaction import RedactionRule
from log_gardener.model.severity import Severity

SETTING = re.compile(r'^# (\[[\w.]+\]|[\w"][\w "]* = .*)$', re.MULTILINE)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "log-gardener.toml"


def load_text(config: Path, text: str) -> Settings:
    config.write_text(text, encoding="utf-8")
    return load_settings(config)


def test_without_anything_the_defaults_hold() -> None:
    assert load_settings().model_dump() == Settings().model_dump()
    assert Settings().priority.to_policy() == Policy()


def test_the_written_file_as_it_is_changes_nothing(config: Path) -> None:
    assert load_text(config, make_template()).model_dump() == Settings().model_dump()


def test_the_written_file_with_everything_uncommented_changes_nothing(config: Path) -> None:
    text, settings = SETTING.subn(r"\1", make_template())

    assert settings > 40
    assert load_text(config, text).model_dump() == Settings().model_dump()
    assert load_settings(config).priority.to_policy() == Policy()


def is_part(default: object) -> bool:
    return isinstance(default, BaseModel)


def test_the_written_file_names_every_setting() -> None:
    names = set(re.findall(r"^# (\w+) = ", make_template(), re.MULTILINE))
    tables = set(re.findall(r"^# \[priority\.(\w+)\]", make_template(), re.MULTILINE))

    parts = {name: type(field.default) for name, field in Settings.model_fields.items() if is_part(field.default)}
    assert names | parts.keys() >= Settings.model_fields.keys()
    for name, part in parts.items():
        assert name == "decisions" or names | tables >= part.model_fields.keys()


def test_a_row_of_a_table_leaves_the_others_as_they_are(config: Path) -> None:
    policy = load_text(config, "[priority.severity]\nERROR = 35\n[priority.thresholds]\nP1 = 61\n").priority.to_policy()

    assert policy.severity_points == Policy().severity_points | {Severity.ERROR: 35}
    assert list(policy.thresholds.items()) == [("P0", 95), ("P1", 61), ("P2", 40), ("P3", 15)]
    assert policy.find_priority(60) is Priority.P2


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("colour = 'red'", "colour"),
        ("[priority]\nnovelti = 3", "priority.novelti"),
        ("[priority.severity]\nWORSE = 3", "priority.severity.WORSE"),
        ("[priority.severity]\nERROR = 'high'", "priority.severity.ERROR"),
        ("[priority.impact]\nweb = 100000", "priority.impact.web"),
        ("threads = -1", "threads"),
        ("threads = 'many'", "threads"),
        ("zone = 'Mars/Base'", "zone"),
        ("zone = '../../etc/passwd'", "zone"),
        ("since = 5", "since"),
        ("[tickets.labels]\nurgent = ['x']", "tickets.labels"),
        ("[tickets.labels]\nP1 = 'urgent'", "tickets.labels.P1"),
        ("[tickets]\nfresh = 'long'", "tickets.fresh"),
        ("[tickets]\nmost_new = 0", "tickets.most_new"),
        ("[tickets]\nleast_priority = 'P9'", "tickets.least_priority"),
        ("[tickets]\nlabel = ''", "tickets.label"),
        ("[github]\nseconds_between_writes = -1", "github.seconds_between_writes"),
        ("[github]\npassword = 'x'", "github.password"),
    ],
)
def test_what_cannot_be_set_is_refused_by_its_name(config: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError, match=rf"(?s){re.escape(str(config))} .*  {re.escape(key)}\b"):
        load_text(config, text)


def test_what_is_no_toml_is_refused_with_its_place(config: Path) -> None:
    with pytest.raises(ConfigError, match=r"not readable TOML.*line 1"):
        load_text(config, "zone = \n")


def test_a_file_that_is_not_there_is_refused_with_a_hint(config: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file .*'log-gardener init' writes one"):
        load_settings(config)


def test_a_file_in_this_folder_is_found(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("since = '3d'", encoding="utf-8")
    monkeypatch.chdir(config.parent)

    assert load_settings().since == "3d"


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(
        "since = '1d'\nzone = 'Europe/Berlin'\nservice = 'web'\n[priority]\nnovelty = 7", encoding="utf-8"
    )
    monkeypatch.setenv("LOG_GARDENER_SINCE", "2d")
    monkeypatch.setenv("LOG_GARDENER_SERVICE", "api")
    monkeypatch.setenv("LOG_GARDENER_PRIORITY__HYSTERESIS", "1")
    settings = load(config, service="mailer", since="")

    assert (settings.since, settings.zone, settings.service) == ("2d", "Europe/Berlin", "mailer")
    assert (settings.priority.novelty, settings.priority.hysteresis) == (7, 1)


def test_a_wrong_variable_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_GARDENER_THREADS", "many")

    with pytest.raises(ConfigError, match="the environment sets what cannot be:\n  threads"):
        load_settings()


def test_the_redaction_key_is_never_shown() -> None:
    assert "log-gardener" not in repr(Settings().redaction_key)


def test_state_is_kept_in_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert Settings().state_or_default == str(tmp_path / "log-gardener" / "garden.db")


RULE = """
[[redaction.rules]]
name = "customer-id"
pattern = "cust-(?<s>[0-9]{6})"
keywords = ["cust-"]
reason = "who our customers are"
"""


def test_rules_of_redaction_are_read_with_what_they_leave_out(config: Path) -> None:
    settings = load_text(config, RULE + '[redaction]\nallowed = ["help@example[.]com"]\n')

    assert settings.redaction.to_rules() == (
        RedactionRule("customer-id", "cust-(?<s>[0-9]{6})", ("cust-",), 0.0, "who our customers are"),
    )
    assert settings.redaction.allowed == ["help@example[.]com"]


@pytest.mark.parametrize(
    ("row", "place", "fault"),
    [
        ('name = "x"\npattern = "cust-("', "rules.0.pattern", "'cust-(' is no regular expression: unclosed group"),
        ('name = "x"\npattern = "[0-9]*"', "rules.0.pattern", "matches the empty text"),
        ('name = "x"\npattern = "(?<s>a)?"', "rules.0.pattern", "matches the empty text"),
        ("name = 'x'\npattern = '\\b'", "rules.0.pattern", "matches the empty text"),
        ('name = "x"\npattern = "[a-z]+"', "rules.0.pattern", "matches marks"),
        ('name = "x"\npattern = "[0-9]{4}"', "rules.0.pattern", "matches marks"),
        ('name = "email"\npattern = "cust-[0-9]"', "rules.0.name", "built in"),
        ('name = "Customer"\npattern = "cust-[0-9]"', "rules.0.name", "no name for a kind"),
        ('name = "customer_id"\npattern = "cust-[0-9]"', "rules.0.name", "no name for a kind"),
        (f'name = "{"a" * 33}"\npattern = "cust-[0-9]"', "rules.0.name", "no name for a kind"),
        ('name = "x"', "rules.0.pattern", "required"),
        ('name = "x"\npattern = "cust-[0-9]"\nentropy = 9', "rules.0.entropy", "less than or equal to 8"),
        ('name = "x"\npattern = "cust-[0-9]"\nwhy = "?"', "rules.0.why", "not permitted"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_row_with_what_is_wrong(config: Path, row: str, place: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=rf"redaction\.{re.escape(place)}: .*{re.escape(fault)}"):
        load_text(config, f"[[redaction.rules]]\n{row}\n")


def test_a_rule_must_not_be_named_as_another_one(config: Path) -> None:
    with pytest.raises(ConfigError, match="rules 0 and 1 are both named 'customer-id'"):
        load_text(config, RULE + RULE)


@pytest.mark.parametrize(
    ("pattern", "fault"), [("(", "no regular expression"), (".*", "empty text"), (".+", "allows everything")]
)
def test_a_pattern_that_would_allow_too_much_is_refused(config: Path, pattern: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=rf"redaction\.allowed\.1: .*{fault}"):
        load_text(config, f'[redaction]\nallowed = ["a[.]b", "{pattern}"]\n')


@pytest.mark.parametrize(
    "pattern", ["(?i)ORD-[A-Z]{2}[0-9]+", "<[^>]*>", "kunde (?P<s>[0-9]{8})", "(?x) cust - [0-9]+"]
)
def test_a_pattern_that_needs_something_of_its_own_is_taken(config: Path, pattern: str) -> None:
    load_text(config, f"[[redaction.rules]]\nname = 'x'\npattern = '{pattern}'\n")
