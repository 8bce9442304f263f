"""The house as data: its files, functions and words, read from the source itself."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "log_gardener"
CORE = ROOT / "crates" / "gardener-core" / "src"
BORDER = ROOT / "crates" / "gardener-python" / "src"

_RUST_FUNCTION = re.compile(r"^(?P<indent> *)(?:pub(?:\([a-z]+\))? )?(?:const )?fn (?P<name>\w+)")
_RUST_TESTS = "#[cfg(test)]"
_TERM_ROW = re.compile(r"^\| (?P<word>[a-z ]+) \| (?P<meaning>.+) \| (?P<rejected>.*) ?\|$", re.MULTILINE)


@dataclass(frozen=True)
class Function:
    place: str
    lines: int
    positional: int = 0


@dataclass(frozen=True)
class Term:
    word: str
    meaning: str
    rejected: str

    @property
    def is_later(self) -> bool:
        return "*later*" in self.meaning


def find_files(*folders: str, suffix: str = "") -> list[Path]:
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob(f"*{suffix}")))
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".so"]


def find_python_functions() -> Iterator[Function]:
    for path in find_files("src", suffix=".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
                own = [name for name in names if name not in {"self", "cls"}]
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield Function(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines, len(own))


def find_rust_functions() -> Iterator[Function]:
    """Every function outside tests; rustfmt puts the closing brace under the first letter."""
    for path in find_files("crates/gardener-core/src", "crates/gardener-python/src", suffix=".rs"):
        lines = path.read_text(encoding="utf-8").partition(_RUST_TESTS)[0].splitlines()
        for start, line in enumerate(lines):
            found = _RUST_FUNCTION.match(line)
            if found and not line.endswith(("}", ";")):
                end = lines.index(found["indent"] + "}", start)
                yield Function(f"{path.relative_to(ROOT)}:{start + 1} {found['name']}", end - start + 1)


def find_tenth(values: list[int], tenth: int) -> float:
    """The value that so many tenths of all lie below."""
    return quantiles(values, n=10, method="inclusive")[tenth - 1]


def read_glossary() -> list[Term]:
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = [Term(row["word"], row["meaning"], row["rejected"].strip()) for row in _TERM_ROW.finditer(text)]
    return [row for row in rows if row.word != "word"]


def split_name(name: str) -> str:
    """`FaultClass` is spelt `fault class`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def find_classes(*paths: Path) -> list[str]:
    """Names of the public classes at the top of files."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    classes = (node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef))
    return [name for name in classes if not name.startswith("_")]


def read_source() -> str:
    """All source as one lower-case text, names taken apart."""
    files = find_files("src", "crates/gardener-core/src", "crates/gardener-python/src")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".pyi", ".rs"})
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text).lower()
