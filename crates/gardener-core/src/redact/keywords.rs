//! Many short words looked for at once: three bytes of each are told by their hash, and only where they stand is the word
//! compared.
//!
//! An automaton over as many words is a table of a megabyte, in which each byte waits for the one before; the hashes
//! are 32 kilobytes, of each block all at once, and little in a log has one of them.

use smallvec::SmallVec;

/// Bytes of a word by which it is told.
const GRAM: usize = 3;

/// Bits of a hash, and how many there are.
const BITS: u32 = 15;
const HASHES: usize = 1 << BITS;

/// An odd number of three bytes, moved up by one: a product with it knows nothing of a fourth byte.
const SPREAD: u32 = 0x9E_3779 << 8;

/// Bytes that are hashed at once.
const BLOCK: usize = 8;

/// The bit by which letters of both cases differ, and that of each byte of a block.
const CASE: u8 = 0x20;
const CASES: u64 = u64::from_le_bytes([CASE; BLOCK]);

/// Letters from the rarest in English to the most frequent, and the blank between words.
const FREQUENCY: &[u8] = b"zqjxkvbpygfwmucldrhsnioate ";

/// A word in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) end: usize,
    pub(super) start: usize,
    /// Its number among the words.
    pub(super) word: usize,
}

/// What of a word has a hash: where the word begins, seen from behind that.
struct Anchor {
    word: usize,
    before: usize,
}

/// A word to look for.
#[derive(Clone, Copy)]
pub(super) struct Keyword {
    pub(super) text: &'static str,
    /// Whether it stands in a text in upper case, too.
    pub(super) is_of_any_case: bool,
}

/// Words to look for.
pub(super) struct Keywords {
    words: Vec<Keyword>,
    /// Whether a word has a hash: 1 or 0.
    signals: Box<[u8; HASHES]>,
    /// For each hash the place of its anchors, the first of which is none.
    rows: Vec<u16>,
    anchors: Vec<Vec<Anchor>>,
    /// Words of one byte, which is no letter.
    signs: Vec<(u8, usize)>,
}

impl Keyword {
    fn is_spelt(self, shown: &[u8]) -> bool {
        shown == self.text.as_bytes() || self.is_of_any_case && shown.eq_ignore_ascii_case(self.text.as_bytes())
    }
}

impl Keywords {
    #[allow(clippy::large_stack_arrays)] // once, and a slice would be asked for its length at every byte
    pub(super) fn new(words: Vec<Keyword>) -> Self {
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|word| words[*word].text.len());
        let mut made = Self {
            words,
            signals: Box::new([0; HASHES]),
            rows: vec![0; HASHES],
            anchors: vec![Vec::new()],
            signs: Vec::new(),
        };
        for word in order {
            made.add(word);
        }
        made
    }

    fn add(&mut self, word: usize) {
        match self.words[word].text.as_bytes() {
            [] => {}
            [sign] => self.signs.push((*sign, word)),
            [first, second] => {
                for before in 0..=u8::MAX {
                    self.anchor(hash_gram(&[before, *first, *second]), Anchor { word, before: 2 });
                }
            }
            bytes => {
                // A hash that another word has costs nothing more.
                let is_new = |gram: &[u8]| self.rows[hash_gram(gram)] == 0;
                let rarity = |gram: &[u8]| gram.iter().map(|byte| find_rank(*byte)).sum::<usize>();
                let grams = bytes.windows(GRAM).enumerate();
                let Some((at, gram)) = grams.min_by_key(|(_, gram)| (is_new(gram), rarity(gram))) else { return };
                self.anchor(hash_gram(gram), Anchor { word, before: at + GRAM });
            }
        }
    }

    fn anchor(&mut self, hash: usize, anchor: Anchor) {
        self.signals[hash] = 1;
        if self.rows[hash] == 0 {
            self.rows[hash] = u16::try_from(self.anchors.len()).unwrap_or(0);
            self.anchors.push(Vec::new());
        }
        let row = &mut self.anchors[usize::from(self.rows[hash])];
        // What stands before a word of two bytes is any byte, and several come to the same.
        if row.iter().all(|known| known.word != anchor.word) {
            row.push(anchor);
        }
    }

    /// Every word that stands in a text, by where it ends; of those that end together, the longest first.
    pub(super) fn find(&self, text: &[u8]) -> SmallVec<[Hit; 8]> {
        let mut hits = SmallVec::new();
        self.visit(text, |hit| {
            hits.push(hit);
            false
        });
        hits.sort_unstable();
        hits
    }

    /// Shows every word that stands in a text, in any order, until one is enough, and tells whether one was.
    pub(super) fn visit(&self, text: &[u8], mut is_enough: impl FnMut(Hit) -> bool) -> bool {
        for (sign, word) in &self.signs {
            if memchr::memchr_iter(*sign, text).any(|start| is_enough(Hit { end: start + 1, start, word: *word })) {
                return true;
            }
        }
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        // As if blanks stood before the text, and behind it up to the end of a block.
        let (mut before, mut at) = (CASES, 0);
        for block in blocks {
            let shown = u64::from_le_bytes(*block) | CASES;
            if self.has_signal(before, shown) && self.visit_block(text, at, (before, shown), &mut is_enough) {
                return true;
            }
            before = shown;
            at += BLOCK;
        }
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        let shown = u64::from_le_bytes(last) | CASES;
        self.has_signal(before, shown) && self.visit_block(text, at, (before, shown), &mut is_enough)
    }

    /// Whether a word may be told within a block, the one before it known.
    #[inline]
    fn has_signal(&self, before: u64, block: u64) -> bool {
        hash_block(before, block).into_iter().fold(0, |seen, hash| seen | self.signals[hash]) != 0
    }

    /// Shows the words that are told within a block which stands at a place.
    fn visit_block(
        &self,
        text: &[u8],
        at: usize,
        (before, block): (u64, u64),
        is_enough: &mut impl FnMut(Hit) -> bool,
    ) -> bool {
        let mut is_told = |(byte, hash): (usize, usize)| {
            self.signals[hash] != 0 && self.find_told(text, at + byte + 1, hash).any(&mut *is_enough)
        };
        hash_block(before, block).into_iter().enumerate().any(&mut is_told)
    }

    /// The words that have a hash and stand where it says.
    fn find_told<'k>(&'k self, text: &'k [u8], at: usize, hash: usize) -> impl Iterator<Item = Hit> + 'k {
        self.anchors[usize::from(self.rows[hash])].iter().filter_map(move |anchor| {
            let word = self.words[anchor.word];
            let start = at.checked_sub(anchor.before)?;
            let end = start + word.text.len();
            word.is_spelt(text.get(start..end)?).then_some(Hit { end, start, word: anchor.word })
        })
    }
}

