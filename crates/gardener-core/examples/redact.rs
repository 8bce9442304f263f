//! Redacts a file and tells how long it took, for a profiler, or for a comparison with what another build writes.
//!
//! ```text
//! cargo run --release --package gardener-core --example redact -- FILE [OUTPUT]
//! ```

use gardener_core::reading::Meter;
use gardener_core::redact::Redactor;
use std::error::Error;
use std::fs::File;
use std::io::{sink, Write};
use std::time::Instant;

/// The key of `benchmarks/redaction.py`, whose streams this is for.
const KEY: &[u8] = b"a key of the benchmark";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, mut output): (_, Box<dyn Write>) = match arguments.as_slice() {
        [path] => (path, Box::new(sink())),
        [path, output] => (path, Box::new(File::create(output)?)),
        _ => return Err("usage: redact FILE [OUTPUT]".into()),
    };
    let redactor = Redactor::new(KEY, Vec::new(), &[])?;
    let start = Instant::now();
    let account = redactor.stream(File::open(path)?, &mut *output, &Meter::default())?;
    let seconds = start.elapsed().as_secs_f64();
    let replaced: u64 = account.replaced.values().sum();
    let (lines, bytes) = (account.lines, account.bytes);
    println!("{{\"lines\": {lines}, \"bytes\": {bytes}, \"replaced\": {replaced}, \"seconds\": {seconds:.6}}}");
    Ok(())
}
