"""Addresses of an issue's entries in the Google Cloud console."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from log_gardener.model.cluster import Cluster, ShownEntry, TemplateCount
from log_gardener.model.issue import IssueDetails
from log_gardener.renderers.console_links import ConsoleLinks, find_links, find_remembered_links
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.stages.redaction import Redactor
from tests.hostile.corpus import read_texts
from tests.unit.entries import Entry, cluster_of, entry, request, tend, trace
from tests.unit.ticket_subjects import of_project, subject_of

POT = of_project(entry("the pot of kitchen 7 is dry", insertId="a"))
LATER = of_project(entry("the pot of kitchen 8 is dry", insertId="b", seconds=90.5))


def find(*entries: Entry) -> ConsoleLinks:
    return find_links(cluster_of(*entries))


def read_query(address: str) -> list[str]:
    """The lines of the query, as the console reads them."""
    matrix = dict(part.split("=", 1) for part in urlsplit(address).path.split(";")[1:])
    return unquote(matrix["query"]).split("\n")


def shown(cluster: Cluster, **changes: Any) -> Cluster:
    """The cluster with another entry to show."""
    return replace(cluster, exemplars=(ShownEntry("i", 0, {**cluster.exemplars[0].entry, **changes}),))


def test_the_query_asks_for_resource_service_severity_and_words_of_the_template() -> None:
    assert read_query(find(POT, LATER).logs) == [
        'resource.type="cloud_run_revision"',
        'resource.labels.service_name="web"',
        "severity>=ERROR",
        '"the pot of kitchen"',
    ]


def test_the_window_is_that_of_the_entries_its_end_exclusive() -> None:
    address = find(POT, LATER).logs

    assert ";timeRange=2025-09-14T21%3A00%3A00Z%2F2025-09-14T21%3A01%3A31Z?" in address
    assert parse_qs(urlsplit(address).query) == {"project": ["acme-shop"]}
    assert address.startswith("https://console.cloud.google.com/logs/query;query=")


def test_another_console_can_be_named() -> None:
    assert find_links(cluster_of(POT), "https://console.example").logs.startswith("https://console.example/logs/query;")


def test_without_a_project_there_is_no_address() -> None:
    assert find(entry("the pot is dry")) == ConsoleLinks()


@pytest.mark.parametrize(
    ("log_name", "label", "project"),
    [
        ("projects/acme-shop/logs/stderr", "", "acme-shop"),
        ("projects/example.com:acme-shop/logs/stderr", "", "example.com:acme-shop"),
        ("organizations/1/logs/stderr", "acme-shop", "acme-shop"),
        ("folders/1/logs/x", "", ""),
        ("projects/<token:ab12>/logs/stderr", "", ""),
        ("projects/a?x=b/logs/stderr", "a&b=c", ""),
        ("", "12", ""),
    ],
)
def test_the_project_is_that_of_the_log_else_that_of_the_resource(log_name: str, label: str, project: str) -> None:
    resource = {"type": "global", "labels": {"project_id": label}}
    address = find_links(shown(cluster_of(POT), logName=log_name, resource=resource)).logs

    assert parse_qs(urlsplit(address).query).get("project", [""]) == [project]


@pytest.mark.parametrize(
    ("template", "text", "words"),
    [
        ("<token:ab12> of <email:00ff> was refused", "<token:ab12> of <email:00ff> was refused", '"was refused"'),
        ('he said "no way at all" again', 'he said "no way at all" again', '"no way at all"'),
        (r"path C:\temp folder is gone", r"path C:\temp folder is gone", '"temp folder is gone"'),
        ("short <id> bit", "short 7 bit", None),
        ("said otherwise than any entry", "the pot is dry", None),
        ("word " * 40 + "<id>", "word " * 40 + "7", f'"{" ".join(["word"] * 16)}"'),
        ("x" * 200, "x" * 200, f'"{"x" * 80}"'),
        ("slow read of <id> (non-blocking, the cache answers)", "slow read of 7 (non-blocking, the cache answers)",
         '"non-blocking, the cache answers"'),
    ],
)  # fmt: skip
def test_words_are_the_longest_constant_ones_that_an_entry_really_has(
    template: str, text: str, words: str | None
) -> None:
    cluster = replace(cluster_of(POT), templates=(TemplateCount("r1:0", template, 1),))
    lines = read_query(find_links(shown(cluster, textPayload=text)).logs)

    assert [line for line in lines if line.startswith('"')] == ([] if words is None else [words])


def test_words_of_several_templates_are_alternatives() -> None:
    first = of_project(trace("KeyError: 'id'", "total", insertId="a"))
    cluster = cluster_of(first)
    texts = (TemplateCount("r1:0", "the pot is dry", 1), TemplateCount("r1:1", "the pan is hot", 1))
    both = (ShownEntry("a", 0, {**POT, "textPayload": "the pot is dry"}),
            ShownEntry("b", 0, {**POT, "textPayload": "the pan is hot"}))  # fmt: skip

    assert '"the pot is dry" OR "the pan is hot"' in read_query(
        find_links(replace(cluster, templates=texts, exemplars=both)).logs
    )


def test_a_request_is_found_by_its_status_and_its_path() -> None:
    lines = read_query(find(of_project(request("https://shop.example/v1/orders/4711/pay", 503, "ERROR"))).logs)

    assert lines[-2] == "httpRequest.status=503"
    assert lines[-1].startswith('httpRequest.requestUrl:"/')


def test_of_several_services_none_is_asked_for() -> None:
    cluster = replace(cluster_of(POT), services=("api", "web"))

    assert not [line for line in read_query(find_links(cluster).logs) if "service_name" in line]


@pytest.mark.parametrize(("severity", "line"), [("INFO", "severity>=INFO"), ("", None), (None, None), ([1], None)])
def test_the_severity_is_that_of_the_field_and_not_what_a_text_states(severity: Any, line: str | None) -> None:
    lines = read_query(find_links(shown(cluster_of(POT), severity=severity)).logs)

    assert [one for one in lines if one.startswith("severity")] == ([line] if line else [])


def test_error_reporting_is_linked_by_the_group_that_it_made() -> None:
    group = of_project(entry("the pot is dry", errorGroups=[{"id": "CKy1tq2Xh7bKdA"}]))

    assert find(group).errors == "https://console.cloud.google.com/errors/detail/CKy1tq2Xh7bKdA?project=acme-shop"


def test_error_reporting_is_linked_by_the_service_where_no_group_is_named() -> None:
    assert find(POT).errors == "https://console.cloud.google.com/errors;service=web?project=acme-shop"


def test_error_reporting_has_nothing_below_an_error() -> None:
    assert find(of_project(entry("the pot is dry", "WARNING"))).errors == ""


def test_of_an_issue_that_is_only_remembered_the_addresses_span_all_its_time() -> None:
    subject = subject_of(POT, LATER)
    assert subject.cluster

    assert find_remembered_links(subject.issue, subject.details) == find_links(subject.cluster)
    assert find_remembered_links(subject.issue, IssueDetails()) == ConsoleLinks()


@pytest.mark.parametrize("text", read_texts())
def test_whatever_a_log_says_an_address_holds_only_what_addresses_may(text: str) -> None:
    hostile = {
        "logName": "projects/acme-shop/logs/x",
        "resource": {"type": text, "labels": {"service_name": text, "project_id": text}},
        "severity": "ERROR",
        "textPayload": f"{text} the pot is dry {text}",
        "errorGroups": [{"id": text}, text],
        "httpRequest": {"status": text, "requestUrl": text},
    }
    cluster = replace(
        CALM,
        templates=(TemplateCount("r1:0", f"{text} the pot is dry {text}", 1),),
        exemplars=(ShownEntry(text, 0, hostile),),
    )
    links = find_links(cluster)

    for address in (links.logs, links.errors):
        assert address.startswith("https://console.cloud.google.com/")
        assert set(address) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/;=?%.-_~")
        assert address.endswith("?project=acme-shop")
    for line in read_query(links.logs):
        assert line.count('"') - line.count('\\"') in {0, 2}


CALM = cluster_of(POT)


def test_no_secret_is_in_an_address() -> None:
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0" + "K1l2M3n4O5p6Q7r8"
    address = find(of_project(entry(f"login of ann@shop.example with {secret} was refused by the gate"))).logs

    assert secret not in unquote(address)
    assert "ann@" not in unquote(address)
    assert Redactor(b"key").find(unquote(address)) == []
    assert read_query(address)[-1] == '"was refused by the gate"'


def test_the_worklog_links_the_entries_in_markdown_and_in_json() -> None:
    worklog = tend([POT, LATER])
    links = find_links(worklog.clusters[0])

    document = WorklogRenderer().render(worklog)
    assert f"**Logs:** [Cloud Logging]({links.logs}), [Error Reporting]({links.errors})  \n**Issue:**" in document
    spelt = json.loads(JsonRenderer().render(worklog))["clusters"][0]
    assert spelt["links"] == {"logs": links.logs, "errors": links.errors}


def test_a_worklog_of_no_project_has_no_line_for_it() -> None:
    worklog = tend([entry("the pot is dry")])

    assert "**Logs:**" not in WorklogRenderer().render(worklog)
    spelt = json.loads(JsonRenderer().render(worklog))["clusters"][0]
    assert spelt["links"] == {"logs": None, "errors": None}
