import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.deploy import dockerfiles
from tests.docs.pages import ROOT

PRODUCT = ROOT / "deploy" / "Dockerfile"
WORKER = ROOT / "deploy" / "dataflow" / "Dockerfile"
FILES = [PRODUCT, WORKER]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(params=FILES, ids=name)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_image_is_the_same_tomorrow(path: Path) -> None:
    assert dockerfiles.find_floating_images(read(path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM python",
        "FROM python:latest",
        "FROM registry.example.com:5000/python",
        "ARG TAG=latest\nFROM python:${TAG}",
        "ARG TAG\nFROM python:${TAG}",
        "FROM python:3.11\nCOPY --from=busybox /bin/sh /bin/sh",
    ],
)
def test_an_image_that_may_be_another_one_tomorrow_is_found(text: str) -> None:
    assert len(dockerfiles.find_floating_images(text)) == 1


def test_nothing_is_fetched_but_packages(path: Path) -> None:
    assert dockerfiles.find_fetched(read(path)) == []


@pytest.mark.parametrize("line", ["ADD https://example.com/a.tar /", "RUN apt-get update \\\n && curl -O example.com"])
def test_what_is_fetched_from_an_address_is_found(line: str) -> None:
    assert len(dockerfiles.find_fetched(f"FROM python:3.11\n{line}\n")) == 1


def test_the_product_runs_as_a_number_that_is_not_roots() -> None:
    user = dockerfiles.find_last(read(PRODUCT), "USER")

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_the_user_of_an_earlier_stage_is_not_that_of_the_last() -> None:
    assert dockerfiles.find_last("FROM a:1 AS b\nUSER 7:7\nFROM c:1\nCMD []\n", "USER") == ""


@pytest.mark.parametrize(
    ("path", "program"), [(PRODUCT, "log-gardener"), (WORKER, "/opt/apache/beam/boot")], ids=["product", "worker"]
)
def test_an_image_starts_its_program_without_a_shell(path: Path, program: str) -> None:
    assert json.loads(dockerfiles.find_last(read(path), "ENTRYPOINT")) == [program]


def test_what_is_copied_is_there_and_is_let_through(path: Path) -> None:
    sources = dockerfiles.find_sources(read(path))
    ignored = read(path.with_name(f"{path.name}.dockerignore"))

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if not dockerfiles.is_let_through(ignored, source)] == []


@pytest.mark.parametrize(
    "stranger", [".git/config", "worklogs/a.md", "target/release/a", "src/log_gardener/_core.abi3.so"]
)
def test_what_an_image_does_not_need_is_not_sent(path: Path, stranger: str) -> None:
    assert not dockerfiles.is_let_through(read(path.with_name(f"{path.name}.dockerignore")), stranger)


def test_the_wheel_is_built_from_all_that_it_names(path: Path) -> None:
    """A workspace whose member is missing is none, and a wheel bears its licence and its readme."""
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    members = tomllib.loads(read(ROOT / "Cargo.toml"))["workspace"]["members"]
    sources = dockerfiles.find_sources(read(path))

    assert {project["readme"], *project["license-files"], "Cargo.lock", "pyproject.toml", "src"} <= set(sources)
    assert [member for member in members if member.partition("/")[0] not in sources] == []


def test_both_images_have_one_python_one_rust_and_one_beam() -> None:
    defaults = [dict(re.findall(r"(?m)^ARG (PYTHON|RUST|BEAM)=(\S+)$", read(path))) for path in FILES]
    cargo = tomllib.loads(read(ROOT / "Cargo.toml"))["workspace"]["package"]

    assert defaults[0] == defaults[1]
    assert set(defaults[0]) == {"PYTHON", "RUST", "BEAM"}
    assert defaults[0]["RUST"] == cargo["rust-version"]
    assert f"python{defaults[0]['PYTHON'].replace('.', '')}-template-launcher-base" in read(WORKER)


def test_every_extra_of_an_image_is_one_of_the_package() -> None:
    extras = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    named = re.findall(r"(?m)EXTRAS=([\w,]+)", read(PRODUCT)) + re.findall(r"\.whl\)\[([\w,]+)\]", read(WORKER))

    assert len(named) == 3
    assert {extra for row in named for extra in row.split(",")} <= set(extras)
