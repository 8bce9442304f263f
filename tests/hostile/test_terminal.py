"""In a terminal, text of logs moves nothing, sets nothing, rings nothing, and leaves the cells beside it alone."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from log_gardener.cli import compare, console, diagnosed, grouping, history, issue
from log_gardener.cli.console import plain
from log_gardener.cli.diagnosed import Trial
from log_gardener.cli.progress import TerminalObserver
from log_gardener.cli.watching import TOLD, View
from log_gardener.model.cluster import RevisionSpan
from log_gardener.model.compared import Change
from log_gardener.model.coverage import Probe
from log_gardener.model.decision import Decisions
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.issue import Checkup, Issue, IssueDetails, KnownTemplate, PastRun
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Progress
from log_gardener.renderers.escaping import TERMINAL, make_inert
from log_gardener.stages.compare import Difference
from log_gardener.stages.explain import Difference as Explained
from tests.hostile.corpus import mutate, read_texts
from tests.hostile.rendered import UNSEEN
from tests.hostile.terminal import REDRAWING, make_console, show, show_renderable
from tests.hostile.worklogs import tend_hostile

CORPUS = read_texts()
TEXTS = [*read_texts("terminal", "characters"), *mutate(read_texts("terminal", "characters"), 1_000, seed=11)]
SOME = TEXTS[:: len(TEXTS) // 60]
NOW = datetime(2025, 9, 24, 21, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def worklog() -> Worklog:
    return tend_hostile(SOME)


def make_issue(text: str) -> Issue:
    template = KnownTemplate(text, text, text, text, text, text, text, (text,), text)
    known = Issue(
        f"r1:{text}", (text,), text, text, Priority.P1, Severity.ERROR, 4_711, 0, 10**18, templates=(template,)
    )
    return replace(known, history=((0, 1, 4_711),))


def test_every_payload_is_only_drawn() -> None:
    shown = show_renderable(*map(plain, TEXTS))

    assert shown.find_strange() == set()


def test_a_cell_with_any_payload_leaves_the_others_alone() -> None:
    table = Table(box=None)
    for name in ("left", "payload", "right"):
        table.add_column(name, no_wrap=True, width=20)
    for number, text in enumerate(TEXTS):
        table.add_row(f"left {number}", plain(text), f"right {number}")

    shown = show_renderable(table)

    assert shown.find_strange() == set()
    for number, line in enumerate(shown.lines[1:]):
        assert re.match(rf"\s*left {number} .*right {number}$", line), TEXTS[number]


@given(text=st.text(st.characters(), max_size=60) | st.sampled_from(CORPUS))
def test_any_text_is_only_drawn_as_it_reads(text: str) -> None:
    shown = plain(text)

    assert shown.plain == make_inert(text, TERMINAL)
    assert shown.spans == []
    assert show_renderable(shown).find_strange() == set()


def draw_worklog(told: Console, worklog: Worklog) -> None:
    probe = Probe(SOME[0], 0, SOME[1], is_arriving=True)
    console.show_worklog(told, replace(worklog, coverage=replace(worklog.coverage, probes=(probe,))))


def draw_issues(told: Console, _: Worklog) -> None:
    console.show_issues(told, [make_issue(text) for text in SOME])


def draw_issue(told: Console, worklog: Worklog) -> None:
    for number, text in enumerate(SOME):
        cluster = worklog.clusters[number]
        revisions = (RevisionSpan(text, 1, 0, 0),)
        details = IssueDetails(revisions, cluster.entities, cluster.exemplars, ((0, text, text),))
        issue.show_issue(told, make_issue(text), details, replace(cluster, revisions=revisions, analysis=(text,)))


def draw_grouping(told: Console, worklog: Worklog) -> None:
    for number, text in enumerate(SOME):
        decisions = Decisions()
        grouping.show_explanation(told, make_issue(text), worklog.clusters[number], decisions)
        grouping.show_difference(told, make_issue(text), make_issue(text), Explained(text, text, text, text))


def draw_history(told: Console, _: Worklog) -> None:
    runs = [PastRun(n, 0, text, 1, 0, 0, text, text, is_kept=True) for n, text in enumerate(SOME)]
    history.show_runs(told, runs)
    history.show_checkup(told, Checkup(SOME[0], SOME[1], tuple(SOME), dict.fromkeys(SOME, 1), 1))


def draw_difference(told: Console, _: Worklog) -> None:
    rows = [(make_issue(text), Difference(text, Change.UP, 1, 2, 3, 4, 0.5, is_sure=True)) for text in SOME]
    compare._show(told, rows, (SOME[0], SOME[1]))


def draw_diagnosis(told: Console, _: Worklog) -> None:
    marks = list(Mark)
    trials = [Trial(text, Diagnosis(text, marks[n % len(marks)], text, text)) for n, text in enumerate(SOME)]
    diagnosed.show(told, None, trials)


DRAWN = [draw_worklog, draw_issues, draw_issue, draw_grouping, draw_history, draw_difference, draw_diagnosis]


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_no_table_of_the_console_does_more_than_draw(
    draw: Callable[[Console, Worklog], None], worklog: Worklog
) -> None:
    told, file = make_console()

    draw(told, worklog)

    shown = show(file.getvalue())
    assert shown.find_strange() == set()
    assert len(shown.lines) >= len(SOME)
    assert not UNSEEN.search("".join(shown.lines))


def test_the_cells_beside_hostile_titles_stand(worklog: Worklog) -> None:
    told, file = make_console()

    console.show_worklog(told, worklog)

    rows = [line for line in show(file.getvalue()).lines if re.match(r"P\d ", line)]
    assert len(rows) == len(worklog.clusters)
    for row, one in zip(rows, worklog.clusters, strict=True):
        assert re.match(rf"{one.priority} +{one.count:,}  [·▁-█]{{24}}  {one.severity.lower()} +{one.trend}\b", row)


def test_a_display_that_is_redrawn_does_no_more_than_that(worklog: Worklog) -> None:
    told, file = make_console()
    with View(told, SOME[0], lambda: NOW) as view:
        view.show(worklog)
        for text in SOME:
            view.tell(text)
            with view.watch(text, None, int), view.follow(text, lambda text=text: Progress(0.5, text)):  # type: ignore[misc]
                pass
    observer = TerminalObserver(told)
    for text in SOME:
        observer.tell(text)
        with observer.watch(text, 10, lambda: 5), observer.follow(text, lambda text=text: Progress(0.5, text)):  # type: ignore[misc]
            pass

    shown = show(file.getvalue())

    # Only the cursor is hidden meanwhile, and shown again.
    assert shown.find_strange(REDRAWING) == set()
    assert {told for name, told in shown.actions if name.endswith("_mode")} <= {"[25]"}


def test_a_log_of_watch_only_says_lines(worklog: Worklog) -> None:
    file = io.StringIO()
    view = View(Console(file=file, width=120), SOME[0], lambda: NOW)

    view.show(worklog)

    problems = {problem.source for problem in worklog.coverage.problems}
    # Behind the issues that are told, how many more there are; then the entries.
    told = TOLD + 1 if len(worklog.clusters) > TOLD else len(worklog.clusters)
    assert show(file.getvalue()).find_strange() == set()
    assert len(file.getvalue().splitlines()) == told + len(problems) + 1


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x1b]0;t\x07", "\x07", "\x9b2J", "\x1b[?1049h", "\x1bc", "\x1b[6n", "x\x08y"]
)
def test_what_is_looked_for_is_found_where_nothing_is_escaped(text: str) -> None:
    assert show(text).find_strange()


def test_markup_of_the_library_is_read_where_nothing_is_escaped() -> None:
    told: list[Any] = ["[red]x[/red]", plain("[red]x[/red]")]

    assert [show_renderable(one).lines for one in told] == [("x",), ("[red]x[/red]",)]
    assert Text.from_markup("[red]x[/red]").spans
