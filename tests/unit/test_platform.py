"""What entries of Google's platforms are taken for: which service, which template, which issue."""

import pytest

from log_gardener._core import Template
from tests.unit.entries import Entry, bundles_of, entry, request, templates_of


def of(resource: str, **labels: str) -> dict[str, object]:
    return {"type": resource, "labels": labels}


def template_of(one: Entry) -> Template:
    (only,) = templates_of(one)
    return only


def balanced(url: str, status: int, reason: str) -> Entry:
    payload = {"@type": "x/LoadBalancerLogEntry", "statusDetails": reason}
    return request(url, status, "WARNING", jsonPayload=payload)


@pytest.mark.parametrize(
    ("resource", "service"),
    [
        (of("k8s_container", container_name="cart", pod_name="cart-7d9f6c5b8d-x2x4z", cluster_name="beds"), "cart"),
        (of("k8s_pod", pod_name="cart-7d9f6c5b8d-x2x4z", cluster_name="beds"), "cart"),
        (of("k8s_pod", pod_name="cart-0", cluster_name="beds"), "cart"),
        (of("k8s_node", node_name="beds-pool-1", cluster_name="beds"), "beds"),
        (of("cloudsql_database", database_id="garden:beds"), "garden:beds"),
        (of("http_load_balancer", backend_service_name="pots", url_map_name="gate", forwarding_rule_name="f"), "gate"),
        (of("cloud_scheduler_job", job_id="water"), "water"),
        (of("cloud_tasks_queue", queue_id="mail"), "mail"),
        (of("pubsub_subscription", subscription_id="seeds"), "seeds"),
        (of("gae_app", module_id="front", version_id="2"), "front"),
    ],
)
def test_a_resource_names_its_service(resource: dict[str, object], service: str) -> None:
    assert template_of(entry("dry", resource=resource)).service == service


def test_requests_are_one_issue_by_method_path_status_and_reason() -> None:
    entries = [
        balanced("/pots/1", 502, "failed_to_pick_backend"),
        balanced("/pots/2?x=1", 502, "failed_to_pick_backend"),
        balanced("/pots/3", 502, "backend_timeout"),
        balanced("/pots/4", 502, "response_sent_by_backend"),
    ]

    texts = sorted(bundle.root.text for bundle in bundles_of(*entries))

    assert [text.partition(" under")[0] for text in texts] == [
        "POST /pots/<int> 502",
        "POST /pots/<int> 502:backend_timeout",
        "POST /pots/<int> 502:failed_to_pick_backend",
    ]


def test_a_path_has_one_shape_whatever_parameters_and_slash_it_ends_with() -> None:
    urls = ["/beds/map", "/beds/map/", "/beds/map;colour=red", "/beds/map?zoom=2", "https://garden.example/beds/map#a"]

    assert len(templates_of(*(request(url, 500) for url in urls))) == 1


def test_endpoints_of_plain_words_stay_apart() -> None:
    words = ["beds", "pots", "seeds", "tools", "orders", "users", "carts", "prices"]

    assert len(templates_of(*(request(f"/api/{word}/7", 500) for word in words))) == len(words)


def test_slugs_in_one_place_of_a_path_are_one() -> None:
    slugs = ["blue-pot", "red-rose", "big-bed", "old-tree", "wet-moss", "dry-leaf"]

    assert len(templates_of(*(request(f"/plants/{slug}/price", 500) for slug in slugs))) == 1


def test_app_engines_record_of_a_request_is_a_request() -> None:
    record = {
        "@type": "type.googleapis.com/google.appengine.logging.v1.RequestLog",
        "method": "GET",
        "resource": "/beds/12?x=1",
        "status": 500,
        "latency": "0.2s",
    }
    template = template_of(entry("", protoPayload=record, resource=of("gae_app", module_id="front")))

    assert (template.kind, template.text) == ("http", "GET /beds/<int> 500 under 1 s")


def test_an_attempt_that_no_method_describes_is_told_by_its_type() -> None:
    payload = {"@type": "x/y.AttemptFinished", "status": "PERMISSION_DENIED", "debugInfo": "URL_REJECTED"}
    template = template_of(entry("", jsonPayload=payload, httpRequest={"status": 403}))

    assert (template.kind, template.text) == ("json", "AttemptFinished PERMISSION_DENIED: URL_REJECTED")


def test_an_outcome_of_kubernetes_is_read_where_it_stands() -> None:
    record = {"serviceName": "k8s.io", "methodName": "pods.list", "responseStatus": {"code": 403, "message": "no"}}

    assert template_of(entry("", protoPayload=record)).text == "k8s.io pods.list failed with code 403: no"


def test_an_outcome_of_kubernetes_that_is_well_is_no_failure() -> None:
    record = {"serviceName": "k8s.io", "methodName": "pods.list", "responseStatus": {"code": 200}}

    assert template_of(entry("", protoPayload=record)).text == "k8s.io pods.list"


def test_a_clean_exit_is_another_template_than_a_failed_one() -> None:
    texts = [template.text for template in templates_of(*(entry(f"Container called exit({n}).") for n in (0, 1, 2)))]

    assert sorted(texts) == ["Container called exit(0).", "Container called exit(<int>)."]
