"""How tests ask the fake of Cloud Logging, with the real client, and what they ask about."""

from typing import Any

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.types import ListLogEntriesResponse
from google.rpc.error_details_pb2 import ErrorInfo

PROJECT = "projects/garden"
WINDOW = 'timestamp>="2025-09-14T21:00:00Z" AND timestamp<"2025-09-14T22:00:00Z"'


def entry(at: int, **fields: Any) -> dict[str, Any]:
    """An entry so many seconds into the window."""
    time_ = f"2025-09-14T21:{at // 60:02}:{at % 60:02}Z"
    return {"insertId": f"id-{at:04}", "timestamp": time_, "severity": "INFO", "textPayload": f"pot {at}"} | fields


ENTRIES = [entry(at) for at in range(120)]


def ask(client: LoggingServiceV2Client, **request: Any) -> ListLogEntriesResponse:
    """One page, without the client's own retries."""
    whole = {"resource_names": [PROJECT], "filter": WINDOW, "order_by": "timestamp asc"} | request
    pages = client.list_log_entries(request=whole, retry=None, timeout=10).pages
    page: ListLogEntriesResponse = next(iter(pages))
    return page


def ids(page: ListLogEntriesResponse) -> list[str]:
    return [one.insert_id for one in page.entries]


def read(client: LoggingServiceV2Client, **request: Any) -> list[ListLogEntriesResponse]:
    """All pages."""
    pages = [ask(client, **request)]
    while pages[-1].next_page_token:
        pages.append(ask(client, page_token=pages[-1].next_page_token, **request))
    return pages


def reason_of(error: GoogleAPICallError) -> ErrorInfo:
    (found,) = [detail for detail in error.details if isinstance(detail, ErrorInfo)]
    return found
