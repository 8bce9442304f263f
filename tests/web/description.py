"""Writes the API's description into the documentation: python -m tests.web.description."""

import json
import tempfile
from pathlib import Path

from log_gardener.sections.serve import ServeSettings
from log_gardener.web.app import AppOptions, make_app
from log_gardener.web.serving import make_protection
from tests.web.served import Place

KEPT = Path(__file__).parents[2] / "docs" / "schema" / "api.openapi.json"


def write() -> None:
    """Write what the application tells of itself, without the number of the release."""
    with tempfile.TemporaryDirectory() as folder:
        protection = make_protection(ServeSettings())
        described = make_app(Place(Path(folder)).open_desk(), AppOptions(protection.guard)).openapi()
    described["info"].pop("version")
    KEPT.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
