"""Whether files can be read."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote

from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import spell_instant

# Who names more files wants to know of those that cannot be read, and that there are others.
MOST_NAMED = 20

_READING = "read"


def diagnose_files(names: Sequence[str]) -> Iterator[Diagnosis]:
    """Whether each is there and may be read; what can be read is summed up. Of no entry is anything read."""
    found = [diagnose_file(name) for name in names]
    failed = [one for one in found if one.mark is not Mark.OK]
    yield from failed[:MOST_NAMED]
    if len(failed) > MOST_NAMED:
        rest = failed[MOST_NAMED:]
        yield Diagnosis(_READING, max(rest, key=_rank).mark, f"{len(rest):,} more files as these", rest[0].remedy)
    if len(found) > len(failed):
        yield _sum_up(names, found)


def _rank(one: Diagnosis) -> bool:
    return one.mark is Mark.FAILED


def diagnose_file(name: str) -> Diagnosis:
    """Whether one is there and may be read."""
    path = Path(name)
    try:
        status = path.stat()
        # To open a pipe would wait for whoever writes into it, or take what is in it.
        if path.is_file():
            path.open("rb").close()
    except OSError as error:
        return _explain(error, name)
    if not os.access(path, os.R_OK):
        return _explain(PermissionError(), name)
    if path.is_file() and not status.st_size:
        return Diagnosis(_READING, Mark.WARNING, f"{name} is empty")
    return Diagnosis(_READING, Mark.OK, name)


def _explain(error: OSError, name: str) -> Diagnosis:
    path = Path(name)
    if isinstance(error, FileNotFoundError):
        return Diagnosis(_READING, Mark.FAILED, f"{name}: there is no such file", f"ls -l {quote(str(path.parent))}")
    if isinstance(error, PermissionError):
        return Diagnosis(_READING, Mark.FAILED, f"{name}: permission denied", f"sudo chmod a+r {quote(name)}")
    return Diagnosis(_READING, Mark.FAILED, f"{name}: {error.strerror or error}", f"ls -l {quote(name)}")


def _sum_up(names: Sequence[str], found: Sequence[Diagnosis]) -> Diagnosis:
    """All that can be read, in one line."""
    good = [Path(name) for name, one in zip(names, found, strict=True) if one.mark is Mark.OK]
    files = [path.stat() for path in good if path.is_file()]
    if not files:
        return Diagnosis(_READING, Mark.OK, "a pipe or a device, which tells nothing before it is read")
    changed = max(status.st_mtime_ns for status in files) // 1_000_000_000 * 1_000_000_000
    count = f"{len(good):,} files" if len(good) > 1 else "1 file"
    size = sum(status.st_size for status in files)
    return Diagnosis(_READING, Mark.OK, f"{count}, {size:,} bytes, last changed {spell_instant(changed)}")
