"""People who act on the web page of the fake GitHub, between the requests of the gardener, and what came of their acts.

    people = People(repository, seed=7, share=0.3)
    server.on_request = people.hook
    ...
    assert people.find_losses() == []

All that they write is unlike anything else, so it can be found again. They write, take off what labels they like, and
close, but never take back what one of them wrote: what is missing afterwards was lost by somebody else. Nobody can
prevent that a text is lost that comes between the reading of an issue and the writing of it, since GitHub has no write
under a condition; so they leave the text of an issue alone for a few requests after it was read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.fakes.github_accounts import Account, Role
from tests.fakes.github_kills import Phase
from tests.fakes.github_repository import Repository
from tests.fakes.github_state import Fate, Issue

OPENING = r"<!-- log-gardener block[^>]*-->"
CLOSING = r"<!-- log-gardener end -->"
# The write that follows a reading comes one or two requests later, if a request between fails.
GRACE_REQUESTS = 3

_ISSUE = re.compile(r"/issues/(\d+)$")


class Deed(StrEnum):
    """What somebody does to an issue."""

    ABOVE = "writes at the top"
    BETWEEN = "writes right above the block"
    INSIDE = "writes into the block"
    BELOW = "writes at the end"
    RETITLE = "gives another title"
    LABEL = "puts a label on"
    UNLABEL = "takes a label off"
    COMMENT = "comments"
    COMPLETE = "closes as completed"
    DISMISS = "closes as not planned"
    REOPEN = "reopens"
    LOCK = "locks"
    UNLOCK = "unlocks"
    DELETE = "deletes"
    TRANSFER = "transfers to another repository"


WRITING = frozenset({Deed.ABOVE, Deed.BETWEEN, Deed.INSIDE, Deed.BELOW})
GENTLE: Mapping[Deed, float] = {
    Deed.ABOVE: 2,
    Deed.BETWEEN: 1,
    Deed.INSIDE: 1,
    Deed.BELOW: 2,
    Deed.RETITLE: 0.5,
    Deed.LABEL: 2,
    Deed.COMMENT: 3,
}
"""How often each is done, one against another, by people who leave an issue where it is."""
ALL: Mapping[Deed, float] = {
    **GENTLE,
    Deed.UNLABEL: 0.5,
    Deed.COMPLETE: 1,
    Deed.DISMISS: 0.5,
    Deed.REOPEN: 0.5,
    Deed.LOCK: 0.3,
    Deed.UNLOCK: 0.3,
    Deed.DELETE: 0.1,
    Deed.TRANSFER: 0.1,
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done.

    Attributes:
        number: of the issue.
        text: what was written, the name of the label, or the title; unlike any other, but for labels taken off.
        request: the number of the request before it.
        comment: id of a comment.
    """

    deed: Deed
    number: int
    who: str
    text: str
    request: int
    comment: int = 0


