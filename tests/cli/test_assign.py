"""`assign` writes as it reads: with progress where somebody looks, and in memory that entries do not fill."""

import csv
import os
import pty
import subprocess
import threading
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, entry, find_peak, ndjson, run

# The identities of so many entries would take half as much again as may be gained, or more.
FEW, MANY = 20_000, 800_000
MOST_GAINED_BYTES = 8 << 20


def write_lines(path: Path, count: int) -> Path:
    with path.open("w") as file:
        file.writelines(f'{{"insertId":"{at}","textPayload":"pot {at % 7} is dry"}}\n' for at in range(count))
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak")
def test_memory_does_not_grow_with_the_number_of_entries(tmp_path: Path) -> None:
    few, many = write_lines(tmp_path / "few", FEW), write_lines(tmp_path / "many", MANY)

    peaks = [find_peak("assign", source, "--output", f"{source}.csv") for source in (few, many)]
    gained = peaks[1] - peaks[0]

    with (tmp_path / "many.csv").open() as file:
        assert sum(1 for _ in file) == MANY + 1
    assert gained < MOST_GAINED_BYTES


def read_terminal(arguments: list[object]) -> str:
    """What a run writes to a terminal that stderr is."""
    ours, theirs = pty.openpty()
    said = bytearray()

    def drain() -> None:
        try:
            while data := os.read(ours, 1 << 16):
                said.extend(data)
        except OSError:
            # Linux says that nobody holds the other end any more.
            return

    reader = threading.Thread(target=drain)
    reader.start()
    subprocess.run(
        [COMMAND, *map(str, arguments)], stderr=theirs, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True
    )
    os.close(theirs)
    reader.join()
    os.close(ours)
    return said.decode()


def test_progress_of_both_readings_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "pots", 1_000)
    arguments = ["assign", source, "--output", tmp_path / "rows.csv"]

    shown, piped = read_terminal(list(arguments)), run(*arguments)

    assert "reading" in shown
    assert "again, for the rows" in shown
    assert piped.err == f"1,000 rows: {tmp_path / 'rows.csv'}\n"
    assert piped.out == b""


def test_a_source_that_breaks_off_is_named_and_the_others_have_their_rows(tmp_path: Path) -> None:
    (tmp_path / "logs").write_bytes(ndjson([entry(1), entry(2)]))

    ended = run("assign", "/proc/self/mem", tmp_path / "logs", "--output", tmp_path / "rows.csv")

    assert ended.code == 0
    assert "could not be read: /proc/self/mem: Input/output error" in ended.err
    assert [row["insertId"] for row in csv.DictReader((tmp_path / "rows.csv").read_text().splitlines())] == [
        "id-1",
        "id-2",
    ]


def test_a_full_disk_is_told_with_the_file(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "pots", 10_000)

    ended = run("assign", source, "--output", "/dev/full")

    assert ended.code == 1
    assert "cannot write /dev/full: No space left on device" in ended.err
