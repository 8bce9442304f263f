//! What the fuzzer looks for holds for the bytes that it starts from, cut and spoilt at any place.

mod entries;
mod properties;

use std::fs;
use std::path::{Path, PathBuf};

/// Every place of a short seed, and so many of a long one.
const PLACES: usize = 24;

/// What a byte is spoilt with: a mark, a quote, a backslash, the ends of the range of bytes.
const SPOILS: [u8; 5] = [0x00, 0x1a, b'"', b'\\', 0xff];

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A seed as it is, cut short, with a byte spoilt, and twice.
fn variants(seed: &[u8]) -> Vec<Vec<u8>> {
    let step = (seed.len() / PLACES).max(1);
    let mut variants = vec![seed.to_vec(), seed.repeat(2)];
    for place in (0..seed.len()).step_by(step) {
        variants.push(seed[..place].to_vec());
        let mut spoilt = seed.to_vec();
        spoilt[place] = SPOILS[(place / step) % SPOILS.len()];
        variants.push(spoilt);
    }
    variants
}

fn hold(target: &str, property: fn(&[u8])) {
    let seeds = seeds(target);
    assert!(!seeds.is_empty(), "no seeds of {target}");
    for variant in seeds.iter().flat_map(|seed| variants(seed)) {
        property(&variant);
    }
}

#[test]
fn reading_holds_for_every_seed() {
    hold("read", properties::read);
}

#[test]
fn masking_holds_for_every_seed() {
    hold("mask", properties::mask_any);
}

#[test]
fn walking_holds_for_every_seed() {
    hold("walk", properties::walk);
}

#[test]
fn recalling_holds_for_every_seed() {
    hold("recall", properties::recall);
}
