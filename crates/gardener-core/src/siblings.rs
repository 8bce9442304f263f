//! From shapes to templates: siblings that differ in one position only become one, if what
//! stands there is a value and not a word that tells two messages apart.
//!
//! All shapes are looked at at once and in sorted order, so the result does not depend on
//! arrival. Rounds repeat until nothing merges.

use crate::mask::MARK;
use crate::shape::BodyKind;
use crate::variable::Kind;
use std::collections::{BTreeMap, HashMap};
use xxhash_rust::xxh3::xxh3_64;

/// A token of a masked body, with the space before it.
pub(crate) type Token = String;

/// A family of shapes in the making.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub(crate) tokens: Vec<Token>,
    /// Entries.
    pub(crate) count: u64,
    /// The shapes that belong to it, as numbers of the caller.
    pub(crate) members: Vec<usize>,
}

/// From this many distinct values on, a position is a variable even if its values are frequent.
const MANY_VALUES: usize = 6;

/// The same inside quotes, where a value is often what tells two problems apart.
const MANY_QUOTED: usize = 12;

/// A value with at most this many entries is rare: words that tell messages apart come often.
const RARE_ENTRIES: u64 = 2;

/// Words that must stay the same around few values.
const WORDS_AROUND_FEW: usize = 3;

/// Words that must stay the same around many values.
const WORDS_AROUND_MANY: usize = 2;

/// How many tokens of a body are told apart; what follows is one.
const TOKENS: usize = 256;

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

/// Pairs that may enclose a value, or nothing.
const ENCLOSURES: [(&str, &str); 4] = [("(", ")"), ("[", "]"), ("'", "'"), ("\"", "\"")];

/// Cuts a masked body into tokens: words, and delimiters by themselves. A trace's frames are one token.
pub(crate) fn tokenize(kind: BodyKind, body: &str) -> Vec<Token> {
    let (head, frames) = body.find('\n').map_or((body, ""), |at| body.split_at(at));
    let mut tokens = Vec::new();
    let mut start = 0;
    let is_delimiter = |byte: u8| b"=:,;()[]{}\"|'".contains(&byte) || (kind == BodyKind::Http && byte == b'/');
    let bytes = head.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let follows_space = at == start + 1 && bytes[start] == b' ';
        if (*byte == b' ' || is_delimiter(*byte)) && at > start && !(follows_space && is_delimiter(*byte)) {
            tokens.push(head[start..at].to_owned());
            start = at;
        }
        if is_delimiter(*byte) && kind != BodyKind::Http {
            tokens.push(head[start..=at].to_owned());
            start = at + 1;
        }
    }
    if start < head.len() {
        tokens.push(head[start..].to_owned());
    }
    if tokens.len() > TOKENS {
        let rest = tokens.split_off(TOKENS).concat();
        tokens.push(rest);
    }
    if !frames.is_empty() {
        tokens.push(frames.to_owned());
    }
    tokens
}

/// The mark of a position that may be anything.
fn any(token: &str) -> Token {
    let space = if token.starts_with(' ') { " " } else { "" };
    let slash = if token.trim_start().starts_with('/') { "/" } else { "" };
    format!("{space}{slash}{MARK}{}", Kind::Any.code())
}

/// Merges siblings until none are left.
pub(crate) fn merge_siblings(kind: BodyKind, families: Vec<Family>) -> Vec<Family> {
    let mut families = merge_equal(families);
    loop {
        families.sort_by(|a, b| a.tokens.cmp(&b.tokens));
        let (merged, has_changed) = merge_once(kind, families);
        families = merged;
        if !has_changed {
            return families;
        }
    }
}

fn merge_once(kind: BodyKind, families: Vec<Family>) -> (Vec<Family>, bool) {
    let mut accepted = find_siblings(kind, &families);
    accepted.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.cmp(b)));
    let mut taken = vec![false; families.len()];
    let mut merged = Vec::with_capacity(families.len());
    for (position, numbers) in accepted {
        let free: Vec<usize> = numbers.into_iter().filter(|number| !taken[*number]).collect();
        if free.len() < 2 {
            continue;
        }
        for number in &free {
            taken[*number] = true;
        }
        merged.push(join(position, free.iter().map(|number| &families[*number])));
    }
    let has_changed = !merged.is_empty();
    merged.extend(families.into_iter().zip(taken).filter(|(_, is_taken)| !is_taken).map(|(family, _)| family));
    (merge_equal(merged), has_changed)
}

/// Finds positions and the families that differ only there, where the difference is a value.
fn find_siblings(kind: BodyKind, families: &[Family]) -> Vec<(usize, Vec<usize>)> {
    let mut buckets: HashMap<(usize, u64), Vec<usize>> = HashMap::new();
    for (number, family) in families.iter().enumerate() {
        let hashes: Vec<u64> = family.tokens.iter().map(|token| xxh3_64(token.as_bytes())).collect();
        let whole =
            hashes.iter().enumerate().fold(hashes.len() as u64, |sum, (at, hash)| sum.wrapping_add(mix(*hash, at)));
        for (at, token) in family.tokens.iter().enumerate().filter(|(_, token)| may_vary(kind, token)) {
            let hole = mix(xxh3_64(any(token).as_bytes()) ^ 1, at);
            let rest = whole.wrapping_sub(mix(hashes[at], at)).wrapping_add(hole);
            buckets.entry((at, rest)).or_default().push(number);
        }
    }
    let is_variable = |(position, _): &(usize, u64), numbers: &[usize]| {
        numbers.len() > 1
            && is_value(*position, numbers.iter().map(|number| &families[*number]).collect::<Vec<_>>().as_slice())
    };
    buckets
        .into_iter()
        .filter(|(key, numbers)| is_variable(key, numbers))
        .map(|((position, _), numbers)| (position, numbers))
        .collect()
}

