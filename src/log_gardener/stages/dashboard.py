"""The boxes of the dashboard: how they are written, and what people ticked."""

import re

FILE, MUTE = "file", "mute"
ACTIONS = (FILE, MUTE)

_TICKED = re.compile(
    rf"^[ \t]*[-*+] \[[xX]\] [^\n]*<!-- (?P<action>{'|'.join(ACTIONS)}) (?P<issue>r\d+:[0-9a-f]+) -->[ \t\r]*$",
    re.MULTILINE,
)


def spell_tick(action: str, issue_id: str) -> str:
    """What stands, unseen, at the end of the line of a box, and says what ticking it asks for."""
    return f"<!-- {action} {issue_id} -->"


def find_ticks(body: str) -> list[tuple[str, str]]:
    """What people ask for: action and id of the issue of each ticked box, in order, each once."""
    return list(dict.fromkeys((found["action"], found["issue"]) for found in _TICKED.finditer(body)))
