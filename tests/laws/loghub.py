"""Labelled lines of ten systems as entries. Beside the project, so that tests without them are skipped."""

import csv
from functools import cache
from pathlib import Path

import pytest

from log_gardener._core import Template
from tests.laws.strategies import Entry

DATA = Path(__file__).parents[3] / "shared" / "data"
SYSTEMS = ["Android", "Apache", "BGL", "HDFS", "HPC", "Hadoop", "Linux", "OpenSSH", "Spark", "Zookeeper"]
SEVERITIES = ["INFO", "WARNING", "ERROR", "DEFAULT"]

needs_loghub = pytest.mark.skipif(not (DATA / "loghub").is_dir(), reason="no ../shared/data/loghub beside the project")


@cache
def read_lines(system: str) -> tuple[str, ...]:
    with (DATA / "loghub" / f"{system}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["Content"] for row in csv.DictReader(file))


def make_entries(system: str, copies: int = 1) -> list[Entry]:
    """Every line as often as asked, each entry with its own id, time, severity and instance."""
    lines = read_lines(system) * copies
    return [
        {
            "insertId": f"{system}-{number}",
            "timestamp": f"2025-09-14T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
            # Of a factor that has nothing to do with the copies, so that one line bears several.
            "severity": SEVERITIES[number * 7 // 13 % len(SEVERITIES)],
            "resource": {"type": "gce_instance", "labels": {"instance_id": f"i-{number % 23}"}},
            "textPayload": text,
        }
        for number, text in enumerate(lines)
    ]


def spell_templates(templates: list[Template]) -> bytes:
    """Everything that templates say, each field in turn."""
    return "\n".join(_spell(template) for template in templates).encode()


def _spell(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_spell, value))}]"
    if type(value).__module__ == "builtins" and not isinstance(value, type):
        names = [] if isinstance(value, str | int | bool) or value is None else _find_fields(value)
        return f"{{{', '.join(f'{name}: {_spell(getattr(value, name))}' for name in names)}}}" if names else repr(value)
    return repr(value)


def _find_fields(value: object) -> list[str]:
    return [name for name in dir(value) if not name.startswith("_") and not callable(getattr(value, name))]
