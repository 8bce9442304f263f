"""How pictures look: in a file by a style sheet of its own, for light and dark; in a page by the page's colours.

The colours are those of `renderers/html/look.css`, whose part on pictures is what `spell_page_rules` gives: a test
compares both.
"""

from collections.abc import Iterable, Mapping

# By the page's names: for light, and for dark.
COLOURS: Mapping[str, tuple[str, str]] = {
    "surface": ("#ffffff", "#181e1a"),
    "sunk": ("#eef2ec", "#202822"),
    "ink": ("#1b211c", "#e5ebe5"),
    "soft": ("#566058", "#9fada2"),
    "line": ("#d8dfd6", "#2d382f"),
    "edge": ("#8a958b", "#6f7d72"),
    "accent": ("#22693a", "#86cf95"),
    "p0": ("#9f1239", "#ff8fa5"),
    "p1": ("#b23a0e", "#ff9e70"),
    "p2": ("#8a5a00", "#e6bd62"),
    "p3": ("#2a5f9b", "#8fbcec"),
    "p4": ("#5c665f", "#a9b4ab"),
    "sev-default": ("#7d8a80", "#7f8c83"),
    "sev-debug": ("#8f9b92", "#6c786f"),
    "sev-info": ("#5f87a8", "#6f98ba"),
    "sev-notice": ("#3d7f86", "#58a5ab"),
    "sev-warning": ("#c08a1e", "#dba83c"),
    "sev-error": ("#cb4b2c", "#ee7a57"),
    "sev-critical": ("#ac1f3d", "#f0617f"),
    "sev-alert": ("#8e2a86", "#d27bc9"),
    "sev-emergency": ("#4c2a85", "#a98be8"),
}

_PRIORITIES = ("p0", "p1", "p2", "p3", "p4")

# What follows `.chart `, property and colour. Later rows win, so what a class adds stands behind what all have.
_RULES = (
    ("text", "fill", "ink"),
    (".soft", "fill", "soft"),
    (".ground", "fill", "surface"),
    (".bars", "fill", "accent"),
    (".gap", "fill", "line"),
    (".box", "fill", "sunk"),
    (".box", "stroke", "edge"),
    (".head", "fill", "edge"),
    (".rule", "stroke", "line"),
    (".axis", "stroke", "edge"),
    (".tie", "stroke", "edge"),
    (".mark", "stroke", "accent"),
    (".flag", "stroke", "surface"),
    *((f".{name}", "fill", name) for name in COLOURS if name in _PRIORITIES or name.startswith("sev-")),
)

# What is the same in the light and in the dark. A name has a rim of the ground, so that no line runs through it.
_SHAPES = (
    "text{font-size:12px}",
    ".small{font-size:11px}",
    ".strong{font-weight:600}",
    ".hit{fill:transparent}",
    ".rule,.axis,.mark,.tie{fill:none}",
    ".mark{stroke-width:1.5;stroke-dasharray:4 3}",
    ".tie{stroke-width:1.5}",
    ".shared{stroke-dasharray:3 3}",
    ".faint{opacity:.4}",
    ".flag{stroke-width:4;paint-order:stroke;stroke-linejoin:round}",
)

_FONT = ".chart text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',sans-serif}"


def make_style() -> str:
    """The style sheet of a file. It has no variables, which not every viewer knows."""
    light, dark = ("".join(_spell_rules(theme)) for theme in (0, 1))
    return f"{_FONT}{''.join(_spell_shapes())}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def spell_page_rules() -> list[str]:
    """The rules of a page, whose colours are variables of the same names."""
    coloured = [f".chart {selector}{{{name}:var(--{colour})}}" for selector, name, colour in _RULES]
    return [*_spell_shapes(), *coloured]


def _spell_shapes() -> Iterable[str]:
    return [".chart " + shape.replace(",.", ",.chart .") for shape in _SHAPES]


def _spell_rules(theme: int) -> list[str]:
    return [f".chart {selector}{{{name}:{COLOURS[colour][theme]}}}" for selector, name, colour in _RULES]
