"""The table of kinds of secrets, as `docs/redaction.md` shows it.

python -m tests.docs.kinds       # put today's table into the page
"""

import re

from log_gardener._core import Redactor
from tests.docs.pages import DOCS

PAGE = DOCS / "redaction.md"

_TABLE = re.compile(r"(?<=<!-- begin: kinds -->\n).*?(?=<!-- end: kinds -->)", re.DOTALL)


def find_table() -> str:
    """The table that the page shows."""
    found = _TABLE.search(PAGE.read_text(encoding="utf-8"))
    return found.group() if found else ""


def make_table() -> str:
    """The table of today's rules."""
    rows = [f"| `{kind}` | {reason.replace('|', chr(92) + '|')} |" for kind, reason in Redactor.kinds()]
    return "\n".join(["| mark | stands for |", "|---|---|", *rows, ""])


def main() -> None:
    """Put today's table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_TABLE.sub(lambda _: make_table(), text), encoding="utf-8")


if __name__ == "__main__":
    main()
