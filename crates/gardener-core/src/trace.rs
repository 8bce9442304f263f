//! Stack traces to what identifies them: the innermost cause and the application's frames.
//!
//! This release reads Python, the JVM languages, JavaScript and Go; adding a language is one row
//! in [`LANGUAGES`]. Texts are read by line, whether their newlines are real or a literal `\n`.

use std::borrow::Cow;

/// One frame, outermost names as the language spells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// File or package path, without line.
    pub module: String,
    /// Function or method.
    pub function: String,
    /// Line number, empty where unknown.
    pub line: String,
    /// Whether the frame is the application's own and not a library's.
    pub is_application: bool,
}

/// The innermost cause of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Exception type, for example `ModuleNotFoundError`.
    pub exception: String,
    /// The exception's own message, first line only.
    pub message: String,
    /// Frames, innermost first.
    pub frames: Vec<Frame>,
}

/// How many frames identify a trace.
const KEY_FRAMES: usize = 5;

/// A language: what must occur in the text, and its parser.
struct Language {
    needle: &'static str,
    parse: fn(&[&str]) -> Option<Trace>,
}

const LANGUAGES: [Language; 4] = [
    Language { needle: "Traceback (most recent call last)", parse: parse_python },
    Language { needle: "goroutine ", parse: parse_go },
    Language { needle: ".java:", parse: parse_at },
    Language { needle: "  at ", parse: parse_at },
];

/// Sentences that a runtime puts between the parts of a chained trace.
const SEPARATORS: [&str; 2] = [
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
];

/// Parts of a path that mark a frame as a library's, by language conventions.
const LIBRARY_PATHS: [&str; 12] = [
    "site-packages/",
    "dist-packages/",
    "/lib/python",
    "<frozen ",
    "node_modules/",
    "node:",
    "internal/",
    "/usr/local/go/",
    "/pkg/mod/",
    "/go/src/runtime/",
    "webpack/bootstrap",
    "/vendor/",
];

/// Packages of platforms and their standard libraries.
const LIBRARY_PACKAGES: [&str; 13] = [
    "java.",
    "javax.",
    "jdk.",
    "sun.",
    "com.sun.",
    "jakarta.",
    "kotlin.",
    "kotlinx.",
    "scala.",
    "groovy.",
    "org.springframework.",
    "org.apache.",
    "io.netty.",
];

impl Trace {
    /// Finds the innermost cause in a text, or `None` if it holds no trace.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        // A trace has several lines, their ends real or spelt.
        memchr::memchr2(b'\n', b'\\', text.as_bytes())?;
        let mut languages = LANGUAGES.iter().filter(|language| text.contains(language.needle));
        let text = if memchr::memchr(b'\n', text.as_bytes()).is_some() {
            Cow::Borrowed(text)
        } else if text.contains("\\n") {
            Cow::Owned(text.replace("\\n", "\n").replace("\\t", "\t"))
        } else {
            return None;
        };
        let lines: Vec<&str> = text.lines().collect();
        languages.find_map(|language| (language.parse)(&lines))
    }

    /// The frames that identify: the application's, at most five, without lines or repetition;
    /// the innermost frames of all where the application has none.
    #[must_use]
    pub fn key_frames(&self) -> Vec<&Frame> {
        let own: Vec<&Frame> = self.frames.iter().filter(|frame| frame.is_application).collect();
        let chosen = if own.is_empty() { self.frames.iter().collect() } else { own };
        let mut kept: Vec<&Frame> = Vec::with_capacity(KEY_FRAMES);
        for frame in chosen {
            let is_known =
                kept.iter().any(|known| (&known.module, &known.function) == (&frame.module, &frame.function));
            if !is_known && kept.len() < KEY_FRAMES {
                kept.push(frame);
            }
        }
        kept
    }
}

/// Whether a text is only the joint between two parts of a chained trace.
#[must_use]
pub fn is_separator(text: &str) -> bool {
    SEPARATORS.contains(&text.trim())
}

fn is_application(path: &str) -> bool {
    !LIBRARY_PATHS.iter().any(|part| path.contains(part))
        && !LIBRARY_PACKAGES.iter().any(|package| path.starts_with(package))
}

/// Python: the first block of a chain is the cause, its last frame the innermost.
fn parse_python(lines: &[&str]) -> Option<Trace> {
    let start = lines.iter().position(|line| line.contains("Traceback (most recent call last)"))?;
    let mut frames = Vec::new();
    for line in &lines[start + 1..] {
        if let Some(frame) = python_frame(line) {
            frames.push(frame);
        } else if !line.starts_with([' ', '\t']) && !line.is_empty() {
            frames.reverse();
            let (exception, message) = split_exception(line)?;
            return Some(Trace { exception, message, frames });
        }
    }
    None
}

fn python_frame(line: &str) -> Option<Frame> {
    let (file, rest) =
        line.trim_start_matches([' ', '|', '+', '-']).strip_prefix("File \"")?.split_once("\", line ")?;
    let (number, function) = rest.split_once(", in ").unwrap_or((rest, ""));
    Some(Frame {
        module: file.to_owned(),
        function: function.trim().to_owned(),
        line: number.trim().to_owned(),
        is_application: is_application(file),
    })
}

/// JVM and JavaScript: `at` lines under a heading; of several headings the last `Caused by` is the cause.
fn parse_at(lines: &[&str]) -> Option<Trace> {
    let mut best: Option<Trace> = None;
    let mut heading = None;
    for line in lines {
        if let Some(frame) = at_frame(line) {
            if let Some((exception, message)) = heading.take() {
                best = Some(Trace { exception, message, frames: Vec::new() });
            }
            if let Some(trace) = best.as_mut() {
                trace.frames.push(frame);
            }
        } else {
            let is_cause = line.trim_start().starts_with("Caused by:");
            if is_cause || best.is_none() {
                heading = split_exception(line.trim_start().trim_start_matches("Caused by:")).or(heading);
            }
        }
    }
    best
}

