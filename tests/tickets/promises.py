"""What must be true of a story when things have settled, whatever happened in it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from log_gardener.model.instant import NANOS_PER_MINUTE, to_nanos
from log_gardener.model.issue import Issue
from log_gardener.model.plan import Plan
from log_gardener.stages.candidacy import find_hindrance
from log_gardener.stages.marker import find_mark
from tests.fakes.github_people import Deed
from tests.fakes.github_state import Comment, IssueEvent
from tests.fakes.github_state import Issue as Shown
from tests.tickets.stories import OWN, POLICY, Story

_KEY = re.compile(r"\n*<!-- log-gardener comment (\S+) -->\s*\Z")

# Within this time the same words are the same news.
SAME_NEWS = timedelta(microseconds=POLICY.comment_nanos // 1000)


def find_breaches(story: Story, plans: Sequence[Plan]) -> Iterator[str]:
    """Which promises are broken, in words."""
    for plan in plans:
        yield from (f"still to do: {one.kind} #{one.number} {one.issue}: {one.reason}" for one in plan.actions)
    yield from (f"lost: {loss}" for loss in story.people.find_losses())
    yield from _find_overruled(story)
    yield from _find_copies(story)
    yield from _find_unfiled(story)
    yield from _find_repeated(story)
    yield from _find_reopened(story)
    yield from _find_strangers(story)
    yield from (f"ill-made request: {one}" for one in story.server.violations)
    if len(story.gardeners) == 1:
        # Of two, the one does not know what the other one was told.
        yield from (f"impatient: {one}" for one in story.server.limits.impatience)
    yield from (repr(one) for one in story.server.hook_errors)


def _list_ours(story: Story) -> list[tuple[str, Shown]]:
    """Our tickets, each with the id of its issue as it is now."""
    issues = story.gardens[0].garden.list_issues()
    owners = {one: issue.id for issue in issues for one in (*issue.fingerprints, issue.id)}
    ours = [shown for shown in story.repository.list_issues() if shown.author.login == OWN]
    marks = [(find_mark(shown.body or "", owners), shown) for shown in ours]
    return [(owners.get(mark.issue, mark.issue), shown) for mark, shown in marks if mark]


def _find_copies(story: Story) -> Iterator[str]:
    """Issues with more than one open ticket, but for those that people opened again."""
    reopened = {act.number for act in story.people.acts if act.deed is Deed.REOPEN}
    open_ones = Counter(
        owner for owner, shown in _list_ours(story) if shown.state == "open" and shown.number not in reopened
    )
    yield from (f"{count} open tickets of {owner}" for owner, count in open_ones.items() if count > 1)


def _find_unfiled(story: Story) -> Iterator[str]:
    """Issues that are to be filed and have no ticket at all, though none of theirs was ever deleted."""
    filed = {owner for owner, _ in _list_ours(story)}
    deleted = any(act.deed is Deed.DELETE for act in story.people.acts)
    now = story.gardens[0].nanos
    for issue in story.gardens[0].garden.list_issues():
        if not find_hindrance(issue, POLICY, now) and issue.id not in filed and not deleted:
            yield f"no ticket of {issue.id} {issue.title}"


def _find_repeated(story: Story) -> Iterator[str]:
    """Comments of ours that say again what was said lately, or bear a key that another one bears."""
    for shown in story.repository.list_issues():
        ours = [one for one in story.repository.list_comments(shown.number) if one.author.login == OWN]
        keys = Counter(found[1] for one in ours for found in [_KEY.search(one.body)] if found)
        yield from (f"{count} comments of {key} on #{shown.number}" for key, count in keys.items() if count > 1)
        yield from (f"said twice on #{shown.number}: {text}" for text in _list_same(ours))


def _list_same(comments: Sequence[Comment]) -> Iterator[str]:
    said: dict[str, datetime] = {}
    for one in comments:
        text = _KEY.sub("", one.body)
        if text in said and one.created_at - said[text] < SAME_NEWS:
            yield text
        said[text] = one.created_at


def _find_overruled(story: Story) -> Iterator[str]:
    """Titles and labels of people that were changed back; states are looked at by what came before."""
    for act in story.people.find_overruled():
        is_closing = act.startswith((Deed.COMPLETE, Deed.DISMISS))
        is_explained = act.startswith(Deed.REOPEN) and (story.has_decided or _was_folded(story, act))
        if not is_closing and not is_explained:
            yield f"overruled: {act}"


def _was_folded(story: Story, act: str) -> bool:
    """Whether a ticket was closed with a word of why: it follows from another one, or is a copy of it."""
    number = int(act.rpartition("#")[2].rstrip(")"))
    comments = story.repository.list_comments(number)
    keys = [found[1] for one in comments for found in [_KEY.search(one.body)] if found and one.author.login == OWN]
    return any(key.startswith(("folded.", "duplicate.")) for key in keys)


def _find_reopened(story: Story) -> Iterator[str]:
    """Tickets that people closed and we opened again, though nothing had come since."""
    issues = {issue.id: issue for issue in story.gardens[0].garden.list_issues()}
    for owner, shown in _list_ours(story):
        events = story.repository.list_events(shown.number)
        for before, after in _list_returns(events):
            if owner in issues and not _came_between(story, issues[owner], before, after):
                yield f"#{shown.number} was closed at {before} and reopened at {after} without news"


def _list_returns(events: Sequence[IssueEvent]) -> Iterator[tuple[datetime, datetime]]:
    """When people closed a ticket, and when we opened it again."""
    closed: IssueEvent | None = None
    for event in events:
        if event.kind == "closed":
            closed = event
        elif event.kind == "reopened" and event.actor.login == OWN and closed and closed.actor.login != OWN:
            yield closed.at, event.at


def _came_between(story: Story, issue: Issue, before: datetime, after: datetime) -> bool:
    history = story.gardens[0].store.find_histories([issue.id]).get(issue.id, ())
    first, last = (to_nanos(at) // NANOS_PER_MINUTE for at in (before, after))
    return any(first < minute + width and minute <= last for minute, width, _ in history)


def _find_strangers(story: Story) -> Iterator[str]:
    """Tickets of others that we wrote to."""
    theirs = {shown.number for shown in story.repository.list_issues() if shown.author.login != OWN}
    for call in story.server.journal.effects():
        found = re.search(r"/issues/(\d+)", call.path)
        if found and int(found[1]) in theirs:
            yield f"wrote to #{found[1]}, which is none of ours: {call.method} {call.path}"
