"""Which pictures there are: each of one page of the demo shop."""

from dataclasses import dataclass

from docs.site import demo
from docs.site.places import ROOT

PICTURES = ROOT / "docs" / "pictures"
TERMINAL = "terminal.svg"

# So that the repository stays small, and pages come fast.
BYTES_AT_MOST = 150_000

_BEFORE, _AFTER = demo.REVISIONS


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, and what it is of.

    Attributes:
        path: of the live page, or the name of a file in the demo's folder.
        pressed: the button to press first.
        at: what is to be at the top: a selector, or the page's own top.
    """

    name: str
    path: str
    pressed: str = ""
    at: str = ""


SHOTS = (
    Shot("worklog", "tuesday.html"),
    Shot("timeline", "tuesday.html", at="#time"),
    Shot("list", "/"),
    Shot("issue", f"/issues/{demo.ISSUE}"),
    Shot("compare", f"/compare?before={_BEFORE}&after={_AFTER}&service=shop-api"),
    Shot("plan", "/plan", pressed="Make a plan"),
)


def find_names() -> list[str]:
    """Files that the documentation may show."""
    return [*(f"{shot.name}.png" for shot in SHOTS), TERMINAL]
