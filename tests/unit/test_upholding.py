"""A ticket is kept true, and what people do to it counts."""

from dataclasses import replace

from log_gardener.model.cluster import Cluster, RevisionSpan, Status, Trend
from log_gardener.model.issue import Issue
from log_gardener.model.ledger import DASHBOARD, NOTICE, FilingPolicy, Step, StepState, Told
from log_gardener.model.plan import ActionKind
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import Draft, EventKind, Fate, Stop, TicketState, name_ticket
from tests.unit.scenes import HOUR, ID, NOW, OTHER, closed, cluster, issue, kinds, known, only, plan_for, ticket, whys


def test_a_label_that_people_took_off_does_not_come_back() -> None:
    policy = FilingPolicy(labels={"": ("bug",)})

    assert plan_for([issue()], [ticket()], [known()], policy=policy).actions == ()


def test_an_escalation_is_told_once() -> None:
    escalating = issue(trend=Trend.ESCALATING)
    plan = plan_for([escalating], [ticket()], [known()], clusters=[cluster()])
    comment = only(plan, ActionKind.COMMENT)

    assert "90 entries where 30 were expected" in comment.text
    assert comment.key == "escalated.3"
    assert comment.told == Told(Priority.P1, Trend.ESCALATING, turn=4)
    titled = ticket(title="GCP-escalation | P1 | title of r1:aa")
    assert plan_for([escalating], [titled], [known(told=comment.told)], clusters=[cluster()]).actions == ()


def test_comments_of_one_kind_are_not_more_than_one_a_day() -> None:
    escalating = issue(trend=Trend.ESCALATING)
    plan = plan_for([escalating], [ticket()], [known(said={EventKind.ESCALATED: NOW - 5 * HOUR})])

    assert "comment" not in kinds(plan)
    assert "said lately" in whys(plan)


def test_what_is_of_another_kind_is_said_all_the_same() -> None:
    escalating = issue(trend=Trend.ESCALATING)
    plan = plan_for([escalating], [ticket()], [known(said={EventKind.REGRESSED: NOW - 5 * HOUR})])

    assert only(plan, ActionKind.COMMENT).said == (EventKind.ESCALATED,)


def test_a_revision_that_is_new_to_a_ticket_is_told() -> None:
    spans = tuple(RevisionSpan(name, 1, NOW, NOW) for name in ("shop-1", "shop-2"))
    told = Told(Priority.P1, Trend.NEW, turn=3, revisions=("shop-1",))
    plan = plan_for([issue()], [ticket()], [known(told=told)], clusters=[cluster(revisions=spans)])

    assert "now also in shop-2" in only(plan, ActionKind.COMMENT).text


def test_a_locked_ticket_gets_no_comment() -> None:
    plan = plan_for([issue(trend=Trend.ESCALATING)], [ticket(is_locked=True)], [known()])

    assert "comment" not in kinds(plan)
    assert "locked" in whys(plan)


def test_a_ticket_with_the_quiet_label_is_left_alone() -> None:
    quiet = ticket(labels=frozenset({"log-gardener", "log-gardener-quiet"}))
    plan = plan_for([issue(trend=Trend.ESCALATING, priority=Priority.P0)], [quiet], [known()], blocks={ID: "new"})

    assert [one for one in kinds(plan) if one != "remember"] == []


def test_a_ticket_that_people_closed_resolves_its_issue() -> None:
    plan = plan_for([issue(last_nanos=NOW - 20 * HOUR)], [closed(hours_ago=10)], [known()])
    decided = only(plan, ActionKind.DECIDE)

    assert (decided.status, decided.nanos) == (Status.RESOLVED, NOW - 10 * HOUR + 10**9)
    assert kinds(plan) == ["decide"]


def test_old_evidence_leaves_a_closed_ticket_closed() -> None:
    plan = plan_for([issue(last_nanos=NOW - 10 * HOUR)], [closed(hours_ago=10)], [known(state=TicketState.CLOSED)])

    assert [one for one in kinds(plan) if one != "remember"] == []


