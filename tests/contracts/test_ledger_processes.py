"""What every store promises of tickets when several write, or one is killed."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from log_gardener.errors import StoreError
from log_gardener.model.ledger import StepState
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import tend
from tests.contracts.ledger_rows import TICKET, TRACKER
from tests.unit.entries import entry

ROOT = Path(__file__).parents[2]

# Each names the state, and what it may do more by a word.
BEGIN = """
import os, signal, sys
from dataclasses import replace
from log_gardener.model.ledger import StepState
from log_gardener.stores.sql import SqlStore
from tests.contracts.ledger_rows import STEP, TICKET, TRACKER
store, word = SqlStore(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
"""

FILE_FOR_EVER = """
with store.filing(lambda: None):
    for number in range(10**6):
        store.write_step(TRACKER, replace(STEP, position=number))
        store.write_ticket(TRACKER, replace(TICKET, number=number))
        store.write_step(TRACKER, replace(STEP, position=number, state=StepState.DONE, number=number))
        print(number, flush=True)
"""

WRITE_STEPS = """
sys.stdin.readline()
for position in range(25):
    step = replace(STEP, position=position, note=word)
    store.write_step(TRACKER, step)
    store.write_step(TRACKER, replace(step, state=StepState.DONE))
    store.write_step(TRACKER, replace(step, plan=word))
    store.write_ticket(TRACKER, replace(TICKET, number=position, url=word))
"""

KILL_YOURSELF = """
with store.filing(lambda: None):
    store.write_step(TRACKER, STEP)
    os.kill(os.getpid(), signal.SIGKILL)
"""

HOLD = """
with getattr(store, word)(lambda: None):
    print("held", flush=True)
    sys.stdin.readline()
"""


def start(program: str, state: str, word: str = "") -> subprocess.Popen[str]:
    """A process that has opened a state, and goes on with a program."""
    command = [sys.executable, "-c", BEGIN + program, state, word]
    started = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert read_line(started) == "ready"
    return started


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def release(process: subprocess.Popen[str]) -> int:
    """Let a process go on to its end; how it ended."""
    process.communicate("\n", timeout=60)
    return process.returncode


def test_a_step_that_was_begun_outlives_a_kill_and_the_lock_does_not(state: str) -> None:
    killed = start(KILL_YOURSELF, state)
    assert release(killed) == -signal.SIGKILL

    store = SqlStore(state, wait_seconds=20)

    assert [step.position for step in store.read_ledger(TRACKER).unsettled] == [0]
    # A server learns of it a moment later.
    with store.filing(lambda: None):
        pass


@pytest.mark.parametrize("writes", [1, 7])
def test_a_kill_at_any_moment_loses_nothing_that_was_written(state: str, writes: int) -> None:
    filing = start(FILE_FOR_EVER, state)
    told = [int(read_line(filing)) for _ in range(writes)]
    os.kill(filing.pid, signal.SIGKILL)
    filing.communicate(timeout=60)

    ledger, steps = SqlStore(state).read_ledger(TRACKER), SqlStore(state).find_steps(TRACKER, "plan")

    assert [step.position for step in steps] == list(range(len(steps)))
    assert len(steps) >= writes
    assert [step.state for step in steps[:writes]] == [StepState.DONE] * writes
    assert {ticket.number for ticket in ledger.tickets} >= set(told)
    # Of the one on its way nobody knows; there is no second one.
    assert len(ledger.unsettled) <= 1
    assert ledger.unsettled in ((), steps[-1:])


def test_two_processes_that_write_at_once_lose_nothing_of_each_other(state: str) -> None:
    SqlStore(state)
    writers = [start(WRITE_STEPS, state, word) for word in ("one", "two")]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [release(writer) for writer in writers] == [0, 0]

    store = SqlStore(state)
    common = store.find_steps(TRACKER, "plan")

    assert [step.position for step in common] == list(range(25))
    assert {step.note for step in common} <= {"one", "two"}
    assert [len(store.find_steps(TRACKER, word)) for word in ("one", "two")] == [25, 25]
    assert [ticket.number for ticket in store.read_ledger(TRACKER).tickets] == list(range(25))
    assert store.check().faults == ()


@pytest.mark.parametrize(("held", "told"), [("filing", "been writing tickets"), ("tending", "held the state")])
def test_no_two_processes_do_the_same_on_one_state(state: str, held: str, told: str) -> None:
    holder = start(HOLD, state, held)
    assert read_line(holder) == "held"
    store, waited = SqlStore(state, wait_seconds=0.3), threading.Event()

    with pytest.raises(StoreError, match=told), getattr(store, held)(waited.set):
        pass
    assert waited.is_set()
    assert release(holder) == 0
    with getattr(store, held)(lambda: pytest.fail("it has ended")):
        pass


def test_runs_go_on_while_tickets_are_written_and_tickets_while_a_run_goes_on(state: str) -> None:
    filing = start(HOLD, state, "filing")
    assert read_line(filing) == "held"
    store = SqlStore(state, wait_seconds=0)
    tend(store, [entry("the pot is dry")])
    assert release(filing) == 0

    tending = start(HOLD, state, "tending")
    assert read_line(tending) == "held"
    with store.filing(lambda: pytest.fail("a run holds it up")):
        store.write_ticket(TRACKER, TICKET)
    assert release(tending) == 0

    assert [issue.count for issue in store.list_issues()] == [1]
    assert store.read_ledger(TRACKER).tickets == (TICKET,)


def test_nothing_is_mended_while_tickets_are_written(state: str) -> None:
    other = SqlStore(state, wait_seconds=0.3)

    with SqlStore(state).filing(lambda: None), pytest.raises(StoreError, match="been writing tickets"):
        other.mend(Redactor(b"key"), lambda: None)
