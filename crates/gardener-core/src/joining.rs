//! Lines that the platform made entries of, joined to the traces that they were.
//!
//! Done when the tally is looked at, because only then all lines are there: a pure function of it.

use crate::entry::Entry;
use crate::fragment::{digest, find_line, Line, FRAGMENT_BYTES};
use crate::intake::{Intake, Item};
use crate::severity::Severity;
use crate::tally::{Reading, Tally};
use crate::trace::conventions::Conventions;
use crate::trace::line::{find_role, split_tags, Role};
use crate::trace::{is_separator, Trace};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Lines of a trace are written at once; what comes later than this after the line before is another.
const GAP_NANOS: i64 = 5_000_000_000;

/// The same for lines of a file: blank ones between them are no records.
const GAP_LINES: u64 = 3;

/// A tally whose fragments are traces, or entries of their own.
#[derive(Debug)]
pub(crate) struct Settled<'t> {
    pub(crate) tally: Cow<'t, Tally>,
    /// The shape and the severity of the trace that a line went into, by the line's digest.
    pub(crate) traces: HashMap<u64, (Arc<str>, Severity)>,
}

impl Tally {
    /// The tally without fragments: what is a trace is counted as one entry, what is none by itself.
    pub(crate) fn settle(&self) -> Settled<'_> {
        let mut settled = Settled { tally: Cow::Borrowed(self), traces: HashMap::new() };
        if !self.fragments.is_empty() {
            let mut tally = self.clone();
            let fragments = std::mem::take(&mut tally.fragments);
            let reading = Reading { conventions: Arc::new(self.conventions.clone()), ..Reading::default() };
            let mut intake = Intake::new(&reading, None);
            for lines in fragments.into_channels() {
                join_channel(&lines, &mut intake, &mut tally, &mut settled.traces);
            }
            settled.tally = Cow::Owned(tally);
        }
        settled
    }

    /// Gives up fragments until the others have room, and counts each of them by itself.
    pub(crate) fn trim_fragments(&mut self) {
        let given_up = self.fragments.trim(FRAGMENT_BYTES);
        self.release(&given_up);
    }

    /// Counts lines each by itself.
    pub(crate) fn release(&mut self, lines: &[Line]) {
        if !lines.is_empty() {
            let reading = Reading::default();
            let mut intake = Intake::new(&reading, None);
            let items = intake.read_lines(lines);
            intake.count_all(items, self);
        }
    }
}

fn join_channel(
    lines: &[Line],
    intake: &mut Intake<'_>,
    tally: &mut Tally,
    found: &mut HashMap<u64, (Arc<str>, Severity)>,
) {
    let mut items = intake.read_lines(lines);
    let rows: Vec<Row<'_>> = items.iter().map(Row::of).collect();
    let traces: Vec<(Range<usize>, String)> = find_traces(&rows, &tally.conventions);
    let shown: Vec<String> = traces.iter().map(|(range, text)| show(&items[range.start], text)).collect();
    let mut whole = Vec::new();
    for ((range, text), shown) in traces.iter().zip(&shown).rev() {
        let parts: Vec<Item<'_>> = items.drain(range.clone()).collect();
        tally.totals.joined += parts.len() as u64 - 1;
        let severity = parts.iter().map(|part| part.entry.severity).max().unwrap_or_default();
        let digests: Vec<u64> = parts.iter().map(|part| digest(part.raw)).collect();
        let item = join_items(parts, severity, text, shown);
        let key: Arc<str> = intake.find_key(&item).into();
        found.extend(digests.into_iter().map(|digest| (digest, (Arc::clone(&key), severity))));
        whole.push(item);
    }
    intake.count_all(whole, tally);
    intake.count_all(items, tally);
}

/// One entry of many: the first of them, with the text of all.
fn join_items<'a>(parts: Vec<Item<'a>>, severity: Severity, text: &'a str, shown: &'a str) -> Item<'a> {
    let is_known = parts.iter().any(|part| part.is_known);
    let is_repaired = parts.iter().any(|part| part.raw.is_repaired);
    let mut parts = parts.into_iter();
    let mut first = parts.next().unwrap_or_else(|| unreachable!("a trace has lines"));
    first.entry = Entry { severity, text: Cow::Borrowed(text), ..first.entry };
    first.raw.text = shown;
    first.raw.is_repaired = is_repaired;
    first.is_known = is_known;
    first
}

/// The first entry of a trace as it came, but with the text of all of them.
fn show(first: &Item<'_>, text: &str) -> String {
    if first.raw.is_line {
        return text.to_owned();
    }
    let Ok(mut record) = serde_json::from_str::<serde_json::Value>(first.raw.text) else { return text.to_owned() };
    let places = [record.get_mut("textPayload").is_some(), record.get_mut("jsonPayload").is_some()];
    if places[0] {
        record["textPayload"] = text.into();
    } else if let Some(payload) = record.get_mut("jsonPayload").and_then(serde_json::Value::as_object_mut) {
        let said = payload.values_mut().find(|value| value.as_str() == Some(&first.entry.text));
        if let Some(value) = said {
            *value = text.into();
        }
    }
    record.to_string()
}