/// Spreads a token's hash by its position, so that sums of them tell orders apart.
fn mix(hash: u64, position: usize) -> u64 {
    (hash ^ (position as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(29)
}

/// Whether a position may become a variable at all: a word, not a delimiter or a trace's frames;
/// of a request only a segment of its path.
fn may_vary(kind: BodyKind, token: &str) -> bool {
    let word = token.trim_start();
    match kind {
        BodyKind::Audit => false,
        BodyKind::Http => word.len() > 1 && word.starts_with('/') && !token.contains("  "),
        _ => !token.starts_with('\n') && word.chars().any(char::is_alphanumeric),
    }
}

/// Decides whether siblings differ by a value.
fn is_value(position: usize, siblings: &[&Family]) -> bool {
    let tokens = &siblings[0].tokens;
    let words = tokens.iter().enumerate().filter(|(at, token)| *at != position && is_constant_word(token)).count();
    let before = position.checked_sub(1).map_or("", |at| tokens[at].trim_start());
    let value = |family: &&Family| family.tokens[position].contains(MARK);
    if siblings.iter().any(value) {
        return words > 0;
    }
    match before {
        "=" => true,
        _ if INTRODUCERS.iter().any(|word| word.eq_ignore_ascii_case(before)) => words > 1,
        "'" | "\"" => siblings.len() >= MANY_QUOTED,
        _ if siblings.len() >= MANY_VALUES => words >= WORDS_AROUND_MANY,
        _ => words >= WORDS_AROUND_FEW && siblings.iter().all(|family| family.count <= RARE_ENTRIES),
    }
}

fn is_constant_word(token: &str) -> bool {
    !token.contains(MARK) && token.chars().any(char::is_alphabetic)
}

fn join<'f>(position: usize, families: impl Iterator<Item = &'f Family>) -> Family {
    let mut joined: Option<Family> = None;
    for family in families {
        match joined.as_mut() {
            None => joined = Some(family.clone()),
            Some(known) => {
                known.count += family.count;
                known.members.extend(&family.members);
            }
        }
    }
    let mut family = joined.unwrap_or(Family { tokens: Vec::new(), count: 0, members: Vec::new() });
    if let Some(token) = family.tokens.get_mut(position) {
        *token = any(token);
    }
    family
}

/// Merges families that differ only in the kinds of their marks, or in whether an enclosure is empty.
fn merge_equal(families: Vec<Family>) -> Vec<Family> {
    let mut by_tokens: BTreeMap<Vec<Token>, Family> = BTreeMap::new();
    for family in families {
        absorb(&mut by_tokens, blur(&family.tokens), family);
    }
    let empty: Vec<(Vec<Token>, Vec<Token>)> = by_tokens
        .iter()
        .filter_map(|(key, family)| Some((key.clone(), fill_enclosure(&family.tokens)?)))
        .filter(|(_, filled)| by_tokens.contains_key(&blur(filled)))
        .collect();
    for (key, filled) in empty {
        if let Some(family) = by_tokens.remove(&key) {
            absorb(&mut by_tokens, blur(&filled), Family { tokens: filled, ..family });
        }
    }
    by_tokens.into_values().collect()
}

fn absorb(by_tokens: &mut BTreeMap<Vec<Token>, Family>, key: Vec<Token>, family: Family) {
    match by_tokens.get_mut(&key) {
        Some(known) => {
            known.count += family.count;
            known.members.extend(family.members);
            for (token, other) in known.tokens.iter_mut().zip(&family.tokens) {
                if token != other {
                    *token = blur_token(token);
                }
            }
        }
        None => {
            by_tokens.insert(key, family);
        }
    }
}

/// The tokens with every mark the same; as they are if no word holds them together.
fn blur(tokens: &[Token]) -> Vec<Token> {
    if tokens.iter().any(|token| is_constant_word(token)) {
        tokens.iter().map(|token| blur_token(token)).collect()
    } else {
        tokens.to_vec()
    }
}

fn blur_token(token: &str) -> Token {
    let mut follows_mark = false;
    let blurred = |letter: char| {
        let is_code = std::mem::replace(&mut follows_mark, letter == MARK);
        if is_code {
            Kind::Any.code()
        } else {
            letter
        }
    };
    token.chars().map(blurred).collect()
}

/// The tokens with a mark in the first empty enclosure, if there is one.
fn fill_enclosure(tokens: &[Token]) -> Option<Vec<Token>> {
    let is_empty =
        |pair: &[Token]| ENCLOSURES.iter().any(|(open, close)| pair[0].trim_start() == *open && pair[1] == *close);
    let at = tokens.windows(2).position(is_empty)?;
    let mut filled = tokens.to_vec();
    filled.insert(at + 1, any(""));
    Some(filled)
}
