//! What holds for bytes of any kind: shared by the fuzzer, which looks for bytes that break it, and
//! by the smoke test, which sees that it still holds for bytes that are easily thought of.

// The fuzzer compiles this module once a target, and uses one property of it.
#![allow(dead_code)]

use crate::entries::{assert_adds_up, gzip, tally_as, tally_source, zstd, ShortReads};
use gardener_core::framing::Input;
use gardener_core::json::Value as Taken;
use gardener_core::mask::{mask, Masked, MARK};
use gardener_core::redact::Redactor;
use gardener_core::walk::{Fault, Walker};
use gardener_core::{Reading, Tally};
use regex::Regex;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Nests as deep as the walker goes; what is deeper is refused by it alone.
const DEPTH_LIMIT: usize = 512;

/// Reads a chunk in every way: the account adds up, and no way of reading or keeping it changes
/// the tally. The first byte says where the chunk is cut, the rest is the chunk.
pub(crate) fn read(bytes: &[u8]) {
    let Some((cut, chunk)) = bytes.split_first() else { return };
    for input in [Input::Auto, Input::Text] {
        let reading = Reading { input, source: "test".to_owned(), ..Reading::default() };
        let whole = tally_as(chunk, &reading);
        assert_adds_up(&whole);
        assert_merges(chunk, usize::from(*cut), &reading);
        let again = Tally::from_bytes(&whole.to_bytes()).unwrap();
        assert_eq!(again, whole);
        assert_eq!(spell(&again), spell(&whole));
    }
    assert_streams(chunk, usize::from(*cut));
    assert_stretches(chunk, usize::from(*cut));
}

/// Two parts merge to the same bytes in either order, from memory and from snapshots.
fn assert_merges(chunk: &[u8], cut: usize, reading: &Reading) {
    let (first, second) = chunk.split_at(cut * chunk.len() / 256);
    let [first, second] = [first, second].map(|part| tally_as(part, reading));
    let kept = |tally: &Tally| Tally::from_bytes(&tally.to_bytes()).unwrap();
    let both = first.clone().merge(second.clone());
    assert_adds_up(&both);
    assert_eq!(kept(&second).merge(kept(&first)).to_bytes(), both.to_bytes());
    assert_eq!(both.clone().merge(Tally::default()).to_bytes(), both.to_bytes());
}

/// A stream gives the same tally however it comes, compressed or not.
fn assert_streams(chunk: &[u8], size: usize) {
    // Read as it is, what happens to begin as gzip or zstd is taken for such: then only no panic is asked.
    let streamed = tally_source(ShortReads::new(chunk, &[size + 1, 3]), 2, None).to_bytes();
    let packed = [gzip(chunk), zstd(chunk)].map(|packed| tally_source(packed.as_slice(), 1, None).to_bytes());
    assert_eq!(packed[0], packed[1]);
    if !is_compressed(chunk) {
        assert_eq!(streamed, packed[0]);
    }
}

/// Cut behind a newline, lines are read as they are in one.
fn assert_stretches(chunk: &[u8], cut: usize) {
    let newlines = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count() as u64 - 1;
    let place = chunk[..cut * chunk.len() / 256].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (first, second) = chunk.split_at(place);
    for input in [Input::Lines, Input::Text] {
        let reading = Reading { input, source: "test".to_owned(), ..Reading::default() };
        let behind = Reading { lines_before: newlines(first), ..reading.clone() };
        let both = tally_as(first, &reading).merge(tally_as(second, &behind));
        assert_eq!(both.to_bytes(), tally_as(chunk, &reading).to_bytes());
    }
}

fn is_compressed(chunk: &[u8]) -> bool {
    chunk.starts_with(&[0x1f, 0x8b]) || chunk.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}

fn spell(tally: &Tally) -> String {
    format!("{:?}", tally.generalise().templates)
}

