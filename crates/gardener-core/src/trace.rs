//! Stack traces to what identifies them: the innermost cause and the application's frames.
//!
//! Every language is one file with one row in [`LANGUAGES`]. Texts are read by line, whether their
//! newlines are real or a literal `\n`.

pub mod conventions;
mod dart;
mod dotnet;
mod go;
mod heading;
mod javascript;
mod jvm;
pub(crate) mod line;
mod php;
mod place;
mod python;
mod ruby;
mod rust;

use crate::payload::Named;
use conventions::Conventions;
use memchr::memmem;
use std::borrow::Cow;
use std::sync::LazyLock;

/// One frame, outermost names as the language spells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Exception type, for example `ModuleNotFoundError`; empty where the trace has lost its heading.
    pub exception: String,
    /// The exception's own message, first line only.
    pub message: String,
    /// Frames, innermost first. Where the cause has none of the application's own, those of what
    /// wraps it follow.
    pub frames: Vec<Frame>,
    /// Types of the exceptions that wrap the cause, from it outwards.
    pub wrappers: Vec<String>,
}

/// One exception of a chain, as a language's parser finds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Link {
    exception: String,
    message: String,
    /// Innermost first.
    frames: Vec<Frame>,
}

/// What a language's file offers.
struct Language {
    /// Texts one of which stands in every trace of the language, unless a line begins with one of `starts`.
    needles: &'static [&'static str],
    /// Words one of which begins a line in every trace of the language that has none of the `needles`.
    starts: &'static [&'static str],
    /// Reads the lines of a trace as a chain, the innermost cause first; none if it is no such trace.
    parse: fn(&[&str]) -> Vec<Link>,
    /// Whether a frame is the platform's or a library's, by the conventions of the language.
    is_library: fn(&Frame) -> bool,
}

