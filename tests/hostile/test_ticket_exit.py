"""In a ticket, a comment, the dashboard, the notice and a plan's preview, text of logs and of people is text."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from log_gardener.model.cluster import ShownEntry
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.plan import Action, ActionKind, LeftAlone, Plan
from log_gardener.model.ticket import Event, EventKind, Link, NeighbourKind, Stop, Subject, put_numbers
from log_gardener.renderers.escaping import flatten
from log_gardener.renderers.markdown import code_block, code_in_cell, escape
from log_gardener.renderers.placing import MisplacedError, Pieces
from log_gardener.renderers.plan_preview import PlanPreview
from log_gardener.renderers.ticket import TicketRenderer
from log_gardener.stages.dashboard import find_ticks
from log_gardener.stages.marker import find_mark, has_comment, mark_block
from tests.hostile.corpus import mutate, read_texts
from tests.hostile.rendered import UNSEEN, Rendered, render
from tests.hostile.worklogs import calm, make_entries
from tests.unit.entries import entry
from tests.unit.ticket_subjects import of_project, remember, subjects_of

CORPUS = read_texts()
AT_ONCE = 60
EVERY = 7

# The number of a ticket in a preview, which is ours to write.
OWN = 80_818
WRITER = TicketRenderer()

# Words that stay as they are in a calm subject, so that both have addresses and ids alike.
KEPT = (
    *("logName", "resource", "labels", "project_id", "acme-shop", "severity", "ERROR", "type", "textPayload"),
    *("jsonPayload", "httpRequest", "message", "projects/acme-shop/logs/run.googleapis.com%2Fstderr"),
)

FORGED = (
    "<!-- log-gardener r1:0123456789abcdef -->",
    "<!-- log-gardener end -->",
    f"<!-- log-gardener block {'0' * 32} after 7 -->",
    "<!-- log-gardener comment quiet.1 -->",
    "\n<!-- log-gardener end -->\n",
    "- [x] file <!-- file r1:00 -->",
    "\n- [x] mute <!-- mute r1:00 -->\n",
    "\x02r1:00\x03",
    "\x03\x02r1:00",
    "\ue000\ue010\ue001",
    "\ue000\ue011\ue001\ue010",
    "{{ title }}{% raw %}{# x #}",
)


def make_subjects(texts: list[str]) -> list[Subject]:
    """Issues whose every text is hostile, that of people's titles too."""
    entries = [of_project(one) for one in make_entries(texts)]
    subjects = remember("\n".join(map(json.dumps, entries)).encode())
    links = tuple(
        Link(kind, reference, text, 0.5)
        for text in texts[:3]
        for kind, reference in ((NeighbourKind.TICKET, text), (NeighbourKind.DOCUMENT, "https://docs.example/a"))
    )
    others = tuple(one.issue.id for one in subjects[:2])
    return [replace(one, links=links, folded=others) for one in subjects]


def make_calm(subject: Subject) -> Subject:
    """The same with harmless texts; what cannot be seen at all stays, since of nothing there is nothing to show."""
    ids = re.findall(r"r\d+:[0-9a-f]+", repr(subject))
    blank = [text for text in CORPUS if not flatten(text).strip()]
    return calm(subject, {word: word for word in (*KEPT, *ids, *blank, "https://docs.example/a")})


def find_shape(rendered: Rendered) -> list[str]:
    """The elements; of addresses in the console only that they are of the console."""
    return [
        re.sub(r"(?<=a href=https://console\.cloud\.google\.com/)[\w;=%?&.~/-]*", "", one) for one in rendered.skeleton
    ]


def assert_inert(hostile: str, harmless: str) -> None:
    """Both have the same elements, nothing is active, nothing unseen, and no mark is forged."""
    rendered = render(hostile.replace(f"#{OWN}", "the ticket"))

    assert find_shape(rendered) == find_shape(render(harmless))
    assert rendered.find_active() == []
    assert not UNSEEN.search(rendered.shown)
    assert "<!-- log-gardener" not in re.sub(r"(?s)^(`{3,})(?:diff|markdown)$.*?^\1$", "", hostile, flags=re.MULTILINE)
    assert find_ticks(hostile) == []


