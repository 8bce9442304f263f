"""Decisions of people, one after the other, each with what takes it back."""

from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from log_gardener import wiring
from log_gardener.errors import UsageError
from log_gardener.exits import decided
from log_gardener.model.instant import to_nanos
from log_gardener.model.issue import Issue, Mute, Resolution, Verdict
from log_gardener.model.priority import Priority
from log_gardener.ports import Clock
from log_gardener.web.shown import Done
from log_gardener.web.snapshot import Snapshot
from log_gardener.web.undoing import Undo, parse_undo, sign_undo

LEAST_MERGED = 2

OTHERWISE = "somebody decided otherwise since, or a run did; look at the issue again"


class Deciding:
    """Who decides now; a context, in which nobody else does in this process.

    Args:
        config: the file that holds decisions about the grouping.
        secret: signs what takes a decision back.
        clock: tells when a decision was taken.
    """

    def __init__(self, config: Path, secret: bytes, clock: Clock) -> None:
        self._config, self._secret, self._clock = config, secret, clock
        self._lock = RLock()

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def mute(self, garden: Snapshot, prefix: str, exits: tuple[str, int]) -> Done:
        """Mute an issue until a time and for so many more entries, each if it is given."""
        until, count = exits
        issue, now = garden.find_issue(prefix), self._clock()
        end = to_nanos(wiring.find_end(until, now)) if until else None
        muted = garden.mute(issue, Mute(end, issue.count + count if count else None), to_nanos(now))
        return self._tell(garden, muted, ("mute", "muted"))

    def resolve(self, garden: Snapshot, prefix: str, revision: str) -> Done:
        """Take an issue for resolved."""
        issue = garden.find_issue(prefix)
        resolved = garden.resolve(issue, Resolution(self._now, revision or None))
        return self._tell(garden, resolved, ("resolve", "resolved"))

    def reopen(self, garden: Snapshot, prefix: str) -> Done:
        """Take an issue for open again."""
        reopened = garden.reopen(garden.find_issue(prefix), self._now)
        return self._tell(garden, reopened, ("reopen", "open again"))

    def lock(self, garden: Snapshot, prefix: str, priority: Priority | None) -> Done:
        """Set a priority, or leave it to the runs."""
        locked = garden.lock(garden.find_issue(prefix), priority, self._now)
        said = ("lock", f"locked at {priority}") if priority else ("unlock", "priority left to the runs")
        return self._tell(garden, locked, said)

    def merge(self, garden: Snapshot, prefixes: Sequence[str], reason: str) -> Done:
        """Write that issues are one."""
        found = list({one.id: one for one in map(garden.find_issue, prefixes)}.values())
        if len(found) < LEAST_MERGED:
            msg = "name two issues or more; the first leads"
            raise UsageError(msg)
        decided.write_merge(self._config, found, garden.decisions, reason)
        undo = Undo(found[0].id, "merge", {}, {}, tuple(one.id for one in found))
        return Done(found[0], f"merged {len(found)} issues", sign_undo(undo, self._secret))

    def split(self, garden: Snapshot, prefix: str, chosen: tuple[Sequence[str], str]) -> Done:
        """Write that templates are an issue of their own, and why."""
        templates, reason = chosen
        issue = garden.find_issue(prefix)
        found = decided.find_templates(issue, templates)
        if not found:
            msg = "choose a template or more to split off"
            raise UsageError(msg)
        decided.write_split(self._config, found, garden.decisions, reason)
        undo = Undo(issue.id, "split", {}, {}, tuple(one.fingerprint for one in found))
        noun = "template" if len(found) == 1 else "templates"
        sentence = f"split off {len(found)} {noun}, an issue of their own from the next run on"
        return Done(issue, sentence, sign_undo(undo, self._secret))

    def undo(self, garden: Snapshot, token: str) -> Done:
        """Take a decision back, unless somebody decided otherwise since."""
        undo = parse_undo(token, self._secret)
        if undo.ids:
            name = "issues" if undo.action == "merge" else "templates"
            decided.take_back(self._config, (undo.action, name), undo.ids)
            return Done(garden.find_issue(undo.issue), f"undone: {undo.action}")
        if {one: garden.verdicts.get(one) for one in undo.after} != undo.after:
            raise UsageError(OTHERWISE)
        for issue_id, verdict in undo.before.items():
            garden.store.decide(issue_id, verdict, (self._now, "undo", undo.action))
        return Done(garden.find_issue(undo.issue), f"undone: {undo.action}")

    @property
    def _now(self) -> int:
        return to_nanos(self._clock())

    def _tell(self, garden: Snapshot, issue: Issue, said: tuple[str, str]) -> Done:
        """What was decided of an issue; the snapshot still has it as it was before."""
        merged = [one for one in garden.decisions.list_merged(issue.id) if one in garden.verdicts]
        before = {one: garden.verdicts[one] for one in merged}
        after: dict[str, Verdict] = dict.fromkeys(merged, issue.verdict)
        action, sentence = said
        undo = Undo(issue.id, action, before, after)
        return Done(issue, sentence, sign_undo(undo, self._secret))
