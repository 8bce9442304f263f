#![no_main]

#[path = "../../crates/gardener-core/tests/entries/mod.rs"]
mod entries;
#[path = "../../crates/gardener-core/tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::walk(bytes));
