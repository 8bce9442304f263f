//! Go: the panic's line, then pairs of function and position; the first goroutine is the one that broke.

use super::conventions::is_below;
use super::place::{is_number, split_position};
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language = Language { needles: &[".go:"], starts: &["goroutine "], parse, is_library };

/// Where the toolchain and downloaded modules lie.
const LIBRARY_PATHS: [&str; 7] =
    ["/usr/local/go/src/", "/usr/lib/go", "/pkg/mod/", "/vendor/", "/go/src/runtime/", "/x64/src/", "_testmain.go"];

/// First parts of the standard library's packages.
const STANDARD: [&str; 45] = [
    "archive",
    "bufio",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unsafe",
];

/// Heads of a goroutine's end: what they are called, and what stands before the message.
const HEADS: [(&str, &str); 3] = [("panic", "panic: "), ("fatal error", "fatal error: "), ("panic", "panic serving ")];

fn is_library(frame: &Frame) -> bool {
    let package = frame.function.split(['/', '.']).next().unwrap_or_default();
    frame.function == "panic"
        || STANDARD.contains(&package)
        || is_below(&frame.module, &LIBRARY_PATHS)
        || frame.module.contains("@v")
}

fn parse(lines: &[&str]) -> Vec<Link> {
    let mut head: Option<(String, String)> = None;
    let mut frames: Vec<Frame> = Vec::new();
    let mut call: Option<&str> = None;
    for line in lines {
        let text = line.trim_start();
        if is_goroutine(text) {
            if !frames.is_empty() {
                break;
            }
        } else if let (Some(frame), true) = (call.and_then(|call| find_frame(call, text)), frames.len() < FRAMES) {
            frames.push(frame);
            call = None;
        } else {
            if frames.is_empty() && head.is_none() {
                head = find_head(text);
            }
            call = Some(text);
        }
    }
    if frames.is_empty() {
        return Vec::new();
    }
    let (exception, message) = head.unwrap_or_default();
    vec![Link { exception, message, frames }]
}

/// `goroutine 24 [chan receive, 5 minutes]:`.
pub(super) fn is_goroutine(text: &str) -> bool {
    text.starts_with("goroutine ") && text.ends_with("]:")
}

pub(super) fn find_head(text: &str) -> Option<(String, String)> {
    let (name, rest) =
        HEADS.iter().find_map(|(name, lead)| text.split_once(lead).map(|(_, rest)| (*name, (rest, lead))))?;
    let message = match rest {
        // The address of who asked stands before the message.
        (rest, &"panic serving ") => rest.split_once(": ").map_or("", |(_, message)| message),
        (rest, _) => rest,
    };
    let message = message.trim().trim_end_matches(" [recovered]").trim_end_matches(" [recovered, repanicked]");
    Some((name.to_owned(), message.to_owned()))
}

/// The position of a frame: `\t/app/main.go:12 +0x1d`.
pub(super) fn find_position(text: &str) -> Option<(&str, &str)> {
    let place = text.split(" +0x").next()?.split(" fp=0x").next()?.trim_end();
    let (file, line) = split_position(place);
    let is_source = [".go", ".s", "_cgo_gotypes.go"].iter().any(|suffix| file.ends_with(suffix));
    (is_source && is_number(line)).then_some((file, line))
}

fn find_frame(call: &str, position: &str) -> Option<Frame> {
    let (file, line) = find_position(position)?;
    let name = call.strip_prefix("created by ").unwrap_or(call);
    let name = name.split(" in goroutine ").next().unwrap_or(name);
    let function = match name.strip_suffix(')') {
        Some(_) => name.rfind('(').map_or(name, |at| &name[..at]),
        None => name,
    };
    let is_name = !function.is_empty() && !function.contains(' ');
    is_name.then(|| Frame {
        module: file.to_owned(),
        function: function.to_owned(),
        line: line.to_owned(),
        is_application: false,
    })
}
