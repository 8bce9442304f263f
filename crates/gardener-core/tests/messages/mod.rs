//! Messages as the Cloud Logging API would send them, by descriptors that are made here.

use gardener_core::unwrap::Unwrapper;
use prost_reflect::prost::{encoding, Message};
use prost_reflect::{DescriptorPool, DynamicMessage, Value};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto};
use prost_types::{FileDescriptorProto, FileDescriptorSet, MessageOptions, OneofDescriptorProto};
use std::sync::LazyLock;

pub(crate) const ENTRY: &str = "google.logging.v2.LogEntry";
pub(crate) const AUDIT: &str = "type.googleapis.com/test.Audit";
pub(crate) const STRANGE: &str = "type.googleapis.com/test.Strange";

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| DescriptorPool::decode(describe().as_slice()).unwrap());

/// What the tests send: the well-known types, an entry, and what its payload may hold.
fn describe() -> Vec<u8> {
    let known: Vec<FileDescriptorProto> = DescriptorPool::global().file_descriptor_protos().cloned().collect();
    let mut file = FileDescriptorProto {
        name: Some("entry.proto".to_owned()),
        package: Some("google.logging.v2".to_owned()),
        dependency: known.iter().map(|file| file.name().to_owned()).collect(),
        message_type: vec![describe_entry(), describe_place()],
        enum_type: vec![describe_severity()],
        syntax: Some("proto3".to_owned()),
        ..FileDescriptorProto::default()
    };
    let audit = FileDescriptorProto {
        name: Some("audit.proto".to_owned()),
        package: Some("test".to_owned()),
        dependency: file.dependency.clone(),
        message_type: vec![describe_audit()],
        syntax: file.syntax.clone(),
        ..FileDescriptorProto::default()
    };
    file.dependency.push("audit.proto".to_owned());
    FileDescriptorSet { file: [known, vec![audit, file]].concat() }.encode_to_vec()
}

fn describe_entry() -> DescriptorProto {
    let choice = |mut field: FieldDescriptorProto| {
        field.oneof_index = Some(0);
        field
    };
    let labels = of_type(field("labels", 11, Type::Message), ".google.logging.v2.LogEntry.LabelsEntry");
    DescriptorProto {
        name: Some("LogEntry".to_owned()),
        field: vec![
            choice(of_type(field("proto_payload", 2, Type::Message), ".google.protobuf.Any")),
            choice(field("text_payload", 3, Type::String)),
            choice(of_type(field("json_payload", 6, Type::Message), ".google.protobuf.Struct")),
            field("insert_id", 4, Type::String),
            of_type(field("timestamp", 9, Type::Message), ".google.protobuf.Timestamp"),
            of_type(field("severity", 10, Type::Enum), ".google.logging.v2.LogSeverity"),
            repeated(labels),
            field("log_name", 12, Type::String),
            of_type(field("source_location", 23, Type::Message), ".google.logging.v2.Place"),
        ],
        nested_type: vec![DescriptorProto {
            name: Some("LabelsEntry".to_owned()),
            field: vec![field("key", 1, Type::String), field("value", 2, Type::String)],
            options: Some(MessageOptions { map_entry: Some(true), ..MessageOptions::default() }),
            ..DescriptorProto::default()
        }],
        oneof_decl: vec![OneofDescriptorProto { name: Some("payload".to_owned()), options: None }],
        ..DescriptorProto::default()
    }
}

fn describe_place() -> DescriptorProto {
    let field = vec![field("file", 1, Type::String), field("line", 2, Type::Int64)];
    DescriptorProto { name: Some("Place".to_owned()), field, ..DescriptorProto::default() }
}

fn describe_audit() -> DescriptorProto {
    let field = vec![
        field("method_name", 1, Type::String),
        of_type(field("metadata", 2, Type::Message), ".google.protobuf.Any"),
        repeated(of_type(field("details", 3, Type::Message), ".google.protobuf.Any")),
        of_type(field("took", 4, Type::Message), ".google.protobuf.Duration"),
        of_type(field("size", 5, Type::Message), ".google.protobuf.Int64Value"),
        field("share", 6, Type::Float),
        field("digest", 7, Type::Bytes),
        of_type(field("mask", 8, Type::Message), ".google.protobuf.FieldMask"),
    ];
    DescriptorProto { name: Some("Audit".to_owned()), field, ..DescriptorProto::default() }
}

fn describe_severity() -> EnumDescriptorProto {
    let value = |name: &str, number| EnumValueDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(number),
        options: None,
    };
    let value = vec![value("DEFAULT", 0), value("ERROR", 500)];
    EnumDescriptorProto { name: Some("LogSeverity".to_owned()), value, ..EnumDescriptorProto::default() }
}

fn field(name: &str, number: i32, kind: Type) -> FieldDescriptorProto {
    let mut field =
        FieldDescriptorProto { name: Some(name.to_owned()), number: Some(number), ..FieldDescriptorProto::default() };
    field.set_type(kind);
    field.set_label(Label::Optional);
    field
}

fn repeated(mut field: FieldDescriptorProto) -> FieldDescriptorProto {
    field.set_label(Label::Repeated);
    field
}

fn of_type(mut field: FieldDescriptorProto, name: &str) -> FieldDescriptorProto {
    field.type_name = Some(name.to_owned());
    field
}

pub(crate) fn unwrapper() -> Unwrapper {
    static FRESH: LazyLock<Unwrapper> = LazyLock::new(|| Unwrapper::new(&describe()).unwrap());
    FRESH.clone()
}

pub(crate) fn make(name: &str) -> DynamicMessage {
    DynamicMessage::new(POOL.get_message_by_name(name).unwrap())
}

pub(crate) fn parse(name: &str, value: &serde_json::Value) -> DynamicMessage {
    DynamicMessage::deserialize(POOL.get_message_by_name(name).unwrap(), value).unwrap()
}

pub(crate) fn pack(url: &str, value: Vec<u8>) -> DynamicMessage {
    let mut any = make("google.protobuf.Any");
    any.set_field_by_name("type_url", Value::String(url.to_owned()));
    any.set_field_by_name("value", Value::Bytes(value.into()));
    any
}

pub(crate) fn with(name: &str, field: &str, value: DynamicMessage) -> DynamicMessage {
    let mut message = make(name);
    message.set_field_by_name(field, Value::Message(value));
    message
}

/// A response with these entries, and a token behind them.
pub(crate) fn respond(entries: &[DynamicMessage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        encoding::bytes::encode(1, &entry.encode_to_vec(), &mut bytes);
    }
    encoding::string::encode(2, &"token".to_owned(), &mut bytes);
    bytes
}
