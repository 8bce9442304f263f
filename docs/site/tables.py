"""Tables and texts in Markdown, made of values."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made from code by docs/site; nobody edits it. -->"


def spell_page(title: str, about: str, sections: Iterable[str]) -> str:
    """A page with a title, a paragraph of what it is, and sections."""
    return "\n\n".join([f"# {title}", MADE, about, *sections]) + "\n"


def spell_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; an empty text if it has no rows."""
    lines = [_spell_row(row) for row in rows]
    return "\n".join([_spell_row(header), _spell_row(["---"] * len(header)), *lines]) if lines else ""


def spell_code(text: str) -> str:
    """A text as code, or nothing."""
    return f"`{text}`" if text else ""


def spell_prose(text: str) -> str:
    """A text of the code as prose: on one line, with nothing in it that is markup but code."""
    pieces = " ".join(text.split()).split("`")
    outside = [piece.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_") for piece in pieces]
    return "`".join(outside[i] if i % 2 == 0 else pieces[i] for i in range(len(pieces)))


def _spell_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