fn at_frame(line: &str) -> Option<Frame> {
    let call = line.trim_start().strip_prefix("at ")?;
    let (function, place) = match call.rsplit_once(" (").or_else(|| call.rsplit_once('(')) {
        Some((function, place)) => (function, place.trim_end_matches(')')),
        None => ("", call),
    };
    let (file, number) = split_position(place);
    let (package, method) = function.rsplit_once('.').unwrap_or(("", function));
    let is_jvm =
        place.contains(".java") || place.contains(".kt") || place.contains(".scala") || place == "Native Method";
    let module = if is_jvm { package } else { file };
    let is_own = if is_jvm { is_application(&format!("{package}.")) } else { is_application(file) };
    Some(Frame {
        module: module.trim_start_matches("async ").to_owned(),
        function: if is_jvm { method } else { function }.to_owned(),
        line: number.to_owned(),
        is_application: is_own,
    })
}

/// `file:line:column` or `file:line`.
fn split_position(place: &str) -> (&str, &str) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match place.rsplit_once(':') {
        Some((rest, last)) if is_number(last) => match rest.rsplit_once(':') {
            Some((file, line)) if is_number(line) => (file, line),
            _ => (rest, last),
        },
        _ => (place, ""),
    }
}

/// Go: the panic's line, then pairs of function and position, of the first goroutine.
fn parse_go(lines: &[&str]) -> Option<Trace> {
    let start = lines.iter().position(|line| line.starts_with("goroutine ") && line.ends_with("]:"))?;
    let heading = lines[..start].iter().find_map(|line| line.split_once("panic"))?;
    let message = heading.1.split_once(": ").map_or("", |(_, message)| message);
    let mut frames = Vec::new();
    for pair in lines[start + 1..].windows(2).take_while(|pair| !pair[0].is_empty()) {
        if let Some(frame) = go_frame(pair[0], pair[1]) {
            frames.push(frame);
        }
    }
    Some(Trace { exception: "panic".to_owned(), message: message.to_owned(), frames })
}

fn go_frame(call: &str, position: &str) -> Option<Frame> {
    let place = position.strip_prefix('\t')?.split(" +0x").next()?;
    let (file, line) = split_position(place);
    let name = call.trim_start_matches("created by ");
    let function = name.rsplit_once('(').map_or(name, |(function, _)| function);
    let is_runtime = function == "panic" || function.starts_with("runtime.");
    Some(Frame {
        module: file.to_owned(),
        function: function.to_owned(),
        line: line.to_owned(),
        is_application: !is_runtime && is_application(file),
    })
}

/// Splits `lead: package.SomeError: message` at the exception's type.
fn split_exception(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let mut from = 0;
    for part in line.split(": ") {
        let name = part.rsplit(' ').next().unwrap_or(part).trim_end_matches(':');
        let end = from + part.len();
        if is_exception_type(name) {
            return Some((name.to_owned(), line.get(end + 2..).unwrap_or("").to_owned()));
        }
        from = end + 2;
    }
    let (name, message) = line.split_once(": ").unwrap_or((line, ""));
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$'));
    is_name.then(|| (name.to_owned(), message.to_owned()))
}

fn is_exception_type(name: &str) -> bool {
    const ENDINGS: [&str; 6] = ["Error", "Exception", "Throwable", "Warning", "Interrupt", "Exit"];
    ENDINGS.iter().any(|ending| name.ends_with(ending))
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$'))
}

#[cfg(test)]
mod tests {
    use super::Trace;

    #[test]
    fn the_innermost_cause_of_a_python_chain_is_its_first_block() {
        let text = "Traceback (most recent call last):\n  File \"/app/shop/cart.py\", line 8, in total\n    x = prices[sku]\nKeyError: 'rose'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/usr/lib/python3.11/site-packages/web/app.py\", line 1, in run\n    go()\nRuntimeError: boom";
        let trace = Trace::find(text).unwrap();
        assert_eq!((trace.exception.as_str(), trace.message.as_str()), ("KeyError", "'rose'"));
        assert_eq!(trace.key_frames()[0].module, "/app/shop/cart.py");
    }

    #[test]
    fn the_last_caused_by_of_a_java_chain_is_the_cause() {
        let text = "java.lang.RuntimeException: wrapped\n\tat com.shop.Web.go(Web.java:10)\nCaused by: java.lang.IllegalStateException: no pot\n\tat java.base/java.util.Optional.get(Optional.java:1)\n\tat com.shop.Pot.take(Pot.java:42)\n\t... 3 more";
        let trace = Trace::find(text).unwrap();
        assert_eq!((trace.exception.as_str(), trace.message.as_str()), ("java.lang.IllegalStateException", "no pot"));
        assert_eq!(trace.key_frames()[0].function, "take");
    }

    #[test]
    fn javascript_frames_and_literal_newlines_are_read() {
        let text = r"TypeError: x is undefined\n    at render (/app/src/cart.ts:10:5)\n    at next (/app/node_modules/express/index.js:1:1)";
        let trace = Trace::find(text).unwrap();
        assert_eq!((trace.exception.as_str(), trace.key_frames().len()), ("TypeError", 1));
        assert_eq!(trace.frames[0].line, "10");
    }

    #[test]
    fn prose_is_no_trace() {
        assert_eq!(Trace::find("This arbitrary text.\nIt sounds tympanic:  at noon.\n"), None);
    }
}
