"""Titles say how urgent an issue is, and change with that alone."""

import pytest

from log_gardener.model.cluster import Trend
from log_gardener.model.priority import Priority
from log_gardener.stages.headline import LONGEST_TITLE, NEW, Headline, find_headline, find_retitle


def test_a_title_is_read_back_as_it_was_made() -> None:
    headline = Headline(NEW, Priority.P1, "payment | of order failed")

    assert str(headline) == "GCP-new | P1 | payment | of order failed"
    assert find_headline(str(headline)) == headline


def test_a_title_that_is_too_long_ends_with_a_sign_of_that() -> None:
    title = str(Headline(NEW, Priority.P1, "long " * 100))

    assert len(title) <= LONGEST_TITLE
    assert title.endswith("…")


@pytest.mark.parametrize(
    ("title", "priority", "trend", "wanted"),
    [
        ("GCP-new | P2 | a name", Priority.P2, Trend.ONGOING, ""),
        ("GCP-new | P2 | a name", Priority.P1, Trend.ONGOING, "GCP-ongoing | P1 | a name"),
        ("GCP-new | P2 | a name", Priority.P2, Trend.ESCALATING, "GCP-escalation | P2 | a name"),
        ("GCP-escalation | P2 | a name", Priority.P2, Trend.ONGOING, ""),
        ("GCP-ongoing | P2 | a name", Priority.P3, Trend.REGRESSED, "GCP-regression | P3 | a name"),
        ("GCP-new | P2 | what people call it", Priority.P0, Trend.NEW, "GCP-ongoing | P0 | what people call it"),
        ("Checkout is broken", Priority.P0, Trend.ESCALATING, ""),
        ("GCP-new | P9 | a name", Priority.P0, Trend.ESCALATING, ""),
    ],
)
def test_a_title_changes_with_priority_escalation_and_return(
    title: str, priority: Priority, trend: Trend, wanted: str
) -> None:
    assert find_retitle(title, priority, trend) == wanted
