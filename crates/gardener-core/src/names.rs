//! Tables of names that are looked up for every member of every entry.

/// A member's name with its digest, which is found once for all the tables it is looked up in.
#[derive(Clone, Copy, Debug)]
pub struct Name<'n> {
    text: &'n [u8],
    digest: u8,
}

impl<'n> Name<'n> {
    #[inline]
    pub(crate) fn new(text: &'n [u8]) -> Self {
        Self { text, digest: digest(text) }
    }

    /// The name's UTF-8.
    #[must_use]
    pub fn bytes(self) -> &'n [u8] {
        self.text
    }
}

/// Names and what they stand for.
#[derive(Debug)]
pub(crate) struct Names<T, const N: usize> {
    rows: [(&'static str, T); N],
    /// By digest: the first of its rows, counted from 1; 0 for none.
    first: [u8; DIGESTS],
    /// By row: the next of the same digest, counted from 1; 0 for none.
    next: [u8; N],
}

const DIGESTS: usize = 1 << u8::BITS;

impl<T: Copy, const N: usize> Names<T, N> {
    #[allow(clippy::cast_possible_truncation)] // tables are short
    pub(crate) const fn new(rows: [(&'static str, T); N]) -> Self {
        assert!(N < DIGESTS);
        let (mut first, mut next, mut row) = ([0; DIGESTS], [0; N], N);
        while row > 0 {
            let digest = digest(rows[row - 1].0.as_bytes()) as usize;
            next[row - 1] = first[digest];
            first[digest] = row as u8;
            row -= 1;
        }
        Self { rows, first, next }
    }

    /// What a name stands for.
    #[inline]
    pub(crate) fn find(&self, name: Name<'_>) -> Option<T> {
        self.find_row(name).map(|(_, stands_for)| stands_for)
    }

    /// What a name stands for, behind the number of its row.
    #[inline]
    pub(crate) fn find_row(&self, name: Name<'_>) -> Option<(usize, T)> {
        let mut row = self.first[usize::from(name.digest)];
        while row > 0 {
            let at = usize::from(row) - 1;
            if is_equal(self.rows[at].0.as_bytes(), name.text) {
                return Some((at, self.rows[at].1));
            }
            row = self.next[at];
        }
        None
    }
}

impl<const N: usize> Names<usize, N> {
    /// Names in order of preference; they stand for their rank, 0 the best.
    pub(crate) const fn ranked(names: [&'static str; N]) -> Self {
        let (mut rows, mut rank) = ([("", 0); N], 0);
        while rank < N {
            rows[rank] = (names[rank], rank);
            rank += 1;
        }
        Self::new(rows)
    }
}

/// Whether two names are equal, without a call: most are short.
#[inline]
fn is_equal(known: &[u8], name: &[u8]) -> bool {
    match (known.first_chunk::<8>(), name.first_chunk::<8>(), known.last_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(a), Some(b), Some(c), Some(d)) if known.len() <= 16 => known.len() == name.len() && a == b && c == d,
        _ => known == name,
    }
}

/// Eight bits of a name's length, first and last byte.
#[inline]
#[allow(clippy::cast_possible_truncation)] // a digest
const fn digest(name: &[u8]) -> u8 {
    match name {
        [first, .., last] => {
            (name.len() as u8).wrapping_mul(31).wrapping_add(first.wrapping_mul(5)).wrapping_add(*last)
        }
        [only] => *only,
        [] => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, Names};

    #[test]
    fn every_name_has_its_rank_and_no_other_word_has_any() {
        const NAMES: Names<usize, 3> = Names::ranked(["message", "msg", "event"]);
        assert_eq!(
            ["message", "msg", "event", "", "massage", "mug"].map(|name| NAMES.find(Name::new(name.as_bytes()))),
            [Some(0), Some(1), Some(2), None, None, None]
        );
    }

    #[test]
    fn names_of_one_digest_are_told_apart() {
        const NAMES: Names<char, 3> = Names::new([("abc", 'a'), ("axc", 'b'), ("ayc", 'c')]);
        assert_eq!(
            ["abc", "axc", "ayc", "azc"].map(|name| NAMES.find(Name::new(name.as_bytes()))),
            [Some('a'), Some('b'), Some('c'), None]
        );
    }
}
