"""Which issues cause others, counted on instances."""

from collections.abc import Iterable
from typing import Any

from log_gardener.model.cluster import Symptom
from log_gardener.model.priority import FaultClass
from log_gardener.stores.sql import SqlStore
from tests.unit.entries import Entry, bundles_of, cascades_of, cluster_of, entry, tend, texts_of, trace

EXIT = "Container called exit(<int>)."


def dying(
    instances: Iterable[str], error: str = "KeyError: 'rose'", function: str = "total", **fields: Any
) -> list[Entry]:
    """In every instance a trace, and one second later the container's exit."""
    return [
        one
        for number, instance in enumerate(instances)
        for one in (
            trace(error, function, instance=instance, seconds=number * 600, **fields),
            entry("Container called exit(1).", "WARNING", instance=instance, seconds=number * 600 + 1, **fields),
        )
    ]


def test_a_crash_is_folded_into_what_precedes_it() -> None:
    (cascade,) = cascades_of(*dying(["i1", "i2"]))

    assert cascade.root.text == "KeyError: 'rose'"
    assert {(one.text, one.tie) for one in cascade.findings[1:]} == {(EXIT, "in 2 of 2 instances, 1.0 s after it")}


def test_the_cause_is_the_root_though_the_crash_is_more_frequent() -> None:
    more = [
        entry("Container called exit(1).", "WARNING", instance=name, seconds=at)
        for name in ("i1", "i2")
        for at in (2, 3, 602)
    ]
    (cascade,) = cascades_of(*dying(["i1", "i2"]), *more)

    assert cascade.root.template.kind == "trace"
    assert cascade.count == 10


def test_a_folded_crash_counts_as_one_issue_that_stops_the_service() -> None:
    cluster = cluster_of(*dying(["i1", "i2", "i3"]))

    assert (cluster.count, cluster.fault) == (6, FaultClass.STARTUP)
    assert cluster.symptoms == (Symptom(EXIT, 3, "in 3 of 3 instances, 1.0 s after it"),)
    assert cluster.title == "Container does not stay up: KeyError: 'rose'"
    assert f"With it: 3 x “{EXIT}”, in 3 of 3 instances, 1.0 s after it" in cluster.analysis


def test_a_trace_right_before_an_end_is_its_cause_though_both_were_seen_once() -> None:
    (cascade,) = cascades_of(*dying(["i1"]))

    assert cascade.root.text == "KeyError: 'rose'"


def test_an_error_and_an_end_seen_once_are_no_cascade() -> None:
    error = entry("no pot is left", instance="i1")
    end = entry("Container called exit(1).", "WARNING", instance="i1", seconds=1)

    assert len(cascades_of(error, end)) == 2


def test_one_pod_that_crashes_again_and_again_is_evidence() -> None:
    entries = [
        one
        for at in range(0, 1_800, 300)
        for one in (
            entry("no pot is left", instance="pod-1", seconds=at),
            entry("Container called exit(1).", "WARNING", instance="pod-1", seconds=at + 1),
        )
    ]
    (cascade,) = cascades_of(*entries)

    assert cascade.root.text == "no pot is left"


def test_what_happens_in_other_instances_is_no_part_of_a_cascade() -> None:
    elsewhere = [trace("TypeError: no pot", "water", instance=name, seconds=5) for name in ("i8", "i9")]
    bundles = cascades_of(*dying(["i1", "i2"]), *elsewhere)

    assert texts_of(*bundles) == [[EXIT, "KeyError: 'rose'"], ["TypeError: no pot"]]


def test_what_mostly_happens_without_a_crash_is_no_part_of_it() -> None:
    alone = [trace("KeyError: 'rose'", instance=f"j{number}", seconds=number) for number in range(8)]

    assert len(cascades_of(*dying(["i1", "i2"]), *alone)) == 2


def test_what_happened_long_before_a_crash_is_no_cause_of_it() -> None:
    entries = [
        one
        for name in ("i1", "i2")
        for one in (
            trace("KeyError: 'rose'", instance=name, seconds=0),
            entry("Container called exit(1).", "WARNING", instance=name, seconds=3_600),
        )
    ]

    assert len(cascades_of(*entries)) == 2


