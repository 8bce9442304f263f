"""Terraform's folders as values: what they declare, what they refer to, and what they grant."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

from tests.docs.pages import ROOT

TERRAFORM = ROOT / "deploy" / "terraform"
MODULES = sorted((TERRAFORM / "modules").iterdir())
EXAMPLES = sorted((TERRAFORM / "examples").iterdir())

_REFERENCE = re.compile(
    r"(?<![\w.\"-])(?:(?P<kind>var|local)\.(?P<name>\w+)"
    r"|module\.(?P<module>\w+)\.(?P<output>\w+)"
    r"|(?P<mode>ephemeral\.)?(?P<type>(?:google|random)_\w+)\.(?P<label>\w+))"
)
_OWN_ROLE = re.compile(r"\$\{google_project_iam_custom_role\.(?P<label>\w+).*\}")
_META = {"source", "version", "count", "for_each", "depends_on", "providers"}
_MARKS = {"__comments__", "__inline_comments__", "__is_block__"}
_SECRET = re.compile(r"(?i)(state$|state_url|redaction_key$|password|token|app_key$|private_key|secret$)")

READS_BUCKETS = {"roles/dataflow.worker", "roles/dataflow.admin"}
"""Roles of Google's for something else that may also read all objects in the project."""

NO_OBJECTS = "resource.type != 'storage.googleapis.com/Object'"


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its labels, such as `resource "google_sql_user" "gardener"`."""

    kind: str
    labels: tuple[str, ...]
    body: Mapping[str, Any]

    @property
    def address(self) -> str:
        """As Terraform names it."""
        return ".".join(self.labels)

    def find(self, name: str) -> str:
        """A text of it without its marks; empty if it has none."""
        return str(self.body.get(name, "")).strip('"')


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of Terraform's.

    Attributes:
        text: of all its files.
        blocks: of all its files.
        expressions: every text in which something may be referred to.
    """

    text: str
    blocks: tuple[Block, ...]
    expressions: tuple[str, ...]

    def find(self, kind: str) -> list[Block]:
        """Its blocks of a kind."""
        return [block for block in self.blocks if block.kind == kind]

    @property
    def locals(self) -> dict[str, Any]:
        """Its local values."""
        return {name: value for block in self.find("locals") for name, value in block.body.items()}


@cache
def read(path: Path) -> Folder:
    """A folder as it is; parsing takes its time, and is done once."""
    return parse("\n".join(file.read_text(encoding="utf-8") for file in sorted(path.glob("*.tf"))))


def parse(text: str) -> Folder:
    """A folder whose files together are this text."""
    tree = hcl2.loads(text)
    blocks = tuple(
        block
        for kind, bodies in tree.items()
        if kind not in _MARKS
        for body in bodies
        for block in _find_blocks(kind, body, ())
    )
    return Folder(text, blocks, tuple(_find_texts(tree)))


def _find_blocks(kind: str, body: Mapping[str, Any], labels: tuple[str, ...]) -> Iterator[Block]:
    """A label stands above the body, as a key in quotes."""
    if "__is_block__" in body:
        yield Block(kind, labels, {name: value for name, value in body.items() if name not in _MARKS})
        return
    for label, inner in body.items():
        yield from _find_blocks(kind, inner, (*labels, label.strip('"')))


def _find_texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for one in tree:
            yield from _find_texts(one)
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            if name not in _MARKS:
                yield from _find_texts(value)


def find_lost_references(folder: Folder, outputs: Mapping[str, set[str]] | None = None) -> set[str]:
    """What is referred to and declared nowhere; `outputs` are those of each module that is called."""
    known = {f"var.{block.labels[0]}" for block in folder.find("variable")}
    known |= {f"local.{name}" for name in folder.locals}
    known |= {block.address for block in folder.find("resource")}
    known |= {f"ephemeral.{block.address}" for block in folder.find("ephemeral")}
    known |= {f"module.{name}.{output}" for name, names in (outputs or {}).items() for output in names}
    return find_references(folder) - known


def find_references(folder: Folder) -> set[str]:
    """Everything that is referred to."""
    found = set()
    for match in (match for text in folder.expressions for match in _REFERENCE.finditer(text)):
        if match["kind"]:
            found.add(f"{match['kind']}.{match['name']}")
        elif match["module"]:
            found.add(f"module.{match['module']}.{match['output']}")
        else:
            found.add(f"{match['mode'] or ''}{match['type']}.{match['label']}")
    return found


