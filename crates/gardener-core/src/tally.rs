//! The monoid: a mergeable summary of many entries.
//!
//! [`Tally::merge`] is associative and commutative with [`Tally::default`] as neutral element, so
//! any split of the entries, in any order, gives the same tally.

use crate::entry::{Entry, NotAnEntry, Reader};
use crate::exemplar::Verbatim;
use crate::framing::{Block, Framer, Input, RECORD_LIMIT};
use crate::record::{Fact, Record};
use crate::seen::{identify, Acquaintance, Seen};
use crate::severity::Severity;
use crate::shape::{Keys, Shape};
use crate::totals::{Reason, Totals};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::fmt::Write;
use std::hash::{BuildHasherDefault, Hasher};
use xxhash_rust::xxh3::xxh3_64;

/// The most shapes that a tally keeps. What has no room is counted in the overflow.
pub const SHAPE_LIMIT: usize = 50_000;

/// What to read from a source.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// How the bytes are laid out.
    pub input: Input,
    /// The source's name, for refusals and for entries without an id.
    pub source: String,
    /// Half-open span of UTC nanoseconds; `None` takes every time and entries without any.
    pub window: Option<(i64, i64)>,
    /// The one service to take; `None` takes all.
    pub service: Option<String>,
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
}

impl Tally {
    /// The account of what was read.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Folds a whole source in, held in memory.
    pub fn add(&mut self, bytes: &[u8], reading: &Reading, seen: Option<&Seen>) {
        let mut intake = Intake::new(reading, seen);
        let mut framer = Framer::new(reading.input);
        let mut take = |block: Block| intake.take(&block, self);
        framer.push(bytes, &mut take);
        framer.finish(&mut take);
        self.trim(SHAPE_LIMIT);
    }

    /// The tally of both.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.totals.merge(other.totals);
        self.lower_ceiling(other.ceiling);
        for (key, record) in other.records {
            self.insert(key, record);
        }
        self.trim(SHAPE_LIMIT);
        self
    }

    fn insert(&mut self, key: Box<str>, record: Record) {
        if self.is_full_for(&key) {
            self.spill(&key, &record);
        } else if let Some(known) = self.records.get_mut(&key) {
            known.merge(record);
        } else {
            self.records.insert(key, record);
        }
    }

    fn spill(&mut self, key: &str, record: &Record) {
        let severity = Keys::of(key).map_or(Severity::Default, |keys| keys.severity);
        self.totals.overflow.add(severity, record.count, record.span);
    }

    fn is_full_for(&self, key: &str) -> bool {
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

    /// Gives up the shapes of highest rank until `limit` are left.
    pub(crate) fn trim(&mut self, limit: usize) {
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

/// Reads blocks of one source into tallies, with room that is used again.
#[derive(Debug)]
pub(crate) struct Intake<'r> {
    reading: &'r Reading,
    seen: Option<&'r Seen>,
    reader: Reader,
    shape: Shape,
    place: String,
}

impl<'r> Intake<'r> {
    pub(crate) fn new(reading: &'r Reading, seen: Option<&'r Seen>) -> Self {
        Self { reading, seen, reader: Reader::default(), shape: Shape::default(), place: String::new() }
    }

    pub(crate) fn take(&mut self, block: &Block, tally: &mut Tally) {
        for (reason, line) in &block.faults {
            tally.totals.refuse(*reason, &self.reading.source, *line);
        }
        let mut late = Late::default();
        let mut number = String::new();
        block.for_each_record(|text, line| {
            let outcome = match &text {
                text if text.is_empty() => Ok(()),
                Cow::Borrowed(text) if !block.is_text => self.take_record(&Raw::record(text, line), &mut late, tally),
                _ => {
                    let record =
                        if block.is_text { Raw::line(&text, line, &mut number) } else { Raw::record(&text, line) };
                    let is_repaired = matches!(text, Cow::Owned(_));
                    self.take_alone(&record, is_repaired, tally)
                }
            };
            if let Err(reason) = outcome {
                tally.totals.refuse(reason, &self.reading.source, line);
            }
        });
        late.settle(&mut tally.records);
        // Twice the limit, so that giving up is paid once for many shapes.
        if tally.records.len() > 2 * SHAPE_LIMIT {
            tally.trim(SHAPE_LIMIT);
        }
    }

    /// Counts one text, and returns its shape's key.
    pub(crate) fn take_line(&mut self, text: &str, tally: &mut Tally) -> String {
        tally.totals.read += 1;
        let line = Raw { text, line: 0, number: Some("") };
        let mut late = Late::default();
        self.count(Entry::of_line(text, ""), &line, false, &mut late, tally);
        late.settle(&mut tally.records);
        self.shape.key.clone()
    }

    /// Takes a record that does not live as long as its block.
    fn take_alone(&mut self, record: &Raw<'_>, is_repaired: bool, tally: &mut Tally) -> Result<(), Reason> {
        let mut late = Late::default();
        let before = tally.totals.entries;
        self.take_record(record, &mut late, tally)?;
        late.settle(&mut tally.records);
        if is_repaired {
            tally.totals.repaired += tally.totals.entries - before;
        }
        Ok(())
    }

    fn take_record<'t>(&mut self, record: &Raw<'t>, late: &mut Late<'t>, tally: &mut Tally) -> Result<(), Reason> {
        if record.text.len() > RECORD_LIMIT {
            return Err(Reason::TooLong);
        }
        let entry = record.entry(&mut self.reader)?;
        if self.reading.window.is_some() && entry.nanos.is_none() {
            return Err(Reason::NoTime);
        }
        tally.totals.read += 1;
        if self.is_outside(entry.nanos) {
            tally.totals.outside += 1;
        } else if self.reading.service.as_ref().is_some_and(|service| entry.service != *service) {
            tally.totals.other_services += 1;
        } else {
            match self.meet(&entry, record) {
                Acquaintance::Duplicate => tally.totals.duplicates += 1,
                acquaintance => self.count(entry, record, acquaintance == Acquaintance::Known, late, tally),
            }
        }
        Ok(())
    }

    fn is_outside(&self, nanos: Option<i64>) -> bool {
        match (self.reading.window, nanos) {
            (Some((start, end)), Some(nanos)) => nanos < start || nanos >= end,
            _ => false,
        }
    }

    fn meet(&self, entry: &Entry<'_>, record: &Raw<'_>) -> Acquaintance {
        let Some(seen) = self.seen else { return Acquaintance::New };
        let identity = if record.number.is_some() || entry.insert_id.is_empty() {
            let source = self.reading.source.as_bytes();
            identify([source, &record.line.to_le_bytes(), record.text.as_bytes()], entry.nanos)
        } else {
            identify([entry.log_name.as_bytes(), entry.insert_id.as_bytes()], entry.nanos)
        };
        seen.meet(identity, entry.nanos)
    }

    fn count<'t>(
        &mut self,
        mut entry: Entry<'t>,
        record: &Raw<'t>,
        is_known: bool,
        late: &mut Late<'t>,
        tally: &mut Tally,
    ) {
        entry.place.leave_libraries();
        let body = self.shape.take(&entry);
        tally.totals.count(entry.severity, entry.nanos, is_known);
        if tally.is_full_for(&self.shape.key) {
            tally.totals.overflow.add(entry.severity, 1, entry.nanos.map(|at| (at, at)));
            return;
        }
        spell_place(&mut self.place, &entry, self.shape.trace_place.as_ref());
        let values = &self.shape.masked.values;
        let (nanos, text, is_line) = (entry.nanos, record.text, record.number.is_some());
        let fact = Fact {
            verbatim: Verbatim { nanos, insert_id: &entry.insert_id, text, is_line },
            is_known,
            revision: &entry.revision,
            instance: &entry.instance,
            place: &self.place,
        };
        let (index, shape) = find_or_insert(&mut tally.records, &self.shape.key, values.len());
        if shape.add(&fact, values.iter().map(|(_, range)| &body[range.clone()])) {
            match entry.insert_id {
                Cow::Borrowed(insert_id) => late.put(index, shape, Verbatim { nanos, insert_id, text, is_line }),
                Cow::Owned(_) => shape.exemplars.set_last(fact.verbatim),
            }
        }
    }
}

