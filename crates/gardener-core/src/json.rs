//! The little of JSON that the core needs: members of an object, and strings, both borrowed.

use sonic_rs::to_object_iter;
use std::borrow::Cow;

/// What a record turned out not to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// Calls `each` with every member's name and raw value, in the order of the text.
pub(crate) fn members<'a>(object: &'a str, mut each: impl FnMut(&str, &'a str)) -> Result<(), NotJson> {
    for member in to_object_iter(object) {
        let (name, value) = member.map_err(|_| NotJson)?;
        if let Cow::Borrowed(raw) = value.as_raw_cow() {
            each(&name, raw);
        }
    }
    Ok(())
}

/// Like [`members`], for a value that may be no object at all: then there are none.
pub(crate) fn inner_members<'a>(value: &'a str, each: impl FnMut(&str, &'a str)) {
    if value.starts_with('{') {
        // The whole record has been read before, so what is inside is well formed.
        let _ = members(value, each);
    }
}

/// Finds the text of a raw JSON string; numbers and booleans are their own text.
pub(crate) fn find_text(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => Some(unescape(raw.get(1..raw.len() - 1)?)),
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(raw)),
    }
}

/// Finds a text that is not blank.
pub(crate) fn find_filled(raw: &str) -> Option<Cow<'_, str>> {
    find_text(raw).filter(|text| !text.trim().is_empty())
}

fn unescape(inner: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\\', inner.as_bytes()) else { return Cow::Borrowed(inner) };
    let mut text = String::with_capacity(inner.len());
    text.push_str(&inner[..first]);
    let mut rest = &inner[first..];
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = push_escaped(&rest[at + 1..], &mut text);
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Takes one escape (its backslash gone), and returns what follows it.
fn push_escaped<'a>(escape: &'a str, text: &mut String) -> &'a str {
    let Some(letter) = escape.chars().next() else { return escape };
    let plain = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => return push_unicode(&escape[1..], text),
        other => other,
    };
    text.push(plain);
    &escape[letter.len_utf8()..]
}

/// Lone surrogates, which JSON can spell and UTF-8 cannot, become U+FFFD.
fn push_unicode<'a>(digits: &'a str, text: &mut String) -> &'a str {
    let unit = |at: &str| at.get(..4).and_then(|four| u32::from_str_radix(four, 16).ok());
    let Some(high) = unit(digits) else {
        text.push(char::REPLACEMENT_CHARACTER);
        return digits;
    };
    let rest = &digits[4..];
    if let Some(low) = rest.strip_prefix("\\u").and_then(unit) {
        let is_pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
        if is_pair {
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            return &rest[6..];
        }
    }
    text.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// How deep a record may nest. Protocol buffers stop at 100; at some ten thousand a reader's stack ends.
const DEPTH_LIMIT: usize = 512;

/// Whether a record nests deeper than any entry can.
pub(crate) fn is_too_deep(record: &[u8]) -> bool {
    if memchr::memchr2_iter(b'{', b'[', record).nth(DEPTH_LIMIT).is_none() {
        return false;
    }
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = record.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => at += string_end(&record[at + 1..]).map_or(record.len(), |length| length + 1),
            _ => {}
        }
        if depth > DEPTH_LIMIT {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the bytes are one JSON value, of any kind.
pub(crate) fn is_json(bytes: &[u8]) -> bool {
    !is_too_deep(bytes) && sonic_rs::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

/// Whether the bytes are one object, braces balanced, with nothing behind it.
pub(crate) fn is_balanced_object(bytes: &[u8]) -> bool {
    let mut depth = 0_u32;
    let mut at = 0;
    if bytes.first() != Some(&b'{') {
        return false;
    }
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return bytes[at + 1..].iter().all(u8::is_ascii_whitespace);
                }
            }
            b'"' => match string_end(&bytes[at + 1..]) {
                Some(length) => at += length + 1,
                None => return false,
            },
            _ => {}
        }
        at += 1;
    }
    false
}

fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        if bytes[at + found] == b'"' {
            return Some(at + found);
        }
        at = (at + found + 2).min(bytes.len());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{find_text, is_balanced_object, members};

    #[test]
    fn escapes_are_undone_and_lone_surrogates_replaced() {
        assert_eq!(find_text(r#""a\n\"b\"\u00e9\ud83d\udd11""#).unwrap(), "a\n\"b\"é🔑");
        assert_eq!(find_text(r#""x\ud800y\udc00""#).unwrap(), "x\u{fffd}y\u{fffd}");
        assert_eq!(find_text("12").unwrap(), "12");
        assert_eq!(find_text("null"), None);
    }

    #[test]
    fn members_come_in_order_and_broken_text_is_refused() {
        let mut names = Vec::new();
        members(r#"{"b":1,"a":{"c":[]}}"#, |name, raw| names.push(format!("{name}={raw}"))).unwrap();
        assert_eq!(names, ["b=1", "a={\"c\":[]}"]);
        for text in ["{\"a\":", "{a:1}", "{\"a\" 1}", "12"] {
            assert!(members(text, |_, _| ()).is_err(), "{text}");
        }
    }

    #[test]
    fn an_object_is_balanced_only_when_it_ends_where_the_bytes_end() {
        assert!(is_balanced_object(br#"{"a":"}\"{"} "#));
        for text in ["{", "{\"a\":\"}", "{} x", "[]"] {
            assert!(!is_balanced_object(text.as_bytes()), "{text}");
        }
    }
}
