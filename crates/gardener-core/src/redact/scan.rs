//! One pass over a text for the keywords of all rules, and what each rule finds where one of them stands.

use super::address::{
    find_bare_password, find_mailbox, find_password, find_person, FOLDER_KEYWORDS, MAIL_KEYWORDS, URL_KEYWORDS,
};
use super::assignment::{find_assigned, KEYWORDS};
use super::checks::{changes, is_mixed, run_end, starts_fresh};
use super::encoded::is_encoded;
use super::keywords::{Hit, Keyword, Keywords};
use super::numbers::find_numbers;
use super::pairs::visit_pairs;
use super::rules::{Lead, Rule, RULES};
use super::words::MEMBER_KEYWORDS;
use super::Found;
use regex::Regex;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

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
    Member,
}

struct Scanner {
    keywords: Keywords,
    owners: Vec<Owner>,
    /// Compiled at the first use: most runs need a few.
    patterns: Vec<OnceLock<Option<Regex>>>,
}

static SCANNER: LazyLock<Scanner> = LazyLock::new(make_scanner);

fn make_scanner() -> Scanner {
    let rules = RULES.iter().enumerate().flat_map(|(at, rule)| {
        let is_of_any_case = rule.is_of_any_case();
        rule.keywords.iter().map(move |text| (Keyword { text, is_of_any_case }, Owner::Rule(at)))
    });
    let tables = [
        (KEYWORDS, Owner::Name),
        (URL_KEYWORDS, Owner::Url),
        (MAIL_KEYWORDS, Owner::Mail),
        (FOLDER_KEYWORDS, Owner::Folder),
        (KEY_KEYWORDS, Owner::Key),
        (MEMBER_KEYWORDS, Owner::Member),
    ];
    let tables = tables
        .iter()
        .flat_map(|(words, owner)| words.iter().map(move |text| (Keyword { text, is_of_any_case: true }, *owner)));
    let (words, owners) = rules.chain(tables).unzip();
    Scanner { keywords: Keywords::new(words), owners, patterns: RULES.iter().map(|_| OnceLock::new()).collect() }
}

impl Scanner {
    fn pattern(&self, at: usize) -> Option<&Regex> {
        self.patterns[at].get_or_init(|| compile(&RULES[at]).ok()).as_ref()
    }

    /// What the rule of a keyword finds where it stands.
    fn find_by_rule(&self, text: &str, at: usize, rule: usize) -> Option<Found<'static>> {
        let Rule { kind, is_word, lead, check, .. } = &RULES[rule];
        if *is_word && !starts_fresh(text.as_bytes(), at) {
            return None;
        }
        let captures = self.pattern(rule)?.captures(&text[at..])?;
        let taken = captures.name("s").or_else(|| captures.get(0))?;
        let start = at + taken.start() - count_lead(&text.as_bytes()[..at], *lead);
        // What ends a sentence is no part of it.
        let end = start + text[start..at + taken.end()].trim_end_matches(['.', '…']).len();
        let checked = captures.name("c").map_or(&text[start..end], |checked| checked.as_str());
        check(checked).then(|| secret(kind, start..end))
    }
}

/// A pattern that matches from where its keyword stands.
fn compile(rule: &Rule) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{})", rule.pattern))
}

