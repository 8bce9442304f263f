"""The worklog as one page that needs nothing beside itself: no server, no network, and for reading no script."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from log_gardener.model.instant import NANOS_PER_MINUTE, to_nanos
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.html import overview
from log_gardener.renderers.html.card import make_card
from log_gardener.renderers.html.environment import make_environment, read_shared
from log_gardener.renderers.html.room import ROOMS, Room
from log_gardener.renderers.html_text import make_policy
from log_gardener.renderers.markdown import spell_moment
from log_gardener.renderers.permalink import CodeHost
from log_gardener.renderers.svg.graph import draw_cascade
from log_gardener.renderers.svg.timeline import draw_timeline
from log_gardener.renderers.worklog import URGENCY

# What a mail takes and a browser opens at once, even of 200 clusters.
MOST_BYTES = 2_000_000

TEMPLATE = "worklog.html.jinja"


@dataclass(frozen=True)
class HtmlRenderer:
    """HTML for people.

    Attributes:
        zone: shown beside UTC.
        code: where the code is, so that places link to it.
    """

    zone: tzinfo = UTC
    code: CodeHost = field(default_factory=CodeHost)

    suffix = ".html"

    def render(self, worklog: Worklog) -> str:
        """The document, with a newline at its end."""
        document = ""
        for room in ROOMS:
            document = self._fill(worklog, room)
            if len(document.encode("utf-8", "replace")) <= MOST_BYTES:
                break
        return document

    def _fill(self, worklog: Worklog, room: Room) -> str:
        style, script = read_shared("look.css").strip(), read_shared("worklog.js").strip()
        return (
            _find_environment()
            .get_template(TEMPLATE)
            .render(
                **self._view(worklog, room),
                policy=make_policy([script], [style]),
                # Files of ours, that no text of logs is in.
                style=Markup(style),  # noqa: S704
                script=Markup(script),  # noqa: S704
            )
            .rstrip()
            + "\n"
        )

    def _view(self, worklog: Worklog, room: Room) -> dict[str, object]:
        titles = {cluster.id: room.cut(cluster.title) or "(blank)" for cluster in worklog.clusters}
        bounds = _find_bounds(worklog)
        return {
            "worklog": worklog,
            "room": room,
            "name": overview.name_services(worklog),
            "conclusion": overview.conclude(worklog),
            "length": overview.spell_length(worklog),
            "moments": self._list_moments(worklog),
            "priorities": overview.count_priorities(worklog),
            "severities": overview.list_severities(worklog),
            "records": overview.list_records(worklog.coverage),
            "refused_places": overview.list_refused_places(worklog.coverage),
            "remarks": overview.list_remarks(worklog, room, is_cut=room is not ROOMS[0]),
            "changes": overview.list_changes(worklog, room),
            "cards": [
                make_card(number, cluster, titles=titles, bounds=bounds, room=room, code=self.code)
                for number, cluster in enumerate(worklog.clusters, 1)
            ],
            "titles": titles,
            "urgency": URGENCY,
            "timeline": _picture(draw_timeline(worklog)),
            "cascade": _picture(draw_cascade(worklog.clusters)),
            "filters": _list_filters(worklog),
        }

    def _list_moments(self, worklog: Worklog) -> dict[str, str]:
        """The instants of the run in UTC, and in the reader's zone beside it."""
        moments = {"generated": spell_moment(to_nanos(worklog.generated), self.zone)}
        if worklog.window is not None:
            start, end = worklog.window.nanos
            moments |= {"start": spell_moment(start, self.zone), "end": spell_moment(end, self.zone)}
        return moments


@cache
def _find_environment() -> Environment:
    """One for all pages: templates take longer to read than to fill."""
    return make_environment()


def _picture(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - a picture of ours, whose texts were made inert when it was drawn


def _find_bounds(worklog: Worklog) -> tuple[int, int]:
    if worklog.window is None:
        return (0, 0)
    start, end = worklog.window.nanos
    return start // NANOS_PER_MINUTE, (end - 1) // NANOS_PER_MINUTE


def _list_filters(worklog: Worklog) -> dict[str, list[str]]:
    """By what clusters can be told apart here; what all have alike tells nothing."""
    clusters = worklog.clusters
    return {
        "priority": sorted({cluster.priority.value for cluster in clusters}),
        "service": sorted({service for cluster in clusters for service in cluster.services}),
        "trend": sorted({cluster.trend.value for cluster in clusters}),
        "status": sorted({cluster.status.value for cluster in clusters}),
    }
