//! Families of shapes in the making, and what makes several one.

use crate::column::is_free_name;
use crate::shape::BodyKind;
use crate::token::{any, blur, has_mark, is_constant_word, join, Token};
use std::borrow::Cow;
use std::collections::HashSet;
use xxhash_rust::xxh3::xxh3_64;

/// Shapes that are taken for one template.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub(crate) tokens: Vec<Token>,
    /// The hash of each token, all values and all names that are spoken about being the same.
    pub(crate) key: Vec<u64>,
    /// The shapes that belong to it, as numbers of the caller.
    pub(crate) members: Vec<usize>,
}

/// Pairs that may enclose a value, or nothing.
const ENCLOSURES: [(&str, &str); 4] = [("(", ")"), ("[", "]"), ("'", "'"), ("\"", "\"")];

impl Family {
    pub(crate) fn new(kind: BodyKind, tokens: Vec<Token>, members: Vec<usize>) -> Self {
        Self { key: make_key(kind, &tokens), tokens, members }
    }

    /// One family out of several; where their tokens differ it is variable.
    pub(crate) fn join(kind: BodyKind, mut families: Vec<Self>) -> Option<Self> {
        if families.len() < 2 {
            return families.pop();
        }
        let mut families = families.into_iter();
        let Self { mut tokens, mut members, .. } = families.next()?;
        for family in families {
            members.extend(family.members);
            for (token, other) in tokens.iter_mut().zip(&family.tokens).filter(|(token, other)| token != other) {
                *token = join(token, other);
            }
        }
        Some(Self::new(kind, tokens, members))
    }

    /// Sorts families into those that are alike.
    pub(crate) fn group<K: Ord>(families: Vec<Self>, alike: impl Fn(&Self) -> K) -> Vec<Vec<Self>> {
        let mut rows: Vec<(K, Self)> = families.into_iter().map(|family| (alike(&family), family)).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let mut groups: Vec<(K, Vec<Self>)> = Vec::with_capacity(rows.len());
        for (key, family) in rows {
            match groups.last_mut().filter(|(known, _)| *known == key) {
                Some((_, group)) => group.push(family),
                None => groups.push((key, vec![family])),
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// Joins families of equal keys, and those that differ only in whether an enclosure is empty. They come
    /// out in the order of their keys.
    pub(crate) fn join_equal(kind: BodyKind, families: Vec<Self>) -> Vec<Self> {
        let joined = Self::join_equal_keys(kind, families);
        let keys: HashSet<&[u64]> = joined.iter().map(|family| family.key.as_slice()).collect();
        let filled = |family: &Self| {
            let filled = Self::new(kind, fill_enclosure(&family.tokens)?, family.members.clone());
            keys.contains(filled.key.as_slice()).then_some(filled)
        };
        let filled: Vec<Option<Self>> = joined.iter().map(filled).collect();
        if filled.iter().all(Option::is_none) {
            return joined;
        }
        let families = joined.into_iter().zip(filled).map(|(family, filled)| filled.unwrap_or(family));
        Self::join_equal_keys(kind, families.collect())
    }

    fn join_equal_keys(kind: BodyKind, families: Vec<Self>) -> Vec<Self> {
        let groups = Self::group(families, |family| family.key.clone());
        groups.into_iter().filter_map(|group| Self::join(kind, group)).collect()
    }
}

/// What families must have in common to be one: the tokens as they are if no word holds them together.
fn make_key(kind: BodyKind, tokens: &[Token]) -> Vec<u64> {
    let names: Vec<bool> = (0..tokens.len()).map(|at| is_free_name(kind, tokens, at)).collect();
    let is_held = tokens.iter().zip(&names).any(|(token, is_name)| !is_name && is_constant_word(token));
    let blurred = |(token, is_name): (&Token, &bool)| {
        let token = match kind {
            BodyKind::Http if is_held => Cow::Owned(blur(token)),
            BodyKind::Text | BodyKind::Json | BodyKind::Trace if is_held && (*is_name || has_mark(token)) => any(token),
            _ => Cow::Borrowed(token.as_str()),
        };
        xxh3_64(token.as_bytes())
    };
    tokens.iter().zip(&names).map(blurred).collect()
}

/// The tokens with a mark in the first empty enclosure, if there is one.
fn fill_enclosure(tokens: &[Token]) -> Option<Vec<Token>> {
    let is_empty =
        |pair: &[Token]| ENCLOSURES.iter().any(|(open, close)| pair[1] == *close && pair[0].trim_start() == *open);
    let at = tokens.windows(2).position(is_empty)?;
    let mut filled = tokens.to_vec();
    filled.insert(at + 1, any("").into_owned());
    Some(filled)
}
