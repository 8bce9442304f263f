"""The tree of errors, with what each is and its place."""

import inspect

from docs.site.tables import spell_code, spell_page, spell_prose, spell_table
from log_gardener import errors

ABOUT = (
    "All are subclasses of `log_gardener.GardenerError`, and live in `log_gardener.errors`. The text of each says what "
    "is wrong and what to do next. [Commands](../commands.md#exit-codes) has the exit code that each leads to."
)


def make_page() -> str:
    """The page in Markdown."""
    tree = (inspect.getdoc(errors) or "").partition("::\n")[2].strip("\n")
    drawn, _, rest = tree.partition("\n\n")
    rows = [
        (spell_code(name), spell_code(getattr(errors, name).__base__.__name__), spell_prose(_find_about(name)))
        for name in errors.__all__
    ]
    table = spell_table(("error", "is a kind of", "means"), rows)
    return spell_page("Errors", ABOUT, [f"```text\n{inspect.cleandoc(drawn)}\n```", spell_prose(rest), table])


def _find_about(name: str) -> str:
    return inspect.getdoc(getattr(errors, name)) or ""