class People:
    """A few people in one repository.

    Args:
        seed: of what they do and when.
        share: of moments, before and after a request, at which one of them does something, 0 to 1.
        weights: what they do.
        elsewhere: where issues are transferred to; without it they are not.
        grace_requests: for so many requests after an issue was read, and until it is written, nobody changes its text;
            0 for no mercy, `None` for mercy until `go_on`, where several read and write at once.
        last: the number of the last request at which they act; 0 for no end.
    """

    def __init__(
        self,
        repository: Repository,
        seed: int = 0,
        *,
        share: float = 0.1,
        weights: Mapping[Deed, float] = GENTLE,
        elsewhere: Repository | None = None,
        grace_requests: int | None = GRACE_REQUESTS,
        last: int = 0,
    ) -> None:
        self.acts: list[Act] = []
        self._repository = repository
        self._elsewhere = elsewhere
        self._seed = seed
        self._share = share
        self._grace = grace_requests
        self._last = last
        self._weights = {deed: weight for deed, weight in weights.items() if elsewhere or deed is not Deed.TRANSFER}
        self._read: dict[int, int] = {}
        self.accounts = [repository.world.add_account(login) for login in ("ada", "grace", "linus")]
        for account in self.accounts:
            repository.roles[account.login] = Role.WRITE

    def hook(self, number: int, method: str, target: str, phase: Phase) -> None:
        """Perhaps do something; for `GitHubServer.on_request`."""
        with self._repository.world.lock:
            self._watch(number, method, target, phase)
            if self._last and number > self._last:
                return
            random = Random(f"{self._seed}|people|{number}|{phase}")
            if random.random() < self._share:
                self.act(random)

    def _watch(self, number: int, method: str, target: str, phase: Phase) -> None:
        found = _ISSUE.search(target.partition("?")[0])
        if found is None or phase is Phase.BEFORE:
            return
        if method == "GET":
            self._read[int(found[1])] = number
        elif self._grace is not None:
            self._read.pop(int(found[1]), None)

    def act(self, random: Random) -> Act | None:
        """Do something to some issue, if there is one that can be done something to."""
        issues = [issue for issue in self._repository.list_issues() if issue.pull is None]
        if not issues:
            return None
        issue = random.choice(issues)
        deed = random.choices(list(self._weights), list(self._weights.values()))[0]
        if self._is_held(issue.number) and (deed in WRITING or deed is Deed.RETITLE):
            return None
        return self.do(deed, issue.number, who=random.choice(self.accounts))

    def _is_held(self, number: int) -> bool:
        """Whether somebody has read an issue and may be about to write what he has read."""
        read = self._read.get(number)
        return read is not None and (self._grace is None or 0 < self._grace >= self._repository.world.number - read)

    def go_on(self) -> None:
        """Nobody is between the reading of an issue and its writing any more."""
        self._read.clear()

    def do(self, deed: Deed, number: int, *, text: str = "", who: Account | None = None) -> Act:
        """Do one thing to one issue; what is written is made up if it is not given."""
        who = who or self.accounts[0]
        with self._repository.world.lock:
            issue = self._repository.issue(number)
            if deed in WRITING:
                return self._write(deed, issue, text, who)
            if deed is Deed.COMMENT:
                text = text or self._make_up("a comment")
                comment = self._repository.comment(who, number, text)
                return self._note(deed, issue, text, who, comment=comment.id)
            return self._note(deed, issue, self._change(deed, issue, text, who), who)

    def _change(self, deed: Deed, issue: Issue, text: str, who: Account) -> str:
        repository, number = self._repository, issue.number
        names = repository.label_names(issue)
        if deed is Deed.RETITLE:
            text = text or self._make_up("A better title")
            repository.edit(who, number, title=text)
        elif deed is Deed.LABEL:
            text = text or f"team {len(self.acts)}"
            repository.set_labels(who, number, [*names, text])
        elif deed is Deed.UNLABEL:
            text = text or (names[-1] if names else "")
            repository.set_labels(who, number, [name for name in names if name != text])
        elif deed in (Deed.COMPLETE, Deed.DISMISS):
            repository.close(who, number, "completed" if deed is Deed.COMPLETE else "not_planned")
        elif deed is Deed.REOPEN:
            repository.reopen(who, number)
        else:
            self._move(deed, number, who)
        return text

    def _move(self, deed: Deed, number: int, who: Account) -> None:
        if deed is Deed.LOCK:
            self._repository.lock(who, number, "resolved")
        elif deed is Deed.UNLOCK:
            self._repository.unlock(who, number)
        elif deed is Deed.DELETE:
            self._repository.remove_issue(number)
        elif self._elsewhere is not None:
            self._repository.transfer_issue(who, number, self._elsewhere)

    def _write(self, deed: Deed, issue: Issue, text: str, who: Account) -> Act:
        text = text or self._make_up("a note")
        body = (issue.body or "").replace("\r\n", "\n")
        changed = _insert(deed, body, text)
        # The form of the web page sends every line end as two characters, those that it was given too.
        self._repository.edit(who, issue.number, body=changed.replace("\n", "\r\n"))
        return self._note(deed, issue, text, who)

    def tick(self, number: int, line: str, who: Account | None = None) -> None:
        """Tick the first open box whose line contains a text; the page sends the body as it was but for that.

        Raises:
            LookupError: there is none.
        """
        with self._repository.world.lock:
            body = self._repository.issue(number).body or ""
            for one in body.splitlines(keepends=True):
                if one.lstrip().startswith("- [ ]") and line in one:
                    changed = body.replace(one, one.replace("- [ ]", "- [x]", 1), 1)
                    self._repository.edit(who or self.accounts[0], number, body=changed)
                    return
        raise LookupError(line)

    def break_block(self, number: int) -> None:
        """Take away the closing mark of the block, as somebody does who cleans up."""
        with self._repository.world.lock:
            body = self._repository.issue(number).body or ""
            self._repository.edit(self.accounts[0], number, body=re.sub(CLOSING, "", body))

    def _make_up(self, what: str) -> str:
        return f"{what} of {self._seed}.{len(self.acts)}, as people write"

    def _note(self, deed: Deed, issue: Issue, text: str, who: Account, *, comment: int = 0) -> Act:
        act = Act(deed, issue.number, who.login, text, self._repository.world.number, comment)
        self.acts.append(act)
        return act

    def find_losses(self) -> list[str]:
        """What people wrote or put on, and is not there any more though nobody of them took it away."""
        return [f"{act.deed}: {act.text} (#{act.number})" for act in self.acts if self._is_lost(act)]

    def _is_lost(self, act: Act) -> bool:
        home, number = self._follow(act.number)
        issue = home.issue(number)
        if issue.fate is not None:
            return False
        comments = [comment.body for comment in home.list_comments(number)]
        if act.deed in WRITING:
            # The gardener may move what was written into its block, but not lose it.
            return not any(act.text in text for text in [issue.body or "", *comments])
        if act.deed is Deed.COMMENT:
            return act.text not in comments
        return act.deed is Deed.LABEL and act.text not in home.label_names(issue) and not self._was_undone(act)

    def _was_undone(self, act: Act) -> bool:
        later = self.acts[self.acts.index(act) + 1 :]
        return any((one.deed, one.number, one.text) == (Deed.UNLABEL, act.number, act.text) for one in later)

    def _follow(self, number: int) -> tuple[Repository, int]:
        home, issue = self._repository, self._repository.issue(number)
        while issue.fate is Fate.TRANSFERRED and issue.moved_to is not None:
            home = home.world.repositories[issue.moved_to[0]]
            issue = home.issue(issue.moved_to[1])
        return home, issue.number

    def find_overruled(self) -> list[str]:
        """What people decided last and somebody else has decided otherwise since: labels taken off, titles, states."""
        last: dict[tuple[str, int, str], Act] = {}
        for act in self.acts:
            group = _GROUPS.get(act.deed)
            if group is not None:
                last[group, act.number, act.text.casefold() if group == "label" else ""] = act
        return [f"{act.deed}: {act.text} (#{act.number})" for act in last.values() if self._is_overruled(act)]

    def _is_overruled(self, act: Act) -> bool:
        home, number = self._follow(act.number)
        issue = home.issue(number)
        if issue.fate is not None:
            return False
        if act.deed is Deed.UNLABEL:
            return act.text in home.label_names(issue)
        if act.deed is Deed.RETITLE:
            return issue.title != act.text
        if act.deed is Deed.LABEL:
            return False
        return issue.state != ("open" if act.deed is Deed.REOPEN else "closed")


_GROUPS: Mapping[Deed, str] = {
    Deed.LABEL: "label",
    Deed.UNLABEL: "label",
    Deed.RETITLE: "title",
    Deed.COMPLETE: "state",
    Deed.DISMISS: "state",
    Deed.REOPEN: "state",
}


def _insert(deed: Deed, body: str, text: str) -> str:
    opening, closing = re.search(OPENING, body), re.search(CLOSING, body)
    if deed is Deed.ABOVE:
        return f"{text}\n\n{body}"
    if deed is Deed.BETWEEN and opening:
        return f"{body[: opening.start()]}{text}\n\n{body[opening.start() :]}"
    if deed is Deed.INSIDE and opening and closing and opening.end() < closing.start():
        inside = body[opening.end() : closing.start()].split("\n")
        middle = len(inside) // 2
        whole = "\n".join([*inside[:middle], text, *inside[middle:]])
        return body[: opening.end()] + (whole if middle else f"\n{text}\n") + body[closing.start() :]
    return f"{body}\n\n{text}"