/// A line in the order of its channel.
struct Row<'a> {
    nanos: Option<i64>,
    number: u64,
    text: &'a str,
    role: Role,
    is_tagged: bool,
}

impl<'a> Row<'a> {
    fn of(item: &'a Item<'_>) -> Self {
        let (tags, text) = split_tags(find_line(&item.entry.text).unwrap_or_default());
        let role = find_role(text).unwrap_or(Role::Loose);
        Self { nanos: item.entry.nanos, number: item.raw.line, text, role, is_tagged: !tags.is_empty() }
    }
}

/// Which rows are a trace together, in order, with its text.
fn find_traces(rows: &[Row<'_>], conventions: &Conventions) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        let begins = !matches!(rows[start].role, Role::Loose | Role::Said);
        let mut run = Run::new(&rows[start]);
        let more = rows[start + 1..].iter().take_while(|row| run.takes(row)).count();
        let end = start + 1 + more;
        let kept = end - run.tail;
        if kept > start + 1 && begins {
            // Of a request's own lines, a blank one before a trace announces it.
            let blank = rows[..start].last().filter(|row| row.is_tagged && row.text.trim().is_empty());
            let has_room = found.last().is_none_or(|(range, _): &(Range<usize>, String)| range.end < start);
            let start = if blank.is_some() && has_room { start - 1 } else { start };
            let text = rows[start..kept].iter().map(|row| row.text).collect::<Vec<_>>().join("\n");
            if Trace::find_by(&text, conventions).is_some() {
                found.push((start..kept, text));
            }
        }
        start = if begins { end } else { start + 1 };
    }
    found
}

/// Rows that may be one trace, as far as they have been seen.
#[allow(clippy::struct_excessive_bools)] // what has been seen, in any combination
struct Run<'r> {
    last: &'r Row<'r>,
    /// The last row that is not blank.
    said: &'r Row<'r>,
    /// A block has begun in which the exception comes last.
    is_open: bool,
    /// An error's properties have begun.
    is_braced: bool,
    has_head: bool,
    has_frames: bool,
    is_spotted: bool,
    /// Rows at the end that may be no part of the trace.
    tail: usize,
}

impl<'r> Run<'r> {
    fn new(first: &'r Row<'r>) -> Self {
        let mut run = Self {
            last: first,
            said: first,
            is_open: false,
            is_braced: false,
            has_head: false,
            has_frames: false,
            is_spotted: first.role == Role::Spot,
            tail: 0,
        };
        run.push(first);
        run
    }

    /// Takes a row if it goes on with what there is.
    fn takes(&mut self, row: &'r Row<'r>) -> bool {
        let goes_on = self.is_near(row) && self.goes_on_with(row);
        if goes_on {
            self.push(row);
        }
        goes_on
    }

    fn is_near(&self, row: &Row<'_>) -> bool {
        match (self.last.nanos, row.nanos) {
            (Some(last), Some(nanos)) => nanos.saturating_sub(last) <= GAP_NANOS,
            _ => row.number.saturating_sub(self.last.number) <= GAP_LINES,
        }
    }

    fn goes_on_with(&self, row: &Row<'_>) -> bool {
        match row.role {
            Role::Frame => !(row.text.trim_start().starts_with("#0 ") && self.said.role == Role::Frame),
            Role::Joint | Role::Loose => true,
            Role::Head | Role::Name => {
                let is_awaited = self.is_spotted && !self.has_head && !self.has_frames;
                self.is_open || is_awaited || self.is_announcing()
            }
            Role::Said => self.is_announcing(),
            Role::Opening => is_separator(self.said.text),
            Role::Start => self.said.role == Role::Start && !self.has_frames,
            Role::Spot => false,
        }
    }

    fn is_announcing(&self) -> bool {
        let text = self.said.text;
        text.ends_with("nested exception is:") || (self.said.role == Role::Start && text.ends_with(':'))
    }

    fn push(&mut self, row: &'r Row<'r>) {
        self.last = row;
        if !row.text.trim().is_empty() {
            self.said = row;
        }
        self.is_braced |= row.text.ends_with('{');
        self.has_frames |= row.role == Role::Frame;
        match row.role {
            // A group draws a margin around its exceptions, and needs no end.
            Role::Opening => self.is_open = !row.text.trim_start().starts_with('+'),
            Role::Head | Role::Name => (self.is_open, self.has_head) = (false, true),
            _ => {}
        }
        let is_loose = row.role == Role::Loose && !self.is_open && !self.is_braced;
        self.tail = if is_loose { self.tail + 1 } else { 0 };
    }
}
