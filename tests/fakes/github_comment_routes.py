"""Comments and sub-issues of the fake GitHub over HTTP."""

from tests.fakes.github_errors import refuse, refuse_forbidden, refuse_invalid, refuse_not_found, unprocessable
from tests.fakes.github_issue_routes import LONGEST_BODY
from tests.fakes.github_lookup import find_issue
from tests.fakes.github_paging import page
from tests.fakes.github_repository import Repository
from tests.fakes.github_requests import INSTANT, PAGES, Answer, Member, Request, Route, read_instant
from tests.fakes.github_state import Comment, Issue
from tests.fakes.github_views import Views

MOST_SUB_ISSUES = 100
DEEPEST = 8

_LOCKED = "https://docs.github.com/articles/locking-conversations/"
_COMMENTS = "issues/comments"
_SUBS = "issues/sub-issues"


def list_comments(request: Request) -> Answer:
    """Comments on an issue, oldest first."""
    world, issue = request.world, find_issue(request)
    shown = request.repository.list_comments(issue.number, world.comment_lag.horizon(world.now(), world.seed))
    return _page(request, shown)


def list_all_comments(request: Request) -> Answer:
    """Comments on all issues of the repository."""
    world, query = request.world, request.query
    shown = request.repository.list_all_comments(world.comment_lag.horizon(world.now(), world.seed))
    shown = [comment for comment in shown if request.repository.issue(comment.issue).fate is None]
    by_updates = query.get("sort", "created") == "updated"
    shown.sort(key=lambda one: (one.updated_at if by_updates else one.created_at, one.id))
    return _page(request, shown[::-1] if query.get("direction") == "desc" else shown)


def _page(request: Request, comments: list[Comment]) -> Answer:
    views = Views(request)
    since = read_instant(request.query["since"]) if "since" in request.query else None
    chosen = [one for one in comments if since is None or one.updated_at.replace(microsecond=0) >= since]
    return page(request, chosen, lambda comment: views.comment(request.repository, comment))


def _find(request: Request) -> Comment:
    text = request.places["id"]
    history = request.repository.comments.get(int(text)) if text.isdigit() else None
    if history is None or history.now.is_deleted or request.repository.issue(history.now.issue).fate is not None:
        refuse_not_found()
    return history.now


def get_comment(request: Request) -> Answer:
    """One comment, as it is now."""
    return Answer(body=Views(request).comment(request.repository, _find(request)))


def _check(request: Request) -> str:
    body: str = request.body["body"]
    if not body.strip():
        refuse_invalid(unprocessable("IssueComment", "Body cannot be blank"))
    if len(body) > LONGEST_BODY:
        message = f"Body is too long (maximum is {LONGEST_BODY} characters)"
        refuse_invalid(unprocessable("IssueComment", message))
    return body


def create_comment(request: Request) -> Answer:
    """A new comment; on a locked issue from those only who may push."""
    issue, body = find_issue(request), _check(request)
    _refuse_locked(request, issue)
    comment = request.repository.comment(request.account, issue.number, body)
    view = Views(request).comment(request.repository, comment)
    return Answer(201, view, {"Location": view["url"]})


def _refuse_locked(request: Request, issue: Issue) -> None:
    if issue.is_locked and not request.rights.pushes:
        refuse_forbidden("Unable to create comment because issue is locked.", _LOCKED)


def update_comment(request: Request) -> Answer:
    """Another text; of others' comments for those only who may push."""
    comment, body = _find(request), _check(request)
    _refuse_strangers(request, comment)
    changed = request.repository.change_comment(comment.id, body=body)
    return Answer(body=Views(request).comment(request.repository, changed))


def delete_comment(request: Request) -> Answer:
    """Away with it."""
    comment = _find(request)
    _refuse_strangers(request, comment)
    request.repository.change_comment(comment.id, is_deleted=True)
    return Answer(204)


def _refuse_strangers(request: Request, comment: Comment) -> None:
    if comment.author != request.account and not request.rights.pushes:
        refuse_forbidden("Must have push access to repository")


def _find_parent(request: Request) -> Issue:
    if not request.repository.has_sub_issues:
        refuse_not_found()
    issue = find_issue(request)
    if issue.pull is not None:
        refuse_not_found()
    return issue


