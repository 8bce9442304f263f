"""Whatever comes in ends with the right exit code, and nothing is lost of the rest."""

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import entry, ndjson, run, tend_json

ENTRIES = [entry(number) for number in range(7)]


@pytest.mark.parametrize(
    "data",
    [
        ndjson(ENTRIES),
        json.dumps(ENTRIES).encode(),
        json.dumps(ENTRIES, indent=2).encode(),
        json.dumps({"entries": ENTRIES, "nextPageToken": "x"}).encode(),
        json.dumps({"entries": ENTRIES}, indent=1).encode() + b"\n" + json.dumps({"entries": []}).encode(),
        gzip.compress(ndjson(ENTRIES)),
    ],
    ids=["lines", "array", "pretty array", "page", "pretty pages", "gzip"],
)
def test_every_layout_gives_the_same_clusters(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "logs"
    path.write_bytes(data)

    from_file, from_pipe = tend_json(path), tend_json("-", stdin=data)

    assert [ended.json["clusters"][0]["count"] for ended in (from_file, from_pipe)] == [7, 7]
    assert from_file.json["clusters"] == from_pipe.json["clusters"]


@pytest.mark.skipif(shutil.which("zstd") is None, reason="no zstd command on this machine")
def test_zstd_is_told_by_content() -> None:
    packed = subprocess.run(["zstd", "-c"], input=ndjson(ENTRIES), capture_output=True, check=True).stdout

    assert tend_json("-", stdin=packed).json["coverage"]["entries"] == 7


def test_an_empty_file_is_unknown_and_never_healthy(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    ended = tend_json(tmp_path / "empty")

    assert (ended.code, ended.json["outcome"]) == (3, "unknown")


def test_a_truncated_gzip_is_counted_and_what_came_before_is_kept(tmp_path: Path) -> None:
    many = ndjson([entry(number, f"pot {number} is dry at {os.urandom(40).hex()}") for number in range(600)])
    (tmp_path / "cut.gz").write_bytes(gzip.compress(many)[:-2000])

    ended = tend_json(tmp_path / "cut.gz")

    coverage = ended.json["coverage"]
    assert (ended.code, coverage["unusable"]["damaged compression"]) == (0, 1)
    assert 0 < coverage["entries"] < 600
    assert coverage["read"] == coverage["entries"] + sum(coverage["unusable"].values())


def test_a_line_of_50_megabytes_is_one_refusal(tmp_path: Path) -> None:
    long = json.dumps(entry(9, "x" * 50_000_000)).encode()
    (tmp_path / "long").write_bytes(ndjson(ENTRIES[:3]) + long + b"\n" + ndjson(ENTRIES[3:]))

    ended = tend_json(tmp_path / "long")

    assert ended.json["coverage"]["unusable"] == {"too long": 1}
    assert ended.json["coverage"]["unusable_places"]["too long"] == [f"{tmp_path / 'long'}:4"]
    assert ended.json["coverage"]["entries"] == 7


def test_invalid_utf8_is_repaired_and_counted() -> None:
    data = ndjson(ENTRIES).replace(b"the pot", b"the p\xf6t", 1)

    assert (tend_json("-", stdin=data).json["coverage"]["repaired_encoding"]) == 1


def test_json_that_is_no_entry_is_refused_by_name() -> None:
    mixed = tend_json("-", stdin=ndjson([*ENTRIES, {"a": 1}, [1], 42]) + b"garbage\n")
    alone = tend_json("-", stdin=b'{"a": 1}\n')

    assert mixed.json["coverage"]["unusable"] == {"not JSON": 1, "not a log entry": 3}
    assert (mixed.code, alone.code, alone.json["outcome"]) == (0, 3, "unknown")


def test_a_folder_is_wrong_usage_and_says_what_to_write(tmp_path: Path) -> None:
    ended = run("tend", tmp_path, "--state", ":memory:")

    assert ended.code == 2
    assert "name its files" in ended.err


def test_a_missing_file_is_unknown_but_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "logs").write_bytes(ndjson(ENTRIES))

    alone, beside = tend_json(tmp_path / "no"), tend_json(tmp_path / "no", tmp_path / "logs")

    assert (alone.code, beside.code) == (3, 0)
    assert beside.json["coverage"]["problems"] == [{"source": str(tmp_path / "no"), "reason": "there is no such file"}]


def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(ndjson(ENTRIES))
    path.chmod(0)
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root reads everything, and there is no setpriv to give that up")
        os.chown(path, 12345, 12345)
        prefix = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]

    ended = run("tend", path, "--state", ":memory:", "--output", "-", prefix=prefix)

    assert ended.code == 3
    assert "permission denied" in ended.err


def test_a_read_error_in_the_middle_is_a_problem_of_that_source() -> None:
    ended = tend_json("/proc/self/mem")

    assert (ended.code, ended.json["coverage"]["problems"][0]["reason"]) == (3, "Input/output error")


def test_a_full_disk_fails_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "logs").write_bytes(ndjson(ENTRIES))

    ended = run("tend", tmp_path / "logs", "--state", ":memory:", "--output", "/dev/full")

    assert ended.code == 1
    assert "No space left on device" in ended.err
    assert "--output" in ended.err


def test_plain_text_takes_its_severity_from_what_the_lines_state() -> None:
    lines = b"2025-09-14 10:00:00 ERROR pump 3 failed\n2025-09-14 10:00:01 INFO all is well\n"

    clusters = tend_json("-", stdin=lines).json["clusters"]

    assert [(cluster["severity"], cluster["count"]) for cluster in clusters] == [("ERROR", 1)]
