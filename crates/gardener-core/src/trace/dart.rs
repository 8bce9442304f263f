//! Dart: `#0      main.<anonymous closure> (file:///app/main.dart:15:20)` under the exception's text.

use super::conventions::is_in;
use super::heading;
use super::place::{is_number, split_position};
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language = Language { needles: &[], starts: &["#0 "], parse, is_library };

/// The platform, and packages of its makers.
const LIBRARY_PACKAGES: [&str; 9] = [
    "dart:",
    "package:flutter/",
    "package:async/",
    "package:collection/",
    "package:http/",
    "package:shelf",
    "package:stack_trace/",
    "package:test",
    "package:functions_framework/",
];

const HEAD: &str = "Unhandled exception:";

fn is_library(frame: &Frame) -> bool {
    is_in(&frame.module, &LIBRARY_PACKAGES)
}

fn parse(lines: &[&str]) -> Vec<Link> {
    let mut link = Link::default();
    let mut is_announced = false;
    for line in lines {
        let text = line.trim();
        if let Some(frame) = find_row(text) {
            if link.frames.len() < FRAMES {
                link.frames.push(frame);
            }
        } else if text.ends_with(HEAD) {
            is_announced = true;
        } else if link.frames.is_empty() && !text.is_empty() && (is_announced || link.exception.is_empty()) {
            if let Some((exception, message)) = find_heading(text, is_announced) {
                (link.exception, link.message) = (exception, message);
                is_announced = false;
            }
        }
    }
    if link.frames.is_empty() {
        return Vec::new();
    }
    vec![link]
}

/// `Exception: message`, `Instance of 'MyError'`; behind the announcement whatever there is.
fn find_heading(text: &str, is_announced: bool) -> Option<(String, String)> {
    let rest = text.strip_prefix("Unhandled exception: ").unwrap_or(text);
    if let Some(name) = rest.strip_prefix("Instance of '").and_then(|rest| rest.strip_suffix('\'')) {
        return Some((name.to_owned(), String::new()));
    }
    match heading::find(rest) {
        Some(found) => Some((found.exception, found.message)),
        None if is_announced => Some((super::NAMELESS.to_owned(), rest.to_owned())),
        None => None,
    }
}

pub(super) fn find_row(text: &str) -> Option<Frame> {
    let (number, rest) = text.strip_prefix('#')?.split_once(' ')?;
    let (function, place) = rest.trim_start().strip_suffix(')')?.rsplit_once(" (")?;
    let (file, line) = split_position(place);
    let is_source = ["dart:", "package:", "file:", "org-dartlang"].iter().any(|scheme| file.starts_with(scheme));
    (is_number(number) && is_source).then(|| Frame {
        module: file.to_owned(),
        function: function.to_owned(),
        line: line.to_owned(),
        is_application: false,
    })
}
