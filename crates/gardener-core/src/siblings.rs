//! From shapes to templates: siblings that differ in one position only become one, if what
//! stands there is a value and not a word that tells two messages apart.
//!
//! All shapes are looked at at once and in sorted order, so the result does not depend on
//! arrival. Rounds repeat until nothing merges.

use crate::column::Judge;
use crate::crowd::join_crowds;
use crate::family::Family;
use crate::pair::join_pairs;
use crate::shape::BodyKind;
use crate::token::{any, may_vary};
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// Joins siblings until none are left.
pub(crate) fn join_siblings(kind: BodyKind, families: Vec<Family>) -> Vec<Family> {
    let mut judge = Judge { kind, values: BTreeSet::new() };
    let mut families = Family::join_equal(kind, families);
    loop {
        let count = families.len();
        families = Family::join_equal(kind, join_pairs(kind, families));
        families = Family::join_equal(kind, join_once(&mut judge, families));
        if families.len() == count {
            families = join_crowds(kind, families);
        }
        if families.len() == count {
            return families;
        }
    }
}

fn join_once(judge: &mut Judge, families: Vec<Family>) -> Vec<Family> {
    let mut accepted = find_siblings(judge, &families);
    accepted.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.cmp(b)));
    let mut left: Vec<Option<Family>> = families.into_iter().map(Some).collect();
    let mut joined = Vec::with_capacity(left.len());
    for (position, numbers) in accepted {
        if numbers.iter().filter(|number| left[**number].is_some()).count() < 2 {
            continue;
        }
        let siblings: Vec<Family> = numbers.iter().filter_map(|number| left[*number].take()).collect();
        judge.values.extend(siblings.iter().map(|family| family.tokens[position].trim_start().to_owned()));
        joined.extend(Family::join(judge.kind, siblings));
    }
    joined.extend(left.into_iter().flatten());
    joined
}

/// Finds positions and the families that differ only there, where the difference is a value.
fn find_siblings(judge: &Judge, families: &[Family]) -> Vec<(usize, Vec<usize>)> {
    let mut holes: Vec<(u64, usize, usize)> = Vec::new();
    for (number, family) in families.iter().enumerate() {
        let length = family.key.len() as u64;
        let whole = family.key.iter().enumerate().fold(length, |sum, (at, hash)| sum.wrapping_add(mix(*hash, at)));
        for (at, token) in family.tokens.iter().enumerate().filter(|(_, token)| may_vary(judge.kind, token)) {
            let hole = mix(!xxh3_64(any(token).as_bytes()), at);
            holes.push((whole.wrapping_sub(mix(family.key[at], at)).wrapping_add(hole), at, number));
        }
    }
    holes.sort_unstable();
    let mut siblings = Vec::new();
    for group in holes.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|group| group.len() > 1) {
        let position = group[0].1;
        let bodies: Vec<_> = group.iter().map(|(_, _, number)| families[*number].tokens.as_slice()).collect();
        if judge.is_variable(position, &bodies) {
            siblings.push((position, group.iter().map(|row| row.2).collect()));
        }
    }
    siblings
}

/// Spreads a token's hash by its position, so that sums of them tell orders apart.
fn mix(hash: u64, position: usize) -> u64 {
    (hash ^ (position as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(29)
}
