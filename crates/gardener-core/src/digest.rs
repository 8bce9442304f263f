//! What tells whether bytes are the same: the XXH3-128 of their leaves, so that parts can be digested side by side.

use crate::framing::CHUNK;
use std::io::{ErrorKind, Read};
use xxhash_rust::xxh3::{xxh3_128, Xxh3Default};

/// How many bytes are digested at a time. A source that is longer has the digest of its leaves' digests.
pub const LEAF_BYTES: usize = 64 << 20;

/// The digest of bytes that come piece by piece.
pub struct Digest {
    leaf_bytes: usize,
    leaf: Xxh3Default,
    filled: usize,
    leaves: Vec<u128>,
}

impl Default for Digest {
    fn default() -> Self {
        Self::of_leaves(LEAF_BYTES)
    }
}

impl Digest {
    /// Of leaves of another length.
    #[must_use]
    pub fn of_leaves(leaf_bytes: usize) -> Self {
        Self { leaf_bytes, leaf: Xxh3Default::new(), filled: 0, leaves: Vec::new() }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.filled == self.leaf_bytes {
                self.leaves.push(self.leaf.digest128());
                self.leaf.reset();
                self.filled = 0;
            }
            let (own, rest) = bytes.split_at(bytes.len().min(self.leaf_bytes - self.filled));
            self.leaf.update(own);
            self.filled += own.len();
            bytes = rest;
        }
    }

    /// The digest of all that came.
    #[must_use]
    pub fn value(&self) -> u128 {
        let last = self.leaf.digest128();
        if self.leaves.is_empty() {
            return last;
        }
        let mut leaves = self.leaves.clone();
        leaves.push(last);
        join(&leaves)
    }
}

/// The digest of bytes by those of their leaves, in order.
#[must_use]
pub fn join(leaves: &[u128]) -> u128 {
    match leaves {
        [] => xxh3_128(&[]),
        [only] => *only,
        _ => xxh3_128(&leaves.iter().flat_map(|leaf| leaf.to_be_bytes()).collect::<Vec<u8>>()),
    }
}

/// A digest as people write it: 32 hexadecimal digits.
#[must_use]
pub fn spell(digest: u128) -> String {
    format!("{digest:032x}")
}

/// Reads what [`spell`] wrote; `None` for anything else.
#[must_use]
pub fn find(text: &str) -> Option<u128> {
    u128::from_str_radix(text, 16).ok().filter(|digest| spell(*digest) == text)
}

/// Reads bytes to their end: how many newlines there are, and the digest.
///
/// # Errors
///
/// Those of the source.
pub fn measure(mut source: impl Read) -> std::io::Result<(u64, u128)> {
    let mut chunk = vec![0; CHUNK];
    let (mut newlines, mut digest) = (0, Digest::default());
    loop {
        match source.read(&mut chunk) {
            Ok(0) => return Ok((newlines, digest.value())),
            Ok(length) => {
                newlines += memchr::memchr_iter(b'\n', &chunk[..length]).count() as u64;
                digest.update(&chunk[..length]);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{join, measure, Digest};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_digest_is_that_of_its_leaves(bytes in proptest::collection::vec(any::<u8>(), 0..90), leaf in 1_usize..40, piece in 1_usize..20) {
            let mut whole = Digest::of_leaves(leaf);
            bytes.chunks(piece).for_each(|piece| whole.update(piece));
            let leaves: Vec<u128> = bytes.chunks(leaf).map(|leaf| measure(leaf).map_or(0, |found| found.1)).collect();
            prop_assert_eq!(whole.value(), join(&leaves));
        }

        #[test]
        fn newlines_are_counted(bytes in "[\na-c]{0,60}") {
            let newlines = measure(bytes.as_bytes()).map(|found| found.0);
            prop_assert_eq!(newlines.ok(), Some(bytes.matches('\n').count() as u64));
        }
    }
}
