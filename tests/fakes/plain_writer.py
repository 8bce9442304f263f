"""Words tickets plainly: all facts that a plan depends on, and nothing of Markdown's niceties."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from log_gardener.model.ticket import Draft, Event, Stop, Subject, name_ticket
from log_gardener.stages.dashboard import FILE, MUTE, spell_tick


def _keep(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class PlainWriter:
    """The fake of the port `TicketWriter`.

    Attributes:
        more: what a block says beside the facts of its issue, of the block so far; for hostile texts.
    """

    more: Callable[[str], str] = _keep

    def write(self, subject: Subject) -> Draft:
        issue, cluster = subject.issue, subject.cluster
        relations = sorted({row.to for row in cluster.relations}) if cluster else []
        rows = [
            issue.title,
            f"{issue.count} entries, {issue.first_nanos} to {issue.last_nanos}",
            f"{issue.priority}, {issue.trend}, {issue.status}",
            *(f"- related: {name_ticket(one)}" for one in relations),
            *(f"- follows: {name_ticket(one)}" for one in subject.folded),
            *(f"- before: #{number}" for number in subject.former),
            *(f"- perhaps: {link.reference} {link.title}" for link in subject.links),
        ]
        return Draft(issue.title[:60], self.more("\n".join(rows)))

    def tell(self, event: Event, subject: Subject | None) -> str:
        del subject
        about = f" ({name_ticket(event.other)})" if event.other else ""
        return f"{event.kind}: {event.why}{about}"

    def write_notice(self, stop: Stop) -> Draft:
        return Draft(f"Nothing is filed: {stop.breaker}", stop.why)

    def write_dashboard(self, subjects: Sequence[Subject]) -> Draft:
        rows = [
            f"- [ ] {action} {name_ticket(one.issue.id)} {one.issue.count} {spell_tick(action, one.issue.id)}"
            for one in subjects
            for action in (FILE, MUTE)
        ]
        return Draft("Dashboard", "\n".join(["All issues", *rows]))
