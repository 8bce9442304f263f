//! Tallies a file and prints what it took.
use gardener_core::{reading::Meter, seen::Seen, Reading, Tally};
use std::fs::File;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("FILE");
    let threads = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    let has_seen = arguments.next().is_none();
    let seen = Seen::default();
    let reading = Reading { source: path.clone(), input: "auto".parse().unwrap(), ..Reading::default() };
    let start = Instant::now();
    let mut tally = Tally::default();
    tally
        .add_source(File::open(&path).expect("a file"), &reading, has_seen.then_some(&seen), threads, &Meter::default())
        .expect("a reading");
    let seconds = start.elapsed().as_secs_f64();
    let templates = tally.generalise().templates.len();
    let entries = tally.totals().entries;
    println!("{{\"entries\": {entries}, \"seconds\": {seconds:.4}, \"templates\": {templates}}}");
}
