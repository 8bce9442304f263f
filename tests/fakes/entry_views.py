"""Which entries a resource name stands for: a project's and so on, or those of a view of a bucket."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from tests.fakes.entry_shelf import Kept
from tests.fakes.google_errors import make_denied
from tests.fakes.logging_access import find_container, is_view
from tests.fakes.logging_filter import parse_filter

Membership: TypeAlias = Callable[[Kept], bool]

_REQUIRED = " OR ".join(
    f'log_id("cloudaudit.googleapis.com/{name}")' for name in ("activity", "system_event", "access_transparency")
)
PRIVATE = 'log_id("cloudaudit.googleapis.com/data_access")'
"""What only those see who may read private logs."""

DEFAULT_VIEWS: Mapping[str, str] = {
    "locations/global/buckets/_Default/views/_AllLogs": f"NOT ({_REQUIRED})",
    "locations/global/buckets/_Default/views/_Default": f"NOT ({_REQUIRED}) AND NOT {PRIVATE}",
    "locations/global/buckets/_Required/views/_AllLogs": _REQUIRED,
}
"""What every project has, by the rest of the name: the filter of what is in it."""


class EntryViews:
    """Tells which entries belong to which resource names.

    Args:
        views: further views: of all entries there are, those that fit a filter, as if a sink had brought them there.
    """

    def __init__(self, views: Mapping[str, str]) -> None:
        self._views = {name: parse_filter(text) for name, text in views.items()}
        self._default_views = {name: parse_filter(text) for name, text in DEFAULT_VIEWS.items()}
        self._private = parse_filter(PRIVATE)

    @property
    def containers(self) -> set[str]:
        """Whose views there are."""
        return {find_container(name) for name in self._views}

    def make_membership(self, names: Sequence[str], *, is_private_seen: bool) -> Membership:
        """What tells whether an entry belongs to one of the names.

        Raises:
            RefusedError: there is no such view, which is told like a missing permission.
        """
        members = [self._make_one(name) for name in names]

        def is_member(entry: Kept) -> bool:
            if not is_private_seen and self._private.is_match(entry.body):
                return False
            return any(member(entry) for member in members)

        return is_member

    def _make_one(self, name: str) -> Membership:
        if not is_view(name):
            return lambda entry: entry.parent == name
        if name in self._views:
            is_match = self._views[name].is_match
            return lambda entry: is_match(entry.body)
        container = find_container(name)
        found = self._default_views.get(name.removeprefix(container + "/"))
        if found is None:
            raise make_denied(name, "logging.views.access")
        return lambda entry: entry.parent == container and found.is_match(entry.body)
