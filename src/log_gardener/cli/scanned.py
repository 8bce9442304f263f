"""The terminal, scanned: what would be shown is looked at once more before it is laid out."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from log_gardener.exits.leaks import check_lines
from log_gardener.exits.piece import Piece

# An id that is shown stands for itself: the same number behind words could be a person's.
_ID = re.compile("(?<=values of entry )")


class ScannedConsole(Console):
    """A terminal that shows nothing in which a rule finds a secret.

    Texts and cells are scanned before they are laid out: what a table folds is whole there.
    """

    _held: list[tuple[tuple[Any, ...], dict[str, Any]]] | None = None

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401 - as the class has it
        """Print, if it may leave.

        Raises:
            LeakError: it may not.
        """
        if self._held is not None:
            self._held.append((objects, options))
            return
        check_lines(list(_list_lines(objects)))
        super().print(*objects, **options)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is printed in this context is shown at its end, all of it or nothing.

        Raises:
            LeakError: it may not leave.
        """
        held: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self._held = held
        try:
            yield
        finally:
            self._held = None
        check_lines(list(chain.from_iterable(_list_lines(objects) for objects, _ in held)))
        for objects, options in held:
            super().print(*objects, **options)


def _list_lines(objects: Iterable[object], field: str = "") -> Iterator[Piece]:
    """The lines and the cells of what would be shown, the cells with the headings of their columns."""
    for one in objects:
        if isinstance(one, Text | str):
            text = one.plain if isinstance(one, Text) else one
            yield from (Piece(line, named=field) for line in _ID.sub("\n", text).split("\n"))
        elif isinstance(one, Group):
            yield from _list_lines(one.renderables)
        elif isinstance(one, Table):
            for column in one.columns:
                heading = str(column.header)
                yield from _list_lines([heading, *column.cells], heading)