def test_newer_evidence_reopens_it() -> None:
    plan = plan_for([issue()], [closed()], [known()], blocks={ID: "back"})

    assert kinds(plan) == ["reopen", "retitle", "edit", "comment"]
    assert only(plan, ActionKind.RETITLE).title.startswith("GCP-regression | P1 |")
    assert "seen again after this was closed" in only(plan, ActionKind.COMMENT).text


def test_evidence_after_the_window_gets_a_new_ticket_that_follows_the_old_one() -> None:
    plan = plan_for([issue()], [closed(hours_ago=24 * 12)], [known(state=TicketState.CLOSED)])
    created = only(plan, ActionKind.CREATE)

    assert (created.after, created.title) == (7, "GCP-regression | P1 | title of r1:aa")
    assert "reopen" not in kinds(plan)


def test_the_new_ticket_is_the_issues_own_from_then_on() -> None:
    both = [closed(hours_ago=24 * 12), ticket(9, after=7)]
    ledger = [known(state=TicketState.CLOSED, closed_nanos=NOW - 24 * 12 * HOUR), known(9)]

    assert plan_for([issue()], both, ledger).actions == ()


def test_people_who_resolve_an_issue_here_close_its_ticket() -> None:
    resolved = issue(verdict=replace(issue().verdict, status=Status.RESOLVED))
    plan = plan_for([resolved], [ticket()], [known()])

    assert kinds(plan) == ["comment", "close"]
    assert only(plan, ActionKind.CLOSE).closed_as == "completed"
    kept = plan_for([resolved], [ticket()], [known()], policy=FilingPolicy(closes_resolved=False))
    assert kinds(kept) == ["comment"]


def test_a_ticket_that_people_reopen_reopens_its_issue() -> None:
    resolved = issue(verdict=replace(issue().verdict, status=Status.RESOLVED))
    plan = plan_for([resolved], [ticket()], [known(state=TicketState.CLOSED)])

    assert kinds(plan) == ["decide"]
    assert only(plan, ActionKind.DECIDE).status is Status.OPEN


def test_quiet_issues_are_told_of_and_closed_only_if_asked_for() -> None:
    quiet = issue(trend=Trend.QUIET)

    assert kinds(plan_for([quiet], [ticket()], [known()])) == ["comment"]
    asked = FilingPolicy(closes_quiet=True)
    assert kinds(plan_for([quiet], [ticket()], [known()], policy=asked)) == ["comment", "close"]


def test_a_ticket_that_people_deleted_is_not_filed_again() -> None:
    plan = plan_for([issue()], [], [known()], fates={7: Fate.DELETED})

    assert kinds(plan) == ["remember"]
    assert plan.actions[0].fate is Fate.DELETED
    assert "was deleted; it is not filed again" in whys(plan)


def test_a_ticket_whose_block_people_took_away_is_left_alone() -> None:
    plan = plan_for([issue()], [ticket(body="ours now")], [known()], blocks={ID: "new"})

    assert [one for one in kinds(plan) if one != "remember"] == []
    assert "people took our text out" in whys(plan)


def test_a_marker_of_somebody_else_counts_for_nothing() -> None:
    assert kinds(plan_for([issue()], [ticket(is_ours=False)])) == ["create"]


def test_an_issue_is_found_by_any_of_its_fingerprints() -> None:
    renamed = issue(OTHER, fingerprints=(OTHER, ID), title="title of r1:aa")

    assert [one for one in kinds(plan_for([renamed], [ticket()], [known()])) if one != "remember"] == []


def test_without_a_ledger_a_ticket_is_taken_up_without_a_word() -> None:
    plan = plan_for([issue(trend=Trend.ESCALATING)], [ticket(title="GCP-escalation | P1 | title of r1:aa")])

    assert kinds(plan) == ["remember"]


def test_of_two_tickets_of_one_issue_the_later_is_closed_and_points_to_the_first() -> None:
    plan = plan_for([issue()], [ticket(7), ticket(9)], [known(7)])

    assert [(one.kind.value, one.number) for one in plan.actions] == [("comment", 9), ("close", 9)]
    assert "#7 is of the same issue" in plan.actions[0].text


