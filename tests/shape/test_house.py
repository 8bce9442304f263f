"""The house keeps its sizes, its names and its words."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

import log_gardener
from log_gardener import errors
from tests.shape import house
from tests.shape.house import BORDER, CORE, PACKAGE, ROOT

LONGEST_FILE = 400
LONGEST_BORDER_FILE = 150
MEDIAN_FUNCTION = 10
LONG_FUNCTION = 30
LONGEST_FUNCTION = 40
MANY_PARAMETERS = 3

# Names that say nothing of what is inside.
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "handler", "data", "info", "misc"}

SOURCES = [
    path
    for path in house.find_files("src", "crates", "examples", "benchmarks", "deploy", "docs", "tests")
    if path.suffix in {".py", ".pyi", ".rs"}
]
WRITTEN = ["ARCHITECTURE.md", "CONTRIBUTING.md", "GLOSSARY.md", "README.md", "SECURITY.md"]
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
GLOSSARY = house.read_glossary()
SOURCE_TEXT = house.read_source()
VOCABULARY = set(
    house.find_classes(
        PACKAGE / "_core.pyi",
        *(PACKAGE / "ports").glob("*.py"),
        *(PACKAGE / "model").glob("*.py"),
        *(PACKAGE / "stages").glob("*.py"),
    )
)


def _name(value: object) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else str(getattr(value, "word", value))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    # A stub with the documentation of the whole border is a manual, not code.
    limit = LONGEST_FILE if path.suffix != ".pyi" else 2 * LONGEST_FILE

    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", sorted(BORDER.glob("*.rs")), ids=_name)
def test_the_border_stays_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST_BORDER_FILE


@pytest.mark.parametrize("find", [house.find_python_functions, house.find_rust_functions], ids=["python", "rust"])
def test_functions_are_short(find: Callable[[], Iterator[house.Function]]) -> None:
    functions = sorted(find(), key=lambda function: -function.lines)
    lines = [function.lines for function in functions]

    assert median(lines) <= MEDIAN_FUNCTION
    assert house.find_tenth(lines, 9) <= LONG_FUNCTION
    assert [function for function in functions if function.lines > LONGEST_FUNCTION] == []


def test_most_functions_take_at_most_three_positional_parameters() -> None:
    assert house.find_tenth([function.positional for function in house.find_python_functions()], 9) <= MANY_PARAMETERS


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_name_says_what_is_inside(path: Path) -> None:
    parts = {word for part in path.relative_to(ROOT).with_suffix("").parts for word in re.split(r"[_-]", part)}

    assert not parts & EMPTY_NAMES


def test_the_public_face_is_sorted_and_complete() -> None:
    shown = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name for node in shown.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }

    assert log_gardener.__all__ == sorted(log_gardener.__all__)
    assert set(log_gardener.__all__) == {name for name in imported if not name.startswith("_")}
    assert all(hasattr(log_gardener, name) for name in log_gardener.__all__)


def test_every_public_function_of_the_api_is_in_the_public_face() -> None:
    tree = ast.parse((PACKAGE / "api.py").read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}

    assert names <= set(log_gardener.__all__)


def test_no_room_uses_the_public_face() -> None:
    """What the package shows imports upwards, so import-linter is told not to look there."""
    rooms = {path.stem for path in PACKAGE.iterdir()}
    strangers = []
    for path in house.find_files("src", suffix=".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                strangers += [path for alias in node.names if alias.name == "log_gardener"]
            elif isinstance(node, ast.ImportFrom) and node.module == "log_gardener":
                strangers += [path for alias in node.names if alias.name not in rooms]

    assert strangers == []


def test_every_error_is_exported_and_stands_in_the_tree() -> None:
    tree = errors.__doc__ or ""
    classes = sorted(house.find_classes(PACKAGE / "errors.py"))

    assert errors.__all__ == classes
    assert set(re.findall(r"\b\w+Error\b", tree)) == set(classes)


@pytest.mark.parametrize("term", [term for term in GLOSSARY if not term.is_later], ids=_name)
def test_a_word_of_the_glossary_is_used_in_the_source(term: house.Term) -> None:
    assert re.search(rf"\b{term.word}(?:s|es|ed)?\b", SOURCE_TEXT)


@pytest.mark.parametrize("term", [term for term in GLOSSARY if term.is_later], ids=_name)
def test_a_word_for_later_names_nothing_yet(term: house.Term) -> None:
    assert term.word not in {house.split_name(name) for name in VOCABULARY}


def test_a_word_stands_once_in_the_glossary() -> None:
    words = [term.word for term in GLOSSARY]

    assert sorted(words) == sorted(set(words))
    assert len(words) > 0


@pytest.mark.parametrize("name", sorted(VOCABULARY))
def test_a_class_that_rooms_share_is_named_by_the_glossary(name: str) -> None:
    known = {term.word for term in GLOSSARY}
    spelt = house.split_name(name)

    # `TemplateCount` counts a template and `ShownEntry` shows an entry: one word of theirs is enough.
    assert spelt in known or (" " in spelt and known & set(spelt.split()))


@pytest.mark.parametrize("name", sorted(VOCABULARY))
def test_no_class_bears_a_name_that_the_glossary_rejects(name: str) -> None:
    known = {term.word for term in GLOSSARY}
    rejected = {word.strip() for term in GLOSSARY for word in term.rejected.split(",")} - known

    assert not rejected & {*house.split_name(name).split(), house.split_name(name)}


@pytest.mark.parametrize("path", ADRS, ids=_name)
def test_a_decision_is_one_page_with_its_parts_and_a_link(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Consequences"))
    assert len(text.splitlines()) <= 80  # a page as it is printed
    assert f"({path.relative_to(ROOT)})" in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))


@pytest.mark.parametrize("name", [*WRITTEN, *(str(path.relative_to(ROOT)) for path in ADRS)])
def test_what_a_document_names_is_there(name: str) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    named = re.findall(r"`((?:src|crates|tests|docs|examples|benchmarks)/[\w./-]+)`", text)

    assert [link for link in linked if not (path.parent / link).exists()] == []
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_a_file_that_the_architecture_names_in_short_is_there() -> None:
    named = re.findall(r"`([\w/]+\.(?:rs|py))`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    edges = [folder for family in ("sources", "trackers") for folder in (PACKAGE / family).glob("*/")]
    rooms = (ROOT, PACKAGE, CORE, BORDER, PACKAGE / "sources", *edges)

    assert len(named) > 0
    assert [name for name in named if not any((room / name).exists() for room in rooms)] == []


@pytest.mark.parametrize("path", sorted(p for p in CORE.glob("*.rs") if p.name != "lib.rs"), ids=_name)
def test_the_architecture_tells_what_a_file_of_the_core_is_for(path: Path) -> None:
    assert f"`{path.name}`" in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((PACKAGE / "sources").glob("*/[a-z]*.py")), ids=_name)
def test_the_architecture_tells_in_which_order_a_source_is_read(path: Path) -> None:
    rows = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()

    assert any(row.startswith(f"| `{path.parent.name}/` |") and f"`{path.name}`" in row for row in rows)


@pytest.mark.parametrize("path", sorted((PACKAGE / "stages").glob("[a-z]*.py")), ids=_name)
def test_the_architecture_tells_what_a_stage_is_for(path: Path) -> None:
    assert f"`stages/{path.name}`" in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_core_forbids_unsafe_code_and_the_crates_and_the_package_have_one_version() -> None:
    workspace = (ROOT / "Cargo.toml").read_text(encoding="utf-8")

    assert 'unsafe_code = "forbid"' in workspace
    for crate in ("gardener-core", "gardener-python"):
        manifest = (ROOT / "crates" / crate / "Cargo.toml").read_text(encoding="utf-8")
        assert "[lints]\nworkspace = true" in manifest
        assert "version.workspace = true" in manifest
