//! One pass over a text for the keywords of all rules, and what each rule finds where one of them stands.

use super::address::{
    find_bare_password, find_mailbox, find_password, find_person, FOLDER_KEYWORDS, MAIL_KEYWORDS, URL_KEYWORDS,
};
use super::assignment::{find_assigned, KEYWORDS};
use super::checks::{changes, is_mixed, run_end, starts_fresh};
use super::encoded::decode;
use super::numbers::find_numbers;
use super::rules::{Lead, Rule, RULES};
use super::Found;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem::Finder;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Shortest line of base64 alone that is taken for a part of a key; an encoder fills its lines up to 64.
const KEY_LINE: usize = 16;

/// Whom a keyword calls.
#[derive(Clone, Copy)]
enum Owner {
    Rule(usize),
    Name,
    Url,
    Mail,
    Folder,
    Key,
}

struct Scanner {
    keywords: AhoCorasick,
    owners: Vec<Owner>,
    patterns: Vec<Regex>,
}

/// The tables, compiled once.
static SCANNER: LazyLock<Option<Scanner>> = LazyLock::new(|| make_scanner().ok());

fn make_scanner() -> Result<Scanner, Box<dyn std::error::Error>> {
    let rules =
        RULES.iter().enumerate().flat_map(|(at, rule)| rule.keywords.iter().map(move |one| (*one, Owner::Rule(at))));
    let tables = [
        (KEYWORDS, Owner::Name),
        (URL_KEYWORDS, Owner::Url),
        (MAIL_KEYWORDS, Owner::Mail),
        (FOLDER_KEYWORDS, Owner::Folder),
        (KEY_KEYWORDS, Owner::Key),
    ];
    let tables = tables.iter().flat_map(|(words, owner)| words.iter().map(move |one| (*one, *owner)));
    let (words, owners): (Vec<&str>, Vec<Owner>) = rules.chain(tables).unzip();
    let keywords = AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words)?;
    let patterns = RULES.iter().map(|rule| Regex::new(&format!("^(?:{})", rule.pattern))).collect::<Result<_, _>>()?;
    Ok(Scanner { keywords, owners, patterns })
}

/// Adds what the tables know of a text.
pub(super) fn find_known(text: &str, found: &mut Vec<Found<'_>>) {
    let Some(scanner) = SCANNER.as_ref() else { return };
    let (mut named_until, mut has_key) = (0, false);
    for hit in scanner.keywords.find_overlapping_iter(text) {
        let range = hit.start()..hit.end();
        match scanner.owners[hit.pattern().as_usize()] {
            Owner::Rule(at) => found.extend(find_by_rule(text, range.start, &RULES[at], &scanner.patterns[at])),
            Owner::Name if range.start >= named_until => {
                let Some((secret, kind)) = find_assigned(text, range) else { continue };
                named_until = secret.start;
                found.push(Found { range: secret, kind, is_personal: false });
            }
            Owner::Name => {}
            Owner::Url => found.extend(find_password(text, range).map(|range| secret("password", range))),
            Owner::Mail => {
                found.extend(find_bare_password(text, range.clone()).map(|range| secret("password", range)));
                found.extend(find_mailbox(text, range).map(|range| personal("email", range)));
            }
            Owner::Key => has_key = true,
            Owner::Folder => found.extend(find_person(text, range).map(|range| personal("user", range))),
        }
    }
    find_dotted(text, found);
    if has_key {
        find_key_words(text, found);
    }
    found.extend(find_key_line(text).map(|range| secret("private-key", range)));
}

/// Whether a line can hold anything at all: a keyword, a number that is one, a letter that is spelt as its code.
pub(super) fn may_hold(line: &str) -> bool {
    let may = |scanner: &Scanner, hit: &aho_corasick::Match| match scanner.owners[hit.pattern().as_usize()] {
        Owner::Rule(at) => find_by_rule(line, hit.start(), &RULES[at], &scanner.patterns[at]).is_some(),
        _ => true,
    };
    let holds = |scanner: &Scanner| scanner.keywords.find_overlapping_iter(line).any(|hit| may(scanner, &hit));
    let mut numbers = Vec::new();
    find_dotted(line, &mut numbers);
    !numbers.is_empty()
        || decode(line).is_some()
        || SCANNER.as_ref().is_some_and(holds)
        || find_key_line(line).is_some()
        || {
            find_numbers(line, &mut numbers);
            !numbers.is_empty()
        }
}

