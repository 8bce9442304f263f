//! The monoid: a mergeable summary of many entries.
//!
//! [`Tally::merge`] is associative and commutative with [`Tally::default`] as neutral element, so
//! any split of the entries, in any order, gives the same tally.

use crate::fragment::Fragments;
use crate::framing::{Block, Framer, Input};
use crate::intake::Intake;
use crate::record::Record;
use crate::seen::Seen;
use crate::severity::Severity;
use crate::shape::Keys;
use crate::totals::Totals;
use crate::trace::conventions::Conventions;
use indexmap::IndexMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// The most shapes that a tally keeps. What has no room is counted in the overflow.
pub const SHAPE_LIMIT: usize = 50_000;

/// What to read from a source.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// How the bytes are laid out.
    pub input: Input,
    /// How many lines of the source are before what is read. Counts only where every line is a record.
    pub lines_before: u64,
    /// The source's name, for refusals and for entries without an id.
    pub source: String,
    /// Half-open span of UTC nanoseconds; `None` takes every time and entries without any.
    pub window: Option<(i64, i64)>,
    /// The one service to take; `None` takes all.
    pub service: Option<String>,
    /// The least severity to take.
    pub severity: Severity,
    /// Whether to leave out what an earlier run has counted.
    pub is_news_only: bool,
    /// Which frames of a trace are the application's, where the user says so.
    pub conventions: Arc<Conventions>,
}

type Records = IndexMap<Box<str>, Record, BuildHasherDefault<KeyHasher>>;

/// Hashes a key in one go: it is all there, so nothing needs to be kept between its parts.
#[derive(Debug, Default, Clone)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= xxh3_64(bytes);
    }

    /// What tells a text from the next one; there is none.
    fn write_u8(&mut self, _: u8) {}
}

/// Counts and samples by shape, and the account of what was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub(crate) records: Records,
    pub(crate) totals: Totals,
    /// Shapes of a higher rank have been given up.
    pub(crate) ceiling: Option<u64>,
    /// Lines that may be parts of traces. They are in no record yet, and of the totals in `read` only.
    pub(crate) fragments: Fragments,
    /// By which frames the traces are told that they are joined to.
    pub(crate) conventions: Conventions,
}

impl Tally {
    /// The account of what was read.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut settled = self.settle().tally;
        if settled.records.len() > SHAPE_LIMIT {
            settled.to_mut().trim(SHAPE_LIMIT);
        }
        settled.totals.clone()
    }

    /// Folds a whole source in, held in memory.
    pub fn add(&mut self, bytes: &[u8], reading: &Reading, seen: Option<&Seen>) {
        let mut intake = Intake::new(reading, seen);
        let mut framer = Framer::behind(reading.lines_before, reading.input);
        let mut take = |block: Block| intake.take(&block, self);
        framer.push(bytes, &mut take);
        framer.finish(&mut take);
        self.trim(SHAPE_LIMIT);
    }

    /// The tally of both.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.totals.merge(other.totals);
        self.conventions.merge(other.conventions);
        self.lower_ceiling(other.ceiling);
        for (key, record) in other.records {
            self.insert(key, record);
        }
        let given_up = self.fragments.merge(other.fragments);
        self.release(&given_up);
        self.trim(SHAPE_LIMIT);
        self
    }

    fn insert(&mut self, key: Box<str>, record: Record) {
        if self.is_full_for(&key) {
            self.spill(&key, &record);
        } else if let Some(known) = self.records.get_mut(&key) {
            known.merge(&record);
        } else {
            self.records.insert(key, record);
        }
    }

    /// Where a shape's record is, made if there is none yet; `None` if it has no room.
    pub(crate) fn find_or_insert(&mut self, key: &str, variables: usize) -> Option<usize> {
        let known = self.records.get_index_of(key);
        known.or_else(|| {
            let has_room = !self.is_full_for(key);
            has_room.then(|| self.records.insert_full(key.into(), Record::new(variables)).0)
        })
    }

    fn spill(&mut self, key: &str, record: &Record) {
        let severity = Keys::of(key).map_or(Severity::Default, |keys| keys.severity);
        self.totals.overflow.add(severity, record.count, record.span);
    }

    pub(crate) fn is_full_for(&self, key: &str) -> bool {
        self.ceiling.is_some_and(|ceiling| rank(key) > ceiling)
    }

    fn lower_ceiling(&mut self, ceiling: Option<u64>) {
        let Some(ceiling) = ceiling else { return };
        if self.ceiling.is_none_or(|own| ceiling < own) {
            self.ceiling = Some(ceiling);
            self.spill_above(ceiling);
        }
    }

    fn spill_above(&mut self, ceiling: u64) {
        let records = std::mem::take(&mut self.records);
        for (key, record) in records {
            if rank(&key) > ceiling {
                self.spill(&key, &record);
            } else {
                self.records.insert(key, record);
            }
        }
    }

    /// Gives up the shapes of highest rank until `limit` are left, and fragments that have no room.
    pub(crate) fn trim(&mut self, limit: usize) {
        self.trim_fragments();
        if self.records.len() <= limit {
            return;
        }
        let mut ranks: Vec<u64> = self.records.keys().map(|key| rank(key)).collect();
        let (_, ceiling, _) = ranks.select_nth_unstable(limit - 1);
        self.ceiling = Some(*ceiling);
        self.spill_above(*ceiling);
    }
}

/// The order in which shapes are kept: those of at least WARNING first, then by hash.
///
/// A shape that is once among the lowest is among the lowest of every part that it is in, so
/// what is kept and its counts do not depend on order.
fn rank(key: &str) -> u64 {
    let is_calm = Keys::of(key).is_none_or(|keys| keys.severity < Severity::Warning);
    (u64::from(is_calm) << 63) | (xxh3_64(key.as_bytes()) >> 1)
}
