"""Settings of tickets and of the tracker."""

from pathlib import Path

import pytest

from log_gardener.config import Settings, load_settings
from log_gardener.errors import ConfigError
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.priority import Priority


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "log-gardener.toml"


def load_text(config: Path, text: str) -> Settings:
    config.write_text(text, encoding="utf-8")
    return load_settings(config)


def test_the_defaults_are_those_of_the_policy() -> None:
    assert Settings().tickets.to_policy() == FilingPolicy()


def test_what_is_set_is_the_policy(config: Path) -> None:
    settings = load_text(
        config,
        "[tickets]\nleast_priority = 'P1'\nfresh = '2d'\ncomment_every = '90m'\nmost_new = 3\nclose_quiet = true\n"
        "[tickets.labels]\nall = ['bug', 'gcp']\nP1 = ['urgent']\n",
    )

    policy = settings.tickets.to_policy()

    assert policy.labels == {"": ("bug", "gcp"), Priority.P1: ("urgent",)}
    assert (policy.least_priority, policy.most_new, policy.closes_quiet) == (Priority.P1, 3, True)
    assert (policy.fresh_nanos, policy.comment_nanos) == (2 * 86_400 * 10**9, 5_400 * 10**9)


def test_a_label_for_what_is_no_priority_is_refused_with_those_that_are(config: Path) -> None:
    with pytest.raises(ConfigError, match="'high' is neither all nor a priority; give one of all, P0, P1, P2, P3, P4"):
        load_text(config, "[tickets.labels]\nhigh = ['x']\n")


def test_a_token_of_the_settings_wins_over_those_of_githubs_own_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().github.find_token() == ""

    monkeypatch.setenv("GH_TOKEN", "of-gh")
    assert Settings().github.find_token() == "of-gh"

    monkeypatch.setenv("GITHUB_TOKEN", "of-actions")
    assert Settings().github.find_token() == "of-actions"

    monkeypatch.setenv("LOG_GARDENER_GITHUB__TOKEN", "of-ours")
    assert load_settings().github.find_token() == "of-ours"


def test_a_token_and_a_key_are_never_shown(config: Path) -> None:
    settings = load_text(config, "[github]\ntoken = 'ghp_secret'\napp_key = 'pem-secret'\n")

    assert "secret" not in repr(settings) + str(settings.model_dump())


def test_the_key_of_an_app_is_read_from_its_file_or_stands_in_the_settings(config: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN-----\n", encoding="ascii")

    assert load_text(config, f"[github]\napp_key_file = '{key}'\n").github.read_key() == "-----BEGIN-----\n"
    assert load_text(config, "[github]\napp_key = 'PEM'\n").github.read_key() == "PEM"
    assert Settings().github.read_key() == ""


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file or directory"), (b"\xff\x00key", "it is no PEM")], ids=["none", "bytes"]
)
def test_a_key_that_cannot_be_read_is_named(config: Path, tmp_path: Path, content: bytes | None, why: str) -> None:
    key = tmp_path / "key.pem"
    if content is not None:
        key.write_bytes(content)
    github = load_text(config, f"[github]\napp_key_file = '{key}'\n").github

    with pytest.raises(ConfigError, match=rf"app_key_file .*key\.pem cannot be read: {why}"):
        github.read_key()


@pytest.mark.parametrize(
    ("base_url", "web_url"),
    [
        ("https://api.github.com", "https://github.com/acme/shop"),
        ("https://git.acme.example/api/v3", "https://git.acme.example/acme/shop"),
        ("https://api.acme.example/api/v3/", "https://api.acme.example/acme/shop"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com/acme/shop"),
    ],
)
def test_people_look_at_the_repository_where_the_api_is(config: Path, base_url: str, web_url: str) -> None:
    settings = load_text(config, f"[github]\nrepository = 'acme/shop'\nbase_url = '{base_url}'\n")

    assert settings.github.find_web_url() == web_url
