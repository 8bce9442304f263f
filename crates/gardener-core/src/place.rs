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
const MEMBERS: Names<17> = Names::new([
    "module",
    "logger",
    "logger_name",
    "loggerName",
    "name",
    "function",
    "funcName",
    "func_name",
    "method",
    "file",
    "filename",
    "pathname",
    "line",
    "lineno",
    "line_number",
    "lineNumber",
    "func",
]);

/// Which part each of [`MEMBERS`] names.
const PARTS: [Part; 17] = [
    Part::Module,
    Part::Module,
    Part::Module,
    Part::Module,
    Part::Module,
    Part::Function,
    Part::Function,
    Part::Function,
    Part::Function,
    Part::File,
    Part::File,
    Part::File,
    Part::Line,
    Part::Line,
    Part::Line,
    Part::Line,
    Part::Function,
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
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

impl<'a> Place<'a> {
    /// Takes every member of an object that names a part of a place.
    pub(crate) fn take_all(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        walker.members(|walker, name| {
            self.take(name, walker.value()?);
            Ok(())
        })
    }

    /// Takes one member, if it names a part that is still unknown.
    #[inline]
    pub(crate) fn take(&mut self, name: &str, value: Value<'a>) {
        let Some(part) = MEMBERS.rank(name).map(|rank| PARTS[rank]) else { return };
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
    #[must_use]
    pub fn outside_libraries(self) -> Self {
        if LIBRARIES.iter().any(|library| is_within(&self.module, library)) {
            return Self::default();
        }
        self
    }
}

fn is_within(module: &str, library: &str) -> bool {
    module.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
}
