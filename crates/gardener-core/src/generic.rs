//! Lines that say that something ended, and not why: told apart by the instance that wrote them.
//!
//! `Container called exit(1).` comes from every crash there is. What it tells of stands before it in the
//! same instance, so such lines are counted by instance, and the stages can give each to its cause.

use crate::shape::{BodyKind, Keys, SEPARATOR};
use regex::Regex;
use std::fmt::Write;
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// Instances are told apart by so many bits of a hash: bounded however many there are. Of 20 instances
/// that crash for two causes, two of them fall together with a chance of 5 %.
const BUCKET_BITS: u32 = 12;

/// What is longer has words of its own.
const LONGEST: usize = 400;

/// How platforms, supervisors of processes and frameworks word it. Plain words: a pattern of them is fast.
static LAST_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let phrases = [
        r"container called exit\(|container terminated|container was killed|container died|terminated on signal",
        r"memory limit of|out of memory|oomkill|probe failed|readiness check|startup check|liveness check",
        r"failed to start and|exited with|exit code|exit status|failed to boot|crashloop|crash loop",
        r"back-off restarting|segmentation fault|core dumped|exception in worker process|shutting down: master",
        r"application startup failed|application failed to start|application run failed|app crashed|elifecycle",
        r"process exited|process crashed|worker exited|worker died|command failed with|no available instance",
    ];
    Regex::new(&format!("(?i-u){}", phrases.join("|"))).unwrap_or_else(|_| unreachable!("the table is a pattern"))
});

/// Adds the bucket of the instance to the key of a shape that is a generic line.
pub(crate) fn tell_apart(key: &mut String, instance: &str) {
    if instance.is_empty() || !Keys::of(key).is_some_and(|keys| is_generic(&keys)) {
        return;
    }
    key.push(SEPARATOR);
    // Writing to memory cannot fail.
    let _ = write!(key, "{:03x}", xxh3_64(instance.as_bytes()) >> (u64::BITS - BUCKET_BITS));
}

fn is_generic(keys: &Keys<'_>) -> bool {
    let is_sentence = matches!(keys.kind, BodyKind::Text | BodyKind::Json);
    is_sentence && keys.body.len() <= LONGEST && LAST_WORDS.is_match(keys.body)
}

#[cfg(test)]
mod tests {
    use super::tell_apart;
    use crate::shape::Keys;

    fn key(body: &str) -> String {
        format!("0tcloud_run_revision\u{0}shop\u{0}\u{0}\u{0}{body}")
    }

    #[test]
    fn a_generic_line_bears_the_bucket_of_its_instance() {
        for body in
            ["Container called exit(\u{1a}i).", "Application startup failed. Exiting.", "npm ERR! code ELIFECYCLE"]
        {
            let (mut one, mut other) = (key(body), key(body));
            tell_apart(&mut one, "instance-1");
            tell_apart(&mut other, "instance-2");
            assert_ne!(one, other);
            assert_eq!(Keys::of(&one).map(|keys| (keys.body, keys.bucket.len())), Some((body, 3)));
        }
    }

    #[test]
    fn a_line_with_words_of_its_own_stays_as_it_is_and_so_does_one_without_an_instance() {
        for (body, instance) in
            [("Payment failed for order \u{1a}i", "instance-1"), ("Container called exit(\u{1a}i).", "")]
        {
            let mut told = key(body);
            tell_apart(&mut told, instance);
            assert_eq!(told, key(body));
        }
    }
}
