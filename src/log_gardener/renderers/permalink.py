"""Addresses in the repository: of a line as a revision has it, and of a revision's commit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from log_gardener.errors import ConfigError
from log_gardener.model.cluster import Location, RevisionSpan
from log_gardener.renderers.escaping import flatten

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_REPOSITORY = re.compile(r"https?://[^\s/()<>?#@]+(?:/[^\s()<>?#@]+)+")

# Traces of some languages name a class where others name a file: only what ends as a file's name is one.
_FILE = re.compile(r"[^\\:*?\"<>|\x00-\x1f]{1,300}\.[a-z][a-z0-9+]{0,5}")


@dataclass(frozen=True, slots=True)
class CodeHost:
    """Where the code is.

    Attributes:
        repository_url: such as `https://github.com/acme/shop`; empty for nowhere.
        commits: from a revision's name to its commit.
        source_roots: from a folder in which the code runs to the folder of the repository in which it is: `/srv/web` to
            `web`, or to nothing for the repository itself.

    Raises:
        ConfigError: an address or a commit is none.
    """

    repository_url: str = ""
    commits: Mapping[str, str] = field(default_factory=dict)
    source_roots: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.repository_url and not _REPOSITORY.fullmatch(self.repository_url):
            msg = (
                f"{self.repository_url!r} is no address of a repository; write for example https://github.com/acme/shop"
            )
            raise ConfigError(msg)
        for revision, commit in self.commits.items():
            if not _COMMIT.fullmatch(commit):
                msg = f"{commit!r}, the commit of revision {revision}, is none: it has 7 to 64 hex digits"
                raise ConfigError(msg)

    def find_commit(self, revisions: Sequence[RevisionSpan]) -> str:
        """The commit of the revision that was seen last, of those whose commits are known; empty for none."""
        known = [row for row in revisions if row.name in self.commits]
        latest = max(known, key=lambda row: row.last_nanos or 0, default=None)
        return self.commits[latest.name] if latest else ""

    def link_commit(self, revision: str) -> str:
        """The address of a revision's commit; empty where it is not known."""
        commit = self.commits.get(revision, "")
        return f"{self._base}/commit/{commit}" if commit and self._base else ""

    def link_line(self, location: Location, commit: str) -> str:
        """The address of a line as a commit has it; empty where it is not known."""
        path = self.find_path(location.file or "")
        if not (path and commit and self._base):
            return ""
        line = f"#L{location.line}" if location.line else ""
        return f"{self._base}/blob/{commit}/{quote(path)}{line}"

    def find_path(self, file: str) -> str:
        """A file's path in the repository; empty if it is outside, or no file."""
        rooted = sorted(self.source_roots, key=len, reverse=True)
        root = next((one for one in rooted if file.startswith(f"{one.rstrip('/')}/")), None)
        if root is not None:
            below = file[len(root.rstrip("/")) :].lstrip("/")
            folder = self.source_roots[root].strip("/")
            file = f"{folder}/{below}" if folder else below
        file = file.removeprefix("./")
        is_inside = not file.startswith("/") and not {"..", ".", ""} & set(file.split("/"))
        return file if is_inside and _FILE.fullmatch(file) and flatten(file) == file else ""

    @property
    def _base(self) -> str:
        return self.repository_url.rstrip("/").removesuffix(".git")
