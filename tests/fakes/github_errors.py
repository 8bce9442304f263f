"""Refusals in the shape that GitHub documents: a message, errors by field, and where to read about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

DOCS = "https://docs.github.com/rest"

FieldError = dict[str, Any]


@dataclass(slots=True)
class RefusedError(Exception):
    """A request that is not done.

    Attributes:
        status: of HTTP.
        errors: one for each field that is wrong, for a failed validation.
        anchor: which part of the documentation is named; a whole address if it has a scheme.
        headers: beside the usual ones.
        violation: what a well-made client would never send; a test can see that nothing of the kind came.
        extra: further members of the body, such as the new address of what has moved.
    """

    status: int
    message: str
    errors: tuple[FieldError, ...] = ()
    anchor: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    violation: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, anchor: str) -> dict[str, Any]:
        """The body; `anchor` is the route's own, if the error has none."""
        place = self.anchor or anchor
        body: dict[str, Any] = {"message": self.message, **self.extra}
        if self.errors:
            body["errors"] = list(self.errors)
        body["documentation_url"] = place if "://" in place else f"{DOCS}/{place}".rstrip("/")
        # Redirects have always come without it.
        if self.status >= 400:
            body["status"] = str(self.status)
        return body


def refuse(
    status: int,
    message: str,
    *,
    anchor: str = "",
    headers: Mapping[str, str] | None = None,
    violation: str = "",
) -> NoReturn:
    """Do not do it."""
    raise RefusedError(status, message, anchor=anchor, headers=headers or {}, violation=violation)


def refuse_not_found(violation: str = "") -> NoReturn:
    """It is not there, or is not to be seen by the one who asks."""
    refuse(404, "Not Found", violation=violation)


def refuse_forbidden(message: str, anchor: str = "") -> NoReturn:
    """It may be seen, but not done."""
    refuse(403, message, anchor=anchor)


def refuse_gone(message: str, anchor: str = "") -> NoReturn:
    """It was there once, or is switched off."""
    refuse(410, message, anchor=anchor)


def refuse_invalid(*errors: FieldError, violation: str = "") -> NoReturn:
    """A validation failed."""
    message = "Validation Failed"
    raise RefusedError(422, message, errors, violation=violation)


def refuse_malformed(sentence: str, violation: str = "") -> NoReturn:
    """A body or a query does not fit the documented schema."""
    refuse(422, f"Invalid request.\n\n{sentence}", violation=violation or sentence)


def missing_field(resource: str, name: str) -> FieldError:
    """The error of a field that must be there and is not, or is blank."""
    return {"resource": resource, "code": "missing_field", "field": name}


def invalid_field(resource: str, name: str, value: object = None) -> FieldError:
    """The error of a field whose value is not one of those that there are."""
    error: FieldError = {"resource": resource, "code": "invalid", "field": name}
    return error if value is None else {"value": value, **error}


def already_exists(resource: str, name: str) -> FieldError:
    """The error of a name that something else has."""
    return {"resource": resource, "code": "already_exists", "field": name}


def too_long(resource: str, name: str, most: int) -> FieldError:
    """The error of a text with more characters than there may be."""
    message = f"{name} is too long (maximum is {most} characters)"
    return {"resource": resource, "code": "custom", "field": name, "message": message}


def unprocessable(resource: str, message: str) -> FieldError:
    """The error of a comment, whose field is called `data` whatever was sent."""
    return {"resource": resource, "code": "unprocessable", "field": "data", "message": message}
