"""Subjects of tickets as real runs make them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from log_gardener import flow
from log_gardener.garden import Garden
from log_gardener.model.decision import Decisions
from log_gardener.model.ticket import Subject
from log_gardener.ports import Request
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import numbered, to_json_lines
from tests.unit.entries import Entry, entry, located, make_parts, trace

PROJECT = "acme-shop"


def of_project(one: Entry, project: str = PROJECT) -> Entry:
    """The entry as one of a project, as the platform spells it."""
    labels = {**one["resource"]["labels"], "project_id": project}
    resource = {**one["resource"], "labels": labels}
    return {**one, "resource": resource, "logName": f"projects/{project}/logs/run.googleapis.com%2Fstderr"}


def remember(content: bytes) -> list[Subject]:
    """The issues that a run over some bytes remembers, with its clusters, the most urgent first."""
    store = SqlStore(":memory:")
    worklog = flow.ingest(make_parts(content, store=store), Request())
    garden = Garden(store, Decisions())
    clusters = {cluster.id: cluster for cluster in worklog.clusters}
    issues = sorted(garden.remember(garden.list_issues()), key=lambda issue: (issue.priority, issue.id))
    return [Subject(one, clusters.get(one.id), store.find_details(one.id)) for one in issues]


def subjects_of(*entries: Entry) -> list[Subject]:
    return remember(to_json_lines(numbered(list(entries))))


def subject_of(*entries: Entry) -> Subject:
    """The only one."""
    (only,) = subjects_of(*entries)
    return only


def with_issue(subject: Subject, **changes: Any) -> Subject:
    return replace(subject, issue=replace(subject.issue, **changes))


def make_shop() -> Sequence[Subject]:
    """A few issues of a shop."""
    return subjects_of(
        *(of_project(trace("KeyError: 'id'", seconds=600 * number, instance=f"i{number % 3}")) for number in range(12)),
        *(of_project(located(f"refused user ann-{number}", 118, "ERROR", seconds=number)) for number in range(6)),
        of_project(entry("the pot is dry", "WARNING", seconds=30)),
    )
