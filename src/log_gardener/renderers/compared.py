"""What has changed since the previous run, in Markdown, and in one line."""

from datetime import UTC

from log_gardener.model.compared import Change, Changed, Compared
from log_gardener.model.window import Window
from log_gardener.renderers.markdown import escape_title, spell_seconds, spell_time, table


def render_compared(compared: Compared | None) -> str:
    """The section; empty without a previous run."""
    if compared is None:
        return ""
    rows = [_spell_row(row) for row in compared.changes]
    listed = [table(["change", "priority", "before", "after", "issue"], rows)] if rows else []
    chance = ["A question mark: the difference may be chance."] if _count_chance(compared) else []
    notes = [f"{note[0].upper()}{note[1:]}." for note in compared.notes]
    first = f"Since run {compared.run} of {compared.generated:%Y-%m-%d %H:%M} UTC, which read "
    first += f"{_spell_window(compared.window)}: {count_changes(compared)}."
    return "\n\n".join(["## Compared with the Previous Run", first, *listed, *chance, *notes])


def count_changes(compared: Compared) -> str:
    """How many issues have changed and how, such as `2 new, 1 gone; 3 more may be chance`."""
    counts = [(change, sum(row.is_sure for row in compared.changes if row.change is change)) for change in Change]
    told = ", ".join(f"{count:,} {change}" for change, count in counts if count)
    chance = _count_chance(compared)
    if not told:
        return f"{chance:,} may have changed, or it is chance" if chance else "no issue has changed"
    return told + (f"; {chance:,} more may be chance" if chance else "")


def tell_compared(compared: Compared) -> str:
    """All of it in one line without text of logs."""
    notes = "".join(f"; {note}" for note in compared.notes)
    return f"since the run of {compared.generated:%Y-%m-%d %H:%M} UTC: {count_changes(compared)}{notes}"


def _count_chance(compared: Compared) -> int:
    return sum(not row.is_sure for row in compared.changes)


def _spell_row(row: Changed) -> list[str]:
    change = row.change if row.is_sure else f"{row.change}?"
    return [change, row.priority, f"{row.before:,}", f"{row.after:,}", escape_title(row.title)]


def _spell_window(window: Window) -> str:
    start, end = window.nanos
    length = spell_seconds((window.end - window.start).total_seconds())
    return f"{spell_time(start, UTC)} to {spell_time(end, UTC)}, {length}"
