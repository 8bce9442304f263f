//! Small mergeable summaries: which values occurred, and when.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64;

/// One value with its exact count and span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The value.
    pub value: String,
    /// How many entries bore it.
    pub count: u64,
    /// First and last of them, UTC nanoseconds; `None` without any time.
    pub span: Option<(i64, i64)>,
    /// Its hash: where a sample is full, it has every value up to its highest.
    pub rank: u64,
}

/// A bottom-k sample of distinct values (Beyer et al., "On synopses for distinct-value
/// estimation under multiset operations", SIGMOD 2007).
///
/// Keeps the `k` values of smallest hash with their exact counts. The hash is the same for all
/// sketches, so two sketches keep the same values where both have seen them (a *coordinated*
/// sample). Exact up to `k` distinct values; beyond, [`Sketch::distinct`] is an estimate with a
/// relative standard error of about `1 / sqrt(k - 2)`.
///
/// Values are told apart by their hash alone. Of `n` distinct values one is taken for a kept one
/// with a chance of `k n / 2^64`: 1 in a thousand million for a thousand million values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    limit: u16,
    is_full: bool,
    /// No value of a higher hash can come in.
    ceiling: u64,
    /// Ascending by hash. Most sketches of most shapes hold one value: it needs no other memory.
    rows: SmallVec<[Row; 1]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    hash: u64,
    count: u64,
    /// First and last time; the first is behind the last where no time is known.
    first: i64,
    last: i64,
    value: Box<str>,
}

impl Row {
    #[inline]
    fn count_again(&mut self, count: u64, (first, last): (i64, i64)) {
        self.count += count;
        self.first = self.first.min(first);
        self.last = self.last.max(last);
    }
}

/// The span of no time, to which any other can be joined.
const NO_SPAN: (i64, i64) = (i64::MAX, i64::MIN);

impl Sketch {
    /// An empty sketch that keeps at most `limit` values.
    #[must_use]
    pub fn new(limit: u16) -> Self {
        Self { limit, is_full: false, ceiling: u64::MAX, rows: SmallVec::new() }
    }

    /// Counts one occurrence of `value`; the empty text is no value.
    #[inline]
    pub fn add(&mut self, value: &str, nanos: Option<i64>) {
        if !value.is_empty() {
            self.insert(xxh3_64(value.as_bytes()), value, 1, nanos.map_or(NO_SPAN, |at| (at, at)));
        }
    }

    /// What [`Sketch::add`] does, for what is mostly the same: comparing is cheaper than hashing.
    #[inline]
    pub(crate) fn add_usual(&mut self, value: &str, nanos: Option<i64>) {
        match self.rows.as_mut_slice() {
            [row] if *row.value == *value => row.count_again(1, nanos.map_or(NO_SPAN, |at| (at, at))),
            _ => self.add(value, nanos),
        }
    }

    /// Counts `count` occurrences of `value`.
    pub fn add_many(&mut self, value: &str, count: u64) {
        self.insert(xxh3_64(value.as_bytes()), value, count, NO_SPAN);
    }

    /// Folds `other` in.
    pub fn merge(&mut self, other: &Self) {
        self.is_full |= other.is_full;
        for row in &other.rows {
            self.insert(row.hash, &row.value, row.count, (row.first, row.last));
        }
    }

    /// How many distinct values there were, exact while the sketch is not full.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        match self.rows.last() {
            Some(largest) if self.is_full && self.rows.len() > 1 => estimate(self.rows.len(), largest.hash),
            _ => self.rows.len() as u64,
        }
    }

    /// Whether [`Sketch::distinct`] and the kept values are all there is.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.is_full
    }

    /// The kept values, the most frequent first, then by value.
    #[must_use]
    pub fn sightings(&self) -> Vec<Sighting> {
        let sighting = |row: &Row| Sighting {
            value: row.value.to_string(),
            count: row.count,
            span: (row.first <= row.last).then_some((row.first, row.last)),
            rank: row.hash,
        };
        let mut rows: Vec<Sighting> = self.rows.iter().map(sighting).collect();
        rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        rows
    }

    #[inline]
    fn insert(&mut self, hash: u64, value: &str, count: u64, span: (i64, i64)) {
        if hash > self.ceiling {
            self.is_full = true;
            return;
        }
        let at = self.find_place(hash);
        match self.rows.get_mut(at) {
            Some(row) if row.hash == hash => row.count_again(count, span),
            _ => self.insert_at(at, Row { hash, count, first: span.0, last: span.1, value: value.into() }),
        }
    }

    /// Where a hash is, or where it belongs. Hashes are spread evenly below the ceiling, so that is
    /// guessed, and most of the rows are never fetched from memory (Peterson, "Addressing for
    /// Random-Access Storage", IBM Journal 1957: interpolation search).
    #[inline]
    fn find_place(&self, hash: u64) -> usize {
        let Some(last) = self.rows.len().checked_sub(1) else { return 0 };
        let mut at = 0;
        if last > 0 {
            let share = (self.ceiling / self.rows.len() as u64).max(1);
            at = usize::try_from(hash / share).map_or(last, |guess| guess.min(last));
        }
        while at < self.rows.len() && self.rows[at].hash < hash {
            at += 1;
        }
        while at > 0 && self.rows[at - 1].hash >= hash {
            at -= 1;
        }
        at
    }

    #[inline(never)]
    fn insert_at(&mut self, at: usize, row: Row) {
        let limit = usize::from(self.limit);
        self.rows.insert(at, row);
        self.is_full |= self.rows.len() > limit;
        self.rows.truncate(limit);
        if let (Some(last), true) = (self.rows.last(), self.rows.len() == limit) {
            self.ceiling = last.hash;
        }
    }
}

