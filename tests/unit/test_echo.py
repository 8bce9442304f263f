"""One failure that is written twice."""

import pytest

from tests.unit.entries import Entry, cascades_of, entry, texts_of, trace

KEY_ERROR = "KeyError: 'a rose without a bed'"


def told_twice(text: str, *, gap: float = 0.1, instance: str = "i1", severity: str = "ERROR") -> list[Entry]:
    """Three times a trace, and a line a moment later."""
    return [
        one
        for at in (0, 100, 250)
        for one in (
            trace(KEY_ERROR, instance="i1", seconds=at),
            entry(text, severity, instance=instance, seconds=at + gap),
        )
    ]


@pytest.mark.parametrize("severity", ["ERROR", "WARNING"])
@pytest.mark.parametrize("text", ["order failed: 'a rose without a bed'", "giving up after KeyError"])
def test_a_line_that_quotes_a_trace_at_the_same_instants_is_its_echo(text: str, severity: str) -> None:
    (bundle,) = cascades_of(*told_twice(text, severity=severity))

    assert (bundle.root.text, bundle.count) == (KEY_ERROR, 6)
    assert bundle.findings[1].tie == "echoes it, in 1 of its 1 instances"


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(told_twice("no pot is left"), id="other words"),
        pytest.param(told_twice("giving up after KeyError", gap=30), id="later"),
        pytest.param(told_twice("giving up after KeyError", instance="i2"), id="elsewhere"),
        pytest.param(told_twice("giving up after KeyError")[:-1], id="not as often"),
    ],
)
def test_what_only_comes_near_a_trace_is_no_echo(entries: list[Entry]) -> None:
    assert len(cascades_of(*entries)) == 2


def test_the_same_exception_by_two_ways_is_one_issue() -> None:
    entries = [
        trace(KEY_ERROR, function, instance="i1", seconds=at) for at in (0, 100) for function in ("total", "subtotal")
    ]

    assert texts_of(*cascades_of(*entries)) == [[KEY_ERROR]]
