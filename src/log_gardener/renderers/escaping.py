"""What text of logs can do where it goes, and how it is made inert there: one table for every exit.

Each exit has its rows, in the order in which they are applied: what is active, how it is spelt instead, and why so.
What is inert in its place stays as it is, because people read it.

| exit | rows | applied by |
|---|---|---|
| all that people read | `UNSEEN` | `flatten` |
| Markdown on GitHub | `WORDS`, `BOXED`, `SIGNS`, `EDGES` | `markdown.escape`, `markdown.code` |
| tickets, in code too | `MARKS` | `placing.Pieces` |
| JSON | `JSON`; inside of HTML also `EMBEDDED` | `json_text.spell_json`, `html_text.embed_json` |
| HTML and SVG | `HTML`, and a policy | `html_text.escape_html`, `html_text.make_policy` |
| terminal | `TERMINAL` | `cli.console.plain`, whose text is never read as markup |
| CSV | `CSV` | the core, `assign.rs` |
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is active at an exit.

    Attributes:
        name: what it is.
        pattern: what it looks like.
        spelling: what stands in its place, as for `re.sub`.
        reason: what it would do, and why this spelling.
    """

    name: str
    pattern: re.Pattern[str]
    spelling: str | Callable[[re.Match[str]], str]
    reason: str


def make_inert(text: str, rows: Iterable[Row]) -> str:
    """The text with each row's pattern spelt as the row says."""
    for row in rows:
        text = row.pattern.sub(row.spelling, text)
    return text


def flatten(text: str) -> str:
    """Text of logs as one line of characters that can be seen."""
    return make_inert(text, UNSEEN)


def _spell_units(found: re.Match[str]) -> str:
    """Characters as JSON escapes, each UTF-16 unit one."""
    units = found.group().encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


# What moves a cursor, sets a title, rings a bell or ends a line.
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"

# What Unicode has shown as nothing (Default_Ignorable_Code_Point): zero widths, fillers, directions, selectors, tags.
# Interlinear annotations hide their text from most, and stand with them.
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)

_SURROGATE = r"\ud800-\udfff"

# The last two of each plane, and 32 more, that Unicode says are no characters; XML refuses some of them.
_NO_CHARACTER = r"\ufdd0-\ufdef" + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))

# Marks that stand above, below and around the letter before them.
_STACKING = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"

_EMOJI = r"[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"

_HALVES = Row(
    "half of a character",
    re.compile(rf"[{_SURROGATE}{_NO_CHARACTER}]"),
    "\ufffd",
    "JSON and file names can hold halves of surrogate pairs; no encoding can write them, and strict readers refuse",
)

UNSEEN = (
    Row(
        "look of an emoji",
        re.compile(rf"(?<={_EMOJI})(?:[\ufe0e\ufe0f]|\u200d(?={_EMOJI}))"),
        "",
        "says only how an emoji is drawn, and terminals disagree how wide; without it the emoji stays one",
    ),
    Row(
        "joiner of letters",
        re.compile(r"(?<=[^\x00-\xff])[\u200c\u200d](?=[^\x00-\xff])"),
        "",
        "Persian and the scripts of India write it within words, which stay readable without it, but not with a gap",
    ),
    Row(
        "control and invisible characters",
        re.compile(f"[{_CONTROL}{_INVISIBLE}]+"),
        " ",
        "a space, not nothing: two halves of a secret that stood apart when secrets were looked for must not meet",
    ),
    _HALVES,
    Row(
        "tower of marks",
        re.compile(f"({_STACKING}{{4}}){_STACKING}+"),
        r"\1",
        "no language needs more than four on a letter; more run over the lines above and below",
    ),
    Row(
        "mark without a letter",
        re.compile(rf"\A\s*(?={_STACKING})"),
        "\u25cc",
        "would join what stands before it, which is ours: a blank of a table, the end of a tag",
    ),
)

