"""What the names of objects in a bucket say."""

import pytest

from log_gardener.errors import UsageError
from log_gardener.model.window import Window
from log_gardener.sources.storage.sink_names import Address, find_folder_reach, find_hour, find_reach
from tests.fakes.bucket_shelf import at


def span(start: str, end: str) -> Window:
    return Window(at(start), at(end))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stdout/2025/01/13/08:00:00_08:59:59_S0.json", span("2025-01-13T08:00", "2025-01-13T09:00")),
        ("a.example.com/b/2025/01/31/23:00:00_23:59:59_S12.json", span("2025-01-31T23:00", "2025-02-01T00:00")),
        ("stdout/2021/03/25/08:00:00_08:59:59_A0:1616681700.json", span("2021-03-25T08:00", "2021-03-25T09:00")),
        ("2025/01/13/08:00:00_08:29:59_S0.json.gz", span("2025-01-13T08:00", "2025-01-13T08:30")),
        ("stdout/2025/12/31/23:30:00_00:29:59_S0.json", span("2025-12-31T23:30", "2026-01-01T00:30")),
    ],
)
def test_a_sink_file_is_named_by_the_hour_of_its_entries(name: str, expected: Window) -> None:
    assert find_hour(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "stdout/2025/01/13/export.json",
        "stdout/2025/02/30/08:00:00_08:59:59_S0.json",
        "stdout/2025/01/13/08:00:00_24:59:59_S0.json",
        "08:00:00_08:59:59_S0.json",
        "stdout/2025/01/13/08:00:00_08:59:59_S0.json/part",
    ],
)
def test_other_objects_tell_no_hour(name: str) -> None:
    assert find_hour(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stdout/2025/01/13/08:00:00_08:59:59_S0.json", span("2025-01-13T07:59", "2025-01-13T09:00")),
        ("app/2025/01/13/part-1.json", span("2025-01-12T00:00", "2025-01-15T00:00")),
        ("app/2025/01/13/08/part-1.json", span("2025-01-12T00:00", "2025-01-15T00:00")),
        ("app/2025/01/part-1.json", None),
        ("export.json", None),
    ],
)
def test_an_object_may_hold_what_its_name_says_and_a_margin(name: str, expected: Window | None) -> None:
    assert find_reach(name) == expected


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("stdout/2025/12/", span("2025-11-30T00:00", "2026-01-02T00:00")),
        ("2024/02/29/", span("2024-02-28T00:00", "2024-03-02T00:00")),
        ("stdout/2025/", None),
        ("customer/4711/12/", None),
        ("stdout/2025/13/", None),
        ("stdout/", None),
    ],
)
def test_a_folder_of_a_month_or_a_day_tells_its_times(folder: str, expected: Window | None) -> None:
    assert find_folder_reach(folder) == expected


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("", ["a", "a/b"], []),
        ("a", ["a", "a/b", "a/b/c"], ["ab", "b/a"]),
        ("a/", ["a/b", "a/b/c"], ["ab/c"]),
        ("a*", ["a", "ab", "ab/c/d"], ["b/a"]),
        ("a/*.json", ["a/b.json"], ["a/b/c.json", "a/b.txt"]),
        ("**/x.json", ["x.json", "a/b/x.json"], ["a/yx.json"]),
        ("a/**.gz", ["a/b.gz", "a/b/c.gz"], ["b.gz"]),
        ("a?c", ["abc", "abc/d"], ["a/c", "abbc"]),
    ],
)
def test_an_address_asks_for_an_object_a_folder_or_a_glob(pattern: str, matching: list[str], others: list[str]) -> None:
    address = Address.parse(f"gs://bucket/{pattern}")

    assert [name for name in [*matching, *others] if address.has(name)] == matching


@pytest.mark.parametrize(
    ("pattern", "entered", "left"),
    [
        ("a/*/c", ["a/", "a/b/", "a/b/c/", "a/b/c/d/"], ["b/", "a/b/d/"]),
        ("**/c", ["a/", "a/b/"], []),
        ("a", ["a/", "a/b/"], ["ab/"]),
    ],
)
def test_only_folders_are_entered_that_may_hold_what_is_asked_for(
    pattern: str, entered: list[str], left: list[str]
) -> None:
    address = Address.parse(f"gs://bucket/{pattern}")

    assert [folder for folder in [*entered, *left] if address.may_have_in(folder)] == entered


@pytest.mark.parametrize("text", ["gs://", "gs:///a", "gs://A/b", "gs://-a-/b", "gs://ab", "s3://bucket/a"])
def test_an_address_without_a_bucket_is_refused_with_the_form_that_is_meant(text: str) -> None:
    with pytest.raises(UsageError, match=r"gs://BUCKET/FOLDER"):
        Address.parse(text)
