//! Which JSON parser? Each passes over the same entries, then takes six texts out of each.

use criterion::{criterion_group, criterion_main, BatchSize, Criterion, Throughput};
use gardener_core::walk::{Fault, Walker};
use serde::de::IgnoredAny;
use serde::Deserialize;
use simd_json::prelude::ValueAsScalar;
use sonic_rs::{JsonValueTrait, LazyValue};
use std::borrow::Cow;
use std::hint::black_box;

const ENTRIES: usize = 2_000;

/// Where the texts stand; the core takes these and some ten more.
const WANTED: [&[&str]; 6] = [
    &["insertId"],
    &["timestamp"],
    &["severity"],
    &["jsonPayload", "message"],
    &["resource", "labels", "service_name"],
    &["labels", "instanceId"],
];

/// How many bytes the wanted texts have together: all parsers must find the same ones.
type Found = usize;

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, rename = "insertId")]
    insert_id: Cow<'a, str>,
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow)]
    severity: Cow<'a, str>,
    #[serde(borrow, rename = "jsonPayload")]
    payload: Payload<'a>,
    #[serde(borrow)]
    resource: Resource<'a>,
    #[serde(borrow)]
    labels: Labels<'a>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow)]
    labels: Services<'a>,
}

#[derive(Deserialize)]
struct Services<'a> {
    #[serde(borrow, rename = "service_name")]
    service: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Labels<'a> {
    #[serde(borrow, rename = "instanceId")]
    instance: Cow<'a, str>,
}

impl Entry<'_> {
    fn found(&self) -> Found {
        let own = self.insert_id.len() + self.timestamp.len() + self.severity.len() + self.payload.message.len();
        own + self.resource.labels.service.len() + self.labels.instance.len()
    }
}

fn walk_over(line: &str) -> Result<(), Fault> {
    let mut walker = Walker::new(line);
    walker.skip()?;
    walker.end()
}

/// What the core does: one pass, and every member that comes is wanted or stepped over.
fn walk_and_take(line: &str) -> Result<Found, Fault> {
    let (mut walker, mut found) = (Walker::new(line), 0);
    walker.members(|walker, name| match name.bytes() {
        b"insertId" | b"timestamp" | b"severity" => take(walker, &mut found),
        b"jsonPayload" => take_member(walker, b"message", &mut found),
        b"labels" => take_member(walker, b"instanceId", &mut found),
        b"resource" => walker.members(|walker, name| match name.bytes() {
            b"labels" => take_member(walker, b"service_name", &mut found),
            _ => walker.skip(),
        }),
        _ => walker.skip(),
    })?;
    walker.end().map(|()| found)
}

fn take_member(walker: &mut Walker<'_>, wanted: &[u8], found: &mut Found) -> Result<(), Fault> {
    walker.members(|walker, name| if name.bytes() == wanted { take(walker, found) } else { walker.skip() })
}

fn take(walker: &mut Walker<'_>, found: &mut Found) -> Result<(), Fault> {
    *found += walker.value()?.text().map_or(0, |text| text.len());
    Ok(())
}

fn take_from_tree(line: &str) -> Found {
    let Ok(tree) = serde_json::from_str::<serde_json::Value>(line) else { return 0 };
    let texts = WANTED.iter().map(|path| path.iter().try_fold(&tree, |value, name| value.get(name)));
    texts.filter_map(|value| value.and_then(serde_json::Value::as_str)).map(str::len).sum()
}

fn take_lazily(line: &str) -> Found {
    let texts = WANTED.iter().map(|path| sonic_rs::get(line, *path).ok());
    texts.filter_map(|value| value.and_then(|value: LazyValue<'_>| value.as_str().map(str::len))).sum()
}

fn take_from_tape(line: &mut [u8]) -> Found {
    let Ok(tape) = simd_json::to_tape(line) else { return 0 };
    let texts = WANTED.iter().map(|path| path.iter().try_fold(tape.as_value(), |value, name| value.get(*name)));
    texts.filter_map(|value| value.and_then(|value| value.as_str().map(str::len))).sum()
}

type Parser = (&'static str, fn(&str) -> Found);

const PASSING: [Parser; 3] = [
    ("our walk", |line| usize::from(walk_over(line).is_ok())),
    ("serde_json, ignored", |line| usize::from(serde_json::from_str::<IgnoredAny>(line).is_ok())),
    ("sonic-rs, lazy", |line| usize::from(sonic_rs::from_str::<LazyValue<'_>>(line).is_ok())),
];

const TAKING: [Parser; 5] = [
    ("our walk", |line| walk_and_take(line).unwrap_or(0)),
    ("serde_json, struct", |line| serde_json::from_str::<Entry<'_>>(line).map_or(0, |entry| entry.found())),
    ("serde_json, tree", take_from_tree),
    ("sonic-rs, struct", |line| sonic_rs::from_str::<Entry<'_>>(line).map_or(0, |entry| entry.found())),
    ("sonic-rs, lazy", take_lazily),
];

fn measure(criterion: &mut Criterion, name: &str, parsers: &[Parser], in_place: fn(&mut [u8]) -> Found) {
    let lines = gardener_bench::entries(ENTRIES);
    let copies = || lines.iter().map(|line| line.clone().into_bytes()).collect::<Vec<_>>();
    let want: Found = lines.iter().map(|line| parsers[0].1(line)).sum();
    assert!(want >= ENTRIES, "the first parser finds nothing");
    let mut group = criterion.benchmark_group(name);
    let bytes = lines.iter().map(|line| line.len() as u64).sum();
    group.throughput(Throughput::ElementsAndBytes { elements: ENTRIES as u64, bytes });
    for (parser, read) in parsers {
        assert_eq!(lines.iter().map(|line| read(line)).sum::<Found>(), want, "{parser} finds something else");
        group.bench_function(*parser, |bencher| {
            bencher.iter(|| lines.iter().map(|line| read(black_box(line))).sum::<Found>());
        });
    }
    assert_eq!(copies().iter_mut().map(|line| in_place(line)).sum::<Found>(), want, "simd-json finds something else");
    // It writes into what it reads: the copy that it needs each time is not counted.
    let run = |mut lines: Vec<Vec<u8>>| lines.iter_mut().map(|line| in_place(line)).sum::<Found>();
    group.bench_function("simd-json, tape", |bencher| bencher.iter_batched(copies, run, BatchSize::LargeInput));
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    measure(criterion, "pass over an entry", &PASSING, |line| usize::from(simd_json::to_tape(line).is_ok()));
    measure(criterion, "take six texts of an entry", &TAKING, take_from_tape);
}

criterion_group!(parser, parse);
criterion_main!(parser);
