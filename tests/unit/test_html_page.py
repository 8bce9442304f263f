"""The worklog as a page: the facts of the other forms, all of them counted, in one file that stands alone."""

import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from log_gardener.model.cluster import Status
from log_gardener.model.compared import Change, Changed, Compared
from log_gardener.model.coverage import Coverage, Probe, Problem, Refusal
from log_gardener.model.priority import Priority
from log_gardener.model.window import Window
from log_gardener.model.worklog import Context, Other, Worklog
from log_gardener.renderers.html.room import ROOMS
from log_gardener.renderers.html.worklog_page import MOST_BYTES, HtmlRenderer
from log_gardener.renderers.permalink import CodeHost
from tests.unit.entries import NOW, Entry, entry, located, tend, trace

ENTRIES: list[Entry] = [
    located("refused user ann-17", 118, "ERROR", instance="i1"),
    located("refused user bob-18", 137, "ERROR", instance="i2", seconds=60),
    entry("mail to user ann-17 bounced", "WARNING", seconds=90),
    trace("ValueError: no pot is left", file="pots", seconds=120),
    entry("all is well", "INFO"),
]


class Page(HTMLParser):
    """A page's texts and elements, without what is in styles and scripts of ours."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._own = False
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._own = tag in {"script", "style"}
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._own = False

    def handle_data(self, data: str) -> None:
        if not self._own:
            self.texts.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def find(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [given[name] or "" for _, given in self.elements if name in given]


def read(worklog: Worklog, renderer: HtmlRenderer | None = None) -> Page:
    return Page((renderer or HtmlRenderer()).render(worklog))


def make_many(count: int) -> list[Entry]:
    """Entries of as many issues, each with more text than anybody reads."""
    names = [f"{first}{second}{third}" for first in "abcdefgh" for second in "ijklm" for third in "nopqrst"]
    return [
        entry(
            "",
            jsonPayload={
                "message": f"step {name} refused: " + " ".join(f"{name}{word}" for word in ("x", "y")) * 60,
                "module": f"shop.{name}",
                "function": f"step_{name}",
                "line": 7,
                "notes": [f"{name} {number} " + "long " * 40 for number in range(40)],
            },
            seconds=number,
        )
        for number, name in enumerate(names[:count])
    ]


def test_every_fact_of_a_cluster_is_said() -> None:
    worklog = tend(ENTRIES)

    page = read(worklog)

    for cluster in worklog.clusters:
        assert cluster.title in page.said
        assert f"{cluster.score} points" in page.said
        assert cluster.id in page.said
        told = (*cluster.analysis, *(row.why for row in cluster.reasons), *(row.text for row in cluster.templates))
        assert [fact for fact in told if " ".join(fact.split()) not in page.said] == []
        for row in cluster.reasons:
            assert f"{row.points:+d}" in page.said
    assert page.find("data-number") == [str(number) for number in range(1, len(worklog.clusters) + 1)]
    assert "3 issues in 5 entries; 4 of these belong to them." in page.said
    assert 'File "/app/pots.py", line 8, in total' in page.said


def test_each_cluster_has_a_name_that_can_be_pointed_at_and_every_link_inside_leads_somewhere() -> None:
    worklog = tend(ENTRIES)

    page = read(worklog)

    names = set(page.find("id"))
    links = {target[1:] for target in page.find("href") if target.startswith("#") and "=" not in target}
    assert {f"issue-{cluster.id.replace(':', '-')}" for cluster in worklog.clusters} <= names
    assert links <= names
    assert len(page.find("id")) == len(names)


def test_the_same_worklog_gives_the_same_bytes() -> None:
    assert HtmlRenderer().render(tend(ENTRIES)) == HtmlRenderer().render(tend(ENTRIES))


def test_nothing_is_loaded_and_no_style_stands_in_an_attribute() -> None:
    page = read(tend(ENTRIES))

    assert [tag for tag, _ in page.elements if tag in {"link", "img", "iframe", "object", "base"}] == []
    assert page.find("src") == page.find("style") == page.find("srcset") == []
    assert [name for _, given in page.elements for name in given if name.startswith("on")] == []


def test_coverage_says_all_that_was_not_read_and_what_was_found_instead() -> None:
    worklog = tend(ENTRIES)
    coverage = replace(
        worklog.coverage,
        read=len(ENTRIES) + 1 + 2 + 3 + 4 + 5,
        joined=1,
        outside_window=2,
        other_services=3,
        duplicates=4,
        refusals=(Refusal("not JSON", 5, ("a.json:3", "b.json:9")),),
        late=2,
        timeless=1,
        repaired=1,
        problems=(Problem("gs://shed", "no permission"),),
        caps=("at most 10 pages were read",),
    )

    said = read(replace(worklog, coverage=coverage, look_back="a pot was broken at its start")).said

    for fact in (
        "Could not be read: gs://shed: no permission.",
        "Limit hit: at most 10 pages were read.",
        "Refused: 5 records, 25.0% of what was read",
        "Window widened: a pot was broken at its start.",
        "Late: 2 of",
        "Without a time: 1 of",
        "Repaired: 1 of",
        "lines joined to traces 1",
        "outside the window 2",
        "of other services 3",
        "delivered more than once 4",
        "refused: not JSON 5 first at a.json:3, b.json:9",
        "read 20",
    ):
        assert fact in said, fact


def test_a_page_of_nothing_says_why_there_is_nothing() -> None:
    coverage = Coverage(read=0, entries=0, probes=(Probe("logging://acme", None, "nothing within 7 days", False),))  # noqa: FBT003
    worklog = Worklog(NOW, "shed", None, None, ("logging://acme",), coverage, (), (), Other(0, 0), (), Context())

    page = read(worklog)

    assert "Outcome: unknown. Nothing usable was read" in page.said
    assert "Do logs arrive? logging://acme: nothing within 7 days" in page.said.replace("arrive?:", "arrive?")
    assert "Window unknown" in page.said
    assert page.find("data-card") == []


def test_without_a_problem_the_page_says_so() -> None:
    said = read(tend([entry("all is well", "INFO")])).said

    assert "Of 1 entry none is unhealthy by any rule." in said


def make_compared(worklog: Worklog, *notes: str) -> Compared:
    first, *_ = worklog.clusters
    window = Window(datetime(2025, 9, 1, tzinfo=NOW.tzinfo), datetime(2025, 9, 2, tzinfo=NOW.tzinfo))
    changes = (
        Changed(first.id, first.title, first.priority, Change.UP, 1, 2, is_sure=False),
        Changed("r1:gone", "Pots fall", Priority.P2, Change.GONE, 7, 0, is_sure=True),
    )
    return Compared(3, NOW, window, changes, notes)


def test_what_has_changed_since_the_previous_run_is_told_with_its_numbers_and_doubts() -> None:
    worklog = tend(ENTRIES)
    compared = make_compared(worklog, "the windows differ in length, so that rates are compared")

    page = read(replace(worklog, compared=compared))

    assert "of 2025-09-01 00:00 to 2025-09-02 00:00 UTC" in page.said
    assert f"up {worklog.clusters[0].priority} {worklog.clusters[0].title} 1 2 more often" in page.said
    assert "which may be chance" in page.said
    assert "gone P2 Pots fall 7 0 was there in the previous run" in page.said
    assert "the windows differ in length, so that rates are compared." in page.said
    assert "#issue-r1-gone" not in page.find("href")


def test_without_a_previous_run_nothing_is_said_of_one() -> None:
    assert "previous run" not in read(tend(ENTRIES)).said


def test_200_clusters_fit_and_what_is_cut_says_so() -> None:
    worklog = tend(make_many(200))

    document = HtmlRenderer().render(worklog)

    assert len(worklog.clusters) == 200
    assert len(document.encode()) < MOST_BYTES
    page = Page(document)
    assert len(page.find("data-card")) == 200
    assert "characters cut" in page.said
    assert "Cut: Long texts and lists are cut" in page.said


def test_a_small_page_is_cut_less_than_a_large_one() -> None:
    few, many = (HtmlRenderer().render(tend(make_many(count))) for count in (2, 200))

    assert len(few) / 2 > len(many) / 200
    assert "Cut: Long texts" not in few


def test_what_is_left_out_is_counted() -> None:
    share = ROOMS[-1].share(range(10))

    assert (share.rows, share.left) == ((0, 1, 2), 7)
    assert ROOMS[-1].cut_entry({"a": list(range(20))}) == {"a": [*range(7), "… 13 more"]}


def test_a_ticket_is_linked_only_where_it_is_an_address() -> None:
    worklog = tend(ENTRIES)
    first, *rest = worklog.clusters

    for ticket, is_linked in (("https://github.com/acme/shop/issues/7", True), ("javascript:alert(1)", False)):
        page = read(replace(worklog, clusters=(replace(first, ticket=ticket), *rest)))

        assert ticket in page.said
        assert (ticket in page.find("href")) is is_linked


def test_a_place_in_the_code_is_linked_where_the_repository_and_the_commit_are_known() -> None:
    code = CodeHost("https://github.com/acme/shop", {"web-1": "abcdef0"}, {"/app": ""})

    page = read(tend(ENTRIES), HtmlRenderer(code=code))

    assert "https://github.com/acme/shop/blob/abcdef0/pots.py#L8" in page.find("href")


def test_times_are_utc_and_the_readers_zone_stands_beside_them() -> None:
    page = read(tend(ENTRIES), HtmlRenderer(ZoneInfo("Europe/Vienna")))

    assert re.search(r"2025-09-\d\d \d\d:\d\d:\d\d UTC \(.*\+02:00\)", page.said)


def test_what_people_decided_is_shown_on_the_card() -> None:
    worklog = tend(ENTRIES)
    first, *rest = worklog.clusters

    page = read(replace(worklog, clusters=(replace(first, status=Status.MUTED), *rest)))

    assert page.find("data-status")[0] == "muted"
    assert "status-muted" in " ".join(page.find("class"))
