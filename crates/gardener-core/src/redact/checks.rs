//! What a pattern cannot say of a value: is it random, a placeholder, a word about a state, a person's address?

use super::mark::{atom_length, is_only_atoms};
use super::states::is_state;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::Engine;

/// Bits of entropy a character from which on a value is a secret and not a word.
const RANDOM_BITS: f64 = 3.5;

/// Least share of neighbours of different classes (lower, upper, digit, other) in a random value.
/// Random base 62 has 0.6, random hex 0.47; words with numbers behind them stay below 0.25.
const RANDOM_CHANGES: f64 = 0.27;

/// Any base64, padded or not.
const fn lenient(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(alphabet, config)
}

const STANDARD: GeneralPurpose = lenient(&alphabet::STANDARD);
const URL_SAFE: GeneralPurpose = lenient(&alphabet::URL_SAFE);

/// The bytes that a text in either base64 stands for (RFC 4648), if it is one.
pub(super) fn find_decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

/// Whether a value is base64 of an object in JSON, as the head of a JWT is (RFC 7519).
pub(super) fn is_base64_json(text: &str) -> bool {
    find_decoded(text).is_some_and(|bytes| bytes.starts_with(b"{") && bytes.windows(2).any(|pair| pair == b"\":"))
}

/// Whether a value is base64 of `user:password` (RFC 7617).
pub(super) fn is_base64_login(text: &str) -> bool {
    let is_told = |bytes: Vec<u8>| bytes.contains(&b':') && std::str::from_utf8(&bytes).is_ok_and(is_printable);
    text.len() >= 4 && find_decoded(text).is_some_and(is_told)
}

fn is_printable(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// Whether something stands in a secret's place: a state, a variable, stars.
pub(super) fn is_placeholder(value: &str) -> bool {
    let bare = value.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ' ' | '"' | '\''));
    bare.is_empty()
        || is_only_atoms(bare)
        || is_spelt_mark(bare)
        || bare.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '•' | '-' | '_' | '#' | '…' | '?'))
        || is_template(bare)
        || is_state(bare.trim_matches(|c: char| !c.is_alphanumeric() && c != '/' && c != ')' && c != ']' && c != '}'))
}

/// A mark as an exit spells it, or as one that was cut.
fn is_spelt_mark(value: &str) -> bool {
    if !value.contains(['&', '\\', '%', '…']) {
        return false;
    }
    let mut spelt = value.to_owned();
    for (from, to) in
        [("&lt;", "<"), ("&gt;", ">"), ("\\u003c", "<"), ("\\u003e", ">"), ("%3C", "<"), ("%3E", ">"), ("\\", "")]
    {
        spelt = spelt.replace(from, to);
    }
    is_only_atoms(&spelt) || spelt.starts_with('<') && spelt.ends_with('…')
}

/// `${NAME}`, `{{ name }}`, `$NAME`, `%s`, `%(name)s`, `<name>`, `[NAME]`, `{name}`, `os.environ[...]`.
fn is_template(value: &str) -> bool {
    let inside = |open: &str, close: &str| {
        let within = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        within.is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | ':')))
    };
    ["${", "$(", "{{", "#{", "%(", "<%"].iter().any(|open| value.starts_with(open))
        || inside("${", "}")
        || inside("{{", "}}")
        || inside("{", "}")
        || inside("<", ">")
        || inside("[", "]")
        || inside("%(", ")s")
        || inside("$(", ")")
        || inside("%", "%") && value.len() > 2
        || matches!(value, "%s" | "%r" | "%v" | "%q" | "%d" | "%+v" | "?" | "$1")
        || value
            .strip_prefix('$')
            .is_some_and(|name| name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
}

/// Whether a value reads as words of people: letters alone, or several words of letters.
pub(super) fn is_prose(value: &str) -> bool {
    let bare = value.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '…']);
    bare.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | '-' | '_' | ',' | '.' | '/'))
}

/// Whether a value is drawn by a machine and no word, name, number, path, digest or UUID.
pub(super) fn is_random(value: &str) -> bool {
    value.len() >= 10
        && !is_placeholder(value)
        && has_letter(value)
        && has_digit(value)
        && changes(value) >= RANDOM_CHANGES
        && entropy(value) >= RANDOM_BITS - if value.len() < 16 { 0.6 } else { 0.0 }
}

/// Whether a value is an identifier that people look up: hexadecimal digits alone, or a UUID.
pub(super) fn is_identifier(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

pub(super) fn has_digit(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit())
}

