//! Verbatim entries kept to show: a few of each shape, the same ones in any order.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Exemplars kept besides the first and the last.
const DRAWN: usize = 2;

/// The longest entry that is shown whole: four are kept of every shape.
const WHOLE_BYTES: usize = 64 << 10;

/// How much of a longer one is shown.
const HEAD_BYTES: usize = 4 << 10;

/// An entry as it came: what an exemplar is made of, if the entry becomes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verbatim<'a> {
    pub(crate) nanos: Option<i64>,
    pub(crate) insert_id: &'a str,
    pub(crate) text: &'a str,
    /// Whether the text is a plain line, not a record of JSON.
    pub(crate) is_line: bool,
}

/// A verbatim entry, kept to show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exemplar {
    /// UTC nanoseconds; entries without a time sort first.
    pub nanos: Option<i64>,
    /// `insertId`.
    pub insert_id: String,
    /// The entry as it came, or its head.
    text: String,
    /// Whether the text is a record of JSON, whole.
    is_record: bool,
}

impl Exemplar {
    fn new(entry: Verbatim<'_>) -> Self {
        let mut exemplar = Self { nanos: None, insert_id: String::new(), text: String::new(), is_record: false };
        exemplar.set(entry);
        exemplar
    }

    /// Becomes another entry, in the memory that it has: the last entry of a shape changes with
    /// nearly every one that comes.
    fn set(&mut self, entry: Verbatim<'_>) {
        self.nanos = entry.nanos;
        self.insert_id.clear();
        self.insert_id.push_str(entry.insert_id);
        self.is_record = !entry.is_line && entry.text.len() <= WHOLE_BYTES;
        self.text.clear();
        if self.is_record || entry.text.len() <= WHOLE_BYTES {
            self.text.push_str(entry.text);
        } else {
            let shown = if entry.is_line { WHOLE_BYTES } else { HEAD_BYTES };
            self.text.push_str(&entry.text[..entry.text.floor_char_boundary(shown)]);
            self.text.push_str(" [cut]");
        }
    }

    /// The entry as JSON text; a plain line, or the head of an overlong record, as one of its own.
    #[must_use]
    pub fn json(&self) -> String {
        if self.is_record {
            return self.text.clone();
        }
        let quote = |text: &str| serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned());
        format!("{{\"insertId\":{},\"textPayload\":{}}}", quote(&self.insert_id), quote(&self.text))
    }
}

/// First, last, and those whose `insertId` has the smallest hash: the same in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemplars {
    first: Option<Arc<Exemplar>>,
    last: Option<Arc<Exemplar>>,
    drawn: Vec<(u64, Arc<Exemplar>)>,
    /// The times of the first and of the last, at hand: most entries are neither.
    times: Option<(Option<i64>, Option<i64>)>,
    /// The hash that the next to be drawn must not exceed.
    lot: Option<u64>,
}

impl Exemplars {
    /// Offers an entry, which is copied only if it is kept. Returns whether it is later than all
    /// before: then it is to be set by [`Exemplars::set_last`], or a later one in its place.
    #[inline]
    pub(crate) fn offer(&mut self, entry: Verbatim<'_>) -> bool {
        let lot = xxh3_64(entry.insert_id.as_bytes());
        let Some((first, last)) = self.times else {
            self.keep(lot, &Arc::new(Exemplar::new(entry)));
            return false;
        };
        let is_drawn = self.lot.is_none_or(|highest| lot <= highest);
        if is_drawn || entry.nanos < first || (entry.nanos == first && self.begins_with(entry)) {
            self.keep(lot, &Arc::new(Exemplar::new(entry)));
            return false;
        }
        if entry.nanos == last {
            self.set_last(entry);
        }
        self.times = Some((first, last.max(entry.nanos)));
        entry.nanos > last
    }

    /// Whether an entry of the first one's time comes before it.
    #[inline(never)]
    fn begins_with(&self, entry: Verbatim<'_>) -> bool {
        self.first.as_ref().is_none_or(|first| entry.insert_id <= first.insert_id.as_str())
    }

    /// Sets the last entry, unless that which is known is later.
    #[inline(never)]
    pub(crate) fn set_last(&mut self, entry: Verbatim<'_>) {
        let Some(last) = &mut self.last else { return };
        match (entry.nanos, entry.insert_id).cmp(&(last.nanos, last.insert_id.as_str())) {
            Ordering::Less => {}
            // Two entries of one name: the greater text decides, so that order does not.
            Ordering::Equal => *last = Arc::new(Exemplar::new(entry)).max(Arc::clone(last)),
            Ordering::Greater => match Arc::get_mut(last) {
                Some(own) => own.set(entry),
                None => *last = Arc::new(Exemplar::new(entry)),
            },
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

    #[inline(never)]
    fn keep(&mut self, lot: u64, exemplar: &Arc<Exemplar>) {
        if self.first.as_ref().is_none_or(|first| exemplar < first) {
            self.first = Some(Arc::clone(exemplar));
        }
        if self.last.as_ref().is_none_or(|last| exemplar > last) {
            self.last = Some(Arc::clone(exemplar));
        }
        let nanos = exemplar.nanos;
        let (first, last) = self.times.get_or_insert((nanos, nanos));
        (*first, *last) = (nanos.min(*first), nanos.max(*last));
        if lot == u64::MAX {
            return;
        }
        let row = (lot, Arc::clone(exemplar));
        if let Err(at) = self.drawn.binary_search(&row) {
            self.drawn.insert(at, row);
            self.drawn.truncate(DRAWN);
        }
        self.lot = self.drawn.get(DRAWN - 1).map(|row| row.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Exemplars, Verbatim, HEAD_BYTES, WHOLE_BYTES};
    use proptest::prelude::*;

    fn kept(entries: &[(i64, u8)]) -> Exemplars {
        let mut exemplars = Exemplars::default();
        for (nanos, id) in entries {
            let (insert_id, text) = (id.to_string(), format!("{{\"at\":{nanos}}}"));
            let entry = Verbatim { nanos: Some(*nanos), insert_id: &insert_id, text: &text, is_line: false };
            if exemplars.offer(entry) {
                exemplars.set_last(entry);
            }
        }
        exemplars
    }

    proptest! {
        #[test]
        fn what_is_kept_does_not_depend_on_order_or_split(
            entries in prop::collection::vec((0i64..20, 0u8..20), 0..30), split in 0usize..30
        ) {
            let (left, right) = entries.split_at(split.min(entries.len()));
            let mut merged = kept(right);
            merged.merge(&kept(left));
            prop_assert_eq!(merged, kept(&entries));
            let reversed: Vec<(i64, u8)> = entries.iter().rev().copied().collect();
            prop_assert_eq!(kept(&reversed), kept(&entries));
        }
    }

    #[test]
    fn an_overlong_entry_shows_its_head_and_says_so() {
        for (is_line, shown) in [(true, WHOLE_BYTES), (false, HEAD_BYTES)] {
            let mut exemplars = Exemplars::default();
            let text = "é".repeat(WHOLE_BYTES);
            exemplars.offer(Verbatim { nanos: None, insert_id: "7", text: &text, is_line });
            let json: serde_json::Value = serde_json::from_str(&exemplars.in_order()[0].json()).unwrap();
            assert_eq!(json["textPayload"].as_str().unwrap().len(), shown + " [cut]".len());
        }
    }
}
