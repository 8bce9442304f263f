//! Memory stays bounded however long a record is. Alone in its binary, so that nothing else is measured.
#![cfg(target_os = "linux")]

mod entries;

use entries::tally_source;
use std::io::Read;

/// A record that is as long as no memory should have to be.
const HUGE: u64 = 300 << 20;

/// What reading it may take: a few blocks and records, far from all of it.
const MOST_KILOBYTES: usize = 48 << 10;

/// The most memory that this process has held so far.
fn peak_kilobytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_huge_record_is_passed_over_in_bounded_memory() {
    let before = peak_kilobytes();
    for head in ["{\"textPayload\":\"", "[{\"textPayload\":\"", "[\n{", "plain text ", "\n\n[{}, junk "] {
        let source = head.as_bytes().chain(std::io::repeat(b'x').take(HUGE)).chain("\"}]\n".as_bytes());
        let tally = tally_source(source, 2, None);
        assert_eq!(tally.totals().entries, 0, "{head}");
        assert!(tally.totals().read >= 1, "{head}");
    }
    let grown = peak_kilobytes() - before;
    assert!(grown < MOST_KILOBYTES, "{grown} kB");
}
