//! Many short words looked for at once: three bytes of each are told by their hash, and only where they stand is the word
//! compared.
//!
//! An automaton over as many words is a table of a megabyte, in which each byte waits for the one before; the hashes
//! are four kilobytes, and next to nothing in a log has one of them.

use smallvec::SmallVec;
use std::ops::Range;

/// Bytes of a word by which it is told, and bits of hash that each of them moves it on.
const GRAM: usize = 3;
const STEP: usize = 5;

/// Hashes that there are: bytes that lie further back are shifted out.
const HASHES: usize = 1 << (GRAM * STEP);

/// An odd number, so that no two letters share their last bits.
const SPREAD: u32 = 0x9E37_79B1;

/// Bytes that are hashed before the first look at what came out.
const BLOCK: usize = 8;

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
    /// What a byte adds to the hash, the same in both cases.
    codes: Box<[u16; 256]>,
    /// A bit for each hash that a word has.
    bits: Box<[u64; HASHES / 64]>,
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
    pub(super) fn new(words: Vec<Keyword>) -> Self {
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|word| words[*word].text.len());
        let mut made = Self {
            words,
            codes: Box::new(std::array::from_fn(make_code)),
            bits: Box::new([0; HASHES / 64]),
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
                    self.anchor(self.hash(&[before, *first, *second]), Anchor { word, before: 2 });
                }
            }
            bytes => {
                // A hash that another word has costs nothing more.
                let is_new = |gram: &[u8]| self.rows[self.hash(gram)] == 0;
                let rarity = |gram: &[u8]| gram.iter().map(|byte| find_rank(*byte)).sum::<usize>();
                let grams = bytes.windows(GRAM).enumerate();
                let Some((at, gram)) = grams.min_by_key(|(_, gram)| (is_new(gram), rarity(gram))) else { return };
                self.anchor(self.hash(gram), Anchor { word, before: at + GRAM });
            }
        }
    }

    fn anchor(&mut self, hash: usize, anchor: Anchor) {
        self.bits[hash / 64] |= 1 << (hash % 64);
        if self.rows[hash] == 0 {
            self.rows[hash] = u16::try_from(self.anchors.len()).unwrap_or(0);
            self.anchors.push(Vec::new());
        }
        let row = &mut self.anchors[usize::from(self.rows[hash])];
        // Of the first byte of three the hash has some bits only, so that several bytes come to the same.
        if row.iter().all(|known| known.word != anchor.word) {
            row.push(anchor);
        }
    }

    fn hash(&self, gram: &[u8]) -> usize {
        gram.iter().fold(0, |hash, byte| self.step(hash, *byte))
    }

    #[inline]
    fn step(&self, hash: usize, byte: u8) -> usize {
        ((hash << STEP) ^ usize::from(self.codes[usize::from(byte)])) & (HASHES - 1)
    }

    /// A bit that says whether a word may have the hash, and others that say nothing.
    #[inline]
    fn look_up(&self, hash: usize) -> u64 {
        self.bits[hash / 64] >> (hash % 64)
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
        // As if zeros stood before the text.
        let mut hash = self.hash(&[0; GRAM]);
        let mut at = 0;
        for block in text.chunks(BLOCK) {
            let (before, mut seen) = (hash, 0);
            for byte in block {
                hash = self.step(hash, *byte);
                seen |= self.look_up(hash);
            }
            if seen & 1 != 0 && self.visit_block(text, at..at + block.len(), before, &mut is_enough) {
                return true;
            }
            at += block.len();
        }
        false
    }

    /// The words that are told by hashes within a block.
    fn visit_block(
        &self,
        text: &[u8],
        block: Range<usize>,
        mut hash: usize,
        is_enough: &mut impl FnMut(Hit) -> bool,
    ) -> bool {
        block.into_iter().any(|at| {
            hash = self.step(hash, text[at]);
            self.look_up(hash) & 1 != 0 && self.find_told(text, at + 1, hash).any(&mut *is_enough)
        })
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

#[allow(clippy::cast_possible_truncation)] // what is cut off is what a hash leaves out
fn make_code(byte: usize) -> u16 {
    let lower = (byte as u8).to_ascii_lowercase();
    (u32::from(lower).wrapping_mul(SPREAD) as usize & (HASHES - 1)) as u16
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
