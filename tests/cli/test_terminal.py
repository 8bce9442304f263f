"""The terminal: what people see while something is done and when it is, at each width, in each kind of terminal."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, NOW, entry, ndjson, run
from tests.cli.pseudo_terminal import PseudoTerminal, run_in_terminal

LONG = "Container does not stay up: the environment variable MAIL_RELAY_HOST_OF_THE_WHOLE_SHOP is not set"
RIGHT_TO_LEFT = "דלת הגן נעולה"
WIDE = "花壇の水が足りません"
TITLES = (LONG, RIGHT_TO_LEFT, WIDE)
TRACEBACK = "Traceback"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three issues: with a long title, one from right to left, and one of wide signs."""
    folder = tmp_path_factory.mktemp("terminal")
    logs, path = folder / "logs.json", folder / "g.db"
    texts = [text for text in TITLES for _ in range(3)]
    logs.write_bytes(ndjson([entry(number * 60, text) for number, text in enumerate(texts)]))
    ended = run("tend", logs, "--state", path, "--output", folder / "worklog.json", "--now", NOW)
    assert ended.code == 0
    return path


def find_ids(state: Path) -> list[str]:
    return [one["id"] for one in run("issues", "list", "--state", state, "--json").json]


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_a_list_fits_each_width_and_breaks_no_id(state: Path, columns: int) -> None:
    code, terminal = run_in_terminal("issues", "list", "--state", state, columns=columns)

    assert code == 0
    for issue_id in find_ids(state):
        assert issue_id[:11] in terminal.text
    words = set(" ".join(terminal.shown).split())
    assert {"MAIL_RELAY_HOST_OF_THE_WHOLE_SHOP", "not", "set"} <= words


def test_a_title_goes_on_below_itself(state: Path) -> None:
    _, terminal = run_in_terminal("issues", "list", "--state", state, columns=80)

    begin = next(line.index("Container") for line in terminal.shown if "Container" in line)
    below = next(line for line in terminal.shown if "MAIL_RELAY_HOST" in line and "Container" not in line)
    assert not below[:begin].strip()


def test_wide_signs_move_no_column(state: Path) -> None:
    _, terminal = run_in_terminal("issues", "list", "--state", state, columns=120)

    rows = [line for line in terminal.shown if re.match(r"P\d  ", line)]
    assert len(rows) == len(TITLES)
    assert len({row.index("open") for row in rows}) == 1


def test_priorities_are_told_without_colour_too(state: Path) -> None:
    _, coloured = run_in_terminal("issues", "list", "--state", state)
    _, plain = run_in_terminal("issues", "list", "--state", state, NO_COLOR="1")

    assert rb"\x1b[3" in coloured.raw.replace(b"\x1b", rb"\x1b")
    assert not re.search(rb"\x1b\[(?:\d;)?3\d", plain.raw)
    assert coloured.shown == plain.shown


def test_an_encoding_without_blocks_gets_letters_and_no_traceback(state: Path) -> None:
    code, terminal = run_in_terminal("issues", "list", "--state", state, columns=120, PYTHONIOENCODING="ascii")

    assert code == 0
    assert TRACEBACK not in terminal.text
    assert re.search(r"P\d  r1:\w{8}  +3  [._~=+*%#-]{16}  ", terminal.text)


