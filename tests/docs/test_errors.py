import inspect
import re

from log_gardener import errors
from tests.docs.pages import DOCS

TREE = re.compile(r"^(?P<indent>[│├└─ ]*)(?P<name>\w+Error)\s+\S", re.MULTILINE)
# A level of the tree is four columns.
LEVEL = 4


def find_classes() -> dict[str, type]:
    own = inspect.getmembers(errors, inspect.isclass)
    return {name: value for name, value in own if value.__module__ == errors.__name__}


def read_tree() -> dict[str, str]:
    """Every error of the docstring's tree with its parent."""
    path: list[str] = []
    parents: dict[str, str] = {}
    for row in TREE.finditer(inspect.getdoc(errors) or ""):
        depth = len(row["indent"].removeprefix(TREE_INDENT)) // LEVEL
        path[depth:] = [row["name"]]
        parents[row["name"]] = path[depth - 1] if depth else "Exception"
    return parents


TREE_INDENT = " " * LEVEL


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert read_tree() == {name: value.__base__.__name__ for name, value in find_classes().items() if value.__base__}


def test_every_error_is_public() -> None:
    assert sorted(errors.__all__) == sorted(find_classes())


def test_every_error_is_in_the_page_of_the_commands() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")

    assert [name for name in find_classes() if f"`{name}`" not in page] == []
