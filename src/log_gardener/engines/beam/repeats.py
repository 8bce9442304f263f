"""Entries that several stretches have met: the first stretch counts them, the others do not."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from log_gardener.engines.beam.stretch import Key, Met

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOTS = 16
"""Shares of an hour's identities, each brought together by itself: a billion entries an hour are 500 MB a share."""


def split(identities: bytes) -> Iterator[tuple[int, bytes]]:
    """Identities by slot, those that are not empty; what is ascending stays so."""
    found = np.frombuffer(identities, "<u8")
    slots = found % SLOTS
    for slot in range(SLOTS):
        own = found[slots == slot]
        if len(own):
            yield slot, own.tobytes()


def find_repeats(met: Iterable[Met]) -> tuple[dict[Key, bytes], bytes]:
    """What each stretch must leave out, because a stretch before it counts it; and all that is new, ascending."""
    ordered = sorted(met, key=lambda one: one.key)
    fresh, news = _find_later([one.fresh for one in ordered])
    known, _ = _find_later([one.known for one in ordered])
    both = ((one.key, new + old) for one, new, old in zip(ordered, fresh, known, strict=True))
    return {key: identities for key, identities in both if identities}, news


def _find_later(stretches: Sequence[bytes]) -> tuple[list[bytes], bytes]:
    """Of each stretch what one before it holds as well, and all of them together, each once and ascending."""
    arrays: list[NDArray[np.uint64]] = [np.frombuffer(stretch, "<u8") for stretch in stretches]
    if not arrays:
        return [], b""
    joined = np.concatenate(arrays)
    owners = np.repeat(np.arange(len(arrays)), [len(array) for array in arrays])
    order = np.argsort(joined, kind="stable")
    ascending, owners = joined[order], owners[order]
    is_later = np.zeros(len(ascending), dtype=bool)
    is_later[1:] = ascending[1:] == ascending[:-1]
    later = [
        ascending[is_later & (owners == number)].tobytes() if is_later.any() else b"" for number in range(len(arrays))
    ]
    return later, ascending[~is_later].tobytes()