fn find_or_insert<'r>(records: &'r mut Records, key: &str, variables: usize) -> (usize, &'r mut Record) {
    let index = records.get_index_of(key).unwrap_or_else(|| records.insert_full(key.into(), Record::new(variables)).0);
    (index, &mut records[index])
}

/// The latest entry of each shape in a block. They are copied when the block is done, and not
/// whenever a later one comes.
#[derive(Debug, Default)]
struct Late<'b> {
    entries: Vec<(usize, Verbatim<'b>)>,
}

impl<'b> Late<'b> {
    #[inline]
    fn put(&mut self, index: usize, record: &mut Record, entry: Verbatim<'b>) {
        if record.late == 0 {
            self.entries.push((index, entry));
            record.late = u32::try_from(self.entries.len()).unwrap_or(0);
        } else {
            self.entries[record.late as usize - 1].1 = entry;
        }
    }

    fn settle(self, records: &mut Records) {
        for (index, entry) in self.entries {
            records[index].late = 0;
            records[index].exemplars.set_last(entry);
        }
    }
}

/// A record as it was cut out of its source.
pub(crate) struct Raw<'a> {
    text: &'a str,
    line: u64,
    /// The line's number in digits, of a record that is a plain line.
    number: Option<&'a str>,
}

impl<'a> Raw<'a> {
    /// A record of JSON.
    pub(crate) fn record(text: &'a str, line: u64) -> Self {
        Self { text, line, number: None }
    }

    /// A plain line, whose number is spelt in `number`.
    pub(crate) fn line(text: &'a str, line: u64, number: &'a mut String) -> Self {
        number.clear();
        // Writing to memory cannot fail.
        let _ = write!(number, "{line}");
        Self { text, line, number: Some(number) }
    }

    /// The entry that the record is.
    pub(crate) fn entry(&self, reader: &mut Reader) -> Result<Entry<'a>, Reason> {
        if let Some(number) = self.number {
            return Ok(Entry::of_line(self.text, number));
        }
        reader.read(self.text).map_err(|why| match why {
            NotAnEntry::NotJson => Reason::NotJson,
            NotAnEntry::TooDeep => Reason::TooDeep,
            NotAnEntry::NoEntryFields => Reason::NotAnEntry,
        })
    }
}

fn spell_place(place: &mut String, entry: &Entry<'_>, of_trace: Option<&[String; 3]>) {
    place.clear();
    let own = [entry.place.file.as_ref(), entry.place.function.as_ref(), entry.place.line.as_ref()];
    let parts = of_trace.map_or(own, |parts| [&parts[0], &parts[1], &parts[2]]);
    if parts.iter().all(|part| part.is_empty()) {
        return;
    }
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            place.push('\t');
        }
        place.push_str(part);
    }
}
