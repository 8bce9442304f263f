"""The last look at each answer, as at everything that leaves; what was looked at before is not looked at again.

Known texts are kept as hashes under this process's own key, which whoever writes logs cannot aim at.
"""

from collections.abc import Callable
from threading import Lock

from log_gardener.exits import leaks
from log_gardener.renderers.html_text import escape_html

HTML = "text/html"

# Lines of pages and whole answers, each some hundred bytes to some thousand: some ten megabytes.
MOST_LINES, MOST_ANSWERS = 50_000, 500


class LastLook:
    """Stops answers that hold what looks like a secret.

    Args:
        rules: what is a secret, as one object; another one where that has changed.
        is_public: whether others than the operator look, so that names of his own are no exception.
    """

    def __init__(self, rules: Callable[[], object], *, is_public: bool) -> None:
        self._rules, self._is_public = rules, is_public
        self._known_rules = rules()
        self._clean: set[int] = set()
        self._answers: set[int] = set()
        self._lock = Lock()

    def check(self, media: str, body: bytes, name: str, *, who: str = "") -> None:
        """Look at an answer.

        Args:
            media: its type.
            body: all of it.
            name: what it is, for the message.
            who: asks; that they see their own name is no secret to them.

        Raises:
            LeakError: it holds what looks like a secret.
        """
        self._forget_old()
        text = body.decode("utf-8", "replace")
        for spelt in (who, escape_html(who)) if who else ():
            text = text.replace(spelt, "")
        if media.startswith(HTML):
            self._check_lines(text, name)
        elif body:
            self._check_whole(text, name)

    def _forget_old(self) -> None:
        """What was looked at by other rules was not looked at."""
        rules = self._rules()
        with self._lock:
            if rules is not self._known_rules:
                self._known_rules = rules
                self._clean.clear()
                self._answers.clear()

    def _check_lines(self, text: str, name: str) -> None:
        """Pages say the same again and again: line by line, each once. Parts of pages are looked at as pages."""
        lines = {hash(line): line for line in text.splitlines() if line.strip()}
        with self._lock:
            new = {key: line for key, line in lines.items() if key not in self._clean}
        leaks.check("\n".join(["<html>", *new.values()]), f"the page {name}", is_public=self._is_public)
        with self._lock:
            if len(self._clean) + len(new) > MOST_LINES:
                self._clean.clear()
            self._clean |= new.keys()

    def _check_whole(self, text: str, name: str) -> None:
        key = hash(text)
        with self._lock:
            if key in self._answers:
                return
        leaks.check(text, f"the answer of {name}", is_public=self._is_public)
        with self._lock:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers.add(key)
