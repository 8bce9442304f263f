//! Secrets that their names give away: `password=...`, `"apiKey": "..."`, `--token ...`, `<secret>...</secret>`.
//!
//! A keyword leads to the whole name ([`super::naming`] knows what it means); then comes what joins a name and its
//! value, then the value ([`super::value`]). How they are joined decides what else must be true of it ([`super::verdict`]).

use super::checks::is_placeholder;
use super::header::{find_cookies, find_credentials, is_authorization};
use super::naming::{find_named, find_personal};
use super::value::{find_value, Value, LONGEST_NAME};
use super::verdict::is_secret;
use std::ops::Range;

/// Lower-case parts of names that may hold a secret; [`find_named`] decides.
pub(super) const KEYWORDS: &[&str] = &[
    "pass",
    "pwd",
    "psw",
    "secret",
    "token",
    "credential",
    "creds",
    "key",
    "auth",
    "cookie",
    "signature",
    "sig=",
    "sig%3d",
    "jwt",
    "bearer",
    "otp",
    "pin=",
    "pin:",
    "pin\"",
    "pin'",
    "\"pin",
    "cvv",
    "cvc",
    "ssn",
    "salt",
    "hmac",
    "sessid",
    "session",
    "sid=",
    "mnemonic",
    "-u ",
    "_pw",
    "_pat",
    "pat=",
    "pat\"",
    "phone",
    "pat:",
    "-pat",
    "devopspat",
    "tel ",
    "tel\\",
    "tel=",
    "tel:",
    "tel\"",
    "tel'",
    "mobile",
    "msisdn",
    "whatsapp",
    "fax",
    "pw=",
    "pw:",
];

/// The secret that the name at a keyword gives away, with its kind and the end of the name.
pub(super) fn find_assigned(text: &str, hit: Range<usize>) -> Option<(Range<usize>, &'static str)> {
    let name = find_name(text, &hit);
    if let Some(found) = find_login(text, &hit) {
        return Some((found, "password"));
    }
    if is_mark(text, &name) {
        return None;
    }
    // Most names have no value, which is sooner seen than what they mean.
    let value = find_value(text, &name)?;
    match find_personal(&text[name.clone()]) {
        Some("phone") => return find_phone(text, &value).map(|found| (found, "phone")),
        Some("key-id") => return Some((value.range, "key-id")),
        _ => {}
    }
    let named = find_named(&text[name.clone()], word_before(text, name.start))?;
    if named.kind == "cookie" {
        return find_cookies(text, &value).map(|found| (found, "cookie"));
    }
    if is_authorization(&text[name.clone()]) {
        return find_credentials(text, &value).map(|found| (found, "token"));
    }
    let found = trim(text, value.range.clone());
    is_secret(text, &text[name], &Value { range: found.clone(), ..value }, named).then_some((found, named.kind))
}

/// Whether a name is a mark's own, `<token:ab12>`, however an exit spells its bracket.
fn is_mark(text: &str, name: &Range<usize>) -> bool {
    let before = &text[..name.start];
    let is_open = before.ends_with('<') || ["&lt;", "u003c", "%3C"].iter().any(|bracket| before.ends_with(bracket));
    let digits = text[name.end..]
        .strip_prefix(':')
        .unwrap_or_default()
        .bytes()
        .take(5)
        .take_while(u8::is_ascii_hexdigit)
        .count();
    is_open && digits == 4
}

/// The phone number that its name tells, in any national spelling.
fn find_phone(text: &str, value: &Value) -> Option<Range<usize>> {
    let rest = &text[value.range.start..];
    let is_inside = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'(' | b')' | b'+' | b'-' | b'.' | b'/');
    let length = rest.bytes().take(32).take_while(is_inside).count();
    let shown = rest[..length].trim_end_matches([' ', '.', '-', '/', '(', '+']);
    let shown = if shown.contains('(') { shown } else { shown.trim_end_matches(')') };
    let digits = shown.bytes().filter(u8::is_ascii_digit).count();
    (7..=17).contains(&digits).then(|| value.range.start..value.range.start + shown.len())
}

/// The whole name around a keyword.
fn find_name(text: &str, hit: &Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = bytes[..hit.start].iter().rev().take(LONGEST_NAME).take_while(|byte| is_inside(byte)).count();
    let mut start = hit.start - before;
    // `\npassword`: the n is the escape's.
    if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes[start], b'n' | b't' | b'r') && start < hit.start {
        start += 1;
    }
    let after = bytes[hit.start..].iter().take(LONGEST_NAME).take_while(|byte| is_inside(byte)).count();
    start..hit.start + after
}

/// The word in front of a name, if one blank is between them.
pub(super) fn word_before(text: &str, at: usize) -> &str {
    let Some(before) = text[..at].strip_suffix(' ') else { return "" };
    let letters = before.bytes().rev().take(24).take_while(u8::is_ascii_alphanumeric).count();
    &before[before.len() - letters..]
}

/// The password of `curl -u user:password` and the like.
fn find_login(text: &str, hit: &Range<usize>) -> Option<Range<usize>> {
    let rest = text[hit.start..].strip_prefix("-u ").filter(|_| text[..hit.start].ends_with([' ', '\t']))?;
    let start = hit.start + 3 + (rest.len() - rest.trim_start_matches(['\'', '"', ' ']).len());
    let end = start + text[start..].find([' ', '\'', '"', '\n', '\\']).unwrap_or(text.len() - start);
    let colon = start + text[start..end].find(':')?;
    (colon + 1 < end && !is_placeholder(&text[colon + 1..end])).then_some(colon + 1..end)
}

/// A value without what only ends its sentence.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    let end = value.trim_end_matches(['.', ',', ';', ':', '?', '…', ' ']).len();
    let start = value.len() - value.trim_start().len();
    range.start + start.min(end)..range.start + end
}
