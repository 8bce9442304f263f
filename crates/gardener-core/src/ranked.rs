//! The best of several members that could say the same thing: told by their names, never by their order.

use crate::json::Value;
use std::borrow::Cow;

/// Escapes that a text of JSON must have where it has these letters; all others are a writer's choice.
fn must_be_escaped(letter: char) -> bool {
    letter < ' ' || matches!(letter, '"' | '\\')
}

/// A text with its rank, 0 the best.
#[derive(Debug, Default)]
pub(crate) struct Ranked<'a> {
    best: Option<(usize, Cow<'a, str>)>,
}

impl<'a> Ranked<'a> {
    #[inline]
    pub(crate) fn offer(&mut self, rank: Option<usize>, value: Value<'a>) {
        let Some(rank) = rank.filter(|rank| self.would_take(*rank)) else { return };
        if let Some(text) = value.filled() {
            self.best = Some((rank, text));
        }
    }

    /// Offers a text; an empty one is none.
    #[inline]
    pub(crate) fn offer_text(&mut self, rank: usize, text: Cow<'a, str>) {
        if !text.is_empty() && self.would_take(rank) {
            self.best = Some((rank, text));
        }
    }

    /// Offers what may be a trace: several lines in one text, or a list of them.
    #[inline]
    pub(crate) fn offer_trace(&mut self, rank: Option<usize>, value: Value<'a>) {
        let Some(rank) = rank.filter(|rank| self.would_take(*rank)) else { return };
        match value {
            // The end of a line has an escape, be it real or spelt.
            Value::Text(_, true) => {
                self.offer_text(rank, value.filled().filter(|text| text.contains(must_be_escaped)).unwrap_or_default());
            }
            Value::Nested(raw) => self.offer_text(rank, join_lines(raw).unwrap_or_default().into()),
            _ => {}
        }
    }

    #[inline]
    fn would_take(&self, rank: usize) -> bool {
        self.best.as_ref().is_none_or(|(best, _)| rank < *best)
    }

    pub(crate) fn take(self) -> Option<Cow<'a, str>> {
        self.best.map(|(_, text)| text)
    }

    /// The text with its rank, or no text.
    pub(crate) fn take_ranked(self) -> (usize, Cow<'a, str>) {
        self.best.unwrap_or_default()
    }
}

/// A list of lines, each in a text of its own, as one text; `None` if it is anything else.
fn join_lines(raw: &str) -> Option<String> {
    let lines: Vec<String> = serde_json::from_str(raw).ok()?;
    let text = lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n");
    text.contains(['\n', '\\']).then_some(text)
}
