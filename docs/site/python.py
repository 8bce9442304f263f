"""The public face of the package, read from its source and its stub: signatures and docstrings."""

import ast
import re
from collections.abc import Iterator

from docs.site.places import ROOT
from docs.site.tables import spell_page

PACKAGE = ROOT / "src" / "log_gardener"
ABOUT = (
    "`import log_gardener as lg` gives these names; what else there is may change from release to release. Errors are "
    "on [a page of their own](errors.md)."
)

Definition = ast.ClassDef | ast.FunctionDef

# Sections of a docstring, as Google's style has them.
_SECTION = re.compile(r"^(?P<name>Args|Attributes|Returns|Raises):$", re.MULTILINE)
_ROW = re.compile(r"^(?P<name>[\w*]+): (?P<text>.*(?:\n  .*)*)", re.MULTILINE)


def make_page() -> str:
    """The page in Markdown."""
    return spell_page("Python", ABOUT, (spell_definition(node) for _, node in sorted(find_definitions().items())))


def find_definitions() -> dict[str, Definition]:
    """What the package shows, by name, each as its source has it."""
    shown = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    rows = [node for node in shown.body if isinstance(node, ast.ImportFrom) and node.module]
    return {
        alias.name: _find_definition(str(node.module), alias.name)
        for node in rows
        for alias in node.names
        if not alias.name.startswith("_")
    }


def _find_definition(module: str, name: str) -> Definition:
    path = PACKAGE.parent / module.replace(".", "/")
    stub, source = path.with_suffix(".pyi"), path.with_suffix(".py")
    tree = ast.parse((stub if stub.exists() else source).read_text(encoding="utf-8"))
    (found,) = (node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name)
    return found


def spell_definition(node: Definition) -> str:
    """A function, or a class with its members."""
    parts = [f"## `{node.name}`", _spell_signature(node), spell_docstring(ast.get_docstring(node) or "")]
    for member in _find_members(node):
        docstring = spell_docstring(ast.get_docstring(member) or "")
        parts += [f"### `{node.name}.{member.name}`", _spell_signature(member), docstring]
    return "\n\n".join(part for part in parts if part)


def _find_members(node: Definition) -> Iterator[ast.FunctionDef]:
    """The documented members of a class."""
    for member in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
            yield member


def _spell_signature(node: Definition) -> str:
    if isinstance(node, ast.ClassDef):
        fields = [ast.unparse(row) for row in node.body if isinstance(row, ast.AnnAssign)]
        head = f"class {node.name}({', '.join(map(ast.unparse, node.bases))}):".replace("():", ":")
        return _spell_code("\n    ".join([head, *fields])) if fields else ""
    if any(ast.unparse(one) == "property" for one in node.decorator_list):
        return _spell_code(f"{node.name}: {ast.unparse(node.returns)}" if node.returns else node.name)
    return _spell_code(_spell_call(node))


def _spell_call(node: ast.FunctionDef) -> str:
    """The call with its types, an argument a line where there are many."""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    line = f"{node.name}({ast.unparse(node.args)}){returns}".replace("(self, ", "(").replace("(self)", "()")
    if len(line) <= 80:  # noqa: PLR2004 - a line as a page shows it
        return line
    own = [row for row in _split_arguments(node.args) if row != "self"]
    return "\n".join([f"{node.name}(", *(f"    {row}," for row in own), f"){returns}"])


def _split_arguments(asked: ast.arguments) -> Iterator[str]:
    """The arguments one by one, with types and defaults."""
    placed = [*asked.posonlyargs, *asked.args]
    defaults: list[ast.expr | None] = [*[None] * (len(placed) - len(asked.defaults)), *asked.defaults]
    for row, default in zip(placed, defaults, strict=True):
        yield _spell_argument(row, default)
    if asked.vararg:
        yield f"*{_spell_argument(asked.vararg, None)}"
    elif asked.kwonlyargs:
        yield "*"
    for row, default in zip(asked.kwonlyargs, asked.kw_defaults, strict=True):
        yield _spell_argument(row, default)


def _spell_argument(row: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(row) + (f" = {ast.unparse(default)}" if default else "")


def _spell_code(text: str) -> str:
    return f"```python\n{text}\n```"


def spell_docstring(text: str) -> str:
    """A docstring in Markdown: its sections as lists."""
    pieces = _SECTION.split(text)
    parts = [pieces[0].strip()]
    for name, section in zip(pieces[1::2], pieces[2::2], strict=True):
        parts += [f"**{name}**", _spell_section(section)]
    return "\n\n".join(part for part in parts if part)


def _spell_section(section: str) -> str:
    """The rows of a section as a list, or what it says as it is."""
    lines = [line.removeprefix("    ") for line in section.strip("\n").splitlines()]
    text = "\n".join(lines).rstrip()
    rows = list(_ROW.finditer(text))
    return "\n".join(f"- `{row['name']}`: {' '.join(row['text'].split())}" for row in rows) or " ".join(text.split())
