"""A change of grouping rules loses no issue, no history and no decision: proven on labelled logs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from log_gardener import flow
from log_gardener._core import Template
from log_gardener.garden import Garden
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Mute
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request
from log_gardener.stages.recipe import RECIPES, Recipe, repair
from log_gardener.stores.sql import SqlStore
from tests.unit.entries import make_parts

ROOT = Path(__file__).parents[2]
GOLD = sorted((ROOT.parent / "shared" / "data" / "gcp").glob("*/entries.json*"))
LOGS = [ROOT / "examples" / "shop.json.gz", *GOLD]


def _spell_next(template: Template) -> Sequence[str]:
    """As a later release might: texts without regard to case or function, traces by their innermost frame."""
    return (template.kind, template.service, template.module, repair(template.text).lower(), *template.frames[:1])


NEXT = Recipe("r2", date(2027, 1, 1), _spell_next)


def tend(content: bytes, store: SqlStore, recipes: Sequence[Recipe]) -> Worklog:
    return flow.ingest(replace(make_parts(content, store=store), recipes=recipes), Request())


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.parent.name)
def test_a_new_recipe_keeps_every_issue_with_its_history_and_decisions(path: Path) -> None:
    store, content = SqlStore(":memory:"), path.read_bytes()
    tend(content, store, RECIPES)
    garden = Garden(store, Decisions())
    before = {issue.id: issue for issue in garden.remember(garden.list_issues())}
    for issue in before.values():
        garden.mute(issue, Mute(), 0)

    changed = tend(content, store, (NEXT, *RECIPES))
    after = {issue.id: issue for issue in garden.remember(garden.list_issues())}

    # The same issues with the same counts, under the same ids, and muted as they were.
    assert before
    assert {cluster.id for cluster in changed.clusters} <= set(before)
    assert {id_: (one.count, one.history) for id_, one in after.items()} == {
        id_: (one.count, one.history) for id_, one in before.items()
    }
    assert {cluster.status for cluster in changed.clusters} == {"muted"}
    for cluster in changed.clusters:
        assert any(one.startswith("r2:") for one in after[cluster.id].fingerprints)

    # From then on the new recipe stands alone.
    alone = tend(content, store, (NEXT,))
    assert {cluster.id for cluster in alone.clusters} == {cluster.id for cluster in changed.clusters}
    assert len(garden.list_issues()) == len(before)