/// What all languages' texts are searched for, prepared once: it takes longer than most texts take to search.
struct Searches {
    /// By language.
    needles: [Vec<memmem::Finder<'static>>; LANGUAGES.len()],
    /// Bytes with which one of the `starts` begins.
    first: [bool; 256],
}

static SEARCHES: LazyLock<Searches> = LazyLock::new(|| {
    let mut first = [false; 256];
    for start in LANGUAGES.iter().flat_map(|language| language.starts) {
        first[usize::from(start.as_bytes()[0])] = true;
    }
    let find = |language: &Language| language.needles.iter().map(memmem::Finder::new).collect();
    Searches { needles: LANGUAGES.each_ref().map(find), first }
});

/// The languages that may have written a text.
fn find_candidates(text: &str) -> impl Iterator<Item = &'static Language> + '_ {
    let begun = find_begun(text.as_bytes());
    let candidates = LANGUAGES.iter().zip(&SEARCHES.needles).zip(begun);
    candidates.filter_map(|((language, needles), is_begun)| {
        let holds = || needles.iter().any(|needle| needle.find(text.as_bytes()).is_some());
        (is_begun || holds()).then_some(language)
    })
}

/// By language: whether one of its `starts` begins a line, white space aside.
fn find_begun(text: &[u8]) -> [bool; LANGUAGES.len()] {
    let mut begun = [false; LANGUAGES.len()];
    for from in memchr::memchr_iter(b'\n', text).map(|end| end + 1).chain([0]) {
        let blanks = text[from..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let line = &text[from + blanks..];
        if line.first().is_some_and(|first| SEARCHES.first[usize::from(*first)]) {
            for (begun, language) in begun.iter_mut().zip(&LANGUAGES) {
                *begun |= language.starts.iter().any(|start| line.starts_with(start.as_bytes()));
            }
        }
    }
    begun
}

/// In the order in which they are preferred where two find as many frames.
static LANGUAGES: [Language; 9] = [
    python::LANGUAGE,
    jvm::LANGUAGE,
    rust::LANGUAGE,
    javascript::LANGUAGE,
    dotnet::LANGUAGE,
    go::LANGUAGE,
    ruby::LANGUAGE,
    php::LANGUAGE,
    dart::LANGUAGE,
];

/// How many frames identify a trace.
const KEY_FRAMES: usize = 5;

/// How many frames are read: runaway recursion repeats itself.
const FRAMES: usize = 1_000;

/// What stands for the type of an exception that no line names.
const NAMELESS: &str = "(no exception named)";

/// Sentences that a runtime puts between the parts of a chained trace.
const SEPARATORS: [&str; 2] = [
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
];

impl Trace {
    /// Finds the innermost cause in a text, or `None` if it holds no trace.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        Self::find_by(text, &Conventions::default())
    }

    /// Like [`Trace::find`], with conventions of the user's own.
    #[must_use]
    pub fn find_by(text: &str, conventions: &Conventions) -> Option<Self> {
        let mut trace = Self::read(text, conventions)?;
        if trace.exception.is_empty() {
            NAMELESS.clone_into(&mut trace.exception);
        }
        Some(trace)
    }

    /// Finds the trace that stands beside a message: what the stack does not name, a member beside it or the
    /// message may.
    #[must_use]
    pub fn find_beside(stack: &str, named: &Named<'_>, message: &str, conventions: &Conventions) -> Option<Self> {
        let mut trace = Self::read(stack, conventions)?;
        if !trace.exception.is_empty() {
            return Some(trace);
        }
        let said = if named.message.is_empty() { message } else { &named.message };
        let head = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        (trace.exception, trace.message) = match heading::find(head) {
            _ if !named.exception.is_empty() => (named.exception.clone().into_owned(), head.to_owned()),
            Some(found) => (found.exception, found.message),
            None => (NAMELESS.to_owned(), head.to_owned()),
        };
        Some(trace)
    }

    fn read(text: &str, conventions: &Conventions) -> Option<Self> {
        // A trace has several lines, their ends real or spelt.
        memchr::memchr2(b'\n', b'\\', text.as_bytes())?;
        let is_broken = memchr::memchr(b'\n', text.trim_end().as_bytes()).is_some();
        let found = if is_broken { Self::read_lines(text, conventions) } else { None };
        found.or_else(|| Self::read_lines(&spell_newlines(text)?, conventions))
    }

    /// Asks every language that may have written the text; the one that reads most of it is right.
    fn read_lines(text: &str, conventions: &Conventions) -> Option<Self> {
        let mut candidates = find_candidates(text).peekable();
        candidates.peek()?;
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let mut best: Option<(usize, Self)> = None;
        for language in candidates {
            let chain = (language.parse)(&lines);
            let weight = chain.iter().map(|link| link.frames.len()).sum();
            if !chain.is_empty() && best.as_ref().is_none_or(|(most, _)| weight > *most) {
                best = Some((weight, Self::of_chain(chain, language, conventions)));
            }
        }
        best.map(|(_, trace)| trace)
    }

    /// The cause of a chain, with as many of the frames around it as it takes to reach the application.
    fn of_chain(chain: Vec<Link>, language: &Language, conventions: &Conventions) -> Self {
        let mut trace = Self::default();
        let mut is_placed = false;
        for (number, mut link) in chain.into_iter().enumerate() {
            if number == 0 {
                (trace.exception, trace.message) = (link.exception, link.message);
            } else {
                trace.wrappers.push(link.exception);
            }
            if !is_placed {
                for frame in &mut link.frames {
                    let is_own = !(language.is_library)(frame);
                    frame.is_application = conventions.judge(frame).unwrap_or(is_own);
                    is_placed |= frame.is_application;
                }
                trace.frames.append(&mut link.frames);
            }
        }
        trace
    }

    /// The frames that identify: the application's, at most five, without lines or repetition;
    /// the innermost frames of all where the application has none.
    #[must_use]
    pub fn key_frames(&self) -> Vec<&Frame> {
        let has_own = self.frames.iter().any(|frame| frame.is_application);
        let chosen = self.frames.iter().filter(|frame| frame.is_application || !has_own);
        let mut known: Vec<String> = Vec::with_capacity(KEY_FRAMES);
        let mut is_new = |name: String| {
            let is_new = !known.contains(&name);
            known.extend(is_new.then_some(name));
            is_new
        };
        chosen.filter(|frame| is_new(frame.name())).take(KEY_FRAMES).collect()
    }
}

impl Frame {
    /// The frame as a trace's key spells it: `function in module`, without what a compiler counts up.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} in {}", place::settle_function(&self.function), place::settle_module(&self.module))
    }
}

/// Whether a text is only the joint between two parts of a chained trace.
#[must_use]
pub fn is_separator(text: &str) -> bool {
    SEPARATORS.contains(&text.trim())
}

/// A text whose newlines are spelt `\n`, with real ones; `None` if it spells none.
fn spell_newlines(text: &str) -> Option<Cow<'_, str>> {
    memmem::find(text.as_bytes(), b"\\n")?;
    Some(Cow::Owned(text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"")))
}
