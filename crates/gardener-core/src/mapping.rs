//! Messages in the JSON mapping of protocol buffers (<https://protobuf.dev/programming-guides/json/>).
//!
//! It differs from what `prost-reflect` writes where a log must not be lost for what one entry holds: an `Any` of
//! an unknown type, a time out of bounds, a number that is none. And members of maps come in one order, so that
//! equal messages give equal bytes.

use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, ReflectMessage, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;
use std::collections::HashMap;

/// A value of type `Any` is opened down to this many messages inside each other; an audit record has five. The
/// decoder counts anew in each, so that hostile ones could nest without bound, or deeper than JSON is read (128).
const OPEN_LIMIT: usize = 16;

/// Up to here every whole number is a double of its own (2^53).
const WHOLE_LIMIT: f64 = 9_007_199_254_740_992.0;

/// How the mapping spells a message.
enum Form {
    /// Its fields are the members.
    Members,
    /// `Any`: the members of what is inside, and its type.
    Any,
    /// A text that has a grammar of its own.
    Text,
    /// What its only field holds, or what that holds by default.
    Content,
    /// What its one set field holds, or null.
    Choice,
}

impl Form {
    fn of(message: &MessageDescriptor) -> Self {
        match message.full_name().strip_prefix("google.protobuf.") {
            Some("Any") => Self::Any,
            Some("Timestamp" | "Duration" | "FieldMask") => Self::Text,
            Some(
                "Struct" | "ListValue" | "DoubleValue" | "FloatValue" | "Int64Value" | "UInt64Value" | "Int32Value"
                | "UInt32Value" | "BoolValue" | "StringValue" | "BytesValue",
            ) => Self::Content,
            Some("Value") => Self::Choice,
            _ => Self::Members,
        }
    }
}

/// A message as JSON, so many messages deep.
pub(crate) struct Json<'m>(pub(crate) &'m DynamicMessage, pub(crate) usize);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self(message, depth) = *self;
        match Form::of(&message.descriptor()) {
            Form::Members => self.serialize_members(None, to),
            Form::Any => self.serialize_any(to),
            // The crate's own spelling; what has none is shown as what it consists of.
            Form::Text => match serde_json::to_value(message) {
                Ok(text) => text.serialize(to),
                Err(_) => self.serialize_members(None, to),
            },
            Form::Content => match message.descriptor().fields().next() {
                Some(field) => Held { value: &message.get_field(&field), field: &field, depth }.serialize(to),
                None => to.serialize_unit(),
            },
            Form::Choice => match message.fields().next() {
                Some((field, value)) => Held { value, field: &field, depth }.serialize(to),
                None => to.serialize_unit(),
            },
        }
    }
}

impl Json<'_> {
    /// The fields that are set, behind the type where it must be said.
    fn serialize_members<S: Serializer>(&self, url: Option<&str>, to: S) -> Result<S::Ok, S::Error> {
        let mut members = to.serialize_map(None)?;
        if let Some(url) = url {
            members.serialize_entry("@type", url)?;
        }
        for (field, value) in self.0.fields() {
            members.serialize_entry(field.json_name(), &Held { value, field: &field, depth: self.1 })?;
        }
        members.end()
    }

    /// What is inside, or its bytes where that cannot be said.
    fn serialize_any<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let [url, bytes] = [1, 2].map(|number| self.0.get_field_by_number(number));
        let Some(url) = url.as_deref().and_then(Value::as_str).filter(|url| !url.is_empty()) else {
            return self.serialize_members(None, to);
        };
        let bytes = bytes.as_deref().and_then(Value::as_bytes).map_or_else(Default::default, Clone::clone);
        let inside = self.find_type(url).and_then(|message| DynamicMessage::decode(message, bytes.clone()).ok());
        let inside = inside.as_ref().map(|message| Json(message, self.1 + 1));
        match inside {
            Some(inside) if matches!(Form::of(&inside.0.descriptor()), Form::Members) => {
                inside.serialize_members(Some(url), to)
            }
            Some(inside) => serialize_pair(url, &inside, to),
            None => serialize_pair(url, &Base64(&bytes), to),
        }
    }

    fn find_type(&self, url: &str) -> Option<MessageDescriptor> {
        let name = url.rsplit_once('/').filter(|_| self.1 <= OPEN_LIMIT)?.1;
        self.0.descriptor().parent_pool().get_message_by_name(name)
    }
}

