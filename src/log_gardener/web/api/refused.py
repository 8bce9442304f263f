"""Refusals in the API's description: every one is a problem of RFC 9457."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from log_gardener.web.api.answers import ProblemAnswer
from log_gardener.web.problems import MEDIA

# What any question may be answered with.
_ALWAYS = (400, 401, 403, 413, 421, 422, 429, 500, 503)


def list_refused(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of some statuses, as FastAPI takes them."""
    content = {MEDIA: {"schema": {"$ref": f"#/components/schemas/{ProblemAnswer.__name__}"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


REFUSED = list_refused(*_ALWAYS)


class DescribedApp(FastAPI):
    """An application whose description has the problem that refusals refer to."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        described = super().openapi()
        described["components"]["schemas"].setdefault(ProblemAnswer.__name__, ProblemAnswer.model_json_schema())
        return described
