"""What a ticket tells its reader."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from log_gardener.model.cluster import Location, Relation, RevisionSpan, ShownEntry, Trend
from log_gardener.model.issue import Verdict
from log_gardener.model.priority import FaultClass, Priority
from log_gardener.model.ticket import Link, NeighbourKind, Subject, list_named, name_ticket, put_numbers
from log_gardener.ports import TicketWriter
from log_gardener.renderers.permalink import CodeHost
from log_gardener.renderers.ticket import LONGEST_NAME, TicketRenderer, make_name
from log_gardener.renderers.ticket_options import TicketOptions
from log_gardener.renderers.ticket_template import LONGEST_BLOCK
from log_gardener.renderers.ticket_words import ALERTS, DOES, RESOLUTIONS, TRENDS
from tests.hostile.rendered import render
from tests.unit.entries import entry
from tests.unit.ticket_subjects import make_shop, of_project, subject_of, with_issue

SHOP = make_shop()
FIRST = SHOP[0]
WRITER: TicketWriter = TicketRenderer()
OTHER = f"r1:{'a' * 32}"


def write(subject: Subject, **options: object) -> str:
    return TicketRenderer(replace(TicketOptions(), **options)).write(subject).block  # type: ignore[arg-type]


def test_the_first_lines_say_what_is_wrong_where_how_often_since_when_and_how_it_moves() -> None:
    told = render("\n".join(write(FIRST).split("\n")[:4])).shown

    assert re.sub(r"\s+", " ", told).strip() == (
        "[!WARNING] P2 · web has a fault in its code: KeyError: 'id' 12 entries since 2025-09-14 21:00 UTC · new"
    )


@pytest.mark.parametrize("subject", SHOP, ids=lambda subject: subject.issue.title)
def test_equal_subjects_give_equal_tickets_with_one_renderer_and_with_another(subject: Subject) -> None:
    assert WRITER.write(subject) == WRITER.write(subject) == TicketRenderer().write(subject)


def test_every_fact_stands_in_the_table_with_its_number() -> None:
    rows = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.*) \|$", write(FIRST), re.MULTILINE))

    assert rows["How often"].startswith("12 entries within 1 h 50 min (high) `")
    assert rows["First seen"] == "2025-09-14 21:00:00 UTC"
    assert rows["Last seen"] == "2025-09-14 22:50:00 UTC"
    assert rows["Where"] == "`/app/cart.py:8` in `total`"
    assert rows["Revisions"] == "`web-1` (12 entries from 2025-09-14 21:00:00 UTC)"
    assert rows["Instances"] == "3"
    assert "[Cloud Logging](https://console.cloud.google.com/logs/query;" in rows["Look at it"]


def test_whom_it_concerns_is_counted_and_named() -> None:
    users = next(one for one in SHOP if "refused" in one.issue.title)

    assert re.search(r"\| \*\*Whom\*\* \| 6 users: among them `ann-\d`", write(users))


def test_another_zone_is_shown_beside_utc() -> None:
    block = write(FIRST, zone=ZoneInfo("Asia/Kolkata"))

    assert "2025-09-14 21:00:00 UTC (2025-09-15 02:30:00 +05:30)" in block
    assert "2025-09-14 22:50:00 UTC (17:50:00 -05:00)" in write(FIRST, zone=ZoneInfo("America/Chicago"))


def test_the_course_of_all_time_is_drawn_with_its_scale() -> None:
    (chart,) = re.findall(r"### Course\n\n```text\n(.*?)\n```\n\n<sub>Each column is (.*?),", write(FIRST), re.DOTALL)

    assert chart[1] == "2 minutes"
    assert "2025-09-14T21:00" in chart[0]
    assert "▁" in chart[0] or "█" in chart[0]


def test_a_trace_is_shown_with_its_lines_and_the_whole_entry_folded_away() -> None:
    block = write(FIRST)

    assert '```text\nTraceback (most recent call last):\n  File "/app/cart.py", line 8, in total\n' in block
    (folded,) = re.findall(r"<details><summary>As it was logged, (.*?)</summary>(.*?)</details>", block, re.DOTALL)
    assert folded[0] == "2025-09-14 22:50:00 UTC"
    assert '"textPayload": "Traceback (most recent call last)' in folded[1]


def test_line_ends_that_were_spelt_out_are_line_ends() -> None:
    spelt = of_project(
        entry(r"java.io.IOException: gone\n\tat shop.Cart.total(Cart.java:8)\n\tat shop.Main.run(Main.java:2)")
    )

    assert "```text\njava.io.IOException: gone\n    at shop.Cart.total(Cart.java:8)\n" in write(subject_of(spelt))


def test_the_line_is_linked_as_the_commit_of_the_latest_known_revision_has_it() -> None:
    commits = {"web-1": "0123abc", "web-2": "fedc987"}
    host = CodeHost("https://github.com/acme/shop", commits, {"/app": "backend"})
    assert FIRST.cluster
    revisions = (*FIRST.cluster.revisions, RevisionSpan("web-2", 1, 0, 0))
    subject = replace(FIRST, cluster=replace(FIRST.cluster, revisions=revisions))

    block = write(subject, code=host)

    assert "[`backend/cart.py:8`](https://github.com/acme/shop/blob/0123abc/backend/cart.py#L8) in `total`" in block
    assert "[`web-1`](https://github.com/acme/shop/commit/0123abc)" in block


def test_a_line_of_an_unknown_revision_is_not_linked() -> None:
    host = CodeHost("https://github.com/acme/shop", {"web-9": "0123abc"}, {"/app": ""})

    assert "| **Where** | `cart.py:8` in `total` |" in write(FIRST, code=host)


def test_the_priority_is_told_with_its_arithmetic_and_whether_people_set_it() -> None:
    locked = with_issue(FIRST, verdict=Verdict(locked=Priority.P0), priority=Priority.P0)
    assert FIRST.cluster

    assert f"<summary>{FIRST.cluster.score} points: why {FIRST.issue.priority}</summary>" in write(FIRST)
    assert "| +30 | severity ERROR |" in write(FIRST)
    assert f"<summary>{FIRST.cluster.score} points: why P0, which people set</summary>" in write(locked)


def test_what_follows_from_it_is_a_list_of_tasks_by_ticket() -> None:
    block = write(replace(FIRST, folded=(OTHER, SHOP[1].issue.id)))

    assert f"- [ ] {name_ticket(OTHER)}\n- [ ] {name_ticket(SHOP[1].issue.id)}" in block
    assert "- [ ] #7\n" in put_numbers(block, {OTHER: 7})


def test_relations_name_the_tickets_of_others() -> None:
    assert FIRST.cluster
    related = replace(FIRST.cluster, relations=(Relation("shared entity", OTHER, "same user: ann", 0.25),))

    block = write(replace(FIRST, cluster=related))

    assert list_named(block) == [OTHER]
    assert f"- {name_ticket(OTHER)}: same user: ann (25%)" in block


def test_former_tickets_and_what_may_be_related_are_linked() -> None:
    links = (
        Link(NeighbourKind.TICKET, "#9", "Pay fails @ann", 0.83),
        Link(NeighbourKind.PULL_REQUEST, "#10", "Pay [twice]", 0.5),
        Link(NeighbourKind.DOCUMENT, "https://github.com/acme/shop/blob/main/a (b).md", "How to", 0.4),
    )
    block = write(replace(FIRST, former=(12, 3), links=links))

    assert "| **Before** | #12, #3 |" in block
    assert "- May be related: #9 Pay fails `@`ann (83% alike)" in block
    assert r"- May be related: #10 Pay \[twice\] (pull request, 50% alike)" in block
    # No address has a blank: what is none is no link.
    assert "- May be related: `https://github.com/acme/shop/blob/main/a (b).md` How to (document, 40% alike)" in block


def test_a_document_is_linked_by_an_address_that_no_bracket_ends() -> None:
    link = Link(NeighbourKind.DOCUMENT, "https://github.com/acme/shop/blob/main/a(b).md?x=1&copy=2", "How to", 0.4)

    rendered = render(write(replace(FIRST, links=(link,))))

    assert "a href=https://github.com/acme/shop/blob/main/a%28b%29.md?x=1&copy=2" in rendered.skeleton


@pytest.mark.parametrize("fault", FaultClass)
def test_what_would_resolve_it_is_told_by_class_of_fault(fault: FaultClass) -> None:
    assert FIRST.cluster

    block = write(replace(FIRST, cluster=replace(FIRST.cluster, fault=fault)), quiet_label="hush")

    assert f"`web` {DOES[fault]}: " in block
    assert all(f"\n- {sentence}\n" in block for sentence in RESOLUTIONS[fault])
    assert "Close this ticket when it is mended: only newer entries reopen it. With the label `hush`" in block


@pytest.mark.parametrize("trend", Trend)
def test_how_it_moves_is_told_in_words(trend: Trend) -> None:
    assert f" · {TRENDS[trend]}\n" in write(with_issue(FIRST, trend=trend))


@pytest.mark.parametrize("priority", Priority)
def test_the_first_line_has_the_colour_of_the_priority(priority: Priority) -> None:
    assert write(with_issue(FIRST, priority=priority)).startswith(f"> [!{ALERTS[priority]}]\n> **{priority}** · ")


def test_of_an_issue_that_no_worklog_lists_the_ticket_tells_what_is_remembered() -> None:
    block = write(replace(FIRST, cluster=None))

    assert "`web` reports something: **KeyError: 'id'**" in block
    assert "12 entries since 2025-09-14 21:00 UTC" in block
    assert "| **Where** | `/app/cart.py` in `total` |" in block
    assert "`web-1` (12 entries" in block
    assert "| ? | KeyError: 'id' | it is the root |" in block
    assert "Traceback (most recent call last)" in block
    assert "timeRange=2025-09-14T21%3A00%3A00Z%2F2025-09-14T22%3A50%3A01Z" in block
    for unknown in ("How often", "points: why", "What the counts say", "Instances"):
        assert unknown not in block


def test_what_a_list_leaves_out_is_counted() -> None:
    assert FIRST.cluster
    places = tuple(Location("m", f"f{number}", number, None) for number in range(40))
    lines = tuple(f"line {number}" for number in range(20))
    block = write(replace(FIRST, cluster=replace(FIRST.cluster, locations=places, analysis=lines)))

    assert block.count("<br>`m:") == 11
    assert "… and 28 more" in block
    assert "- line 11\n- … and 8 more\n" in block


def test_what_is_cut_of_a_text_is_counted() -> None:
    assert FIRST.cluster
    long = ShownEntry("i1", 0, {"textPayload": "a" * 9_000 + "THE END", "labels": {"x": "y"}})
    block = write(replace(FIRST, cluster=replace(FIRST.cluster, analysis=("b" * 1_000,), exemplars=(long,))))

    assert "b" * 400 + "… (600 characters more)" in block
    assert re.search(r"a… \(7,007 characters cut\) …a+THE END", block)
    assert "more characters of it are not shown._" in block


def test_of_a_long_trace_both_ends_are_shown_and_the_rest_is_counted() -> None:
    assert FIRST.cluster
    trace = ShownEntry("i1", 0, {"textPayload": "\n".join(f"at line {number}" for number in range(100))})
    block = write(replace(FIRST, cluster=replace(FIRST.cluster, exemplars=(trace,))))

    assert "at line 17\n… 70 more lines …\nat line 88\n" in block
    assert "at line 99\n```" in block


@pytest.mark.parametrize("sign", ["&", "<", "`", "|", "$ ", "@a ", "é", "😀", "\u202e", "\\", "#1 "])
def test_however_much_a_log_says_the_ticket_can_be_stored(sign: str) -> None:
    assert FIRST.cluster
    huge = sign * 20_000
    many = 300
    cluster = replace(
        FIRST.cluster,
        title=huge,
        services=(huge,) * many,
        templates=tuple(replace(FIRST.cluster.templates[0], id=str(number), text=huge) for number in range(many)),
        locations=(Location(huge, huge, 1, huge),) * many,
        analysis=(huge,) * many,
        relations=(Relation(huge, huge, huge, 0.5),) * many,
        exemplars=(ShownEntry(huge, 0, {"textPayload": huge, huge: {huge: [huge] * 20}}),) * 3,
        revisions=(RevisionSpan(huge, 1, None, None),) * many,
        reasons=tuple(replace(FIRST.cluster.reasons[0], why=huge) for _ in range(9)),
    )
    links = (Link(NeighbourKind.DOCUMENT, huge, huge, 0.1),) * many
    issue = replace(FIRST.issue, title=huge, id=huge)
    draft = WRITER.write(Subject(issue, cluster, FIRST.details, (huge,) * many, tuple(range(many)), links))

    assert len(draft.block) <= LONGEST_BLOCK
    assert len(draft.name) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a | b", "a ¦ b"),
        ("one\ntwo\t\x1b[31mred", "one two [31mred"),
        ("", "(blank)"),
        (" \u200b ", "(blank)"),
        ("x" * 300, "x" * 119 + "…"),
        (name_ticket("r1:00"), "r1:00"),
    ],
)
def test_a_name_is_one_line_of_flat_text_without_bars(title: str, name: str) -> None:
    assert make_name(title) == name
    assert WRITER.write(with_issue(FIRST, title=title)).name == name
