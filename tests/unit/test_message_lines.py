"""Messages as lines: one each, whatever is in them."""

import gzip
import json
from dataclasses import dataclass

import pytest

from log_gardener._core import Reading, Tally
from log_gardener.sources.pubsub.lines import FOREIGN, UNPACKED_LIMIT, make_lines

ENTRY = b'{"insertId": "a1", "textPayload": "bed 7 is dry"}'
BARE = b'{"textPayload": "bed 7 is dry"}'


@dataclass
class Body:
    data: bytes
    message_id: str = "4711"


def lines(*bodies: bytes) -> list[bytes]:
    made = make_lines([Body(body, str(number)) for number, body in enumerate(bodies)])
    assert made.endswith(b"\n")
    return made[:-1].split(b"\n")


def test_what_a_sink_writes_is_passed_on_as_it_is() -> None:
    assert lines(ENTRY, ENTRY) == [ENTRY, ENTRY]


@pytest.mark.parametrize(
    "body",
    [json.dumps(json.loads(ENTRY), indent=2).encode(), ENTRY + b"\n", b"\r\n  " + ENTRY, gzip.compress(ENTRY, mtime=0)],
)
def test_an_entry_that_goes_on_over_lines_or_is_compressed_is_one_line_with_the_same_content(body: bytes) -> None:
    first, middle, last = lines(ENTRY, body, ENTRY)

    assert (first, last) == (ENTRY, ENTRY)
    assert json.loads(middle) == json.loads(ENTRY)


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"words", b"two\nlines", b"[{}]", b"\x1f\x8b broken", b"\x28\xb5\x2f\xfd", b"\xff"]
)
def test_what_is_no_object_is_one_refusal_even_where_nothing_else_comes(body: bytes) -> None:
    assert lines(body) == [FOREIGN]
    for bodies in ([body], [body] * 3, [body, ENTRY], [body] * 3 + [ENTRY], [ENTRY, body]):
        tally = Tally()
        tally.add(b"\n".join([*lines(*bodies), b""]), Reading("beds"))

        assert tally.account.entries == bodies.count(ENTRY)
        assert [(one.reason, one.count) for one in tally.account.refusals] == [("not JSON", bodies.count(body))]


def test_an_entry_without_an_id_gets_that_of_its_message_which_stays_when_it_is_delivered_again() -> None:
    entries = [json.loads(line) for line in lines(BARE, BARE)]

    assert [entry["insertId"] for entry in entries] == ["0", "1"]
    assert [entry["textPayload"] for entry in entries] == ["bed 7 is dry"] * 2


def test_an_object_that_is_no_entry_does_not_become_one() -> None:
    assert lines(b"{}", b'{"bed": 7}') == [b"{}", b'{"bed": 7}']


def test_a_small_message_that_unpacks_to_a_large_one_is_cut() -> None:
    bomb = gzip.compress(b'{"textPayload": "' + b"x" * 50_000_000 + b'"}')

    (line,) = lines(bomb)

    assert len(bomb) < 100_000
    assert len(line) <= UNPACKED_LIMIT + 100
