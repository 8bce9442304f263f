//! What the tally keeps of one shape.

use crate::sketch::{join_spans, Histogram, Sketch};
use crate::time::NANOS_PER_MINUTE;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// How many values a shape keeps of each kind of fact. Instances have the most because relations
/// between issues are counted on them.
const REVISIONS: u16 = 16;
const INSTANCES: u16 = 64;
const PLACES: u16 = 8;
const VALUES: u16 = 16;

/// How many of a shape's variables have their values kept; a line of more is a dump.
const VARIABLES: usize = 64;

/// Exemplars kept besides the first and the last.
const DRAWN: usize = 2;

/// A verbatim entry, kept to show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exemplar {
    /// UTC nanoseconds; entries without a time sort first.
    pub nanos: Option<i64>,
    /// `insertId`.
    pub insert_id: String,
    /// The entry as JSON text.
    pub json: String,
}

/// First, last, and those whose `insertId` has the smallest hash: the same in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemplars {
    first: Option<Arc<Exemplar>>,
    last: Option<Arc<Exemplar>>,
    drawn: Vec<(u64, Arc<Exemplar>)>,
}

impl Exemplars {
    /// Offers an entry; `make_json` is called only if it is kept.
    pub(crate) fn offer(&mut self, nanos: Option<i64>, insert_id: &str, make_json: impl FnOnce() -> String) {
        let lot = xxh3_64(insert_id.as_bytes());
        let is_early =
            self.first.as_ref().is_none_or(|first| (nanos, insert_id) <= (first.nanos, first.insert_id.as_str()));
        let is_late = self.last.as_ref().is_none_or(|last| (nanos, insert_id) >= (last.nanos, last.insert_id.as_str()));
        let is_drawn = self.drawn.len() < DRAWN || self.drawn.last().is_some_and(|(largest, _)| lot <= *largest);
        if is_early || is_late || is_drawn {
            let made = Arc::new(Exemplar { nanos, insert_id: insert_id.to_owned(), json: make_json() });
            self.keep(lot, &made);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for exemplar in other.first.iter().chain(&other.last) {
            self.keep(u64::MAX, exemplar);
        }
        for (lot, exemplar) in &other.drawn {
            self.keep(*lot, exemplar);
        }
    }

    /// The exemplars in order of time, each once.
    #[must_use]
    pub fn in_order(&self) -> Vec<Exemplar> {
        let drawn = self.drawn.iter().map(|(_, exemplar)| exemplar);
        let mut all: Vec<Exemplar> =
            self.first.iter().chain(&self.last).chain(drawn).map(|one| one.as_ref().clone()).collect();
        all.sort();
        all.dedup();
        all
    }

    fn keep(&mut self, lot: u64, exemplar: &Arc<Exemplar>) {
        if self.first.as_ref().is_none_or(|first| exemplar < first) {
            self.first = Some(Arc::clone(exemplar));
        }
        if self.last.as_ref().is_none_or(|last| exemplar > last) {
            self.last = Some(Arc::clone(exemplar));
        }
        if lot == u64::MAX {
            return;
        }
        let row = (lot, Arc::clone(exemplar));
        if let Err(at) = self.drawn.binary_search(&row) {
            self.drawn.insert(at, row);
            self.drawn.truncate(DRAWN);
        }
    }
}

/// The facts of one entry that its shape's record takes in.
pub(crate) struct Fact<'a> {
    pub(crate) nanos: Option<i64>,
    /// Whether an earlier run has counted the entry already.
    pub(crate) is_known: bool,
    pub(crate) revision: &'a str,
    pub(crate) instance: &'a str,
    /// File, function and line, joined by tabs.
    pub(crate) place: &'a str,
}

/// Counts and small samples of one shape. All of it merges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Entries.
    pub count: u64,
    /// Those among them that an earlier run has counted already.
    pub known: u64,
    /// First and last time.
    pub span: Option<(i64, i64)>,
    /// Entries by minute.
    pub minutes: Histogram,
    /// Entries by minute that an earlier run has counted already.
    pub known_minutes: Histogram,
    /// Revisions.
    pub revisions: Sketch,
    /// Instances.
    pub instances: Sketch,
    /// Places in the code: file, function and line, joined by tabs.
    pub places: Sketch,
    /// Values by variable, in the order of the shape's marks.
    pub values: Vec<Sketch>,
    /// Verbatim entries.
    pub exemplars: Exemplars,
}

impl Record {
    pub(crate) fn new(variables: usize) -> Self {
        Self {
            count: 0,
            known: 0,
            span: None,
            minutes: Histogram::default(),
            known_minutes: Histogram::default(),
            revisions: Sketch::new(REVISIONS),
            instances: Sketch::new(INSTANCES),
            places: Sketch::new(PLACES),
            values: vec![Sketch::new(VALUES); variables.min(VARIABLES)],
            exemplars: Exemplars::default(),
        }
    }

    pub(crate) fn add<'v>(&mut self, fact: &Fact<'_>, values: impl Iterator<Item = &'v str>) {
        self.count += 1;
        self.known += u64::from(fact.is_known);
        if let Some(nanos) = fact.nanos {
            self.span = join_spans(self.span, Some((nanos, nanos)));
            let minute = nanos.div_euclid(NANOS_PER_MINUTE);
            self.minutes.add(minute, 1);
            if fact.is_known {
                self.known_minutes.add(minute, 1);
            }
        }
        self.revisions.add(fact.revision, fact.nanos);
        self.instances.add(fact.instance, fact.nanos);
        self.places.add(fact.place, None);
        for (sketch, value) in self.values.iter_mut().zip(values) {
            sketch.add(value, None);
        }
    }

    /// Folds `other`, a record of the same shape, in.
    pub(crate) fn merge(&mut self, mut other: Self) {
        let values = std::mem::take(&mut other.values);
        self.merge_facts(other);
        for (sketch, more) in self.values.iter_mut().zip(values) {
            sketch.merge(more);
        }
    }

    /// Folds all of `other` in but its values, whose variables may be others.
    pub(crate) fn merge_facts(&mut self, other: Self) {
        self.count += other.count;
        self.known += other.known;
        self.span = join_spans(self.span, other.span);
        self.minutes.merge(other.minutes);
        self.known_minutes.merge(other.known_minutes);
        self.revisions.merge(other.revisions);
        self.instances.merge(other.instances);
        self.places.merge(other.places);
        self.exemplars.merge(&other.exemplars);
    }
}
