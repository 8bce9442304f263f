"""The templates of tickets: ours, and one of the user's own in the place of that of the body."""

from dataclasses import dataclass, fields
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, ClassVar, Protocol

from log_gardener.errors import ConfigError
from log_gardener.renderers.placing import MisplacedError, Pieces

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from jinja2.sandbox import ImmutableSandboxedEnvironment

TICKET, COMMENT, NOTICE, DASHBOARD = (f"{name}.md.jinja" for name in ("ticket", "comment", "notice", "dashboard"))

GUIDE = "docs/tickets/template.md tells what a template can say"

# GitHub takes 65,536 characters. The rest is for what people write around the block, and for a former one that they
# edited, which is kept below.
LONGEST_BLOCK = 30_000

_MARK = "<!-- log-gardener"


class View(Protocol):
    """All that a template can say: a frozen dataclass, whose texts of logs are pieces."""

    __dataclass_fields__: "ClassVar[dict[str, Any]]"


class TooLongError(ValueError):
    """What a template made is longer than a ticket can take."""


@dataclass(frozen=True)
class Templates:
    """Ours, and the user's own.

    Attributes:
        own: that of the body; `None` for ours.
    """

    own: Path | None = None

    def fill(self, name: str, view: View, pieces: Pieces) -> str:
        """The document of a view.

        Raises:
            ConfigError: the user's own template is wrong; with the line, and what to do.
            TooLongError: what came of it is longer than a ticket can take.
        """
        if self.own is None or name != TICKET:
            return _cap(pieces.put(self._fill(name, view)))
        try:
            return _cap(pieces.put(_refuse_marks(self._fill(str(self.own), view))))
        except (TooLongError, ConfigError):
            raise
        except MisplacedError as error:
            raise ConfigError(self._tell("", str(error))) from None
        # A template is a program of the user's own: whatever it raises is its fault.
        except Exception as error:
            raise ConfigError(self._tell(self._find_line(error), str(error))) from error

    def _fill(self, name: str, view: View) -> str:
        shown = {field.name: getattr(view, field.name) for field in fields(view)}
        return self._environment.get_template(name).render(shown)

    def _find_line(self, error: Exception) -> str:
        own = str(self.own)
        if getattr(error, "filename", None) == own and hasattr(error, "lineno"):
            return f", line {error.lineno}"
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == own]
        return f", line {lines[-1]}" if lines else ""

    def _tell(self, line: str, why: str) -> str:
        return f"the template of tickets {self.own}{line}: {why}; {GUIDE}"

    @cached_property
    def _environment(self) -> "ImmutableSandboxedEnvironment":
        # Whoever writes no ticket need not wait for these.
        from jinja2 import FunctionLoader, StrictUndefined  # noqa: PLC0415
        from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

        return ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._load),
            undefined=StrictUndefined,
            autoescape=False,  # it makes Markdown, and gets no text of logs
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def _load(self, name: str) -> "tuple[str, str, Callable[[], bool]] | None":
        """A template's text, and where it stands; of names only ours and the one that was configured."""
        if self.own and name == str(self.own):
            return self._read_own(self.own), name, lambda: True
        if name not in {TICKET, COMMENT, NOTICE, DASHBOARD}:
            return None
        text = (files("log_gardener.renderers") / "ticket_text" / name).read_text(encoding="utf-8")
        return text, name, lambda: True

    def _read_own(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            msg = f"the template of tickets {path} cannot be read: {why}"
            raise ConfigError(msg) from error


def _refuse_marks(made: str) -> str:
    if _MARK in made:
        msg = "it makes marks of ours, by which a ticket is known again"
        raise MisplacedError(msg)
    return made


def _cap(text: str) -> str:
    if len(text) > LONGEST_BLOCK:
        msg = f"it makes {len(text):,} characters, and a ticket can take {LONGEST_BLOCK:,}"
        raise TooLongError(msg)
    return text
