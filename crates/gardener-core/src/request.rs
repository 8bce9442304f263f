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

    /// Composes `GET /orders/<int> 500 under 1 s` from a raw `httpRequest`.
    pub(crate) fn compose_http(&mut self, raw: &str) {
        let (mut method, mut url, mut status, mut latency) = Default::default();
        let read = Walker::new(raw).members(|walker, name| {
            let target: &mut Text<'_> = match name.bytes() {
                b"requestMethod" => &mut method,
                b"requestUrl" => &mut url,
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
        }
        if let Some(band) = find_latency_band(&latency) {
            self.push_literal(" ");
            self.push_literal(band);
        }
    }

    fn push_path(&mut self, url: &str) {
        let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let path = after_scheme.split(PATH_END).next().unwrap_or("/");
        for (index, segment) in path.split('/').enumerate() {
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
            b"status" => walker.members(|walker, name| match name.bytes() {
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
        if !matches!(code.as_ref(), "" | "0") {
            self.push_literal(" failed with code ");
            self.push_literal(&code);
        }
        if !message.trim().is_empty() {
            self.push_literal(": ");
            self.push_masked(&message);
        }
    }
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
        let (body, masked) = compose(|composer| composer.compose_http(raw));
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
