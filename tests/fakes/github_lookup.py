"""Finds the issue that a path of the fake GitHub names, or says what has become of it."""

from typing import NoReturn

from tests.fakes.github_accounts import Role
from tests.fakes.github_errors import RefusedError, refuse_gone, refuse_not_found
from tests.fakes.github_requests import Request
from tests.fakes.github_state import Fate, Issue

_GET = "issues/issues#get-an-issue"
_REDIRECTS = "guides/best-practices-for-using-the-rest-api#follow-redirects"


def find_issue(request: Request, *, follows: bool = False) -> Issue:
    """The issue of the path, if it is still there.

    Args:
        follows: whether a transferred one is redirected, as is documented for issues and their labels; otherwise it
            is not found.

    Raises:
        RefusedError: it is not there.
    """
    text = request.places["number"]
    history = request.repository.issues.get(int(text)) if text.isdigit() else None
    if history is None:
        refuse_not_found()
    issue = history.now
    if issue.fate is Fate.TRANSFERRED:
        if follows:
            _redirect(request, issue)
        refuse_not_found()
    if issue.fate is not None:
        refuse_gone("This issue was deleted", _GET)
    if not request.repository.has_issues and issue.pull is None:
        refuse_gone("Issues are disabled for this repo", "issues")
    return issue


def _redirect(request: Request, issue: Issue) -> NoReturn:
    assert issue.moved_to is not None
    home, number = request.world.repositories[issue.moved_to[0]], issue.moved_to[1]
    is_seen = request.token is not None and home.role_of(request.token.account) > Role.NONE
    if home.is_private and not is_seen:
        refuse_not_found()
    tail = request.path.partition(f"/issues/{issue.number}")[2]
    url = f"{request.base}/repositories/{home.id}/issues/{number}{tail}"
    refuse_moved(301, url)


def refuse_moved(status: int, url: str) -> NoReturn:
    """Tell where something is now."""
    message = "Moved Permanently"
    raise RefusedError(status, message, anchor=_REDIRECTS, headers={"Location": url}, extra={"url": url})
