//! JavaScript and TypeScript: Node and Chrome (`at f (file:1:2)`), Firefox and Safari (`f@file:1:2`).

use super::conventions::is_below;
use super::heading::{self, Heading};
use super::place::{is_number, split_position};
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language =
    Language { needles: &["@http", "@file:", "@webpack", "@/", "@["], starts: &["at "], parse, is_library };

/// The runtimes, installed packages, and what bundlers and browsers add.
const LIBRARY_PATHS: [&str; 20] = [
    "/node_modules/",
    "node:",
    "/internal/",
    "deno:",
    "ext:",
    "webpack/bootstrap",
    "webpack/runtime",
    "/vendor/",
    "/vendors~",
    "/vendors-",
    "/vendor.",
    "/vendor-",
    "/polyfills",
    "chrome-extension://",
    "moz-extension://",
    "safari-extension://",
    "<anonymous>",
    "[native code]",
    "cdn.jsdelivr.net/",
    "unpkg.com/",
];

/// Files of Node itself before it had a scheme for them, as in `at Module._compile (module.js:570:32)`.
const NODE_FILES: [&str; 8] =
    ["module.js", "events.js", "timers.js", "net.js", "_http_server.js", "bootstrap_node.js", "fs.js", "native"];

fn is_library(frame: &Frame) -> bool {
    is_below(&frame.module, &LIBRARY_PATHS) || NODE_FILES.contains(&frame.module.as_str()) || frame.module.is_empty()
}

/// The error, then the cause that is spelt inside it, and so on: the last is the innermost.
fn parse(lines: &[&str]) -> Vec<Link> {
    let mut chain: Vec<Link> = Vec::new();
    let mut heading: Option<Heading> = None;
    let mut is_announced = false;
    for line in lines {
        let text = line.trim_start();
        if let Some(frame) = find_frame(text) {
            if chain.is_empty() || is_announced {
                chain.push(make_link(heading.take()));
                is_announced = false;
            }
            if let Some(link) = chain.last_mut().filter(|link| link.frames.len() < FRAMES) {
                link.frames.push(frame);
            }
        } else if let Some(cause) = find_cause(text) {
            heading = heading::find(cause);
            is_announced = true;
        } else if text.starts_with("[errors]: [") {
            (heading, is_announced) = (None, true);
        } else if chain.is_empty() || (is_announced && heading.is_none()) {
            let found = heading::find(text);
            let is_better = |new: &Heading| heading.as_ref().is_none_or(|known| new.rank >= known.rank);
            heading = found.filter(is_better).or(heading);
        }
    }
    chain.reverse();
    chain
}

fn make_link(heading: Option<Heading>) -> Link {
    let (exception, message) = heading.map_or_else(Default::default, |found| (found.exception, found.message));
    Link { exception, message, frames: Vec::new() }
}

fn find_cause(text: &str) -> Option<&str> {
    ["[cause]: ", "cause: ", "caused by: ", "Caused by: "].iter().find_map(|lead| text.strip_prefix(lead))
}

pub(super) fn find_frame(text: &str) -> Option<Frame> {
    let (function, place) = match text.strip_prefix("at ") {
        Some(call) => split_call(call)?,
        None => split_at(text)?,
    };
    let (file, line) = split_position(place);
    let is_nowhere = matches!(file, "<anonymous>" | "native" | "[native code]");
    // One number is what Java has; ours have line and column.
    let has_column = place.len() > file.len() + line.len() + 1;
    (is_nowhere || (has_column && !file.is_empty())).then(|| Frame {
        module: file.to_owned(),
        function: function.trim_start_matches("async ").to_owned(),
        line: line.to_owned(),
        is_application: false,
    })
}

/// `f [as g] (file:1:2)`, `file:1:2`, `eval (eval at f (file:1:2), <anonymous>:1:1)`.
fn split_call(call: &str) -> Option<(&str, &str)> {
    // Behind the frame the properties of the error may begin.
    let call = call.strip_suffix(" {").unwrap_or(call);
    let Some(inner) = call.strip_suffix(')') else {
        return (!call.contains(' ') || call.contains("://")).then(|| ("", call.trim_start_matches("async ")));
    };
    let (function, place) = inner.split_once(" (")?;
    if place.starts_with("eval at ") {
        return place.rsplit_once(" (").and_then(|(_, rest)| rest.split_once(')')).map(|(place, _)| (function, place));
    }
    let (function, place) = inner.rsplit_once(" (")?;
    Some((function, place))
}

/// `f@https://garden.example/a.js:1:2`; the name may be empty, and may have marks of closures.
fn split_at(text: &str) -> Option<(&str, &str)> {
    let (name, place) = text.split_once('@')?;
    let is_place = place.contains("://") || place.starts_with('/') || place == "[native code]";
    let is_name = !name.contains(' ') || matches!(name, "global code" | "module code" | "eval code");
    let last = place.rsplit(':').next().unwrap_or_default();
    (is_place && is_name && (is_number(last) || place == "[native code]"))
        .then(|| (name.trim_start_matches("async*").trim_end_matches(['/', '<']), place))
}
