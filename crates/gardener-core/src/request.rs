//! Bodies of entries that bring no sentence: a request, an audit record.

use crate::mask::{mask_onto, Masked};
use crate::names::Name;
use crate::walk::Walker;
use std::borrow::Cow;

/// A body that is made from fields, and its masked form.
pub(crate) struct Composer<'s> {
    pub(crate) body: &'s mut String,
    pub(crate) masked: &'s mut Masked,
}

type Text<'a> = Cow<'a, str>;

/// Latency bands: up to how many milliseconds, and how people say it.
const LATENCY_BANDS: [(f64, &str); 3] = [(1_000.0, "under 1 s"), (10_000.0, "1 to 10 s"), (f64::INFINITY, "over 10 s")];

/// How much of a query string says what a request is for: none of it.
const PATH_END: [char; 2] = ['?', '#'];

/// Stands before what a condition has become: `Ready condition status changed to False for Revision pots-2`.
const CONDITION: &str = " condition status changed to ";

/// What a load balancer's reason begins with if it says only where the answer came from.
const PLAIN_REASON: &str = "response_";

/// Whether a text holds a control character; most have no byte of which one is made.
fn has_control(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_control() || byte == 0xc2) && text.contains(char::is_control)
}

impl Composer<'_> {
    fn push_literal(&mut self, text: &str) {
        self.body.push_str(text);
        if has_control(text) {
            self.masked.key.push_str(&text.replace(char::is_control, " "));
        } else {
            self.masked.key.push_str(text);
        }
    }

    fn push_masked(&mut self, text: &str) {
        mask_onto(text, self.body.len(), self.masked);
        self.body.push_str(text);
    }

    /// Composes `GET /orders/<int> 502:backend_timeout under 1 s` from a raw `httpRequest`, or from App Engine's
    /// record of a request. The reason is one word with the status: together they say what went wrong.
    pub(crate) fn compose_http(&mut self, raw: &str, reason: &str) {
        let (mut method, mut url, mut status, mut latency) = Default::default();
        let read = Walker::new(raw).members(|walker, name| {
            let target: &mut Text<'_> = match name.bytes() {
                b"requestMethod" | b"method" => &mut method,
                b"requestUrl" | b"resource" => &mut url,
                b"status" => &mut status,
                b"latency" => &mut latency,
                _ => return walker.skip(),
            };
            *target = walker.value()?.text().unwrap_or_default();
            Ok(())
        });
        debug_assert!(read.is_ok(), "the record has been walked before");
        self.push_literal(if method.is_empty() { "?" } else { &method });
        self.push_literal(" ");
        self.push_path(&url);
        if !status.is_empty() {
            self.push_literal(" ");
            self.push_literal(&status);
            if is_reason(reason) {
                self.push_literal(":");
                self.push_literal(reason);
            }
        }
        if let Some(band) = find_latency_band(&latency) {
            self.push_literal(" ");
            self.push_literal(band);
        }
    }

    fn push_path(&mut self, url: &str) {
        let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let path = after_scheme.split(PATH_END).next().unwrap_or("/");
        let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
        for (index, segment) in path.split('/').enumerate() {
            // What stands behind `;` is a parameter: a session, a colour.
            let segment = segment.split(';').next().unwrap_or(segment);
            if index > 0 {
                self.push_literal("/");
            }
            if is_api_version(segment) {
                self.push_literal(segment);
            } else {
                self.push_masked(segment);
            }
        }
    }

    /// Composes `storage.googleapis.com storage.objects.get denied: PERMISSION ...` from a raw audit record.
    pub(crate) fn compose_audit<'a>(&mut self, raw: &'a str) {
        let (mut service, mut method, mut code, mut message): (Text<'a>, Text<'a>, Text<'a>, Text<'a>) =
            Default::default();
        let mut take = |name: Name<'_>, walker: &mut Walker<'a>| {
            let target = match name.bytes() {
                b"serviceName" => &mut service,
                b"methodName" => &mut method,
                b"code" => &mut code,
                b"message" => &mut message,
                _ => return walker.skip(),
            };
            *target = walker.value()?.text().unwrap_or_default();
            Ok(())
        };
        let read = Walker::new(raw).members(|walker, name| match name.bytes() {
            // Kubernetes has words of its own for the outcome.
            b"status" | b"responseStatus" => walker.members(|walker, name| match name.bytes() {
                b"code" | b"message" => take(name, walker),
                _ => walker.skip(),
            }),
            b"serviceName" | b"methodName" => take(name, walker),
            _ => walker.skip(),
        });
        debug_assert!(read.is_ok(), "the record has been walked before");
        self.push_literal(if service.is_empty() { "audit" } else { &service });
        self.push_literal(" ");
        self.push_literal(if method.is_empty() { "?" } else { &method });
        if !is_success(&code) {
            self.push_literal(" failed with code ");
            self.push_literal(&code);
        }
        if !message.trim().is_empty() {
            self.push_literal(": ");
            self.push_report(&message);
        }
    }

    /// Adds what a platform reports; whether a condition holds tells success from failure, so it is no value.
    fn push_report(&mut self, message: &str) {
        let end = message.find(CONDITION).and_then(|at| message[at + CONDITION.len()..].find(' '));
        let Some((at, length)) = message.find(CONDITION).zip(end) else { return self.push_masked(message) };
        let (before, rest) = message.split_at(at);
        let (condition, after) = rest.split_at(CONDITION.len() + length + 1);
        self.push_masked(before);
        self.push_literal(condition);
        self.push_masked(after);
    }
}

/// Whether a word tells why a request was answered as it was.
fn is_reason(word: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !word.is_empty() && !word.starts_with(PLAIN_REASON) && word.bytes().all(is_word)
}

/// Whether a code is that of a call that did what it should: gRPC's 0, or one of HTTP's 2xx.
fn is_success(code: &str) -> bool {
    matches!(code.as_bytes(), [] | b"0" | [b'2', _, _])
}

/// `v2` is part of an interface's name, not the id of a thing.
fn is_api_version(segment: &str) -> bool {
    let digits = segment.strip_prefix('v').unwrap_or("");
    (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn find_latency_band(latency: &str) -> Option<&'static str> {
    let seconds: f64 = latency.strip_suffix('s')?.parse().ok()?;
    LATENCY_BANDS.iter().find(|(limit, _)| seconds * 1_000.0 < *limit).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::Composer;
    use crate::mask::{spell, Masked};

    fn compose(with: impl FnOnce(&mut Composer<'_>)) -> (String, Masked) {
        let (mut body, mut masked) = Default::default();
        with(&mut Composer { body: &mut body, masked: &mut masked });
        (body, masked)
    }

    #[test]
    fn ids_in_a_path_are_masked_and_the_query_is_dropped() {
        let raw = r#"{"requestMethod":"GET","requestUrl":"https://a.example/v2/orders/81723/items?x=1","status":503,"latency":"1.2s"}"#;
        let (body, masked) = compose(|composer| composer.compose_http(raw, ""));
        assert_eq!(spell(&masked.key), "GET /v2/orders/<int>/items 503 1 to 10 s");
        assert_eq!(&body[masked.values[0].1.clone()], "81723");
    }

    #[test]
    fn a_failed_audit_record_tells_its_code() {
        let raw = r#"{"serviceName":"run.googleapis.com","methodName":"Services.Replace","status":{"code":7,"message":"denied on 12"}}"#;
        let (_, masked) = compose(|composer| composer.compose_audit(raw));
        assert_eq!(spell(&masked.key), "run.googleapis.com Services.Replace failed with code 7: denied on <int>");
    }
}
