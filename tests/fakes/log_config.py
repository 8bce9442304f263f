"""Sinks, buckets and views of the fake: what a look at the set-up of a project asks for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import grpc
from google.cloud.logging_v2 import types
from google.protobuf import json_format

from tests.fakes.entry_views import DEFAULT_VIEWS
from tests.fakes.filter_fields import Body
from tests.fakes.google_errors import Refusal, RefusedError, make_invalid
from tests.fakes.logging_access import find_container
from tests.fakes.page_tokens import PageTokens, Place

Message: TypeAlias = Any
"""A protobuf message, of which no types are published."""

DEFAULT_A_PAGE = 50

_CONTAINER = r"(?:projects|organizations|folders|billingAccounts)/[^/\s]+"
_SHAPES = {
    "container": re.compile(_CONTAINER),
    "location": re.compile(rf"{_CONTAINER}/locations/[^/\s]+"),
    "view": re.compile(rf"{_CONTAINER}/locations/[^/\s]+/buckets/[^/\s]+/views/[^/\s]+"),
}
_REQUIRED_LOGS = tuple(f'LOG_ID("cloudaudit.googleapis.com/{name}")' for name in ("activity", "system_event"))


def check_shape(name: str, shape: str) -> None:
    """Refuse a name that is not of the shape: `container`, `location` or `view`.

    Raises:
        RefusedError: it is not.
    """
    if not _SHAPES[shape].fullmatch(name):
        msg = f"'{name}' is no name of a {shape}"
        raise make_invalid(msg)


class LogConfig:
    """What is configured.

    Args:
        views: views of buckets, as resource name and filter, beside those that every project has.
        sinks: sinks by parent, as JSON, beside those that every project has.
        tokens: makes page tokens.
    """

    def __init__(self, views: Mapping[str, str], sinks: Mapping[str, tuple[Body, ...]], tokens: PageTokens) -> None:
        self._views = dict(views)
        self._sinks = dict(sinks)
        self._tokens = tokens

    def list_sinks(self, request: Message) -> Message:
        """`ListSinks`: `_Required` and `_Default`, which every project has, then the others."""
        bodies = [*_default_sinks(request.parent), *self._sinks.get(request.parent, ())]
        sinks = [json_format.ParseDict(body, types.LogSink.pb()()) for body in bodies]
        part, token = self.cut(sinks, request)
        return types.ListSinksResponse.pb()(sinks=part, next_page_token=token)

    def list_buckets(self, request: Message) -> Message:
        """`ListBuckets`, of one location or, with `-`, of all."""
        container, location = request.parent.split("/locations/")
        names = sorted({name.partition("/views/")[0] for name in self._view_filters(container)})
        fitting = [name for name in names if location in ("-", name.split("/")[3])]
        part, token = self.cut([_make_bucket(name) for name in fitting], request)
        return types.ListBucketsResponse.pb()(buckets=part, next_page_token=token)

    def get_view(self, request: Message) -> Message:
        """`GetView`.

        Raises:
            RefusedError: there is no such view.
        """
        text = self._view_filters(find_container(request.name)).get(request.name)
        if text is None:
            view = request.name.rpartition("/")[2]
            raise RefusedError(Refusal(grpc.StatusCode.NOT_FOUND, f"View `{view}` does not exist"))
        return types.LogView.pb()(name=request.name, filter=text)

    def cut(self, items: Iterable[Any], request: Message) -> tuple[list[Any], str]:
        """The page that a request wants of all items, and the token of the next.

        Raises:
            RefusedError: the page size or the token is none.
        """
        if request.page_size < 0:
            msg = f"page_size must not be negative, but is {request.page_size}"
            raise make_invalid(msg)
        listed = list(items)
        behind = self._tokens.read(request.page_token, request.parent).behind if request.page_token else None
        start = behind[0] if behind else 0
        end = start + (request.page_size or DEFAULT_A_PAGE)
        token = self._tokens.make(request.parent, Place((end, "", ""))) if end < len(listed) else ""
        return listed[start:end], token

    def _view_filters(self, container: str) -> dict[str, str]:
        own = {name: text for name, text in self._views.items() if find_container(name) == container}
        return {f"{container}/{name}": text for name, text in DEFAULT_VIEWS.items()} | own


def _default_sinks(parent: str) -> Iterator[Body]:
    bucket = f"logging.googleapis.com/{parent}/locations/global/buckets"
    yield {"name": "_Required", "destination": f"{bucket}/_Required", "filter": " OR ".join(_REQUIRED_LOGS)}
    others = " AND ".join(f"NOT {log}" for log in _REQUIRED_LOGS)
    yield {"name": "_Default", "destination": f"{bucket}/_Default", "filter": others}


def _make_bucket(name: str) -> Message:
    is_required = name.endswith("/_Required")
    return types.LogBucket.pb()(
        name=name,
        retention_days=400 if is_required else 30,
        locked=is_required,
        lifecycle_state=types.LifecycleState.ACTIVE,
    )
