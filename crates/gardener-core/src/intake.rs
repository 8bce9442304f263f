//! Blocks into a tally, a batch of entries at a time.
//!
//! Every step goes over a whole batch before the next begins, so that its code and its tables stay
//! in the processor's first cache (Boncz et al., "MonetDB/X100: Hyper-Pipelining Query Execution",
//! CIDR 2005): read, meet, shape, find, count.

use crate::draft::Reader;
use crate::entry::{Entry, NotAnEntry};
use crate::exemplar::Verbatim;
use crate::fragment::{find_fragment, Line};
use crate::framing::{Block, RECORD_LIMIT};
use crate::generic::tell_apart;
use crate::record::{Fact, Record};
use crate::seen::{identify, Acquaintance, Seen};
use crate::shape::Shape;
use crate::tally::{Reading, Tally, SHAPE_LIMIT};
use crate::totals::Reason;
use std::borrow::Cow;
use std::fmt::Write;

/// Entries of a batch: few enough for the first cache, enough to pay for changing the step.
const BATCH: usize = 32;

/// Reads blocks of one source into tallies, with room that is used again.
#[derive(Debug)]
pub(crate) struct Intake<'r> {
    reading: &'r Reading,
    seen: Option<&'r Seen>,
    reader: Reader,
    shapes: Vec<Shape>,
    /// Where in the tally the record of each of the shapes is; none for those without room.
    indices: Vec<Option<usize>>,
    texts: Texts,
}

/// Room for texts that are spelt for one entry.
#[derive(Debug, Default)]
struct Texts {
    place: String,
    number: String,
}

/// A record as it was cut out of its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: u64,
    /// Whether it is a plain line, not a record of JSON.
    pub(crate) is_line: bool,
    /// Whether it was no UTF-8 and had to be repaired.
    pub(crate) is_repaired: bool,
}

/// An entry with the record that it was read from.
#[derive(Debug)]
pub(crate) struct Item<'a> {
    pub(crate) raw: Raw<'a>,
    pub(crate) entry: Entry<'a>,
    pub(crate) is_known: bool,
}

// The steps are never inlined, so that a profile tells them apart; a batch is one call of each.
impl<'r> Intake<'r> {
    pub(crate) fn new(reading: &'r Reading, seen: Option<&'r Seen>) -> Self {
        let shapes = std::iter::repeat_with(|| Shape::new(&reading.conventions)).take(BATCH).collect();
        Self { reading, seen, reader: Reader::default(), shapes, indices: Vec::new(), texts: Texts::default() }
    }

    /// Folds a block in.
    pub(crate) fn take(&mut self, block: &Block, tally: &mut Tally) {
        for (reason, line) in &block.faults {
            tally.totals.refuse(*reason, &self.reading.source, *line);
        }
        let records = block.records();
        let mut late = Late::default();
        let mut items = Vec::with_capacity(BATCH);
        for batch in records.chunks(BATCH) {
            self.read(batch, block.is_text, tally, &mut items);
            self.meet(&mut items, tally);
            self.set_aside(&mut items, tally);
            self.shape(&items);
            self.find(&items, tally);
            self.count(&items, tally, &mut late);
            items.clear();
        }
        late.settle(tally);
        // Twice the limit, so that giving up is paid once for many shapes.
        if tally.records.len() > 2 * SHAPE_LIMIT || tally.fragments.is_overfull() {
            tally.trim(SHAPE_LIMIT);
        }
    }

