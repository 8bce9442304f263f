//! Log entries for tests: every kind of payload, and texts of every sort.

// Every test binary compiles this module and uses a part of it.
#![allow(dead_code)]

use flate2::write::GzEncoder;
use gardener_core::framing::Input;
use gardener_core::reading::Meter;
use gardener_core::seen::Seen;
use gardener_core::{Reading, Tally};
use proptest::prelude::*;
use proptest::sample::{select, Index};
use std::io::{Read, Write};

const WORDS: [&str; 12] =
    ["checkout", "failed", "for", "user", "ann", "bob", "took", "état", "保存", "🔑", "مرحبا", "'auth_service'"];

const VALUES: [&str; 12] = [
    "10.0.0.1:8080",
    "1203",
    "12.5ms",
    "/var/log/app.log",
    "ann@example.com",
    "3f2c91aa07be",
    "2025-09-16 00:42:53,123",
    "https://a.example/b?c=d",
    "state='open'",
    "[ERROR]",
    "an14 an15",
    "123e4567-e89b-12d3-a456-426614174000",
];

const TRACES: [&str; 4] = [
    "Traceback (most recent call last):\n  File \"/app/cart.py\", line 8, in total\n    x()\nKeyError: 'rose'",
    "java.lang.IllegalStateException: no pot\n\tat com.shop.Pot.take(Pot.java:42)\n\tat com.shop.Web.go(Web.java:10)",
    "TypeError: x is undefined\n    at render (/app/src/cart.ts:10:5)\n    at next (/app/src/web.ts:1:1)",
    "panic: nil map\n\ngoroutine 1 [running]:\nmain.plant(0x1)\n\t/app/main.go:12 +0x1d\n",
];

/// What says that something ended, and not why.
const ENDS: [&str; 3] =
    ["Container called exit(1).", "Worker (pid:7) exited with code 3", "Application startup failed. Exiting."];

const TIMES: [&str; 8] = [
    "2025-09-14T21:00:00Z",
    "2025-09-14T21:00:00.5Z",
    "2025-09-14T21:01:07.123456Z",
    "2025-09-14T21:01:07.123456789Z",
    "2025-09-14T14:02:00.123456789123-07:00",
    "1969-12-31T23:59:59Z",
    "2026-01-01T00:00:00+0200",
    "no time at all",
];

const SEVERITIES: [&str; 9] =
    ["\"DEFAULT\"", "\"INFO\"", "\"NOTICE\"", "\"WARNING\"", "\"ERROR\"", "\"warn\"", "500", "\"loud\"", "null"];

/// One generated entry; its id is chosen when it is written.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    members: String,
}

impl Sample {
    /// The entry as one line of JSON, with an `insertId` that `number` makes.
    pub(crate) fn line(&self, number: usize) -> String {
        format!("{{\"insertId\":\"id-{number}\"{}}}", self.members)
    }
}

/// Writes every sample as a line of JSON; its position is its id.
pub(crate) fn lines(samples: &[Sample]) -> Vec<String> {
    samples.iter().enumerate().map(|(number, sample)| sample.line(number)).collect()
}

/// Spells a text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Spells a text as a JSON string in which everything is escaped.
fn quote_escaped(text: &str) -> String {
    let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    format!("\"{}\"", units.concat())
}

/// One line of a trace, as a platform that makes an entry of each writes it.
fn line_of(trace: &str, at: Index) -> String {
    let lines: Vec<&str> = trace.lines().collect();
    lines[at.index(lines.len())].to_owned()
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![3 => select(&WORDS[..]), 1 => select(&VALUES[..])];
    prop_oneof![
        6 => prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.join(" ")),
        2 => select(&TRACES[..]).prop_map(str::to_owned),
        3 => (select(&TRACES[..]), any::<Index>()).prop_map(|(trace, at)| line_of(trace, at)),
        2 => select(&ENDS[..]).prop_map(str::to_owned),
        2 => ".{0,30}",
        1 => any::<String>(),
        1 => Just(String::new()),
    ]
}

fn quoted() -> impl Strategy<Value = String> {
    (text(), any::<bool>()).prop_map(|(text, escaped)| if escaped { quote_escaped(&text) } else { quote(&text) })
}

fn payload() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => quoted().prop_map(|text| format!(",\"textPayload\":{text}")),
        3 => (quoted(), select(&["message", "msg", "event", "other"][..]), 0..3u8).prop_map(|(text, name, line)| format!(
            ",\"jsonPayload\":{{\"{name}\":{text},\"module\":\"shop.cart\",\"function\":\"total\",\"line\":{line}}}"
        )),
        1 => (quoted(), quoted()).prop_map(|(text, stack)| format!(
            ",\"jsonPayload\":{{\"message\":{text},\"stack_trace\":{stack}}}"
        )),
        1 => (200..600u16, 0..99u8).prop_map(|(status, id)| format!(
            ",\"httpRequest\":{{\"requestMethod\":\"GET\",\"requestUrl\":\"/orders/{id}?a=b\",\"status\":{status},\"latency\":\"0.{id}s\"}}"
        )),
        1 => (quoted(), 0..8u8).prop_map(|(text, code)| format!(
            ",\"protoPayload\":{{\"serviceName\":\"run.googleapis.com\",\"methodName\":\"Get\",\"status\":{{\"code\":{code},\"message\":{text}}}}}"
        )),
        1 => Just(",\"logName\":\"projects/p/logs/stdout\"".to_owned()),
    ]
}