def test_a_create_whose_answer_was_lost_is_waited_for() -> None:
    begun = Step("plan", 0, "action", ID, "create", StepState.BEGUN, NOW - 60 * 10**9)
    early = plan_for([issue()], unsettled=(begun,))
    late = plan_for([issue()], unsettled=(replace(begun, nanos=NOW - HOUR),))

    assert early.actions == ()
    assert "its answer was lost" in whys(early)
    assert kinds(late) == ["create"]


def cascade() -> tuple[list[Issue], list[Cluster]]:
    cause, consequence = issue(OTHER), issue(last_nanos=NOW - 5 * HOUR)
    clusters = [cluster(OTHER, fingerprints=(OTHER, ID)), cluster(ID, last_nanos=NOW - 5 * HOUR)]
    return [cause, consequence], clusters


def test_a_consequence_is_not_filed_beside_its_cause() -> None:
    issues, clusters = cascade()
    plan = plan_for(issues, clusters=clusters)

    assert [(one.kind.value, one.issue) for one in plan.actions] == [("create", OTHER)]
    assert "it follows from r1:bb" in whys(plan)


def test_the_ticket_of_a_consequence_is_folded_into_that_of_its_cause() -> None:
    issues, clusters = cascade()
    plan = plan_for(
        issues, [ticket(), ticket(8, OTHER)], [known(), known(8, OTHER)], clusters=clusters, folded={OTHER: (ID,)}
    )

    assert [(one.kind.value, one.issue) for one in plan.actions] == [
        ("comment", OTHER),
        ("comment", ID),
        ("close", ID),
        ("link", ID),
    ]
    assert only(plan, ActionKind.LINK).to == OTHER


def test_a_consequence_in_whose_ticket_people_wrote_stays_open() -> None:
    issues, clusters = cascade()
    tickets = [ticket(has_people=True), ticket(8, OTHER)]
    plan = plan_for(issues, tickets, [known(), known(8, OTHER)], clusters=clusters)

    assert "close" not in kinds(plan)
    assert "link" in kinds(plan)


def test_tickets_that_name_one_another_are_written_once_more_when_both_are_there() -> None:
    issues = [issue(ID), issue(OTHER)]
    plan = plan_for(issues, blocks={ID: f"see {name_ticket(OTHER)}"})

    assert [(one.kind.value, one.issue) for one in plan.actions] == [("create", ID), ("create", OTHER), ("edit", ID)]
    edited = plan.actions[2]
    assert (edited.number, edited.text) == (None, f"see {name_ticket(OTHER)}")


def test_where_a_breaker_trips_one_notice_is_filed_once() -> None:
    stop = Stop("flood", "500 issues came at once")
    first = plan_for([issue()], stop=stop)
    notice = ticket(3, NOTICE)
    again = plan_for([issue()], [notice], [known(3, NOTICE, told=None)], stop=stop)
    long_closed = closed(3, hours_ago=24 * 20, issue_id=NOTICE)
    later = plan_for([issue()], [long_closed], [known(3, NOTICE, told=None)], stop=stop)

    assert [(one.kind.value, one.issue) for one in first.actions] == [("create", NOTICE)]
    assert again.actions == ()
    assert "said before" in whys(again)
    assert kinds(later) == ["create"]


def test_a_dashboard_is_made_once_and_edited_in_place() -> None:
    drafts = {DASHBOARD: Draft("dashboard", "list")}
    policy = FilingPolicy(has_dashboard=True)
    first = plan_for([], policy=policy, drafts=drafts)
    board = ticket(3, DASHBOARD, block="former list")
    later = plan_for([], [board], [known(3, DASHBOARD, told=None, edited_nanos=0)], policy=policy, drafts=drafts)

    assert kinds(first) == ["create"]
    assert [(one.kind.value, one.number, one.text) for one in later.actions] == [("edit", 3, "list")]


def test_what_people_tick_in_the_dashboard_is_done() -> None:
    low = issue(priority=Priority.P4)

    assert kinds(plan_for([low], wanted=frozenset({ID}))) == ["create"]
    muted = plan_for([low], unwanted=frozenset({ID}))
    assert only(muted, ActionKind.DECIDE).status is Status.MUTED


def test_equal_scenes_give_equal_plans() -> None:
    first, second = (plan_for([issue(trend=Trend.ESCALATING)], [ticket()], [known()]) for _ in range(2))

    assert first.digest == second.digest
