//! Responses of the Cloud Logging API become lines of JSON: nothing lost, nothing twice, never a panic.

mod messages;

use gardener_core::unwrap::{Progress, Unwrapper};
use gardener_core::Error;
use messages::{make, pack, parse, respond, unwrapper, with, AUDIT, ENTRY, STRANGE};
use proptest::prelude::*;
use prost_reflect::prost::{encoding, Message};
use prost_reflect::{DescriptorPool, DynamicMessage, MapKey, Value};
use prost_types::FileDescriptorSet;
use serde_json::json;
use std::collections::HashMap;

fn lines(bytes: &[u8]) -> Vec<serde_json::Value> {
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn line_of(entry: DynamicMessage) -> serde_json::Value {
    let lines = lines(&unwrapper().unwrap(&respond(&[entry])).unwrap());
    assert_eq!(lines.len(), 1);
    lines.into_iter().next().unwrap()
}

fn number(value: f64) -> String {
    let mut content = make("google.protobuf.Value");
    content.set_field_by_name("number_value", Value::F64(value));
    let mut members = make("google.protobuf.Struct");
    let map = HashMap::from([(MapKey::String("n".to_owned()), Value::Message(content))]);
    members.set_field_by_name("fields", Value::Map(map));
    line_of(with(ENTRY, "json_payload", members))["jsonPayload"]["n"].to_string()
}

#[test]
fn an_entry_is_a_line_in_the_json_mapping() {
    let entry = json!({
        "logName": "projects/p/logs/run", "insertId": "a1", "timestamp": "2025-11-03T14:12:29.120Z", "severity": "ERROR",
        "labels": {"zone": "b", "area": ""}, "sourceLocation": {"file": "shop.py", "line": "137"},
        "jsonPayload": {"message": "Grüße\n\"x\"", "order": 4711, "list": [null, true, {"deep": [1.5]}], "none": {}},
    });
    assert_eq!(line_of(parse(ENTRY, &entry)), entry);
}

#[test]
fn what_is_set_to_its_default_is_absent_but_for_the_payload() {
    let entry = json!({"severity": "DEFAULT", "insertId": "", "textPayload": ""});
    assert_eq!(line_of(parse(ENTRY, &entry)), json!({"textPayload": ""}));
    assert_eq!(line_of(make(ENTRY)), json!({}));
}

#[test]
fn a_whole_double_is_written_as_an_integer() {
    for (value, spelt) in [(137.0, "137"), (-1.0, "-1"), (0.5, "0.5"), (0.0, "0"), (-0.0, "0"), (1e300, "1e+300")] {
        assert_eq!(number(value), spelt);
    }
    assert_eq!(number(9_007_199_254_740_992.0), "9007199254740992");
    assert_eq!(number(18_014_398_509_481_984.0), "1.8014398509481984e+16");
}

#[test]
fn what_is_no_number_is_a_word() {
    for (value, word) in [(f64::NAN, "NaN"), (f64::INFINITY, "Infinity"), (f64::NEG_INFINITY, "-Infinity")] {
        assert_eq!(number(value), format!("\"{word}\""));
    }
}

#[test]
fn a_severity_without_a_name_is_its_number() {
    let mut entry = make(ENTRY);
    entry.set_field_by_name("severity", Value::EnumNumber(250));
    assert_eq!(line_of(entry), json!({"severity": 250}));
}

#[test]
fn a_known_payload_has_its_members_and_its_type() {
    let payload = json!({
        "@type": AUDIT, "methodName": "Update", "took": "1.500s", "size": "7", "share": 0.1, "digest": "AAE=",
        "mask": "aB,c.dE", "details": [{"@type": "type.googleapis.com/google.protobuf.Duration", "value": "2s"}],
    });
    let entry = json!({"protoPayload": payload});
    assert_eq!(line_of(parse(ENTRY, &entry)), entry);
}

#[test]
fn what_is_of_unknown_type_keeps_its_bytes_wherever_it_stands() {
    let strange = json!({"@type": STRANGE, "value": "CgF4"});
    let packed = || pack(STRANGE, b"\n\x01x".to_vec());
    assert_eq!(line_of(with(ENTRY, "proto_payload", packed()))["protoPayload"], strange);

    let audit = with("test.Audit", "metadata", packed());
    let entry = with(ENTRY, "proto_payload", pack(AUDIT, audit.encode_to_vec()));
    assert_eq!(line_of(entry)["protoPayload"], json!({"@type": AUDIT, "metadata": strange}));
}

#[test]
fn what_does_not_fit_its_type_keeps_its_bytes() {
    for (url, bytes, spelt) in [(AUDIT, "\x0f", "Dw=="), ("", "x", "eA=="), ("no type", "", ""), ("/", "", "")] {
        let payload = line_of(with(ENTRY, "proto_payload", pack(url, bytes.into())))["protoPayload"].clone();
        let expected = if url.is_empty() { json!({"value": spelt}) } else { json!({"@type": url, "value": spelt}) };
        assert_eq!(payload, expected);
    }
}

#[test]
fn a_time_out_of_bounds_is_shown_as_what_it_consists_of() {
    let mut time = make("google.protobuf.Timestamp");
    time.set_field_by_name("seconds", Value::I64(i64::MAX));
    time.set_field_by_name("nanos", Value::I32(-5));
    let mut unwrapper = unwrapper();
    let given = unwrapper.unwrap(&respond(&[with(ENTRY, "timestamp", time)])).unwrap();
    assert_eq!(lines(&given), [json!({"timestamp": {"seconds": "9223372036854775807", "nanos": -5}})]);
    assert_eq!(unwrapper.progress(), Progress { entries: 1, newest: None, last: None });
}

#[test]
fn types_inside_each_other_without_end_end() {
    let any = "type.googleapis.com/google.protobuf.Any";
    let mut payload = pack(any, Vec::new());
    for _ in 0..2_000 {
        payload = pack(any, payload.encode_to_vec());
    }
    let mut inside = &line_of(with(ENTRY, "proto_payload", payload))["protoPayload"];
    let mut depth = 0;
    while inside["value"].is_object() {
        (inside, depth) = (&inside["value"], depth + 1);
    }
    assert!(inside["value"].is_string());
    assert_eq!(depth, 16);
}

#[test]
fn values_inside_each_other_are_read_as_deep_as_the_decoder_goes() {
    let nest = |depth: usize| {
        let mut value = make("google.protobuf.Value");
        for _ in 0..depth {
            let mut list = make("google.protobuf.ListValue");
            list.set_field_by_name("values", Value::List(vec![Value::Message(value)]));
            value = with("google.protobuf.Value", "list_value", list);
        }
        let map = HashMap::from([(MapKey::String("n".to_owned()), Value::Message(value))]);
        let mut members = make("google.protobuf.Struct");
        members.set_field_by_name("fields", Value::Map(map));
        respond(&[with(ENTRY, "json_payload", members)])
    };
    assert!(unwrapper().unwrap(&nest(40)).is_ok());
    assert!(matches!(unwrapper().unwrap(&nest(100)), Err(Error::Response(_))));
}

#[test]
fn equal_entries_give_equal_bytes() {
    let members: serde_json::Map<_, _> = (0..50).map(|number| (format!("label {number}"), json!("x"))).collect();
    let given = || unwrapper().unwrap(&respond(&[parse(ENTRY, &json!({"labels": members, "jsonPayload": members}))]));
    assert_eq!(given().unwrap(), given().unwrap());
}

fn entry(log: &str, id: &str, second: i64) -> DynamicMessage {
    parse(ENTRY, &json!({"logName": log, "insertId": id, "timestamp": format!("1970-01-01T00:00:{second:02}Z")}))
}

#[test]
fn what_was_given_before_a_resumption_is_not_given_again() {
    let mut unwrapper = unwrapper();
    let first = respond(&[entry("l", "a", 1), entry("l", "b", 3), entry("l", "b", 3)]);
    assert_eq!(lines(&unwrapper.unwrap(&first).unwrap()).len(), 3);
    assert_eq!(lines(&unwrapper.unwrap(&first).unwrap()).len(), 3, "nothing is left out before");
    unwrapper.resume();
    let others = [entry("l", "a", 2), entry("m", "b", 3), entry("l", "c", 3)];
    let second = respond(&[&others[..], &[entry("l", "b", 3), entry("l", "a", 1)]].concat());
    assert_eq!(lines(&unwrapper.unwrap(&second).unwrap()).len(), others.len());
    let second = 1_000_000_000;
    assert_eq!(unwrapper.progress(), Progress { entries: 9, newest: Some(3 * second), last: Some(second) });
    unwrapper.resume();
    assert_eq!(unwrapper.unwrap(&respond(&others)).unwrap(), b"");
}

#[test]
fn entries_without_an_id_are_told_apart_by_what_they_say() {
    let [first, other] = ["x", "y"].map(|text| parse(ENTRY, &json!({"logName": "l", "textPayload": text})));
    let mut unwrapper = unwrapper();
    unwrapper.unwrap(&respond(std::slice::from_ref(&first))).unwrap();
    unwrapper.resume();
    assert_eq!(
        lines(&unwrapper.unwrap(&respond(&[first, other])).unwrap()),
        [json!({"logName": "l", "textPayload": "y"})]
    );
}

#[test]
fn a_response_without_entries_has_no_lines_and_no_last_time() {
    let mut unwrapper = unwrapper();
    unwrapper.unwrap(&respond(&[entry("l", "a", 1)])).unwrap();
    for response in [respond(&[]), Vec::new()] {
        assert_eq!(unwrapper.unwrap(&response).unwrap(), b"");
        assert_eq!(unwrapper.progress(), Progress { entries: 1, newest: Some(1_000_000_000), last: None });
    }
}

#[test]
fn of_a_damaged_response_nothing_counts_as_given() {
    let mut unwrapper = unwrapper();
    let whole = respond(&[entry("l", "a", 1)]);
    let damaged = [whole.as_slice(), b"\x0a\x02\x0f\x0f"].concat();
    for bytes in [damaged.as_slice(), &whole[..9], b"\xff", b"\x0a\x7f"] {
        assert!(matches!(unwrapper.unwrap(bytes), Err(Error::Response(_))), "{bytes:?}");
    }
    assert_eq!(unwrapper.progress(), Progress::default());
    unwrapper.resume();
    assert_eq!(lines(&unwrapper.unwrap(&whole).unwrap()).len(), 1);
}

#[test]
fn descriptors_that_do_not_say_what_an_entry_is_are_refused() {
    let known = FileDescriptorSet { file: DescriptorPool::global().file_descriptor_protos().cloned().collect() };
    for bytes in [known.encode_to_vec(), Vec::new(), b"\xff\xff".to_vec()] {
        assert!(matches!(Unwrapper::new(&bytes), Err(Error::Descriptors(_))));
    }
}

/// Bytes like those of a message: fields of known numbers, and others, with anything inside.
fn tangle() -> impl Strategy<Value = Vec<u8>> {
    let names =
        [AUDIT, STRANGE, "type.googleapis.com/google.protobuf.Any", "type.googleapis.com/google.protobuf.Struct"];
    let leaf = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(names.to_vec()).prop_map(|name| name.as_bytes().to_vec()),
    ];
    leaf.prop_recursive(6, 60, 5, |inside| {
        let plain = any::<u64>().prop_map(Plain::Varint);
        let field =
            prop_oneof![6 => inside.prop_map(Plain::Bytes), 1 => plain, 1 => any::<u64>().prop_map(Plain::Fixed)];
        prop::collection::vec((1_u32..13, field), 1..5).prop_map(|fields| {
            let mut bytes = Vec::new();
            for (number, plain) in fields {
                plain.encode(number, &mut bytes);
            }
            bytes
        })
    })
}

