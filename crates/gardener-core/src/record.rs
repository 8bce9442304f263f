//! What the tally keeps of one shape.

use crate::exemplar::{Exemplars, Verbatim};
use crate::sketch::{join_spans, Histogram, Sketch};
use crate::time::NANOS_PER_MINUTE;
use serde::{Deserialize, Serialize};

/// How many values a shape keeps of each kind of fact. Instances have the most because relations
/// between issues are counted on them.
const REVISIONS: u16 = 16;
const INSTANCES: u16 = 64;
const REQUESTS: u16 = 64;
const PLACES: u16 = 8;
const VALUES: u16 = 16;

/// How many of a shape's variables have their values kept; a line of more is a dump.
const VARIABLES: usize = 64;

/// The facts of one entry that its shape's record takes in.
pub(crate) struct Fact<'a> {
    pub(crate) verbatim: Verbatim<'a>,
    /// Whether an earlier run has counted the entry already.
    pub(crate) is_known: bool,
    pub(crate) revision: &'a str,
    pub(crate) instance: &'a str,
    /// Empty where it does not matter: relations are between what fails.
    pub(crate) request: &'a str,
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
    /// Revisions of the entries that an earlier run has counted already; most shapes have none of these.
    pub known_revisions: Option<Box<Sketch>>,
    /// Instances.
    pub instances: Sketch,
    /// Requests by the id of their trace, of entries that may have failed.
    pub requests: Sketch,
    /// Places in the code: file, function and line, joined by tabs.
    pub places: Sketch,
    /// Values by variable, in the order of the shape's marks.
    pub values: Vec<Sketch>,
    /// Verbatim entries.
    pub exemplars: Exemplars,
    /// Which of the late entries of a block is this shape's, counted from 1; 0 between blocks.
    #[serde(skip)]
    pub(crate) late: u32,
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
            known_revisions: None,
            instances: Sketch::new(INSTANCES),
            requests: Sketch::new(REQUESTS),
            places: Sketch::new(PLACES),
            values: vec![Sketch::new(VALUES); variables.min(VARIABLES)],
            exemplars: Exemplars::default(),
            late: 0,
        }
    }

    /// Counts an entry. Returns whether it is the latest so far, see [`Exemplars::offer`].
    pub(crate) fn add<'v>(&mut self, fact: &Fact<'_>, values: impl Iterator<Item = &'v str>) -> bool {
        let nanos = fact.verbatim.nanos;
        self.count += 1;
        self.known += u64::from(fact.is_known);
        if let Some(nanos) = nanos {
            self.span = join_spans(self.span, Some((nanos, nanos)));
            let minute = nanos.div_euclid(NANOS_PER_MINUTE);
            self.minutes.add(minute, 1);
            if fact.is_known {
                self.known_minutes.add(minute, 1);
            }
        }
        self.revisions.add_usual(fact.revision, nanos);
        if fact.is_known {
            self.known_revisions
                .get_or_insert_with(|| Box::new(Sketch::new(REVISIONS)))
                .add_usual(fact.revision, nanos);
        }
        self.instances.add_usual(fact.instance, nanos);
        self.requests.add(fact.request, nanos);
        self.places.add_usual(fact.place, None);
        for (sketch, value) in self.values.iter_mut().zip(values) {
            sketch.add(value, None);
        }
        self.exemplars.offer(fact.verbatim)
    }

    /// Folds `other`, a record of the same shape, in.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.merge_facts(other);
        for (sketch, more) in self.values.iter_mut().zip(&other.values) {
            sketch.merge(more);
        }
    }

    /// Folds all of `other` in but its values, whose variables may be others.
    pub(crate) fn merge_facts(&mut self, other: &Self) {
        self.count += other.count;
        self.known += other.known;
        self.span = join_spans(self.span, other.span);
        self.minutes.merge(&other.minutes);
        self.known_minutes.merge(&other.known_minutes);
        self.revisions.merge(&other.revisions);
        if let Some(known) = &other.known_revisions {
            self.known_revisions.get_or_insert_with(|| Box::new(Sketch::new(REVISIONS))).merge(known);
        }
        self.instances.merge(&other.instances);
        self.requests.merge(&other.requests);
        self.places.merge(&other.places);
        self.exemplars.merge(&other.exemplars);
    }

    /// All but the values.
    pub(crate) fn facts(&self) -> Self {
        let mut facts = Self::new(0);
        facts.merge_facts(self);
        facts
    }
}
