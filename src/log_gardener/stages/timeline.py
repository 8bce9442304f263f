"""All entries over time, the healthy ones too."""

from collections import Counter
from collections.abc import Iterable

from log_gardener._core import Template
from log_gardener.model.severity import Severity

# Minutes that are told one by one: more than a picture has room for. It is below 2,048, the least number of rows in
# which the core counts where its own rows stand for several minutes: these are then wide enough to hold them whole.
MOST_MINUTES = 512

Timeline = tuple[tuple[int, Severity, int], ...]


def make_timeline(templates: Iterable[Template]) -> tuple[Timeline, int]:
    """Minute, severity and entries, ascending, and for how many minutes a row stands: 1, 2, 4 ..."""
    counts: Counter[tuple[int, str]] = Counter()
    for facet in (facet for template in templates for facet in template.facets):
        for minute, count in facet.minutes:
            counts[minute, facet.severity] += count
    width = 1
    while len({minute for minute, _ in counts}) > MOST_MINUTES:
        width *= 2
        counts = _widen(counts, width)
    named = sorted((minute, Severity(severity).rank, severity) for minute, severity in counts)
    return tuple((minute, Severity(name), counts[minute, name]) for minute, _, name in named), width


def _widen(counts: Counter[tuple[int, str]], width: int) -> Counter[tuple[int, str]]:
    wide: Counter[tuple[int, str]] = Counter()
    for (minute, severity), count in counts.items():
        wide[minute // width * width, severity] += count
    return wide