def find_unused(folder: Folder) -> set[str]:
    """Variables and local values that nothing refers to, not counting a variable's own checks."""
    rest = Folder("", (), tuple(_find_texts([block.body for block in folder.blocks if block.kind != "variable"])))
    declared = {f"var.{block.labels[0]}" for block in folder.find("variable")}
    return (declared | {f"local.{name}" for name in folder.locals}) - find_references(rest)


def find_undescribed(folder: Folder) -> set[str]:
    """Variables without a type or a description, outputs without a description."""
    wanted = {"variable": ("type", "description"), "output": ("value", "description")}
    return {
        block.address
        for kind, names in wanted.items()
        for block in folder.find(kind)
        if not all(block.find(name) for name in names)
    }


def find_grants(folder: Folder) -> set[tuple[str, str]]:
    """Where a role is granted, and which: `("project", "roles/dataflow.worker")`, `("project", "custom launcher")`."""
    return {
        (_spell_place(block.labels[0]), _OWN_ROLE.sub(r"custom \g<label>", block.find("role")))
        for block in folder.find("resource")
        if "role" in block.body
    }


def find_permissions(folder: Folder) -> dict[str, set[str]]:
    """What each role of its own permits, by the label of the role."""
    return {
        block.labels[1]: {str(one).strip('"') for one in block.body["permissions"]}
        for block in folder.find("resource")
        if block.labels[0] == "google_project_iam_custom_role"
    }


def find_wide_readers(folder: Folder) -> set[str]:
    """Who is granted a role that reads every bucket of a project, without the condition that takes that away."""
    without = {name for name, value in folder.locals.items() if str(value).strip('"') == NO_OBJECTS}
    return {
        block.address
        for block in folder.find("resource")
        if block.labels[0] == "google_project_iam_member" and block.find("role") in READS_BUCKETS
        if not {f"${{local.{name}}}" for name in without}
        & {body["expression"] for body in block.body.get("condition", [])}
    }


def _spell_place(kind: str) -> str:
    return kind.removeprefix("google_").removesuffix("_iam_member").replace("_", " ")


def find_unexplained(folder: Folder) -> set[str]:
    """Roles in a whole project that no comment stands above."""
    found = re.finditer(r'(?P<before>[^\n]*)\nresource "google_project_iam_\w+" "(?P<label>\w+)"', "\n" + folder.text)
    return {match["label"] for match in found if not match["before"].startswith("#")}


def find_broad_grants(folder: Folder) -> set[str]:
    """What grants more than one role to one member, or anything to everybody."""
    broad = {
        block.address for block in folder.find("resource") if re.search(r"_iam_(binding|policy)$", block.labels[0])
    }
    return broad | set(re.findall(r"\ball(?:Authenticated)?Users\b", folder.text))


def find_shown_secrets(folder: Folder) -> set[str]:
    """Where a secret would be seen: in Terraform's state, or among a job's plain variables."""
    shown = {
        f"{block.address}.{name}"
        for block in folder.find("resource")
        for name in ("password", "secret_data")
        if name in block.body
    }
    shown |= {name for name in _find_plain_variables(folder.blocks) if _SECRET.search(name)}
    return shown | {block.address for block in folder.find("resource") if block.labels[0] == "random_password"}


def _find_plain_variables(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Names of a container's variables whose value stands beside them."""
    for body in (body for block in blocks for body in _find_bodies(block.body, "env")):
        if "value" in body and "name" in body:
            yield str(body["name"]).strip('"')


def _find_bodies(tree: Any, name: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, list):
        for one in tree:
            yield from _find_bodies(one, name)
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            if key == name and isinstance(value, list):
                yield from value
            yield from _find_bodies(value, name)


def find_wrong_arguments(call: Block, module: Folder) -> set[str]:
    """What a call gives that its module does not take, and what it does not give that the module needs."""
    taken = {block.labels[0] for block in module.find("variable")}
    needed = {block.labels[0] for block in module.find("variable") if "default" not in block.body}
    given = set(call.body) - _META
    return (given - taken) | (needed - given)


def find_open_buckets(folder: Folder) -> set[str]:
    """Buckets that could be opened to the public, or by an access list."""
    return {
        block.address
        for block in folder.find("resource")
        if block.labels[0] == "google_storage_bucket"
        and (
            block.find("public_access_prevention") != "enforced"
            or block.body.get("uniform_bucket_level_access") is not True
            or "lifecycle_rule" not in block.body
        )
    }
