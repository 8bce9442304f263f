//! Where two bytes stand at a distance from each other, sixteen places at a time: far fewer than either alone.

use wide::u8x16;

const LANE: usize = 16;

/// Shows the places of one of two bytes behind which, at a distance, a third stands, until one is enough, and tells
/// whether one was.
#[inline]
pub(super) fn visit_pairs(
    bytes: &[u8],
    (first, gap, second): ([u8; 2], usize, u8),
    mut is_enough: impl FnMut(usize) -> bool,
) -> bool {
    let places = bytes.len().saturating_sub(gap);
    let (heads, head) = bytes[..places].as_chunks::<LANE>();
    let (tails, tail) = bytes[bytes.len() - places..].as_chunks::<LANE>();
    let find = |head: [u8; LANE], tail: [u8; LANE]| {
        let (head, [one, other, second]) = (u8x16::from(head), [first[0], first[1], second].map(u8x16::splat));
        ((head.simd_eq(one) | head.simd_eq(other)) & u8x16::from(tail).simd_eq(second)).to_bitmask()
    };
    let mut at = 0;
    for (head, tail) in heads.iter().zip(tails) {
        let found = find(*head, *tail);
        if found != 0 && bits(found).any(|bit| is_enough(at + bit)) {
            return true;
        }
        at += LANE;
    }
    !head.is_empty() && bits(find(fill(head), fill(tail))).any(|bit| is_enough(at + bit))
}

/// The places of the bits that are set.
fn bits(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let left = bits.checked_sub(1)?;
        let place = bits.trailing_zeros() as usize;
        bits &= left;
        Some(place)
    })
}

/// A lane of which the last bytes are zero.
fn fill(bytes: &[u8]) -> [u8; LANE] {
    let mut lane = [0; LANE];
    lane[..bytes.len()].copy_from_slice(bytes);
    lane
}

#[cfg(test)]
mod tests {
    use super::visit_pairs;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_pair_is_found_where_it_stands(text in "[-v.a]{0,90}", gap in 1_usize..8) {
            let bytes = text.as_bytes();
            let is_one = |at: &usize| matches!(bytes[*at], b'-' | b'v') && bytes.get(at + gap) == Some(&b'-');
            let mut found = Vec::new();
            visit_pairs(bytes, ([b'-', b'v'], gap, b'-'), |at| {
                found.push(at);
                false
            });
            prop_assert_eq!(found, (0..bytes.len()).filter(is_one).collect::<Vec<_>>());
        }
    }
}
