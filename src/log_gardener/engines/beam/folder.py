"""Where a run on many machines keeps what does not fit into a message: known entries in, results out.

A folder of a bucket, or of a disk that all workers see. Whatever a worker writes, it writes whole under a name that
says what it is: a bundle that is tried again writes the same bytes over its own.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from log_gardener.engines.beam.stretch import Key, Slot, Told
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one run.

    Attributes:
        path: of a disk or of a bucket (`gs://...`), without a slash at its end.
    """

    path: str

    def write_memory(self, memory: Memory) -> None:
        """Keep what earlier runs have counted, for the workers."""
        for hour, identities in memory.identities:
            self._write(f"seen/{hour}", identities)
        self._write("closed", json.dumps(sorted(memory.closed_hours)).encode())

    def read_identities(self) -> Iterator[tuple[int, bytes]]:
        """What earlier runs have counted, by hour."""
        for name in self._list("seen/*"):
            yield int(name), self._read(f"seen/{name}")

    def read_closed_hours(self) -> list[int]:
        """Hours all of whose entries are known."""
        hours: list[int] = json.loads(self._read("closed"))
        return hours

    def mark(self, key: Key) -> None:
        """A stretch has been read."""
        self._write(f"done/{key[0]}.{key[1]}", b"")

    def count_marks(self) -> int:
        """How many stretches have been read."""
        return sum(1 for _ in self._list("done/*"))

    def write_part(self, name: str, snapshot: bytes) -> None:
        """Keep the tally of a stretch."""
        self._write(f"part/{name}", snapshot)

    def read_part(self, name: str) -> bytes:
        """The tally of a stretch."""
        return self._read(f"part/{name}")

    def write_tally(self, kind: str, snapshot: bytes) -> None:
        """Keep the tally of all that came in time, or late."""
        self._write(f"tally/{kind}", snapshot)

    def read_tally(self, kind: str) -> bytes | None:
        """That tally; `None` if there was nothing of the kind."""
        return self._read(f"tally/{kind}") if kind in self._list("tally/*") else None

    def write_news(self, slot: Slot, identities: bytes) -> None:
        """Keep which entries of a slot no earlier run has counted."""
        self._write(f"news/{slot[0]}.{slot[1]}", identities)

    def read_news(self) -> dict[int, list[bytes]]:
        """Those entries by hour, in pieces that are each ascending."""
        news: dict[int, list[bytes]] = {}
        for name in self._list("news/*"):
            news.setdefault(int(name.partition(".")[0]), []).append(self._read(f"news/{name}"))
        return news

    def write_told(self, told: Iterable[Told]) -> None:
        """Keep what became of the stretches."""
        rows = [
            {"key": one.key, "digest": one.digest}
            | ({"source": one.problem.source, "reason": one.problem.reason} if one.problem else {})
            for one in told
        ]
        self._write("told", json.dumps(rows).encode())

    def read_told(self) -> list[Told]:
        """What became of the stretches, in their order."""
        if "told" not in self._list("told"):
            return []
        rows = json.loads(self._read("told"))
        found = [
            Told(
                (row["key"][0], row["key"][1]),
                row["digest"],
                Problem(row["source"], row["reason"]) if "source" in row else None,
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: (one.key, one.digest))

    def write_failure(self, reason: str) -> None:
        """Keep why it came to no end."""
        self._write("failure", reason.encode())

    def read_failure(self) -> str:
        """Why it came to no end; empty if nobody said."""
        return self._read("failure").decode() if "failure" in self._list("failure") else ""

    def remove(self) -> None:
        """Nothing of it is needed any more."""
        # Of a bucket, only what ends with a slash is taken for a folder.
        FileSystems.delete([f"{self.path}/" if "://" in self.path else self.path])

    def _list(self, pattern: str) -> list[str]:
        (found,) = FileSystems.match([f"{self.path}/{pattern}"])
        return sorted(one.path.rpartition("/")[2] for one in found.metadata_list)

    def _read(self, name: str) -> bytes:
        # What a name ends with says nothing of its bytes.
        with FileSystems.open(f"{self.path}/{name}", compression_type=CompressionTypes.UNCOMPRESSED) as file:
            data: bytes = file.read()
            return data

    def _write(self, name: str, data: bytes) -> None:
        path = f"{self.path}/{name}"
        with FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
            file.write(data)
