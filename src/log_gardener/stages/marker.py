"""Our block in a ticket's body, and our comments: how they are marked, found again, and replaced.

What people wrote around the block, or in it, is never lost.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from log_gardener.model.plan import digest_text
from log_gardener.model.ticket import Comment, put_numbers

# A marker begins its line: what people quote, indent or put into a sentence is none. Nor is it in a code fence.
_LINE = re.compile(
    r"^(?:<!-- log-gardener (?P<id>r\d+:[0-9a-f]+|dashboard|notice) -->| {0,3}(?P<fence>`{3,}|~{3,})(?P<more>.*))",
    re.MULTILINE,
)
_BLOCK = re.compile(r"^<!-- log-gardener block (?P<digest>[0-9a-f]{32})(?: after (?P<after>\d+))? -->", re.MULTILINE)
_END = "<!-- log-gardener end -->"
_LAST = re.compile(rf"^(?:{re.escape(_END)}|(?P<next><!-- log-gardener (?:r\d+:|dashboard|notice)))", re.MULTILINE)
_COMMENT = re.compile(r"^<!-- log-gardener comment (?P<key>[\w.:-]+) -->\s*\Z", re.MULTILINE)

_MARKER = "<!-- log-gardener"
_INERT = "<!-- log gardener"
"""What a marker in the text of logs becomes: it must neither end our block nor pass for a comment's key."""

_TICK = re.compile(r"^(\s*[-*] )\[[xX]\]", re.MULTILINE)

_KEPT = "The former text, kept because it was edited by hand"


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """Our block in a body.

    Attributes:
        issue: id of the issue, or what stands in its place.
        after: number of the ticket that this one follows.
        block: the text between the markers.
        between: what people wrote between the two markers that begin the block.
        span: of the block with its markers in the body.
        is_edited: whether the block is not as we wrote it.
    """

    issue: str
    after: int | None
    block: str
    between: str
    span: tuple[int, int]
    is_edited: bool

    @property
    def digest(self) -> str:
        """Of the block as it is."""
        return digest_text(self.block)

    def tells(self, block: str, numbers: Mapping[str, int] | None = None) -> bool:
        """Whether it says what a block says, tickets by their numbers; a box that people ticked is another text."""
        return digest_text(_make_inert(put_numbers(block, numbers or {}))) == self.digest


def mark_block(issue: str, block: str, after: int | None = None) -> str:
    """A block between its markers."""
    follows = "" if after is None else f" after {after}"
    inert = _make_inert(block)
    head = f"<!-- log-gardener {issue} -->\n<!-- log-gardener block {_digest(inert)}{follows} -->"
    return f"{head}\n\n{inert}\n\n{_END}"


def _make_inert(text: str) -> str:
    return text.replace(_MARKER, _INERT).strip()


def find_mark(body: str, ids: Collection[str] = ()) -> MarkedBlock | None:
    """Our block in a body: of several, the first that bears one of the ids, else the first of all; whole ones first.

    People paste what other tickets say. What stands in a code fence of theirs counts only if it bears one of the ids.
    """
    marks = sorted(_list_marks(body), key=lambda row: (row[1], row[0].is_edited))
    own = (mark for mark, _ in marks if mark.issue in ids)
    return next(own, None) or next((mark for mark, is_fenced in marks if not is_fenced), None)


def _list_marks(body: str) -> Iterator[tuple[MarkedBlock, bool]]:
    """All blocks in order, each with whether it stands in a code fence."""
    fence, at = "", 0
    while found := _LINE.search(body, at):
        if found["id"]:
            mark = _read_mark(body, found)
            yield mark, bool(fence)
            at = mark.span[1]
            continue
        at = found.end()
        if not fence:
            fence = found["fence"]
        elif found["fence"].startswith(fence) and not found["more"].strip():
            fence = ""


def _read_mark(body: str, found: re.Match[str]) -> MarkedBlock:
    """The block that begins with a marker; without its end it is what stands in the marker alone."""
    end = _LAST.search(body, found.end())
    opening = _BLOCK.search(body, found.end(), end.start()) if end else None
    if opening is None or end is None or end["next"]:
        return MarkedBlock(found["id"], None, "", "", found.span(), is_edited=True)
    block = body[opening.end() : end.start()].strip()
    between = body[found.end() : opening.start()].strip()
    after = int(opening["after"]) if opening["after"] else None
    return MarkedBlock(
        found["id"], after, block, between, (found.start(), end.end()), _digest(block) != opening["digest"]
    )


def put_block(body: str, issue: str, block: str, after: int | None = None) -> str:
    """The body with a new block in the place of ours, or at its beginning."""
    mark = find_mark(body, (issue,))
    if mark is None:
        return "\n\n".join(filter(None, (mark_block(issue, block, after), body.strip())))
    start, end = mark.span
    kept = _keep(mark.block) if mark.is_edited and mark.block else ""
    marked = mark_block(issue, block, after if mark.after is None else mark.after)
    above = f"{mark.between}\n\n" if mark.between else ""
    return body[:start] + above + marked + kept + body[end:]


def _keep(block: str) -> str:
    return f"\n\n<details><summary>{_KEPT}</summary>\n\n{block}\n\n</details>"


def _digest(block: str) -> str:
    """Of a block as we wrote it: a box that people tick is an answer, no edit."""
    return digest_text(_TICK.sub(r"\1[ ]", block))


def mark_comment(text: str, key: str) -> str:
    """A comment with its key, so that it is known again."""
    return f"{_make_inert(text)}\n\n<!-- log-gardener comment {key} -->"


def has_comment(comments: Iterable[Comment], key: str, since_nanos: int | None = None) -> bool:
    """Whether our account has posted the comment of a key, or one of its kind since a time, UTC.

    A kind is what stands in a key before the first full stop. Another gardener, or one that lost its ledger, counts
    otherwise, and what was said need not be said again.
    """
    kind = key.partition(".")[0]
    found = ((one, _COMMENT.search(one.body)) for one in comments if one.is_ours)
    said = [(one.nanos, mark["key"]) for one, mark in found if mark]
    if any(own == key for _, own in said):
        return True
    return since_nanos is not None and any(at > since_nanos and own.partition(".")[0] == kind for at, own in said)
