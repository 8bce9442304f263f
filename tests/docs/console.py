"""Blocks of `$ command` and its output, run as a reader would run them.

    python -m tests.docs.console       # put today's output under every command

A page's commands run in order, in one folder that holds `examples/`, `logs.json` (the sample logs)
and a `gcloud` that prints them; GitHub is served on the loopback, with an empty repository for each page.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.pages import ROOT, Block, find_blocks, find_pages
from tests.docs.tracker import serve_tracker

LANGUAGE = "console"
PROMPT = "$ "
SAMPLE = ROOT / "examples" / "shop.json.gz"

# What would otherwise differ from machine to machine and from day to day.
FIXED = {
    "COLUMNS": "100",
    "LANG": "C.UTF-8",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "LOG_GARDENER_NOW": "2025-11-05T00:00:00Z",
}

CLOUD: dict[str, str] = {}
"""Where Google Cloud is, while it is served on the loopback."""

TRACKER: dict[str, str] = {}
"""Where GitHub is, while a page's commands run."""

GCLOUD = "#!/bin/sh\nexec gzip -dc examples/shop.json.gz\n"

# Where the tracker is, by which it is called.
_LOOPBACK = re.compile(r"127\.0\.0\.1:\d+(?=/acme/)")

_MAKE = re.compile(r"^make (?P<target>[a-z]+)$")


@contextmanager
def make_folder() -> Iterator[Path]:
    """A folder to run a page's commands in."""
    with tempfile.TemporaryDirectory() as name, serve_tracker() as tracker:
        TRACKER.update(tracker)
        folder = Path(name)
        (folder / "examples").mkdir()
        shutil.copy(SAMPLE, folder / "examples" / SAMPLE.name)
        shutil.copy(SAMPLE, folder / "logs.json")
        gcloud = folder / "bin" / "gcloud"
        gcloud.parent.mkdir()
        gcloud.write_text(GCLOUD, encoding="utf-8")
        gcloud.chmod(0o755)
        yield folder


def run(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a shell command, both outputs in one."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOG_GARDENER_")}
    path = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**own, **FIXED, **CLOUD, **TRACKER, "PATH": path, "XDG_STATE_HOME": str(folder / "state")}
    return subprocess.run(
        ["bash", "-c", _unfold(command)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _unfold(command: str) -> str:
    """What `make TARGET` would run and print, once everything is built."""
    found = _MAKE.match(command)
    return "\n".join(f"echo '{line}'; {line}" for line in find_recipe(found["target"])) if found else command


def find_recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile, the environment's folder left out."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(rf"^{target}:.*\n(?P<recipe>(?:\t.*\n)+)", makefile, re.MULTILINE)
    lines = found["recipe"].splitlines() if found else []
    return [line.strip().replace("$(BIN)/", "") for line in lines]


def replay(block: Block, folder: Path) -> str:
    """The block's text with today's output."""
    lines: list[str] = []
    for line in block.text.splitlines():
        if line.startswith(PROMPT):
            lines.append(line)
            output = _LOOPBACK.sub("github.com", run(line.removeprefix(PROMPT), folder).stdout)
            lines += [row.rstrip() for row in output.rstrip().splitlines()]
    return "\n".join(lines) + "\n"


def rewrite(page: Path) -> None:
    """Put today's output under every command of a page."""
    text = page.read_text(encoding="utf-8")
    with make_folder() as folder:
        fresh = [(block, replay(block, folder)) for block in find_blocks(page, LANGUAGE)]
    for block, output in reversed(fresh):
        text = text[: block.start] + output + text[block.end :]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    from tests.docs.cloud import serve_cloud

    with serve_cloud() as environment:
        CLOUD.update(environment)
        for written in find_pages():
            if find_blocks(written, LANGUAGE):
                rewrite(written)
