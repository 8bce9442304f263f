"""Made-up issues, to try a template on before a real one is filed."""

from log_gardener.model.cluster import (
    Cluster,
    Entity,
    Location,
    Relation,
    RevisionSpan,
    ShownEntry,
    Status,
    Symptom,
    TemplateCount,
    Trend,
)
from log_gardener.model.issue import Issue, IssueDetails, KnownTemplate
from log_gardener.model.priority import FaultClass, Frequency, Priority, Reason
from log_gardener.model.severity import Severity
from log_gardener.model.ticket import Link, NeighbourKind, Subject

_ID, _OTHER = f"r1:{'0' * 32}", f"r1:{'1' * 32}"
_TEXT = "Payment of order <int> failed"
_FIRST, _LAST = 1_762_128_000 * 10**9, 1_762_214_400 * 10**9
_MINUTE = _FIRST // (60 * 10**9)


def make_subjects() -> tuple[Subject, ...]:
    """One of which everything is known, and one of which next to nothing is."""
    return _make_full(), _make_bare()


def _make_full() -> Subject:
    revision = RevisionSpan("shop-00041", 12, _FIRST, _LAST)
    entities = (Entity("user", 40, is_exact=False, values=("ann", "bob")),)
    exemplars = (ShownEntry("a1", _LAST, _make_entry()), ShownEntry("a2", _LAST, _make_entry()))
    issue = Issue(
        _ID,
        (_ID,),
        "Payment of order 4711 failed",
        "shop, mail",
        Priority.P1,
        Severity.ERROR,
        12,
        _FIRST,
        _LAST,
        Trend.ESCALATING,
        history=((_MINUTE, 1, 4), (_MINUTE + 1_400, 1, 8)),
        templates=(KnownTemplate(_ID, "text", "shop.cart", "total", _TEXT, tie="the same error"),),
    )
    link = Link(NeighbourKind.PULL_REQUEST, "#3", "Pay twice", 0.8)
    details = IssueDetails((revision,), entities, exemplars)
    return Subject(issue, _make_cluster(revision, exemplars), details, (_OTHER,), (2, 1), (link,))


def _make_cluster(revision: RevisionSpan, exemplars: tuple[ShownEntry, ...]) -> Cluster:
    return Cluster(
        id=_ID,
        fingerprints=(_ID,),
        title="Payment of order 4711 failed",
        services=("shop", "mail"),
        fault=FaultClass.UPSTREAM,
        priority=Priority.P1,
        score=75,
        reasons=(Reason("severity", 30, "severity ERROR"),),
        severity=Severity.ERROR,
        frequency=Frequency.HIGH,
        count=12,
        occurrences=10,
        first_nanos=_FIRST,
        last_nanos=_LAST,
        minutes=((_MINUTE, 4), (_MINUTE + 1_400, 8)),
        trend=Trend.ESCALATING,
        status=Status.OPEN,
        templates=(TemplateCount(_ID, _TEXT, 10), TemplateCount(_OTHER, "Mail not sent", 2)),
        locations=(Location("shop.cart", "total", 118, "shop/cart.py"),),
        revisions=(revision,),
        instances=3,
        entities=(Entity("user", 40, is_exact=False, values=("ann", "bob")),),
        exemplars=exemplars,
        analysis=("10 x “Payment of order <int> failed”",),
        symptoms=(Symptom("Mail not sent", 2, "in 2 of 2 requests"),),
        relations=(Relation("shared entity", _OTHER, "same user: ann", 0.5),),
    )


def _make_entry() -> dict[str, object]:
    labels = {"project_id": "acme-shop", "service_name": "shop"}
    return {
        "logName": "projects/acme-shop/logs/stderr",
        "resource": {"type": "cloud_run_revision", "labels": labels},
        "severity": "ERROR",
        "textPayload": "Payment of order 4711 failed\n  at total\n  at pay",
    }


def _make_bare() -> Subject:
    issue = Issue(_ID, (_ID,), "", "", Priority.P4, Severity.DEFAULT, 1, None, None, Trend.QUIET)
    return Subject(issue, None, IssueDetails())
