//! Which hash? Each hashes the same shapes' keys, then finds them in a table.

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use gardener_core::mask::mask;
use std::collections::hash_map::RandomState;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::hint::black_box;
use xxhash_rust::xxh3::xxh3_64;

const ENTRIES: usize = 2_000;

/// xxh3 of a text in one go, as the core does it: its state for texts in parts has 500 bytes.
#[derive(Default, Clone)]
struct OneShot(u64);

impl Hasher for OneShot {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= xxh3_64(bytes);
    }

    fn write_u8(&mut self, _: u8) {}
}

/// Keys as the core makes them: severity and kind, hard keys, masked body.
fn keys() -> Vec<String> {
    let spell = |(index, text): (usize, &String)| {
        let hard = format!("2jcloud_run_revision\0garden-api\0garden.beds{}\0\0", index % 16);
        hard + &mask(text).key
    };
    gardener_bench::messages(ENTRIES).iter().enumerate().map(spell).collect()
}

fn measure(criterion: &mut Criterion, keys: &[String], name: &str, build: &impl BuildHasher) {
    let mut group = criterion.benchmark_group("hash a key");
    group.throughput(Throughput::Elements(keys.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| keys.iter().fold(0, |sum, key| sum ^ build.hash_one(black_box(key.as_str()))));
    });
    group.finish();
}

fn find(criterion: &mut Criterion, keys: &[String], name: &str, build: impl BuildHasher) {
    let mut known = HashMap::with_hasher(build);
    for (index, key) in keys.iter().enumerate() {
        known.entry(key.as_str()).or_insert(index);
    }
    let mut group = criterion.benchmark_group("find a key");
    group.throughput(Throughput::Elements(keys.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| keys.iter().filter_map(|key| known.get(black_box(key.as_str()))).sum::<usize>());
    });
    group.finish();
}

fn hash(criterion: &mut Criterion) {
    let keys = keys();
    let (ours, ahash) = (BuildHasherDefault::<OneShot>::default(), ahash::RandomState::with_seeds(1, 2, 3, 4));
    let (fast, quality) = (foldhash::fast::FixedState::default(), foldhash::quality::FixedState::default());
    measure(criterion, &keys, "xxh3, one go", &ours);
    measure(criterion, &keys, "ahash", &ahash);
    measure(criterion, &keys, "foldhash, fast", &fast);
    measure(criterion, &keys, "foldhash, quality", &quality);
    measure(criterion, &keys, "SipHash (Rust's own)", &RandomState::new());
    find(criterion, &keys, "xxh3, one go", ours);
    find(criterion, &keys, "ahash", ahash);
    find(criterion, &keys, "foldhash, fast", fast);
    find(criterion, &keys, "foldhash, quality", quality);
    find(criterion, &keys, "SipHash (Rust's own)", RandomState::new());
}

criterion_group!(hashes, hash);
criterion_main!(hashes);
