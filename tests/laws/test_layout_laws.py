"""A source of lines may be read in stretches, each with a reading of its own, and it is the same."""

import json
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener._core import HEAD_BYTES, Reading, Tally, find_layout
from tests.laws.strategies import batches, log_entries

ODD = [b"", b" \t", b"[", b"{}", b'{"textPayload":"cut', b"caf\xe9", b'{"textPayload":"caf\xe9"}', b"\xef\xbb\xbfsown"]
ODD += [b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b'{"entries":[', b"2025-09-14T21:00:00Z ERROR no pot"]


def sources() -> st.SearchStrategy[list[bytes]]:
    """Lines of every sort with their newlines; the last may have none."""
    entries = st.one_of(batches(), st.lists(log_entries(), max_size=9))
    lines = entries.map(lambda batch: [json.dumps(entry).encode() for entry in batch])
    mixed = st.builds(list.__add__, lines, st.lists(st.sampled_from(ODD), max_size=9)).flatmap(st.permutations)
    ended = st.builds(lambda lines, end: [line + end for line in lines], mixed, st.sampled_from([b"\n", b"\r\n"]))
    # A first line that looks compressed is taken for that.
    plain = ended.map(lambda lines: [b"{}\n", *lines])
    return st.builds(lambda lines, last: [*lines, last], plain, st.sampled_from([b"", b"sown", b'{"textPayload":"c']))


def read(content: bytes, layout: str, line: int = 1) -> Tally:
    tally = Tally()
    tally.add(content, Reading("a", input=layout, line=line))
    return tally


@pytest.mark.parametrize("layout", ["lines", "text"])
@given(lines=sources(), cuts=st.lists(st.integers(0, 40), max_size=5).map(sorted))
def test_stretches_of_lines_merge_to_the_bytes_of_the_whole(layout: str, lines: list[bytes], cuts: list[int]) -> None:
    starts = [0, *(min(cut, len(lines)) for cut in cuts)]
    stretches = [
        read(b"".join(lines[start:end]), layout, line=start + 1)
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]

    assert reduce(Tally.merge, stretches, Tally()).to_bytes() == read(b"".join(lines), layout).to_bytes()


@given(lines=sources(), asked=st.sampled_from(["auto", "json", "lines", "text"]))
def test_what_a_head_tells_is_how_the_source_is_read(lines: list[bytes], asked: str) -> None:
    content = b"".join(lines)
    layout = find_layout(content[:HEAD_BYTES], asked)

    if layout is not None:
        assert read(content, layout).to_bytes() == read(content, asked).to_bytes()


@pytest.mark.parametrize(
    ("head", "asked", "layout"),
    [
        (b'{"textPayload":"sown"}\n', "auto", "lines"),
        (b"sown\n", "auto", "text"),
        (b"sown\n", "json", "lines"),
        (b'[{"textPayload":"sown"}]', "text", "text"),
        (b'[{"textPayload":"sown"}]', "lines", "lines"),
        (b'[{"textPayload":"sown"}]', "auto", None),
        (b'{"entries":[]}', "json", None),
        (b"\x1f\x8b\x08\0", "text", None),
        (b"\x28\xb5\x2f\xfd\0", "lines", None),
        (b"", "auto", "text"),
    ],
)
def test_structure_and_what_is_compressed_have_no_lines(head: bytes, asked: str, layout: str | None) -> None:
    assert find_layout(head, asked) == layout


def test_refusals_and_plain_lines_are_known_by_their_line_in_the_source() -> None:
    tally = read(b"{}\n\n7\n", "lines", line=40)
    (refusal,) = tally.account.refusals
    ((facet,),) = (template.facets for template in read(b"sown\n", "text", line=40).generalise())

    assert refusal.places == [("a", 40), ("a", 42)]
    assert facet.exemplars[0].insert_id == "40"


@pytest.mark.parametrize(("line", "error"), [(0, ValueError), (-1, OverflowError)])
def test_lines_are_counted_from_one(line: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        Reading(line=line)


@pytest.mark.parametrize("word", ["", "LINES", "csv"])
def test_another_word_is_no_layout(word: str) -> None:
    with pytest.raises(ValueError, match="input format"):
        find_layout(b"", word)