/// Masks a text: every mark has its value, and with the values in their places the text is whole.
pub(crate) fn mask_any(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let masked = mask(&text);
    assert_eq!(masked.key.matches(MARK).count(), masked.values.len(), "{text:?}");
    let ends = masked.values.windows(2).all(|pair| pair[0].1.end <= pair[1].1.start);
    assert!(ends, "values overlap: {text:?}");
    assert!(!masked.key.chars().any(|letter| letter.is_ascii_control() && letter != MARK), "{text:?}");
    assert!(!masked.key.contains("  "), "{text:?}");
    assert_eq!(squeeze(&fill(&masked, &text)), squeeze(&text), "{text:?}");
    let redactor = Redactor::default();
    let clean = redactor.text(&text);
    assert_eq!(redactor.text(&clean), clean, "what is redacted stays as it is: {text:?}");
}

/// The masked text with the values back in their places.
fn fill(masked: &Masked, text: &str) -> String {
    let mut values = masked.values.iter().map(|(_, range)| &text[range.clone()]);
    let mut parts = masked.key.split(MARK);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // Behind a mark is the letter of its kind.
        filled.push_str(values.next().unwrap());
        filled.push_str(&part[1..]);
    }
    filled
}

/// A text without what masking may change: white space, control characters, a terminal's colours.
fn squeeze(text: &str) -> String {
    static COLOURS: LazyLock<Regex> = LazyLock::new(|| Regex::new("\x1b\\[[\x20-\x3f]*[\x40-\x7e]").unwrap());
    let plain = COLOURS.replace_all(text, "");
    plain.chars().filter(|letter| !letter.is_whitespace() && !letter.is_ascii_control()).collect()
}

/// Walks a text: the walker accepts what `serde_json` accepts, and takes the same values from it.
pub(crate) fn walk(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let walked = skip(text);
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if walked == Err(Fault::TooDeep) {
        assert!(deepest(text) > DEPTH_LIMIT, "{text:?}");
        return;
    }
    assert_eq!(walked.is_ok(), is_json, "{text:?}");
    // serde_json can skip what it cannot keep: lone surrogates, numbers without bounds, depth above 128.
    if let Ok(known) = serde_json::from_str::<Value>(text) {
        assert_eq!(take(&mut Walker::new(text)), Ok(known), "{text:?}");
    }
}

fn skip(text: &str) -> Result<(), Fault> {
    let mut walker = Walker::new(text);
    walker.skip()?;
    walker.end()
}

/// Brackets open at once, those in strings included: never less than what is really nested.
fn deepest(text: &str) -> usize {
    let steps = text.bytes().scan(0_usize, |depth, byte| {
        *depth = match byte {
            b'{' | b'[' => *depth + 1,
            b'}' | b']' => depth.saturating_sub(1),
            _ => *depth,
        };
        Some(*depth)
    });
    steps.max().unwrap_or(0)
}

/// The value that the walker stands before, as `serde_json` would have it.
fn take(walker: &mut Walker<'_>) -> Result<Value, Fault> {
    if !walker.is_object() {
        return walker.value().map(keep);
    }
    let mut members = Map::new();
    walker.members(|walker, name| {
        let name = String::from_utf8_lossy(name.bytes()).into_owned();
        members.insert(name, take(walker)?);
        Ok(())
    })?;
    Ok(Value::Object(members))
}

fn keep(taken: Taken<'_>) -> Value {
    match taken {
        Taken::Text(..) => taken.text().map_or(Value::Null, |text| Value::String(text.into_owned())),
        Taken::Plain(raw) | Taken::Nested(raw) => serde_json::from_str(raw).unwrap(),
        Taken::Null => Value::Null,
    }
}

/// Reads bytes as a snapshot, also with a checksum that is right: an error or a tally that can be used.
pub(crate) fn recall(bytes: &[u8]) {
    assert!(Tally::from_bytes(bytes).is_err() || bytes == Tally::from_bytes(bytes).unwrap().to_bytes());
    let head = &Tally::default().to_bytes()[..5];
    let mut signed = [head, bytes].concat();
    signed.extend(xxhash_rust::xxh3::xxh3_64(&signed).to_le_bytes());
    if let Ok(tally) = Tally::from_bytes(&signed) {
        let _ = tally.generalise();
    }
}
