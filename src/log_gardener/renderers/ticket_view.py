"""All that the template of a ticket can say.

What is marked *piece* is text of logs: a template says where it stands and whether it stands there, and nothing else of
it. All other texts are words, numbers and times of our own. What is unknown is empty.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A part of a priority's sum.

    Attributes:
        points: with its sign.
        why: piece; the fact behind it.
    """

    points: str
    why: str


@dataclass(frozen=True, slots=True)
class UrgencyView:
    """How urgent it is.

    Attributes:
        priority: `P0` to `P4`.
        alert: `CAUTION`, `WARNING` or `NOTE`: the name of a colour on GitHub.
        severity: such as `ERROR`.
        is_locked: whether people set the priority, whatever the points are.
        score: sum of the points.
        reasons: list of the parts of the sum, each with `points` and `why`.
    """

    priority: str
    alert: str
    severity: str
    is_locked: bool
    score: int
    reasons: tuple[ReasonView, ...]


@dataclass(frozen=True, slots=True)
class FaultView:
    """What kind of fault it is.

    Attributes:
        name: class of fault, such as `upstream`.
        does: what the service does, such as "fails requests".
        resolutions: list of sentences; what would resolve it.
    """

    name: str
    does: str
    resolutions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseView:
    """How often, and when.

    Attributes:
        trend: `new`, `ongoing`, `escalating`, `regressed` or `quiet`.
        trend_words: the same for a sentence.
        status: `open`, `resolved` or `muted`.
        count: entries ever counted.
        count_words: the same with its noun.
        since: the first entry, to the minute, for a sentence.
        first: the first entry.
        last: the latest entry.
        frequency: the band in the latest worklog, such as `very high`.
        window: how often in that worklog, in words.
        sparkline: the course in that worklog.
        chart: piece of several lines; the course of all time.
        step: the length of time of one column of the chart.
    """

    trend: str
    trend_words: str
    status: str
    count: int
    count_words: str
    since: str
    first: str
    last: str
    frequency: str
    window: str
    sparkline: str
    chart: str
    step: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where, whom, and where to look.

    Attributes:
        code: list of pieces; places in the code, linked where the repository is known.
        whom: list of pieces; users and the like.
        revisions: list of pieces, by first appearance.
        instances: in the latest worklog; 0 if that is not known.
        logs: piece; link to Cloud Logging.
        errors: piece; link to Error Reporting.
    """

    code: tuple[str, ...]
    whom: tuple[str, ...]
    revisions: tuple[str, ...]
    instances: int
    logs: str
    errors: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry to show.

    Attributes:
        id: piece; its `insertId`.
        at: when it was written.
        text: piece of several lines; what it says, a trace with its lines.
        json: piece of several lines; the whole entry, redacted.
    """

    id: str
    at: str
    text: str
    json: str


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template of the issue.

    Attributes:
        text: piece.
        count: its entries in the latest worklog.
        why: piece; why it is part of the issue; empty for the root.
    """

    text: str
    count: str
    why: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What shows it.

    Attributes:
        entries: list of entries, the latest first, each with `id`, `at`, `text` and `json`.
        templates: list of templates, each with `text`, `count` and `why`.
        templates_left: how many more there are.
        analysis: list of pieces; what the counts say.
    """

    entries: tuple[EntryView, ...]
    templates: tuple[TemplateView, ...]
    templates_left: int
    analysis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KinView:
    """What belongs to it.

    Attributes:
        relations: list of pieces; other issues, and what they have in common with this one.
        folded: list of pieces; tickets of issues that follow from this one.
        former: list of numbers; tickets of this issue that were closed before.
        links: list of pieces; what may be related.
    """

    relations: tuple[str, ...]
    folded: tuple[str, ...]
    former: tuple[int, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketView:
    """What a ticket can say of an issue.

    Attributes:
        id: piece; of the issue.
        explain: piece; the command that tells why its entries are one issue.
        title: piece.
        services: list of pieces.
        quiet_label: piece; the label with which a ticket is left alone.
    """

    id: str
    explain: str
    title: str
    services: tuple[str, ...]
    quiet_label: str
    urgency: UrgencyView
    fault: FaultView
    course: CourseView
    place: PlaceView
    evidence: EvidenceView
    kin: KinView
