"""How Google Cloud refuses: status codes, texts and `google.rpc` details as the services send them."""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

SERVICE = "logging.googleapis.com"
PROJECT_NUMBER = 123456789012


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a call ends with instead of an answer."""

    code: grpc.StatusCode
    message: str
    details: tuple[Message, ...] = ()

    def to_status(self) -> status_pb2.Status:
        """The message that goes into the trailing metadata."""
        packed = []
        for detail in self.details:
            one = AnyMessage()
            one.Pack(detail)
            packed.append(one)
        return status_pb2.Status(code=self.code.value[0], message=self.message, details=packed)


class RefusedError(Exception):
    """Ends a call with a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def _make_reason(reason: str, metadata: Mapping[str, str], domain: str = "googleapis.com") -> Message:
    return error_details_pb2.ErrorInfo(reason=reason, domain=domain, metadata=metadata)


def _make_help(description: str, url: str) -> Message:
    return error_details_pb2.Help(links=[error_details_pb2.Help.Link(description=description, url=url)])


def make_invalid(message: str) -> RefusedError:
    """An argument that the service does not take."""
    return RefusedError(Refusal(grpc.StatusCode.INVALID_ARGUMENT, message))


def make_not_found(resource: str) -> RefusedError:
    """A project that there is not; of folders and organisations nobody is told whether there are."""
    kind, _, name = resource.partition("/")
    if kind != "projects":
        return make_denied(resource, "logging.logEntries.list")
    return RefusedError(Refusal(grpc.StatusCode.NOT_FOUND, f"Project does not exist: {name}"))


def make_denied(resource: str, permission: str) -> RefusedError:
    """A permission that whoever asks does not have."""
    reason = _make_reason(
        "IAM_PERMISSION_DENIED", {"permission": permission, "resource": resource}, domain="iam.googleapis.com"
    )
    text = f"Permission '{permission}' denied on resource (or it may not exist)."
    return RefusedError(Refusal(grpc.StatusCode.PERMISSION_DENIED, text, (reason,)))


def make_disabled() -> RefusedError:
    """An API that is not enabled in the project."""
    url = f"https://console.developers.google.com/apis/api/{SERVICE}/overview?project={PROJECT_NUMBER}"
    text = (
        f"Cloud Logging API has not been used in project {PROJECT_NUMBER} before or it is disabled. Enable it by "
        f"visiting {url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate "
        "to our systems and retry."
    )
    consumer = f"projects/{PROJECT_NUMBER}"
    metadata = {"service": SERVICE, "serviceTitle": "Cloud Logging API", "consumer": consumer, "activationUrl": url}
    details = (_make_reason("SERVICE_DISABLED", metadata), _make_help("Google developers console API activation", url))
    return RefusedError(Refusal(grpc.StatusCode.PERMISSION_DENIED, text, details))


def make_unauthenticated(method: str) -> RefusedError:
    """Credentials that have expired."""
    text = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    reason = _make_reason("ACCESS_TOKEN_EXPIRED", {"service": SERVICE, "method": method})
    return RefusedError(Refusal(grpc.StatusCode.UNAUTHENTICATED, text, (reason,)))


def make_exhausted(reads_per_minute: int) -> RefusedError:
    """A quota that is used up; as the real one, without a word on when to come back."""
    consumer = f"project_number:{PROJECT_NUMBER}"
    text = (
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service "
        f"'{SERVICE}' for consumer '{consumer}'."
    )
    metadata = {
        "service": SERVICE,
        "consumer": f"projects/{PROJECT_NUMBER}",
        "quota_metric": f"{SERVICE}/read_requests",
        "quota_limit": "ReadRequestsPerMinutePerProject",
        "quota_limit_value": str(reads_per_minute),
        "quota_location": "global",
        "quota_unit": "1/min/{project}",
    }
    link = _make_help("Request a higher quota limit.", "https://cloud.google.com/docs/quotas/help/request_increase")
    details = (_make_reason("RATE_LIMIT_EXCEEDED", metadata), link)
    return RefusedError(Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, text, details))


def make_broken(code: grpc.StatusCode) -> RefusedError:
    """A call that something on the way broke."""
    texts = {
        grpc.StatusCode.UNAVAILABLE: "The service is currently unavailable.",
        grpc.StatusCode.DEADLINE_EXCEEDED: "Deadline expired before operation could complete.",
        grpc.StatusCode.INTERNAL: "Internal error encountered.",
    }
    return RefusedError(Refusal(code, texts[code]))
