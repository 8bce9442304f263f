//! The table of variables: what in a text is a value and not a word.
//!
//! Adding a variable is one row in [`SPANS`] or [`crate::word::WORDS`] and one golden case. Order matters:
//! the first row that matches names the value.

use crate::calendar;
use crate::class::{count, is, Classes, DELIMITER, DIGIT, DOT, HEX_LETTER, LETTER, OTHER, SLASH, UPPER, WORD};
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $name:literal),* $(,)?) => {
        /// What a variable is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind { $($(#[$doc])* $variant),* }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The letter that stands for the kind in a masked text, after [`crate::mask::MARK`].
            #[must_use]
            pub fn code(self) -> char { match self { $(Self::$variant => $code),* } }

            /// The name that people see: `<ip>` is named `ip`; anything at all is `*`.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }
        }
    };
}

kinds! {
    /// Anything: a word that varies from entry to entry.
    Any = 'a' "*",
    /// A resource with a scheme.
    Url = 'b' "url",
    /// A mail address.
    Email = 'c' "email",
    /// 8-4-4-4-12 hexadecimal digits.
    Uuid = 'd' "uuid",
    /// An IPv4 or IPv6 address, without its port.
    Ip = 'e' "ip",
    /// A hardware address.
    Mac = 'f' "mac",
    /// A date and a time of day.
    Timestamp = 'g' "timestamp",
    /// A day.
    Date = 'h' "date",
    /// A time of day.
    Time = 'i' "time",
    /// A number with a unit of time.
    Duration = 'j' "duration",
    /// A number with a unit of bytes.
    Size = 'k' "size",
    /// A share of a hundred.
    Percent = 'l' "percent",
    /// A file or request path.
    Path = 'm' "path",
    /// A dotted version.
    Version = 'n' "version",
    /// Hexadecimal digits: an address, a digest, a short id.
    Hex = 'o' "hex",
    /// Long text of letters and digits in both cases.
    Base64 = 'p' "base64",
    /// A fully qualified domain name.
    Host = 'q' "host",
    /// A number with a fraction.
    Number = 'r' "number",
    /// A whole number.
    Int = 's' "int",
    /// True or false, as the value of a key.
    Bool = 'v' "bool",
    /// A quoted value of a key.
    Text = 't' "text",
    /// A word with a digit in it.
    Id = 'u' "id",
}

