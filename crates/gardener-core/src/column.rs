//! What varies where siblings differ: values of one variable, or words that tell messages apart?

use crate::severity::Severity;
use crate::shape::BodyKind;
use crate::token::{has_mark, is_constant_word, is_qualified, names_error, Token};
use std::collections::BTreeSet;

/// From this many distinct words on, a column is a variable however often each comes.
const MANY_VALUES: usize = 6;

/// The same where a word tells messages apart more than elsewhere: in quotes, where it is often
/// what tells two problems apart, and in front, where it says what the line is about.
const MANY_TELLING: usize = 12;

/// The same behind a key: two words are the ends of a switch, more are values.
const MANY_OF_KEY: usize = 3;

/// From this many distinct words on, one word around them is enough.
pub(crate) const CROWD: usize = 48;

/// Words that are followed by the name of one of many.
const INTRODUCERS: [&str; 16] = [
    "user",
    "username",
    "account",
    "host",
    "hostname",
    "client",
    "tenant",
    "customer",
    "device",
    "interface",
    "table",
    "database",
    "queue",
    "topic",
    "bucket",
    "pod",
];

/// Words that are followed by what a sentence is about.
const PREPOSITIONS: [&str; 9] = ["for", "from", "by", "to", "of", "on", "at", "with", "via"];

/// Decides what varies, by what is known so far of the bodies.
#[derive(Debug)]
pub(crate) struct Judge {
    /// What kind of bodies they are.
    pub(crate) kind: BodyKind,
    /// Words that turned out to be values in some place.
    pub(crate) values: BTreeSet<String>,
}

impl Judge {
    /// Whether the tokens that stand at one position of siblings are values.
    pub(crate) fn is_variable(&self, position: usize, siblings: &[&[Token]]) -> bool {
        let tokens = siblings[0];
        let column: Vec<&str> = siblings.iter().map(|tokens| tokens[position].trim_start()).collect();
        let words = tokens.iter().enumerate().filter(|(at, token)| *at != position && is_constant_word(token)).count();
        let before = position.checked_sub(1).map_or("", |at| tokens[at].trim_start());
        let is_crowd = column.len() >= CROWD;
        // Masks leave a number only where it is an outcome.
        if column.iter().any(|word| is_outcome(word)) {
            return false;
        }
        if words < if is_crowd { 1 } else { 2 } {
            return false;
        }
        if siblings.iter().any(|tokens| has_mark(&tokens[position]) || is_free_name(self.kind, tokens, position)) {
            return true;
        }
        if column.iter().any(|word| is_level(word)) {
            return false;
        }
        let is_in_front = !tokens[..position].iter().any(|token| is_constant_word(token));
        match before {
            "=" => false,
            "'" | "\"" => column.len() >= MANY_TELLING,
            _ if is_crowd || is_one_of(&INTRODUCERS, before) => true,
            _ if is_one_of(&PREPOSITIONS, before) && column.iter().any(|word| self.values.contains(*word)) => true,
            _ if self.kind == BodyKind::Http && column.iter().all(|part| is_endpoint(part)) => false,
            _ => column.len() >= if is_in_front { MANY_TELLING } else { MANY_VALUES },
        }
    }
}

fn is_outcome(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a segment of a path is a plain word, as those of an interface are: `/orders`, `/sign_up`.
fn is_endpoint(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'_'))
}

/// Whether distinct tokens behind one key are values.
pub(crate) fn is_value_of_key(key: &str, column: &BTreeSet<&str>) -> bool {
    let has_value = column.iter().any(|token| has_mark(token) || is_qualified(token));
    let is_many = column.len() >= MANY_OF_KEY || is_one_of(&INTRODUCERS, key);
    has_value || (is_many && !column.iter().any(|word| is_level(word)))
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a word is a severity, which always tells messages apart.
pub(crate) fn is_level(word: &str) -> bool {
    Severity::from_wire(word) != Severity::Default
}

/// Whether a position holds a qualified name that is spoken about: behind a plain word, for in
/// front of it stands who speaks; not in quotes; and not beside an error, whose problem it tells.
pub(crate) fn is_free_name(kind: BodyKind, tokens: &[Token], at: usize) -> bool {
    let is_plain = |token: &Token| token.chars().any(char::is_lowercase) && !has_mark(token) && !is_qualified(token);
    matches!(kind, BodyKind::Text | BodyKind::Json)
        && is_qualified(&tokens[at])
        && tokens[..at].iter().any(is_plain)
        && !matches!(tokens[at - 1].trim_start(), "'" | "\"")
        && !tokens.iter().any(|token| names_error(token))
}
