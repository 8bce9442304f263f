//! Python: `Traceback (most recent call last):`, frames from the outside in, the exception's line last.
//!
//! Of a chain the first block is the cause; of a group it is the first of the exceptions in it.

use super::conventions::is_below;
use super::heading::is_type_name;
use super::place::is_number;
use super::{Frame, Language, Link, FRAMES};
use memchr::memmem;
use std::sync::LazyLock;

pub(super) const LANGUAGE: Language = Language { needles: &[HEADER], starts: &[], parse, is_library };

pub(super) const HEADER: &str = "Traceback (most recent call last)";

/// The word of every header; few other lines have it.
static TRACEBACK: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("Traceback"));

/// Where installed packages, the interpreter and its standard library lie.
const LIBRARY_PATHS: [&str; 12] = [
    "site-packages/",
    "dist-packages/",
    "/lib/python",
    "/lib64/python",
    "/python27_lib/",
    "/third_party/",
    "/.venv/lib/",
    "/layers/google.python",
    "\\lib\\site-packages\\",
    "\\Lib\\",
    "<frozen ",
    "<__array_function__",
];

fn is_library(frame: &Frame) -> bool {
    is_below(&frame.module, &LIBRARY_PATHS)
}

fn parse(lines: &[&str]) -> Vec<Link> {
    let mut blocks: Vec<Link> = Vec::new();
    let mut open: Option<Vec<Frame>> = None;
    let mut is_grouped = false;
    for line in lines {
        let is_header = TRACEBACK.find(line.as_bytes()).is_some();
        is_grouped |= is_header && line.contains("Exception Group Traceback");
        let text = if is_grouped { strip_margin(line) } else { line };
        if is_header && text.contains(HEADER) {
            open = Some(Vec::new());
        } else if is_grouped && text.starts_with("+-") {
            // An exception of a group that was never raised has no traceback of its own.
            open = text.ends_with(" ----------------").then(Vec::new);
        } else if let Some(frames) = open.as_mut() {
            if let Some(frame) = find_frame(text) {
                frames.push(frame);
                frames.truncate(FRAMES);
            } else if let Some(found) = find_exception(text) {
                let mut frames = open.take().unwrap_or_default();
                frames.reverse();
                blocks.push(Link { exception: found.0, message: found.1, frames });
            }
        }
    }
    if let (true, Some(mut frames)) = (blocks.is_empty(), open) {
        frames.reverse();
        blocks.push(Link { frames, ..Link::default() });
    }
    order(blocks)
}

/// The margin that a group draws around its exceptions: `  | `, `    +-+-----`.
fn strip_margin(line: &str) -> &str {
    let text = line.trim_start();
    match text.strip_prefix('|') {
        Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
        None if text.starts_with('+') => text,
        None => line,
    }
}

pub(super) fn find_frame(line: &str) -> Option<Frame> {
    let (file, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let (number, function) = rest.split_once(", in ").unwrap_or((rest, ""));
    is_number(number.trim()).then(|| Frame {
        module: file.to_owned(),
        function: function.trim().to_owned(),
        line: number.trim().to_owned(),
        is_application: false,
    })
}

/// `shop.errors.NoPot: bed 4` at the line's beginning: in this place any name is a type's.
fn find_exception(line: &str) -> Option<(String, String)> {
    let (name, message) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
    // A class that was made inside a function.
    let plain = name.replace("<locals>", "locals");
    is_type_name(&plain).then(|| (name.to_owned(), message.trim().to_owned()))
}

/// The chain from its cause outwards.
fn order(blocks: Vec<Link>) -> Vec<Link> {
    let is_group = |link: &Link| link.exception.ends_with("ExceptionGroup");
    let last = blocks.len().saturating_sub(1);
    let cause = blocks.iter().position(|link| !is_group(link)).unwrap_or(last);
    if cause == 0 {
        return blocks;
    }
    blocks.into_iter().take(cause + 1).rev().collect()
}
