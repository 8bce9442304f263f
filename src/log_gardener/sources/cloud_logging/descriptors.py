"""What entries of Cloud Logging are made of, as the installed Google libraries have it.

The core is told at run time, so that no copy of Google's definitions is kept here.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet

_ENTRY = ("google.logging.v2.LogEntry", "google.cloud.logging_v2.types")

# What Google's services put into `protoPayload`, or inside of that. Where the library that defines it is not installed,
# such a payload is shown as its bytes.
_PAYLOADS = (
    ("google.cloud.audit.AuditLog", "google.cloud.audit.audit_log_pb2"),
    ("google.appengine.logging.v1.RequestLog", "google.cloud.appengine_logging_v1.types"),
    ("google.cloud.bigquery.logging.v1.AuditData", "google.cloud.bigquery_logging_v1.types"),
    ("google.iam.v1.logging.AuditData", "google.iam.v1.logging.audit_data_pb2"),
    ("google.iam.v1.Policy", "google.iam.v1.policy_pb2"),
    ("google.protobuf.Any", "google.protobuf.any_pb2"),
    ("google.protobuf.Duration", "google.protobuf.duration_pb2"),
    ("google.protobuf.Empty", "google.protobuf.empty_pb2"),
    ("google.protobuf.FieldMask", "google.protobuf.field_mask_pb2"),
    ("google.protobuf.StringValue", "google.protobuf.wrappers_pb2"),
    ("google.protobuf.Struct", "google.protobuf.struct_pb2"),
    ("google.protobuf.Timestamp", "google.protobuf.timestamp_pb2"),
    ("google.rpc.ErrorInfo", "google.rpc.error_details_pb2"),
    ("google.rpc.Status", "google.rpc.status_pb2"),
    ("google.rpc.context.AttributeContext", "google.rpc.context.attribute_context_pb2"),
)


@cache
def find_descriptors() -> bytes:
    """A serialised `google.protobuf.FileDescriptorSet` for the core's `Unwrapper`.

    Raises:
        ImportError: `google-cloud-logging` is not installed.
    """
    found = [_find_file(*_ENTRY)]
    for name, module in _PAYLOADS:
        with suppress(ImportError):
            found.append(_find_file(name, module))
    files: dict[str, Any] = {}
    for file in found:
        files |= {needed.name: needed for needed in _list_needed(file, files)}
    described = FileDescriptorSet()
    for file in files.values():
        file.CopyToProto(described.file.add())
    serialised: bytes = described.SerializeToString()
    return serialised


def _find_file(name: str, module: str) -> Any:  # noqa: ANN401 - comes without a type
    """The file that defines a message; importing its module made it known."""
    import_module(module)
    return descriptor_pool.Default().FindFileContainingSymbol(name)


def _list_needed(file: Any, known: dict[str, Any]) -> Iterator[Any]:  # noqa: ANN401 - comes without a type
    """A file behind all that it imports, without what is known already."""
    if file.name not in known:
        for imported in file.dependencies:
            yield from _list_needed(imported, known)
        yield file
