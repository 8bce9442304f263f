"""A plan as people read it."""

import re

import pytest

from log_gardener.model.cluster import Status
from log_gardener.model.ledger import DASHBOARD
from log_gardener.model.plan import Action, ActionKind, LeftAlone, Plan
from log_gardener.model.ticket import Fate, name_ticket
from log_gardener.ports import Preview
from log_gardener.renderers.plan_preview import PlanPreview
from log_gardener.renderers.plan_sections import count_actions, group_left_alone, list_sections
from tests.hostile.rendered import render

A, B, C = (f"r1:{letter * 32}" for letter in "abc")
PREVIEW: Preview = PlanPreview()

PLAN = Plan(
    "github.com/acme/shop",
    (
        Action(ActionKind.CREATE, A, "a P1 issue without a ticket", title="GCP-new | P1 | the pot is dry",
               text="one\ntwo", labels=("log-gardener", "P1"), after=3),
        Action(ActionKind.EDIT, B, "its counts have changed", 12, text=f"> head\n\n7 entries\n- --x\n{name_ticket(A)}"),
        Action(ActionKind.RETITLE, B, "its priority is P1 now", 12, title="GCP-escalation | P1 | no milk"),
        Action(ActionKind.COMMENT, B, "escalating: 40 in an hour", 12, text=f"**Escalating** with {name_ticket(C)}"),
        Action(ActionKind.LABEL, B, "P1", 12, labels=("P1",), former_labels=("P2",)),
        Action(ActionKind.CLOSE, C, "people resolved it", 13, closed_as="completed"),
        Action(ActionKind.REOPEN, DASHBOARD, "it was closed", 14),
        Action(ActionKind.LINK, C, "it follows from another", 13, to=B),
        Action(ActionKind.DECIDE, C, "people closed #13", 13, status=Status.RESOLVED),
        Action(ActionKind.REMEMBER, C, "it is gone", 13, fate=Fate.TRANSFERRED),
    ),
    numbers={B: 12, C: 13},
    left_alone=(LeftAlone(A, "P3 is not filed"), LeftAlone(B, "it is as it should be", 12),
                LeftAlone(C, "P3 is not filed")),
    titles={A: "the pot is dry", B: "no milk", C: "no tea"},
    before={1: "> head\n\n5 entries   \n-- x\n", 2: "GCP-new | P2 | no milk"},
)  # fmt: skip
DOCUMENT = PREVIEW.render_plan(PLAN)


def test_the_heading_counts_what_is_done() -> None:
    assert DOCUMENT.startswith(
        "# Plan for github.com/acme/shop: create 1, edit 1, retitle 1, label 1, comment 1, close 1, reopen 1, link 1, "
        "decide 1, remember 1\n\n8 writes in the tracker."
    )
    assert f"Digest: `{PLAN.digest}`" in DOCUMENT


def test_every_ticket_has_a_section_with_its_number_title_and_id() -> None:
    assert re.findall(r"^## .*|^Issue .*", DOCUMENT, re.MULTILINE) == [
        *(
            "## New: the pot is dry",
            f"Issue `{A}`",
            "## #12: no milk",
            f"Issue `{B}`",
            "## #13: no tea",
            f"Issue `{C}`",
        ),
        *("## #14: the dashboard", "Issue `dashboard`", "## Left alone"),
    ]


def test_every_action_is_told_with_its_reason_and_its_digest() -> None:
    for action in PLAN.actions:
        (line,) = [line for line in DOCUMENT.splitlines() if line.endswith(f" `{action.digest}`")]
        shown = render(line).shown
        assert shown.startswith(action.kind.capitalize())
        assert f": {action.reason}. " in shown


@pytest.mark.parametrize(
    "told",
    [
        "Create “GCP-new | P1 | the pot is dry” with the labels log-gardener, P1, which follows #3: a P1",
        "Edit our part of its text: its counts",
        "Retitle to “GCP-escalation | P1 | no milk”: its priority",
        "Label add P1; take off P2: P1.",
        "Comment: escalating: 40 in an hour.",
        "Close as completed: people",
        "Reopen: it was closed.",
        "Link as a part of #12: it follows",
        "Decide in the garden that it is resolved: people",
        "Remember that it was transferred: it is gone.",
    ],
)
def test_an_action_says_what_it_does(told: str) -> None:
    assert told in render(DOCUMENT).shown


def test_an_edit_shows_the_lines_that_change_and_those_around_them() -> None:
    (diff,) = re.findall(r"Edit.*?```diff\n(.*?)\n```", DOCUMENT, re.DOTALL)

    assert diff.split("\n") == [
        *("@@ -1,5 +1,5 @@", " > head", " ", "-5 entries", "--- x", "-", "+7 entries", "+- --x", f"+`{A}`"),
    ]


def test_a_title_is_shown_as_it_is_and_as_it_becomes() -> None:
    assert "```diff\n-GCP-new | P2 | no milk\n+GCP-escalation | P1 | no milk\n```" in DOCUMENT


def test_what_is_written_anew_is_shown_whole_with_the_numbers_that_are_known() -> None:
    assert "```markdown\none\ntwo\n```" in DOCUMENT
    assert "```markdown\n**Escalating** with #13\n```" in DOCUMENT


def test_a_long_text_is_folded_away_and_its_lines_counted() -> None:
    text = "\n".join(map(str, range(40)))
    document = PREVIEW.render_plan(Plan("x", (Action(ActionKind.CREATE, A, "why", text=text),)))

    assert f"<details><summary>The whole text, 40 lines</summary>\n\n```markdown\n{text}\n```\n\n</details>" in document


def test_what_is_left_alone_is_grouped_by_why() -> None:
    assert DOCUMENT.endswith(
        "## Left alone\n\n- **2**, because P3 is not filed: the pot is dry; no tea\n"
        "- **1**, because it is as it should be: #12 no milk\n"
    )


def test_of_many_that_are_left_alone_the_rest_is_counted() -> None:
    rows = tuple(LeftAlone(f"r1:{number:032x}", "P3 is not filed") for number in range(50))

    assert "; and 30 more\n" in PREVIEW.render_plan(Plan("x", (), left_alone=rows))


def test_an_empty_plan_says_that_all_is_as_it_should_be() -> None:
    assert PREVIEW.render_plan(Plan("x", ())) == "# Plan for x: nothing to do\n\nAll tickets are as they should be.\n"


def test_what_only_the_garden_remembers_is_no_write() -> None:
    document = PREVIEW.render_plan(Plan("x", (Action(ActionKind.REMEMBER, A, "why", 1),)))

    assert "No write in the tracker." in document


def test_sections_groups_and_counts_are_there_for_every_form() -> None:
    sections = list_sections(PLAN)

    assert [(section.number, len(section.steps)) for section in sections] == [(None, 1), (12, 4), (13, 4), (14, 1)]
    assert [step.kind for section in sections for step in section.steps if step.diff] == ["edit", "retitle"]
    assert [group.tickets for group in group_left_alone(PLAN)] == [
        ((None, "the pot is dry"), (None, "no tea")),
        ((12, "no milk"),),
    ]
    assert count_actions(Plan("x", ())) == "nothing to do"


def test_a_text_with_fences_of_its_own_stays_within_its_quote() -> None:
    text = "```text\n@ann\n```\n````\n# x"
    rendered = render(PREVIEW.render_plan(Plan("x", (Action(ActionKind.COMMENT, A, "why", 1, text=text),))))

    assert rendered.find_active() == [("reference", "#1: ")] or all(
        "ann" not in text for _, text in rendered.find_active()
    )
    assert rendered.skeleton.count("h1") == 1