EXITS: dict[str, Callable[[Subject, str], str]] = {
    "ticket": lambda subject, _: WRITER.write(subject).block,
    "ticket of what is only remembered": lambda subject, _: WRITER.write(replace(subject, cluster=None)).block,
    "comment": lambda subject, text: WRITER.tell(Event(EventKind.QUIET, subject.issue.id, text or "x"), subject),
    "dashboard": lambda subject, _: WRITER.write_dashboard([subject]).block,
    "preview": lambda subject, text: PlanPreview().render_plan(make_plan(subject, text)),
}


def make_plan(subject: Subject, text: str) -> Plan:
    """A plan that quotes a subject's ticket in every place in which it quotes."""
    issue, draft = subject.issue.id, WRITER.write(subject)
    return Plan(
        "github.com/acme/shop",
        (
            Action(ActionKind.CREATE, issue, text, title=text, text="x", labels=(text,)),
            Action(ActionKind.EDIT, issue, text, OWN, text=f"same\n{text}"),
            Action(ActionKind.RETITLE, issue, text, OWN, title=draft.name),
            Action(ActionKind.COMMENT, issue, text, OWN, text=f"{text}\n\n{text}" * 9 + "\n" * 20),
        ),
        left_alone=(LeftAlone(issue, text, OWN),),
        titles={issue: subject.issue.title},
        before={1: f"same\n{text}x", 2: text},
    )


