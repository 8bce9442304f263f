//! Small mergeable summaries: which values occurred, and when.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
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
}

/// A bottom-k sample of distinct values (Beyer et al., "On synopses for distinct-value
/// estimation under multiset operations", SIGMOD 2007).
///
/// Keeps the `k` values of smallest hash with their exact counts. The hash is the same for all
/// sketches, so two sketches keep the same values where both have seen them (a *coordinated*
/// sample). Exact up to `k` distinct values; beyond, [`Sketch::distinct`] is an estimate with a
/// relative standard error of about `1 / sqrt(k - 2)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    limit: u16,
    is_full: bool,
    /// The hashes of the values, ascending: apart from the rows, because most of a search is in them.
    hashes: Vec<u64>,
    rows: Vec<Sighting>,
}

impl Sketch {
    /// An empty sketch that keeps at most `limit` values.
    #[must_use]
    pub fn new(limit: u16) -> Self {
        Self { limit, is_full: false, hashes: Vec::new(), rows: Vec::new() }
    }

    /// Counts one occurrence of `value`; the empty text is no value.
    #[inline]
    pub fn add(&mut self, value: &str, nanos: Option<i64>) {
        if !value.is_empty() {
            self.insert(xxh3_64(value.as_bytes()), value, 1, nanos.map(|at| (at, at)));
        }
    }

    /// Counts `count` occurrences of `value`.
    pub fn add_many(&mut self, value: &str, count: u64) {
        self.insert(xxh3_64(value.as_bytes()), value, count, None);
    }

    /// Folds `other` in.
    pub fn merge(&mut self, other: Self) {
        self.is_full |= other.is_full;
        for (hash, row) in other.hashes.into_iter().zip(other.rows) {
            self.insert(hash, &row.value, row.count, row.span);
        }
    }

    /// How many distinct values there were, exact while the sketch is not full.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        match self.hashes.last() {
            Some(largest) if self.is_full && self.rows.len() > 1 => estimate(self.rows.len(), *largest),
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
        let mut rows = self.rows.clone();
        rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        rows
    }

    #[inline]
    fn insert(&mut self, hash: u64, value: &str, count: u64, span: Option<(i64, i64)>) {
        if self.hashes.len() == usize::from(self.limit) && self.hashes.last().is_some_and(|largest| hash > *largest) {
            self.is_full = true;
            return;
        }
        match self.find(hash, value) {
            Ok(at) => {
                let row = &mut self.rows[at];
                row.count += count;
                row.span = join_spans(row.span, span);
            }
            Err(at) => self.insert_at(at, hash, Sighting { value: value.to_owned(), count, span }),
        }
    }

    /// Where a value is, or where it belongs.
    #[inline]
    fn find(&self, hash: u64, value: &str) -> Result<usize, usize> {
        let mut at = self.hashes.partition_point(|known| *known < hash);
        while self.hashes.get(at) == Some(&hash) {
            match self.rows[at].value.as_str().cmp(value) {
                Ordering::Less => at += 1,
                Ordering::Equal => return Ok(at),
                Ordering::Greater => break,
            }
        }
        Err(at)
    }

    #[inline(never)]
    fn insert_at(&mut self, at: usize, hash: u64, row: Sighting) {
        let limit = usize::from(self.limit);
        self.hashes.insert(at, hash);
        self.rows.insert(at, row);
        self.is_full |= self.rows.len() > limit;
        self.hashes.truncate(limit);
        self.rows.truncate(limit);
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
    /// Bucket number (minutes since 1970 shifted right) and count, ascending.
    buckets: Vec<(i64, u64)>,
}

impl Histogram {
    /// Counts `count` entries at a minute since 1970.
    pub fn add(&mut self, minute: i64, count: u64) {
        let bucket = minute >> self.shift;
        if let Some(last) = self.buckets.last_mut().filter(|last| last.0 == bucket) {
            last.1 += count;
            return;
        }
        match self.buckets.binary_search_by_key(&bucket, |row| row.0) {
            Ok(at) => self.buckets[at].1 += count,
            Err(at) => {
                self.buckets.insert(at, (bucket, count));
                while self.buckets.len() > HISTOGRAM_LIMIT {
                    self.widen();
                }
            }
        }
    }

    /// Folds `other` in.
    pub fn merge(&mut self, mut other: Self) {
        while self.shift < other.shift {
            self.widen();
        }
        while other.shift < self.shift {
            other.widen();
        }
        // Adding may widen `self` further; the minutes of `other` are of its own width.
        for (bucket, count) in other.buckets {
            self.add(bucket << other.shift, count);
        }
    }

    /// The buckets: first minute since 1970 of each, and its count, ascending.
    #[must_use]
    pub fn rows(&self) -> Vec<(i64, u64)> {
        self.buckets.iter().map(|(bucket, count)| (bucket << self.shift, *count)).collect()
    }

    fn widen(&mut self) {
        self.shift += 1;
        let mut wide: Vec<(i64, u64)> = Vec::with_capacity(self.buckets.len() / 2 + 1);
        for (bucket, count) in self.buckets.drain(..) {
            match wide.last_mut() {
                Some(last) if last.0 == bucket >> 1 => last.1 += count,
                _ => wide.push((bucket >> 1, count)),
            }
        }
        self.buckets = wide;
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
            merged.merge(sketch(&b));
            prop_assert_eq!(merged, sketch(&[a, b].concat()));
        }

        #[test]
        fn a_histogram_of_two_parts_is_the_histogram_of_the_whole(a in prop::collection::vec(-90_000i64..90_000, 0..6_000), b in prop::collection::vec(-9i64..90_000, 0..3_000)) {
            let mut merged = histogram(&a);
            merged.merge(histogram(&b));
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
