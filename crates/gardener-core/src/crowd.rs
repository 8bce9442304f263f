//! Lines that vary in several words at once, and are too many to be messages of their own.
//!
//! `user ann uploaded report` and a thousand like it: where both names are new in almost every line, no
//! two lines differ in one word only. What such lines share are the words that many of them have.

use crate::column::is_level;
use crate::family::Family;
use crate::shape::BodyKind;
use crate::token::{has_mark, is_constant_word, may_vary};
use std::collections::HashMap;

/// More messages than a program has that are alike in all but the same few words.
const CROWD: usize = 256;

/// A word is common in its place if this many families have it there.
const COMMON: usize = 64;

/// Joins families that have all their common words in common, if they are a crowd.
pub(crate) fn join_crowds(kind: BodyKind, families: Vec<Family>) -> Vec<Family> {
    if families.len() < CROWD || matches!(kind, BodyKind::Http | BodyKind::Audit) {
        return families;
    }
    let mut counts: HashMap<(usize, usize, u64), usize> = HashMap::new();
    for family in &families {
        for (at, hash) in family.key.iter().enumerate() {
            *counts.entry((family.key.len(), at, *hash)).or_default() += 1;
        }
    }
    let is_hole = |family: &Family, at: usize| {
        let token = &family.tokens[at];
        !has_mark(token) && may_vary(kind, token) && counts[&(family.key.len(), at, family.key[at])] < COMMON
    };
    let pattern = |family: &Family| {
        let place = |(at, hash): (usize, &u64)| (!is_hole(family, at)).then_some(*hash);
        family.key.iter().enumerate().map(place).collect::<Vec<_>>()
    };
    Family::group(families, pattern).into_iter().flat_map(|families| join_crowd(kind, families, is_hole)).collect()
}

fn join_crowd(kind: BodyKind, families: Vec<Family>, is_hole: impl Fn(&Family, usize) -> bool) -> Vec<Family> {
    if families.len() < CROWD {
        return families;
    }
    let (holes, places): (Vec<usize>, Vec<usize>) =
        (0..families[0].tokens.len()).partition(|at| is_hole(&families[0], *at));
    let words = places.iter().filter(|at| is_constant_word(&families[0].tokens[**at])).count();
    let has_level = || families.iter().any(|family| holes.iter().any(|at| is_level(family.tokens[*at].trim_start())));
    if words < 2 || holes.len() > words || has_level() {
        return families;
    }
    Family::join(kind, families).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{join_crowds, CROWD};
    use crate::family::Family;
    use crate::shape::BodyKind;
    use crate::token::tokenize;

    fn families(count: usize, spell: impl Fn(&str, &str) -> String) -> Vec<Family> {
        let name = |number: usize| -> String {
            let letter = |digit: u32| char::from(b'a' + u8::try_from(number / 26_usize.pow(digit) % 26).unwrap_or(0));
            (0..3).map(letter).collect()
        };
        let body = |number: usize| spell(&name(number), &name(number + 7));
        let family = |number: usize| Family::new(BodyKind::Text, tokenize(BodyKind::Text, &body(number)), vec![number]);
        (0..count).map(family).collect()
    }

    #[test]
    fn a_crowd_that_varies_in_two_words_is_one_family() {
        let spell = |a: &str, b: &str| format!("user {a} uploaded {b} again");
        assert_eq!(join_crowds(BodyKind::Text, families(CROWD, spell)).len(), 1);
        assert_eq!(join_crowds(BodyKind::Text, families(CROWD - 1, spell)).len(), CROWD - 1);
    }

    #[test]
    fn a_crowd_that_shares_too_little_stays_apart() {
        let spell = |a: &str, b: &str| format!("{a} uploaded {b}");
        assert_eq!(join_crowds(BodyKind::Text, families(CROWD, spell)).len(), CROWD);
    }
}
