//! PHP: `#0 file(9): function()` under a heading that says where it was thrown; the cause comes first.

use super::conventions::is_below;
use super::heading::{self, is_type_name};
use super::place::is_number;
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language = Language { needles: &[], starts: &["#0 "], parse, is_library };

const LIBRARY_PATHS: [&str; 4] = ["/vendor/", "/usr/share/php/", "[internal function]", "phar://"];

fn is_library(frame: &Frame) -> bool {
    is_below(&frame.module, &LIBRARY_PATHS)
}

/// What a heading says: the exception, and where it was thrown.
type Thrown = (String, String, Option<(String, String)>);

fn parse(lines: &[&str]) -> Vec<Link> {
    let mut chain: Vec<Link> = Vec::new();
    let mut place: Option<(String, String)> = None;
    let mut count = 0;
    for line in lines {
        let text = line.trim_start();
        if let Some(row) = find_row(text).filter(|_| count < FRAMES) {
            count += 1;
            if chain.is_empty() {
                chain.push(Link::default());
            }
            if let Some(link) = chain.last_mut() {
                link.frames.extend(make_frame(place.take(), row.function));
                place = row.place;
            }
        } else if let Some((exception, message, thrown)) = find_thrown(text) {
            let has_frames = chain.last().is_none_or(|link| !link.frames.is_empty());
            if !has_frames {
                chain.pop();
            }
            chain.push(Link { exception, message, frames: Vec::new() });
            place = thrown;
        }
    }
    if count == 0 {
        return Vec::new();
    }
    chain
}

/// A row names the function that was called, and where it was called from: the position in a function
/// is what the row before it, or the heading, says.
struct Row<'a> {
    function: &'a str,
    place: Option<(String, String)>,
}

fn find_row(text: &str) -> Option<Row<'_>> {
    let (number, rest) = text.strip_prefix('#')?.split_once(' ')?;
    if !is_number(number) {
        return None;
    }
    if rest == "{main}" {
        return Some(Row { function: rest, place: None });
    }
    let (place, call) = rest.split_once(": ")?;
    let position = place.strip_suffix(')').and_then(|place| place.rsplit_once('('));
    let place = match position.filter(|(_, line)| is_number(line)) {
        Some((file, line)) => (file.to_owned(), line.to_owned()),
        None if place == "[internal function]" => (place.to_owned(), String::new()),
        None => return None,
    };
    let function = call.split_once('(').map_or(call, |(function, _)| function);
    Some(Row { function, place: Some(place) })
}

/// Whether a line is a row of a trace.
pub(super) fn is_row(text: &str) -> bool {
    find_row(text).is_some()
}

fn make_frame(place: Option<(String, String)>, function: &str) -> Option<Frame> {
    let (module, line) = place?;
    Some(Frame { module, function: function.to_owned(), line, is_application: false })
}

/// `exception 'Type' with message 'text' in file:5`, `PHP Fatal error:  Uncaught Type: text in file:5`,
/// `Next Type: text in file:5`, `[object] (Type(code: 0): text at file:5)`.
pub(super) fn find_thrown(text: &str) -> Option<Thrown> {
    if let Some((_, rest)) = text.split_once("[object] (") {
        let (name, rest) = rest.split_once('(').filter(|(name, _)| is_name(name))?;
        let (_, rest) = rest.split_once("): ")?;
        let (message, place) = split_place(rest.trim_end_matches(')'), " at ");
        return Some((name.to_owned(), message.to_owned(), place));
    }
    if let Some((_, rest)) = text.split_once("exception '") {
        let (name, rest) = rest.split_once('\'').filter(|(name, _)| is_name(name))?;
        let (message, place) = split_place(rest.trim_start_matches(" with message "), " in ");
        return Some((name.to_owned(), message.trim_matches('\'').to_owned(), place));
    }
    let rest = text.split_once("Uncaught ").map_or(text, |(_, rest)| rest);
    let rest = rest.strip_prefix("Next ").unwrap_or(rest);
    let (head, place) = split_place(rest, " in ");
    if let Some((name, message)) = head.split_once(": ").filter(|(name, _)| is_name(name) && name.contains('\\')) {
        return Some((name.to_owned(), message.to_owned(), place));
    }
    heading::find(head).map(|found| (found.exception, found.message, place))
}

/// A class with its namespaces: `App\Errors\NoPot`.
fn is_name(name: &str) -> bool {
    is_type_name(&name.replace('\\', "."))
}

/// `message in file:5`, also `in file on line 5`.
fn split_place<'a>(text: &'a str, lead: &str) -> (&'a str, Option<(String, String)>) {
    let Some((message, place)) = text.rsplit_once(lead) else { return (text, None) };
    let place = place.split_once(" on line ").or_else(|| place.rsplit_once(':'));
    match place.filter(|(_, line)| is_number(line)) {
        Some((file, line)) => (message, Some((file.to_owned(), line.to_owned()))),
        None => (text, None),
    }
}
