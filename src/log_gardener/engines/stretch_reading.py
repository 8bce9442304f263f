"""One stretch of bytes into a tally: what both engines do, and how it is told when the bytes break off."""

import re
from pathlib import Path
from typing import BinaryIO

from log_gardener._core import Reading, Seen, Tally
from log_gardener.model.coverage import Problem
from log_gardener.model.window import Window
from log_gardener.ports import Request

# How Rust ends the text of an error of the operating system.
_OS_ERROR = re.compile(r" \(os error \d+\)$")


def make_reading(
    request: Request, identity: str, late: Window | None, *, layout: str | None = None, line: int = 1
) -> Reading:
    """How a stream is read, or a part of it.

    Args:
        request: what is asked for.
        identity: of the stream.
        late: of which times entries are taken instead of the request's window, only what no earlier run has counted.
        layout: how the lines are laid out, where that has been told by the beginning of the stream.
        line: the number of the first line, from 1.
    """
    window = late or request.window
    return Reading(
        identity,
        input=layout or request.input,
        window=window.nanos if window else None,
        service=request.service,
        application=request.application_frames,
        library=request.library_frames,
        severity=request.severity.value,
        news_only=late is not None or request.is_following,
        line=line,
    )


def read_into(
    tally: Tally, opened: Path | BinaryIO, reading: Reading, *, seen: Seen | None, name: str, threads: int = 1
) -> Problem | None:
    """Fold bytes in to their end, or to where they break off: then why."""
    try:
        tally.add(opened, reading, seen=seen, threads=threads)
    except OSError as error:
        return Problem(name, tell_failure(error))
    return None


def tell_failure(error: OSError) -> str:
    """What went wrong, in words, without a number."""
    return error.strerror or _OS_ERROR.sub("", str(error))
