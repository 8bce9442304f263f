"""What makes an entry unhealthy is a rule in a table."""

import pytest

from log_gardener.model.severity import Severity
from log_gardener.stages.health import RULES
from tests.unit.entries import Entry, bundle_of, entry, findings_of, request, templates_of, tend, trace


def event(text: str, resource: str = "k8s_pod") -> Entry:
    """An event of Kubernetes that its writer calls normal."""
    labels = {"pod_name": "cart-7d9f6c5b8d-x2x4z", "cluster_name": "beds"}
    return entry("", "INFO", jsonPayload={"message": text}, resource={"type": resource, "labels": labels})


def call(code: int, severity: str, message: str = "", service: str = "run", method: str = "Get") -> Entry:
    """An audit record of a call that ended with a code of gRPC, or of HTTP."""
    status = {"code": code, "message": message}
    return entry("", severity, protoPayload={"serviceName": service, "methodName": method, "status": status})


def balanced(status: int, reason: str, url: str = "/pots") -> Entry:
    """A load balancer's request with its reason."""
    return request(url, status, "WARNING", jsonPayload={"@type": "x/LoadBalancerLogEntry", "statusDetails": reason})


def logged(text: str, severity: str = "ERROR") -> Entry:
    """A line of a container of Kubernetes Engine, with the severity of the stream it was written to."""
    labels = {"container_name": "cart", "pod_name": "cart-7d9f6c5b8d-x2x4z"}
    return entry(text, severity, resource={"type": "k8s_container", "labels": labels})


ONLY_BY: dict[str, list[Entry]] = {
    "severity": [entry("the pot is cracked", "WARNING"), entry("the pot is cracked", "EMERGENCY")],
    "stated severity": [
        entry("[ERROR] the pot is cracked", "INFO"),
        entry("CRITICAL: the pot is cracked", "DEFAULT"),
        entry("level=warn msg=cracked", "INFO"),
        entry("2025-09-14 21:00:00.1 UTC [12]: [1-1] db=beds,user=ann FATAL:  no more rows of pots", "INFO"),
    ],
    "failed request": [
        request("/pots", 500),
        request("/pots", 504),
        request("/pots", 429),
        balanced(502, "failed_to_pick_backend"),
        balanced(200, "backend_connection_closed_after_partial_response_sent"),
    ],
    "failed call": [call(8, "NOTICE", "no pots left"), call(13, "INFO"), call(503, "DEFAULT")],
    "trace": [trace("KeyError: 'rose'", severity="DEFAULT")],
    "crash": [
        entry("Container called exit(3).", "INFO"),
        entry("Memory limit of 512 MiB exceeded with 530 MiB used.", "DEFAULT"),
        entry("Worker (pid:17) exited with code 3", "INFO"),
        entry("Container terminated on signal 11.", "INFO"),
        entry("The readiness probe failed 3 times", "INFO"),
        entry("Uncaught signal: 11, pid=7, tid=9, fault_addr=0.", "INFO"),
        entry("Worker 4 exited with code 3", "INFO"),
        entry("The container instance was found to be using too much memory and was terminated.", "DEFAULT"),
        event("Container cart failed liveness probe, will be restarted"),
    ],
    "failed run": [
        entry("Function execution took 12 ms, finished with status: 'crash'", "DEBUG"),
        entry("Function execution took 60001 ms, finished with status: 'timeout'", "DEBUG"),
        entry("Function execution took 12 ms, finished with status code: 503", "DEBUG"),
        call(0, "INFO", "Ready condition status changed to False for Revision pots-2", method="Replace"),
        entry(
            "", "INFO", jsonPayload={"@type": "x/y.TaskActivityLog", "attemptResponseLog": {"status": "UNAVAILABLE"}}
        ),
    ],
    "no capacity": [
        entry("The request was aborted because there was no available instance.", "INFO"),
        entry("Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'", "INFO"),
        event("Error creating: pods is forbidden: exceeded quota: compute, requested: cpu=1, used: cpu=10"),
    ],
    "failed event": [
        event('Back-off pulling image "garden.example/cart:1.2"'),
        event("Node beds-1 status is now: NodeNotReady", "k8s_node"),
        event("pod didn't trigger scale-up: 2 node(s) had untolerated taint"),
    ],
}

