//! Ruby and Rails: ``file.rb:12:in `name'``, the innermost first; the cause of a chain comes last.

use super::conventions::is_below;
use super::heading::{self, is_type_name};
use super::line::split_tags;
use super::place::is_number;
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language = Language { needles: &[":in `", ":in '"], starts: &[], parse, is_library };

/// Where gems, the interpreter and its standard library lie.
const LIBRARY_PATHS: [&str; 8] =
    ["/gems/", "/lib/ruby/", "/rubygems/", "<internal:", "/vendor/bundle/", "/vendor/ruby/", "(eval", "(irb)"];

fn is_library(frame: &Frame) -> bool {
    is_below(&frame.module, &LIBRARY_PATHS)
}

/// A line of a trace: a frame, and the heading if it bears one.
pub(super) struct Row<'a> {
    frame: Frame,
    heading: Option<&'a str>,
    is_numbered: bool,
}

fn parse(lines: &[&str]) -> Vec<Link> {
    let mut chain = Chain::default();
    for line in lines {
        if let Some(row) = find_row(line).filter(|_| chain.count < FRAMES) {
            chain.take_row(row);
        } else if let Some(found) = find_heading(line) {
            chain.take_heading(found);
        } else if let Some(link) = chain.links.last_mut().filter(|link| link.exception.is_empty()) {
            // A message of several lines: the type is behind its end.
            link.exception = split_tail(line).0;
        }
    }
    if chain.links.iter().all(|link| link.frames.is_empty()) {
        return Vec::new();
    }
    chain.links.reverse();
    chain.links
}

#[derive(Default)]
struct Chain {
    /// In the order of the text.
    links: Vec<Link>,
    /// Frames of an exception whose own line comes behind them.
    waiting: Vec<Frame>,
    count: usize,
}

impl Chain {
    fn take_row(&mut self, row: Row<'_>) {
        self.count += 1;
        // Where the innermost comes last, the frames are numbered down to it.
        if row.is_numbered {
            self.waiting.push(row.frame);
            return;
        }
        if let Some(text) = row.heading {
            let (exception, message) = split_tail(text);
            self.links.push(Link { exception, message, frames: Vec::new() });
        }
        if self.links.is_empty() {
            self.links.push(Link::default());
        }
        let Some(link) = self.links.last_mut() else { return };
        link.frames.push(row.frame);
        link.frames.extend(self.waiting.drain(..).rev());
    }

    /// Of headings without frames the last counts, unless it names no type and the one before does.
    fn take_heading(&mut self, (exception, message): (String, String)) {
        if let Some(open) = self.links.last().filter(|link| link.frames.is_empty()) {
            if exception.is_empty() && !open.exception.is_empty() {
                return;
            }
            self.links.pop();
        }
        self.links.push(Link { exception, message, frames: Vec::new() });
    }
}

/// ``from app/beds.rb:12:in `sow': message (Type)``.
pub(super) fn find_row(line: &str) -> Option<Row<'_>> {
    let text = split_tags(line).1.trim_start();
    let (number, rest) = text.split_once(": from ").unwrap_or(("", text));
    let is_numbered = is_number(number);
    let text = if is_numbered { rest } else { text.strip_prefix("from ").unwrap_or(text) };
    let at = text.find(":in `").or_else(|| text.find(":in '"))?;
    let (file, position) = text[..at].rsplit_once(':').filter(|(file, line)| is_number(line) && !file.is_empty())?;
    let rest = &text[at + ":in `".len()..];
    let (function, tail) = rest.split_once('\'').unwrap_or((rest, ""));
    let frame = Frame {
        module: file.trim().to_owned(),
        function: function.to_owned(),
        line: position.to_owned(),
        is_application: false,
    };
    Some(Row { frame, heading: tail.strip_prefix(": "), is_numbered })
}

/// `message (Type)`.
fn split_tail(text: &str) -> (String, String) {
    let inside = text.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match inside.filter(|(_, name)| is_type_name(name)) {
        Some((message, name)) => (name.to_owned(), message.trim().to_owned()),
        None => (String::new(), text.trim().to_owned()),
    }
}

/// Rails: `Type (message):`; elsewhere `Type: message`.
pub(super) fn find_heading(line: &str) -> Option<(String, String)> {
    let text = split_tags(line).1.trim();
    if let Some((name, rest)) = text.split_once(" (").filter(|(name, _)| is_constant(name)) {
        let message = rest.strip_suffix("):").or_else(|| rest.strip_suffix(')')).unwrap_or(rest);
        return Some((name.to_owned(), message.to_owned()));
    }
    let found = heading::find(text).filter(|found| found.rank > 0 || heading::is_exception_type(&found.exception))?;
    Some((found.exception, found.message))
}

/// `ActionView::Template::Error`.
fn is_constant(name: &str) -> bool {
    is_type_name(name) && name.starts_with(|first: char| first.is_uppercase()) && !name.contains('.')
}
