//! What a single line may be in a stack trace: the platform may make an entry of every line.

use super::heading;
use super::place::is_number;
use super::{dart, dotnet, go, javascript, jvm, php, python, ruby};
use memchr::memmem;
use std::sync::LazyLock;

/// The part that a line may play in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Begins a trace: a panic, an announcement of what comes.
    Start,
    /// Begins a block of Python's (or Ruby's) in which the exception comes last.
    Opening,
    /// Says where in the source an error was thrown, before the error is named: Node.
    Spot,
    /// Names an exception.
    Head,
    /// May name an exception, or whoever speaks.
    Name,
    /// May be what is said of a failure below its announcement.
    Said,
    /// Stands between the parts of a trace.
    Joint,
    /// A frame.
    Frame,
    /// May be anything; in a trace it is a part of it: an indented or a blank line, a call of Go's.
    Loose,
}

/// The longest line that is taken for a part of a trace; what is longer is a dump.
const LONGEST: usize = 4 << 10;

/// How lines begin that are of a trace whatever follows.
const BEGINNINGS: [(&str, Role); 37] = [
    (python::HEADER, Role::Opening),
    ("+ Exception Group Traceback", Role::Opening),
    ("panic: ", Role::Start),
    ("fatal error: ", Role::Start),
    ("Unhandled exception:", Role::Start),
    ("Caused by:", Role::Joint),
    ("Wrapped by: ", Role::Joint),
    ("Suppressed: ", Role::Joint),
    ("nested exception is:", Role::Joint),
    ("... ", Role::Joint),
    ("(Coroutine boundary)", Role::Joint),
    ("During handling of the above exception", Role::Joint),
    ("The above exception was the direct cause", Role::Joint),
    ("[Previous line repeated ", Role::Joint),
    ("[signal ", Role::Joint),
    ("[recovered]", Role::Joint),
    ("goroutine ", Role::Joint),
    ("created by ", Role::Joint),
    ("exit status ", Role::Joint),
    ("--- End of ", Role::Joint),
    ("---> ", Role::Joint),
    ("Stack trace:", Role::Joint),
    ("[stacktrace]", Role::Joint),
    ("stack backtrace:", Role::Joint),
    ("Stack backtrace:", Role::Joint),
    ("note: run with `RUST_BACKTRACE", Role::Joint),
    ("note: Some details are omitted", Role::Joint),
    ("| ", Role::Joint),
    ("+-", Role::Joint),
    ("thrown in ", Role::Joint),
    ("<asynchronous suspension>", Role::Joint),
    ("[cause]: ", Role::Joint),
    ("at async ", Role::Frame),
    ("at new ", Role::Frame),
    ("Node.js v", Role::Joint),
    ("Emitted 'error' event", Role::Joint),
    ("Next ", Role::Joint),
];

/// How lines begin in which the runtimes of Rust and Dart say what is wrong, on a line of its own below
/// the announcement. What a program says there in words of its own cannot be told from any other line.
const SAYINGS: [&str; 22] = [
    "index out of bounds: ",
    "called `Option::",
    "called `Result::",
    "attempt to ",
    "assertion `",
    "assertion failed: ",
    "explicit panic",
    "not yet implemented",
    "not implemented",
    "internal error: entered unreachable code",
    "already borrowed",
    "already mutably borrowed",
    "range start index ",
    "range end index ",
    "byte index ",
    "slice index ",
    "capacity overflow",
    "Bad state: ",
    "Invalid argument",
    "Concurrent modification ",
    "Null check operator ",
    "Unsupported operation: ",
];

/// Whether a byte is the first of a beginning or a saying.
const FIRSTS: [bool; 256] = {
    let mut firsts = [false; 256];
    let mut at = 0;
    while at < BEGINNINGS.len() {
        firsts[BEGINNINGS[at].0.as_bytes()[0] as usize] = true;
        at += 1;
    }
    at = 0;
    while at < SAYINGS.len() {
        firsts[SAYINGS[at].as_bytes()[0] as usize] = true;
        at += 1;
    }
    firsts
};

/// A tag that long is an id: of a request, a job, a thread.
const TAG: std::ops::RangeInclusive<usize> = 8..=64;