HEALTHY = {
    "an alarming word": entry("ErrorRecoveryManager initialized, 0 failures, no exception", "INFO"),
    "an alarming verb": entry("retrying the failed upload", "INFO"),
    "a missing page": request("/gone", 404, "WARNING"),
    "a forbidden page": request("/admin", 403, "WARNING"),
    "a request that the platform calls an error": request("/pots", 200, "ERROR"),
    "a clean exit": entry("Container called exit(0).", "INFO"),
    "a clean exit that the platform warns of": entry("Container called exit(0).", "WARNING"),
    "a worker's clean exit": entry("Worker 4 exited with code 0", "INFO"),
    "a new instance": entry("Starting new instance. Reason: AUTOSCALING - no existing capacity.", "INFO"),
    "a probe that succeeded": entry("Default STARTUP TCP probe succeeded after 1 attempt for container", "INFO"),
    "a function that ended well": entry("Function execution took 12 ms, finished with status code: 200", "DEBUG"),
    "a refusal by policy": balanced(429, "denied_by_security_policy"),
    "a client that went away": balanced(0, "client_disconnected_before_any_response"),
    "a cached answer": balanced(200, "response_from_cache"),
    "what was not there": call(5, "ERROR", "the pot does not exist", method="buckets.get"),
    "what was there already": call(6, "ERROR", "the pot exists", method="topics.create"),
    "a revision that is ready": call(0, "INFO", "Ready condition status changed to True for Revision pots-1"),
    "a checkpoint": entry(
        "2025-09-14 21:00:00.1 UTC [9]: [1-1] db=,user= LOG:  could not receive data: reset by peer", "INFO"
    ),
    "a pod that is stopped": event("Stopping container cart"),
    "a deployment that is scaled": event("Scaled up replica set cart-7d9f6c5b8d to 3", "k8s_cluster"),
    "a node that is ready": event("Node beds-1 status is now: NodeReady", "k8s_node"),
    "a line on standard error": logged("INFO:     Uvicorn running on port 8080"),
    "a line of klog's on standard error": logged("I0914 21:00:00.123456       1 garden.go:33] Watering beds"),
    "talk of quotas": entry("checking that no quota is exceeded and no probe fails", "INFO"),
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


@pytest.mark.parametrize("line", ["ERROR:    no bed", "W0914 21:00:00.1       1 garden.go:3] no bed", "no bed"])
def test_an_error_on_standard_error_is_unhealthy_unless_it_calls_itself_routine(line: str) -> None:
    assert len(findings_of(logged(line))) == 1


def test_a_refused_call_that_the_platform_calls_an_error_is_unhealthy() -> None:
    assert len(findings_of(call(7, "ERROR", "denied"))) == 1


def test_clean_exits_are_told_from_others_beside_them() -> None:
    exits = [entry(f"Container called exit({code}).", "WARNING") for code in (0, 0, 3)]

    assert [finding.count for finding in findings_of(*exits)] == [1]


def test_only_the_severe_entries_of_a_template_are_unhealthy() -> None:
    (finding,) = findings_of(entry("the pot is dry", "WARNING"), entry("the pot is dry", "INFO"))

    assert finding.count == 1


def test_a_stated_severity_raises_the_severity() -> None:
    assert bundle_of(entry("[CRITICAL] the pot is cracked", "DEFAULT")).severity is Severity.CRITICAL


def test_a_stated_severity_never_lowers_the_severity() -> None:
    assert bundle_of(entry("[WARNING] the pot is cracked", "ERROR")).severity is Severity.ERROR


@pytest.mark.parametrize(("given", "taken"), [("DEFAULT", Severity.ERROR), ("WARNING", Severity.WARNING)])
def test_a_trace_without_a_severity_is_an_error(given: str, taken: Severity) -> None:
    (finding,) = findings_of(trace("KeyError: 'rose'", severity=given))

    assert finding.severity is taken
