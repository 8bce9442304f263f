"""Lengths of time in settings."""

from typing import Annotated

from pydantic import AfterValidator

from log_gardener.model.instant import parse_duration


def check_duration(text: str) -> str:
    """A length of time, such as `2d`.

    Raises:
        ValueError: it is none.
    """
    parse_duration(text)
    return text


Duration = Annotated[str, AfterValidator(check_duration)]
