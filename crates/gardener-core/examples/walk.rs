//! Walks every member of every entry of a file and does nothing with them: the limit that
//! tallying is measured against.
//!
//! `cargo run --release -p gardener-core --example walk -- FILE` prints entries and seconds as JSON.

use gardener_core::walk::{Fault, Walker};
use std::hint::black_box;
use std::io::{Error, ErrorKind};
use std::time::Instant;

fn main() -> Result<(), Error> {
    let path = std::env::args().nth(1).ok_or_else(|| Error::new(ErrorKind::InvalidInput, "name a FILE"))?;
    let bytes = std::fs::read(path)?;
    let start = Instant::now();
    let text = std::str::from_utf8(&bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    let (mut entries, mut faults) = (0_u64, 0_u64);
    for line in text.lines() {
        entries += 1;
        faults += u64::from(walk(line).is_err());
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{{\"entries\": {entries}, \"faults\": {faults}, \"seconds\": {seconds:.4}}}");
    Ok(())
}

fn walk(line: &str) -> Result<(), Fault> {
    let mut walker = Walker::new(line);
    walk_value(&mut walker)?;
    walker.end()
}

fn walk_value(walker: &mut Walker<'_>) -> Result<(), Fault> {
    if walker.is_object() {
        walker.members(|walker, name| {
            black_box(name);
            walk_value(walker)
        })
    } else {
        black_box(walker.value()?);
        Ok(())
    }
}
