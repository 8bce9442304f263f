//! Whether a value behind a name is a secret: decided by how sure the name is, how the two are joined, and by its look.

use super::checks::{entropy, has_digit, is_cased, is_identifier, is_placeholder, is_prose, is_random};
use super::mark::is_only_atoms;
use super::naming::{Named, Strength};
use super::value::{Joint, Value};

/// Whether a member's value is a secret by its name. What a document calls a password is one, whatever it looks
/// like; in a text words may only follow the name.
pub(super) fn is_member_secret(name: &str, value: &str, named: Named) -> bool {
    let whole = Value { range: 0..value.len(), joint: Joint::Equals, is_quoted: true };
    let is_word = named.strength == Strength::Strong && !is_numeric(value) && !is_placeholder(value);
    is_word && (named.kind == "password" || !is_resource(value) && !is_reference(value))
        || is_secret(value, name, &whole, named)
}

pub(super) fn is_secret(text: &str, name: &str, value: &Value, named: Named) -> bool {
    let found = &text[value.range.clone()];
    if is_placeholder(found) || is_only_atoms(found) {
        return false;
    }
    let is_password = named.kind == "password";
    match named.strength {
        Strength::Weak => is_signature(name, found) || is_random(found) && !is_identifier(found) && !is_pathlike(found),
        Strength::Strong if is_numeric(found) => {
            (is_password || is_code(name)) && (value.is_quoted || value.joint != Joint::Colon || found.len() >= 4)
        }
        Strength::Strong if !value.is_quoted && is_code_call(found) => false,
        Strength::Strong if is_resource(found) || !is_password && is_reference(found) => false,
        Strength::Strong if is_prose(found) => match value.joint {
            Joint::Blank | Joint::Tight | Joint::Listed => false,
            // Words in quotes are a message; one word is a weak password.
            Joint::Equals | Joint::Element => is_password && !found.contains(' ') || is_long(found),
            Joint::Colon => {
                value.is_quoted && is_password && !found.contains(' ') || starts_line(text, value) && is_password
            }
        },
        Strength::Strong if found.contains(' ') => {
            is_password && value.joint != Joint::Blank && words_with_digits(found) || is_phrase(name)
        }
        Strength::Strong => match value.joint {
            Joint::Blank => is_password && found.len() >= 4,
            _ => found.len() >= 3,
        },
    }
}

/// Whether a value is a signature in hexadecimal digits, as of an address that is signed.
fn is_signature(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_named = ["signature", "sig", "hmac", "salt"].iter().any(|end| lower.ends_with(end));
    is_named && value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a member is a short number that opens something.
fn is_code(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["pin", "otp", "cvv", "cvc", "ssn", "passcode"].iter().any(|code| lower.ends_with(code))
}

/// Whether a name is one of several words that open something.
fn is_phrase(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("passphrase") || lower.ends_with("mnemonic")
}

/// Several words with digits or signs between them, as in a password of words, not in a sentence.
fn words_with_digits(value: &str) -> bool {
    value.split(' ').count() <= 3 && has_digit(value) && !value.ends_with('.')
}

fn is_numeric(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b' ' | b'/' | b'%'))
}

/// A long value without blanks, whose letters are spread as no word's are.
fn is_long(value: &str) -> bool {
    value.len() >= 16 && !value.contains([' ', '-', '_', '.', '/']) && entropy(value) >= 3.5
        || value.len() >= 30 && !value.contains(' ') && is_cased(value) && entropy(value) >= 4.2
}

/// A name within the platform, a path or an address, which only leads to a secret.
fn is_resource(value: &str) -> bool {
    let head = value.split('/').next().unwrap_or_default();
    value.contains('/')
        && (matches!(head, "projects" | "secrets" | "arn:aws:secretsmanager" | "kv" | "" | "." | ".." | "~" | "vault")
            || value.contains("://"))
        && value.split('/').all(|part| !is_random(part) || part.contains(['-', '.']))
}

/// An object as programs show it: `Token{78af589`, `Token@1b2c3d4`, `<Token object at 0x7f`.
fn is_reference(value: &str) -> bool {
    let name =
        value.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')).count();
    let is_class = value[..name].bytes().any(|byte| byte.is_ascii_lowercase())
        && value[..name].bytes().all(|byte| !byte.is_ascii_digit());
    let Some(within) = value[name..].strip_prefix(['{', '@', '(']) else { return false };
    let is_address = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'x');
    name > 2 && is_class && (is_only_atoms(within) || is_address(within.trim_end_matches(['}', ')'])))
}

/// Where a value comes from, in the text of a program: `getpass.getpass(`, `os.environ["..."]`.
fn is_code_call(value: &str) -> bool {
    let name = value.bytes().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.')).count();
    name >= 3 && value[name..].starts_with(['(', '['])
}

/// Names of things joined by slashes, colons or dots: a cache's key, a resource.
fn is_pathlike(value: &str) -> bool {
    value.split(['/', ':', '.', '|', '-', '_']).filter(|part| !part.is_empty()).count() > 2
        && !value
            .split(['/', ':', '.', '|', '-', '_'])
            .any(|part| part.len() >= 10 && is_random(part) && !is_identifier(part))
}

/// Whether a value's name begins its line and the value ends it, as in YAML.
fn starts_line(text: &str, value: &Value) -> bool {
    let before = &text[..value.range.start];
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let ends = text[value.range.end..]
        .trim_start_matches([' ', '\t'])
        .chars()
        .next()
        .is_none_or(|c| c == '\n' || c == '\r' || c == '#');
    ends && line.matches(' ').count() <= line.len() - line.trim_start().len() + 1 && !line.trim().contains(' ')
}