fn resource() -> impl Strategy<Value = String> {
    (select(&["web", "cart"][..]), 0..3u8, 0..200u8).prop_map(|(service, revision, instance)| {
        let labels = format!("\"service_name\":\"{service}\",\"revision_name\":\"{service}-{revision}\"");
        format!(
            ",\"resource\":{{\"type\":\"cloud_run_revision\",\"labels\":{{{labels}}}}},\"labels\":{{\"instanceId\":\"i{instance}\"}}"
        )
    })
}

fn maybe(name: &'static str, value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::option::of(value).prop_map(move |value| value.map_or(String::new(), |value| format!(",\"{name}\":{value}")))
}

/// An entry of any kind.
pub(crate) fn sample() -> impl Strategy<Value = Sample> {
    let time = maybe("timestamp", select(&TIMES[..]).prop_map(quote));
    let severity = maybe("severity", select(&SEVERITIES[..]).prop_map(str::to_owned));
    let resource = prop::option::of(resource()).prop_map(Option::unwrap_or_default);
    let request = maybe("trace", (0..200u8).prop_map(|number| quote(&format!("projects/p/traces/{number}"))));
    (payload(), time, severity, resource, request)
        .prop_map(|parts| Sample { members: [parts.0, parts.1, parts.2, parts.3, parts.4].concat() })
}

/// Up to `most` entries of any kind.
pub(crate) fn samples(most: usize) -> impl Strategy<Value = Vec<Sample>> {
    prop::collection::vec(sample(), 0..most)
}

/// A source that returns as few bytes as its sizes say, in turn; a size of 0 is an interrupted read.
pub(crate) struct ShortReads<'a> {
    rest: &'a [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl<'a> ShortReads<'a> {
    /// A source of `bytes`.
    pub(crate) fn new(bytes: &'a [u8], sizes: &[usize]) -> Self {
        Self { rest: bytes, sizes: sizes.to_vec(), turn: 0 }
    }
}

impl Read for ShortReads<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()];
        self.turn += 1;
        if size == 0 {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let length = size.min(buffer.len()).min(self.rest.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest = &self.rest[length..];
        Ok(length)
    }
}

/// Reads JSON as a service does, from the source `test`.
pub(crate) fn reading() -> Reading {
    Reading { source: "test".to_owned(), ..Reading::default() }
}

/// Reads plain lines.
pub(crate) fn text_reading() -> Reading {
    Reading { input: Input::Text, ..reading() }
}

/// The tally of a source held in memory.
pub(crate) fn tally(bytes: &[u8]) -> Tally {
    tally_as(bytes, &reading())
}

/// The tally of a source held in memory, read as `reading` says.
pub(crate) fn tally_as(bytes: &[u8], reading: &Reading) -> Tally {
    let mut tally = Tally::default();
    tally.add(bytes, reading, None);
    tally
}

/// The tally of a source that is read by threads.
pub(crate) fn tally_source(source: impl Read + Send, threads: usize, seen: Option<&Seen>) -> Tally {
    let mut tally = Tally::default();
    tally.add_source(source, &reading(), seen, threads, &Meter::default()).unwrap();
    tally
}

/// The tally of entries, one a line.
pub(crate) fn tally_lines(lines: &[String]) -> Tally {
    tally(lines.join("\n").as_bytes())
}

/// The bytes as a gzip file.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The bytes as a zstd file.
pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// Entries in shapes: the sum over all templates.
pub(crate) fn entries_in_templates(tally: &Tally) -> u64 {
    let facets = tally.generalise().templates;
    facets.iter().flat_map(|template| &template.facets).map(|facet| facet.record.count).sum()
}

/// Texts of all templates with their counts, in the order of the grouping.
pub(crate) fn texts(tally: &Tally) -> Vec<(String, u64)> {
    let count = |template: &gardener_core::Template| template.facets.iter().map(|facet| facet.record.count).sum();
    tally.generalise().templates.into_iter().map(|template| (template.text.clone(), count(&template))).collect()
}

/// The account must add up, whatever was read.
pub(crate) fn assert_adds_up(tally: &Tally) {
    let totals = tally.totals();
    let refused: u64 = totals.refusals.values().map(|refusal| refusal.count).sum();
    let left_out = totals.outside + totals.other_services + totals.less_severe + totals.duplicates;
    let parts = totals.entries + totals.joined + left_out + refused;
    assert_eq!(totals.read, parts, "{totals:?}");
    assert_eq!(totals.severities.rows().map(|row| row.1).sum::<u64>(), totals.entries, "{totals:?}");
    assert_eq!(entries_in_templates(tally) + totals.overflow.count, totals.entries, "{totals:?}");
}
