"""A window in slices that depend on its entries, and not on who reads them when."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.sources.cloud_logging.filters import Span
from log_gardener.sources.cloud_logging.slicing import PAGES_BEFORE_SPLIT, Course, Slice, Step, cut

SPAN = (0, 1_000_000)


def read(course: Course, slice_: Slice, pages: list[int]) -> list[int]:
    """Read a slice, whose pages end at these times; gives those that were read."""
    course.begin(slice_)
    start, end = slice_.span
    taken: list[int] = []
    count = 0
    while rest := [page for page in pages if page >= start and page < end and page not in taken]:
        taken.append(rest[0])
        count += 1
        if len(rest) == 1:
            break
        nearer = course.advance(slice_, Step(start, rest[0], count))
        if nearer != end:
            start, end, count = rest[0], nearer, 0
    course.finish(slice_)
    return taken


def read_all(course: Course, pages: list[int], workers: int) -> list[tuple[Span, list[int]]]:
    """Read as the engine does: so many at a time, the next when the oldest is over."""
    found: list[tuple[Span, list[int]]] = []
    with ThreadPoolExecutor(workers) as executor:
        pending = []
        for slice_ in course.walk():
            pending.append((slice_.span, executor.submit(read, course, slice_, pages)))
            if len(pending) == workers:
                span, future = pending.pop(0)
                found.append((span, future.result()))
        found += [(span, future.result()) for span, future in pending]
    return found


def test_there_are_as_many_slices_as_workers_where_little_is_to_be_read() -> None:
    course = Course(SPAN, 4)

    assert [span for span, _ in read_all(course, [10, 20], 4)] == list(cut(SPAN, 4))
    assert course.is_read
    assert course.find_share() == 1


@given(st.integers(), st.integers(min_value=1, max_value=2**60), st.integers(min_value=1, max_value=70))
def test_parts_follow_one_another_from_the_first_instant_to_the_last(start: int, length: int, count: int) -> None:
    parts = cut((start, start + length), count)

    assert (parts[0][0], parts[-1][1]) == (start, start + length)
    assert all(one[1] == other[0] for one, other in pairwise(parts))
    assert all(begin < end for begin, end in parts)
    assert len(parts) == min(count, length)


PAGES = st.lists(st.integers(0, SPAN[1] - 1), max_size=120, unique=True).map(sorted)


@given(PAGES, st.integers(1, 5))
def test_every_page_is_read_once_and_the_same_slices_whoever_is_fast(pages: list[int], workers: int) -> None:
    readings = [read_all(Course(SPAN, workers), pages, workers) for _ in range(2)]

    assert readings[0] == readings[1]
    assert sorted(page for _, taken in readings[0] for page in taken) == pages


def test_a_crowded_slice_is_read_by_all_workers() -> None:
    pages = list(range(0, 200_000, 1_000))
    found = read_all(Course(SPAN, 4), pages, 4)

    assert max(len(taken) for _, taken in found) < len(pages) / 4
    assert len(found) < len(pages) / PAGES_BEFORE_SPLIT * 2


def test_one_worker_gives_nothing_away() -> None:
    assert len(read_all(Course(SPAN, 1), list(range(0, 900_000, 10_000)), 1)) == 1


def test_a_slice_whose_pages_are_all_of_its_first_instant_is_not_split() -> None:
    course = Course(SPAN, 4)
    slice_ = next(course.walk())

    assert course.advance(slice_, Step(0, 0, PAGES_BEFORE_SPLIT * 9)) == slice_.span[1]


def test_slices_that_are_all_taken_before_any_is_read_are_not_split() -> None:
    course = Course(SPAN, 4)
    slices = list(course.walk())

    assert len(slices) == 4
    assert course.advance(slices[0], Step(0, 100, PAGES_BEFORE_SPLIT)) == slices[0].span[1]


def test_an_end_wakes_whoever_waits_for_more_and_leaves_the_window_unread() -> None:
    course = Course(SPAN, 2)
    walk = course.walk()
    slices = [next(walk), next(walk)]
    course.begin(slices[0])

    with ThreadPoolExecutor(1) as executor:
        waiting = executor.submit(next, walk, None)
        course.finish(slices[1])
        course.end()
        assert waiting.result(5) is None

    assert course.is_ended
    assert not course.is_read
    assert course.find_share() == 0.5


@pytest.mark.parametrize("seed", range(5))
def test_the_share_that_is_read_never_goes_back(seed: int) -> None:
    course, random = Course(SPAN, 3), Random(seed)
    shares = list(_watch_shares(course, sorted(random.sample(range(SPAN[1]), 200))))

    assert shares == sorted(shares)
    assert shares[-1] == 1


def _watch_shares(course: Course, pages: list[int]) -> Iterator[float]:
    for slice_ in course.walk():
        yield course.find_share()
        read(course, slice_, pages)
        yield course.find_share()
