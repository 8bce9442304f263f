"""A day in the life of two tickets, as `docs/tickets/day.md` shows it: the real pipeline, and a GitHub on loopback.

python -m tests.tickets.day       # write the page anew
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from log_gardener.applying import apply
from log_gardener.filing import FilingParts, make_plan
from log_gardener.model.issue import Resolution
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.plan import Plan
from log_gardener.model.priority import Priority
from log_gardener.renderers.permalink import CodeHost
from log_gardener.renderers.ticket import TicketRenderer
from log_gardener.renderers.ticket_options import TicketOptions
from log_gardener.stages.recipe import RECIPES
from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.tracker import GitHubTracker
from tests.docs.pages import DOCS
from tests.fakes.github_server import GitHubServer
from tests.fakes.standing_clock import StandingClock
from tests.tickets.gardens import NEXT, START, Entry, TendedGarden

PAGE = DOCS / "tickets" / "day.md"

POLICY = FilingPolicy(labels={"": ("bug",), Priority.P1: ("urgent",)})
REPOSITORY, OWN, ANN = "acme/shop", "gardener", "ann"

WHOLE = -1

NOTE = "Roses come from the new supplier since Monday."

HEAD = """# A day in the life of a ticket

What the logs bring, what `log-gardener plan` says then, and what the tickets look like after `log-gardener apply`.
Nothing here is made up but the entries: `tests/tickets/day.py` sends them through the whole pipeline, against a GitHub
on loopback, and a test fails if this page says anything else than what came of it.

The settings are the defaults, with the label `bug` for all tickets and `urgent` for those of P1. Times are UTC.
"""

TAIL = """## What is not on this page

- Runs that were killed, answers that were lost, listings that lag, two gardeners at once: `tests/tickets/test_chaos.py`
  plays them from seeds, a hundred in CI and a thousand a night.
- The one moment that nobody can close: GitHub has no write under a condition. What a person changes in the text of a
  ticket between our reading it and our writing it, a few milliseconds later, is lost. Only the text and the title can
  be lost so: never a comment, a label, or whether the ticket is open. The ticket's history on GitHub has what was lost.
  Two gardeners with states of their own can also both say the same thing, if they look at the same moment; let them
  share a state, which has a lock.
"""


@dataclass(frozen=True)
class Chapter:
    """An hour.

    Attributes:
        title: its heading.
        story: what happens in it.
        live: lets it happen, and gives the entries that the logs bring.
        hours: since the one before.
        shown: how many lines of the ticket's text are shown; all, if negative.
    """

    title: str
    story: str
    live: Callable[["Day"], Sequence[Entry]]
    hours: float = 1
    shown: int = 0


@dataclass
class Day:
    """The world of the page."""

    server: GitHubServer
    clock: StandingClock = field(default_factory=lambda: StandingClock(START))
    told: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server.reset(clock=self.clock)
        self.repository = self.server.add_repository(REPOSITORY, login=OWN)
        self.ann = self.server.world.add_account(ANN)
        self.repository.open_issue(self.ann, "KeyError 'rose' when the cart is totalled", "Customers complain of it.")
        self.repository.files["docs/orders.md"] = (
            "# POST /orders fails with 500\n\nLook whether the cart can be totalled."
        )
        self.garden = TendedGarden(clock=self.clock)
        options = GitHubOptions(REPOSITORY, self.repository.token, base_url=self.server.url, seconds_between_writes=0.0)
        code = CodeHost(f"https://github.com/{REPOSITORY}", {"shop-1": "1" * 40, "shop-2": "2" * 40}, {"/app": ""})
        writer = TicketRenderer(TicketOptions(code=code))
        self.tracker = GitHubTracker(options, self.clock, self.clock.sleep)
        self.writer = writer

    @property
    def filing(self) -> FilingParts:
        return self.garden.filing(self.tracker, POLICY, self.writer)

    def close(self) -> None:
        self.tracker.close()

    def fail(self, count: int, *, minutes_ago: float = 0, users: int = 3) -> list[Entry]:
        """The exception, one a second, in the requests of a few users."""
        garden = self.garden
        last = garden.now - timedelta(minutes=minutes_ago)
        return [
            garden.entry(TRACE, at=last - timedelta(seconds=one), labels={"user": f"user-{one % users}"})
            for one in range(count)
        ]

    def file(self) -> Plan:
        plan = make_plan(self.filing)
        applied = apply(self.filing, plan)
        assert not applied.stopped
        assert all(result.is_done for result in applied.results)
        assert make_plan(self.filing).actions == ()
        return plan


TRACE = """Traceback (most recent call last):
  File "/app/shop/cart.py", line 41, in total
    sum(prices[one] for one in pots)
