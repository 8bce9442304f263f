"""Log Gardener: reads Google Cloud logs, groups what belongs together, and tends the issues over time."""

from log_gardener._core import Tally, Template, mine
from log_gardener.api import tend
from log_gardener.errors import GardenerError
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog

__all__ = ["GardenerError", "Tally", "Template", "Window", "Worklog", "mine", "tend"]
