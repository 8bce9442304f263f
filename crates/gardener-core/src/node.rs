//! A part of an [outline]: some bytes, the gap behind them, and what usually stands in it.
//!
//! [outline]: crate::outline

use crate::gap::{find_text_end, Gap};

/// The longest text that is expected again.
const LONGEST_USUAL: usize = 256;

/// After how many other texts in a row another one is expected.
const PATIENCE: u8 = 8;

/// How often a text must have come to be worth the expectation, and how many may not, one after the other.
const WORTH: u32 = 64;
const WORTHLESS: u8 = 3;

/// Some bytes of an outline and the gap behind them, in a tree of all outlines.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) bytes: Box<[u8]>,
    /// The bytes with the text that usually stands behind them and its quote; empty if none does.
    usual: Box<[u8]>,
    /// How often it has come since it was expected.
    hits: u32,
    /// How often in a row another text has come.
    misses: u8,
    /// How many texts in a row were not worth it.
    worthless: u8,
    pub(crate) gap: Gap,
    /// What else may stand here.
    pub(crate) sibling: Option<u16>,
    /// What may stand behind the gap; behind the end, the number of the layout.
    pub(crate) child: Option<u16>,
}

impl Node {
    pub(crate) fn new(bytes: &[u8], gap: Gap, usual: &[u8]) -> Self {
        let is_text = matches!(gap, Gap::Text | Gap::Module | Gap::Message);
        let usual = if is_text && usual.len() <= bytes.len() + LONGEST_USUAL { usual } else { &[] };
        Self {
            bytes: bytes.into(),
            usual: usual.into(),
            misses: 0,
            hits: 0,
            worthless: 0,
            gap,
            sibling: None,
            child: None,
        }
    }

    /// Where the gap ends, if the node's bytes stand at `at` and what the gap is for behind them.
    #[inline]
    pub(crate) fn find_end(&mut self, record: &str, at: usize) -> Option<usize> {
        let rest = record.as_bytes().get(at..)?;
        if !self.usual.is_empty() && rest.starts_with(&self.usual) {
            (self.misses, self.hits) = (0, self.hits.saturating_add(1));
            return Some(at + self.usual.len() - 1);
        }
        if !rest.starts_with(&self.bytes) {
            return None;
        }
        let from = at + self.bytes.len();
        let end = match self.gap {
            Gap::Text => find_text_end(record, from)?,
            gap => gap.find_end(record, from)?,
        };
        if !self.usual.is_empty() {
            self.misses += 1;
            if self.misses == PATIENCE {
                self.change(&rest[..=end - at]);
            }
        }
        Some(end)
    }

    /// Expects another text from now on, or none any more if it has changed too often.
    #[cold]
    fn change(&mut self, usual: &[u8]) {
        self.worthless = if self.hits < WORTH { self.worthless + 1 } else { 0 };
        let is_steady = self.worthless < WORTHLESS && usual.len() <= self.bytes.len() + LONGEST_USUAL;
        self.usual = if is_steady { usual.into() } else { Box::default() };
        (self.misses, self.hits) = (0, 0);
    }
}
