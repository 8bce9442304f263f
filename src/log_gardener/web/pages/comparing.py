"""Two revisions or windows against each other: did the deploy break anything?"""

import re
from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from log_gardener.errors import GardenerError
from log_gardener.model.compared import Change
from log_gardener.model.issue import Issue
from log_gardener.stages.compare import Difference
from log_gardener.web.pages.frame import Frame

# Before the number of a revision: what revisions of one service have in common.
_STEM = re.compile(r"[^0-9]*")

# Of more services than that, all stand in the lists to choose from.
MOST_PROPOSED = 6

# The latest; an older one can be named in the address.
MOST_REVISIONS = 500

# More than anybody reads; the surest come first.
MOST_ROWS = 200

_Rows = list[tuple[Issue, Difference]]


def add_routes(router: APIRouter, frame: Frame) -> None:
    """Add the page."""

    @router.get("/compare")
    def show_comparison(request: Request) -> Response:
        visit, params = frame.visit(request), request.query_params
        revisions = frame.desk.list_revisions()
        service = params.get("service", "")
        sides = [_find_side(params.get(name, ""), params.get(f"{name}_window", "")) for name in ("before", "after")]
        proposed = propose(revisions)
        if not any(sides) and proposed:
            sides = list(proposed[0])
        rows, problem = _compare(frame, sides, service) if all(sides) else ([], "")
        if any(sides) and not all(sides):
            problem = "Choose both sides: a revision, or a window of time."
        return visit.draw(
            "compare.html.jinja",
            revisions=revisions[:MOST_REVISIONS],
            most=MOST_ROWS,
            services=frame.desk.snapshot.services,
            service=service,
            sides=sides,
            proposed=proposed[:MOST_PROPOSED],
            changed=[row for row in rows if row[1].change is not Change.SAME],
            same=[row for row in rows if row[1].change is Change.SAME],
            counts=Counter(row.change for _, row in rows),
            changes=[Change.NEW, Change.UP, Change.DOWN, Change.GONE, Change.SAME],
            problem=problem,
        )


def propose(revisions: Sequence[str]) -> list[tuple[str, str]]:
    """Revisions that are named alike and follow each other, of each name the latest two, the latest first."""
    pairs, later = dict[str, tuple[str, str]](), dict[str, str]()
    for revision in revisions:
        stem = _find_stem(revision)
        if stem in later:
            pairs.setdefault(stem, (revision, later[stem]))
        later.setdefault(stem, revision)
    return [pairs[stem] for stem in later if stem in pairs]


def _find_stem(revision: str) -> str:
    found = _STEM.match(revision)
    return found.group() if found else ""


def _find_side(revision: str, window: str) -> str:
    """A side as the desk takes it: a window, if one was written, before the revision that was chosen."""
    return window.strip() or revision.strip()


def _compare(frame: Frame, sides: Sequence[str], service: str) -> tuple[_Rows, str]:
    """What differs, or why that cannot be told."""
    try:
        return frame.desk.compare(sides[0], sides[1], service), ""
    except GardenerError as error:
        return [], str(error)
