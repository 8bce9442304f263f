"""How the words of a name are spelt in one language or another."""

from collections.abc import Callable


def upper(words: str) -> str:
    return words.upper().replace(" ", "_")


def snake(words: str) -> str:
    return words.replace(" ", "_")


def kebab(words: str) -> str:
    return words.replace(" ", "-")


def pascal(words: str) -> str:
    return words.title().replace(" ", "")


def camel(words: str) -> str:
    joined = pascal(words)
    return joined[:1].lower() + joined[1:]


def header(words: str) -> str:
    return kebab(words.title())


def dotted(words: str) -> str:
    return f"shop.{words.replace(' ', '-')}"


def prose(words: str) -> str:
    return words.capitalize()


def as_is(words: str) -> str:
    return words


STYLES: dict[str, Callable[[str], str]] = {
    style.__name__: style for style in (upper, snake, kebab, pascal, camel, header, dotted, prose, as_is)
}
