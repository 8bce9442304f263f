"""Where settings and the state are where nobody says it."""

import os
from pathlib import Path

FILE_NAME = "log-gardener.toml"


def find_state_folder() -> Path:
    """The user's folder for state, by the XDG base directory specification."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "log-gardener"


def find_state_file() -> Path:
    """The state where none is set."""
    return find_state_folder() / "garden.db"
