//! What stands behind a name: how the two are joined, and how far the value goes.

use super::mark::atom_length;
use std::ops::Range;

/// Longest name that is looked at.
pub(super) const LONGEST_NAME: usize = 128;

/// Longest value in quotes: beyond it a quote is none that was meant.
pub(super) const LONGEST_VALUE: usize = 16 << 10;

/// How a name and its value are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// `=`, `=>`, `:=`, `%3D`, a flag's blank.
    Equals,
    /// A colon and no blank.
    Tight,
    /// A colon and a blank, as in YAML, headers and sentences.
    Colon,
    /// `<name>value</name>`.
    Element,
    /// `password 'x'`, where the value is in quotes.
    Blank,
    /// `"password", "x"`.
    Listed,
}

/// A value in its place, how it is joined to its name, and whether it is in quotes.
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) joint: Joint,
    pub(super) is_quoted: bool,
}

/// What is joined to a name, if anything is.
pub(super) fn find_value(text: &str, name: &Range<usize>) -> Option<Value> {
    let bytes = text.as_bytes();
    let mut at = name.end;
    let is_flag = bytes[name.start..].starts_with(b"--");
    let is_element = name.start > 0 && bytes[name.start - 1] == b'<';
    if let Some(range) = find_attribute(text, name) {
        return Some(Value { range, joint: Joint::Equals, is_quoted: true });
    }
    if is_element {
        let close = at + bytes[at..].iter().take(200).position(|byte| *byte == b'>')?;
        let end = close + 1 + bytes[close + 1..].iter().take(LONGEST_VALUE).position(|byte| *byte == b'<')?;
        if let Some(inner) = text[end..].strip_prefix("<![CDATA[") {
            let end = end + 9 + inner.find("]]>")?;
            return Some(Value { range: close + 10..end, joint: Joint::Element, is_quoted: true });
        }
        return Some(Value { range: close + 1..end, joint: Joint::Element, is_quoted: true });
    }
    // What closes the name: a quote, escaped or not, a bracket of an index.
    at += text[at..].find(|c: char| !matches!(c, '"' | '\'' | '\\' | '`' | ']')).unwrap_or(0).min(6);
    at = skip_codes(text, at, &["&quot;", "&#34;", "&#39;"]);
    let closed = at;
    at = skip_gap(text, at);
    let is_keyword = text[..name.start].ends_with(':') && name.start > 0;
    let is_set =
        is_keyword || matches!(super::assignment::word_before(text, name.start), "ENV" | "ARG" | "setenv" | "fish_set");
    let (mut joint, length) = find_joint(&text[at..], is_flag || is_set, at > name.end, closed > name.end)?;
    at += length;
    let gap = skip_gap(text, at);
    if joint == Joint::Tight && gap > at {
        joint = Joint::Colon;
    }
    at = skip_wrapper(text, gap);
    let (range, is_quoted) = find_extent(text, at)?;
    // A name in quotes is a member's, and so is what follows a colon then.
    let is_member = closed > name.end && joint != Joint::Blank;
    let joint = if is_member && matches!(joint, Joint::Tight | Joint::Colon) { Joint::Equals } else { joint };
    (joint != Joint::Blank || is_quoted || is_flag).then_some(Value { range, joint, is_quoted })
}

/// The value of `name="password" value="..."` within one tag, and of `"name": "password", "value": "..."`.
fn find_attribute(text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let before = text[..name.start].trim_end_matches(['"', '\'', '\\']);
    let before = if before.len() < name.start { before.trim_end_matches([' ', '=', ':']) } else { return None };
    let before = before.trim_end_matches(['"', '\'', '\\']);
    let is_name = ["name", "key", "id", "Name", "Key", "header"].iter().any(|attribute| before.ends_with(attribute));
    let rest = &text[name.end..floor(text, (name.end + 300).min(text.len()))];
    let rest = &rest[..rest.find(['>', '}']).unwrap_or(rest.len())];
    let at = rest.find("value").or_else(|| rest.find("Value")).filter(|_| is_name)? + name.end + 5;
    let quote = &text[at..];
    let gap = quote.len() - quote.trim_start_matches(['"', '\'', '\\']).len();
    let joint = text[at + gap..].strip_prefix(['=', ':'])?;
    let at = text.len() - joint.trim_start().len();
    find_extent(text, at).filter(|(_, is_quoted)| *is_quoted).map(|(range, _)| range)
}

/// The end of blanks and colours, and of a line's end where only blanks follow.
fn skip_gap(text: &str, mut at: usize) -> usize {
    loop {
        at += count_blanks(&text.as_bytes()[at..]);
        let rest = &text[at..];
        let colour = ["\u{1b}[", "\\u001b[", "\\x1b[", "\\033[", "\\e["].iter().find_map(|escape| {
            let codes = rest.strip_prefix(escape)?;
            let digits = codes.bytes().take(12).take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
            codes[digits..].starts_with('m').then_some(escape.len() + digits + 1)
        });
        match colour {
            Some(length) => at += length,
            None => return at,
        }
    }
}

