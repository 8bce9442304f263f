"""What is tried on Apache Beam has an environment of its own, since Beam pins what the rest of the house does not."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fakes.bucket_shelf import Shelf
from tests.fakes.storage_server import serve

# `make test-beam` runs these; where Beam is not installed there is nothing to try.
collect_ignore_glob = [] if find_spec("apache_beam") else ["test_*.py"]


@pytest.fixture(params=["disk", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder that all workers see, and that is not there yet."""
    if request.param == "disk":
        yield str(tmp_path / "temporary")
        return
    with serve() as service:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", service.endpoint)
        monkeypatch.setenv("NO_GCE_CHECK", "true")
        yield f"gs://{Shelf(service).name}/temporary"
