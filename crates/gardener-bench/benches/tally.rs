//! What the core does with entries as a whole: fold them in, merge, keep, recall, generalise.

use criterion::{criterion_group, criterion_main, BatchSize, Criterion, Throughput};
use gardener_core::seen::Seen;
use gardener_core::{Reading, Tally};
use std::hint::black_box;

const ENTRIES: usize = 5_000;

fn make_tally(bytes: &[u8], seen: Option<&Seen>) -> Tally {
    let mut tally = Tally::default();
    tally.add(black_box(bytes), &Reading::default(), seen);
    tally
}

fn fold(criterion: &mut Criterion, bytes: &[u8]) {
    assert_eq!(make_tally(bytes, None).totals().entries, ENTRIES as u64);
    let mut group = criterion.benchmark_group("fold entries in");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("each counted", |bencher| bencher.iter(|| make_tally(bytes, None)));
    group.bench_function("each counted once", |bencher| bencher.iter(|| make_tally(bytes, Some(&Seen::default()))));
    group.finish();
}

fn keep(criterion: &mut Criterion, bytes: &[u8]) {
    let tally = make_tally(bytes, None);
    let kept = tally.to_bytes();
    let shapes: usize = tally.generalise().templates.iter().map(|template| template.facets.len()).sum();
    let mut group = criterion.benchmark_group("work on a tally");
    group.throughput(Throughput::Elements(shapes as u64));
    group.bench_function("merge with another", |bencher| {
        let pair = || (tally.clone(), tally.clone());
        bencher.iter_batched(pair, |(one, other)| one.merge(other), BatchSize::LargeInput);
    });
    group.bench_function("write a snapshot", |bencher| bencher.iter(|| tally.to_bytes()));
    group.bench_function("read a snapshot", |bencher| bencher.iter(|| Tally::from_bytes(black_box(&kept))));
    group.bench_function("generalise", |bencher| bencher.iter(|| tally.generalise()));
    group.finish();
}

fn tally(criterion: &mut Criterion) {
    let bytes = gardener_bench::entries(ENTRIES).join("\n").into_bytes();
    fold(criterion, &bytes);
    keep(criterion, &bytes);
}

criterion_group!(whole, tally);
criterion_main!(whole);
