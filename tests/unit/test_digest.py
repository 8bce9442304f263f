"""What tells whether bytes are the same, and how many lines they are."""

import hashlib
import io
from pathlib import Path

import pytest

from log_gardener._core import LEAF_BYTES, Reading, Tally, join_digests, measure


class Broken:
    """A stream that cannot be read."""

    def read(self, size: int, /) -> bytes:
        raise TimeoutError(size)


def long_source() -> bytes:
    """Two leaves, and a third of a few bytes."""
    line = b"".join(hashlib.sha512(str(number).encode()).digest() for number in range(1 << 14))
    return (line * (2 * LEAF_BYTES // len(line) + 1))[: 2 * LEAF_BYTES + 7]


def test_a_path_bytes_and_a_stream_measure_the_same(tmp_path: Path) -> None:
    content = b"sown\r\n\nwatered\npruned"
    path = tmp_path / "beds.log"
    path.write_bytes(content)

    assert measure(content) == measure(path) == measure(str(path)) == measure(io.BytesIO(content))
    assert measure(content)[0] == 3
    assert measure(b"") == (0, Reading().digest)


def test_a_source_has_the_digest_of_its_leaves() -> None:
    content = long_source()
    leaves = [content[start : start + LEAF_BYTES] for start in range(0, len(content), LEAF_BYTES)]
    reading = Reading("a", input="text")
    Tally().add(content, reading)

    measured = [measure(leaf) for leaf in leaves]

    assert len(leaves) == 3
    assert join_digests([digest for _, digest in measured]) == measure(content)[1] == reading.digest
    assert sum(newlines for newlines, _ in measured) == measure(content)[0] == content.count(b"\n")
    assert join_digests([digest for _, digest in reversed(measured)]) != reading.digest


def test_one_leaf_has_its_own_digest_and_none_that_of_nothing() -> None:
    digest = measure(b"sown\n")[1]

    assert join_digests([digest]) == digest
    assert join_digests([]) == measure(b"")[1]


@pytest.mark.parametrize("text", ["", "12", "+" + "1" * 31, "G" * 32, "A" * 32, "1" * 33])
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no digest"):
        join_digests([text])


def test_what_a_stream_raises_comes_through(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        measure(Broken())
    with pytest.raises(FileNotFoundError):
        measure(tmp_path / "none.log")
