//! Google's severity scale, and the severity that a text states of itself.

use crate::mask::MARK;
use serde::{Deserialize, Serialize};

/// The severity of an entry, least urgent first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Severity {
    /// No severity was given.
    #[default]
    Default,
    /// Debug or trace information.
    Debug,
    /// Routine information.
    Info,
    /// Normal but significant.
    Notice,
    /// Might cause problems.
    Warning,
    /// Likely to cause problems.
    Error,
    /// Causes severe problems or outages.
    Critical,
    /// A person must act at once.
    Alert,
    /// Systems are unusable.
    Emergency,
}

/// The scale in order: name on the wire, number on the wire, value.
const SCALE: [(&str, &str, Severity); 9] = [
    ("DEFAULT", "0", Severity::Default),
    ("DEBUG", "100", Severity::Debug),
    ("INFO", "200", Severity::Info),
    ("NOTICE", "300", Severity::Notice),
    ("WARNING", "400", Severity::Warning),
    ("ERROR", "500", Severity::Error),
    ("CRITICAL", "600", Severity::Critical),
    ("ALERT", "700", Severity::Alert),
    ("EMERGENCY", "800", Severity::Emergency),
];

/// What logging libraries call the same things.
const ALIASES: [(&str, Severity); 9] = [
    ("TRACE", Severity::Debug),
    ("FINE", Severity::Debug),
    ("INFORMATION", Severity::Info),
    ("WARN", Severity::Warning),
    ("ERR", Severity::Error),
    ("SEVERE", Severity::Error),
    ("FATAL", Severity::Critical),
    ("PANIC", Severity::Critical),
    ("EMERG", Severity::Emergency),
];

/// Keys under which `key=value` lines state their severity.
const STATED_KEYS: [&str; 5] = ["level", "severity", "lvl", "loglevel", "log_level"];

/// How many bytes of a text may hold its stated severity: past a preamble of time, process and
/// thread, a level is a word like any other.
const STATED_WITHIN: usize = 160;

impl Severity {
    /// Whether entries of it may tell of a failure: those that say of themselves that all is well may not.
    #[must_use]
    pub fn may_fail(self) -> bool {
        self == Self::Default || self >= Self::Warning
    }

    /// Every severity, least urgent first.
    pub const ALL: [Self; 9] = [
        Self::Default,
        Self::Debug,
        Self::Info,
        Self::Notice,
        Self::Warning,
        Self::Error,
        Self::Critical,
        Self::Alert,
        Self::Emergency,
    ];

    /// The name on Google's scale, upper case.
    #[must_use]
    pub fn name(self) -> &'static str {
        SCALE[self as usize].0
    }

    /// The severity of exactly this name.
    #[must_use]
    pub fn find_named(name: &str) -> Option<Self> {
        SCALE.iter().find(|row| row.0 == name).map(|row| row.2)
    }

    /// Reads a severity as entries spell it: a name, an alias or a number; all else is `Default`.
    #[must_use]
    pub fn from_wire(text: &str) -> Self {
        SCALE.iter().find(|row| row.1 == text).map_or_else(|| Self::find(text).unwrap_or_default(), |row| row.2)
    }

    /// What a logger calls a severity, by name or by the numbers of Node's loggers.
    pub(crate) fn of_level(level: &str) -> Option<Self> {
        match level {
            "10" | "20" => Some(Self::Debug),
            "30" => Some(Self::Info),
            "40" => Some(Self::Warning),
            "50" => Some(Self::Error),
            "60" => Some(Self::Critical),
            _ => Self::find(level),
        }
    }

    fn find(word: &str) -> Option<Self> {
        let scale = SCALE.iter().map(|row| (row.0, row.2));
        scale.chain(ALIASES).find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|row| row.1)
    }
}

/// Finds the severity that a masked text states of itself: `[ERROR]`, `CRITICAL: ...`,
/// `<timestamp> WARN ...` or `level=error`.
///
/// A bare word counts only in the preamble, before the sentence begins, so that
/// "loaded - CRITICAL SECURITY MIGRATION" states nothing.
#[must_use]
pub fn find_stated(masked: &str) -> Option<Severity> {
    let head = &masked[..masked.floor_char_boundary(STATED_WITHIN)];
    find_stated_pair(head).or_else(|| find_stated_preamble(head))
}

fn find_stated_pair(head: &str) -> Option<Severity> {
    let mut words = head.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '='));
    words.find_map(|word| {
        let (key, value) = word.split_once('=')?;
        STATED_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)).then(|| Severity::find(value))?
    })
}

fn find_stated_preamble(head: &str) -> Option<Severity> {
    let mut rest = head;
    let mut after_mask = false;
    loop {
        rest = rest.trim_start_matches([' ', '-', '|', ',', '.', ':', '*']);
        if let Some(tail) = rest.strip_prefix(MARK) {
            rest = tail.get(1..)?;
            after_mask = true;
        } else if let Some((inside, tail)) = bracketed(rest) {
            if let Some(severity) = Severity::find(inside.trim()) {
                return Some(severity);
            }
            rest = tail;
        } else if let Some(tail) = after_pair(rest) {
            rest = tail;
        } else {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            return stated_word(&rest[..end], &rest[end..], after_mask);
        }
    }
}

/// What follows `db=shop,user=app `: `PostgreSQL` names the session before it states the severity.
fn after_pair(text: &str) -> Option<&str> {
    let (word, tail) = text.split_once(' ')?;
    let (key, _) = word.split_once('=')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_key.then_some(tail)
}

fn bracketed(text: &str) -> Option<(&str, &str)> {
    let close = match text.as_bytes().first()? {
        b'[' => ']',
        b'(' => ')',
        b'<' => '>',
        _ => return None,
    };
    text[1..].split_once(close)
}

fn stated_word(word: &str, tail: &str, after_mask: bool) -> Option<Severity> {
    let is_capital = word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_fenced = tail.starts_with([':', ']', '|']) || tail.starts_with(" -") || tail.starts_with(" |");
    let is_level = is_fenced || (after_mask && tail.starts_with(' '));
    (is_capital && is_level).then(|| Severity::find(word))?
}

#[cfg(test)]
mod tests {
    use super::{find_stated, Severity};
    use crate::mask::mask;

    fn stated(text: &str) -> Option<Severity> {
        find_stated(&mask(text).key)
    }

    #[test]
    fn the_preamble_states_a_severity() {
        assert_eq!(stated("[2025-09-16 00:42:53 +0000] [12] [ERROR] Worker died"), Some(Severity::Error));
        assert_eq!(stated("CRITICAL: setup failed"), Some(Severity::Critical));
        assert_eq!(stated("2025-09-16 00:42:53,123 WARN pool is full"), Some(Severity::Warning));
        assert_eq!(stated("time=12:00:01 level=error msg=\"no route\""), Some(Severity::Error));
        assert_eq!(stated("ERROR - 3 - no route"), Some(Severity::Error));
    }

    #[test]
    fn an_alarming_word_in_a_sentence_states_nothing() {
        for text in [
            "loaded - CRITICAL SECURITY MIGRATION: factory",
            "ErrorRecoveryManager initialized",
            "CRITICAL SECURITY note",
            "no ERROR: here",
        ] {
            assert_eq!(stated(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_and_aliases_are_severities_and_anything_else_is_default() {
        assert_eq!(Severity::from_wire("500"), Severity::Error);
        assert_eq!(Severity::from_wire("warn"), Severity::Warning);
        assert_eq!(Severity::from_wire("loud"), Severity::Default);
    }
}
