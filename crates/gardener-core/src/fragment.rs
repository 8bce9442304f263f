//! Lines of traces that the platform made entries of, kept aside until all are there.
//!
//! A multiset in an order of its own, so that it merges, and bounded like everything else.

use crate::entry::{Entry, Payload};
use crate::intake::Raw;
use crate::seen::identify;
use crate::trace::line::{find_role, split_tags, Role};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How many bytes of fragments a tally keeps. What has no room is counted line by line.
pub(crate) const FRAGMENT_BYTES: usize = 32 << 20;

/// What a fragment takes beside its texts: rows of maps, about.
const ROW_BYTES: usize = 128;

/// Fragments of one channel and one span of this length are kept or given up together.
const SPAN_NANOS: i64 = 10_000_000_000;

/// The same for lines that bear a number and no time.
const SPAN_LINES: u64 = 256;

/// What writes line after line: one log of one instance, or one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Channel {
    /// `logName`; of plain lines the source.
    log: Box<str>,
    instance: Box<str>,
    service: Box<str>,
    resource: Box<str>,
    revision: Box<str>,
    /// Ids that stand before each line of one request.
    tags: Box<str>,
    is_text: bool,
}

/// One line of a channel, as it came. In the order in which it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, clippy::struct_field_names)] // the names and flags of a record and its entry
pub(crate) struct Line {
    pub(crate) nanos: Option<i64>,
    /// Of a plain line, its number.
    pub(crate) number: u64,
    id: Id,
    pub(crate) text: Box<str>,
    pub(crate) is_line: bool,
    pub(crate) is_known: bool,
    pub(crate) is_repaired: bool,
    /// Whether it may be no part of a trace.
    is_unsure: bool,
}

/// An `insertId`, in the order in which ids of one time are given: digits by their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Id(Box<str>);

/// Fragments by channel, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Fragments {
    channels: BTreeMap<Channel, BTreeMap<Line, u32>>,
    /// Fragments of this rank and higher ones have been given up.
    ceiling: Option<u64>,
    /// About what the channels take.
    #[serde(skip)]
    bytes: usize,
}

impl PartialEq for Fragments {
    fn eq(&self, other: &Self) -> bool {
        (&self.channels, self.ceiling) == (&other.channels, other.ceiling)
    }
}

impl Channel {
    fn of(entry: &Entry<'_>, source: &str) -> Self {
        let log = if entry.nanos.is_none() { source } else { &entry.log_name };
        Self {
            log: log.into(),
            instance: entry.instance.as_ref().into(),
            service: entry.service.as_ref().into(),
            resource: entry.resource.as_ref().into(),
            revision: entry.revision.as_ref().into(),
            tags: find_line(&entry.text).map_or("", |line| split_tags(line).0.trim_end()).into(),
            is_text: entry.payload == Payload::Text,
        }
    }

    /// The order in which fragments are kept: those that are surely of a trace first, then by a hash
    /// of channel and time, so that a trace stays with all its lines.
    fn rank(&self, line: &Line) -> u64 {
        let span = line.nanos.map_or((line.number / SPAN_LINES).cast_signed(), |nanos| nanos.div_euclid(SPAN_NANOS));
        let parts = [&self.log, &self.instance, &self.service, &self.resource].map(|part| part.as_bytes());
        (u64::from(line.is_unsure) << 63) | (identify(parts, Some(span)) >> 1)
    }
}

impl Line {
    fn bytes(&self) -> usize {
        self.text.len() + self.id.0.len() + ROW_BYTES
    }

    /// The record that the line is.
    pub(crate) fn raw(&self) -> Raw<'_> {
        Raw::again(&self.text, self.number, self.is_line, self.is_repaired)
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        let (own, other) = (self.0.as_bytes(), other.0.as_bytes());
        let is_hex = |id: &[u8]| id.len() >= HEX_DIGITS && id.iter().all(u8::is_ascii_hexdigit);
        match (is_hex(own), is_hex(other)) {
            (false, false) => compare_numbers(own, other).then_with(|| own.cmp(other)),
            (is_own_hex, is_other_hex) => is_own_hex.cmp(&is_other_hex).then_with(|| own.cmp(other)),
        }
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Ids of so many hexadecimal digits are one number each, as the platform gives them.
const HEX_DIGITS: usize = 12;

/// Compares two texts, runs of digits by their number: `id-9` comes before `id-10`.
fn compare_numbers(mut own: &[u8], mut other: &[u8]) -> Ordering {
    while let (Some(a), Some(b)) = (own.first(), other.first()) {
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let ((a, rest), (b, other_rest)) = (split_number(own), split_number(other));
            let order = a.len().cmp(&b.len()).then_with(|| a.cmp(b));
            if order != Ordering::Equal {
                return order;
            }
            (own, other) = (rest, other_rest);
        } else if a == b {
            (own, other) = (&own[1..], &other[1..]);
        } else {
            return a.cmp(b);
        }
    }
    own.len().cmp(&other.len())
}

/// The digits in front without leading zeros, and what follows them.
fn split_number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let zeros = text[..end].iter().take_while(|byte| **byte == b'0').count();
    (&text[zeros..end], &text[end..])
}

impl Fragments {
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    /// Whether there is more than twice the room, so that giving up is paid once for many.
    pub(crate) fn is_overfull(&self) -> bool {
        self.bytes > 2 * FRAGMENT_BYTES
    }

