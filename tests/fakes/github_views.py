"""JSON of the fake GitHub, with the members that are documented."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.fakes.github_accounts import Account, App, Kind, Role
from tests.fakes.github_repository import Repository
from tests.fakes.github_requests import Request
from tests.fakes.github_state import Comment, Issue, IssueEvent, Label

Json = dict[str, Any]

_SUFFIXES = (
    "followers",
    "following{/other_user}",
    "gists{/gist_id}",
    "starred{/owner}{/repo}",
    "subscriptions",
    "orgs",
    "repos",
    "events{/privacy}",
    "received_events",
)
_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def show_time(at: datetime | None) -> str | None:
    """A time as GitHub writes it, to the second."""
    return None if at is None else f"{at.isoformat()[:19]}Z"


class Views:
    """Makes JSON for one request: addresses begin as the request's did."""

    def __init__(self, request: Request) -> None:
        self._base = request.base
        self._world = request.world
        self._web = request.world.web_url

    def user(self, account: Account | None) -> Json | None:
        """An account; `None` stays `None`."""
        if account is None:
            return None
        # Most of every answer is accounts, and they do not change.
        known = self._world.shown.get((self._base, account.id))
        if known is None:
            known = self._world.shown[self._base, account.id] = self._make_user(account)
        return known

    def _make_user(self, account: Account) -> Json:
        address = f"{self._base}/users/{account.login}"
        path = f"apps/{account.login.removesuffix('[bot]')}" if account.kind is Kind.BOT else account.login
        body: Json = {
            "login": account.login,
            "id": account.id,
            "node_id": f"U_{account.id}",
            "avatar_url": f"https://avatars.githubusercontent.com/u/{account.id}?v=4",
            "gravatar_id": "",
            "url": address,
            "html_url": f"{self._web}/{path}",
        }
        for suffix in _SUFFIXES:
            name = {"orgs": "organizations"}.get(suffix, suffix.partition("{")[0])
            body[f"{name}_url"] = f"{address}/{suffix}"
        return {**body, "type": str(account.kind), "user_view_type": "public", "site_admin": False}

    def app(self, app: App) -> Json:
        """An app."""
        return {
            "id": app.id,
            "slug": app.slug,
            "node_id": f"A_{app.id}",
            "client_id": f"Iv1.{app.id}",
            "owner": self.user(app.owner),
            "name": app.slug,
            "description": "",
            "external_url": "https://example.com",
            "html_url": f"{self._web}/apps/{app.slug}",
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": "2024-01-01T00:00:00Z",
            "permissions": {"issues": "write", "metadata": "read"},
            "events": [],
        }

    def address(self, repository: Repository) -> str:
        """Of a repository in the API."""
        return f"{self._base}/repos/{repository.full_name}"

    def repository(self, repository: Repository, role: Role) -> Json:
        """A repository, with what the one who asks may do."""
        address = self.address(repository)
        return {
            "id": repository.id,
            "node_id": f"R_{repository.id}",
            "name": repository.name,
            "full_name": repository.full_name,
            "private": repository.is_private,
            "owner": self.user(repository.owner),
            "html_url": f"{self._web}/{repository.full_name}",
            "description": None,
            "fork": False,
            "url": address,
            "issues_url": f"{address}/issues{{/number}}",
            "labels_url": f"{address}/labels{{/name}}",
            "contents_url": f"{address}/contents/{{+path}}",
            "trees_url": f"{address}/git/trees{{/sha}}",
            "blobs_url": f"{address}/git/blobs{{/sha}}",
            "created_at": show_time(repository.created_at),
            "updated_at": show_time(repository.created_at),
            "pushed_at": show_time(repository.created_at),
            "has_issues": repository.has_issues,
            "has_discussions": False,
            "archived": repository.is_archived,
            "disabled": False,
            "visibility": "private" if repository.is_private else "public",
            "default_branch": repository.default_branch,
            "open_issues_count": sum(issue.state == "open" for issue in repository.list_issues()),
            "permissions": {
                "admin": role >= Role.ADMIN,
                "maintain": role >= Role.ADMIN,
                "push": role >= Role.WRITE,
                "triage": role >= Role.TRIAGE,
                "pull": role >= Role.READ,
            },
        }

    def label(self, repository: Repository, label: Label) -> Json:
        """A label."""
        return {
            "id": label.id,
            "node_id": f"LA_{label.id}",
            "url": f"{self.address(repository)}/labels/{quote(label.name)}",
            "name": label.name,
            "color": label.color,
            "default": label.is_default,
            "description": label.description,
        }

    def issue(self, repository: Repository, issue: Issue, *, is_listed: bool = False) -> Json:
        """An issue; a listing does not say who closed it."""
        address = f"{self.address(repository)}/issues/{issue.number}"
        page = f"{self._web}/{repository.full_name}/{'pull' if issue.pull else 'issues'}/{issue.number}"
        people = [self.user(one) for one in issue.assignees]
        body: Json = {
            "url": address,
            "repository_url": self.address(repository),
            "labels_url": f"{address}/labels{{/name}}",
            "comments_url": f"{address}/comments",
            "events_url": f"{address}/events",
            "html_url": page,
            "id": issue.id,
            "node_id": f"I_{issue.id}",
            "number": issue.number,
            "title": issue.title,
            "user": self.user(issue.author),
            "labels": [self.label(repository, label) for label in repository.labels.list_some(issue.labels)],
            "state": issue.state,
            "locked": issue.is_locked,
            "assignee": people[0] if people else None,
            "assignees": people,
            "milestone": None,
            "comments": len(repository.list_comments(issue.number)),
            "created_at": show_time(issue.created_at),
            "updated_at": show_time(issue.updated_at),
            "closed_at": show_time(issue.closed_at),
            "author_association": self._association(repository, issue.author),
            "type": None,
            "active_lock_reason": issue.lock_reason,
            "body": issue.body,
            "reactions": _show_reactions(address),
            "timeline_url": f"{address}/timeline",
            "performed_via_github_app": self._performed(issue.author),
            "state_reason": issue.state_reason,
        }
        if not is_listed:
            body["closed_by"] = self.user(issue.closed_by)
        return {**body, **self._family(repository, issue), **self._pull_members(repository, issue)}

    def _performed(self, account: Account) -> Json | None:
        return None if account.app_id is None else self.app(self._world.apps[account.app_id])

    def _family(self, repository: Repository, issue: Issue) -> Json:
        if not repository.has_sub_issues or issue.pull:
            return {}
        homes = [repository.find_by_id(child) for child in issue.children]
        done = sum(home[1].state == "closed" for home in homes if home)
        total = len(issue.children)
        summary = {"total": total, "completed": done, "percent_completed": done * 100 // total if total else 0}
        body: Json = {"sub_issues_summary": summary}
        parent = repository.find_by_id(issue.parent) if issue.parent else None
        if parent:
            body["parent_issue_url"] = f"{self.address(parent[0])}/issues/{parent[1].number}"
        return body

    def _pull_members(self, repository: Repository, issue: Issue) -> Json:
        if issue.pull is None:
            return {}
        page = f"{self._web}/{repository.full_name}/pull/{issue.number}"
        return {
            "draft": issue.pull.is_draft,
            "pull_request": {
                "url": f"{self.address(repository)}/pulls/{issue.number}",
                "html_url": page,
                "diff_url": f"{page}.diff",
                "patch_url": f"{page}.patch",
                "merged_at": show_time(issue.pull.merged_at),
            },
        }

    def pull(self, repository: Repository, issue: Issue) -> Json:
        """A pull request as `/pulls` shows it: its id is another than that of the issue."""
        assert issue.pull is not None
        body = self.issue(repository, issue, is_listed=True)
        dropped = ("pull_request", "repository_url", "timeline_url", "performed_via_github_app", "reactions", "type")
        kept = {name: value for name, value in body.items() if name not in dropped}
        return {
            **kept,
            "id": issue.pull.id,
            "url": f"{self.address(repository)}/pulls/{issue.number}",
            "issue_url": body["url"],
            "merged_at": show_time(issue.pull.merged_at),
            "head": {"ref": issue.pull.head, "label": f"{repository.owner.login}:{issue.pull.head}"},
            "base": {"ref": issue.pull.base, "label": f"{repository.owner.login}:{issue.pull.base}"},
        }

    def comment(self, repository: Repository, comment: Comment) -> Json:
        """A comment."""
        address = f"{self.address(repository)}/issues/comments/{comment.id}"
        issue = f"issues/{comment.issue}"
        return {
            "url": address,
            "html_url": f"{self._web}/{repository.full_name}/{issue}#issuecomment-{comment.id}",
            "issue_url": f"{self.address(repository)}/{issue}",
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "user": self.user(comment.author),
            "created_at": show_time(comment.created_at),
            "updated_at": show_time(comment.updated_at),
            "author_association": self._association(repository, comment.author),
            "body": comment.body,
            "reactions": _show_reactions(address),
            "performed_via_github_app": self._performed(comment.author),
        }

    def event(self, repository: Repository, event: IssueEvent) -> Json:
        """Something that was done."""
        body: Json = {
            "id": event.id,
            "node_id": f"E_{event.id}",
            "url": f"{self.address(repository)}/issues/events/{event.id}",
            "actor": self.user(event.actor),
            "event": event.kind,
            "commit_id": None,
            "commit_url": None,
            "created_at": show_time(event.at),
            "performed_via_github_app": self._performed(event.actor),
        }
        details = dict(event.details)
        if "label" in details:
            label = repository.labels.find(details["label"])
            details["label"] = {"name": details["label"], "color": label.color if label else "ededed"}
        return {**body, **details}

    def _association(self, repository: Repository, account: Account) -> str:
        role = repository.roles.get(account.login.lower(), Role.NONE)
        if account == repository.owner:
            return "OWNER"
        return "COLLABORATOR" if role >= Role.TRIAGE else "NONE"


def _show_reactions(address: str) -> Json:
    return {"url": f"{address}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}
