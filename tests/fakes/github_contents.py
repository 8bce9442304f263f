"""The files on the default branch of a repository on the fake GitHub, named by digests as git names them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A file or a folder.

    Attributes:
        path: from the top.
        kind: `blob` or `tree`.
        size: of a file, in bytes.
    """

    path: str
    kind: str
    sha: str
    size: int = 0

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class Contents:
    """Files by path. Assign to `contents["docs/a.md"]`; a text is stored as UTF-8.

    Attributes:
        most_entries: a recursive tree shows so many and says that it is truncated.
    """

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self.most_entries = 100_000

    def __setitem__(self, path: str, content: str | bytes) -> None:
        """Write a file."""
        self._files[path] = content.encode() if isinstance(content, str) else content

    def __delitem__(self, path: str) -> None:
        """Take a file away."""
        del self._files[path]

    def __bool__(self) -> bool:
        """Whether there is anything, so that there is a commit."""
        return bool(self._files)

    def find(self, path: str) -> bytes | None:
        """What a file holds."""
        return self._files.get(path)

    def find_blob(self, sha: str) -> bytes | None:
        """What a file of that digest holds."""
        return next((content for content in self._files.values() if _name_blob(content) == sha), None)

    def list_folder(self, path: str) -> list[Node]:
        """What is directly in a folder, by name; nothing if there is no such folder."""
        start = f"{path}/" if path else ""
        nodes = {}
        for file, content in sorted(self._files.items()):
            if file.startswith(start):
                first, is_deeper, _ = file[len(start) :].partition("/")
                node = start + first
                nodes[node] = self._make_tree(node) if is_deeper else _make_blob(node, content)
        return list(nodes.values())

    def walk(self) -> Iterator[Node]:
        """All files and folders, by path."""
        folders = {
            "/".join(parts[:depth])
            for path in self._files
            for parts in [path.split("/")]
            for depth in range(1, len(parts))
        }
        for path in sorted({*folders, *self._files}):
            yield self._make_tree(path) if path in folders else _make_blob(path, self._files[path])

    @property
    def tree_sha(self) -> str:
        """The digest of the whole."""
        return self._make_tree("").sha

    @property
    def commit_sha(self) -> str:
        """The digest of the only commit there is."""
        return hashlib.sha1(b"commit " + self.tree_sha.encode(), usedforsecurity=False).hexdigest()

    def _make_tree(self, path: str) -> Node:
        start = f"{path}/" if path else ""
        inside = "".join(
            f"{one} {_name_blob(text)}\n" for one, text in sorted(self._files.items()) if one.startswith(start)
        )
        return Node(path, "tree", hashlib.sha1(b"tree " + inside.encode(), usedforsecurity=False).hexdigest())


def _name_blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _make_blob(path: str, content: bytes) -> Node:
    return Node(path, "blob", _name_blob(content), len(content))