    /// Keeps an entry, unless it has been given up.
    pub(crate) fn keep(&mut self, entry: &Entry<'_>, raw: Raw<'_>, role: Role, source: &str, is_known: bool) -> bool {
        let channel = Channel::of(entry, source);
        let line = Line {
            nanos: entry.nanos,
            number: if raw.is_line { raw.line } else { 0 },
            id: Id(raw.id(entry).as_ref().into()),
            text: raw.text.into(),
            is_line: raw.is_line,
            is_known,
            is_repaired: raw.is_repaired,
            is_unsure: matches!(role, Role::Loose | Role::Spot | Role::Name | Role::Said),
        };
        let has_room = self.has_room(&channel, &line);
        if has_room {
            self.insert(channel, line, 1);
        }
        has_room
    }

    fn has_room(&self, channel: &Channel, line: &Line) -> bool {
        self.ceiling.is_none_or(|ceiling| channel.rank(line) < ceiling)
    }

    fn insert(&mut self, channel: Channel, line: Line, count: u32) {
        let bytes = line.bytes();
        let known = self.channels.entry(channel).or_default().entry(line).or_default();
        if *known == 0 {
            self.bytes += bytes;
        }
        *known += count;
    }

    /// Folds `other` in, and returns the lines that have been given up.
    pub(crate) fn merge(&mut self, other: Self) -> Vec<Line> {
        let lower = other.ceiling.filter(|ceiling| self.ceiling.is_none_or(|own| *ceiling < own));
        let mut given_up = lower.map_or_else(Vec::new, |ceiling| self.give_up(ceiling));
        for (channel, lines) in other.channels {
            for (line, count) in lines {
                if self.has_room(&channel, &line) {
                    self.insert(channel.clone(), line, count);
                } else {
                    given_up.extend(std::iter::repeat_n(line, count as usize));
                }
            }
        }
        given_up
    }

    /// Gives up the lines of the highest ranks until what is left takes no more than `limit`.
    pub(crate) fn trim(&mut self, limit: usize) -> Vec<Line> {
        if self.bytes <= limit {
            return Vec::new();
        }
        let mut by_rank: BTreeMap<u64, usize> = BTreeMap::new();
        for (channel, lines) in &self.channels {
            for line in lines.keys() {
                *by_rank.entry(channel.rank(line)).or_default() += line.bytes();
            }
        }
        let mut taken = 0;
        let first_out = by_rank.iter().find(|(_, bytes)| {
            taken += **bytes;
            taken > limit
        });
        first_out.map_or_else(Vec::new, |(ceiling, _)| self.give_up(*ceiling))
    }

    fn give_up(&mut self, ceiling: u64) -> Vec<Line> {
        self.ceiling = Some(ceiling);
        self.bytes = 0;
        let mut given_up = Vec::new();
        for (channel, lines) in std::mem::take(&mut self.channels) {
            for (line, count) in lines {
                if channel.rank(&line) < ceiling {
                    self.insert(channel.clone(), line, count);
                } else {
                    given_up.extend(std::iter::repeat_n(line, count as usize));
                }
            }
        }
        given_up
    }

    /// The lines of every channel, in order.
    pub(crate) fn into_channels(self) -> impl Iterator<Item = Vec<Line>> {
        let repeat = |(line, count)| std::iter::repeat_n(line, count as usize);
        self.channels.into_values().map(move |lines: BTreeMap<Line, u32>| lines.into_iter().flat_map(repeat).collect())
    }

    /// Counts anew what a snapshot leaves out.
    pub(crate) fn weigh(&mut self) {
        self.bytes = self.channels.values().flat_map(BTreeMap::keys).map(Line::bytes).sum();
    }
}

/// What names a record where it is met again: its text, and its number if it has no id.
pub(crate) fn digest(raw: Raw<'_>) -> u64 {
    identify([raw.text.as_bytes()], raw.is_line.then_some(raw.line.cast_signed()))
}

/// The role of an entry that may be a line of a trace; `None` if it is an entry of its own.
///
/// A logger that names a place in the code writes whole traces; what has no time has no order, unless
/// it is a line of a file.
#[inline]
pub(crate) fn find_fragment(entry: &Entry<'_>, is_line: bool) -> Option<Role> {
    let is_text = entry.payload == Payload::Text || (entry.payload == Payload::Json && !entry.text.is_empty());
    let is_ordered = entry.nanos.is_some() != is_line;
    let is_placed = !entry.place.module.is_empty() || !entry.place.function.is_empty();
    if !is_text || !is_ordered || is_placed || entry.stack.is_some() {
        return None;
    }
    find_role(split_tags(find_line(&entry.text)?).1)
}

/// The text of an entry that is one line.
pub(crate) fn find_line(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let is_broken = memchr::memchr(b'\n', text.as_bytes()).is_some() || text.contains("\\n");
    (!is_broken).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn ids_of_one_time_come_in_the_order_in_which_they_were_given() {
        let order = ["a-2", "a-10", "a-10b", "b-1", "68c7c9e5000b6a3f", "68c7c9e5000c0000", "68c7c9e6"];
        let mut ids: Vec<Id> = order.iter().rev().map(|id| Id((*id).into())).collect();
        ids.sort();
        assert_eq!(
            ids.iter().map(|id| id.0.as_ref()).collect::<Vec<_>>(),
            ["68c7c9e6", "a-2", "a-10", "a-10b", "b-1", "68c7c9e5000b6a3f", "68c7c9e5000c0000"]
        );
    }
}
