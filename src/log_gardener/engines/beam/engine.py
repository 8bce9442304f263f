"""Apache Beam: stretches of the sources are read by many workers; their tallies become one."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import uuid4

from log_gardener._core import LEAF_BYTES, Tally
from log_gardener.engines.beam.folder import Folder
from log_gardener.engines.beam.manifest import Manifest
from log_gardener.engines.beam.options import find_temp_location, is_local, make_job_name, make_options
from log_gardener.engines.beam.running import Work, run
from log_gardener.errors import UsageError
from log_gardener.model.issue import Memory
from log_gardener.ports import Harvest, Observer, Progress, Request, Rows, Source

_ROWS = "rows of single entries are written on one machine: leave out --engine beam"


class BeamEngine:
    """Hands streams to the workers of a runner, and brings in what they have made of them.

    Args:
        given: options of Beam and of its runner, by name: `runner`, `temp_location`, `region` ...
        leaf_bytes: how long a leaf is; only tests have another.

    Raises:
        UsageError: Beam knows no such option, or the workers share no folder.
    """

    def __init__(self, given: Mapping[str, str], leaf_bytes: int = LEAF_BYTES) -> None:
        options = make_options(given)
        self._given = {"job_name": make_job_name()} | dict(given)
        self._temp_location = find_temp_location(options)
        self._leaf_bytes = leaf_bytes
        if not is_local(options) and not self._temp_location:
            msg = (
                "workers on other machines need a folder that all of them see: "
                "--beam temp_location=gs://BUCKET/FOLDER, or temp_location below [beam] in the configuration"
            )
            raise UsageError(msg)

    def tally(self, sources: Sequence[Source], request: Request, memory: Memory | None, observer: Observer) -> Harvest:
        """Read all sources, counting no entry twice.

        Raises:
            UsageError: a source can be read on this machine only, or there is no memory.
            EngineError: the runner gave up.
        """
        if memory is None:
            raise UsageError(_ROWS)
        manifest = Manifest(request, memory)
        for source in sources:
            manifest.take(source)
        with self._make_folder() as folder:
            if manifest.listed:
                folder.write_memory(memory)
                count = manifest.count_stretches(self._leaf_bytes)
                with observer.follow(_name(len(manifest.listed)), lambda: _tell(folder, count)):
                    run(Work(self._given, tuple(manifest.listed), request, folder, self._leaf_bytes))
            return manifest.harvest(folder)

    def assign(
        self, tally: Tally, sources: Sequence[Source], request: Request, observer: Observer, *, rows: Rows
    ) -> int:
        """Refuse: rows of single entries are written on one machine.

        Raises:
            UsageError: always.
        """
        del tally, sources, request, observer, rows
        raise UsageError(_ROWS)

    @contextmanager
    def _make_folder(self) -> Iterator[Folder]:
        """A folder of the run alone; gone when it ends, however that is."""
        if not self._temp_location:
            with tempfile.TemporaryDirectory(prefix="log-gardener-", ignore_cleanup_errors=True) as path:
                yield Folder(path)
            return
        folder = Folder(f"{self._temp_location}/log-gardener-{uuid4().hex}")
        try:
            yield folder
        finally:
            folder.remove()


def _name(count: int) -> str:
    return f"{count:,} stream{'s' if count > 1 else ''}"


def _tell(folder: Folder, count: int) -> Progress:
    done = folder.count_marks()
    return Progress(min(done / count, 1.0), f"{done:,} of {count:,} parts")