impl Kind {
    /// Finds the kind of a code letter.
    #[must_use]
    pub fn from_code(code: char) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

/// A row of a table of variables.
pub(crate) struct Row {
    pub(crate) kind: Kind,
    /// Of a span: the classes of which its first byte is one. Of a word: the classes that must all
    /// occur in it. Most rows are told by that alone.
    pub(crate) classes: Classes,
    /// The length of the match at the start of the bytes, 0 for none.
    pub(crate) length: fn(&[u8]) -> usize,
}

pub(crate) const fn row(kind: Kind, classes: Classes, length: fn(&[u8]) -> usize) -> Row {
    Row { kind, classes, length }
}

const HEX: Classes = DIGIT | HEX_LETTER;

/// Variables that may run over delimiters, tried where a word begins.
pub(crate) const SPANS: &[Row] = &[
    row(Kind::Url, LETTER, url),
    row(Kind::Uuid, HEX, uuid),
    row(Kind::Timestamp, DIGIT | UPPER, calendar::timestamp),
    row(Kind::Date, DIGIT | UPPER, calendar::date),
    row(Kind::Mac, HEX, mac),
    row(Kind::Ip, HEX | DELIMITER, ipv6),
    row(Kind::Time, DIGIT, calendar::time),
    row(Kind::Ip, DIGIT, ipv4),
    row(Kind::Path, LETTER, windows_path),
    row(Kind::Path, SLASH | DOT | OTHER, path),
];

/// The longest IPv6 address in text, and one byte more: what follows cannot be part of it.
const IPV6_LENGTH: usize = 46;

/// Whether the byte may stand inside a word: letters, digits, `_` and all that is not ASCII.
pub(crate) fn is_word(byte: u8) -> bool {
    is(byte, WORD)
}

pub(crate) fn count_digits(bytes: &[u8]) -> usize {
    count(bytes, DIGIT)
}

/// `length`, if the text really ends there, else 0.
pub(crate) fn closed(bytes: &[u8], length: usize) -> usize {
    match bytes.get(length) {
        Some(&next) if is_word(next) => 0,
        _ => length,
    }
}

fn url(bytes: &[u8]) -> usize {
    let scheme =
        bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')).count();
    if scheme < 2 || !bytes[0].is_ascii_alphabetic() || !bytes[scheme..].starts_with(b"://") {
        return 0;
    }
    let rest = &bytes[scheme + 3..];
    let stop = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"'<>`|{}()[],;".contains(byte);
    let length = rest.iter().position(stop).unwrap_or(rest.len());
    let kept = rest[..length].iter().rposition(|byte| !b".:!?".contains(byte)).map_or(0, |last| last + 1);
    if kept == 0 {
        0
    } else {
        scheme + 3 + kept
    }
}

fn uuid(bytes: &[u8]) -> usize {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut at = 0;
    for (index, group) in GROUPS.into_iter().enumerate() {
        if index > 0 {
            if bytes.get(at) != Some(&b'-') {
                return 0;
            }
            at += 1;
        }
        if bytes.len() < at + group || !bytes[at..at + group].iter().all(u8::is_ascii_hexdigit) {
            return 0;
        }
        at += group;
    }
    closed(bytes, at)
}

fn mac(bytes: &[u8]) -> usize {
    if bytes.len() < 17 {
        return 0;
    }
    let is_mac = bytes[..17].iter().enumerate().all(|(index, byte)| match index % 3 {
        2 => *byte == bytes[2] && matches!(byte, b':' | b'-'),
        _ => byte.is_ascii_hexdigit(),
    });
    if is_mac && !matches!(bytes.get(17), Some(b':' | b'-')) {
        closed(bytes, 17)
    } else {
        0
    }
}

fn ipv6(bytes: &[u8]) -> usize {
    if !bytes.iter().take(5).any(|byte| *byte == b':') {
        return 0;
    }
    let length = bytes
        .iter()
        .take(IPV6_LENGTH)
        .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        .count();
    let Ok(text) = std::str::from_utf8(&bytes[..length]) else { return 0 };
    let text = text.trim_end_matches(['.', ':']);
    let text = if bytes[text.len()..].starts_with(b"::") { &text[..0] } else { text };
    match text.parse::<std::net::Ipv6Addr>() {
        Ok(_) => closed(bytes, text.len()),
        Err(_) => 0,
    }
}

fn ipv4(bytes: &[u8]) -> usize {
    let mut at = 0;
    for part in 0..4 {
        let length = count_digits(&bytes[at..]);
        if !(1..=3).contains(&length) {
            return 0;
        }
        at += length;
        if part < 3 {
            if bytes.get(at) != Some(&b'.') {
                return 0;
            }
            at += 1;
        }
    }
    // `10.0.0.1.pool.example.net` is a host, and what follows a sentence's end is a blank.
    let goes_on = bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(|next| is_word(*next));
    if goes_on || bytes.get(at) == Some(&b'-') {
        0
    } else {
        closed(bytes, at)
    }
}

fn windows_path(bytes: &[u8]) -> usize {
    match bytes {
        [drive, b':', b'\\' | b'/', next, ..] if drive.is_ascii_alphabetic() && is_path(*next) => {
            2 + path_length(&bytes[2..])
        }
        _ => 0,
    }
}

fn path(bytes: &[u8]) -> usize {
    let lead = bytes.iter().take_while(|byte| matches!(byte, b'.' | b'~')).count();
    if lead > 2 || bytes.get(lead) != Some(&b'/') || !bytes.get(lead + 1).is_some_and(|byte| is_path(*byte)) {
        return 0;
    }
    if lead == 0 && ipv4(&bytes[1..]) > 0 {
        return 0;
    }
    lead + path_length(&bytes[lead..])
}

pub(crate) fn is_path(byte: u8) -> bool {
    is_word(byte) || b"/\\.-+@%~:=*$#<>".contains(&byte)
}

fn path_length(bytes: &[u8]) -> usize {
    let length = bytes.iter().take_while(|byte| is_path(**byte)).count();
    bytes[..length].iter().rposition(|byte| !b".:=-<>*".contains(byte)).map_or(0, |last| last + 1)
}
