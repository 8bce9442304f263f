"""Decisions as text in the configuration file, which keeps its comments and its layout."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from log_gardener.errors import OutputError, UsageError
from log_gardener.exits.leaks import check_lines
from log_gardener.exits.piece import Piece
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Issue, KnownTemplate
from log_gardener.renderers.escaping import flatten
from log_gardener.sections.place import FILE_NAME

__all__ = ["FILE_NAME", "find_templates", "take_back", "write_merge", "write_split"]


def find_templates(issue: Issue, prefixes: Iterable[str]) -> list[KnownTemplate]:
    """The templates of an issue that begin with the prefixes, with or without their recipe.

    Raises:
        UsageError: there is none, or more than one, or it is the one that names the issue.
    """
    return list({one.fingerprint: one for one in (_find_template(issue, prefix) for prefix in prefixes)}.values())


def _find_template(issue: Issue, prefix: str) -> KnownTemplate:
    found = [
        template
        for template in issue.templates
        if template.fingerprint.startswith(prefix) or template.fingerprint.partition(":")[2].startswith(prefix)
    ]
    if len(found) != 1:
        number = len(found) or "no"
        msg = f"{number} templates of {issue.id} begin so: {prefix}; 'log-gardener issues explain {issue.id}' lists all"
        raise UsageError(msg)
    if found[0].fingerprint == issue.id:
        msg = f"{prefix} names the issue {issue.id} itself; split the other templates off instead"
        raise UsageError(msg)
    return found[0]


def write_merge(path: Path, issues: Sequence[Issue], decisions: Decisions, reason: str) -> None:
    """Add a merge of issues.

    Raises:
        UsageError: another decision is about one of the issues, and the first does not lead it.
        OutputError: the file cannot be written.
    """
    lead = {issues[0].id} & set(decisions.leads.values())
    _refuse((issue.id for issue in issues), {*decisions.leads, *decisions.owners} - lead)
    _write(path, ("merge", "issues"), {issue.id: issue.title for issue in issues}, reason)


def write_split(path: Path, templates: Sequence[KnownTemplate], decisions: Decisions, reason: str) -> None:
    """Add a split of templates.

    Raises:
        UsageError: another decision is about one of the templates.
        OutputError: the file cannot be written.
    """
    _refuse((one.fingerprint for one in templates), {*decisions.leads, *decisions.owners})
    _write(path, ("split", "templates"), {one.fingerprint: one.text for one in templates}, reason)


def take_back(path: Path, names: tuple[str, str], ids: Sequence[str]) -> None:
    """Take the decision about exactly these ids out again, and what was made for it.

    Args:
        path: the configuration file.
        names: the kind of the decision, and what its ids are of.
        ids: in the order in which they stand there.

    Raises:
        UsageError: there is none.
        OutputError: the file cannot be written.
    """
    kind, name = names
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.is_file() else tomlkit.document()
        rows = document.get("decisions", {}).get(kind, [])
        place = next((at for at, row in enumerate(rows) if list(row.get(name, [])) == list(ids)), None)
        if place is None:
            msg = f"the configuration holds no such {kind} any more: somebody has changed it since"
            raise UsageError(msg)
        del rows[place]
        decisions = document["decisions"]
        if not rows:
            decisions.pop(kind)
        if not decisions:
            document.pop("decisions")
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        msg = f"cannot take the decision out of {path}: {error}"
        raise OutputError(msg) from error


def _refuse(ids: Iterable[str], decided: set[str]) -> None:
    for id_ in ids:
        if id_ in decided:
            msg = f"a decision in the configuration is about {id_} already; name its first issue first, or delete it"
            raise UsageError(msg)


def _write(path: Path, names: tuple[str, str], ids: dict[str, str], reason: str) -> None:
    kind, name = names
    # They stand beside the ids, for whoever reads the file later.
    check_lines([Piece(text) for text in ids.values()], "the decision")
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.is_file() else tomlkit.document()
        row = tomlkit.table()
        row[name] = _spell_ids(ids)
        if reason:
            row["reason"] = reason
        _find_rows(document, kind).append(row)
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        msg = f"cannot write the decision to {path}: {error}"
        raise OutputError(msg) from error


def _find_rows(document: tomlkit.TOMLDocument, kind: str) -> AoT:
    """The rows of a kind of decision, made where there are none."""
    if "decisions" not in document:
        document["decisions"] = tomlkit.table(is_super_table=True)
    decisions = document["decisions"]
    if kind not in decisions:
        decisions[kind] = tomlkit.aot()
    rows: AoT = decisions[kind]
    return rows


def _spell_ids(ids: dict[str, str]) -> Array:
    """An array of one id a line, its text behind it."""
    array = tomlkit.array()
    for id_, text in ids.items():
        # A comment ends with its line, and holds no control character.
        shown = " ".join(flatten(text).split())
        array.add_line(id_, comment=shown or None)
    array.add_line(indent="")
    return array
