"""The part of the API by which people decide; each answer can be given to `undo`."""

from typing import Any

from fastapi import APIRouter

from log_gardener.renderers.json_memory import spell_issue
from log_gardener.web.api import answers, questions
from log_gardener.web.api.refused import list_refused
from log_gardener.web.desk import Desk, Done


def add_decisions(router: APIRouter, desk: Desk) -> None:
    """Add the routes of all decisions."""
    _add_verdicts(router, desk)
    _add_groupings(router, desk)


def _add_verdicts(router: APIRouter, desk: Desk) -> None:
    about: dict[str, Any] = {
        "response_model": answers.DoneAnswer,
        "tags": ["decisions"],
        "responses": list_refused(404, 409),
    }

    @router.post("/issues/{issue}/mute", **about)
    def mute(issue: questions.IssueId, asked: questions.MuteQuestion) -> dict[str, Any]:
        """Mute an issue: it is counted on, and comes back by itself."""
        return _spell(desk, desk.mute(issue, asked.until, asked.count))

    @router.post("/issues/{issue}/resolve", **about)
    def resolve(issue: questions.IssueId, asked: questions.ResolveQuestion) -> dict[str, Any]:
        """Take an issue for resolved: it comes back only by later entries."""
        return _spell(desk, desk.resolve(issue, asked.revision))

    @router.post("/issues/{issue}/reopen", **about)
    def reopen(issue: questions.IssueId) -> dict[str, Any]:
        """Take an issue for open again, muted or resolved as it is."""
        return _spell(desk, desk.reopen(issue))

    @router.post("/issues/{issue}/lock", **about)
    def lock(issue: questions.IssueId, asked: questions.LockQuestion) -> dict[str, Any]:
        """Set a priority that no run changes."""
        return _spell(desk, desk.lock(issue, asked.priority))


def _add_groupings(router: APIRouter, desk: Desk) -> None:
    about: dict[str, Any] = {
        "response_model": answers.DoneAnswer,
        "tags": ["decisions"],
        "responses": list_refused(404, 409),
    }

    @router.post("/merges", **about)
    def merge(asked: questions.MergeQuestion) -> dict[str, Any]:
        """Decide that issues are one; written to the configuration."""
        return _spell(desk, desk.merge(asked.issues, asked.reason))

    @router.post("/issues/{issue}/split", **about)
    def split(issue: questions.IssueId, asked: questions.SplitQuestion) -> dict[str, Any]:
        """Decide that templates are an issue of their own from the next run on; written to the configuration."""
        return _spell(desk, desk.split(issue, asked.templates, asked.reason))

    @router.post("/undo", **about)
    def undo(asked: questions.UndoQuestion) -> dict[str, Any]:
        """Take a decision back, unless somebody decided otherwise since."""
        return _spell(desk, desk.undo(asked.token))


def _spell(desk: Desk, done: Done) -> dict[str, Any]:
    ticket = desk.snapshot.find_tickets([done.issue]).get(done.issue.id)
    return {"issue": spell_issue(done.issue, ticket), "sentence": done.sentence, "undo": done.undo}
