"""What was urgent when the window began, so that its beginning may lie before it."""

from collections.abc import Iterable

from log_gardener.model.cluster import Cluster, Trend
from log_gardener.model.instant import NANOS_PER_HOUR, NANOS_PER_MINUTE, from_nanos, spell_instant
from log_gardener.model.priority import Priority
from log_gardener.model.window import Window

# Only of these the beginning is worth another reading: whoever is called out asks "since when?" first.
URGENT = frozenset({Priority.P0, Priority.P1})

# An issue that began within the window leaves a silence before its first entry. One that was there before has its
# first entry no later than the gaps between its entries let expect; twice the mean gap takes in uneven ones.
GAPS = 2

# A lone entry has no gap, and a rare one such long ones that they say nothing.
LEAST_NANOS = NANOS_PER_MINUTE
MOST_NANOS = NANOS_PER_HOUR

# In a short window everything is near its start.
LARGEST_SHARE = 4

# How much further each look back reaches than the one before.
STRIDE = 4


def find_cut_off(clusters: Iterable[Cluster], window: Window) -> Cluster | None:
    """The most urgent new issue whose beginning the window may cut off; clusters come the most urgent first."""
    return next((cluster for cluster in clusters if _is_cut_off(cluster, window)), None)


def _is_cut_off(cluster: Cluster, window: Window) -> bool:
    if cluster.priority not in URGENT or cluster.trend is not Trend.NEW:
        return False
    if cluster.first_nanos is None or cluster.last_nanos is None:
        return False
    start, end = window.nanos
    gap = (cluster.last_nanos - cluster.first_nanos) // max(cluster.count - 1, 1)
    near = min(max(GAPS * gap, LEAST_NANOS), MOST_NANOS, (end - start) // LARGEST_SHARE)
    return cluster.first_nanos - start <= near


def has_begun_before(cluster: Cluster, clusters: Iterable[Cluster], window: Window) -> bool:
    """Whether the cluster, as seen in a wider window, has entries from before this one."""
    own = set(cluster.fingerprints)
    seen = [other.first_nanos for other in clusters if own.intersection(other.fingerprints)]
    return any(first is not None and first < window.nanos[0] for first in seen)


def tell_look_back(clusters: Iterable[Cluster], asked: Window, cut: Cluster | None) -> str:
    """Why a wider window was read than the one that was asked for; `cut` may be older than even that one."""
    start = asked.nanos[0]
    early = [one for one in clusters if one.priority in URGENT and one.first_nanos and one.first_nanos < start]
    named = "; ".join(f"{one.priority} {one.title}" for one in early if one.trend is Trend.NEW)
    told = f"asked for from {spell_instant(start)} on; read from earlier on because this had begun before: {named}"
    return f"{told}; its beginning may lie earlier still: {cut.title}" if cut else told


def widen(window: Window, earliest_nanos: int) -> Window | None:
    """The window that begins `STRIDE` lengths of this one earlier, but not before `earliest_nanos`.

    Returns:
        `None` if this window begins there already.
    """
    start, end = window.nanos
    if start <= earliest_nanos:
        return None
    return Window(from_nanos(max(start - STRIDE * (end - start), earliest_nanos)), window.end)