/// The hash of three bytes, the first of which is the lowest; of a fourth it knows nothing.
#[inline]
fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(SPREAD) >> (u32::BITS - BITS)) as usize
}

/// The hash of three bytes, the same in both cases.
fn hash_gram(gram: &[u8]) -> usize {
    hash(gram.iter().rev().fold(0, |bytes, byte| bytes << 8 | u32::from(*byte | CASE)))
}

/// For each byte of a block the hash of it and the two before it.
#[inline]
#[allow(clippy::cast_possible_truncation)] // what is cut off is what a hash leaves out
fn hash_block(before: u64, block: u64) -> [usize; BLOCK] {
    let moved = block << 16 | before >> 48;
    std::array::from_fn(|byte| hash(if byte < 6 { moved >> (8 * byte) } else { block >> (8 * (byte - 2)) } as u32))
}

/// How frequent a letter is; signs and digits are rarer than any.
fn find_rank(byte: u8) -> usize {
    FREQUENCY.iter().position(|letter| *letter == byte.to_ascii_lowercase()).map_or(0, |rank| rank + 1)
}

#[cfg(test)]
mod tests {
    use super::{Hit, Keyword, Keywords};
    use proptest::prelude::*;

    const TEXTS: &[&str] =
        &["pass", "password", "word", "@", ":A", "key", "API-key", "-us", "://", "\\users\\", "ass", "key", "aPi"];

    fn make_words() -> Vec<Keyword> {
        TEXTS.iter().enumerate().map(|(at, text)| Keyword { text, is_of_any_case: at % 2 == 0 }).collect()
    }

    /// Each word at each place.
    fn search(text: &[u8]) -> Vec<Hit> {
        let stands = |start: usize, word: &Keyword| {
            text.get(start..start + word.text.len()).is_some_and(|shown| word.is_spelt(shown))
        };
        let words = make_words();
        let places = (0..text.len()).flat_map(|start| words.iter().enumerate().map(move |word| (start, word)));
        let mut hits: Vec<Hit> = places
            .filter(|(start, (_, word))| stands(*start, word))
            .map(|(start, (at, word))| Hit { end: start + word.text.len(), start, word: at })
            .collect();
        hits.sort_unstable();
        hits
    }

    proptest! {
        #[test]
        fn every_word_is_found_where_it_stands(
            text in r"(?i)(pass|word|api|-|key|us|:|a|/|\\|@|[a-z0-9 é]{0,4}){0,12}",
        ) {
            let found = Keywords::new(make_words()).find(text.as_bytes());
            prop_assert_eq!(found.to_vec(), search(text.as_bytes()));
        }
    }
}
