"""Worklogs to be drawn: entries over time that somebody has counted, in worklogs of the real stages."""

import re
from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree as ET

from log_gardener.model.cluster import RevisionSpan
from log_gardener.model.coverage import Coverage
from log_gardener.model.instant import NANOS_PER_MINUTE, from_nanos
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.model.worklog import Context, Other, Worklog

SVG = "{http://www.w3.org/2000/svg}"

# Midnight of a Monday, in minutes since 1970.
MIDNIGHT = 29_378_880

Counted = tuple[int, Severity, int]


def worklog_of(rows: Iterable[Counted], *, width: int = 1, revisions: Iterable[tuple[str, float]] = ()) -> Worklog:
    """A worklog without clusters, of counts by minute from `MIDNIGHT` on, with revisions by their first minute."""
    timeline = tuple((MIDNIGHT + minute, severity, count) for minute, severity, count in rows)
    total = sum(count for _, _, count in timeline)
    spans = tuple(
        RevisionSpan(name, 1, round((MIDNIGHT + minute) * NANOS_PER_MINUTE), None) for name, minute in revisions
    )
    minutes = [minute for minute, _, _ in timeline]
    return Worklog(
        generated=from_nanos(MIDNIGHT * NANOS_PER_MINUTE),
        service="shop",
        requested=None,
        window=find_window(min(minutes), max(minutes) + width) if minutes else None,
        sources=("test",),
        coverage=Coverage(total, total),
        severities=((Severity.INFO, total),) if total else (),
        clusters=(),
        other=Other(total, 1),
        recommendations=(),
        context=Context(revisions=(("shop", spans),)),
        timeline=timeline,
        timeline_minutes=width,
    )


def find_window(first: int, last: int) -> Window:
    """From the beginning of a minute to that of another one."""
    return Window(from_nanos(first * NANOS_PER_MINUTE), from_nanos(last * NANOS_PER_MINUTE))


def without_all(worklog: Worklog, problem: str) -> Worklog:
    """A worklog of which not all could be read."""
    return replace(worklog, coverage=replace(worklog.coverage, caps=(problem,)))


def parse(svg: str) -> ET.Element:
    """The picture as a reader of XML has it."""
    return ET.fromstring(svg)  # noqa: S314 - of our own making


def list_texts(svg: str, tag: str = "text", of: str = "") -> list[str]:
    """What stands in elements, in all or in those of a class."""
    found = parse(svg).iter(f"{SVG}{tag}")
    return [one.text or "" for one in found if not of or of in one.attrib.get("class", "").split()]


def list_told(svg: str) -> list[tuple[str, int]]:
    """What each column tells when it is pointed at: its span, and its entries."""
    told = [one.findtext(f"{SVG}title") or "" for one in parse(svg).iter(f"{SVG}rect")]
    found = (re.match(r"(?P<span>\d{4}-.*?UTC): (?P<count>[\d,]+) entr", text) for text in told)
    return [(one["span"], int(one["count"].replace(",", ""))) for one in found if one]
