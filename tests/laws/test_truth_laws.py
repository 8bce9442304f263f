"""Nothing is invented: what the JSON worklog says, the entries say, and its parts sum to its totals."""

import gzip
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from log_gardener.stages.spelling import spell_entry
from tests.laws.strategies import Entry, batches, to_json_lines
from tests.laws.truth import MARK, Truth, find_texts, fold, spell

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "gcp"
LOGS = {
    "seed": SHARED / "seed" / "entries.jsonl",
    "crash_loop": SHARED / "crash_loop" / "entries.jsonl",
    "shop": ROOT / "examples" / "shop.json.gz",
}
QUOTE = re.compile(r"“(.+?)”(?: \(at (.+)\))?(?:, |$)", re.DOTALL)


@pytest.fixture(scope="module", params=LOGS)
def truth(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Truth:
    path = LOGS[request.param]
    if not path.is_file():
        pytest.skip("no ../shared with labelled logs beside the project")
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return Truth(content, tmp_path_factory.mktemp(request.param))


def test_every_word_of_a_worklog_is_in_the_entries(truth: Truth) -> None:
    check(truth)


@settings(max_examples=60)
@given(entries=batches(30))
def test_every_word_of_a_worklog_is_in_generated_entries(entries: list[Entry]) -> None:
    with TemporaryDirectory() as folder:
        check(Truth(to_json_lines(entries), Path(folder)))


def check(truth: Truth) -> None:
    """All that a worklog claims, against what the entries say."""
    check_totals(truth)
    known = {cluster["id"] for cluster in truth.worklog["clusters"]}
    for cluster in truth.worklog["clusters"]:
        entries = truth.of(cluster)
        check_counts(truth, cluster, entries)
        check_spans(cluster, entries)
        check_exemplars(truth, cluster)
        check_places(cluster, entries)
        check_sentences(truth, cluster)
        assert {relation["to"] for relation in cluster["relations"]} <= known - {cluster["id"]}


def check_totals(truth: Truth) -> None:
    worklog, account = truth.worklog, truth.worklog["coverage"]
    clustered = sum(cluster["count"] for cluster in worklog["clusters"])

    assert clustered + worklog["other"]["entries"] + account["overflow"] == account["entries"]
    assert sum(worklog["severities"].values()) == account["entries"]
    assert account["entries"] + account["joined"] + account["duplicates"] == account["read"]
    assert account["read"] - account["duplicates"] == len(truth.entries)
    in_clusters = len({row["insertId"] for row in truth.rows if row["cluster_id"]})
    assert clustered <= in_clusters <= clustered + account["joined"]


def check_counts(truth: Truth, cluster: dict[str, Any], entries: list[Entry]) -> None:
    rows = truth.count_templates(cluster)
    joined = truth.worklog["coverage"]["joined"]

    assert cluster["count"] <= len(entries) <= cluster["count"] + joined
    assert sum(row["count"] for row in cluster["templates"]) == cluster["count"]
    assert sum(reason["points"] for reason in cluster["reasons"]) == cluster["score"]
    counts: Counter[str] = Counter()
    for template in cluster["templates"]:
        counts[template["id"]] += template["count"]
    assert counts.keys() == rows.keys()
    if not joined:
        assert counts == rows
    symptoms = sum(symptom["count"] for symptom in cluster["symptoms"])
    assert symptoms < cluster["count"]


def check_spans(cluster: dict[str, Any], entries: list[Entry]) -> None:
    times = {spell(one["timestamp"]) or "" for one in entries if "timestamp" in one}
    spans = [cluster, *cluster["revisions"]]

    assert {spell(span[end]) for span in spans for end in ("first", "last")} <= times | {None}
    if times:
        assert (spell(cluster["first"]), spell(cluster["last"])) == (min(times), max(times))
    revisions = Counter(one.get("resource", {}).get("labels", {}).get("revision_name") for one in entries)
    for revision in cluster["revisions"]:
        assert revision["count"] <= revisions[revision["name"]]
    assert not cluster["revisions"] or cluster["instances"] <= len(entries)


def check_exemplars(truth: Truth, cluster: dict[str, Any]) -> None:
    for shown in cluster["exemplars"]:
        came = truth.entries[shown["insertId"]]
        said = {fold(text) for text in (*find_texts(came), *find_texts(spell_entry(came)))}
        for text in find_texts(shown["entry"]):
            # What was redacted bears marks; what was joined has every line somewhere.
            is_whole = fold(text) in said or MARK.search(text)
            assert is_whole or all(fold(line) in truth.text for line in text.splitlines()), text


def check_places(cluster: dict[str, Any], entries: list[Entry]) -> None:
    texts = [fold("\n".join(find_texts(one))) for one in entries]
    for place in cluster["locations"]:
        parts = [str(value) for value in place.values() if value is not None]
        # All of a place is said by lines of one entry, or of one trace.
        assert any(all(fold(part) in text for part in parts) for text in texts), place
    for entity in cluster["entities"]:
        assert entity["distinct"] >= len(entity["values"])
        for value in entity["values"]:
            assert MARK.search(value) or any(fold(value) in text for text in texts), value


def check_sentences(truth: Truth, cluster: dict[str, Any]) -> None:
    spoken = {row["text"] for row in (*cluster["templates"], *cluster["symptoms"])}
    for text in spoken:
        assert truth.says(text), text
    quotes = [found.group(1) for line in cluster["analysis"] for found in QUOTE.finditer(line)]
    assert quotes
    for quote in quotes:
        assert quote in spoken, quote
    counted = [int(found) for line in cluster["analysis"] for found in re.findall(r"(?:^|: )(\d+) x “", line)]
    assert sum(counted) <= cluster["count"]