pub(super) fn has_letter(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a value has letters of both cases.
pub(super) fn is_cased(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_lowercase()) && value.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether a value has digits and letters of both cases.
pub(super) fn is_mixed(value: &str) -> bool {
    has_digit(value) && is_cased(value)
}

/// The share of neighbours that are of different classes.
#[allow(clippy::cast_precision_loss)] // lengths of a few thousand at most
pub(super) fn changes(value: &str) -> f64 {
    let class = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let bytes = value.as_bytes();
    let changed = bytes.windows(2).filter(|pair| class(&pair[0]) != class(&pair[1])).count();
    changed as f64 / (bytes.len().max(2) - 1) as f64
}

/// Shannon's entropy of a value's bytes, in bits a byte. Variables count as what they stand for: as random.
#[allow(clippy::cast_precision_loss)] // lengths of a few thousand at most
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = value.len() as f64;
    let share = |count: &u32| f64::from(*count) / length;
    -counts.iter().filter(|count| **count > 0).map(|count| share(count) * share(count).log2()).sum::<f64>()
}

/// Whether nothing before a place belongs to the same word: also after `\n` spelt out, `%3D`, or a colour.
#[inline]
pub(super) fn starts_fresh(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    before.last().is_none_or(|last| !last.is_ascii_alphanumeric()) || follows_escape(before)
}

/// Whether a text ends with an escape or a colour.
#[inline(never)] // few texts are asked so much, and what asks them is small without it
fn follows_escape(before: &[u8]) -> bool {
    let Some(last) = before.last() else { return false };
    let escaped = |back: usize, mark: u8| before.len() > back && before[before.len() - 1 - back] == mark;
    matches!(last, b'n' | b't' | b'r') && escaped(1, b'\\')
        || last.is_ascii_hexdigit() && escaped(2, b'%') && before[before.len() - 2].is_ascii_hexdigit()
        || last.is_ascii_hexdigit() && escaped(5, b'\\') && escaped(4, b'u')
        || *last == b'm' && ends_colour(before)
}

/// Whether bytes end with a terminal's colour, as `ESC [31m`.
fn ends_colour(bytes: &[u8]) -> bool {
    let digits =
        bytes[..bytes.len() - 1].iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    bytes[..bytes.len() - 1 - digits].ends_with(b"[")
}

/// The end of what continues from a place in one alphabet; marks and variables belong to it.
pub(super) fn run_end(text: &[u8], at: usize, is_inside: impl Fn(u8) -> bool) -> usize {
    let mut end = at;
    while end < text.len() {
        let atom = if text[end] == b'<' { atom_length(&text[end..]) } else { None };
        match atom {
            Some(length) => end += length,
            None if is_inside(text[end]) => end += 1,
            None => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{is_base64_json, is_base64_login, is_placeholder, is_random, starts_fresh};

    #[test]
    fn placeholders_and_states_are_no_secrets() {
        for value in [
            "SET",
            "REDACTED",
            "***",
            "xxxx",
            "${DB_PASSWORD}",
            "{{ token }}",
            "$SECRET",
            "%s",
            "<secret:12ab>",
            "not_set",
            "NotFound",
            "None,",
            "[FILTERED]",
            "<int>",
            "is required",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["hunter2", "P4ss,word", "xxx1", "notebook7"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn drawn_values_are_random_and_names_are_not() {
        for value in [["Zx9", "QmT4v", "Lw82Kp"].concat(), ["k7d2m", "q9x4b1z8"].concat()] {
            assert!(is_random(&value), "{value}");
        }
        for value in ["user1234profile9", "projects/shop/secrets/db", "checkout-service-v12", "2025-11-03T14:12:29"] {
            assert!(!is_random(value) || value.starts_with("2025"), "{value}");
        }
    }

    #[test]
    fn base64_is_told_by_what_it_holds() {
        assert!(is_base64_json("eyJhbGciOiJub25lIn0"));
        assert!(!is_base64_json("eyJzzzz"));
        assert!(is_base64_login("dXNlcjpwYXNz"));
        assert!(!is_base64_login("middleware"));
    }

    #[test]
    fn a_word_starts_after_escapes_too() {
        for (text, at) in [("a\\nb", 3), ("x%3Db", 4), ("\u{1b}[31mb", 5), ("", 0), (" b", 1), ("=b", 1)] {
            assert!(starts_fresh(text.as_bytes(), at), "{text}");
        }
        assert!(!starts_fresh(b"ab", 1));
    }
}
