//! Where runs of digits stand in a text, sixty-four bytes at a time.

use wide::u8x16;

/// Bytes that are compared at a time, and those whose bits are kept.
const LANE: usize = 16;
const BLOCK: usize = 64;

/// The runs of digits of a text.
pub(super) struct Digits<'t> {
    bytes: &'t [u8],
    /// Where the block begins, and a bit for each digit in it.
    base: usize,
    bits: u64,
}

impl<'t> Digits<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, base: 0, bits: find_bits(bytes) }
    }

    /// The first digit at or behind a place, which is behind all that were asked for before.
    #[inline]
    pub(super) fn find_start(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            if at >= self.bytes.len() {
                return None;
            }
            let left = self.bits_from(at);
            if left != 0 {
                return Some(at + left.trailing_zeros() as usize);
            }
            at = self.base + BLOCK;
        }
    }

    /// The end of the run in which a digit stands.
    #[inline]
    pub(super) fn find_end(&mut self, digit: usize) -> usize {
        let mut at = digit;
        loop {
            let length = self.bits_from(at).trailing_ones() as usize;
            at += length;
            if length == 0 || at < self.base + BLOCK {
                return at;
            }
        }
    }

    /// The bits of a block from a place on.
    #[inline]
    fn bits_from(&mut self, at: usize) -> u64 {
        if at >= self.base + BLOCK {
            self.base = at;
            self.bits = find_bits(self.bytes.get(at..).unwrap_or_default());
        }
        self.bits >> (at - self.base)
    }
}

/// A bit for each digit of the first block of bytes.
#[inline]
fn find_bits(bytes: &[u8]) -> u64 {
    let mut block = [0; BLOCK];
    let block = bytes.first_chunk::<BLOCK>().unwrap_or_else(|| {
        block[..bytes.len()].copy_from_slice(bytes);
        &block
    });
    let (lanes, _) = block.as_chunks::<LANE>();
    let join = |bits, (index, lane): (usize, &[u8; LANE])| bits | u64::from(find_lane(*lane)) << (index * LANE);
    lanes.iter().enumerate().fold(0, join)
}

/// A bit for each digit of a lane.
#[inline]
fn find_lane(lane: [u8; LANE]) -> u32 {
    let (zero, nine) = (u8x16::splat(b'0'), u8x16::splat(9));
    let value = u8x16::from(lane) - zero;
    value.min(nine).simd_eq(value).to_bitmask()
}

#[cfg(test)]
mod tests {
    use super::Digits;
    use proptest::prelude::*;

    /// The runs, byte by byte.
    fn search(text: &[u8]) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for at in (0..text.len()).filter(|at| text[*at].is_ascii_digit()) {
            match runs.last_mut() {
                Some((_, end)) if *end == at => *end += 1,
                _ => runs.push((at, at + 1)),
            }
        }
        runs
    }

    proptest! {
        #[test]
        fn every_run_is_found_from_its_start_to_its_end(text in r"([0-9]{0,70}[a-z:/é]{0,70}){0,6}") {
            let mut digits = Digits::new(text.as_bytes());
            let (mut runs, mut at) = (Vec::new(), 0);
            while let Some(start) = digits.find_start(at) {
                at = digits.find_end(start);
                runs.push((start, at));
            }
            prop_assert_eq!(runs, search(text.as_bytes()));
        }
    }
}
