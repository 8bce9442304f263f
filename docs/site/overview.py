"""The first page of the reference. It is made since most pages that it lists are: they are nowhere but on the site."""

from docs.site.tables import spell_page, spell_table

ABOUT = (
    "What there is, exactly. Pages marked *made* are made from the code whenever this site is built; the others are "
    "held against the code by tests."
)
MADE = "made"
ROWS = (
    ("[Commands](../commands.md)", "what each command is for, its options, exit codes and JSON", ""),
    ("[All options](options.md)", "what `--help` says, of all commands", MADE),
    ("[The terminal](../terminal.md)", "what stands on the screen, on any screen", ""),
    ("[Settings](../settings.md)", "every setting, and why its default is what it is", ""),
    ("[All settings](settings.md)", "every key with its type and the variable that sets it", MADE),
    ("[The worklog](../worklog.md)", "how to read it, what each key of its JSON means", ""),
    ("[The worklog as a page](../html.md)", "what is on it, keys, addresses", ""),
    ("[JSON schema](worklog-schema.md)", "the worklog's keys and types", MADE),
    ("[The live page](../serve.md)", "its pages, and who may look", ""),
    ("[HTTP API](api.md)", "every call with its parameters and answers", MADE),
    ("[Text of tickets](../tickets/template.md)", "how to word them otherwise", ""),
    ("[Python](python.md)", "the functions and classes of the package", MADE),
    ("[Errors](errors.md)", "the tree of what can go wrong", MADE),
    ("[Glossary](glossary.md)", "one word for one thing", ""),
)


def make_page() -> str:
    """The page in Markdown."""
    return spell_page("Reference", ABOUT, [spell_table(("page", "tells", ""), ROWS)])
