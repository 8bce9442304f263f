"""Reads the Logging query language, as it is documented, and refuses everything else with its place.

Binding, from the tightest: NOT or `-`, then OR, then AND, which may be left out.
"""

import re
from collections.abc import Callable
from functools import partial

from tests.fakes.filter_tree import Anywhere, Comparison, Every, FilterError, InLog, Literal, Node, Some, Without

LONGEST = 20_000
"""Characters of a filter, as documented."""

_GAP = re.compile(r"(?:\s+|--[^\n]*)*")
_STRING = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')
# An unquoted value: whatever else there may be in it wants quotation marks.
_WORD = re.compile(r"-?[A-Za-z0-9_][\w./%@$+-]*")
_PART = re.compile(r'[A-Za-z_@]\w*|"(?:[^"\\\n]|\\[^\n])*"')
_OPERATOR = re.compile(r"=~|!~|!=|<=|>=|=|<|>|:")
_CALL = re.compile(r"([A-Za-z_]\w*)\(")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{3})|(.))")
_ESCAPED = {"\\": "\\", '"': '"', "'": "'", "?": "?", "a": "\a", "b": "\b"} | {
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_CONNECTIVES = {"AND", "OR", "NOT"}
# What a list of values may stand behind. Of `!=` nobody documents what it would mean.
_LISTED = {"=", ":", "=~"}


def parse_tree(text: str) -> Node:
    """Read a filter.

    Raises:
        FilterError: it is too long, or no filter.
    """
    if len(text) > LONGEST:
        reason = f"a filter of {len(text)} characters is longer than {LONGEST}"
        raise FilterError(reason, text, LONGEST)
    return _Reader(text).read()


class _Reader:
    """Goes through a filter once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> Node:
        self._skip_gap()
        if self._is_over():
            return Every(())
        tree = self._read_every(self._read_restriction)
        if not self._is_over():
            raise self._refusal()
        return tree

    def _read_every(self, leaf: Callable[[], Node]) -> Node:
        parts = [self._read_some(leaf)]
        while not self._is_over() and not self._is_next(")"):
            self._find_connective("AND")
            parts.append(self._read_some(leaf))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _read_some(self, leaf: Callable[[], Node]) -> Node:
        parts = [self._read_not(leaf)]
        while self._find_connective("OR"):
            parts.append(self._read_not(leaf))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _read_not(self, leaf: Callable[[], Node]) -> Node:
        if self._find_connective("NOT") or self._find_minus():
            return Without(self._read_not(leaf))
        if self._is_next("("):
            self._step("(")
            inner = self._read_every(leaf)
            self._step(")")
            return inner
        return leaf()

    def _read_restriction(self) -> Node:
        at = self._at
        call = _CALL.match(self._text, at)
        if call and call[1] not in _CONNECTIVES:
            return self._read_call(call)
        path = self._find_path()
        if path:
            return self._read_comparison(path, at)
        return Anywhere(self._read_literal().text)

    def _read_call(self, call: re.Match[str]) -> Node:
        if call[1].lower() != "log_id":
            reason = f"the function {call[1]} is not served"
            raise FilterError(reason, self._text, call.start())
        self._at = call.end()
        self._skip_gap()
        name = self._read_literal()
        if not name.is_quoted:
            raise self._refusal(name.at)
        self._step(")")
        return InLog(name.text)

    def _read_comparison(self, path: tuple[str, ...], at: int) -> Node:
        operator = self._match(_OPERATOR)
        self._skip_gap()
        if operator == ":" and self._is_next("*"):
            star = Literal("*", is_quoted=False, at=self._at)
            self._step("*")
            return Comparison(path, operator, star, at)
        read_one = partial(self._read_value, path, operator, at)
        if not self._is_next("("):
            return read_one()
        if operator not in _LISTED:
            raise self._refusal()
        return self._read_not(read_one)

    def _read_value(self, path: tuple[str, ...], operator: str, at: int) -> Node:
        return Comparison(path, operator, self._read_literal(is_pattern="~" in operator), at)

    def _read_literal(self, *, is_pattern: bool = False) -> Literal:
        at = self._at
        if self._is_next('"'):
            if not _STRING.match(self._text, at):
                raise self._refusal(at)
            text = self._match(_STRING)
            self._check_end()
            return Literal(self._unescape(text[1:-1], at + 1, is_pattern=is_pattern), is_quoted=True, at=at)
        if not _WORD.match(self._text, at):
            raise self._refusal(at)
        word = self._match(_WORD)
        if word.upper() in _CONNECTIVES:
            # In lower case it would be a text to look for: nobody who sends a filter means that.
            raise self._refusal(at)
        self._check_end()
        return Literal(word, is_quoted=False, at=at)

    def _find_path(self) -> tuple[str, ...]:
        """The path of a field, if an operator follows; then the reader stands at the operator."""
        parts, at = [], self._at
        while part := _PART.match(self._text, at):
            parts.append(self._unescape(part[0][1:-1], at, is_pattern=False) if part[0][0] == '"' else part[0])
            at = part.end()
            if self._text[at : at + 1] != ".":
                break
            at += 1
        behind = _GAP.match(self._text, at)
        end = behind.end() if behind else at
        if not parts or self._text[at - 1] == "." or not _OPERATOR.match(self._text, end):
            return ()
        self._at = end
        return tuple(parts)

    def _find_connective(self, word: str) -> bool:
        end = self._at + len(word)
        is_here = self._text.startswith(word, self._at) and not re.match(r"[\w.]", self._text[end : end + 1])
        if is_here:
            self._at = end
            self._skip_gap()
            if self._is_over():
                raise self._refusal()
        return is_here

    def _find_minus(self) -> bool:
        is_here = self._is_next("-") and not re.match(r"[\s\d]|$", self._text[self._at + 1 :])
        self._at += is_here
        return is_here

    def _unescape(self, text: str, at: int, *, is_pattern: bool) -> str:
        def replace(found: re.Match[str]) -> str:
            code = found[1] or found[2] or found[3]
            if code or found[4]:
                return chr(int(code, 16) if code else int(found[4], 8))
            if found[5] in _ESCAPED and not (is_pattern and found[5] in "ab?"):
                return _ESCAPED[found[5]]
            if is_pattern:
                return found[0]
            raise self._refusal(at + found.start())

        return _ESCAPE.sub(replace, text)

    def _check_end(self) -> None:
        """Behind a value comes a gap, a parenthesis or the end."""
        if not self._is_over() and not re.match(r"[\s()]|--", self._text[self._at :]):
            raise self._refusal()
        self._skip_gap()

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            raise self._refusal()
        self._at = found.end()
        return found[0]

    def _step(self, mark: str) -> None:
        if not self._is_next(mark):
            raise self._refusal()
        self._at += 1
        self._skip_gap()

    def _skip_gap(self) -> None:
        found = _GAP.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _is_next(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def _is_over(self) -> bool:
        return self._at >= len(self._text)

    def _refusal(self, at: int | None = None) -> FilterError:
        return FilterError("syntax error", self._text, self._at if at is None else at)
