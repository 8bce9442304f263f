"""What `logging://` names: a project, a folder, an organisation, a billing account, or a view of a log bucket."""

import re
from dataclasses import dataclass

from log_gardener.errors import UsageError

SCHEME = "logging://"

_ID = r"[A-Za-z0-9_][A-Za-z0-9_.:-]*"
_RESOURCE = re.compile(
    rf"(?P<container>(?P<kind>projects|folders|organizations|billingAccounts)/(?P<id>{_ID}))"
    rf"(?P<bucket>/locations/{_ID}/buckets/{_ID}(?P<view>/views/{_ID})?)?"
)
_PROJECT = re.compile(_ID)

# Entries are read from views, never from a bucket itself; this one shows all that is in it, and every bucket has it.
WHOLE_VIEW = "/views/_AllLogs"

_FORMS = (
    "PROJECT",
    "folders/FOLDER",
    "organizations/ORGANIZATION",
    "billingAccounts/ACCOUNT",
    "projects/PROJECT/locations/LOCATION/buckets/BUCKET/views/VIEW",
)


@dataclass(frozen=True, slots=True)
class Address:
    """A resource whose entries can be listed.

    Attributes:
        resource: its name, as the API takes it.
        container: the project, folder, organisation or billing account that it is or belongs to.
        kind: `projects`, `folders`, `organizations` or `billingAccounts`.
        id: the container's own name.
        is_view: whether it is a view of a bucket.
    """

    resource: str
    container: str
    kind: str
    id: str
    is_view: bool

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `logging://...`.

        Raises:
            UsageError: it names no such resource.
        """
        name = text.removeprefix(SCHEME)
        found = _RESOURCE.fullmatch(f"projects/{name}" if _PROJECT.fullmatch(name) else name)
        if not text.startswith(SCHEME) or found is None:
            forms = ", ".join(SCHEME + form for form in _FORMS)
            msg = f"{text} names nothing in Cloud Logging; write one of {forms}"
            raise UsageError(msg)
        is_view = found["bucket"] is not None
        view = WHOLE_VIEW if is_view and found["view"] is None else ""
        return cls(found[0] + view, found["container"], found["kind"], found["id"], is_view)
