//! Secrets and personal data out of a text, each replaced by its name and a keyed mark.
//!
//! The same secret under the same key gets the same mark, so that co-reference survives; without
//! the key there is no way back. A rule is a row of [`RULES`].

use blake2::digest::{consts::U32, KeyInit, Mac};
use blake2::Blake2bMac;
use regex::Regex;
use std::net::Ipv4Addr;
use std::sync::LazyLock;

/// A kind of secret.
struct Rule {
    name: &'static str,
    /// Lower-case texts of which one must occur before the pattern is tried; none: always tried.
    keywords: &'static [&'static str],
    /// The group `s` is the secret, or the whole match where there is none.
    pattern: &'static str,
    /// What the pattern cannot say: given the text, and where the secret starts and ends.
    check: fn(&str, usize, usize) -> bool,
}

const ALWAYS: fn(&str, usize, usize) -> bool = |_, _, _| true;

/// The table, the most specific first.
const RULES: &[Rule] = &[
    Rule {
        name: "private-key",
        keywords: &["private key-----"],
        pattern: r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
        check: ALWAYS,
    },
    Rule { name: "jwt", keywords: &["eyj"], pattern: r"\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*", check: ALWAYS },
    Rule { name: "gcp-api-key", keywords: &["aiza"], pattern: r"\bAIza[\w-]{35}", check: ALWAYS },
    Rule { name: "gcp-token", keywords: &["ya29."], pattern: r"\bya29\.[\w.-]{20,}", check: ALWAYS },
    Rule { name: "gcp-client-secret", keywords: &["gocspx-"], pattern: r"\bGOCSPX-[\w-]{28}", check: ALWAYS },
    Rule {
        name: "github-token",
        keywords: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        pattern: r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})",
        check: ALWAYS,
    },
    Rule {
        name: "gitlab-token",
        keywords: &["gl"],
        pattern: r"\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[\w-]{20,}",
        check: ALWAYS,
    },
    Rule {
        name: "aws-key",
        keywords: &["akia", "asia", "abia", "acca"],
        pattern: r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
        check: ALWAYS,
    },
    Rule {
        name: "azure-key",
        keywords: &["accountkey="],
        pattern: r"(?i)AccountKey=(?P<s>[A-Za-z0-9+/=]{60,})",
        check: ALWAYS,
    },
    Rule {
        name: "slack-token",
        keywords: &["xox", "xapp-", "hooks.slack.com"],
        pattern: r"\b(?:xox[abeprs]-|xapp-)[\w-]{10,}|hooks\.slack\.com/services/[\w/]+",
        check: ALWAYS,
    },
    Rule {
        name: "stripe-key",
        keywords: &["k_live_", "k_test_", "whsec_"],
        pattern: r"\b(?:[sr]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,}",
        check: ALWAYS,
    },
    Rule { name: "sendgrid-key", keywords: &["sg."], pattern: r"\bSG\.[\w-]{22}\.[\w-]{43}", check: ALWAYS },
    Rule { name: "telegram-token", keywords: &[":aa"], pattern: r"\b\d{8,10}:AA[\w-]{33}", check: ALWAYS },
    Rule {
        name: "provider-key",
        keywords: &["sk-", "hf_", "dapi", "npm_", "pypi-", "dop_v1_", "hvs.", "glsa_", "shpat_", "sq0"],
        pattern: r"\b(?:sk-(?:ant-|proj-)?[\w-]{20,}|hf_[A-Za-z0-9]{30,}|dapi[0-9a-f]{32}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{30,}|dop_v1_[0-9a-f]{64}|hvs\.[\w-]{24,}|glsa_\w{32,}|shpat_[0-9a-f]{32}|sq0(?:atp|csp)-[\w-]{22,})",
        check: has_digit,
    },
    Rule {
        name: "password",
        keywords: &["://"],
        pattern: r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/@:]*:(?P<s>[^\s/@]+)@",
        check: is_not_placeholder,
    },
    Rule {
        name: "cookie",
        keywords: &["cookie"],
        pattern: r#"(?i)\b(?:set-)?cookie["']?\s*[:=]\s*["']?(?P<s>[^\s"'=]+=[^\r\n"']+)"#,
        check: ALWAYS,
    },
    Rule {
        name: "token",
        keywords: &["bearer", "basic"],
        pattern: r"(?i)\b(?:bearer|basic)\s+(?P<s>[A-Za-z0-9._~+/=-]{8,})",
        check: is_random,
    },
    Rule {
        name: "secret",
        keywords: &["key", "secret", "token", "pass", "pwd", "credential", "auth"],
        pattern: r#"(?i)(?:api[_-]?key|access[_-]?key|private[_-]?key|secret|token|passw(?:or)?d|passwd|pwd|credentials?|authorization)[\w-]{0,20}["']?\s*[=:]\s*["']?(?P<s>[^\s"',;&()<>\[\]{}]{8,150})"#,
        check: is_random,
    },
    Rule {
        name: "email",
        keywords: &["@"],
        pattern: r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b",
        check: ALWAYS,
    },
    Rule { name: "ip", keywords: &["."], pattern: r"\b(?:\d{1,3}\.){3}\d{1,3}\b", check: is_public_address },
    Rule { name: "card", keywords: &[], pattern: r"\b\d(?:[ -]?\d){12,18}\b", check: is_card },
];