def test_a_warning_in_the_same_instances_stays_out() -> None:
    warnings = [
        entry("no mail server is known", "WARNING", instance=name, seconds=at) for name, at in (("i1", 0), ("i2", 600))
    ]
    bundles = cascades_of(*dying(["i1", "i2"]), *warnings)

    assert texts_of(*bundles) == [[EXIT, "KeyError: 'rose'"], ["no mail server is known"]]


def test_an_error_in_the_same_instances_goes_in() -> None:
    errors = [entry("worker failed to boot", instance=name, seconds=at) for name, at in (("i1", 0.5), ("i2", 600.5))]
    (cascade,) = cascades_of(*dying(["i1", "i2"]), *errors)

    assert {one.text for one in cascade.findings[1:]} == {"worker failed to boot", EXIT}


def test_two_crashes_of_different_services_stay_two_issues() -> None:
    bundles = cascades_of(*dying(["i1", "i2"]), *dying(["i3", "i4"], "TypeError: no pot", "water", service="api"))

    assert texts_of(*bundles) == [[EXIT, "KeyError: 'rose'"], [EXIT, "TypeError: no pot"]]


def test_two_crashes_of_different_cause_stay_two_issues_though_their_last_line_is_the_same() -> None:
    entries = [*dying(["i1", "i2"]), *dying(["i3", "i4"], "TypeError: no pot", "water")]
    bundles = cascades_of(*entries)

    assert texts_of(*bundles) == [[EXIT, "KeyError: 'rose'"], [EXIT, "TypeError: no pot"]]
    assert [bundle.count for bundle in bundles] == [4, 4]


def test_a_last_line_leads_to_the_issue_of_its_cause() -> None:
    store = SqlStore(":memory:")
    both = [*dying(["i1", "i2"]), *dying(["i3", "i4"], "TypeError: no pot", "water")]
    tend(both, store=store)
    later = [{**one, "insertId": f"later-{number}"} for number, one in enumerate(dying(["i5", "i6"]))]
    tend(later, store=store)

    assert sorted((issue.title.rpartition(": ")[2], issue.count) for issue in store.list_issues()) == [
        ("'rose'", 8),
        ("no pot", 4),
    ]


def test_ends_without_a_cause_are_one_crash() -> None:
    entries = [
        one
        for name, at in (("i1", 0), ("i2", 600))
        for one in (
            entry("Worker failed to boot.", instance=name, seconds=at),
            entry("Container called exit(1).", "WARNING", instance=name, seconds=at + 1),
        )
    ]
    (crash,) = cascades_of(*entries)

    assert (crash.root.text, crash.count) == ("Worker failed to boot.", 4)


def test_a_record_that_a_revision_did_not_get_ready_is_of_the_crash_in_it() -> None:
    status = {"code": 9, "message": "Revision web-1 is not ready: the container failed to start and listen on PORT"}
    record = entry("", protoPayload={"serviceName": "run.googleapis.com", "methodName": "Replace", "status": status})
    (cascade,) = cascades_of(*dying(["i1", "i2"]), record)

    assert (cascade.root.text, cascade.findings[-1].tie) == ("KeyError: 'rose'", "names its revision")


def test_without_a_crash_nothing_is_folded() -> None:
    entries = [
        one
        for name in ("i1", "i2")
        for one in (trace("KeyError: 'rose'", instance=name), trace("TypeError: no pot", "water", instance=name))
    ]

    assert (
        texts_of(*cascades_of(*entries))
        == texts_of(*bundles_of(*entries))
        == [["KeyError: 'rose'"], ["TypeError: no pot"]]
    )


def test_issues_of_one_user_are_related_with_the_evidence() -> None:
    worklog = tend([entry("checkout refused for user ann-17"), entry("mail to user ann-17 bounced", "WARNING")])

    assert [row.evidence for cluster in worklog.clusters for row in cluster.relations] == ["same user: ann-17"] * 2
    assert [cluster.relations[0].to for cluster in worklog.clusters] == [
        cluster.id for cluster in worklog.clusters[::-1]
    ]
