"""What reads the sources."""

from enum import StrEnum


class EngineName(StrEnum):
    """The engines that there are."""

    LOCAL = "local"
    BEAM = "beam"
