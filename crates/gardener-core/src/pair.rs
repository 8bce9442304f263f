//! Lines of `key=value` pairs: what stands behind a key is judged over all lines of the same keys.
//!
//! Such lines vary in many places at once, so looking for siblings that differ in one finds few.

use crate::column::{is_level, is_value_of_key, CROWD};
use crate::family::Family;
use crate::shape::BodyKind;
use crate::token::{join, may_vary, Token};
use std::collections::BTreeSet;

/// Joins families of the same keys that differ in values only.
pub(crate) fn join_pairs(kind: BodyKind, families: Vec<Family>) -> Vec<Family> {
    let (pairs, mut others): (Vec<Family>, Vec<Family>) =
        families.into_iter().partition(|family| !value_positions(kind, &family.tokens).is_empty());
    let keys = |family: &Family| {
        let mut keys = family.key.clone();
        for at in value_positions(kind, &family.tokens) {
            keys[at] = 0;
        }
        keys
    };
    others.extend(Family::group(pairs, keys).into_iter().flat_map(|families| join_values(kind, families)));
    others
}

/// The positions of what stands behind a key.
fn value_positions(kind: BodyKind, tokens: &[Token]) -> Vec<usize> {
    let is_value = |at: &usize| tokens[at - 1].trim_start() == "=" && !tokens[*at].starts_with(' ');
    match kind {
        BodyKind::Http | BodyKind::Audit => Vec::new(),
        _ => (2..tokens.len()).filter(is_value).filter(|at| may_vary(kind, &tokens[*at])).collect(),
    }
}

/// Puts variables in the place of values, and joins the families that are one by that.
fn join_values(kind: BodyKind, mut families: Vec<Family>) -> Vec<Family> {
    if families.len() < 2 {
        return families;
    }
    let mut positions = value_positions(kind, &families[0].tokens);
    positions.retain(|at| is_variable(*at, &families));
    for at in positions {
        let column = families.iter().map(|family| family.tokens[at].clone());
        let value = column.reduce(|a, b| join(&a, &b)).unwrap_or_default();
        for family in &mut families {
            family.tokens[at].clone_from(&value);
        }
    }
    let renewed = families.into_iter().map(|family| Family::new(kind, family.tokens, family.members)).collect();
    Family::join_equal(kind, renewed)
}

fn is_variable(at: usize, families: &[Family]) -> bool {
    let column: BTreeSet<&str> = families.iter().map(|family| family.tokens[at].as_str()).collect();
    let is_crowd = families.len() >= CROWD && !column.iter().any(|word| is_level(word));
    column.len() > 1 && (is_crowd || is_value_of_key(families[0].tokens[at - 2].trim_start(), &column))
}