/// Splits off the ids in brackets that a logger puts before every line of one request: `[0f3c-...] `.
///
/// They tell whose line it is, where several requests write at once.
pub(crate) fn split_tags(line: &str) -> (&str, &str) {
    let mut rest = line;
    while let Some((tag, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        let is_id = TAG.contains(&tag.len())
            && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && tag.bytes().any(|byte| byte.is_ascii_digit());
        if !is_id {
            break;
        }
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    line.split_at(line.len() - rest.len())
}

/// Finds the part that a line may play in a trace; `None` if none.
pub(crate) fn find_role(line: &str) -> Option<Role> {
    if line.len() > LONGEST {
        return None;
    }
    let text = line.trim();
    let Some(first) = text.bytes().next() else { return Some(Role::Loose) };
    let begins = FIRSTS[usize::from(first)];
    let starts = |start: &str| begins && start.as_bytes()[0] == first && text.starts_with(start);
    let known = BEGINNINGS.iter().find(|(start, _)| starts(start));
    if let Some((_, role)) = known {
        return settle(*role, text);
    }
    if is_frame(text, first) {
        return Some(Role::Frame);
    }
    if SAYINGS.iter().any(|start| starts(start)) {
        return Some(Role::Said);
    }
    let role = find_naming_role(text);
    role.or_else(|| is_loose(line, text).then_some(Role::Loose))
}

/// Leaves out what only begins as a line of a trace does.
fn settle(role: Role, text: &str) -> Option<Role> {
    match text.as_bytes()[0] {
        b'g' if !go::is_goroutine(text) => None,
        b'.' if !(text.ends_with(" more") || text.ends_with(" omitted") || text.contains("common frames")) => None,
        b'e' if !text["exit status ".len()..].bytes().all(|byte| byte.is_ascii_digit()) => None,
        b'N' if text.strip_prefix("Next ").is_some_and(|rest| heading::find(rest).is_none()) => None,
        _ => Some(role),
    }
}

fn is_frame(text: &str, first: u8) -> bool {
    match first {
        b'a' if text.starts_with("at ") => {
            jvm::find_frame(text).is_some()
                || javascript::find_frame(text).is_some()
                || dotnet::find_frame(text).is_some()
        }
        b'F' if text.starts_with("File \"") => python::find_frame(text).is_some(),
        b'#' => php::is_row(text) || dart::find_row(text).is_some(),
        b'0'..=b'9' if is_rust_row(text) => true,
        _ => {
            // A search for one byte tells most lines, and is cheaper than one for a word.
            let bytes = text.as_bytes();
            let has_colon = |is: fn(&[u8], &[u8]) -> bool| {
                memchr::memchr_iter(b':', bytes).any(|at| is(&bytes[..at], &bytes[at + 1..]))
            };
            (has_colon(|_, after| after.starts_with(b"in ")) && ruby::find_row(text).is_some())
                || (has_colon(|before, _| before.ends_with(b".go") || before.ends_with(b".s"))
                    && go::find_position(text).is_some())
                || (memchr::memchr(b'@', bytes).is_some() && javascript::find_frame(text).is_some())
        }
    }
}

/// `12: shop::sow`, `4: 0x55d0 - main`.
fn is_rust_row(text: &str) -> bool {
    let row = text.split_once(": ").filter(|(number, _)| is_number(number));
    row.is_some_and(|(_, name)| {
        let is_name = name.contains("::") || name.starts_with("0x") || name.starts_with('_');
        is_name || matches!(name, "main" | "rust_begin_unwind" | "start_thread" | "clone")
    })
}

/// What every announcement of a panic says, in Rust and in Go.
static PANIC: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("panic"));

fn find_naming_role(text: &str) -> Option<Role> {
    let has_panic = PANIC.find(text.as_bytes()).is_some();
    if has_panic && (text.contains(" panicked at ") || text.contains("http: panic serving ")) {
        return Some(Role::Start);
    }
    if is_spot(text) {
        return Some(Role::Spot);
    }
    find_heading(text)
}

/// `/app/server.js:7`.
fn is_spot(text: &str) -> bool {
    let place = text.rsplit_once(':').filter(|(_, line)| is_number(line));
    place.is_some_and(|(path, _)| {
        !path.contains(' ') && ["js", "ts", "mjs", "cjs", "jsx", "tsx"].iter().any(|end| path.ends_with(end))
    })
}

/// A line that names an exception on its own: by the ending of a type's name; perhaps also by a
/// qualified name or one of several words.
fn find_heading(text: &str) -> Option<Role> {
    let may_be_php = memchr::memchr3(b'\'', b'U', b'[', text.as_bytes()).is_some();
    if may_be_php && (text.contains("exception '") || text.contains("Uncaught ") || text.contains("[object] (")) {
        return php::find_thrown(text).map(|_| Role::Head);
    }
    if text.ends_with("):") && ruby::find_heading(text).is_some() {
        return Some(Role::Head);
    }
    if let Some(name) = text.strip_prefix("Instance of '") {
        return name.ends_with('\'').then_some(Role::Head);
    }
    let name = heading::find(text)?.exception;
    if heading::is_exception_type(name.split(' ').next().unwrap_or(&name)) {
        return Some(Role::Head);
    }
    let last = name.rsplit(['.', ':']).next().unwrap_or(&name);
    let words = last.chars().filter(|letter| letter.is_uppercase()).count();
    (last.len() < name.len() || words > 1).then_some(Role::Name)
}

fn is_loose(line: &str, text: &str) -> bool {
    let is_call = || text.ends_with(')') && text.rfind('(').is_some_and(|at| is_call_of(&text[..at]));
    line.starts_with([' ', '\t']) || text == "}" || is_call()
}

/// `main.main`, `net/http.(*conn).serve`: a function of Go's.
fn is_call_of(name: &str) -> bool {
    name == "panic" || (name.contains('.') && !name.contains([' ', ':', '=']))
}

#[cfg(test)]
mod tests {
    use super::{find_role, split_tags, Role};

    #[test]
    fn ids_in_brackets_are_tags_and_words_are_none() {
        let tagged = "[0f3c2a1b-63ed] [job-0099aa] app/a.rb:1:in `b'";
        assert_eq!(split_tags(tagged), ("[0f3c2a1b-63ed] [job-0099aa] ", "app/a.rb:1:in `b'"));
        assert_eq!(split_tags("[0f3c2a1b-63ed]"), ("[0f3c2a1b-63ed]", ""));
        for line in ["[ERROR] x", "[12] x", "[app.main] x", "x [0f3c2a1b-63ed] y", "[]", "[0f3c2a1b"] {
            assert_eq!(split_tags(line), ("", line));
        }
    }

    #[test]
    fn a_line_of_a_trace_is_told_by_itself() {
        for (line, role) in [
            ("Traceback (most recent call last):", Role::Opening),
            ("  File \"/app/bed.py\", line 8, in sow", Role::Frame),
            ("    seeds.pop()", Role::Loose),
            ("IndexError: pop from empty list", Role::Head),
            ("shop.errors.NoSeeds: bed 4", Role::Name),
            ("NoSeeds: bed 4", Role::Name),
            ("\tat com.shop.Pot.take(Pot.java:42)", Role::Frame),
            ("\t... 23 more", Role::Joint),
            ("    at async checkout (file:///app/src/checkout.mjs:4:9)", Role::Frame),
            ("/app/server.js:7", Role::Spot),
            ("   at Garden.Beds.Sow(Int32 bed) in /app/Beds.cs:line 12", Role::Frame),
            ("goroutine 1 [chan receive]:", Role::Joint),
            ("main.main()", Role::Loose),
            ("\t/app/main.go:3 +0x1", Role::Frame),
            ("app/beds.rb:12:in `sow'", Role::Frame),
            ("NoMethodError (undefined method `sow' for nil):", Role::Head),
            ("#0 /app/a.php(9): sow()", Role::Frame),
            ("#2 {main}", Role::Frame),
            ("#0      main (file:///app/main.dart:15:3)", Role::Frame),
            ("thread 'main' panicked at src/main.rs:5:9:", Role::Start),
            ("  12: shop::sow", Role::Frame),
            ("index out of bounds: the len is 3 but the index is 9", Role::Said),
            ("", Role::Loose),
        ] {
            assert_eq!(find_role(line), Some(role), "{line}");
        }
    }

    #[test]
    fn a_line_of_prose_is_none() {
        for line in [
            "Payment of order 4711 failed after 8000 ms",
            "Connected: 10.0.0.1",
            "INFO: started",
            "at noon (or 12:30)",
            "goroutine pool started",
            "... and so on",
            "GET /orders/4 200 (12 ms)",
            "File \"/app/a.csv\" is empty",
            "12: rows read",
        ] {
            assert_eq!(find_role(line), None, "{line}");
        }
    }
}
