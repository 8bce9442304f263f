//! Variables that are one whole word: numbers, units, versions, hosts, encodings, ids.

use crate::calendar;
use crate::class::{
    class, Classes, AT, BLANK, DASH, DIGIT, DOT, END, HEX_LETTER, LETTER, LOWER, OTHER, OTHER_WORD, SLASH, UPPER, WORD,
};
use crate::variable::{count_digits, is_path, is_word, row, Kind, Row};

/// Variables that are one whole word, tried on a word without its closing punctuation.
pub(crate) const WORDS: &[Row] = &[
    row(Kind::Email, AT, |word| whole(word, is_email)),
    row(Kind::Int, DIGIT, |word| whole(word, is_int)),
    row(Kind::Number, DIGIT | DOT, |word| whole(word, is_number)),
    row(Kind::Hex, 0, |word| whole(word, is_hex)),
    row(Kind::Percent, DIGIT | OTHER, |word| whole(word, |word| has_unit(word, &["%"]))),
    row(Kind::Duration, DIGIT, |word| whole(word, |word| has_unit(word, DURATION_UNITS))),
    row(Kind::Size, DIGIT, |word| whole(word, |word| has_unit(word, SIZE_UNITS))),
    row(Kind::Version, DIGIT | DOT, |word| whole(word, is_version)),
    row(Kind::Host, DOT, |word| whole(word, is_host)),
    row(Kind::Path, SLASH, |word| whole(word, is_deep_path)),
    row(Kind::Base64, DIGIT | UPPER | LOWER, |word| whole(word, is_base64)),
    row(Kind::Id, DIGIT, |word| whole(word, |word| word.iter().any(u8::is_ascii_digit))),
];

const DURATION_UNITS: &[&str] = &[
    "ns", "us", "µs", "ms", "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h",
    "hr", "hrs", "hour", "hours", "d", "day", "days",
];

const SIZE_UNITS: &[&str] =
    &["b", "kb", "mb", "gb", "tb", "pb", "kib", "mib", "gib", "tib", "pib", "k", "g", "t", "byte", "bytes"];

/// Last labels that make two labels a host name; elsewhere `name.word` is code.
const TOP_DOMAINS: &[&str] = &["com", "net", "org", "edu", "gov", "mil"];

/// Last labels that make three or more labels a host name.
const DEEP_DOMAINS: &[&str] = &[
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "mil",
    "int",
    "arpa",
    "info",
    "biz",
    "io",
    "dev",
    "app",
    "cloud",
    "local",
    "internal",
    "localdomain",
    "de",
    "uk",
    "fr",
    "jp",
    "cn",
    "tw",
    "kr",
    "br",
    "ru",
    "nl",
    "it",
    "es",
    "pl",
    "se",
    "ch",
    "cz",
    "au",
    "ca",
    "us",
    "eu",
    "mx",
    "ar",
    "tr",
    "hk",
    "sg",
    "th",
    "vn",
];

/// Below this many characters a mix of letters and digits is an id, not an encoding.
const BASE64_LENGTH: usize = 24;

/// Below this many characters `a1b2` is a name with digits, not a number in base 16.
const HEX_LENGTH: usize = 6;

/// Letters alone are base 16 only from here on: `facade` and `decade` are words.
const HEX_LETTERS_LENGTH: usize = 16;

fn whole(word: &[u8], test: impl Fn(&[u8]) -> bool) -> usize {
    if test(word) {
        word.len()
    } else {
        0
    }
}

/// The length of the name in front of a number that dots part from it, or 0: `core.2275`, `retries......3`.
pub(crate) fn dotted_name_length(word: &[u8]) -> usize {
    let number = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let lead = &word[..word.len() - number];
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.');
    if number > 0 && lead.ends_with(b".") && lead[0].is_ascii_alphabetic() && lead.iter().all(is_name) {
        lead.len()
    } else {
        0
    }
}

fn is_email(word: &[u8]) -> bool {
    let Some(at) = word.iter().position(|byte| *byte == b'@') else { return false };
    let (name, domain) = (&word[..at], &word[at + 1..]);
    let is_clean = |bytes: &[u8]| bytes.iter().all(|byte| is_word(*byte) || b".-+%".contains(byte));
    !name.is_empty() && domain.contains(&b'.') && !domain.starts_with(b".") && is_clean(name) && is_clean(domain)
}

/// Whether a word by itself is a unit of time or of bytes.
pub(crate) fn is_unit(word: &str) -> bool {
    DURATION_UNITS.iter().chain(SIZE_UNITS).any(|unit| unit.eq_ignore_ascii_case(word))
}

fn unsigned(word: &[u8]) -> &[u8] {
    match word {
        [b'-' | b'+', rest @ ..] => rest,
        _ => word,
    }
}

fn is_int(word: &[u8]) -> bool {
    let word = unsigned(word);
    !word.is_empty() && word.iter().all(u8::is_ascii_digit)
}

fn is_number(word: &[u8]) -> bool {
    let word = unsigned(word);
    let whole = count_digits(word);
    let mantissa = match &word[whole..] {
        [b'.', rest @ ..] => whole + 1 + count_digits(rest),
        _ => whole,
    };
    let is_exponent = |rest: &[u8]| matches!(rest, [b'e' | b'E', power @ ..] if is_int(power));
    whole > 0 && mantissa > whole + 1 && (mantissa == word.len() || is_exponent(&word[mantissa..]))
}

