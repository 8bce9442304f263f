"""Which engine reads: what the command line takes, and what it refuses in words."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.command import run

LINE = '{"insertId": "a", "severity": "ERROR", "textPayload": "no pot left"}\n'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "logs.json"
    path.write_text(LINE)
    return path


def tend(log: Path, *options: str) -> tuple[int, str]:
    ended = run("tend", log, "--state", ":memory:", "--output", log.with_suffix(".md"), *options)
    return ended.code, ended.err


def test_there_are_two_engines(log: Path) -> None:
    code, told = tend(log, "--engine", "spark")

    assert code == 2
    assert "there is no engine 'spark'; one of local, beam" in told


def test_the_local_engine_may_be_named(log: Path) -> None:
    assert tend(log, "--engine", "local")[0] == 0


def test_options_of_beam_need_beam(log: Path) -> None:
    code, told = tend(log, "--beam", "runner=DataflowRunner")

    assert code == 2
    assert "--beam is for --engine beam, which is not asked for" in told


def test_an_option_of_beam_has_a_name_and_a_value(log: Path) -> None:
    code, told = tend(log, "--engine", "beam", "--beam", "DataflowRunner")

    assert code == 2
    assert "give a name and a value, such as --beam runner=DataflowRunner" in told


@pytest.mark.skipif(find_spec("apache_beam") is not None, reason="Apache Beam is installed")
def test_without_beam_it_says_what_to_install(log: Path) -> None:
    code, told = tend(log, "--engine", "beam")

    assert code == 2
    assert "pip install 'log-gardener[beam]'" in told


@pytest.mark.skipif(find_spec("apache_beam") is not None, reason="Apache Beam is installed")
def test_a_watch_by_beam_says_what_to_install_too() -> None:
    ended = run("watch", "pubsub://garden/logs", "--state", ":memory:", "--engine", "beam")

    assert ended.code == 2
    assert "pip install 'log-gardener[beam]'" in ended.err


def test_a_watch_takes_no_options_of_beam_without_beam(log: Path) -> None:
    ended = run("watch", log, "--state", ":memory:", "--beam", "window=1m")

    assert ended.code == 2
    assert "--beam is for --engine beam, which is not asked for" in ended.err


@pytest.mark.skipif(find_spec("apache_beam") is not None, reason="Apache Beam is installed")
def test_the_configuration_chooses_an_engine_too(log: Path, tmp_path: Path) -> None:
    config = tmp_path / "garden.toml"
    config.write_text('engine = "beam"\n[beam]\nrunner = "DataflowRunner"\n')

    code, told = tend(log, "--config", str(config))

    assert code == 2
    assert "pip install 'log-gardener[beam]'" in told
    assert tend(log, "--config", str(config), "--engine", "local")[0] == 0
