"""Which issues cause others, counted on instances."""

from collections.abc import Iterable
from typing import Any

from log_gardener.model.priority import FaultClass
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
    assert [finding.text for finding in cascade.findings[-cascade.symptoms :]] == [EXIT]
    assert cascade.evidence == "the same 2 instances, within 120 s of each other"


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

    assert (cluster.count, cluster.fault, cluster.symptoms) == (6, FaultClass.STARTUP, (EXIT,))
    assert cluster.title == "Container does not stay up: KeyError: 'rose'"
    assert any("Goes together with, in the same 3 instances" in line for line in cluster.analysis)


def test_one_instance_is_no_evidence_of_a_cascade() -> None:
    assert len(cascades_of(*dying(["i1"]))) == 2


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

    assert cascade.symptoms == 2


def test_two_crashes_of_different_services_stay_two_issues() -> None:
    bundles = cascades_of(*dying(["i1", "i2"]), *dying(["i3", "i4"], "TypeError: no pot", "water", service="api"))

    assert texts_of(*bundles) == [[EXIT, "KeyError: 'rose'"], [EXIT, "TypeError: no pot"]]


def test_two_crashes_of_different_cause_stay_two_issues_though_their_last_line_is_the_same() -> None:
    entries = [*dying(["i1", "i2"]), *dying(["i3", "i4"], "TypeError: no pot", "water")]
    bundles = [set(texts) for texts in texts_of(*cascades_of(*entries))]

    assert not [texts for texts in bundles if {"KeyError: 'rose'", "TypeError: no pot"} <= texts]


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