KeyError: 'rose'"""


def _bring_new(day: Day) -> Sequence[Entry]:
    return [*day.fail(3), *day.garden.serve(range(4))]


def _bring_again(day: Day) -> Sequence[Entry]:
    return day.fail(2)


def _bring_many(day: Day) -> Sequence[Entry]:
    return day.fail(140, users=24)


def _ann_writes(day: Day) -> Sequence[Entry]:
    number = _find(day, "rose")
    body = day.repository.issue(number).body or ""
    # As the web page sends it.
    day.repository.edit(day.ann, number, body=f"{NOTE}\n\n{body}".replace("\n", "\r\n"))
    day.repository.set_labels(day.ann, number, [*day.repository.label_names(day.repository.issue(number)), "roses"])
    return day.fail(1)


def _ann_closes(day: Day) -> Sequence[Entry]:
    number = _find(day, "rose")
    day.repository.comment(day.ann, number, "The price list is complete again.")
    day.repository.close(day.ann, number)
    return []


def _bring_late(day: Day) -> Sequence[Entry]:
    return day.fail(2, minutes_ago=90)


def _ann_closes_and_waits(day: Day) -> Sequence[Entry]:
    day.repository.close(day.ann, _find(day, "rose"))
    day.file()
    day.clock.sleep(timedelta(days=12).total_seconds())
    return day.fail(2)


def _ann_resolves_in_a_revision(day: Day) -> Sequence[Entry]:
    issue = day.garden.find("rose")
    day.garden.garden.resolve(issue, Resolution(day.garden.nanos, "shop-2"))
    return []


def _bring_former_revision(day: Day) -> Sequence[Entry]:
    day.garden.revision = "shop-2"
    healthy = [day.garden.entry("served", "INFO")]
    day.garden.revision = "shop-1"
    return [*healthy, *day.fail(2)]


def _bring_fixed_revision(day: Day) -> Sequence[Entry]:
    day.garden.revision = "shop-2"
    return day.fail(2)


def _bring_symptom(day: Day) -> Sequence[Entry]:
    return day.garden.serve(range(4))


def _bring_both(day: Day) -> Sequence[Entry]:
    return [one for number in range(6) for one in _fail_a_request(day, number)]


def _bring_few(day: Day) -> Sequence[Entry]:
    return [one for number in range(3) for one in _fail_a_request(day, number)]


def _fail_a_request(day: Day, number: int) -> list[Entry]:
    """An exception, and the request that fails by it."""
    trace = f"projects/p/traces/{day.garden.written:032x}"
    at = day.garden.now - timedelta(seconds=2 * number + 2)
    request = {"requestMethod": "POST", "requestUrl": "/orders", "status": 500, "latency": "0.2s"}
    failed = day.garden.entry("", at=at, trace=trace, httpRequest=request)
    del failed["textPayload"]
    return [day.garden.entry(TRACE, at=at + timedelta(seconds=1), trace=trace), failed]


def _change_recipe(day: Day) -> Sequence[Entry]:
    day.garden.recipes = (NEXT, *RECIPES)
    return _bring_few(day)


def _find(day: Day, text: str) -> int:
    """The latest ticket of ours with a text in its title."""
    ours = [one.number for one in day.repository.list_issues() if one.author.login == OWN and text in one.title]
    return max(ours)


CHAPTERS = (
    Chapter("New", "An exception, and requests that fail; nobody knows yet that the one brings the other.", _bring_new),
    Chapter("Recurring", "The exception again: it is not new any more, and the text says so at once.", _bring_again),
    Chapter("Recurring, and too soon to write", "Nothing but counts: they are written every six hours.", _bring_again),
    Chapter("Recurring, and written", "Six hours have passed.", _bring_again, hours=6),
    Chapter(
        "Escalating",
        "Far more than ever: the title changes, and there is a comment.",
        _bring_many,
        hours=2,
        shown=WHOLE,
    ),
    Chapter(
        "A person writes in it",
        "Ann adds a note above the text, and a label. Both stay.",
        _ann_writes,
        hours=7,
        shown=6,
    ),
    Chapter("Closed by a person", "Ann closes the ticket: the issue is resolved in the garden too.", _ann_closes),
    Chapter(
        "Old evidence",
        "Entries that were written before Ann closed it, and came late. The ticket stays closed.",
        _bring_late,
    ),
    Chapter("Newer evidence", "Entries that were written after it: the ticket is opened again.", _bring_again, shown=6),
    Chapter(
        "After the window",
        "Ann closes it once more, and twelve days later it is back. That is too long to open the old ticket: there is a"
        " new one, which follows it.",
        _ann_closes_and_waits,
    ),
    Chapter(
        "Resolved in a revision",
        "Ann says `log-gardener issues resolve --revision shop-2`: the ticket is closed.",
        _ann_resolves_in_a_revision,
    ),
    Chapter(
        "The former revision again",
        "`shop-1` still runs somewhere, and still fails: that is no news.",
        _bring_former_revision,
    ),
    Chapter("The fixed revision fails", "`shop-2` fails too: the ticket is opened again.", _bring_fixed_revision),
    Chapter("The other one again", "Requests that fail, on their own, after twelve days of rest.", _bring_symptom),
    Chapter(
        "A cascade is found",
        "Exceptions and failed requests, this time with traces: each request fails by the exception in it. The ticket"
        " of the consequence is folded into that of the cause.",
        _bring_both,
    ),
    Chapter("Calmer", "No more than the history lets expect.", _bring_few),
    Chapter(
        "Grouping changes",
        "A new release groups by another recipe. Issues have new fingerprints beside the old ones, and nothing moves.",
        _change_recipe,
    ),
)


def make_page() -> str:
    """The page, as it comes out today."""
    with GitHubServer(seconds_per_request=0.0) as server:
        day = Day(server)
        try:
            parts = [_live(day, chapter) for chapter in CHAPTERS]
            assert server.violations == []
        finally:
            day.close()
        text = "\n".join([HEAD, *parts, TAIL])
        return text.replace(server.url, "https://github.com")


def _live(day: Day, chapter: Chapter) -> str:
    if chapter is not CHAPTERS[0]:
        day.clock.sleep(timedelta(hours=chapter.hours).total_seconds())
    entries = chapter.live(day)
    if entries:
        day.garden.tend(entries)
    plan = day.file()
    when = f"{day.clock():%d %B, %H:%M}"
    rows = [f"## {when}: {chapter.title.lower()}", "", chapter.story, ""]
    rows += ["**The logs bring:**", "", *_show_entries(entries), ""]
    rows += ["**The plan:**", "", *_show_plan(plan), ""]
    rows += ["**The tickets:**", "", *_show_tickets(day)]
    if chapter.shown:
        rows += ["", *_show_body(day, _find(day, "rose"), chapter.shown)]
    return "\n".join([*rows, ""])


def _show_entries(entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return ["- nothing"]
    groups: dict[str, list[Entry]] = {}
    for one in entries:
        groups.setdefault(_name_entry(one), []).append(one)
    return [f"- {len(group):,} x {name}, {_spell_span(group)}" for name, group in groups.items()]


def _name_entry(entry: Entry) -> str:
    revision = entry["resource"]["labels"]["revision_name"]
    text = "POST /orders, status 500" if "httpRequest" in entry else str(entry["textPayload"]).split("\n")[-1]
    return f"{entry['severity']} `{text}` of `{revision}`"


def _spell_span(group: Sequence[Entry]) -> str:
    first, last = min(one["timestamp"] for one in group)[11:19], max(one["timestamp"] for one in group)[11:19]
    return f"at {first}" if first == last else f"from {first} to {last}"


def _show_plan(plan: Plan) -> list[str]:
    if not plan.actions and not plan.left_alone:
        return ["- nothing to do"]
    rows = [f"- **{one.kind}** {_name_ticket(one.number)}: {one.reason}" for one in plan.actions]
    rows = rows or ["- nothing to do"]
    return [*rows, *(f"- left alone {_name_ticket(one.number)}: {one.why}" for one in plan.left_alone)]


def _name_ticket(number: int | None) -> str:
    return "a new one" if number is None else f"#{number}"


def _show_tickets(day: Day) -> list[str]:
    rows = ["| | state | title | labels |", "|---|---|---|---|"]
    said = []
    for issue in day.repository.list_issues():
        labels = ", ".join(f"`{name}`" for name in day.repository.label_names(issue))
        state = issue.state if issue.state_reason in {None, "reopened"} else f"{issue.state}, {issue.state_reason}"
        title = issue.title.replace("|", "\\|")
        rows.append(f"| #{issue.number} | {state.replace('_', ' ')} | `{title}` | {labels} |")
        comments = day.repository.list_comments(issue.number)
        new = comments[day.told.get(issue.number, 0) :]
        day.told[issue.number] = len(comments)
        said += [line for one in new for line in _show_comment(issue.number, one.author.login, one.body)]
    return [*rows, *said]


def _show_comment(number: int, who: str, text: str) -> list[str]:
    return ["", f"A new comment on #{number}, by {who}:", "", "````markdown", text.replace("\r\n", "\n"), "````"]


def _show_body(day: Day, number: int, shown: int) -> list[str]:
    lines = (day.repository.issue(number).body or "").replace("\r\n", "\n").split("\n")
    if shown == WHOLE:
        return [f"The whole text of #{number}:", "", "````markdown", *lines, "````"]
    return [f"The text of #{number} begins so:", "", "````markdown", *lines[:shown], "…", "````"]


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(make_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
