"""One repository of the fake GitHub, and what can be done to its issues.

What is done here is done: whether somebody may do it, and whether what was sent is well made, is the routes' business.
People who use the web page (`github_people.py`) come here directly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fakes.github_accounts import Account, Role
from tests.fakes.github_contents import Contents
from tests.fakes.github_labels import LabelShelf
from tests.fakes.github_state import Comment, Fate, History, Issue, IssueEvent, Pull, Stamp

if TYPE_CHECKING:
    from tests.fakes.github_world import World


class Repository:
    """A repository.

    Attributes:
        token: of the account that it was made for, if any.
        roles: by login in lower case; whoever is not listed may read it, unless it is private.
        has_sub_issues: older Enterprise servers have none.
        files: documents on the default branch.
    """

    def __init__(self, world: "World", number: int, owner: Account, name: str) -> None:
        self.world = world
        self.id = number
        self.owner = owner
        self.name = name
        self.token = ""
        self.is_private = False
        self.is_archived = False
        self.has_issues = True
        self.has_sub_issues = True
        self.default_branch = "main"
        self.created_at = world.clock()
        self.roles: dict[str, Role] = {owner.login.lower(): Role.ADMIN}
        self.files = Contents()
        self.labels = LabelShelf(world)
        self.issues: dict[int, History[Issue]] = {}
        self.comments: dict[int, History[Comment]] = {}
        self.events: list[IssueEvent] = []
        self._discussions: dict[int, list[int]] = {}

    @property
    def full_name(self) -> str:
        """Owner and name."""
        return f"{self.owner.login}/{self.name}"

    def role_of(self, account: Account | None) -> Role:
        """What somebody may do here, or anybody."""
        known = self.roles.get(account.login.lower()) if account else None
        if known is not None:
            return known
        return Role.NONE if self.is_private else Role.READ

    def issue(self, number: int) -> Issue:
        """An issue as it is now, gone ones too.

        Raises:
            KeyError: there never was one.
        """
        return self.issues[number].now

    def list_issues(self, horizon: Stamp | None = None) -> list[Issue]:
        """Those that are there, by number; those that were there at a horizon as they were, if one is given."""
        shown = (history.find(horizon) if horizon else history.now for history in self.issues.values())
        return [issue for issue in shown if issue is not None and issue.fate is None]

    def list_comments(self, number: int, horizon: Stamp | None = None) -> list[Comment]:
        """Those of an issue that are there, oldest first."""
        return self._show_comments((self.comments[one] for one in self._discussions.get(number, ())), horizon)

    def list_all_comments(self, horizon: Stamp | None = None) -> list[Comment]:
        """Those of all issues that are there, oldest first."""
        return self._show_comments(self.comments.values(), horizon)

    @staticmethod
    def _show_comments(histories: Iterable[History[Comment]], horizon: Stamp | None) -> list[Comment]:
        shown = (history.find(horizon) if horizon else history.now for history in histories)
        return [comment for comment in shown if comment is not None and not comment.is_deleted]

    def list_events(self, number: int) -> list[IssueEvent]:
        """What was done to an issue, oldest first."""
        return [event for event in self.events if event.issue == number]

    def label_names(self, issue: Issue) -> list[str]:
        """The labels of an issue by name."""
        return [label.name for label in self.labels.list_some(issue.labels)]

    def open_issue(self, actor: Account, title: str, body: str | None = None, *, labels: Iterable[str] = ()) -> Issue:
        """Make an issue; labels that are not there are made."""
        with self.world.lock:
            return self._add(actor, title, body, labels=labels, pull=None)

    def open_pull(self, actor: Account, title: str, body: str | None = None, *, labels: Iterable[str] = ()) -> Issue:
        """Make a pull request, which has a number among those of issues."""
        with self.world.lock:
            return self._add(actor, title, body, labels=labels, pull=Pull(self.world.next_id()))

    def _add(self, actor: Account, title: str, body: str | None, *, labels: Iterable[str], pull: Pull | None) -> Issue:
        stamp = self.world.touch()
        number = len(self.issues) + 1
        ids = tuple(dict.fromkeys(self.labels.ensure(name).id for name in labels))
        issue = Issue(self.world.next_id(), number, actor, title, body, stamp.at, stamp.at, labels=ids, pull=pull)
        self.issues[number] = History(issue, stamp)
        for one in ids:
            self._note(number, "labeled", actor, label=self.labels.get(one).name)
        return issue

    def change(self, number: int, **members: Any) -> Issue:
        """Write a new version of an issue, unless it says the same; no event is noted."""
        with self.world.lock:
            issue = self.issue(number)
            if all(getattr(issue, name) == value for name, value in members.items()):
                return issue
            stamp = self.world.touch()
            changed = replace(issue, **{"updated_at": stamp.at, **members})
            self.issues[number].write(changed, stamp)
            return changed

    def edit(self, actor: Account, number: int, **members: Any) -> Issue:
        """Change title, body, or assignees of an issue."""
        with self.world.lock:
            before = self.issue(number)
            issue = self.change(number, **members)
            if issue.title != before.title:
                self._note(number, "renamed", actor, rename={"from": before.title, "to": issue.title})
            return issue

    def close(self, actor: Account, number: int, reason: str = "completed") -> Issue:
        """Close an issue; one that is closed gets the reason only."""
        with self.world.lock:
            if self.issue(number).state == "closed":
                return self.change(number, state_reason=reason)
            at = self.world.clock()
            issue = self.change(number, state="closed", state_reason=reason, closed_at=at, closed_by=actor)
            self._note(number, "closed", actor, state_reason=reason)
            return issue

    def reopen(self, actor: Account, number: int) -> Issue:
        """Open an issue again."""
        with self.world.lock:
            if self.issue(number).state == "open":
                return self.issue(number)
            issue = self.change(number, state="open", state_reason="reopened", closed_at=None, closed_by=None)
            self._note(number, "reopened", actor)
            return issue

    def set_labels(self, actor: Account, number: int, names: Iterable[str]) -> Issue:
        """Let an issue have these labels only; those that are not there are made."""
        with self.world.lock:
            before = self.issue(number).labels
            after = tuple(dict.fromkeys(self.labels.ensure(name).id for name in names))
            # Those that stay keep their places.
            kept = tuple(one for one in before if one in after)
            issue = self.change(number, labels=kept + tuple(one for one in after if one not in kept))
            for one in before:
                if one not in after:
                    self._note(number, "unlabeled", actor, label=self.labels.get(one).name)
            for one in after:
                if one not in before:
                    self._note(number, "labeled", actor, label=self.labels.get(one).name)
            return issue

    def delete_label(self, name: str) -> None:
        """Take a label away from the repository and all its issues."""
        with self.world.lock:
            label = self.labels.delete(name)
            for issue in self.list_issues():
                if label.id in issue.labels:
                    kept = tuple(one for one in issue.labels if one != label.id)
                    self.change(issue.number, labels=kept, updated_at=issue.updated_at)

    def lock(self, actor: Account, number: int, reason: str | None = None) -> Issue:
        """Let nobody comment on an issue but those who may push."""
        with self.world.lock:
            issue = self.change(number, is_locked=True, lock_reason=reason)
            self._note(number, "locked", actor, lock_reason=reason)
            return issue

    def unlock(self, actor: Account, number: int) -> Issue:
        """Let all comment again."""
        with self.world.lock:
            issue = self.change(number, is_locked=False, lock_reason=None)
            self._note(number, "unlocked", actor)
            return issue

    def comment(self, actor: Account, number: int, body: str) -> Comment:
        """Comment on an issue."""
        with self.world.lock:
            stamp = self.world.touch()
            comment = Comment(self.world.next_id(), number, actor, body, stamp.at, stamp.at)
            self.comments[comment.id] = History(comment, stamp)
            self._discussions.setdefault(number, []).append(comment.id)
            self.change(number, updated_at=stamp.at)
            return comment

    def change_comment(self, number: int, **members: Any) -> Comment:
        """Change a comment, or take it away; `number` is its id."""
        with self.world.lock:
            history = self.comments[number]
            if all(getattr(history.now, name) == value for name, value in members.items()):
                return history.now
            stamp = self.world.touch()
            history.write(replace(history.now, updated_at=stamp.at, **members), stamp)
            self.change(history.now.issue, updated_at=stamp.at)
            return history.now

    def remove_issue(self, number: int, fate: Fate = Fate.DELETED) -> None:
        """Delete an issue, or make a discussion of it."""
        with self.world.lock:
            self._leave_parent(self.issue(number))
            self.change(number, fate=fate, parent=None)

    def transfer_issue(self, actor: Account, number: int, target: "Repository") -> Issue:
        """Move an issue with its comments to another repository, where it gets another number and another id."""
        with self.world.lock:
            issue = self.issue(number)
            self._leave_parent(issue)
            names = self.label_names(issue)
            moved = target.open_issue(issue.author, issue.title, issue.body, labels=names)
            target.change(moved.number, created_at=issue.created_at, state=issue.state, closed_at=issue.closed_at)
            for comment in self.list_comments(number):
                target.comment(comment.author, moved.number, comment.body)
            target._note(moved.number, "transferred", actor)
            self.change(number, fate=Fate.TRANSFERRED, moved_to=(target.id, moved.number), parent=None)
            return target.issue(moved.number)

    def adopt(self, actor: Account, parent: int, child: Issue, *, home: "Repository") -> Issue:
        """Make an issue of a repository a sub-issue of one of this one."""
        with self.world.lock:
            home._leave_parent(child)
            issue = self.issue(parent)
            changed = self.change(parent, children=(*issue.children, child.id))
            home.change(child.number, parent=issue.id)
            self._note(parent, "sub_issue_added", actor)
            home._note(child.number, "parent_issue_added", actor)
            return changed

    def disown(self, actor: Account, parent: int, child: Issue) -> Issue:
        """Make an issue a sub-issue no more."""
        with self.world.lock:
            home = self._find_home(child.id)
            self._leave_parent(child)
            if home is not None:
                home[0].change(child.number, parent=None)
            self._note(parent, "sub_issue_removed", actor)
            return self.issue(parent)

    def find_by_id(self, number: int) -> tuple["Repository", Issue] | None:
        """An issue by its id, of any repository of the same owner."""
        home = self._find_home(number)
        return home if home and home[1].fate is None else None

    def _find_home(self, number: int) -> tuple["Repository", Issue] | None:
        for repository in self.world.repositories.values():
            if repository.owner == self.owner:
                for history in repository.issues.values():
                    if history.now.id == number:
                        return repository, history.now
        return None

    def _leave_parent(self, child: Issue) -> None:
        home = self._find_home(child.parent) if child.parent else None
        if home is not None:
            repository, parent = home
            kept = tuple(one for one in parent.children if one != child.id)
            repository.change(parent.number, children=kept)

    def ancestors(self, issue: Issue) -> Iterator[Issue]:
        """Its parent, that one's parent, and so on."""
        while issue.parent:
            home = self._find_home(issue.parent)
            if home is None:
                return
            issue = home[1]
            yield issue

    def _note(self, number: int, kind: str, actor: Account, **details: Any) -> None:
        self.world.touch()
        self.events.append(IssueEvent(self.world.next_id(), number, kind, actor, self.world.clock(), details))