def list_sub_issues(request: Request) -> Answer:
    """Sub-issues in their order."""
    views, issue = Views(request), _find_parent(request)
    homes = [home for child in issue.children if (home := request.repository.find_by_id(child))]
    return page(request, homes, lambda home: views.issue(home[0], home[1], is_listed=True))


def get_parent(request: Request) -> Answer:
    """The issue whose sub-issue it is."""
    issue = _find_parent(request)
    home = request.repository.find_by_id(issue.parent) if issue.parent else None
    if home is None:
        refuse_not_found()
    return Answer(body=Views(request).issue(*home))


def _find_child(request: Request) -> tuple[Repository, Issue]:
    # A number is sent by mistake where an id is meant; nothing has it.
    home = request.repository.find_by_id(request.body["sub_issue_id"])
    if home is None or home[1].pull is not None:
        refuse(404, "The provided sub-issue does not exist", anchor=f"{_SUBS}#add-sub-issue")
    return home


def add_sub_issue(request: Request) -> Answer:
    """Make an issue a sub-issue of another; it can have one parent."""
    parent = _find_parent(request)
    home, child = _find_child(request)
    problems = []
    if child.id in parent.children:
        problems.append("Issue may not contain duplicate sub-issues")
    if child.parent and not request.body.get("replace_parent"):
        problems.append("Sub issue may only have one parent")
    above = [parent, *request.repository.ancestors(parent)]
    if child.id in {issue.id for issue in above}:
        problems.append("Issue may not be a sub-issue of itself or of its own sub-issues")
    if len(above) >= DEEPEST:
        problems.append(f"Sub-issues may be at most {DEEPEST} levels deep")
    if len(parent.children) >= MOST_SUB_ISSUES:
        problems.append(f"Parent cannot have more than {MOST_SUB_ISSUES} sub-issues")
    if problems:
        told = " and ".join(problems)
        refuse(422, f"An error occurred while adding the sub-issue to the parent issue. {told}")
    changed = request.repository.adopt(request.account, parent.number, child, home=home)
    return Answer(201, Views(request).issue(request.repository, changed))


def remove_sub_issue(request: Request) -> Answer:
    """Let an issue be a sub-issue no more."""
    parent = _find_parent(request)
    _, child = _find_child(request)
    if child.id not in parent.children:
        refuse_not_found()
    changed = request.repository.disown(request.account, parent.number, child)
    return Answer(body=Views(request).issue(request.repository, changed))


_BODY = {"body": Member((str,), is_required=True)}
_CHILD = {"sub_issue_id": Member((int,), is_required=True)}

ROUTES = (
    Route(
        "GET",
        "@/issues/{number}/comments",
        list_comments,
        f"{_COMMENTS}#list-issue-comments",
        query={**PAGES, "since": INSTANT},
    ),
    Route(
        "POST",
        "@/issues/{number}/comments",
        create_comment,
        f"{_COMMENTS}#create-an-issue-comment",
        members=_BODY,
        is_creation=True,
    ),
    Route(
        "GET",
        "@/issues/comments",
        list_all_comments,
        f"{_COMMENTS}#list-issue-comments-for-a-repository",
        query={**PAGES, "since": INSTANT, "sort": ("created", "updated"), "direction": ("asc", "desc")},
    ),
    Route("GET", "@/issues/comments/{id}", get_comment, f"{_COMMENTS}#get-an-issue-comment"),
    Route("PATCH", "@/issues/comments/{id}", update_comment, f"{_COMMENTS}#update-an-issue-comment", members=_BODY),
    Route("DELETE", "@/issues/comments/{id}", delete_comment, f"{_COMMENTS}#delete-an-issue-comment"),
    Route("GET", "@/issues/{number}/sub_issues", list_sub_issues, f"{_SUBS}#list-sub-issues", query=PAGES),
    Route("GET", "@/issues/{number}/parent", get_parent, f"{_SUBS}#get-parent-issue"),
    Route(
        "POST",
        "@/issues/{number}/sub_issues",
        add_sub_issue,
        f"{_SUBS}#add-sub-issue",
        members={**_CHILD, "replace_parent": Member((bool,))},
        needs="triages",
    ),
    Route(
        "DELETE",
        "@/issues/{number}/sub_issue",
        remove_sub_issue,
        f"{_SUBS}#remove-sub-issue",
        members=_CHILD,
        needs="triages",
    ),
)
