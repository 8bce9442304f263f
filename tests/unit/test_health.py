"""What makes an entry unhealthy is a rule in a table."""

import pytest

from log_gardener.model.severity import Severity
from log_gardener.stages.health import RULES
from tests.unit.entries import Entry, bundle_of, entry, findings_of, request, templates_of, tend, trace

ONLY_BY: dict[str, list[Entry]] = {
    "severity": [entry("the pot is cracked", "WARNING"), entry("the pot is cracked", "EMERGENCY")],
    "stated severity": [
        entry("[ERROR] the pot is cracked", "INFO"),
        entry("CRITICAL: the pot is cracked", "DEFAULT"),
        entry("level=warn msg=cracked", "INFO"),
    ],
    "failed request": [request("/pots", 500), request("/pots", 504), request("/pots", 429)],
    "trace": [trace("KeyError: 'rose'", severity="DEFAULT")],
    "crash": [
        entry("Container called exit(3).", "INFO"),
        entry("Memory limit of 512 MiB exceeded with 530 MiB used.", "DEFAULT"),
        entry("Worker (pid:17) exited with code 3", "INFO"),
        entry("Container terminated on signal 11.", "INFO"),
        entry("The readiness probe failed 3 times", "INFO"),
    ],
}

HEALTHY = {
    "an alarming word": entry("ErrorRecoveryManager initialized, 0 failures, no exception", "INFO"),
    "an alarming verb": entry("retrying the failed upload", "INFO"),
    "a missing page": request("/gone", 404, "WARNING"),
    "a forbidden page": request("/admin", 403, "WARNING"),
    "a request that the platform calls an error": request("/pots", 200, "ERROR"),
    "a clean exit": entry("Container called exit(0).", "INFO"),
    "a routine refusal": entry(
        "", "WARNING", protoPayload={"serviceName": "run", "methodName": "Get", "status": {"code": 7}}
    ),
    "a phantom error object": entry("", "INFO", jsonPayload={"message": "sent", "error": {"severity": "ERROR"}}),
    "no severity": entry("all is well", "DEFAULT"),
}


def test_every_rule_has_an_entry_that_only_it_calls_unhealthy() -> None:
    assert list(ONLY_BY) == [rule.name for rule in RULES]


@pytest.mark.parametrize(
    ("name", "one"),
    [(name, one) for name, entries in ONLY_BY.items() for one in entries],
    ids=lambda value: str(value)[:40],
)
def test_a_rule_alone_makes_an_entry_unhealthy(name: str, one: Entry) -> None:
    (template,) = templates_of(one)
    (facet,) = template.facets

    assert [rule.name for rule in RULES if rule.test(template, facet)] == [name]


@pytest.mark.parametrize("one", HEALTHY.values(), ids=HEALTHY.keys())
def test_what_is_routine_stays_healthy(one: Entry) -> None:
    assert findings_of(one) == []


def test_healthy_entries_are_counted_as_others() -> None:
    worklog = tend([entry("the pot is cracked"), *HEALTHY.values()])

    assert len(worklog.clusters) == 1
    assert (worklog.other.entries, worklog.coverage.entries) == (len(HEALTHY), len(HEALTHY) + 1)


def test_an_audit_record_of_an_error_is_unhealthy() -> None:
    call = {"serviceName": "run", "methodName": "Replace", "status": {"code": 9, "message": "not ready"}}

    assert len(findings_of(entry("", "ERROR", protoPayload=call))) == 1


def test_only_the_severe_entries_of_a_template_are_unhealthy() -> None:
    (finding,) = findings_of(entry("the pot is dry", "WARNING"), entry("the pot is dry", "INFO"))

    assert finding.count == 1


def test_a_stated_severity_raises_the_severity() -> None:
    assert bundle_of(entry("[CRITICAL] the pot is cracked", "DEFAULT")).severity is Severity.CRITICAL


def test_a_stated_severity_never_lowers_the_severity() -> None:
    assert bundle_of(entry("[WARNING] the pot is cracked", "ERROR")).severity is Severity.ERROR
