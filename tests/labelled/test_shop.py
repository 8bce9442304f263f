"""What the sample logs must give: every planted fault, and none of the planted secrets."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import run

EXAMPLES = Path(__file__).parents[2] / "examples"
SAMPLE = EXAMPLES / "shop.json.gz"

FAULTS = [
    ("KeyError", "P1"),
    ("TypeError: Cannot read properties of undefined", "P2"),
    ("MAIL_RELAY_HOST is not set", "P0"),
    ("Slow stock cache read", "P3"),
    ("SESSION_COOKIE_DOMAIN is not configured", "P2"),
    ("Payment provider did not answer", "P1"),
    ("accepted without a signature check", "P1"),
    ("IllformedLocaleException", "P2"),
]

# Shapes of what `examples/shop/people.py` and `faults.py` plant.
SECRETS = {
    "bearer token or JWT": r"eyJ[\w-]{8,}\.",
    "e-mail": r"[\w.+-]+@[\w-]+\.(?:example|com|org)\b",
    "password in a URL": r"://[^\s/:@]+:[^\s/@<]{4,}@",
    "assigned key": r"(?i)api[_-]?key[=:]\s*[A-Za-z0-9]{12,}",
}


@pytest.fixture(scope="module")
def worklogs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sample's worklog in each form."""
    folder = tmp_path_factory.mktemp("shop")
    for name in ("shop.md", "shop.json"):
        assert run("tend", SAMPLE, "--state", ":memory:", "--output", folder / name).code == 0
    return {name: (folder / name).read_text() for name in ("shop.md", "shop.json")}


@pytest.mark.parametrize(("words", "priority"), FAULTS)
def test_every_planted_fault_is_an_issue(words: str, priority: str, worklogs: dict[str, str]) -> None:
    clusters = json.loads(worklogs["shop.json"])["clusters"]

    (found,) = [one for one in clusters if words in one["title"]]

    assert found["priority"] == priority


def test_missing_pages_and_alarming_words_are_no_issues(worklogs: dict[str, str]) -> None:
    titles = [one["title"] for one in json.loads(worklogs["shop.json"])["clusters"]]

    assert not [title for title in titles if "404" in title or "ErrorBudget" in title]


def test_the_cascade_is_one_issue_led_by_its_cause(worklogs: dict[str, str]) -> None:
    cascade = json.loads(worklogs["shop.json"])["clusters"][0]

    assert "environment variable" in cascade["title"]
    assert {"Container called exit(<int>)."} <= {one["text"] for one in cascade["symptoms"]}
    assert [revision["name"] for revision in cascade["revisions"]] == ["shop-mailer-00013-wep"]


@pytest.mark.parametrize("name", SECRETS)
def test_no_planted_secret_leaves(name: str, worklogs: dict[str, str]) -> None:
    raw = gzip.decompress(SAMPLE.read_bytes()).decode()
    assert re.search(SECRETS[name], raw), "the sample has none, so this shows nothing"

    for form, document in worklogs.items():
        assert not re.search(SECRETS[name], document), form


def test_the_generator_makes_the_same_sample_again(tmp_path: Path) -> None:
    made = tmp_path / "again.json.gz"
    subprocess.run([sys.executable, EXAMPLES / "make_shop.py", "--out", made], check=True, capture_output=True)

    assert gzip.decompress(made.read_bytes()) == gzip.decompress(SAMPLE.read_bytes())
