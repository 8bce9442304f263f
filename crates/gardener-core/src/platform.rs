//! What Google's own entries say that bring no message, and outcomes that stand in their texts.
//!
//! None of it is read for an entry that says something of itself, but for a look at its first letters.

use crate::ranked::Ranked;
use crate::walk::{Fault, Walker};
use std::borrow::Cow;
use std::ops::Range;

/// What a `jsonPayload` of the platform says of itself.
#[derive(Debug, Default)]
pub(crate) struct Note<'a> {
    /// The last part of its type: `AttemptFinished`.
    kind: Cow<'a, str>,
    /// The member that holds the rest: `attemptResponseLog`; of several the last by name.
    part: Cow<'a, str>,
    /// How it ended: `PERMISSION_DENIED`.
    status: Ranked<'a>,
    /// Why, as its writer saw it.
    detail: Cow<'a, str>,
    /// Why a load balancer answered as it did: `failed_to_pick_backend`.
    reason: Ranked<'a>,
}

impl<'a> Note<'a> {
    /// Reads the object that the text begins with.
    pub(crate) fn read(payload: &'a str) -> Self {
        let mut note = Self::default();
        let mut inner = Cow::default();
        let read = Walker::new(payload).members(|walker, name| {
            if name.bytes().ends_with(b"Log") && walker.is_object() {
                let (part, status) = (String::from_utf8_lossy(name.bytes()), read_status(walker)?);
                if *part > *note.part {
                    (note.part, inner) = (Cow::Owned(part.into_owned()), status);
                }
                return Ok(());
            }
            match name.bytes() {
                b"@type" => note.kind = walker.value()?.text().unwrap_or_default(),
                b"debugInfo" => note.detail = walker.value()?.text().unwrap_or_default(),
                b"status" => note.status.offer(Some(0), walker.value()?),
                b"statusDetails" => note.reason.offer(Some(0), walker.value()?),
                b"proxyStatus" => note.reason.offer(Some(1), walker.value()?),
                _ => walker.skip()?,
            }
            Ok(())
        });
        debug_assert!(read.is_ok(), "the record has been walked before");
        note.status.offer_text(1, inner);
        note
    }

    /// Whether it tells of a call that it does not describe by method and address.
    pub(crate) fn speaks_for(&self, request: &str) -> bool {
        !self.kind.is_empty() && !has_members(request, &["requestUrl"])
    }

    /// The reason of a load balancer's answer.
    pub(crate) fn into_reason(self) -> Cow<'a, str> {
        self.reason.take().unwrap_or_default()
    }

    /// What happened, as a sentence: `AttemptFinished PERMISSION_DENIED: URL_REJECTED`; `None` if no type is named.
    pub(crate) fn sentence(self) -> Option<String> {
        let kind = self.kind.rsplit(['.', '/']).find(|part| !part.is_empty()).unwrap_or(&self.kind);
        if kind.is_empty() {
            return None;
        }
        let status = self.status.take().unwrap_or_default();
        let words = [kind, &self.part, &status];
        let mut sentence = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if !self.detail.is_empty() {
            sentence.push_str(": ");
            sentence.push_str(&self.detail);
        }
        Some(sentence)
    }
}

/// The status that an object names.
fn read_status<'a>(walker: &mut Walker<'a>) -> Result<Cow<'a, str>, Fault> {
    let mut status = Cow::default();
    walker.members(|walker, name| match name.bytes() {
        b"status" => walker.value().map(|value| status = value.filled().unwrap_or_default()),
        _ => walker.skip(),
    })?;
    Ok(status)
}

/// Whether a `protoPayload` is App Engine's record of a request, and no audit record. Told by names alone, as
/// outlines are.
pub(crate) fn is_request_log(payload: &str) -> bool {
    has_members(payload, &["method", "resource", "status"])
}

/// Whether an object has members of all these names.
fn has_members(object: &str, names: &[&str]) -> bool {
    let mut found = 0_u32;
    let read = Walker::new(object).members(|walker, name| {
        if let Some(at) = names.iter().position(|wanted| name.bytes() == wanted.as_bytes()) {
            found |= 1 << at;
        }
        walker.skip()
    });
    debug_assert!(read.is_ok(), "the record has been walked before");
    found.count_ones() as usize == names.len()
}

