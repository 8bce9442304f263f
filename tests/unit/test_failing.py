"""Which failures follow from others, counted on requests."""

from typing import Any

from log_gardener.model.priority import FaultClass
from tests.unit.entries import Entry, cascades_of, cluster_of, entry, request, texts_of, trace

KEY_ERROR = "KeyError: 'rose'"


def in_request(number: int, one: Entry) -> Entry:
    return {**one, "trace": f"projects/p/traces/{number:032x}"}


def failing(numbers: range, error: str = KEY_ERROR, function: str = "total", **fields: Any) -> list[Entry]:
    """In each request a trace, and the request that fails with 500: it bears the time of its beginning."""
    return [
        one
        for number in numbers
        for one in (
            in_request(number, trace(error, function, seconds=number * 60 + 1, **fields)),
            in_request(number, request("/orders", 500, "ERROR", seconds=number * 60, **fields)),
        )
    ]


def test_a_failed_request_follows_from_the_exception_in_it() -> None:
    cluster = cluster_of(*failing(range(5)))

    assert (cluster.title, cluster.count, cluster.fault) == (KEY_ERROR, 10, FaultClass.REQUEST)
    assert [(one.count, one.evidence) for one in cluster.symptoms] == [(5, "in 5 of its 5 requests")]


def test_one_request_that_failed_once_is_evidence_enough() -> None:
    (bundle,) = cascades_of(*failing(range(1)))

    assert bundle.root.text == KEY_ERROR


def test_a_request_that_mostly_fails_without_the_exception_is_an_issue_of_its_own() -> None:
    others = [in_request(number, request("/orders", 500, "ERROR", seconds=number * 60)) for number in range(90, 99)]

    assert len(cascades_of(*failing(range(3)), *others)) == 2


def test_requests_of_two_paths_follow_from_one_exception() -> None:
    others = [
        one
        for number in range(5, 10)
        for one in (
            in_request(number, trace(KEY_ERROR, seconds=number * 60)),
            in_request(number, request("/carts", 500, "ERROR", seconds=number * 60)),
        )
    ]
    (bundle,) = cascades_of(*failing(range(5)), *others)

    assert (bundle.root.text, bundle.symptoms, bundle.count) == (KEY_ERROR, 2, 20)


def test_a_failure_in_another_service_follows_over_the_request() -> None:
    gateway = [
        in_request(number, request("/shop", 502, "ERROR", seconds=number * 60 - 1, service="gateway"))
        for number in range(5)
    ]
    (bundle,) = cascades_of(*failing(range(5)), *gateway)

    assert {finding.template.service for finding in bundle.findings} == {"web", "gateway"}


def test_an_error_that_comes_after_another_in_every_request_follows_from_it() -> None:
    entries = [
        in_request(number, one)
        for number in range(5)
        for one in (
            entry("no pot is left", seconds=number * 60),
            entry("order was given up", seconds=number * 60 + 2),
        )
    ]
    (bundle,) = cascades_of(*entries)

    assert [finding.text for finding in bundle.findings] == ["no pot is left", "order was given up"]
    assert bundle.findings[1].tie == "in 5 of its 5 requests, 2.0 s after it"


def test_a_warning_that_comes_in_other_requests_too_is_an_issue_of_its_own() -> None:
    warnings = [in_request(number, entry("slow stock", "WARNING", seconds=number * 60 + 2)) for number in range(9)]

    assert ["slow stock"] in texts_of(*cascades_of(*failing(range(5)), *warnings))


def test_a_warning_that_comes_in_the_failed_requests_only_is_of_them() -> None:
    warnings = [in_request(number, entry("no SQL state", "WARNING", seconds=number * 60)) for number in range(5)]
    (bundle,) = cascades_of(*failing(range(5)), *warnings)

    assert "no SQL state" in {finding.text for finding in bundle.findings[1:]}


def test_without_requests_nothing_is_folded() -> None:
    alone = [{key: value for key, value in one.items() if key != "trace"} for one in failing(range(5))]

    assert len(cascades_of(*alone)) == 2


def test_more_requests_than_are_kept_are_counted_on_the_sample() -> None:
    (bundle,) = cascades_of(*failing(range(170)))

    assert (bundle.count, bundle.findings[1].tie) == (340, "in 64 of its 64 sampled requests")