/// The end of what programs put around a value: `Some(`, `string(32) `, `b` before a quote, a quote of Markdown.
fn skip_wrapper(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let bare = rest.trim_start_matches([' ', '\n', '\r', '\t']);
    if let Some(typed) = bare.strip_prefix("string(").or_else(|| bare.strip_prefix("str(")) {
        let digits = typed.bytes().take_while(u8::is_ascii_digit).count();
        if typed[digits..].starts_with(") \"") {
            return text.len() - typed.len() + digits + 2;
        }
    }
    let opened =
        rest.strip_prefix("[]string{").or_else(|| rest.strip_prefix('[')).map(|inner| inner.trim_start_matches(' '));
    if let Some(inner) = opened.filter(|inner| inner.trim_start_matches('\\').starts_with(['"', '\''])) {
        return text.len() - inner.len();
    }
    let word = rest.bytes().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let behind = &rest[word..];
    let quoted = behind.strip_prefix('(').unwrap_or(behind);
    let is_prefix =
        matches!(&rest[..word], "b" | "r" | "u" | "f" | "rb" | "br" | "N") || behind.len() > quoted.len() && word > 0;
    if is_prefix && quoted.trim_start_matches('\\').starts_with(['"', '\'']) {
        return text.len() - quoted.len();
    }
    at
}

fn count_blanks(bytes: &[u8]) -> usize {
    bytes.iter().take(8).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn skip_codes(text: &str, at: usize, codes: &[&str]) -> usize {
    at + codes.iter().find(|code| text[at..].starts_with(**code)).map_or(0, |code| code.len())
}

/// What joins a name and its value, and how long it is.
fn find_joint(rest: &str, is_flag: bool, has_gap: bool, is_quoted: bool) -> Option<(Joint, usize)> {
    for (sign, joint) in SIGNS {
        if rest.starts_with(sign) {
            return Some((*joint, sign.len()));
        }
    }
    // Elements of a list: `('password', 'x')`, `["--token", "x"]`.
    let listed = rest.strip_prefix(',').map(|rest| rest.trim_start_matches(' ').trim_start_matches('\\'));
    if is_quoted && listed.is_some_and(|rest| rest.starts_with(['"', '\'', 'b'])) {
        return Some((Joint::Listed, 1));
    }
    match rest.bytes().next()? {
        _ if is_flag && has_gap => Some((Joint::Equals, 0)),
        b'"' | b'\'' | b'\\' if has_gap => Some((Joint::Blank, 0)),
        _ => None,
    }
}

/// The signs that join, the longer before those that they begin with.
const SIGNS: &[(&str, Joint)] = &[
    ("=>", Joint::Equals),
    ("==", Joint::Equals),
    (":=", Joint::Equals),
    ("->", Joint::Equals),
    ("=", Joint::Equals),
    ("\\u003d", Joint::Equals),
    ("&#61;", Joint::Equals),
    (":", Joint::Tight),
    ("\u{ff1a}", Joint::Colon),
    ("|", Joint::Colon),
    ("\u{a6}", Joint::Colon),
    ("is ", Joint::Blank),
    ("was ", Joint::Blank),
];

/// Where a value stands from a place on: between its quotes, or up to what ends it.
fn find_extent(text: &str, at: usize) -> Option<(Range<usize>, bool)> {
    let rest = &text[at..];
    let slashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
    let opening = rest[slashes..].chars().next()?;
    if matches!(opening, '"' | '\'' | '`' | '“' | '‘') {
        let closing = match opening {
            '“' => '”',
            '‘' => '’',
            other => other,
        };
        let start = at + slashes + opening.len_utf8();
        if let Some(end) = find_closing(text, start, closing, slashes) {
            return Some((start..end, true));
        }
        return Some((start..start + find_end(&text[start..]), false)).filter(|(range, _)| !range.is_empty());
    }
    for code in ["&quot;", "&#34;", "&#39;"] {
        if let Some(inner) = rest.strip_prefix(code) {
            let end = inner.find(code).unwrap_or_else(|| find_end(inner));
            return Some((at + code.len()..at + code.len() + end, true));
        }
    }
    let length = find_end(rest);
    (length > 0).then_some((at..at + length, false))
}

/// The quote that closes a value: with as many backslashes as the opening one has, or fewer.
fn find_closing(text: &str, start: usize, quote: char, slashes: usize) -> Option<usize> {
    let window = floor(text, start.saturating_add(LONGEST_VALUE).min(text.len()));
    let mut from = start;
    while let Some(found) = text[from..window].find(quote) {
        let end = from + found;
        let before = text[start..end].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if text[start..end].contains(['\n', '”', '…']) {
            return None;
        }
        if before <= slashes {
            return Some(end - before);
        }
        from = end + quote.len_utf8();
    }
    None
}

pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// How far a value without quotes goes.
pub(super) fn find_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len().min(LONGEST_VALUE) {
        let byte = bytes[at];
        if let Some(length) = atom_length(&bytes[at..]) {
            at += length;
            continue;
        }
        let ends = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'&' | 0x1b => true,
            b',' | b';' | b')' | b']' | b'}' | b'|' => is_delimiter(&bytes[at + 1..]),
            b'\\' => matches!(bytes.get(at + 1), Some(b'n' | b't' | b'r' | b'"' | b'\'' | b'\\' | b'u')),
            _ => {
                rest[at..].chars().next().is_some_and(|c| c.is_whitespace() || !c.is_ascii() && !c.is_alphanumeric())
                    && rest.is_char_boundary(at)
            }
        };
        if ends {
            break;
        }
        at += 1;
        while !rest.is_char_boundary(at) {
            at += 1;
        }
    }
    at
}

/// Whether a sign ends a value: what follows is a blank, the end, a quote, a sign, or a name with a value of its own.
fn is_delimiter(rest: &[u8]) -> bool {
    let Some(next) = rest.first() else { return true };
    if !next.is_ascii_alphanumeric() {
        return true;
    }
    let word = rest
        .iter()
        .take(LONGEST_NAME)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    !matches!(rest.get(word), None | Some(b' ' | b'!' | b'$' | b'#' | b'^' | b'*' | b'+' | b'~' | b'@'))
}
