"""Where a secret may stand: each context makes a text of a secret and the name that it goes by.

Templates have `«secret»` and `«name»` for the two. What a context's own grammar forbids, the secret must not have.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.secrets.secret import Kind, Secret
from tests.secrets.spelling import STYLES

BLANKS, QUOTES = " \t\n", "\"'`"
# What ends a value that stands without quotes, in most grammars.
LOOSE = BLANKS + QUOTES + ",;&|)]}>"


@dataclass(frozen=True)
class Context:
    """A place for a secret.

    Attributes:
        write: makes the text, of the secret and its name.
        roles: which kinds may stand there.
        refuses: characters that a secret may not have there.
        style: how names are spelt.
        is_json: whether the text is a JSON document.
    """

    name: str
    write: Callable[[str, str], str]
    roles: frozenset[str]
    refuses: str = ""
    style: str = "snake"
    is_json: bool = False

    def takes(self, kind: Kind, secret: Secret) -> bool:
        """Whether the secret may stand here."""
        return bool(self.roles & kind.roles) and not set(self.refuses) & set(secret.text)

    def plant(self, secret: Secret, name: str | None = None) -> str:
        """The text."""
        return self.write(secret.text, STYLES[self.style](name or secret.name))


def by_template(template: str) -> Callable[[str, str], str]:
    """What writes a template."""
    return lambda secret, name: template.replace("«name»", name).replace("«secret»", secret)


def make_contexts(rows: dict[str, tuple[str, str, str]], roles: frozenset[str]) -> tuple[Context, ...]:
    """Contexts of a table: name to style, template and what it refuses."""
    return tuple(
        Context(name, by_template(template), roles, refuses, style) for name, (style, template, refuses) in rows.items()
    )
