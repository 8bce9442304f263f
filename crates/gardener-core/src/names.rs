//! Tables of names that are looked up for every member of every entry.

/// Names in order of preference, behind a filter that turns most others away at once.
#[derive(Debug)]
pub(crate) struct Names<const N: usize> {
    names: [&'static str; N],
    /// A bit for the digest of every name.
    filter: u64,
}

impl<const N: usize> Names<N> {
    pub(crate) const fn new(names: [&'static str; N]) -> Self {
        let (mut filter, mut index) = (0, 0);
        while index < N {
            filter |= 1 << digest(names[index].as_bytes());
            index += 1;
        }
        Self { names, filter }
    }

    /// The rank of a name, 0 the best.
    #[inline]
    pub(crate) fn rank(&self, name: &str) -> Option<usize> {
        if name.is_empty() || self.filter >> digest(name.as_bytes()) & 1 == 0 {
            return None;
        }
        self.names.iter().position(|known| *known == name)
    }
}

/// Six bits of a name's length, first and last byte.
#[inline]
#[allow(clippy::cast_possible_truncation)] // a digest, of names that are short
const fn digest(name: &[u8]) -> u32 {
    (name.len() as u32 * 31 + name[0] as u32 * 5 + name[name.len() - 1] as u32) & 63
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn every_name_has_its_rank_and_no_other_word_has_any() {
        const NAMES: Names<3> = Names::new(["message", "msg", "event"]);
        assert_eq!(
            ["message", "msg", "event", "", "massage", "mug"].map(|name| NAMES.rank(name)),
            [Some(0), Some(1), Some(2), None, None, None]
        );
    }
}