def test_a_dumb_terminal_gets_no_codes(state: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs.json"
    logs.write_bytes(ndjson([entry(number) for number in range(9)]))

    listed = run_in_terminal("issues", "list", "--state", state, TERM="dumb")
    tended = run_in_terminal("tend", logs, "--state", ":memory:", "--output", tmp_path / "w.md", TERM="dumb")

    assert [code for code, _ in (listed, tended)] == [0, 0]
    assert b"\x1b" not in listed[1].raw + tended[1].raw


def test_a_row_is_a_line_where_there_is_no_terminal(state: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    listed = subprocess.run(
        [COMMAND, "issues", "list", "--state", state], capture_output=True, text=True, check=True, env=environment
    )

    lines = listed.stdout.splitlines()
    assert len(lines) == 1 + len(TITLES)
    assert any(line.endswith(LONG) for line in lines)
    assert listed.stderr == ""


@dataclass
class Fifo:
    """A source that goes on until it is closed, as a pipe does when Ctrl-C has ended who writes to it."""

    path: Path
    opened: int

    def close(self) -> None:
        os.close(self.opened)
        self.opened = -1


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[Fifo]:
    path = tmp_path / "logs.fifo"
    os.mkfifo(path)
    opened = Fifo(path, os.open(path, os.O_RDWR))
    os.write(opened.opened, ndjson([entry(number) for number in range(100)]))
    yield opened
    if opened.opened >= 0:
        opened.close()


def test_what_is_read_is_drawn_and_ctrl_c_leaves_a_clean_screen(fifo: Fifo, tmp_path: Path) -> None:
    words = [COMMAND, "tend", fifo.path, "--state", tmp_path / "g.db", "--output", tmp_path / "w.md"]
    with PseudoTerminal(words, 80) as terminal:
        shown = terminal.wait_for(lambda text: "so far" in text)
        assert re.search(r"reading .*logs\.fifo .* kB, \d+ s so far", shown)
        assert terminal.is_cursor_hidden
        terminal.type("\x03")
        fifo.close()
        code = terminal.end()

    assert code == 130
    assert terminal.shown[-1] == "stopped; nothing of this run is remembered"
    assert not any(line.startswith("reading") for line in terminal.shown)
    assert not terminal.is_cursor_hidden


def test_a_finished_run_leaves_its_table_and_one_line_of_rates(tmp_path: Path) -> None:
    logs = tmp_path / "logs.json"
    logs.write_bytes(ndjson([entry(number) for number in range(2_000)]))

    code, terminal = run_in_terminal("tend", logs, "--state", tmp_path / "g.db", "--output", tmp_path / "w.md")

    assert code == 0
    assert re.fullmatch(r"read 2,000 records, \d+\.\d kB, in \d+\.\d s.*", terminal.shown[-1])
    assert not any(line.startswith(("reading", "judging", "remembering", "writing")) for line in terminal.shown)


def test_a_short_run_tells_no_progress_where_there_is_no_terminal(tmp_path: Path) -> None:
    logs = tmp_path / "logs.json"
    logs.write_bytes(ndjson([entry(number) for number in range(9)]))

    ended = run("tend", logs, "--state", ":memory:", "--output", tmp_path / "w.md")

    assert not re.search(r"^read", ended.err, re.MULTILINE)


def test_a_long_run_tells_a_line_after_five_seconds(fifo: Fifo, tmp_path: Path) -> None:
    words = [COMMAND, "tend", fifo.path, "--state", tmp_path / "g.db", "--output", tmp_path / "w.md"]
    process = subprocess.Popen(list(map(str, words)), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    begun = time.monotonic()
    line = process.stderr.readline()
    waited = time.monotonic() - begun
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    fifo.close()
    rest = process.communicate()[1]

    assert re.fullmatch(r"reading .*logs\.fifo: \d+\.\d kB, 0 bytes/s, \d+ s so far\n", line)
    assert waited >= 5
    assert rest == "stopped; nothing of this run is remembered\n"


def test_watch_redraws_its_table_below_it_what_came_last_and_follows_the_width(tmp_path: Path) -> None:
    logs = tmp_path / "logs.json"
    logs.write_bytes(ndjson([entry(0, LONG)]))
    words = [COMMAND, "watch", logs, "--every", "1s", "--state", tmp_path / "g.db"]
    with PseudoTerminal(words, 120) as terminal:
        shown = terminal.wait_for(lambda text: "P4 new" in text or "P3 new" in text or "P2 new" in text)
        assert "1 entries in 1 slices" in shown
        assert re.search(r"over time +last seen +trend +issue", shown)
        assert re.search(r"^\d\d:\d\d:\d\d P\d new \+1 Container", shown, re.MULTILINE)
        terminal.resize(50)
        # What was on its way when the terminal became narrower was wide: it stands above, folded by the terminal.
        terminal.wait_for(lambda text: re.search(r"count +issue", re.split(r"entries\s+in", text)[-1]) is not None)
        with logs.open("ab") as file:
            file.write(ndjson([entry(7, WIDE)]))
        terminal.wait_for(lambda text: "花" in text)
        terminal.type("\x03")
        code = terminal.end()

    assert code == 0
    assert "2 issues; all of it is remembered" in " ".join(terminal.shown)
    assert not terminal.is_cursor_hidden


def test_an_issue_shows_its_peak_its_time_and_where_revisions_begin(state: Path) -> None:
    code, terminal = run_in_terminal("issues", "show", find_ids(state)[0], "--state", state)

    assert code == 0
    assert re.search(r"history: one column is 1 minute; at most 1, from 2025-09-14T10:\d\d", terminal.text)
    column = next(line for line in terminal.shown if line.strip() == "a").index("a")
    (lowest,) = [line for line in terminal.shown if re.match(r" ?0 \|", line)]
    assert lowest[column] == "█"
    assert re.search(r"2025-09-14T10:\d\d +2025-09-14T10:\d\d", terminal.text)
    assert re.search(r"shop-1, from .* \(a in the history\)", terminal.text)


def test_the_command_alone_says_what_to_begin_with() -> None:
    ended = run()

    assert ended.code == 0
    assert all(f"log-gardener {command}" in ended.out.decode() for command in ("tend", "issues list", "doctor"))


@pytest.mark.parametrize(
    ("words", "near"), [(["tned"], "tend"), (["issues", "lst"], "list"), (["tend", "--sice"], "--since")]
)
def test_a_slip_of_the_pen_is_answered_with_what_is_near(words: list[str], near: str) -> None:
    ended = run(*words)

    assert ended.code == 2
    assert near in ended.err
