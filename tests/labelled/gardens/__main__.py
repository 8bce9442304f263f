"""Write a labelled garden: python -m tests.labelled.gardens NAME FOLDER."""

import sys
from importlib import import_module
from pathlib import Path

from tests.labelled.gardens.planting import write

NAMES = (
    "all_healthy",
    "cloudsql_orders",
    "dotnet_pubsub",
    "fastapi_settings",
    "go_slog_panics",
    "kotlin_rust_pair",
    "node_rejections",
    "php_behind_lb",
    "rails_sidekiq",
    "spring_gke",
)


def main(name: str, folder: str) -> None:
    if name not in NAMES:
        sys.exit(f"gardens: no garden {name}; there are {', '.join(NAMES)}")
    write(import_module(f"tests.labelled.gardens.{name}").grow(), Path(folder))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
