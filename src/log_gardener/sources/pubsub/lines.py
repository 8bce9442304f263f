"""Messages of a subscription as lines of JSON, one a message.

A log sink writes an entry as one object on one line. What others publish may be pretty-printed, compressed, or no JSON
at all. Nothing of that may become two records, nor let the core take the whole stream for plain text.
"""

import json
import zlib
from collections.abc import Sequence

from log_gardener.ports import Message

FOREIGN = b'{"":not JSON}'
"""Stands for a message that is no object: the core refuses it, and counts it, wherever in a stream it stands."""

# Cloud Logging takes entries up to 256 KiB; the escapes of JSON make that several times longer. What unpacks to more is
# cut, and the core refuses it: a small message must not fill the memory.
UNPACKED_LIMIT = 1 << 20

_GZIP = b"\x1f\x8b"
_GZIP_BITS = zlib.MAX_WBITS | 16
_BREAKS = bytes.maketrans(b"\r\n", b"  ")
_INSERT_ID = b'"insertId"'

# An object with one of these is an entry.
_ENTRY_FIELDS = (
    b'"logName"',
    b'"resource"',
    b'"textPayload"',
    b'"jsonPayload"',
    b'"protoPayload"',
    b'"httpRequest"',
    b'"sourceLocation"',
)


def make_lines(messages: Sequence[Message]) -> bytes:
    """A line for every message, each with its end.

    What a sink writes is told at a tenth of a microsecond a message, and passed on as it is.
    """
    bodies = [one.data for one in messages]
    if all(_INSERT_ID in body for body in bodies):
        lines = b"\n".join((*bodies, b""))
        # Every message begins an object, and none goes on over lines.
        if lines.startswith(b"{") and lines.count(b"\n") == lines.count(b"\n{") + 1 == len(bodies):
            return lines
    return b"\n".join((*map(_make_line, messages), b""))


def _make_line(message: Message) -> bytes:
    body = _unpack(message.data) if message.data.startswith(_GZIP) else message.data
    # In JSON a line ends between tokens only, where a blank says as much.
    line = body.translate(_BREAKS).strip()
    if not line.startswith(b"{"):
        return FOREIGN
    if _INSERT_ID not in line and any(field in line for field in _ENTRY_FIELDS):
        # Without an id an entry is told apart by its line in the stream, which is another at the next delivery.
        return b'{"insertId":%s,%s' % (json.dumps(message.message_id).encode(), line[1:])
    return line


def _unpack(packed: bytes) -> bytes:
    """The content of a gzip member, as far as it can be read and is wanted."""
    try:
        return zlib.decompressobj(_GZIP_BITS).decompress(packed, UNPACKED_LIMIT)
    except zlib.error:
        return b""