/// Adds what the tables know of a text.
pub(super) fn find_known(text: &str, found: &mut Vec<Found<'_>>) {
    let scanner = &*SCANNER;
    let (mut named_until, mut has_key) = (0, false);
    for hit in scanner.keywords.find(text.as_bytes()) {
        let range = hit.start..hit.end;
        match scanner.owners[hit.word] {
            Owner::Rule(at) => found.extend(scanner.find_by_rule(text, range.start, at)),
            Owner::Name if range.start >= named_until => {
                let Some((secret, kind)) = find_assigned(text, range) else { continue };
                named_until = secret.start;
                found.push(Found { range: secret, kind, is_personal: false });
            }
            // Only a line of JSON has members, and who reads one looks at their names.
            Owner::Name | Owner::Member => {}
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
    let scanner = &*SCANNER;
    let may = |hit: Hit| match scanner.owners[hit.word] {
        Owner::Rule(at) => scanner.find_by_rule(line, hit.start, at).is_some(),
        _ => true,
    };
    let mut found = Vec::new();
    is_encoded(line) || scanner.keywords.visit(line.as_bytes(), may) || find_key_line(line).is_some() || {
        find_dotted(line, &mut found);
        find_numbers(line, &mut found);
        !found.is_empty()
    }
}

fn secret(kind: &'static str, range: Range<usize>) -> Found<'static> {
    Found { range, kind, is_personal: false }
}

fn personal(kind: &'static str, range: Range<usize>) -> Found<'static> {
    Found { range, kind, is_personal: true }
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

/// Length of the shortest token of a bot.
const LEAST_DOTTED: usize = 23 + 1 + 6 + 1 + 27;

/// Tokens of Discord's bots, which begin with the number of one in base64: 23 to 28 characters, 6, and 27 or more.
fn find_dotted(text: &str, found: &mut Vec<Found<'_>>) {
    let bytes = text.as_bytes();
    if bytes.len() < LEAST_DOTTED {
        return;
    }
    visit_pairs(bytes, ([b'.'; 2], 7, b'.'), |at| {
        found.extend(find_bot_token(bytes, at));
        false
    });
}

/// The token of a bot around the first of its dots.
fn find_bot_token(bytes: &[u8], at: usize) -> Option<Found<'static>> {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let before = bytes[..at].iter().rev().take(34).take_while(|byte| is_inside(byte)).count();
    let after = bytes[at + 8..].iter().take(60).take_while(|byte| is_inside(byte)).count();
    let start = at - before + count_escape(&bytes[..at], at - before);
    let is_one = bytes[at + 1..at + 7].iter().all(is_inside)
        && (23..=28).contains(&(at - start))
        && after >= 27
        && matches!(bytes[start], b'M' | b'N' | b'O');
    is_one.then(|| secret("provider-key", start..at + 8 + after))
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

/// Whether a text may say something of a key. Every line is asked, and few have five hyphens or the v of `Private-` four
/// bytes before one.
pub(super) fn has_key_sign(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_sign = |at: usize| bytes[at..].starts_with(b"-----") || bytes[..at + 4].ends_with(b"Private");
    visit_pairs(bytes, ([b'-', b'v'], 4, b'-'), is_sign)
}

/// Whether a key begins in a line, or ends there; `None` of all other lines.
pub(super) fn follow_key(line: &str) -> Option<bool> {
    if !has_key_sign(line) {
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
    let bytes = text.as_bytes();
    if bytes.len() < KEY_LINE {
        return None;
    }
    let is_around = |byte: &u8| matches!(byte, b'\r' | b'\n' | b' ' | b'\t' | b'"' | b'\'');
    let start = bytes.iter().take_while(|byte| is_around(byte)).count();
    let around = bytes[start..].iter().rev().take_while(|byte| is_around(byte)).count();
    let bare = &text[start..bytes.len() - around];
    if bare.len() < KEY_LINE || !is_line(bare) && !is_last_line(bare) {
        return None;
    }
    let end = run_end(bare.as_bytes(), 0, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let is_whole = bare[end..].bytes().all(|byte| byte == b'=') && bare.len() - end <= 2;
    (is_whole && is_key_like(bare)).then_some(start..start + bare.len())
}

/// Lengths of whole lines of base64 (RFC 7468, RFC 2045, OpenSSH).
const LINES: [usize; 4] = [64, 70, 72, 76];

/// Whether a word of base64 is drawn: a path, a name or a number is not. A last line, which is shorter, is told by a
/// sign of base64's that names have not.
fn is_key_like(word: &str) -> bool {
    let is_path = |word: &str| word.split('/').any(|part| part.len() >= 12 && !is_mixed(part));
    is_mixed(word) && changes(word) >= 0.3 && (is_line(word) || !is_path(word))
}

/// Whether a text is as long as a whole line of base64.
fn is_line(text: &str) -> bool {
    LINES.contains(&text.len())
}

/// Whether a text may be the last line of base64, as its length and its signs say.
fn is_last_line(text: &str) -> bool {
    (text.len().is_multiple_of(4) || text.ends_with('='))
        && !text.starts_with('/')
        && memchr::memchr3(b'+', b'/', b'=', text.as_bytes()).is_some()
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
    use super::{compile, RULES};

    #[test]
    fn every_pattern_compiles() {
        for rule in RULES {
            assert_eq!(compile(rule).err(), None, "{}", rule.kind);
        }
    }

    #[test]
    fn every_keyword_that_ignores_case_is_in_lower_case() {
        for rule in RULES {
            let is_lower = rule.keywords.iter().all(|word| word.to_ascii_lowercase() == **word);
            assert!(!rule.keywords.is_empty() && (is_lower || !rule.is_of_any_case()), "{}", rule.kind);
        }
    }
}
