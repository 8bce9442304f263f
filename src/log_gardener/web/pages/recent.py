"""What a page still has to tell after a form has sent somebody on to it."""

import secrets
from threading import Lock
from typing import Generic, TypeVar

_Value = TypeVar("_Value")

# Who does not look at once does not look any more.
MOST_KEPT = 64

_KEY_BYTES = 9


class Recent(Generic[_Value]):
    """The latest values, by keys that nobody can guess."""

    def __init__(self) -> None:
        self._values: dict[str, _Value] = {}
        self._lock = Lock()

    def keep(self, value: _Value) -> str:
        """The key under which a value can be had again, until many more have come."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        with self._lock:
            self._values[key] = value
            for old in list(self._values)[:-MOST_KEPT]:
                del self._values[old]
        return key

    def find(self, key: str) -> _Value | None:
        """The value of a key; `None` if it is not kept."""
        with self._lock:
            return self._values.get(key)

    def take(self, key: str) -> _Value | None:
        """The value of a key, once; `None` if it is not kept."""
        with self._lock:
            return self._values.pop(key, None)
