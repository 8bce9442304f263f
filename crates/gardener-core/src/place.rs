//! Where in the code an entry says that it comes from.

use crate::json::Value;
use crate::names::Names;
use crate::ranked::Ranked;
use crate::walk::{Fault, Walker};
use std::borrow::Cow;

/// A place in the code. Only module and function identify; file and line are facts to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Dotted module, package or logger.
    pub module: Cow<'a, str>,
    /// Function or method.
    pub function: Cow<'a, str>,
    /// Source file.
    pub file: Cow<'a, str>,
    /// Line number, as the entry spells it.
    pub line: Cow<'a, str>,
}

/// Members that name a part of a place, each with its rank among those that name the same one, 0 the best.
pub(crate) const MEMBERS: Names<(Part, usize), 19> = Names::new([
    ("Category", (Part::Module, 0)),
    ("SourceContext", (Part::Module, 1)),
    ("logger", (Part::Module, 2)),
    ("loggerName", (Part::Module, 3)),
    ("logger_name", (Part::Module, 4)),
    ("module", (Part::Module, 5)),
    ("name", (Part::Module, 6)),
    ("func", (Part::Function, 0)),
    ("funcName", (Part::Function, 1)),
    ("func_name", (Part::Function, 2)),
    ("function", (Part::Function, 3)),
    ("method", (Part::Function, 4)),
    ("file", (Part::File, 0)),
    ("filename", (Part::File, 1)),
    ("pathname", (Part::File, 2)),
    ("line", (Part::Line, 0)),
    ("lineNumber", (Part::Line, 1)),
    ("line_number", (Part::Line, 2)),
    ("lineno", (Part::Line, 3)),
]);

/// A part of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Module,
    Function,
    File,
    Line,
}

/// Modules whose own lines are never the place of a problem: logging libraries, by language.
const LIBRARIES: [&str; 24] = [
    // Python
    "logging",
    "structlog",
    "loguru",
    "absl.logging",
    "google.cloud.logging",
    "google.cloud.logging_v2",
    // JavaScript
    "winston",
    "pino",
    "bunyan",
    "log4js",
    "console",
    // Go
    "log",
    "log/slog",
    "go.uber.org/zap",
    "github.com/sirupsen/logrus",
    "github.com/rs/zerolog",
    // JVM
    "java.util.logging",
    "org.slf4j",
    "ch.qos.logback",
    "org.apache.logging",
    "org.apache.log4j",
    // .NET and PHP
    "Serilog",
    "NLog",
    "Monolog",
];

/// The first two bytes of each: they tell most modules at once.
const HEADS: [u16; LIBRARIES.len()] = {
    let (mut heads, mut row) = ([0; LIBRARIES.len()], 0);
    while row < heads.len() {
        let name = LIBRARIES[row].as_bytes();
        heads[row] = u16::from_ne_bytes([name[0], name[1]]);
        row += 1;
    }
    heads
};

impl<'a> Place<'a> {
    /// Reads an object whose members name parts of a place; nowhere if it is a logging library's own.
    pub(crate) fn read(walker: &mut Walker<'a>) -> Result<Self, Fault> {
        let mut parts = Parts::default();
        walker.members(|walker, name| match MEMBERS.find(name) {
            Some(part) => {
                parts.offer(part, walker.value()?);
                Ok(())
            }
            None => walker.skip(),
        })?;
        Ok(parts.into_place().outside_libraries())
    }

    /// Module, function, file and line.
    pub(crate) fn into_parts(self) -> [Cow<'a, str>; 4] {
        [self.module, self.function, self.file, self.line]
    }

    /// Takes the parts that are still unknown, in the order of [`Place::into_parts`].
    pub(crate) fn fill(&mut self, [module, function, file, line]: [Cow<'a, str>; 4]) {
        fill(&mut self.module, module);
        fill(&mut self.function, function);
        fill(&mut self.file, file);
        fill(&mut self.line, line);
    }

    /// The place, or nowhere if it is a logging library's own.
    pub(crate) fn outside_libraries(self) -> Self {
        if is_library(&self.module) {
            return Self::default();
        }
        self
    }
}

/// A place in the making: the best of what names each of its parts.
#[derive(Debug, Default)]
pub(crate) struct Parts<'a>([Ranked<'a>; 4]);

impl<'a> Parts<'a> {
    /// Offers what a member says.
    #[inline]
    pub(crate) fn offer(&mut self, (part, rank): (Part, usize), value: Value<'a>) {
        self.0[part as usize].offer(Some(rank), value);
    }

    /// Offers a whole place.
    pub(crate) fn offer_all(&mut self, rank: usize, texts: [Cow<'a, str>; 4]) {
        for (part, text) in self.0.iter_mut().zip(texts) {
            part.offer_text(rank, text);
        }
    }

    pub(crate) fn into_place(self) -> Place<'a> {
        let [module, function, file, line] = self.0.map(|part| part.take().unwrap_or_default());
        Place { module, function, file, line }
    }
}

/// Whether a module is a logging library's own.
#[inline]
pub(crate) fn is_library(module: &str) -> bool {
    let Some(head) = module.as_bytes().first_chunk() else { return false };
    HEADS.contains(&u16::from_ne_bytes(*head)) && LIBRARIES.iter().any(|library| is_within(module, library))
}

/// Sets what is still empty.
#[inline]
pub(crate) fn fill<'a>(target: &mut Cow<'a, str>, text: Cow<'a, str>) {
    if target.is_empty() {
        *target = text;
    }
}

fn is_within(module: &str, library: &str) -> bool {
    module.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
}
