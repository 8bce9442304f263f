"""Names under which issues stand in a page, and can be pointed at."""

import re

_FOREIGN = re.compile("[^A-Za-z0-9]+")


def name_anchor(issue_id: str) -> str:
    """The name of an issue in a page: letters, figures and hyphens, whatever the id holds."""
    return f"issue-{_FOREIGN.sub('-', issue_id).strip('-')}"