/// Patterns of [`RULES`], compiled once.
static PATTERNS: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| RULES.iter().map(|rule| Regex::new(rule.pattern).ok()).collect());

/// Bits of entropy a character from which on a value is a secret and not a word.
const RANDOM_BITS: f64 = 3.0;

/// Replaces every secret of `text` by `<name:mark>`, with marks keyed by `key`.
#[must_use]
pub fn redact(text: &str, key: &[u8]) -> String {
    redact_cut(text.to_owned(), &mut [], key)
}

/// Replaces every secret of a text that comes in parts, as [`redact`] does in the whole. A secret that
/// goes over several parts stands in the first of them.
#[must_use]
pub fn redact_parts(parts: &[impl AsRef<str>], key: &[u8]) -> Vec<String> {
    let mut text = String::new();
    let mut ends = Vec::with_capacity(parts.len());
    for part in parts {
        text.push_str(part.as_ref());
        ends.push(text.len());
    }
    let clean = redact_cut(text, &mut ends, key);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, end)| clean[start..*end].to_owned()).collect()
}

/// Redacts a text, and moves places in it along with what stands before them.
fn redact_cut(mut text: String, places: &mut [usize], key: &[u8]) -> String {
    for (rule, pattern) in RULES.iter().zip(PATTERNS.iter()) {
        let Some(pattern) = pattern else { continue };
        if may_match(rule, &text) {
            text = apply(rule, pattern, &text, places, key);
        }
    }
    text
}

fn apply(rule: &Rule, pattern: &Regex, text: &str, places: &mut [usize], key: &[u8]) -> String {
    let mut clean = String::with_capacity(text.len());
    let (mut done, mut next) = (0, 0);
    for found in pattern.captures_iter(text) {
        let Some(secret) = found.name("s").or_else(|| found.get(0)).map(|secret| secret.range()) else { continue };
        if !(rule.check)(text, secret.start, secret.end) {
            continue;
        }
        clean.push_str(&text[done..secret.start]);
        for place in places[next..].iter_mut().take_while(|place| **place <= secret.start) {
            *place = *place + clean.len() - secret.start;
            next += 1;
        }
        clean.push_str(&mark(rule.name, &text[secret.clone()], key));
        for place in places[next..].iter_mut().take_while(|place| **place < secret.end) {
            *place = clean.len();
            next += 1;
        }
        done = secret.end;
    }
    clean.push_str(&text[done..]);
    places[next..].iter_mut().for_each(|place| *place = *place + clean.len() - text.len());
    clean
}

/// The mark that stands for a whole secret of a kind.
#[must_use]
pub fn mark(name: &str, secret: &str, key: &[u8]) -> String {
    let Ok(mut mac) = Blake2bMac::<U32>::new_from_slice(&key[..key.len().min(64)]) else {
        return format!("<{name}>");
    };
    mac.update(secret.as_bytes());
    let digest = mac.finalize().into_bytes();
    format!("<{name}:{:02x}{:02x}>", digest[0], digest[1])
}

fn may_match(rule: &Rule, text: &str) -> bool {
    rule.keywords.is_empty() || {
        let lower = text.to_ascii_lowercase();
        rule.keywords.iter().any(|keyword| lower.contains(keyword))
    }
}

fn has_digit(text: &str, start: usize, end: usize) -> bool {
    text[start..end].bytes().any(|byte| byte.is_ascii_digit())
}

fn is_not_placeholder(text: &str, start: usize, end: usize) -> bool {
    let secret = &text[start..end];
    !secret.bytes().all(|byte| byte == b'*' || byte == b'x')
        && !secret.starts_with(['<', '$', '{'])
        && secret != "REDACTED"
}

