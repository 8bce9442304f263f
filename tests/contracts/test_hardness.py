"""Entries that nobody wants and somebody sends: no panic, nothing lost, and twice as much costs twice as much."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import log_gardener as lg
from log_gardener._core import Account, Reading, Redactor, Tally

KB, MB = 1_000, 1_000_000
LIMIT = 4 << 20

# Where work is linear four times as much takes four times as long, where it is quadratic sixteen times.
TIMES = 4
# Four times as much is still below the limit of 4 MiB, above which a record is only passed over.
SIZE = 900 * KB
MOST_TIMES = 9
# Below this the clock and the machine say more than the work.
LEAST_SECONDS = 0.02


def entry(text: str) -> bytes:
    return json.dumps({"insertId": "1", "textPayload": text}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def payload(**members: Any) -> bytes:
    return json.dumps({"jsonPayload": {"message": "pot is dry", **members}}).encode()


def nest(depth: int, opening: str, closing: str) -> bytes:
    inside = opening * depth + "1" + closing * depth
    return f'{{"textPayload":"pot is dry","jsonPayload":{{"a":{inside}}}}}'.encode()


def trace(frames: int) -> str:
    lines = "".join(f'  File "/app/f{at % 7}.py", line {at}, in go\n    go()\n' for at in range(frames))
    return f"Traceback (most recent call last):\n{lines}KeyError: 'rose'"


def java(causes: int) -> str:
    return "".join(f"Caused by: a.b.C{at}Exception: no\n\tat a.b.C.d(C.java:{at})\n" for at in range(causes))


# Made for a size in bytes, about.
SOURCES: dict[str, Callable[[int], bytes]] = {
    "a token": lambda size: entry("x" * size),
    "a token of digits": lambda size: entry("7" * size),
    "a token of base 64": lambda size: entry("aB3/" * (size // 4)),
    "a line of words": lambda size: entry("pot is dry " * (size // 11)),
    "a line of masks": lambda size: entry("10.0.0.1 12 17% /a/b 3f2c91aa07be " * (size // 34)),
    "a line of delimiters": lambda size: entry("{[('=,:;|" * (size // 9)),
    "a line of escapes": lambda size: entry('\\"\n\t\x01' * (size // 14)),
    "a line of dots": lambda size: entry("1.1." * (size // 4)),
    "a line of assignments": lambda size: entry("token=a password: " * (size // 18)),
    "colours": lambda size: entry("\x1b[31mx" * (size // 11)),
    "colours that never end": lambda size: entry("\x1b[" * (size // 7)),
    "right to left": lambda size: entry("فشل تسجيل \u202e" * (size // 20)),
    "emoji": lambda size: entry("👨‍👩‍👧🏳️‍🌈 " * (size // 33)),
    "NUL": lambda size: entry("\0" * (size // 6)),
    "combining marks": lambda size: entry("e" + "\u0301" * (size // 2)),
    "a plain line": lambda size: b"pot 7 is dry " * (size // 13),
    "a plain line of bad UTF-8": lambda size: b"pot \xff\xfe\xc3( \xed\xa0\x80 " * (size // 28),
    "brackets in text": lambda size: b"[" * size,
    "braces in text": lambda size: b"{" * size,
    "quotes in text": lambda size: b'{"' * (size // 2),
    "arrays in arrays": lambda size: nest(size // 2, "[", "]"),
    "objects in objects": lambda size: nest(size // 6, '{"a":', "}"),
    "many members": lambda size: payload(**{f"k{at}": at for at in range(size // 20)}),
    "many members of one name": lambda size: b'{"textPayload":"x"' + b',"message":1' * (size // 12) + b"}",
    "many messages": lambda size: b'{"jsonPayload":{"a":1' + b',"message":"x"' * (size // 14) + b"}}",
    "many labels": lambda size: json.dumps({"labels": {f"l{at}": "x" for at in range(size // 20)}}).encode(),
    "a trace": lambda size: entry(trace(size // 45)),
    "causes": lambda size: entry(java(size // 55)),
    "goroutines": lambda size: entry(
        "panic: x\n\n" + "goroutine 1 [running]:\nmain.f()\n\t/a.go:1 +0x1\n" * (size // 45)
    ),
    "a path of a request": lambda size: json.dumps(
        {"httpRequest": {"requestMethod": "GET", "requestUrl": "/a7" * (size // 3), "status": 500}}
    ).encode(),
    "a short line again and again": lambda size: b'{"textPayload":"pot 7 is dry"}\n' * (size // 31),
    "empty lines": lambda size: b"\n" * size,
}


def count(source: bytes) -> Account:
    tally = Tally()
    tally.add(source, Reading("hard"))
    templates = tally.generalise()
    account = tally.account
    assert len(source) > LIMIT or "too long" not in {refusal.reason for refusal in account.refusals}
    refused = sum(refusal.count for refusal in account.refusals)
    assert sum(facet.count for template in templates for facet in template.facets) == account.entries
    assert account.entries + refused == account.read
    return account


def time_of(source: bytes) -> float:
    """The least of a few times that this thread, and no other of the machine, worked on it."""
    assert len(source) < LIMIT

    def run() -> float:
        started = time.thread_time()
        count(source)
        return time.thread_time() - started

    return min(run() for _ in range(3))


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES.keys())
def test_four_times_as_much_takes_not_much_more_than_four_times_as_long(make: Callable[[int], bytes]) -> None:
    few, many = time_of(make(SIZE)), time_of(make(TIMES * SIZE))

    assert many < MOST_TIMES * max(few, LEAST_SECONDS)


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES.keys())
def test_what_stands_before_and_behind_it_is_read(make: Callable[[int], bytes]) -> None:
    good = b'{"textPayload": "all is well"}'

    account = count(b"\n".join([good, make(100 * KB), good]))

    assert account.entries >= 2


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES.keys())
def test_it_may_become_an_issue(make: Callable[[int], bytes], tmp_path: Any) -> None:
    path = tmp_path / "hard"
    path.write_bytes(b"\n".join([make(50 * KB).replace(b'{"', b'{"severity":"ERROR","', 1), b'{"textPayload": "x"}']))

    report = lg.tend(str(path))

    assert report.coverage.entries >= 1


@pytest.mark.parametrize(("size", "entries"), [(1 * MB, 1), (4 * MB, 1), (5 * MB, 0), (10 * MB, 0)])
def test_a_line_is_read_up_to_a_limit_and_refused_beyond(size: int, entries: int) -> None:
    for source in (entry("x" * size), b"x" * size, b"[" + entry("pot " * (size // 4)) + b"]"):
        account = count(source)

        assert account.entries == entries
        assert [refusal.reason for refusal in account.refusals] == ["too long"] * (1 - entries)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb'{"textPayload":"a\ud800b"}', "a\ufffdb"),
        (rb'{"textPayload":"\ud83d\udd11 \udd11"}', "🔑 \ufffd"),
        (b'{"textPayload":"a\xed\xa0\x80b"}', None),
        (b'{"textPayload":"caf\xe9"}', "caf\ufffd"),
        (rb'{"textPayload":"a\u0000b"}', "a b"),
        ('{"textPayload":"فشل \u202eabc"}'.encode(), "فشل \u202eabc"),
    ],
)
def test_characters_that_are_none_are_replaced_and_all_others_kept(written: bytes, read: str | None) -> None:
    tally = Tally()
    tally.add(written)
    (template,) = tally.generalise()

    assert template.text == (read if read is not None else template.text)
    assert template.text.encode()
    assert template.find_values(template.facets[0].exemplars[0].json) is not None


@given(source=st.binary(max_size=300), input_format=st.sampled_from(["auto", "json", "text"]))
def test_no_bytes_make_it_panic(source: bytes, input_format: str) -> None:
    tally = Tally()
    tally.add(source, Reading("hard", input=input_format))
    for template in tally.generalise():
        for facet in template.facets:
            for exemplar in facet.exemplars:
                values = template.find_values(exemplar.json)
                assert values is not None
                template.fill([value.text for value in values])
    Tally.from_bytes(tally.to_bytes())


@given(text=st.text(max_size=200), key=st.binary(max_size=70))
def test_no_text_makes_redaction_panic_or_redact_twice(text: str, key: bytes) -> None:
    redactor = Redactor(key)
    clean = redactor.text(text)

    assert redactor.text(clean) == clean
