//! Tallies a file and tells how long it took: the program whose instructions are counted.
//!
//! ```text
//! cargo run --release --package gardener-core --example tally -- FILE [--threads N]
//! ```

use gardener_core::reading::Meter;
use gardener_core::seen::Seen;
use gardener_core::{Reading, Tally};
use std::error::Error;
use std::fs::File;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, threads) = match arguments.as_slice() {
        [path] => (path, 1),
        [path, option, threads] if option == "--threads" => (path, threads.parse()?),
        _ => return Err("usage: tally FILE [--threads N]".into()),
    };
    let start = Instant::now();
    let mut tally = Tally::default();
    let reading = Reading { source: path.clone(), ..Reading::default() };
    tally.add_source(File::open(path)?, &reading, Some(&Seen::default()), threads, &Meter::default())?;
    let templates = tally.generalise().templates.len();
    let seconds = start.elapsed().as_secs_f64();
    let entries = tally.totals().entries;
    println!("{{\"entries\": {entries}, \"templates\": {templates}, \"seconds\": {seconds:.6}}}");
    Ok(())
}
