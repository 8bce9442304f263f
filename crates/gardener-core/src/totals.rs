//! What became of every record that was read. The parts sum to the whole.

use crate::severity::Severity;
use crate::sketch::join_spans;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Why a record could not be used.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Reason { $($(#[$doc])* $variant),* }

        impl Reason {
            /// The name that reports show.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }
        }
    };
}

reasons! {
    /// The record is not well-formed JSON.
    NotJson = "not JSON",
    /// The record is JSON but has no field of a log entry.
    NotAnEntry = "not a log entry",
    /// The record nests deeper than any log entry can.
    TooDeep = "nested too deep",
    /// The record is longer than any log entry can be.
    TooLong = "too long",
    /// The input ended in the middle of the record.
    Truncated = "truncated",
    /// The compressed stream is damaged or cut short; what follows is lost.
    DamagedCompression = "damaged compression",
    /// A window was asked for, and the entry bears no time.
    NoTime = "no time",
}

/// How many places a refusal names: enough to look, few enough to read.
const PLACES: usize = 3;

/// Records refused for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// How many.
    pub count: u64,
    /// The first few, as source and line number.
    pub places: BTreeSet<(String, u64)>,
}

/// Entries by severity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severities([u64; Severity::ALL.len()]);

impl Severities {
    #[inline]
    pub(crate) fn add(&mut self, severity: Severity, count: u64) {
        self.0[severity as usize] += count;
    }

    /// The severities that occurred, least urgent first, with their counts.
    pub fn rows(&self) -> impl Iterator<Item = (Severity, u64)> + '_ {
        Severity::ALL.into_iter().zip(self.0).filter(|row| row.1 > 0)
    }

    fn merge(&mut self, other: &Self) {
        for (severity, count) in other.rows() {
            self.add(severity, count);
        }
    }
}

/// Entries whose shapes had no room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overflow {
    /// How many entries.
    pub count: u64,
    /// First and last time.
    pub span: Option<(i64, i64)>,
    /// By severity.
    pub severities: Severities,
}

impl Overflow {
    pub(crate) fn add(&mut self, severity: Severity, count: u64, span: Option<(i64, i64)>) {
        self.count += count;
        self.span = join_spans(self.span, span);
        self.severities.add(severity, count);
    }
}

/// The account of a tally: `read` is the sum of `entries`, `joined`, `outside`,
/// `other_services`, `less_severe`, `duplicates` and what was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Records read, good and bad.
    pub read: u64,
    /// Entries counted in shapes or in the overflow.
    pub entries: u64,
    /// Further lines of a trace that the platform split: the trace is one entry.
    pub joined: u64,
    /// Entries outside the window.
    pub outside: u64,
    /// Entries of services that were not asked for.
    pub other_services: u64,
    /// Entries below the severity that was asked for.
    pub less_severe: u64,
    /// Entries that came more than once.
    pub duplicates: u64,
    /// Counted entries that an earlier run had counted already.
    pub known: u64,
    /// Counted entries that bear no time.
    pub timeless: u64,
    /// Counted entries whose text was not valid UTF-8 and was repaired.
    pub repaired: u64,
    /// First and last time of the counted entries.
    pub span: Option<(i64, i64)>,
    /// Counted entries by severity.
    pub severities: Severities,
    /// Refused records by reason.
    pub refusals: BTreeMap<Reason, Refusal>,
    /// Counted entries whose shapes had no room.
    pub overflow: Overflow,
}

impl Totals {
    pub(crate) fn refuse(&mut self, reason: Reason, source: &str, line: u64) {
        self.read += 1;
        let refusal = self.refusals.entry(reason).or_default();
        refusal.count += 1;
        refusal.places.insert((source.to_owned(), line));
        cut(&mut refusal.places);
    }

    pub(crate) fn count(&mut self, severity: Severity, nanos: Option<i64>, is_known: bool, is_repaired: bool) {
        self.entries += 1;
        self.repaired += u64::from(is_repaired);
        self.known += u64::from(is_known);
        self.timeless += u64::from(nanos.is_none());
        self.span = join_spans(self.span, nanos.map(|at| (at, at)));
        self.severities.add(severity, 1);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.read += other.read;
        self.entries += other.entries;
        self.joined += other.joined;
        self.outside += other.outside;
        self.other_services += other.other_services;
        self.less_severe += other.less_severe;
        self.duplicates += other.duplicates;
        self.known += other.known;
        self.timeless += other.timeless;
        self.repaired += other.repaired;
        self.span = join_spans(self.span, other.span);
        self.severities.merge(&other.severities);
        for (reason, more) in other.refusals {
            let refusal = self.refusals.entry(reason).or_default();
            refusal.count += more.count;
            refusal.places.extend(more.places);
            cut(&mut refusal.places);
        }
        self.overflow.count += other.overflow.count;
        self.overflow.span = join_spans(self.overflow.span, other.overflow.span);
        self.overflow.severities.merge(&other.overflow.severities);
    }
}

fn cut(places: &mut BTreeSet<(String, u64)>) {
    while places.len() > PLACES {
        places.pop_last();
    }
}