@pytest.mark.parametrize("begin", range(0, len(CORPUS), AT_ONCE))
def test_every_text_of_the_corpus_is_text_at_every_exit_of_a_ticket(begin: int) -> None:
    texts = CORPUS[begin : begin + AT_ONCE]
    # A text makes an issue in each of several ways; from one share of the corpus to the next these take turns.
    for number, subject in enumerate(make_subjects(texts)[begin // AT_ONCE % EVERY :: EVERY]):
        text = texts[number % len(texts)]
        quiet, harmless = text if not flatten(text).strip() else "calm", make_calm(subject)
        for make in EXITS.values():
            assert_inert(*(put_numbers(make(*of), {}) for of in ((subject, text), (harmless, quiet))))


@pytest.mark.parametrize("edge", ["```", "````text", "~~~", "    ```", "> ```"])
def test_a_text_of_several_lines_stays_within_its_block(edge: str) -> None:
    for begin in range(0, len(CORPUS), AT_ONCE):
        lines = [line for text in CORPUS[begin : begin + AT_ONCE : EVERY] for line in (edge, text)]
        (subject,) = subjects_of(of_project(entry("x"), "acme-shop"))
        assert subject.cluster
        hostile = replace(subject.cluster, exemplars=(ShownEntry("i", 0, {"textPayload": "\n".join(lines)}),))
        harmless = replace(subject.cluster, exemplars=(ShownEntry("i", 0, {"textPayload": "x\ny\nz"}),))

        assert_inert(*(WRITER.write(replace(subject, cluster=one)).block for one in (hostile, harmless)))


@pytest.mark.parametrize("seed", range(3))
def test_every_mutated_text_is_text_in_a_ticket(seed: int) -> None:
    for subject in make_subjects(mutate(CORPUS, AT_ONCE, seed))[:: EVERY - 4]:
        hostile = put_numbers(WRITER.write(subject).block, {})
        rendered = render(hostile)

        assert rendered.find_active() == []
        assert not UNSEEN.search(rendered.shown)
        assert not [one for one in rendered.skeleton if one.startswith(("img", "script", "comment", "iframe", "svg"))]
        assert all(
            one.startswith(("a href=https://console.cloud.google.com/", "a href=https://docs.example/a"))
            for one in rendered.skeleton
            if one.startswith("a ")
        )


@pytest.mark.parametrize("text", FORGED)
def test_no_text_forges_a_mark_of_ours_or_names_a_ticket(text: str) -> None:
    for subject in make_subjects([text]):
        block = WRITER.write(replace(subject, folded=(), cluster=None)).block
        body = mark_block(subject.issue.id, block)
        mark = find_mark(body)

        assert mark is not None
        assert (mark.issue, mark.after, mark.is_edited) == (subject.issue.id, None, False)
        assert mark.block == block.strip()
        assert "<!--" not in block
        assert not set("\x02\x03\ue000\ue001") & set(block.replace(text, ""))
        assert put_numbers(block, {"r1:00": 666}) == block


def test_no_text_in_a_comment_is_taken_for_the_key_of_another() -> None:
    from log_gardener.model.ticket import Comment  # noqa: PLC0415 - of this test alone

    told = WRITER.tell(Event(EventKind.QUIET, "r1:00", "<!-- log-gardener comment quiet.1 -->"), None)

    assert not has_comment([Comment(told, 0, is_ours=True)], "quiet.1")


@pytest.mark.parametrize("text", [*CORPUS, *FORGED])
def test_why_nothing_is_filed_is_text(text: str) -> None:
    quiet = text if not flatten(text).strip() else "calm"

    assert_inert(*(WRITER.write_notice(Stop("flood", one)).block for one in (text, quiet)))


# Pieces of Markdown and HTML from which templates are drawn that break whatever they can.
FRAGMENTS = (
    *(
        "`",
        "``",
        "```\n",
        "~~~\n",
        "\n",
        "\n\n",
        "<b>",
        "</b>",
        "<details>",
        "<details><summary>",
        "</summary>",
        "<!--",
    ),
    *(
        "-->",
        "<!-- a -->",
        "$",
        "[x](",
        ")",
        "(",
        "> ",
        "- ",
        "1. ",
        "    ",
        "\t",
        "| a |\n|---|\n| ",
        " |\n",
        "<pre>\n",
    ),
    *(
        "<script>",
        "<a href='",
        "'>",
        "<",
        "# ",
        "word",
        "&",
        "<?",
        "?>",
        "<![CDATA[",
        "]]>",
        "<!X",
        ">",
        "\n> ",
        "\n- ",
    ),
    *("<div>\n", "@", "#", "GH-", "https://", "www.", "abcdef0", ":", "\\"),
)
SPELLINGS: dict[str, Callable[[str], str]] = {
    "prose": escape,
    "code": code_in_cell,
    "block": lambda text: code_block({"x": text, "y": [text]}),
}

# What only looks otherwise: emphasis, and what is a table, a list or a title by the first sign of a line.
_LOOKS = {"em", "strong", "del", "p", "table", "thead", "tbody", "tr", "th", "td", "br", "blockquote", "ol", "ul", "li"}
_LOOKS |= {"h1", "h2", "hr"}


def fill(parts: list[Any], texts: list[str]) -> str:
    pieces, left = Pieces(), iter(texts)
    held = (
        part if isinstance(part, str) else pieces.hold("x", part[0](next(left)), is_block=part[0] is SPELLINGS["block"])
        for part in parts
    )
    return pieces.put("".join(held))


def find_deeds(rendered: Rendered) -> list[str]:
    return [one for one in rendered.skeleton if one.strip("/").split()[0] not in _LOOKS]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_a_template_is_made_of_text_is_text_in_it_or_the_template_is_refused(seed: int) -> None:
    """Templates of random fragments; one in some hundred thousand is known to get by, which no person would write."""
    draw = random.Random(seed)
    texts = [text for text in CORPUS if len(escape(text)) > 2]
    taken = 0
    for _ in range(400):
        parts: list[Any] = [draw.choice(FRAGMENTS) for _ in range(draw.randint(1, 8))]
        parts.insert(draw.randint(0, len(parts)), (draw.choice(list(SPELLINGS.values())),))
        text = draw.choice(texts)
        try:
            hostile, harmless = render(fill(parts, [text])), render(fill(parts, ["calm"]))
        except MisplacedError:
            continue
        taken += 1
        assert find_deeds(hostile) == find_deeds(harmless), (parts, text)
        assert not hostile.find_active() or harmless.find_active(), (parts, text)
    assert taken > 100


def test_a_ticket_of_calm_entries_is_not_refused_and_shows_what_was_logged() -> None:
    entries = [of_project({**make_entries(["tea & cake"])[0]})]
    (subject,) = subjects_of(*entries)

    assert "tea & cake refused" in render(WRITER.write(subject).block).shown
    assert subject.issue.last_nanos
    assert subject.issue.last_nanos % NANOS_PER_MINUTE == 0
