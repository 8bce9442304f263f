//! Values of JSON, borrowed from the record, and texts undone of their escapes.

use crate::class::{count, DIGIT};
use crate::walk::{Fault, Walker};
use std::borrow::Cow;

/// A member's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string: what is between its quotes, and whether it holds an escape.
    Text(&'a str, bool),
    /// A number, true or false.
    Plain(&'a str),
    /// Nothing.
    Null,
    /// An object or a list, raw.
    Nested(&'a str),
}

impl<'a> Value<'a> {
    /// The text of a string; booleans are their own text, and numbers but for what [`spell_plain`] says.
    #[must_use]
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(inner, false) => Some(Cow::Borrowed(inner)),
            Self::Plain(inner) => Some(spell_plain(inner)),
            Self::Text(inner, true) => Some(Cow::Owned(unescape(inner))),
            Self::Null | Self::Nested(_) => None,
        }
    }

    /// The text, if it is not blank.
    #[must_use]
    pub fn filled(self) -> Option<Cow<'a, str>> {
        self.text().filter(|text| !text.trim_start().is_empty())
    }
}

/// Up to here every whole number is a double of its own (2^53).
const WHOLE_LIMIT: f64 = 9_007_199_254_740_992.0;

/// A number, true or false. Whole numbers lose a fraction of zeros and a power, which some writers give them.
#[inline]
pub(crate) fn spell_plain(inner: &str) -> Cow<'_, str> {
    let bytes = inner.as_bytes();
    if bytes.len() == count(bytes, DIGIT) || bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return Cow::Borrowed(inner);
    }
    spell_number(inner)
}

fn spell_number(number: &str) -> Cow<'_, str> {
    if let Some((whole, fraction)) = number.split_once('.') {
        if fraction.bytes().all(|digit| digit == b'0') {
            return Cow::Borrowed(whole);
        }
    }
    let value = number.parse().ok().filter(|_| number.contains(['e', 'E']));
    #[allow(clippy::cast_possible_truncation, clippy::float_cmp)] // what has no fraction and is small enough fits
    match value {
        Some(value) if f64::trunc(value) == value && value.abs() < WHOLE_LIMIT => {
            Cow::Owned((value as i64).to_string())
        }
        _ => Cow::Borrowed(number),
    }
}

pub(crate) fn unescape(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = push_escaped(&rest[at + 1..], &mut text);
    }
    text.push_str(rest);
    text
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

/// The length of the escape that begins here, if it is one.
pub(crate) fn escape_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(2),
        [b'\\', b'u', digits @ ..] => digits.get(..4)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// The length of the number at the start of the bytes, as RFC 8259 has it, or 0.
pub(crate) fn number_length(bytes: &[u8]) -> usize {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = count(&bytes[sign..], DIGIT);
    if whole == 0 || (whole > 1 && bytes[sign] == b'0') {
        return 0;
    }
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = count(&bytes[end + 1..], DIGIT);
        if fraction == 0 {
            return 0;
        }
        end += 1 + fraction;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        match count(&bytes[end..], DIGIT) {
            0 => return 0,
            power => end += power,
        }
    }
    end
}

/// Whether the bytes are one JSON value, of any kind.
pub(crate) fn is_json(bytes: &[u8]) -> bool {
    let walk = |text| -> Result<(), Fault> {
        let mut walker = Walker::new(text);
        walker.skip()?;
        walker.end()
    };
    std::str::from_utf8(bytes).is_ok_and(|text| walk(text).is_ok())
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
    use super::{is_balanced_object, Value};

    #[test]
    fn escapes_are_undone_and_lone_surrogates_replaced() {
        let text = |inner| Value::Text(inner, true).text().unwrap();
        assert_eq!(text(r#"a\n\"b\"\u00e9\ud83d\udd11"#), "a\n\"b\"é🔑");
        assert_eq!(text(r"x\ud800y\udc00"), "x\u{fffd}y\u{fffd}");
        assert_eq!(Value::Plain("12").text().unwrap(), "12");
        assert_eq!(Value::Null.text(), None);
        for (spelt, text) in
            [("true", "true"), ("-1.50", "-1.50"), ("-1.00", "-1"), ("2.5e3", "2500"), ("2E-1", "2E-1")]
        {
            assert_eq!(Value::Plain(spelt).text().unwrap(), text);
        }
        assert_eq!(Value::Text(" \t", false).filled(), None);
    }

    #[test]
    fn an_object_is_balanced_only_when_it_ends_where_the_bytes_end() {
        assert!(is_balanced_object(br#"{"a":"}\"{"} "#));
        for text in ["{", "{\"a\":\"}", "{} x", "[]"] {
            assert!(!is_balanced_object(text.as_bytes()), "{text}");
        }
    }
}