/// The letters of the random part of a pod's name: no vowels, so that they spell no words.
const POD_LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// How long the random part that tells the pods of one template apart is, and that which tells templates apart.
const POD_SUFFIX: usize = 5;
const TEMPLATE_HASH: std::ops::RangeInclusive<usize> = 6..=10;

/// What a pod is one of: `cart` of `cart-7d9f6c5b8d-x2x4z`, of `cart-x2x4z` and of `cart-0`.
pub(crate) fn find_workload(pod: &str) -> &str {
    let is_named = |owner: &str| !owner.is_empty();
    let Some((owner, suffix)) = pod.rsplit_once('-').filter(|parts| is_named(parts.0)) else { return pod };
    if !suffix.is_empty() && suffix.len() < POD_SUFFIX && suffix.bytes().all(|byte| byte.is_ascii_digit()) {
        return owner;
    }
    if suffix.len() != POD_SUFFIX || !suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return pod;
    }
    match owner.rsplit_once('-') {
        // Also of a job of a schedule, which is named by its minute.
        Some((name, hash)) if is_named(name) && TEMPLATE_HASH.contains(&hash.len()) && is_hash(hash) => name,
        _ if is_random(suffix) => owner,
        _ => pod,
    }
}

/// Whether a part tells templates apart and is no word: clusters have spelt it in several alphabets.
fn is_hash(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphanumeric()) && part.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_random(part: &str) -> bool {
    part.bytes().all(|byte| POD_LETTERS.contains(&byte))
}

/// The outcome that a text of the platform ends with. It tells success from failure, so it is no value.
#[inline]
pub(crate) fn find_outcome(text: &str) -> Option<Range<usize>> {
    match text.as_bytes().first_chunk::<8>() {
        Some(b"Containe") => find_number(text, "Container called exit(").filter(|range| &text[range.clone()] == "0"),
        Some(b"Function") => find_number(text, "finished with status code: "),
        _ => None,
    }
}

#[cold]
fn find_number(text: &str, lead: &str) -> Option<Range<usize>> {
    let start = text.find(lead)? + lead.len();
    let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    (length > 0).then_some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::{find_outcome, find_workload, Note};

    #[test]
    fn a_pod_is_one_of_its_workload() {
        for pod in
            ["cart-7d9f6c5b8d-x2x4z", "cart-q9wkl", "cart-0", "cart-29384756-x2x4z", "cart-54d1fa0ab7-ce43a", "cart"]
        {
            assert_eq!(find_workload(pod), "cart", "{pod}");
        }
        for whole in ["cart-service", "cart-api-v2x", "cart-stage", "-12", "-", ""] {
            assert_eq!(find_workload(whole), whole);
        }
    }

    #[test]
    fn only_an_outcome_of_the_platform_is_no_value() {
        let outcome = |text: &'static str| find_outcome(text).map(|range| &text[range]);
        assert_eq!(outcome("Container called exit(0)."), Some("0"));
        assert_eq!(outcome("Container called exit(3)."), None);
        assert_eq!(outcome("Function execution took 12 ms, finished with status code: 500"), Some("500"));
        assert_eq!(outcome("Function took 12 ms"), None);
        assert_eq!(outcome("worker called exit(0)"), None);
    }

    #[test]
    fn a_payload_of_a_type_is_told_in_a_sentence() {
        let sentence = |payload| Note::read(payload).sentence().unwrap_or_default();
        assert_eq!(
            sentence(
                r#"{"@type":"type.googleapis.com/x.AttemptFinished","status":"INTERNAL","debugInfo":"code = 500"}"#
            ),
            "AttemptFinished INTERNAL: code = 500"
        );
        assert_eq!(
            sentence(r#"{"attemptResponseLog":{"status":"UNAVAILABLE"},"@type":"a/b.TaskActivityLog"}"#),
            "TaskActivityLog attemptResponseLog UNAVAILABLE"
        );
        assert_eq!(sentence(r#"{"status":"INTERNAL"}"#), "");
    }
}
