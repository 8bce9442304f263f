//! Where in the code an entry says that it comes from.

use crate::json::Value;
use crate::names::Names;
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

/// Members that name a part of a place.
pub(crate) const MEMBERS: Names<Part, 19> = Names::new([
    ("module", Part::Module),
    ("logger", Part::Module),
    ("logger_name", Part::Module),
    ("loggerName", Part::Module),
    ("name", Part::Module),
    ("Category", Part::Module),
    ("SourceContext", Part::Module),
    ("function", Part::Function),
    ("funcName", Part::Function),
    ("func_name", Part::Function),
    ("func", Part::Function),
    ("method", Part::Function),
    ("file", Part::File),
    ("filename", Part::File),
    ("pathname", Part::File),
    ("line", Part::Line),
    ("lineno", Part::Line),
    ("line_number", Part::Line),
    ("lineNumber", Part::Line),
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
        let mut place = Self::default();
        walker.members(|walker, name| match MEMBERS.find(name) {
            Some(part) => {
                place.take(part, walker.value()?);
                Ok(())
            }
            None => walker.skip(),
        })?;
        Ok(place.outside_libraries())
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

    /// Takes a part that is still unknown.
    pub(crate) fn take(&mut self, part: Part, value: Value<'a>) {
        let target = match part {
            Part::Module => &mut self.module,
            Part::Function => &mut self.function,
            Part::File => &mut self.file,
            Part::Line => &mut self.line,
        };
        if target.is_empty() {
            *target = value.filled().unwrap_or_default();
        }
    }

    /// The place, or nowhere if it is a logging library's own.
    pub(crate) fn outside_libraries(self) -> Self {
        if is_library(&self.module) {
            return Self::default();
        }
        self
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