fn secret(kind: &'static str, range: Range<usize>) -> Found<'static> {
    Found { range, kind, is_personal: false }
}

fn personal(kind: &'static str, range: Range<usize>) -> Found<'static> {
    Found { range, kind, is_personal: true }
}

fn find_by_rule(text: &str, at: usize, rule: &Rule, pattern: &Regex) -> Option<Found<'static>> {
    if rule.is_word && !starts_fresh(text.as_bytes(), at) {
        return None;
    }
    let captures = pattern.captures(&text[at..])?;
    let taken = captures.name("s").or_else(|| captures.get(0))?;
    let start = at + taken.start() - count_lead(&text.as_bytes()[..at], rule.lead);
    // What ends a sentence is no part of it.
    let end = start + text[start..at + taken.end()].trim_end_matches(['.', '…']).len();
    let checked = captures.name("c").map_or(&text[start..end], |checked| checked.as_str());
    (rule.check)(checked).then(|| secret(rule.kind, start..end))
}

/// How much of what stands before a keyword belongs to the secret.
fn count_lead(before: &[u8], lead: Lead) -> usize {
    let is_lead = |byte: &&u8| match lead {
        Lead::None => false,
        Lead::Digits => byte.is_ascii_digit(),
        Lead::Hex => byte.is_ascii_hexdigit(),
        Lead::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'~' | b'.'),
    };
    let count = before.iter().rev().take(64).take_while(is_lead).count();
    count - count_escape(before, before.len() - count)
}

/// How much of a word that begins at a place is the end of an escape before it: of `\n` spelt out, or of a colour.
fn count_escape(bytes: &[u8], at: usize) -> usize {
    let word = &bytes[at..];
    match at.checked_sub(1).map(|before| bytes[before]) {
        Some(b'\\') if matches!(word.first(), Some(b'n' | b't' | b'r')) => 1,
        Some(b'[' | b';') => {
            let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if word.get(digits) == Some(&b'm') {
                digits + 1
            } else {
                0
            }
        }
        _ => 0,
    }
}

/// Tokens of Discord's bots, which begin with the number of one in base64: 23 to 28 characters, 6, and 27 or more.
fn find_dotted(text: &str, found: &mut Vec<Found<'_>>) {
    let bytes = text.as_bytes();
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    for at in memchr::memchr_iter(b'.', bytes) {
        if bytes.get(at + 7) != Some(&b'.') || !bytes[at + 1..at + 7].iter().all(is_inside) {
            continue;
        }
        let before = bytes[..at].iter().rev().take(34).take_while(|byte| is_inside(byte)).count();
        let after = bytes[at + 8..].iter().take(60).take_while(|byte| is_inside(byte)).count();
        let start = at - before + count_escape(&bytes[..at], at - before);
        if (23..=28).contains(&(at - start)) && after >= 27 && matches!(bytes[start], b'M' | b'N' | b'O') {
            found.push(secret("provider-key", start..at + 8 + after));
        }
    }
}

/// Words of base64 between the beginning and the end of a key in a text, whatever stands between them: times, quotes,
/// the ends of lines.
fn find_key_words(text: &str, found: &mut Vec<Found<'_>>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(begun) = find_key(&text[from..]) {
        let start = from + begun;
        let rest = &text[start..];
        let end = start + find_key_end(rest).unwrap_or(rest.len()).min(LONGEST_KEY);
        let mut at = start;
        while at < end {
            let length = bytes[at..end].iter().take_while(|byte| is_base64(**byte)).count();
            // Of an escape that ends a line, the letter is none of the word's.
            let word = at + usize::from(length > 0 && bytes[at - 1] == b'\\')..at + length;
            if is_key_word(&bytes[word.clone()]) {
                found.push(secret("private-key", word));
            }
            at += length + 1;
        }
        from = text.floor_char_boundary(end.max(start));
    }
}

/// What says that a key may begin.
const KEY_KEYWORDS: &[&str] = &["private key", "private-lines:"];

/// Longest key that is looked for, in bytes.
const LONGEST_KEY: usize = 64 << 10;

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Whether a word within a key is a part of it: a long one, or one with a sign of base64's.
fn is_key_word(word: &[u8]) -> bool {
    let Ok(word) = std::str::from_utf8(word) else { return false };
    LINES.contains(&word.len()) || word.len() >= KEY_LINE && is_mixed(word) || word.len() >= 4 && word.ends_with('=')
}