/// A random value has a digit and letters, or is long, and its characters are spread.
fn is_random(text: &str, start: usize, end: usize) -> bool {
    let secret = &text[start..end];
    let letters = secret.bytes().any(|byte| byte.is_ascii_alphabetic());
    let spread = entropy(secret) >= RANDOM_BITS;
    is_not_placeholder(text, start, end) && spread && letters && (has_digit(text, start, end) || entropy(secret) >= 4.0)
}

#[allow(clippy::cast_precision_loss)] // lengths of at most a few hundred
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let share = |count: &u32| f64::from(*count) / length;
    -counts.iter().filter(|count| **count > 0).map(|count| share(count) * share(count).log2()).sum::<f64>()
}

/// An address that could be a person's. `Chrome/139.0.0.0` is a version; loopback, private and
/// link-local addresses mean something and tell nobody apart.
fn is_public_address(text: &str, start: usize, end: usize) -> bool {
    let before = &text.as_bytes()[..start];
    let is_version = before.ends_with(b"/") && before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphabetic);
    let is_longer = before.ends_with(b".")
        || before.ends_with(b"-")
        || text[end..].starts_with(['.', '-']) && text[end + 1..].starts_with(|c: char| c.is_ascii_digit());
    match text[start..end].parse::<Ipv4Addr>() {
        Ok(address) => {
            !(is_version
                || is_longer
                || address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_broadcast())
        }
        Err(_) => false,
    }
}

/// Luhn's checksum (ISO/IEC 7812-1), of a number that begins as cards do.
fn is_card(text: &str, start: usize, end: usize) -> bool {
    let digits: Vec<u32> = text[start..end].chars().filter_map(|letter| letter.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][*digit as usize] } else { *digit })
        .sum();
    (13..=19).contains(&digits.len()) && matches!(digits[0], 2..=6) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::{redact, redact_parts, PATTERNS};

    #[test]
    fn every_pattern_compiles() {
        assert!(PATTERNS.iter().all(Option::is_some));
    }

    #[test]
    fn secrets_go_and_co_reference_stays() {
        let secret = ["Zx9", "QmT4v", "Lw82Kp"].concat();
        let text =
            format!("token={secret} and Bearer {secret}, mail ann@example.org from 203.0.113.9 at db://u:{secret}@h/x");
        let clean = redact(&text, b"key");
        for gone in [&secret, "ann@", "203.0.113.9"] {
            assert!(!clean.contains(gone), "{clean}");
        }
        assert_eq!(redact(&clean, b"key"), clean);
        assert_eq!(redact(&text, b"key"), clean);
        assert_ne!(redact(&text, b"other"), clean);
    }

    #[test]
    fn parts_are_redacted_as_the_whole_and_a_secret_stands_where_it_begins() {
        let secret = ["Zx9", "QmT4v", "Lw82Kp"].concat();
        let (head, tail) = secret.split_at(5);
        for parts in [
            vec!["token=", &secret, " of ", "ann@example.org", " at ", "7"],
            vec!["", "token=", head, tail, "; ann@example", ".", "org", "", "!"],
            vec!["from 203.0.", "113.9 ", "to ann@example.org and token=", &secret],
            vec!["née ann@example.org", " é ", "203.0.113.9"],
            vec!["", "plain", ""],
        ] {
            let clean = redact_parts(&parts, b"key");
            assert_eq!(clean.len(), parts.len());
            assert_eq!(clean.concat(), redact(&parts.concat(), b"key"), "{parts:?}");
        }
        let clean = redact_parts(&["mail ", "ann@exam", "ple.org", " of ", "42"], b"key");
        assert!(clean[1].starts_with("<email:"), "{clean:?}");
        assert_eq!([&clean[0], &clean[2], &clean[3], &clean[4]], ["mail ", "", " of ", "42"]);
    }

    #[test]
    fn prose_and_identifiers_stay_readable() {
        for text in [
            "Service Secret=REDACTED True",
            "JWT_SECRET_KEY: SET",
            "AUTH=REDACTED permissive authentication",
            "OAuth redirect URI mismatch",
            "token bucket is empty",
            "key error: 'rose'",
            "Chrome/139.0.0.0 Safari/537.36",
            "bound to 0.0.0.0 and 127.0.0.1 and 10.2.3.4",
            "insertId 68c72bf8000e35604a1c4399",
            "trace 4bf92f3577b34da6a3ce929d0e0e4736",
            "Bearer authentication required",
            "postgres://***@/db",
            "basic middleware installed",
        ] {
            assert_eq!(redact(text, b"key"), text);
        }
    }
}
