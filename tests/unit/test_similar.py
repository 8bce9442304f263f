"""What is related is found by what it says; what only is of the same field is not."""

import pytest

from log_gardener.model.cluster import Trend
from log_gardener.model.issue import Issue, IssueDetails, KnownTemplate
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.model.ticket import Neighbour, NeighbourKind, Subject
from log_gardener.stages.similar import MOST_LINKS, find_links


def subject(title: str, *templates: str) -> Subject:
    known = tuple(KnownTemplate(f"r1:{at}", "text", "", "", text) for at, text in enumerate(templates))
    issue = Issue(
        "r1:aa", ("r1:aa",), title, "shop", Priority.P1, Severity.ERROR, 3, 1, 2, trend=Trend.NEW, templates=known
    )
    return Subject(issue, None, IssueDetails())


def neighbour(title: str, text: str = "", reference: str = "#1") -> Neighbour:
    return Neighbour(NeighbourKind.TICKET, reference, title, text)


PAYMENT = subject("Payment of order failed after timeout", "Payment of order <int> failed after <int> ms")


@pytest.mark.parametrize(
    "title", ["Payments of orders time out", "payment failed: timeout of order service", "fix(payment): order timeout"]
)
def test_tickets_of_the_same_problem_are_found(title: str) -> None:
    (link,) = find_links([PAYMENT], [neighbour(title), neighbour("Dark mode for the settings page", "", "#2")])["r1:aa"]

    assert (link.title, link.reference) == (title, "#1")
    assert 0 < link.likeness <= 1


@pytest.mark.parametrize(
    "title", ["Order history page shows wrong currency", "Upgrade Python to 3.13", "Add a payment method: gift cards"]
)
def test_tickets_of_the_same_field_are_not(title: str) -> None:
    noise = [neighbour(f"Unrelated matter number {at}", "", f"#{at}") for at in range(2, 9)]

    assert find_links([PAYMENT], [neighbour(title), *noise])["r1:aa"] == ()


def test_a_document_that_quotes_the_message_is_found_by_its_text() -> None:
    document = Neighbour(
        NeighbourKind.DOCUMENT, "docs/runbook.md", "Runbook", "If 'Payment of order 12 failed after 900 ms' is logged"
    )

    (link,) = find_links([PAYMENT], [document])["r1:aa"]

    assert link.kind is NeighbourKind.DOCUMENT


def test_no_more_than_a_few_are_named_the_most_alike_first() -> None:
    many = [neighbour(f"Payment of order {at} failed after timeout", "", f"#{at:02}") for at in range(9)]

    links = find_links([PAYMENT], many)["r1:aa"]

    assert len(links) == MOST_LINKS
    assert [one.likeness for one in links] == sorted((one.likeness for one in links), reverse=True)


def test_where_nothing_is_there_nothing_is_found() -> None:
    assert find_links([PAYMENT], []) == {}
    assert find_links([], [neighbour("a")]) == {}