/// What a field looks like before anyone knows its type.
#[derive(Clone, Debug)]
enum Plain {
    Varint(u64),
    Fixed(u64),
    Bytes(Vec<u8>),
}

impl Plain {
    fn encode(&self, number: u32, to: &mut Vec<u8>) {
        match self {
            Self::Varint(value) => encoding::uint64::encode(number, value, to),
            Self::Fixed(value) => encoding::fixed64::encode(number, value, to),
            Self::Bytes(value) => encoding::bytes::encode(number, value, to),
        }
    }
}

fn assert_harmless(response: &[u8]) {
    let mut unwrapper = unwrapper();
    let Ok(given) = unwrapper.unwrap(response) else {
        assert_eq!(unwrapper.progress(), Progress::default());
        return;
    };
    let read = lines(&given).len() as u64;
    assert_eq!(read, unwrapper.progress().entries);
    unwrapper.resume();
    assert_eq!(unwrapper.unwrap(response).unwrap(), b"");
    assert_eq!(unwrapper.progress().entries, read);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn bytes_of_any_kind_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        assert_harmless(&bytes);
        let _ = Unwrapper::new(&bytes);
    }

    #[test]
    fn messages_of_any_kind_do_no_harm(entries in prop::collection::vec(tangle(), 1..4)) {
        let mut response = Vec::new();
        for entry in entries {
            encoding::bytes::encode(1, &entry, &mut response);
        }
        assert_harmless(&response);
    }

    #[test]
    fn a_response_with_a_byte_changed_does_no_harm(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let payload = json!({"@type": AUDIT, "took": "1s", "metadata": {"@type": AUDIT, "size": "3", "mask": "a"}});
        let second = json!({"jsonPayload": {"a": [1, null, {"b": 0.5}]}, "timestamp": "2025-01-01T00:00:00Z"});
        let entries = [json!({"insertId": "a", "protoPayload": payload}), second].map(|entry| parse(ENTRY, &entry));
        let mut response = respond(&entries);
        let at = at.index(response.len());
        response[at] = byte;
        assert_harmless(&response);
    }
}