/// Where a key has begun in a text: behind what says so.
fn find_key(text: &str) -> Option<usize> {
    let pem =
        text.find("PRIVATE KEY").filter(|at| text[..*at].rfind("-----BEGIN").is_some_and(|begun| at - begun < 40));
    let pem = pem.and_then(|at| text[at..].find("-----").map(|dashes| at + dashes + 5));
    pem.or_else(|| text.find("Private-Lines:").map(|at| at + 14))
}

fn find_key_end(text: &str) -> Option<usize> {
    text.find("-----END").into_iter().chain(text.find("Private-MAC")).min()
}

/// Without one of these a line says nothing of a key. Made once, since every text is asked.
static KEY_SIGNS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [Finder::new("-----"), Finder::new("Private-")]);

/// Whether a key begins in a line, or ends there; `None` of all other lines.
pub(super) fn follow_key(line: &str) -> Option<bool> {
    if KEY_SIGNS.iter().all(|sign| sign.find(line.as_bytes()).is_none()) {
        return None;
    }
    if let Some(at) = line.find("-----BEGIN ").filter(|at| line[*at..].contains("PRIVATE KEY")) {
        return Some(!line[at..].contains("-----END "));
    }
    if line.contains("Private-Lines:") {
        return Some(!line.contains("Private-MAC"));
    }
    (line.contains("-----END ") || line.contains("Private-MAC")).then_some(false)
}

/// A text that is base64 alone, as each line of a key is where every line is an entry.
fn find_key_line(text: &str) -> Option<Range<usize>> {
    let bare = text.trim_matches(['\r', '\n', ' ', '\t', '"', '\'']);
    let first = *bare.as_bytes().first()?;
    if bare.len() < KEY_LINE || !first.is_ascii_alphanumeric() && !matches!(first, b'+' | b'/' | b'<') {
        return None;
    }
    let end = run_end(bare.as_bytes(), 0, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let is_whole = bare[end..].bytes().all(|byte| byte == b'=') && bare.len() - end <= 2;
    let start = text.len() - text.trim_start_matches(['\r', '\n', ' ', '\t', '"', '\'']).len();
    (is_whole && is_key_like(bare)).then_some(start..start + bare.len())
}

/// Lengths of whole lines of base64 (RFC 7468, RFC 2045, OpenSSH).
const LINES: [usize; 4] = [64, 70, 72, 76];

/// Whether a word of base64 is drawn: a path, a name or a number is not. A last line, which is shorter, is told by a
/// sign of base64's that names have not.
fn is_key_like(word: &str) -> bool {
    let is_line = LINES.contains(&word.len());
    let is_last = (word.len().is_multiple_of(4) || word.ends_with('='))
        && !word.starts_with('/')
        && word.contains(['+', '/', '='])
        && word.split('/').all(|part| part.len() < 12 || is_mixed(part));
    is_mixed(word) && changes(word) >= 0.3 && (is_line || is_last)
}

/// The longest word of base64 in a line that may be one of a key, since one has begun in a line before it.
pub(super) fn find_continued(line: &str, least: usize) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let (mut at, mut longest) = (0, 0..0);
    while at < bytes.len() {
        let end = at + bytes[at..].iter().take_while(|byte| is_inside(**byte)).count();
        // Of an escape that ends a line, the letter is none of the word's.
        let start = if at > 0 && bytes[at - 1] == b'\\' && end > at { at + 1 } else { at };
        let is_last = bytes[start.min(end)..end].ends_with(b"=") && longest.len() < KEY_LINE;
        if end.saturating_sub(start) > longest.len() || is_last && end > start {
            longest = start..end;
        }
        at = end + 1;
    }
    let is_padded = line[longest.clone()].ends_with('=') && longest.len() >= 4;
    (longest.len() >= least || is_padded).then_some(longest)
}

#[cfg(test)]
mod tests {
    use super::{make_scanner, RULES};

    #[test]
    fn every_pattern_and_keyword_compiles() {
        let scanner = make_scanner().map(|scanner| scanner.patterns.len()).map_err(|error| error.to_string());
        assert_eq!(scanner, Ok(RULES.len()));
    }

    #[test]
    fn every_keyword_is_in_lower_case() {
        for rule in RULES {
            assert!(
                !rule.keywords.is_empty() && rule.keywords.iter().all(|word| word.to_ascii_lowercase() == **word),
                "{}",
                rule.kind
            );
        }
    }
}