    /// Counts entries that have been read and met before.
    pub(crate) fn count_all<'t>(&mut self, mut items: Vec<Item<'t>>, tally: &mut Tally) {
        let mut late = Late::default();
        while !items.is_empty() {
            let batch: Vec<Item<'t>> = items.drain(..items.len().min(BATCH)).collect();
            self.shape(&batch);
            self.find(&batch, tally);
            self.count(&batch, tally, &mut late);
        }
        late.settle(tally);
    }

    /// Reads lines again that were kept aside.
    pub(crate) fn read_lines<'l>(&mut self, lines: &'l [Line]) -> Vec<Item<'l>> {
        let read = |line: &'l Line| {
            let (raw, is_known) = (line.raw(), line.is_known);
            raw.entry(&mut self.reader).ok().map(|entry| Item { raw, entry, is_known })
        };
        lines.iter().filter_map(read).collect()
    }

    /// The key of an entry's shape.
    pub(crate) fn find_key(&mut self, item: &Item<'_>) -> String {
        self.shapes[0].take(&item.entry);
        self.shapes[0].masked.key.clone()
    }

    /// Counts one text, and returns its shape's key.
    pub(crate) fn take_line(&mut self, text: &str, tally: &mut Tally) -> String {
        tally.totals.read += 1;
        let raw = Raw { text, line: 0, is_line: true, is_repaired: false };
        let items = [Item { raw, entry: Entry::of_line(text), is_known: false }];
        let mut late = Late::default();
        self.shape(&items);
        self.find(&items, tally);
        self.count(&items, tally, &mut late);
        late.settle(tally);
        self.shapes[0].masked.key.clone()
    }

    /// Reads the records of a batch, and leaves out what is no entry or was not asked for.
    #[inline(never)]
    fn read<'t>(
        &mut self,
        batch: &'t [(Cow<'t, str>, u64)],
        is_line: bool,
        tally: &mut Tally,
        items: &mut Vec<Item<'t>>,
    ) {
        for (text, line) in batch {
            let raw = Raw { text, line: *line, is_line, is_repaired: matches!(text, Cow::Owned(_)) };
            match raw.entry(&mut self.reader) {
                Ok(entry) if self.reading.window.is_some() && entry.nanos.is_none() => {
                    tally.totals.refuse(Reason::NoTime, &self.reading.source, raw.line);
                }
                Ok(entry) => {
                    tally.totals.read += 1;
                    if self.is_outside(entry.nanos) {
                        tally.totals.outside += 1;
                    } else if self.reading.service.as_ref().is_some_and(|service| entry.service != *service) {
                        tally.totals.other_services += 1;
                    } else if entry.severity < self.reading.severity {
                        tally.totals.less_severe += 1;
                    } else {
                        items.push(Item { raw, entry, is_known: false });
                    }
                }
                Err(reason) => tally.totals.refuse(reason, &self.reading.source, raw.line),
            }
        }
    }

    fn is_outside(&self, nanos: Option<i64>) -> bool {
        match (self.reading.window, nanos) {
            (Some((start, end)), Some(nanos)) => nanos < start || nanos >= end,
            _ => false,
        }
    }

    /// Leaves out what this run has counted, and marks what an earlier one has.
    #[inline(never)]
    fn meet(&self, items: &mut Vec<Item<'_>>, tally: &mut Tally) {
        let Some(seen) = self.seen else { return };
        items.retain_mut(|item| {
            let Item { entry, raw, .. } = &item;
            let identity = if raw.is_line || entry.insert_id.is_empty() {
                let source = self.reading.source.as_bytes();
                identify([source, &raw.line.to_le_bytes(), raw.text.as_bytes()], entry.nanos)
            } else {
                identify([entry.log_name.as_bytes(), entry.insert_id.as_bytes()], entry.nanos)
            };
            let acquaintance = seen.meet(identity, entry.nanos);
            item.is_known = acquaintance == Acquaintance::Known;
            let is_left_out = acquaintance == Acquaintance::Duplicate || item.is_known && self.reading.is_news_only;
            tally.totals.duplicates += u64::from(is_left_out);
            !is_left_out
        });
    }

    /// Keeps lines of traces aside until the whole of them can be seen.
    #[inline(never)]
    fn set_aside(&self, items: &mut Vec<Item<'_>>, tally: &mut Tally) {
        items.retain(|Item { raw, entry, is_known }| {
            let Some(role) = find_fragment(entry, raw.is_line) else { return true };
            if tally.conventions != *self.reading.conventions {
                tally.conventions.merge(self.reading.conventions.as_ref().clone());
            }
            !tally.fragments.keep(entry, *raw, role, &self.reading.source, *is_known)
        });
    }

    #[inline(never)]
    fn shape(&mut self, items: &[Item<'_>]) {
        for (item, shape) in items.iter().zip(&mut self.shapes) {
            shape.take(&item.entry);
        }
    }

    #[inline(never)]
    fn find(&mut self, items: &[Item<'_>], tally: &mut Tally) {
        self.indices.clear();
        for (item, shape) in items.iter().zip(&mut self.shapes) {
            let Item { entry, raw, is_known } = item;
            tally.totals.count(entry.severity, entry.nanos, *is_known, raw.is_repaired);
            let (key, variables) = (&mut shape.masked.key, shape.masked.values.len());
            let index = tally.records.get_index_of(key.as_str()).or_else(|| {
                tell_apart(key, &entry.instance);
                tally.find_or_insert(key, variables)
            });
            if index.is_none() {
                tally.totals.overflow.add(entry.severity, 1, entry.nanos.map(|at| (at, at)));
            }
            self.indices.push(index);
        }
    }

    #[inline(never)]
    fn count<'t>(&mut self, items: &[Item<'t>], tally: &mut Tally, late: &mut Late<'t>) {
        for ((item, shape), index) in items.iter().zip(&self.shapes).zip(&self.indices) {
            let (Some(index), entry) = (*index, &item.entry) else { continue };
            self.texts.spell(item, shape);
            let Raw { text, is_line, .. } = item.raw;
            let nanos = entry.nanos;
            let insert_id = if is_line { self.texts.number.as_str() } else { &entry.insert_id };
            let verbatim = Verbatim { nanos, insert_id, text, is_line };
            let fact = Fact {
                verbatim,
                is_known: item.is_known,
                revision: &entry.revision,
                instance: &entry.instance,
                request: if entry.graded().may_fail() { find_request(&entry.request) } else { "" },
                place: &self.texts.place,
            };
            let body = shape.body(entry);
            let record = &mut tally.records[index];
            if record.add(&fact, shape.masked.values.iter().map(|(_, range)| &body[range.clone()])) {
                match entry.insert_id {
                    Cow::Borrowed(insert_id) => {
                        late.put(index, record, Verbatim { nanos, insert_id, text, is_line });
                    }
                    Cow::Owned(_) => record.exemplars.set_last(verbatim),
                }
            }
        }
    }
}

