"""`watch`, as somebody at a terminal or a supervisor runs it."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from log_gardener.cli.watching import TOLD
from tests.cli.command import COMMAND, entry, ndjson, run
from tests.waiting import wait_until

SLICES = 60


@contextmanager
def watching(*arguments: object, err: Path, is_json: bool = True) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOG_GARDENER_")}
    with err.open("w") as errors:
        process = subprocess.Popen(
            [str(COMMAND), "watch", *map(str, arguments), "--every", "1s", *(["--json"] if is_json else [])],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def read_until(process: "subprocess.Popen[str]", count: int) -> list[dict[str, Any]]:
    """Slices until they have brought so many entries."""
    assert process.stdout is not None
    slices = []
    for line in process.stdout:
        slices.append(json.loads(line))
        if sum(one["coverage"]["entries"] for one in slices) >= count or len(slices) > SLICES:
            return slices
    raise AssertionError(slices)


def list_counts(state: Path) -> list[int]:
    listed = run("issues", "list", "--json", "--limit", 0, "--state", state).json
    return [issue["count"] for issue in listed]


def append(path: Path, entries: Sequence[dict[str, Any]]) -> None:
    with path.open("ab") as file:
        file.write(ndjson(entries))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_file_that_grows_is_tended_as_it_grows_until_somebody_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    path, state, err = tmp_path / "logs.json", tmp_path / "garden.db", tmp_path / "err"
    append(path, [entry(at) for at in range(3)])

    with watching(path, "--state", state, err=err) as process:
        first = read_until(process, 3)
        append(path, [entry(at) for at in range(3, 8)])
        then = read_until(process, 5)
        process.send_signal(number)
        code = process.wait(20)

    assert code == 0, err.read_text()
    assert sum(one["coverage"]["entries"] for one in [*first, *then]) == 8
    assert list_counts(state) == [8]
    assert "all of it is remembered" in err.read_text()


def test_what_was_counted_is_not_counted_again_when_it_is_watched_again(tmp_path: Path) -> None:
    path, state, err = tmp_path / "logs.json", tmp_path / "garden.db", tmp_path / "err"
    append(path, [entry(at) for at in range(3)])
    assert run("tend", path, "--state", state, "--output", tmp_path / "x.md").code == 0
    append(path, [entry(3)])

    with watching(path, "--state", state, err=err) as process:
        slices = read_until(process, 1)
        process.send_signal(signal.SIGTERM)
        process.wait(20)

    assert sum(one["coverage"]["entries"] for one in slices) == 1
    assert list_counts(state) == [4]


def test_a_flood_of_issues_is_told_by_the_most_urgent_and_how_many_more_there_are(tmp_path: Path) -> None:
    path, state, err = tmp_path / "logs.json", tmp_path / "garden.db", tmp_path / "err"
    words = [f"{one}{two}{three}ish" for one in "bdfghk" for two in "aeiou" for three in "lmnrst"]
    append(path, [entry(at, " ".join([word] * (at % 7 + 2)), "WARNING") for at, word in enumerate(words[:119])])
    append(path, [entry(119, "the till is on fire", "ALERT")])

    with watching(path, "--state", state, err=err, is_json=False) as process:
        wait_until(lambda: "healthy" in err.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0

    lines = err.read_text().splitlines()
    told = [line for line in lines if " new +" in line]
    issues = len(list_counts(state))
    assert issues > TOLD
    assert "the till is on fire" in told[0]
    assert len(told) == TOLD
    assert f"and {issues - TOLD} issues more" in err.read_text()


def test_a_slice_in_which_nothing_is_an_entry_is_told(tmp_path: Path) -> None:
    path, state, err = tmp_path / "logs.json", tmp_path / "garden.db", tmp_path / "err"
    path.write_text('{"severity": "ERROR", "message":\n')

    with watching(path, "--state", state, err=err, is_json=False) as process:
        wait_until(lambda: "refused" in err.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0

    assert "0 entries, 0 healthy, 1 refused" in err.read_text()


def test_a_source_that_cannot_be_read_at_all_is_told_at_once(tmp_path: Path) -> None:
    ended = run("watch", tmp_path / "missing.json", "--state", ":memory:")

    assert ended.code == 3
    assert "there is no such file" in ended.err


def test_a_time_between_slices_that_is_none_is_refused() -> None:
    assert run("watch", "x.json", "--every", "soon").code == 2
