//! Words that stand where a secret would and say something of it: `SET`, `not_found`, `is required`.

use crate::tally::KeyHasher;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

/// Values that say something of a secret and are none.
const STATES: &[&str] = &[
    "set",
    "unset",
    "true",
    "false",
    "null",
    "nil",
    "none",
    "empty",
    "redacted",
    "missing",
    "invalid",
    "expired",
    "required",
    "incorrect",
    "wrong",
    "changed",
    "reset",
    "ok",
    "yes",
    "no",
    "on",
    "off",
    "enabled",
    "disabled",
    "provided",
    "present",
    "absent",
    "default",
    "unknown",
    "undefined",
    "masked",
    "hidden",
    "removed",
    "filtered",
    "secret",
    "password",
    "passwd",
    "token",
    "key",
    "string",
    "str",
    "valid",
    "not",
    "is",
    "must",
    "cannot",
    "error",
    "failed",
    "failure",
    "success",
    "found",
    "n/a",
    "na",
    "bearer",
    "basic",
    "auto",
    "optional",
    "sensitive",
    "hash",
    "hashed",
    "encrypted",
    "updated",
    "created",
    "deleted",
    "rejected",
    "accepted",
    "denied",
    "granted",
    "revoked",
    "loaded",
    "configured",
    "generated",
    "verified",
    "unverified",
    "matched",
    "mismatch",
    "refreshed",
    "rotated",
    "blank",
    "plain",
    "plaintext",
    "clear",
    "text",
    "object",
    "env",
    "file",
    "prompt",
    "int",
    "bool",
    "boolean",
    "char",
    "bytes",
    "any",
    "nan",
    "pending",
    "active",
    "inactive",
    "used",
    "unused",
    "new",
    "old",
    "same",
    "different",
    "malformed",
    "anonymous",
    "public",
    "unauthorized",
    "forbidden",
    "authenticated",
    "unauthenticated",
    "ephemeral",
    "value",
    "values",
    "[]",
    "{}",
    "()",
    "omitted",
    "elided",
    "suppressed",
    "scrubbed",
    "censored",
    "obfuscated",
    "confidential",
    "protected",
    "available",
    "unavailable",
    "needed",
    "supported",
    "unsupported",
    "specified",
    "unspecified",
    "given",
    "sent",
    "received",
];

/// Longest of them, in bytes.
const LONGEST: usize = 16;

/// The table, for every value of a name is looked up in it.
static WORDS: LazyLock<HashSet<&'static [u8], BuildHasherDefault<KeyHasher>>> =
    LazyLock::new(|| STATES.iter().map(|state| state.as_bytes()).collect());

/// Whether a word, or each part of one, says something of a secret.
pub(super) fn is_state(word: &str) -> bool {
    // `not_set`, `NotFound` and the like.
    is_named(word)
        || word.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("not")) && is_letters(word)
        || word.split(['_', '-', ' ']).all(is_named)
}

fn is_named(word: &str) -> bool {
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    WORDS.contains(&*lower)
}

fn is_letters(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' '))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, STATES};

    #[test]
    fn every_word_is_in_lower_case_and_short_enough() {
        for word in STATES {
            assert!(!word.is_empty() && word.len() <= LONGEST && word.to_ascii_lowercase() == **word, "{word}");
        }
    }
}