fn serialize_pair<S: Serializer>(url: &str, value: &impl Serialize, to: S) -> Result<S::Ok, S::Error> {
    let mut members = to.serialize_map(Some(2))?;
    members.serialize_entry("@type", url)?;
    members.serialize_entry("value", value)?;
    members.end()
}

struct Base64<'b>(&'b [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&Base64Display::new(self.0, &BASE64_STANDARD))
    }
}

/// What a field holds, one of it or all.
struct Held<'m> {
    value: &'m Value,
    field: &'m FieldDescriptor,
    depth: usize,
}

impl Serialize for Held<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { value, field, depth } = *self;
        match value {
            Value::Bool(value) => to.serialize_bool(*value),
            Value::I32(value) => to.serialize_i32(*value),
            Value::U32(value) => to.serialize_u32(*value),
            // What reads JSON may take every number for a double.
            Value::I64(value) => to.collect_str(value),
            Value::U64(value) => to.collect_str(value),
            Value::F32(value) if value.is_finite() && !is_whole(f64::from(*value)) => to.serialize_f32(*value),
            Value::F32(value) => serialize_double(f64::from(*value), to),
            Value::F64(value) => serialize_double(*value, to),
            Value::String(value) => to.serialize_str(value),
            Value::Bytes(value) => Base64(value).serialize(to),
            Value::EnumNumber(number) => serialize_word(*number, &field.kind(), to),
            Value::Message(message) => Json(message, depth + 1).serialize(to),
            Value::List(values) => to.collect_seq(values.iter().map(|value| Held { value, field, depth })),
            Value::Map(values) => serialize_map(values, field, depth, to),
        }
    }
}

/// Whole numbers without a fraction, so that they read the same wherever they come from; JSON has no others.
fn serialize_double<S: Serializer>(value: f64, to: S) -> Result<S::Ok, S::Error> {
    if is_whole(value) {
        #[allow(clippy::cast_possible_truncation)] // it has no fraction, and fits
        return to.serialize_i64(value as i64);
    }
    match value {
        value if value.is_nan() => to.serialize_str("NaN"),
        f64::INFINITY => to.serialize_str("Infinity"),
        f64::NEG_INFINITY => to.serialize_str("-Infinity"),
        value => to.serialize_f64(value),
    }
}

#[allow(clippy::float_cmp)] // exactly is meant
fn is_whole(value: f64) -> bool {
    value.trunc() == value && value.abs() <= WHOLE_LIMIT
}

/// The name of a value of an enum, or its number where it has none.
fn serialize_word<S: Serializer>(number: i32, kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
    match kind {
        Kind::Enum(words) if words.full_name() == "google.protobuf.NullValue" => to.serialize_unit(),
        Kind::Enum(words) => match words.get_value(number) {
            Some(word) => to.serialize_str(word.name()),
            None => to.serialize_i32(number),
        },
        _ => to.serialize_i32(number),
    }
}

/// Members by name: a map has no order of its own.
fn serialize_map<S: Serializer>(
    values: &HashMap<MapKey, Value>,
    field: &FieldDescriptor,
    depth: usize,
    to: S,
) -> Result<S::Ok, S::Error> {
    let Kind::Message(pair) = field.kind() else { return to.serialize_unit() };
    let field = &pair.map_entry_value_field();
    let mut rows: Vec<_> = values.iter().map(|(name, value)| (spell(name), Held { value, field, depth })).collect();
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    to.collect_map(rows)
}

fn spell(name: &MapKey) -> Cow<'_, str> {
    match name {
        MapKey::String(name) => Cow::Borrowed(name),
        MapKey::Bool(name) => Cow::Owned(name.to_string()),
        MapKey::I32(name) => Cow::Owned(name.to_string()),
        MapKey::I64(name) => Cow::Owned(name.to_string()),
        MapKey::U32(name) => Cow::Owned(name.to_string()),
        MapKey::U64(name) => Cow::Owned(name.to_string()),
    }
}
