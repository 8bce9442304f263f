"""Documents of the repository, which may speak of a problem that was met before."""

import base64
import binascii
from collections.abc import Iterator
from fnmatch import fnmatchcase
from urllib.parse import quote

from log_gardener.model.ticket import Neighbour, NeighbourKind
from log_gardener.trackers.github.failures import EMPTY, FORBIDDEN, NOT_FOUND, make_nonsense, require
from log_gardener.trackers.github.gateway import Gateway
from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.payloads import LONGEST_TEXT, BlobPayload, TreeEntry, TreePayload, read
from log_gardener.trackers.github.repository import Repository

# What is larger was not written by hand.
MOST_BYTES = 200_000

_FILE = "blob"


class DocumentReader:
    """Reads documents of the default branch; each text once, as long as its content stays.

    Args:
        gateway: what GitHub is asked by.
        repository: whose they are.
        options: which, and how many.
    """

    def __init__(self, gateway: Gateway, repository: Repository, options: GitHubOptions) -> None:
        self._gateway = gateway
        self._repository = repository
        self._options = options
        self._texts: dict[str, str] = {}

    def list_documents(self) -> Iterator[Neighbour]:
        """Those with the shortest paths first; none where the contents may not be read."""
        if not self._options.most_documents:
            return
        facts = self._repository.find()
        entries = self._list_entries(facts.default_branch)
        kept = {}
        for entry in entries:
            text = self._texts.get(entry.sha)
            kept[entry.sha] = self._read_text(entry.sha) if text is None else text
            url = f"{facts.html_url}/blob/{quote(facts.default_branch)}/{quote(entry.path)}"
            yield Neighbour(NeighbourKind.DOCUMENT, url, _find_title(kept[entry.sha], entry.path), kept[entry.sha])
        self._texts = kept

    def _list_entries(self, branch: str) -> list[TreeEntry]:
        path = self._repository.make_path(f"/git/trees/{quote(branch, safe='')}")
        reply = self._gateway.get(path, {"recursive": "1"})
        if reply.status in {FORBIDDEN, NOT_FOUND, EMPTY}:
            return []
        tree = read(TreePayload, require(reply, self._gateway.place).payload, self._gateway.place).tree
        fitting = [entry for entry in tree if entry.type == _FILE and entry.size <= MOST_BYTES and self._fits(entry)]
        fitting.sort(key=lambda entry: (entry.path.count("/"), entry.path))
        return fitting[: self._options.most_documents]

    def _fits(self, entry: TreeEntry) -> bool:
        path = entry.path.casefold()
        return any(fnmatchcase(path, glob.casefold()) for glob in self._options.documents)

    def _read_text(self, sha: str) -> str:
        place = self._gateway.place
        reply = require(self._gateway.get(self._repository.make_path(f"/git/blobs/{sha}")), place)
        blob = read(BlobPayload, reply.payload, place)
        try:
            content = base64.b64decode(blob.content) if blob.encoding == "base64" else blob.content.encode()
        except binascii.Error:
            raise make_nonsense(place, "a document") from None
        return content.decode("utf-8", "replace")[:LONGEST_TEXT]


def _find_title(text: str, path: str) -> str:
    """The first heading of a document in Markdown, or its path."""
    headings = (line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#"))
    return next(filter(None, headings), path)
