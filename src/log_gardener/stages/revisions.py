"""Did a revision bring it? A claim only with a control group: what the revisions before it wrote."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, sqrt

from log_gardener._core import Facet, Template
from log_gardener.model.cluster import Entity, RevisionSpan
from log_gardener.stages.finding import Bundle, join_spans

# None where three would be expected has a chance of 5 % if nothing had changed (Poisson; the "rule of three",
# Hanley and Lippman-Hand, JAMA 1983).
LEAST_EXPECTED = 3.0

# A rate has risen if it has doubled, and by more than three standard errors (two-proportion z-test).
LEAST_RATIO = 2.0
LEAST_ERRORS = 3.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the revisions of a service wrote, by first appearance: the control group of its issues.

    Attributes:
        noun: what `revisions` count: `requests` where every revision logs them, else `entries`.
        requests: all requests of the service, healthy or not.
    """

    noun: str
    revisions: tuple[RevisionSpan, ...]
    requests: int


@dataclass(frozen=True, slots=True)
class Onset:
    """The revision since which an issue is there, or is more frequent.

    Attributes:
        count: entries of the issue in it, among `among` requests or entries of the service.
        before_count: the same in all revisions that appeared earlier.
        noun: what `among` counts.
        strength: 1 less the chance to see so little before if nothing had changed.
    """

    revision: str
    count: int
    among: int
    before_count: int
    before_among: int
    noun: str
    strength: float

    @property
    def is_first(self) -> bool:
        """Whether the issue was not there before at all."""
        return self.before_count == 0

    def spell(self) -> str:
        """The claim with its numbers."""
        since = "First seen in" if self.is_first else "More frequent since"
        here = f"{self.count:,} in {self.among:,} {self.noun}"
        before = f"{self.before_count or 'none'} in {self.before_among:,} {self.noun} of the revisions before it"
        expected = self.before_among * self.count / self.among
        return f"{since} revision {self.revision}: {here}; {before}, where the same rate would give {expected:,.0f}"


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What the window shows of a bundle: whom it concerns, what brought it, and what the services had to do.

    Attributes:
        entities: with all kept values and their counts.
    """

    entities: Sequence[tuple[Entity, Counter[str]]]
    onset: Onset | None = None
    traffic: Mapping[str, Traffic] = field(default_factory=dict)


def find_traffic(templates: Iterable[Template]) -> dict[str, Traffic]:
    """By service, what each of its revisions wrote: healthy or not."""
    entries: dict[str, list[Facet]] = {}
    requests: dict[str, list[Facet]] = {}
    for template in templates:
        entries.setdefault(template.service, []).extend(template.facets)
        if template.kind == "http":
            requests.setdefault(template.service, []).extend(template.facets)
    return {service: _make_traffic(facets, requests.get(service, [])) for service, facets in entries.items()}


def _make_traffic(entries: Sequence[Facet], requests: Sequence[Facet]) -> Traffic:
    of_entries, of_requests = find_revisions(entries), find_revisions(requests)
    total = sum(facet.count for facet in requests)
    if len(of_requests) == len(of_entries):
        # A revision appears with its first entry, which a request may not be.
        counts = {revision.name: revision.count for revision in of_requests}
        rows = tuple(RevisionSpan(one.name, counts[one.name], one.first_nanos, one.last_nanos) for one in of_entries)
        return Traffic("requests", rows, total)
    return Traffic("entries", of_entries, total)


def find_revisions(facets: Iterable[Facet]) -> tuple[RevisionSpan, ...]:
    """The revisions of all facets, by first appearance."""
    counts: Counter[str] = Counter()
    spans: dict[str, list[tuple[int, int] | None]] = {}
    for row in (row for facet in facets for row in facet.revisions):
        counts[row.value] += row.count
        spans.setdefault(row.value, []).append(row.span)
    joined = {name: join_spans(rows) or (None, None) for name, rows in spans.items()}
    revisions = [RevisionSpan(name, counts[name], *joined[name]) for name in counts]
    return tuple(sorted(revisions, key=lambda revision: (revision.first_nanos or 0, revision.name)))


def find_onset(bundle: Bundle, traffic: Mapping[str, Traffic]) -> Onset | None:
    """The revision that brought a bundle, where those before it show that it did; `None` for no claim."""
    service = traffic.get(bundle.service)
    if service is None:
        return None
    counts = {row.name: row.count for row in find_revisions(bundle.root.facets)}
    onsets = [_compare(number, counts, service) for number in range(1, len(service.revisions))]
    # The clearest difference, of equals the earliest.
    return max((one for one in onsets if one), key=lambda onset: (onset.is_first, onset.strength), default=None)


def _compare(number: int, counts: Mapping[str, int], service: Traffic) -> Onset | None:
    """The revision of a number against all before it."""
    own, earlier = service.revisions[number], service.revisions[:number]
    count, before_count = counts.get(own.name, 0), sum(counts.get(row.name, 0) for row in earlier)
    before_among = sum(row.count for row in earlier)
    expected = before_among * count / own.count
    if not count or expected < LEAST_EXPECTED:
        return None
    if before_count:
        ratio = expected / before_count
        pooled = (count + before_count) / (own.count + before_among)
        spread = sqrt(pooled * max(1 - pooled, 0) * (1 / own.count + 1 / before_among))
        difference = count / own.count - before_count / before_among
        if ratio < LEAST_RATIO or difference < LEAST_ERRORS * spread:
            return None
    strength = 1 - exp(-(expected - before_count))
    return Onset(own.name, count, own.count, before_count, before_among, service.noun, strength)
