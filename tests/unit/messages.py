"""Messages of any type that a descriptor describes, within what the JSON mapping can say."""

from typing import Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import strategies as st

# Deeper, only leaves are drawn.
DEEPEST = 4
MOST_FIELDS = 6

# What `google.protobuf.Timestamp` and `Duration` can say: the years 1 to 9999, and ten thousand years.
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799
LONGEST_SECONDS = 315_576_000_000

PACKABLE = (
    "google.cloud.audit.AuditLog",
    "google.appengine.logging.v1.RequestLog",
    "google.iam.v1.logging.AuditData",
    "google.rpc.ErrorInfo",
    "google.rpc.Status",
    "google.protobuf.Duration",
    "google.protobuf.Empty",
    "google.protobuf.Int64Value",
    "google.protobuf.Struct",
    "google.protobuf.Timestamp",
)

_PLAIN = {
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_DOUBLE: st.one_of(
        st.integers(-(2**60), 2**60).map(float), st.floats(allow_nan=False, allow_infinity=False)
    ),
    FieldDescriptor.CPPTYPE_FLOAT: st.floats(width=32, allow_nan=False, allow_infinity=False),
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_STRING: st.one_of(
        st.text(max_size=8), st.sampled_from(['a\n"b"\\\u2028\x00\x7f', "Grüße 🌱", "</script>"])
    ),
    FieldDescriptor.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
}


def find_class(name: str) -> Any:
    """The class of a message by its full name."""
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))


@st.composite
def messages(draw: st.DrawFn, name: str, depth: int = 0) -> Any:
    """A message of a type."""
    made = find_class(name)()
    match name.removeprefix("google.protobuf."):
        case "Timestamp":
            made.seconds, made.nanos = draw(st.integers(FIRST_SECOND, LAST_SECOND)), draw(_nanos())
        case "Duration":
            sign = draw(st.sampled_from([-1, 1]))
            made.seconds, made.nanos = sign * draw(st.integers(0, LONGEST_SECONDS - 1)), sign * draw(_nanos())
        case "FieldMask":
            made.paths.extend(draw(st.lists(st.from_regex(r"[a-z]{1,3}(_[a-z]{1,3})?(\.[a-z]{1,3})?", fullmatch=True))))
        case "Any":
            kinds = PACKABLE if depth < DEEPEST else PACKABLE[-5:-1]
            made.Pack(draw(messages(draw(st.sampled_from(kinds)), depth + 1)))
        case "Value":
            # One without a kind is none that JSON has; it reads as null, but cannot be written.
            fill(draw, made, [draw(st.sampled_from(_list_fields(made, depth)))], depth)
        case _:
            fields = _list_fields(made, depth)
            chosen = st.lists(st.sampled_from(fields), max_size=MOST_FIELDS, unique_by=lambda field: field.number)
            fill(draw, made, draw(chosen) if fields else [], depth)
    return made


def fill(draw: st.DrawFn, message: Any, fields: list[Any], depth: int) -> None:
    """Set fields of a message; of those that exclude each other the last one stays."""
    for field in fields:
        content = getattr(message, field.name)
        if field.message_type and field.message_type.GetOptions().map_entry:
            _fill_map(draw, content, field.message_type, depth)
        elif field.is_repeated:
            content.extend(draw(st.lists(_values(field, depth), max_size=3)))
        elif field.message_type:
            content.SetInParent()
            content.CopyFrom(draw(_values(field, depth)))
        else:
            setattr(message, field.name, draw(_values(field, depth)))


def _fill_map(draw: st.DrawFn, content: Any, pair: Any, depth: int) -> None:
    field = pair.fields_by_name["value"]
    for key in draw(st.lists(_values(pair.fields_by_name["key"], depth), max_size=3)):
        if field.message_type:
            content[key].CopyFrom(draw(_values(field, depth)))
        else:
            content[key] = draw(_values(field, depth))


def _list_fields(message: Any, depth: int) -> list[Any]:
    return [field for field in message.DESCRIPTOR.fields if depth < DEEPEST or not field.message_type]


def _nanos() -> st.SearchStrategy[int]:
    scales = st.sampled_from([1, 1_000, 1_000_000])
    return st.one_of(st.just(0), scales.flatmap(lambda scale: st.integers(0, 10**9 // scale - 1).map(scale.__mul__)))


def _values(field: Any, depth: int) -> st.SearchStrategy[Any]:
    if field.message_type:
        return messages(field.message_type.full_name, depth + 1)
    if field.enum_type:
        return st.sampled_from([*(value.number for value in field.enum_type.values), 777])
    return st.binary(max_size=8) if field.type == FieldDescriptor.TYPE_BYTES else _PLAIN[field.cpp_type]