fn is_hex(word: &[u8]) -> bool {
    if let [b'0', b'x' | b'X', rest @ ..] = word {
        return !rest.is_empty() && rest.iter().all(u8::is_ascii_hexdigit);
    }
    let has_digit = word.iter().any(u8::is_ascii_digit);
    let least = if has_digit { HEX_LENGTH } else { HEX_LETTERS_LENGTH };
    word.len() >= least && word.iter().all(u8::is_ascii_hexdigit)
}

fn has_unit(word: &[u8], units: &[&str]) -> bool {
    let mut rest = unsigned(word);
    let mut parts = 0;
    while count_digits(rest) > 0 {
        let number = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let unit = rest[number..].iter().take_while(|byte| !byte.is_ascii_digit()).count();
        let text = &rest[number..number + unit];
        if !units.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(text)) {
            return false;
        }
        rest = &rest[number + unit..];
        parts += 1;
    }
    parts > 0 && rest.is_empty()
}

fn is_version(word: &[u8]) -> bool {
    let bare = word.strip_prefix(b"v").or_else(|| word.strip_prefix(b"V")).unwrap_or(word);
    let core = bare.split(|byte| matches!(byte, b'-' | b'+')).next().unwrap_or(bare);
    let parts = core.split(|byte| *byte == b'.').filter(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    let dots = memchr::memchr_iter(b'.', core).count();
    let least = if bare.len() < word.len() { 1 } else { 2 };
    dots >= least && parts.count() == dots + 1
}

fn is_host(word: &[u8]) -> bool {
    let labels = word.split(|byte| *byte == b'.');
    let is_label = |label: &[u8]| {
        !label.is_empty() && label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let Some(last) = word.rsplit(|byte| *byte == b'.').next() else { return false };
    let known = match memchr::memchr_iter(b'.', word).count() {
        0 => return false,
        1 => TOP_DOMAINS,
        _ => DEEP_DOMAINS,
    };
    known.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(last)) && labels.clone().all(is_label)
}

fn is_deep_path(word: &[u8]) -> bool {
    let slashes = word.iter().filter(|byte| matches!(byte, b'/' | b'\\')).count();
    slashes >= 2 && word.iter().all(|byte| is_path(*byte))
}

fn is_base64(word: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| word.iter().any(test);
    // The dots of a web token part encodings, those of a qualified name part names.
    let is_qualified = word.split(|byte| *byte == b'.').any(|part| part.iter().all(u8::is_ascii_alphabetic));
    word.len() >= BASE64_LENGTH
        && !(is_qualified && word.contains(&b'.'))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && word.iter().all(|byte| is_word(*byte) || b"+/-.".contains(byte))
}

/// The longest group of an IPv6 address.
const IPV6_GROUP: usize = 4;

/// What a word is made of, found in one pass over its bytes. What it says must hold for every row
/// of [`crate::variable::SPANS`] and [`WORDS`]: a row is tried on a word only if one of them could match.
pub(crate) struct Word {
    pub(crate) length: usize,
    pub(crate) classes: Classes,
    first: Classes,
}

impl Word {
    /// The word at the start of the bytes, up to a delimiter or white space.
    #[inline]
    pub(crate) fn at(bytes: &[u8]) -> Self {
        let first = bytes.first().map_or(BLANK, |byte| class(*byte));
        let mut classes = 0;
        for (length, byte) in bytes.iter().enumerate() {
            let class = class(*byte);
            if class & END != 0 {
                return Self { length, classes, first };
            }
            classes |= class;
        }
        Self { length: bytes.len(), classes, first }
    }

    /// Whether no row of [`WORDS`] can match, whatever is trimmed off the word's edges.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        let is_valueless = self.classes & (DIGIT | DOT | SLASH | AT) == 0;
        let may_be_base_16 = self.length >= HEX_LETTERS_LENGTH && self.classes & HEX_LETTER != 0;
        let has_no_lead = self.first & WORD != 0 || self.classes & WORD == 0;
        is_valueless && has_no_lead && !may_be_base_16
    }

    /// Whether a row of [`crate::variable::SPANS`] can match at the word's first byte. `bytes` go on behind the word.
    #[inline]
    pub(crate) fn may_begin_span(&self, bytes: &[u8]) -> bool {
        let behind = &bytes[self.length..];
        let is_fenced = behind.first() == Some(&b':');
        if self.first & DIGIT != 0 {
            let is_day = self.length <= 2 && behind.get(1).is_some_and(u8::is_ascii_uppercase);
            return is_fenced || is_day || self.classes & !DIGIT != 0;
        }
        if self.first & UPPER != 0 && calendar::begins_name(bytes) {
            return true;
        }
        let is_lettered = self.first & (LETTER | OTHER_WORD) != 0;
        let is_base_16 = self.first & HEX_LETTER != 0;
        if !is_lettered || (is_base_16 && self.classes & DASH != 0) {
            return true;
        }
        let is_drive = self.length == 1;
        let is_address = is_base_16 && self.length <= IPV6_GROUP;
        is_fenced && (is_drive || is_address || behind.starts_with(b"://"))
    }
}