/// A trace's own id, without `projects/.../traces/`: not every writer gives the whole name.
fn find_request(trace: &str) -> &str {
    trace.rsplit('/').next().unwrap_or_default()
}

impl Texts {
    /// Spells the place, and the number of a plain line, which is its id.
    fn spell(&mut self, item: &Item<'_>, shape: &Shape) {
        self.place.clear();
        let place = &item.entry.place;
        let own = [place.file.as_ref(), place.function.as_ref(), place.line.as_ref()];
        let parts = shape.trace_place.as_ref().map_or(own, |parts| [&parts[0], &parts[1], &parts[2]]);
        if parts.iter().any(|part| !part.is_empty()) {
            for (index, part) in parts.into_iter().enumerate() {
                if index > 0 {
                    self.place.push('\t');
                }
                self.place.push_str(part);
            }
        }
        if item.raw.is_line {
            self.number.clear();
            // Writing to memory cannot fail.
            let _ = write!(self.number, "{}", item.raw.line);
        }
    }
}

impl<'a> Raw<'a> {
    pub(crate) fn new(text: &'a str, line: u64, is_line: bool) -> Self {
        Self { text, line, is_line, is_repaired: false }
    }

    /// A record that was read before.
    pub(crate) fn again(text: &'a str, line: u64, is_line: bool, is_repaired: bool) -> Self {
        Self { text, line, is_line, is_repaired }
    }

    /// What names the record's entry: a plain line is named by its number.
    pub(crate) fn id<'e>(&self, entry: &'e Entry<'_>) -> Cow<'e, str> {
        if self.is_line {
            Cow::Owned(self.line.to_string())
        } else {
            Cow::Borrowed(&entry.insert_id)
        }
    }

    /// The entry that the record is.
    pub(crate) fn entry(&self, reader: &mut Reader) -> Result<Entry<'a>, Reason> {
        if self.text.len() > RECORD_LIMIT {
            return Err(Reason::TooLong);
        }
        if self.is_line {
            return Ok(Entry::of_line(self.text));
        }
        reader.read(self.text).map_err(|why| match why {
            NotAnEntry::NotJson => Reason::NotJson,
            NotAnEntry::TooDeep => Reason::TooDeep,
            NotAnEntry::NoEntryFields => Reason::NotAnEntry,
        })
    }
}

/// The latest entry of each shape in a block. They are copied when the block is done, and not
/// whenever a later one comes.
#[derive(Debug, Default)]
struct Late<'t> {
    entries: Vec<(usize, Verbatim<'t>)>,
}

impl<'t> Late<'t> {
    #[inline]
    fn put(&mut self, index: usize, record: &mut Record, entry: Verbatim<'t>) {
        if record.late == 0 {
            self.entries.push((index, entry));
            record.late = u32::try_from(self.entries.len()).unwrap_or(0);
        } else {
            self.entries[record.late as usize - 1].1 = entry;
        }
    }

    fn settle(self, tally: &mut Tally) {
        for (index, entry) in self.entries {
            let record = &mut tally.records[index];
            record.late = 0;
            record.exemplars.set_last(entry);
        }
    }
}
