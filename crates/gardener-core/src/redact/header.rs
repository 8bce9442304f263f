//! Headers that carry secrets: what of their values is the secret.

use super::checks::{entropy, has_digit, has_letter, is_base64_login, is_mixed, is_placeholder, is_random};
use super::value::{find_end, floor, Value, LONGEST_VALUE};
use std::ops::Range;

/// Whether a name is that of a header for credentials (RFC 9110, section 11.6.2).
pub(super) fn is_authorization(name: &str) -> bool {
    name.len() >= 13 && name.to_ascii_lowercase().ends_with("authorization")
}

/// What of a header's credentials is the secret: behind the scheme, if there is one.
pub(super) fn cut_scheme(value: &str) -> Option<Range<usize>> {
    let Some((scheme, rest)) = value.split_once([' ', '\t']) else {
        return (!is_placeholder(value) && (has_digit(value) || value.len() >= 20)).then_some(0..value.len());
    };
    let start = value.len() - rest.trim_start().len();
    let rest = &value[start..];
    let is_known = SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    if !is_known && has_digit(scheme) && is_random(scheme) {
        return Some(0..scheme.len());
    }
    let is_drawn = has_digit(rest) || is_base64_login(rest) || is_mixed(rest);
    let is_secret =
        if is_known { is_drawn || entropy(rest) >= 3.5 && !rest.contains(' ') } else { follows_scheme(scheme, rest) };
    (is_secret && !is_placeholder(rest)).then_some(start..value.len())
}

/// Names of schemes (RFC 9110, section 11; the registry of IANA; and those of providers).
const SCHEMES: &[&str] = &[
    "bearer",
    "basic",
    "token",
    "apikey",
    "api-key",
    "digest",
    "negotiate",
    "ntlm",
    "hawk",
    "oauth",
    "jwt",
    "key",
    "aws4-hmac-sha256",
    "sharedkey",
    "sharedkeylite",
    "signature",
    "bot",
    "splunk",
    "genie",
    "genie-key",
    "hmac",
    "gnap",
    "dpop",
    "vapid",
];

/// Whether a word may be a scheme that is not known, before what is drawn.
fn follows_scheme(scheme: &str, rest: &str) -> bool {
    scheme.len() <= 20
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !rest.contains(' ')
        && rest.len() >= 12
        && has_digit(rest)
}

/// All that a cookie header holds: pairs of names and values.
pub(super) fn find_cookies(text: &str, value: &Value) -> Option<Range<usize>> {
    if value.is_quoted {
        let found = &text[value.range.clone()];
        return (!is_placeholder(found) && (found.contains('=') || has_digit(found) && !found.contains(' ')))
            .then(|| value.range.clone());
    }
    let start = value.range.start;
    let line = &text[start..];
    let end = line.find(['\n', '\r', '"', '\'', '`', '\\']).unwrap_or(line.len());
    let line = &line[..floor(line, end.min(LONGEST_VALUE))];
    let mut at = 0;
    for part in line.split_inclusive(';') {
        let bare = part.trim_start().trim_end_matches(';');
        let name = bare.split('=').next().unwrap_or_default();
        if name.contains(' ') || !bare.contains('=') && at == 0 {
            break;
        }
        let is_last = !part.ends_with(';');
        let blanks = part.len() - part.trim_start().len();
        // A value that has a blank in it ends there, unless it is a date.
        let is_date = name.trim().eq_ignore_ascii_case("expires");
        let cut = bare.find(' ').filter(|_| !is_date);
        at += cut.map_or(part.len() - usize::from(is_last && part.ends_with(';')), |cut| blanks + cut);
        if cut.is_some() {
            break;
        }
    }
    let found = super::assignment::trim(text, start..start + at);
    let shown = &text[found.clone()];
    (!shown.is_empty() && shown.contains('=') && !is_placeholder(shown) && has_letter(shown)).then_some(found)
}

/// The credentials of an authorization header: one token behind a scheme, or parameters up to the end.
pub(super) fn find_credentials(text: &str, value: &Value) -> Option<Range<usize>> {
    let start = value.range.start + usize::from(text[value.range.start..].starts_with('['));
    if value.is_quoted {
        return cut_scheme(&text[value.range.clone()]).map(|cut| start + cut.start..start + cut.end);
    }
    let line = &text[start..];
    let scheme = line.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    let has_parameters = matches!(scheme.as_str(), "digest" | "aws4-hmac-sha256" | "oauth" | "hawk" | "signature");
    let end = if has_parameters {
        let spelt = ["\\r", "\\n"].iter().filter_map(|escape| line.find(escape)).min();
        line.find(['\n', '\r', '\'', '`', '<', '>']).into_iter().chain(spelt).min()
    } else {
        line.find(['\n', '\r', '"', '\'', '`', '\\', '<', '>'])
    };
    let line = &line[..floor(line, end.unwrap_or(line.len()).min(LONGEST_VALUE))];
    let mut words = line.split(' ');
    let scheme = words.next().unwrap_or_default();
    let shown = if has_parameters {
        line
    } else {
        let rest = scheme.len() + line[scheme.len()..].len() - line[scheme.len()..].trim_start().len();
        let first = find_end(line);
        if first < scheme.len() {
            &line[..first]
        } else {
            &line[..rest + find_end(&line[rest..])]
        }
    };
    let shown = shown.trim_end_matches(['.', ',', ';', ')', ']', '}', ' ', '|']);
    cut_scheme(shown).map(|cut| start + cut.start..start + cut.end)
}
