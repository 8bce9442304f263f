"""What may be related to an issue, as a link."""

import re
from urllib.parse import quote

from log_gardener.model.ticket import Link, NeighbourKind
from log_gardener.renderers.inert_text import shorten
from log_gardener.renderers.markdown import code_in_cell, escape_title

_NUMBER = re.compile(r"#\d{1,12}")
_ADDRESS = re.compile(r"https?://[^\s]{1,2000}")

# A tracker shows its own tickets with their titles as well, but not in mails.
_KINDS = {NeighbourKind.TICKET: "", NeighbourKind.PULL_REQUEST: "pull request, ", NeighbourKind.DOCUMENT: "document, "}


def spell_link(link: Link, most: int) -> str:
    """As inert Markdown of one line; its title is people's, and no less text than that of logs."""
    title = escape_title(shorten(link.title, most))
    about = f"({_KINDS[link.kind]}{link.likeness:.0%} alike)"
    if _NUMBER.fullmatch(link.reference):
        return f"{link.reference} {title} {about}"
    if _ADDRESS.fullmatch(link.reference):
        return f"[{title}]({link_target(link.reference)}) {about}"
    return f"{code_in_cell(shorten(link.reference, most))} {title} {about}"


def link_target(address: str) -> str:
    """An address for the round brackets of a link."""
    return quote(address, safe=":/?#@!&'+,;=%-._", errors="replace").replace("&", "&amp;")