# Words that GitHub would link, draw or calculate. They go into code as a whole: GitHub looks at the rendered text,
# where a backslash or an entity is gone, and only in code it leaves text alone.
WORDS = (
    Row(
        "address",
        re.compile(r"://|www\.|(?:mailto|xmpp):", re.IGNORECASE),
        r"`\g<0>`",
        "becomes a link, which sends readers to wherever the log says, and closes issues behind a closing keyword",
    ),
    Row(
        "GH-1",
        re.compile(r"(?<![A-Za-z0-9])GH-\d", re.IGNORECASE),
        r"`\g<0>`",
        "refers to an issue, and closes it behind a closing keyword",
    ),
    Row(
        "commit",
        re.compile(r"(?<![0-9A-Za-z_])[0-9a-f]{7,40}(?![0-9A-Za-z_])", re.IGNORECASE),
        r"`\g<0>`",
        "links the commit that begins so; ids look well in code",
    ),
    Row(
        "emoji",
        re.compile(r":(?!\d\d:)[\w+-]+:"),
        r"`\g<0>`",
        "becomes a picture; there are names for letters and numbers too, but for none of two digits, as times have",
    ),
    Row(
        "formula",
        re.compile(r"\$"),
        r"`\g<0>`",
        "all between two of them is set as mathematics, also across what is between two texts of ours",
    ),
)

# Signs that are active by what follows. Only they go into code: what remains is nobody's name, and reads on as before.
BOXED = (
    Row("mention", re.compile(r"@(?=[\w\\-])"), r"`\g<0>`", "notifies people and teams; in a mail address it links"),
    Row("reference", re.compile(r"#(?=\d)"), r"`\g<0>`", "refers to an issue, and closes it behind a closing keyword"),
)

# Signs of Markdown and HTML in what is left.
SIGNS = (
    Row("entity", re.compile("&"), "&amp;", "would be read as the character that it names"),
    Row("tag", re.compile("<"), "&lt;", "begins HTML, a comment like our own marks, or a link"),
    Row("end of a tag", re.compile(">"), "&gt;", "ends HTML; at the beginning of a line it quotes"),
    Row("span", re.compile(r"[\\*_\[\]!|~]"), r"\\\g<0>", "emphasis, links, images, footnotes, task lists and cells"),
    Row("code", re.compile("`"), "&#96;", "an entity, because beside code spans of ours a backslash is easily misread"),
)

# What is active only where a text begins or ends, since every text is one line and stands behind words of ours.
EDGES = (
    Row("block", re.compile(r"\A[-+=#]"), r"\\\g<0>", "behind a bullet it begins a list, a heading or a line"),
    Row("numbered list", re.compile(r"\A(\d{1,9})([.)])"), r"\1\\\2", "behind a bullet it begins a numbered list"),
    Row(
        "end of a heading",
        re.compile(r"(?<![\\#])#+\Z"),
        lambda found: r"\#" * len(found.group()),
        "would be dropped from the end of a heading",
    ),
)

MARKS = (
    Row(
        "comment",
        re.compile("<!--"),
        "<! --",
        "whoever looks for our marks looks at the text, where code is text too; what was logged could pass for one",
    ),
)

JSON = (
    _HALVES,
    Row(
        "control and invisible characters",
        # JSON itself spells those below a space; between its values line breaks and blanks are layout.
        re.compile(rf"[\x7f-\x9f\u2028\u2029{_INVISIBLE}]"),
        _spell_units,
        "JSON is also read in terminals and editors; spelt so, the value is the same",
    ),
)

EMBEDDED = (
    Row("markup", re.compile("[<>&]"), _spell_units, "a browser looks for the end of a script before it reads JSON"),
)

HTML = (
    Row("entity", re.compile("&"), "&amp;", "would be read as the character that it names"),
    Row("tag", re.compile("<"), "&lt;", "begins an element or a comment"),
    Row("end of a tag", re.compile(">"), "&gt;", "ends a tag where one is open by mistake"),
    Row("quote", re.compile('"'), "&quot;", "ends an attribute; ours all stand in double quotes"),
    Row("apostrophe", re.compile("'"), "&#39;", "ends an attribute in the other quotes; SVG knows no &apos; in HTML 4"),
)

TERMINAL = (
    *UNSEEN,
    Row(
        "mark around a letter",
        re.compile(r"[\u0488\u0489\u1abe\u20dd-\u20e0\u20e2-\u20e4\ua670-\ua672]"),
        "",
        "terminals disagree whether it has a cell of its own, and all cells behind it would be elsewhere",
    ),
)

CSV = (
    Row(
        "formula",
        re.compile(r"\A(?=[\t\r]|\s*(?:[=@\uff1d\uff20\uff0b\uff0d]|[+-].*[^A-Za-z0-9_.:~/-]))", re.DOTALL),
        "'",
        "spreadsheets calculate it, and formulas load addresses and start programs; ids may begin with - and stay",
    ),
)
