"""What stands in addresses, and what pages are called by: without a browser."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from log_gardener.errors import UsageError
from log_gardener.model.cluster import ShownEntry, ShownValue, Status, Trend
from log_gardener.model.issue import KnownTemplate
from log_gardener.model.priority import Priority
from log_gardener.stages.selection import Order, Selection
from log_gardener.web.pages.asked_list import find_page, find_selection, spell_address
from log_gardener.web.pages.comparing import propose
from log_gardener.web.pages.deciding import parse_count, parse_priority
from log_gardener.web.pages.frame import name_state, name_ticket_link, spell_issue_address
from log_gardener.web.pages.issue_view import list_variables
from log_gardener.web.pages.recent import MOST_KEPT, Recent

TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(str.strip)

SELECTIONS = st.builds(
    Selection,
    service=st.text(st.characters(exclude_categories=["Cs"])),
    priorities=st.frozensets(st.sampled_from(Priority)),
    statuses=st.frozensets(st.sampled_from(Status)),
    trends=st.frozensets(st.sampled_from(Trend)),
    text=TEXTS,
    order=st.sampled_from(Order),
)


def ask(address: str) -> QueryParams:
    return QueryParams(urlsplit(address).query)


@given(SELECTIONS, st.integers(1, 999_999))
def test_an_address_asks_for_exactly_what_was_asked_for(selection: Selection, page: int) -> None:
    address = spell_address(selection, page)

    assert find_selection(ask(address)) == selection
    assert find_page(ask(address)) == page
    assert address.isascii()


@pytest.mark.parametrize(
    "spelt", ["priority=P9", "trend=x&status=", "order=drop+table", "page=-1", "page=9e9", "page=²"]
)
def test_what_an_address_says_otherwise_asks_for_nothing(spelt: str) -> None:
    assert find_selection(QueryParams(spelt)) == Selection()
    assert find_page(QueryParams(spelt)) == 1


def test_an_id_is_no_more_than_a_part_of_an_address() -> None:
    assert spell_issue_address("r1:ab") == "/issues/r1:ab"
    assert spell_issue_address("../x?y#z\"'>") == "/issues/..%2Fx%3Fy%23z%22%27%3E"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("/home/ann/.local/state/garden.db", "garden.db"),
        ("sqlite:////srv/shop.db", "shop.db"),
        ("postgresql://ann:secret@db.example/garden", "garden at db.example"),
    ],
)
def test_a_state_is_named_without_who_may_enter_it(state: str, name: str) -> None:
    assert name_state(state) == name


def test_a_ticket_is_named_by_its_number_and_linked_only_where_its_address_is_one() -> None:
    link = name_ticket_link("https://github.com/acme/shop/issues/17")
    assert link is not None
    assert (link.text, link.address) == ("#17", "https://github.com/acme/shop/issues/17")
    other = name_ticket_link("javascript:alert(1)/17")
    assert other is not None
    assert other.address == ""
    assert name_ticket_link(None) is None


def test_the_latest_two_revisions_of_each_name_are_proposed() -> None:
    revisions = ["web-3-c", "api-2-b", "web-2-b", "web-1-a", "lone-1-a", "api-1-a"]

    assert propose(revisions) == [("web-2-b", "web-3-c"), ("api-1-a", "api-2-b")]
    assert propose([]) == []


def test_values_stand_with_the_variable_that_they_are_of() -> None:
    template = KnownTemplate("r1:a", "json", "m", "f", "user <id> waited <int> ms")
    fitting = [ShownEntry(str(n), n, {}, (ShownValue("id", f"u{n}"), ShownValue("int", "7"))) for n in range(3)]
    foreign = ShownEntry("x", 0, {}, (ShownValue("int", "9"),))

    variables = list_variables(template, [*fitting, foreign])

    assert [(one.kind, one.values) for one in variables] == [("id", ("u0", "u1", "u2")), ("int", ("7",))]
    assert [one.values for one in list_variables(template, [foreign])] == [(), ()]


@pytest.mark.parametrize(("spelt", "count"), [("", 0), (" 1,000 ", 1000), ("5", 5)])
def test_a_number_of_entries_is_read(spelt: str, count: int) -> None:
    assert parse_count(spelt) == count


@pytest.mark.parametrize("spelt", ["-1", "many", "1.5", "9" * 30, "²"])
def test_what_is_no_number_of_entries_is_refused(spelt: str) -> None:
    with pytest.raises(UsageError, match="whole number"):
        parse_count(spelt)


def test_a_priority_is_one_of_five_or_left_to_the_runs() -> None:
    assert parse_priority("") is None
    assert parse_priority("P3") is Priority.P3
    with pytest.raises(UsageError, match="P0, P1"):
        parse_priority("P9")


def test_only_the_latest_are_kept_and_each_is_told_once() -> None:
    recent = Recent[int]()
    keys = [recent.keep(number) for number in range(MOST_KEPT + 1)]

    assert recent.find(keys[0]) is None
    assert recent.find(keys[1]) == 1
    assert recent.take(keys[1]) == 1
    assert recent.take(keys[1]) is None
    assert len(set(keys)) == len(keys)