/// `(k - 1) / (k-th smallest hash as a share of all hashes)`.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // an estimate
fn estimate(kept: usize, largest: u64) -> u64 {
    let share = largest as f64 / u64::MAX as f64;
    ((kept - 1) as f64 / share).round().max(kept as f64) as u64
}

/// The span of both.
#[must_use]
pub fn join_spans(a: Option<(i64, i64)>, b: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// The most buckets that a histogram keeps: two days by the minute and some.
const HISTOGRAM_LIMIT: usize = 4_096;

/// Counts by time bucket, one minute wide until there are too many, then twice as wide, and so on.
///
/// The width is a function of the times seen, not of their order, so merging is associative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// A bucket is `2^shift` minutes wide.
    shift: u8,
    /// The latest bucket: its number (minutes since 1970 shifted right) and its count. Most entries
    /// are counted here; a count of 0 means that there is no bucket at all.
    latest: (i64, u64),
    /// The buckets before it, ascending.
    earlier: Vec<(i64, u64)>,
}

impl Histogram {
    /// Counts `count` entries at a minute since 1970.
    #[inline]
    pub fn add(&mut self, minute: i64, count: u64) {
        let bucket = minute >> self.shift;
        if self.latest.0 == bucket || self.latest.1 == 0 {
            self.latest = (bucket, self.latest.1 + count);
        } else {
            self.add_other(bucket, count);
        }
    }

    #[inline(never)]
    fn add_other(&mut self, bucket: i64, count: u64) {
        if bucket > self.latest.0 {
            self.earlier.push(std::mem::replace(&mut self.latest, (bucket, count)));
        } else {
            match self.earlier.binary_search_by_key(&bucket, |row| row.0) {
                Ok(at) => self.earlier[at].1 += count,
                Err(at) => self.earlier.insert(at, (bucket, count)),
            }
        }
        while self.earlier.len() >= HISTOGRAM_LIMIT {
            self.widen();
        }
    }

    /// Folds `other` in.
    pub fn merge(&mut self, other: &Self) {
        while self.shift < other.shift {
            self.widen();
        }
        for (minute, count) in other.rows() {
            self.add(minute, count);
        }
    }

    /// The buckets: first minute since 1970 of each, and its count, ascending.
    #[must_use]
    pub fn rows(&self) -> Vec<(i64, u64)> {
        let latest = Some(&self.latest).filter(|latest| latest.1 > 0);
        self.earlier.iter().chain(latest).map(|(bucket, count)| (bucket << self.shift, *count)).collect()
    }

    fn widen(&mut self) {
        self.shift += 1;
        let mut wide: Vec<(i64, u64)> = Vec::with_capacity(self.earlier.len() / 2 + 1);
        for (bucket, count) in self.earlier.drain(..).chain([self.latest]) {
            match wide.last_mut() {
                Some(last) if last.0 == bucket >> 1 => last.1 += count,
                _ => wide.push((bucket >> 1, count)),
            }
        }
        self.latest = wide.pop().unwrap_or_default();
        self.earlier = wide;
    }
}

#[cfg(test)]
mod tests {
    use super::{Histogram, Sketch};
    use proptest::prelude::*;

    fn sketch(values: &[u16]) -> Sketch {
        let mut sketch = Sketch::new(8);
        for value in values {
            sketch.add(&value.to_string(), Some(i64::from(*value)));
        }
        sketch
    }

    fn histogram(minutes: &[i64]) -> Histogram {
        let mut histogram = Histogram::default();
        for minute in minutes {
            histogram.add(*minute, 1);
        }
        histogram
    }

    proptest! {
        #[test]
        fn a_sketch_of_two_parts_is_the_sketch_of_the_whole(a in prop::collection::vec(0u16..99, 0..60), b in prop::collection::vec(0u16..99, 0..60)) {
            let mut merged = sketch(&a);
            merged.merge(&sketch(&b));
            prop_assert_eq!(merged, sketch(&[a, b].concat()));
        }

        #[test]
        fn a_histogram_of_two_parts_is_the_histogram_of_the_whole(a in prop::collection::vec(-90_000i64..90_000, 0..6_000), b in prop::collection::vec(-9i64..90_000, 0..3_000)) {
            let mut merged = histogram(&a);
            merged.merge(&histogram(&b));
            prop_assert_eq!(merged, histogram(&[a, b].concat()));
        }
    }

    #[test]
    fn distinct_is_exact_while_it_fits_and_near_beyond() {
        assert_eq!(sketch(&[1, 2, 2, 3]).distinct(), 3);
        let mut wide = Sketch::new(256);
        for value in 0..20_000 {
            wide.add(&value.to_string(), None);
        }
        assert!(!wide.is_exact() && (16_000..24_000).contains(&wide.distinct()), "{}", wide.distinct());
    }
}
