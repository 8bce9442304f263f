"""What the entries themselves say, to hold against what a worklog says of them."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ftfy

from log_gardener import flow
from log_gardener.ports import Request
from log_gardener.renderers.json_worklog import JsonRenderer
from tests.unit.entries import make_parts

VARIABLE = re.compile(r"<[a-z0-9*]+>")
COMPOSED = re.compile(r" (?:under 1 s|1 to 10 s|over 10 s|failed with code|audit|\(empty: [^)]+\)) ")
MARK = re.compile(r"<[A-Za-z-]+:[0-9a-f]{4}>")


def find_texts(value: object) -> Iterator[str]:
    """Every name and every text of a JSON value, numbers spelt."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from find_texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from find_texts(member)
    elif value is not None:
        yield str(value)


def fold(text: str) -> str:
    """A text as templates have it: broken decodings mended, white space and what JSON spells of it folded."""
    return " ".join(ftfy.fix_encoding(text).replace("\\n", "\n").replace("\\t", "\t").split())


def spell(time: str | None) -> str | None:
    """A time in UTC with all nine digits of its fraction, so that texts compare as times do."""
    if time is None:
        return None
    seconds, _, fraction = time.removesuffix("Z").partition(".")
    return f"{seconds}.{fraction:0<9}"


class Truth:
    """Entries with the rows that `assign` gave them, and the worklog of the same bytes."""

    def __init__(self, content: bytes, folder: Path) -> None:
        lines = [json.loads(line) for line in content.splitlines()]
        self.entries: dict[str, dict[str, Any]] = {entry["insertId"]: entry for entry in lines}
        self.worklog: dict[str, Any] = json.loads(
            JsonRenderer().render(flow.ingest(make_parts(content), Request())),
        )
        flow.assign(make_parts(content), Request(), folder / "rows.csv")
        with (folder / "rows.csv").open(encoding="utf-8", newline="") as file:
            # An entry that was delivered twice is one entry, and has two rows.
            self.rows = list({row["insertId"]: row for row in csv.DictReader(file)}.values())
        self.text = fold("\n".join(text for entry in lines for text in find_texts(entry)))

    def of(self, cluster: dict[str, Any]) -> list[dict[str, Any]]:
        """The entries that `assign` put into a cluster."""
        return [self.entries[row["insertId"]] for row in self.rows if row["cluster_id"] == cluster["id"]]

    def count_templates(self, cluster: dict[str, Any]) -> Counter[str]:
        """Entries of a cluster by template id."""
        return Counter(row["template_id"] for row in self.rows if row["cluster_id"] == cluster["id"])

    def says(self, text: str) -> bool:
        """Whether every literal piece of a template's text stands in the entries.

        Of a request and an audit record, whose texts are composed, the words do.
        """
        pieces = [fold(piece) for piece in VARIABLE.split(MARK.sub("<*>", text))]
        if all(piece in self.text for piece in pieces):
            return True
        words = [word for piece in pieces for word in COMPOSED.sub(" ", f" {piece} ").split()]
        return all(word.strip("?:/") in self.text for word in words)
