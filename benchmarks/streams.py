"""The labelled streams that are measured on, and the scripts that make, mine and score them.

The scripts are not part of this repository; `--scripts` names their folder. A stream is made once
and kept in `--folder`.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from benchmarks.process import ROOT, warm

SHARED = ROOT.parent / "shared"
MIXED = "mixed"

_SUFFIXES = {"ndjson": ".ndjson", "text": ".txt"}
_UNITS = ((1_000_000, "m"), (1_000, "k"))


@dataclass(frozen=True)
class Stream:
    """So many labelled lines of a system, or of all mixed.

    Attributes:
        form: `ndjson` (log entries of about 760 bytes) or `text`.
    """

    lines: int
    form: str = "ndjson"
    system: str = MIXED

    @property
    def file_name(self) -> str:
        """Such as s200k.ndjson of all systems, bgl-2k.txt of one."""
        size, unit = next(((self.lines // of, unit) for of, unit in _UNITS if self.lines % of == 0), (self.lines, ""))
        stem = "s" if self.system == MIXED else f"{self.system.lower()}-"
        return f"{stem}{size}{unit}{_SUFFIXES[self.form]}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of every script that measures on streams."""
    parser.add_argument(
        "--scripts", type=Path, default=SHARED / "bench", help="folder of make_stream.py, peers and scorers"
    )
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where streams are kept")


def find_stream(options: argparse.Namespace, stream: Stream) -> Path:
    """The stream's file, made if it is not there, and in the page cache."""
    path: Path = options.folder / stream.file_name
    # The truth is moved last, so a stream with its truth is whole.
    if not path.is_file() or (stream.form == "text" and not find_truth(path).is_file()):
        _make(_find_script(options, "make_stream"), path, stream)
    warm(path)
    return path


def find_truth(stream: Path) -> Path:
    """The labels of a stream of text."""
    return stream.with_name(f"{stream.name}.truth.csv")


def load_script(options: argparse.Namespace, name: str) -> ModuleType:
    """A script of the folder as a module, to use its parts instead of copies."""
    path = _find_script(options, name)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is no Python script")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _find_script(options: argparse.Namespace, name: str) -> Path:
    path: Path = options.scripts / f"{name}.py"
    if not path.is_file():
        sys.exit(f"{path} is not there. Name the folder of the script with --scripts.")
    return path


def _make(script: Path, path: Path, stream: Stream) -> None:
    # Under another name until it is whole, so that a run that was stopped leaves no short stream.
    part = path.with_name(f"{path.name}.part")
    command = [sys.executable, str(script), str(part), str(stream.lines)]
    command += ["--system", stream.system, "--format", stream.form]
    subprocess.run(command, check=True, stdout=sys.stderr)
    part.rename(path)
    truth = find_truth(part)
    if stream.form == "text":
        truth.rename(find_truth(path))
    else:
        truth.unlink()
