//! Where in the code an entry says that it comes from.

use crate::json::{find_filled, inner_members};
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

/// Which part of a place a member names. Of several, the first row wins.
const MEMBERS: [(&str, Part); 17] = [
    ("module", Part::Module),
    ("logger", Part::Module),
    ("logger_name", Part::Module),
    ("loggerName", Part::Module),
    ("name", Part::Module),
    ("function", Part::Function),
    ("funcName", Part::Function),
    ("func_name", Part::Function),
    ("method", Part::Function),
    ("file", Part::File),
    ("filename", Part::File),
    ("pathname", Part::File),
    ("line", Part::Line),
    ("lineno", Part::Line),
    ("line_number", Part::Line),
    ("lineNumber", Part::Line),
    ("func", Part::Function),
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
    pub(crate) fn take_all(&mut self, raw: &'a str) {
        inner_members(raw, |name, raw| self.take(name, raw));
    }

    /// Takes one member, if it names a part that is still unknown.
    pub(crate) fn take(&mut self, name: &str, raw: &'a str) {
        let Some((_, part)) = MEMBERS.iter().find(|(known, _)| *known == name) else { return };
        let target = match part {
            Part::Module => &mut self.module,
            Part::Function => &mut self.function,
            Part::File => &mut self.file,
            Part::Line => &mut self.line,
        };
        if target.is_empty() {
            *target = find_filled(raw).unwrap_or_default();
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
