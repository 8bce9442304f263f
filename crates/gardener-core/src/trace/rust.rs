//! Rust: where a thread panicked, its message, and a numbered backtrace; errors with a list of causes.

use super::conventions::{is_below, is_in};
use super::place::{is_number, split_position};
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language =
    Language { needles: &["panicked at ", "tack backtrace:"], starts: &[], parse, is_library };

/// Where the toolchain and downloaded crates lie.
const LIBRARY_PATHS: [&str; 5] = ["/rustc/", "/.cargo/registry/", "/.cargo/git/", "/rustlib/", "/library/std/"];

/// The standard library, and what starts and runs a program.
const LIBRARY_CRATES: [&str; 19] = [
    "core::",
    "std::",
    "alloc::",
    "<core::",
    "<alloc::",
    "<std::",
    "tokio::",
    "<tokio::",
    "futures_",
    "hyper::",
    "axum::",
    "actix_",
    "tower::",
    "rayon",
    "anyhow::",
    "rust_begin_unwind",
    "__rust",
    "_start",
    "__libc_start",
];

fn is_library(frame: &Frame) -> bool {
    is_below(&frame.module, &LIBRARY_PATHS) || is_in(&frame.function, &LIBRARY_CRATES)
}

#[derive(Default)]
struct Panic {
    exception: String,
    message: String,
    place: Option<(String, String)>,
    frames: Vec<Frame>,
    /// The message is on the next line.
    is_open: bool,
    has_backtrace: bool,
    has_causes: bool,
}

fn parse(lines: &[&str]) -> Vec<Link> {
    let mut panic = Panic::default();
    for line in lines {
        panic.take(line.trim_start());
    }
    let Panic { exception, message, place, mut frames, .. } = panic;
    let is_placed = frames.iter().any(|frame| !is_library(frame));
    if let (Some((module, line)), false) = (place, is_placed) {
        frames.insert(0, Frame { module, line, ..Frame::default() });
    }
    if frames.is_empty() {
        return Vec::new();
    }
    vec![Link { exception, message, frames }]
}

impl Panic {
    fn take(&mut self, text: &str) {
        if text.starts_with("stack backtrace:") || text.starts_with("Stack backtrace:") {
            self.has_backtrace = true;
        } else if self.has_backtrace {
            self.take_frame(text);
        } else if let Some((_, rest)) = text.split_once("panicked at ").filter(|_| self.exception.is_empty()) {
            "panic".clone_into(&mut self.exception);
            self.take_panic(rest);
        } else if text.starts_with("note: ") {
            // What the runtime advises is no message.
        } else if std::mem::take(&mut self.is_open) {
            text.clone_into(&mut self.message);
        } else if let Some(message) = text.strip_prefix("Error: ").filter(|_| self.exception.is_empty()) {
            "Error".clone_into(&mut self.exception);
            message.clone_into(&mut self.message);
        } else if text == "Caused by:" {
            self.has_causes = true;
        } else if self.has_causes && !text.is_empty() && self.exception == "Error" {
            // The last of the causes is the innermost.
            let (number, rest) = text.split_once(": ").unwrap_or(("", text));
            if is_number(number) { rest } else { text }.clone_into(&mut self.message);
        }
    }

    /// `src/main.rs:5:9:` with the message below, or `'message', src/main.rs:5:9` of older compilers.
    fn take_panic(&mut self, rest: &str) {
        let place = if let Some((message, place)) = rest.strip_prefix('\'').and_then(|rest| rest.rsplit_once("', ")) {
            message.clone_into(&mut self.message);
            place
        } else {
            self.is_open = true;
            rest
        };
        let (file, line) = split_position(place.trim_end_matches(':'));
        self.place = is_number(line).then(|| (file.to_owned(), line.to_owned()));
    }

    /// `12: shop::sow`, and below it `at ./src/main.rs:5:9`.
    fn take_frame(&mut self, text: &str) {
        if let Some(place) = text.strip_prefix("at ") {
            let (file, line) = split_position(place);
            if let Some(frame) = self.frames.last_mut() {
                (frame.module, frame.line) = (file.trim_start_matches("./").to_owned(), line.to_owned());
            }
        } else if let Some((_, name)) = text.split_once(": ").filter(|(number, _)| is_number(number)) {
            // An address may stand before the name.
            let name = name.strip_prefix("0x").and_then(|rest| rest.split_once(" - ")).map_or(name, |(_, name)| name);
            if self.frames.len() < FRAMES {
                self.frames.push(Frame { function: name.trim().to_owned(), ..Frame::default() });
            }
        }
    }
}
