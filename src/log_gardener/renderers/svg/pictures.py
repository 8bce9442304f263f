"""The pictures of a worklog as files beside its document."""

from dataclasses import dataclass
from hashlib import blake2b

from log_gardener.model.worklog import Worklog
from log_gardener.renderers.markdown import count_of
from log_gardener.renderers.svg.graph import draw_cascade
from log_gardener.renderers.svg.ties import find_ties
from log_gardener.renderers.svg.timeline import describe_timeline, draw_timeline

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a file of its own.

    Attributes:
        file: its name, without a folder.
        text: what it shows, for whoever cannot see it; nothing in it is of the logs.
        svg: all that the file holds.
    """

    file: str
    text: str
    svg: str


def draw_pictures(worklog: Worklog) -> tuple[Picture, ...]:
    """What of a worklog can be drawn, named by what it shows: a document that names it is the same under any name."""
    timeline, cascade = draw_timeline(worklog, is_file=True), draw_cascade(worklog.clusters, is_file=True)
    drawn = (
        Picture(_name("timeline", timeline), f"Timeline. {describe_timeline(worklog)}", timeline),
        Picture(_name("cascade", cascade), _describe_cascade(worklog), cascade),
    )
    return tuple(picture for picture in drawn if picture.svg)


def _name(kind: str, svg: str) -> str:
    """A name that other pictures in the folder do not have; without digits, which could be anybody's number."""
    return f"{kind}-{blake2b(svg.encode(), digest_size=4).hexdigest().translate(_LETTERS)}.svg"


def _describe_cascade(worklog: Worklog) -> str:
    ties = find_ties(worklog.clusters)
    counts = (
        (len(ties.clusters), "cluster"),
        (sum(map(len, ties.symptoms.values())), "consequence"),
        (len(ties.grounds), "common ground"),
    )
    return f"What belongs together: {', '.join(count_of(count, noun) for count, noun in counts if count)}."
