//! The tally is a commutative monoid, and everything that follows from it.

mod entries;

use entries::{
    assert_adds_up, entries_in_templates, gzip, lines, quote, reading, sample, samples, tally, tally_as, tally_lines,
    tally_source, texts, zstd, Sample, ShortReads,
};
use gardener_core::seen::Seen;
use gardener_core::tally::SHAPE_LIMIT;
use gardener_core::{Reading, Tally};
use proptest::prelude::*;
use proptest::sample::{subsequence, Index};

/// Most entries of one generated case.
const MOST: usize = 30;

/// Bytes that spread over several blocks, so that threads share the work.
const SEVERAL_BLOCKS: usize = 5 << 19;

fn merge_all(parts: impl IntoIterator<Item = Tally>) -> Tally {
    parts.into_iter().fold(Tally::default(), Tally::merge)
}

/// Cuts `lines` at `cuts` into parts, in the order of `lines`.
fn split<'l>(lines: &'l [String], cuts: &[Index]) -> Vec<&'l [String]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(lines.len() + 1)).collect();
    places.extend([0, lines.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &lines[pair[0]..pair[1]]).collect()
}

fn shuffled() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    samples(MOST).prop_flat_map(|samples| {
        let lines = lines(&samples);
        (Just(lines.clone()), Just(lines).prop_shuffle())
    })
}

/// Repeats the samples with ever new ids until they fill several blocks.
fn many_blocks(samples: &[Sample]) -> String {
    let mut text = String::new();
    for (number, sample) in samples.iter().cycle().enumerate() {
        text.push_str(&sample.line(number));
        text.push('\n');
        if text.len() > SEVERAL_BLOCKS {
            break;
        }
    }
    text
}

/// The grouping as text: it has no equality of its own.
fn spell_grouping(tally: &Tally) -> String {
    format!("{:#?}", tally.generalise().templates)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_is_associative(a in samples(MOST), b in samples(MOST), c in samples(MOST)) {
        let [a, b, c] = [a, b, c].map(|part| tally_lines(&lines(&part)));
        let left = a.clone().merge(b.clone()).merge(c.clone());
        prop_assert_eq!(left.to_bytes(), a.merge(b.merge(c)).to_bytes());
    }

    #[test]
    fn merging_is_commutative(a in samples(MOST), b in samples(MOST)) {
        let [a, b] = [a, b].map(|part| tally_lines(&lines(&part)));
        prop_assert_eq!(a.clone().merge(b.clone()).to_bytes(), b.merge(a).to_bytes());
    }

    #[test]
    fn the_empty_tally_is_neutral(a in samples(MOST)) {
        let a = tally_lines(&lines(&a));
        prop_assert_eq!(a.clone().merge(Tally::default()).to_bytes(), a.to_bytes());
        prop_assert_eq!(Tally::default().merge(a.clone()).to_bytes(), a.to_bytes());
    }

    #[test]
    fn any_split_in_any_order_tallies_to_the_same_bytes(
        (whole, shuffled) in shuffled(),
        cuts in prop::collection::vec(any::<Index>(), 0..5),
    ) {
        let parts = split(&shuffled, &cuts).into_iter().map(tally_lines);
        prop_assert_eq!(merge_all(parts).to_bytes(), tally_lines(&whole).to_bytes());
    }

    #[test]
    fn adding_source_after_source_is_merging_their_tallies(a in samples(MOST), b in samples(MOST)) {
        let [a, b] = [a, b].map(|part| lines(&part).join("\n"));
        let mut both = tally(a.as_bytes());
        both.add(b.as_bytes(), &reading(), None);
        prop_assert_eq!(both.to_bytes(), tally(a.as_bytes()).merge(tally(b.as_bytes())).to_bytes());
    }

    #[test]
    fn equal_tallies_group_equally_in_whatever_order_they_were_built((whole, shuffled) in shuffled()) {
        prop_assert_eq!(spell_grouping(&tally_lines(&whole)), spell_grouping(&tally_lines(&shuffled)));
    }

    #[test]
    fn a_snapshot_reads_back_as_the_same_tally(a in samples(MOST)) {
        let a = tally_lines(&lines(&a));
        let again = Tally::from_bytes(&a.to_bytes()).unwrap();
        prop_assert_eq!(again.to_bytes(), a.to_bytes());
        prop_assert_eq!(spell_grouping(&again), spell_grouping(&a));
        prop_assert_eq!(again, a);
    }

    #[test]
    fn a_snapshot_with_a_changed_byte_is_an_error(a in samples(9), at in any::<Index>(), change in 1..=255_u8) {
        let mut bytes = tally_lines(&lines(&a)).to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        prop_assert!(Tally::from_bytes(&bytes).is_err(), "byte {at}");
    }

    #[test]
    fn a_snapshot_cut_short_or_with_a_tail_is_an_error(a in samples(9), at in any::<Index>(), tail in 0..=255_u8) {
        let mut bytes = tally_lines(&lines(&a)).to_bytes();
        prop_assert!(Tally::from_bytes(&bytes[..at.index(bytes.len())]).is_err());
        bytes.push(tail);
        prop_assert!(Tally::from_bytes(&bytes).is_err());
    }

    #[test]
    fn bytes_of_any_kind_are_no_snapshot(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Tally::from_bytes(&bytes).is_err());
    }

    #[test]
    fn the_account_adds_up(
        entries in samples(MOST),
        junk in prop::collection::vec("[^\n]{0,40}", 0..5),
        window in prop::option::of((1_757_000_000_i64..1_758_000_000, 1..9_000_000_i64)),
        service in prop::option::of(Just("web".to_owned())),
    ) {
        let window = window.map(|(start, length)| (start * 1_000_000_000, (start + length) * 1_000_000_000));
        let reading = Reading { window, service, ..reading() };
        let text = [lines(&entries), junk, lines(&entries)].concat().join("\n");
        let mut tally = Tally::default();
        tally.add(text.as_bytes(), &reading, Some(&Seen::default()));
        assert_adds_up(&tally);
    }

    #[test]
    fn every_layout_of_the_same_entries_tallies_to_the_same_bytes(entries in prop::collection::vec(sample(), 1..MOST)) {
        let rows = lines(&entries);
        let (first, second) = rows.split_at(rows.len() / 2);
        let page = |rows: &[String]| format!("{{\"entries\":[{}],\n\"nextPageToken\":\"a]}}\\\"b\"}}", rows.join(","));
        let want = tally_lines(&rows).to_bytes();
        for (name, text) in [
            ("carriage returns", rows.join("\r\n") + "\r\n"),
            ("byte order mark", format!("\u{feff}{}", rows.join("\n"))),
            ("blank lines", rows.join("\n\n \n")),
            ("array", format!("[{}]", rows.join(","))),
            ("array over lines", format!(" [\n{}\n]\n", rows.join(",\n"))),
            ("page", page(&rows)),
            ("page on one line", format!("{{\"entries\":[{}]}}", rows.join(","))),
            ("pages on one line each", format!("{{\"entries\":[{}]}}\n{{\"entries\":[{}]}}\n", first.join(","), second.join(","))),
            ("pages", format!("{}\n{}", page(first), page(second))),
            ("arrays", format!("[{}]\n[{}]", first.join(","), second.join(","))),
            ("page with its token first", format!("{{\n\"nextPageToken\":\"x\",\"entries\":\n[{}]}}", rows.join(","))),
        ] {
            prop_assert!(tally(text.as_bytes()).to_bytes() == want, "{name}: {text}");
        }
        for compressed in [gzip(rows.join("\n").as_bytes()), zstd(rows.join("\n").as_bytes())] {
            prop_assert_eq!(tally_source(compressed.as_slice(), 1, None).to_bytes(), want.clone());
        }
        let members = [gzip((first.join("\n") + "\n").as_bytes()), gzip(second.join("\n").as_bytes())].concat();
        prop_assert_eq!(tally_source(members.as_slice(), 1, None).to_bytes(), want);
    }

    #[test]
    fn pretty_printing_changes_no_template_and_no_count(entries in prop::collection::vec(sample(), 1..MOST)) {
        let rows = lines(&entries);
        let value: serde_json::Value = serde_json::from_str(&format!("[{}]", rows.join(","))).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(texts(&tally(pretty.as_bytes())), texts(&tally_lines(&rows)));
    }

    #[test]
    fn reads_of_any_size_tally_to_the_same_bytes(
        entries in samples(MOST),
        sizes in prop::collection::vec(1..40_usize, 1..9),
        junk in "[^\n]{0,40}",
    ) {
        let rows = [lines(&entries), vec![junk]].concat();
        for text in [rows.join("\n"), format!("[{}]", rows.join(",\n"))] {
            let short = tally_source(ShortReads::new(text.as_bytes(), &sizes), 1, None);
            prop_assert!(short.to_bytes() == tally(text.as_bytes()).to_bytes(), "{text}");
        }
    }

    #[test]
    fn compressed_reads_of_any_size_tally_to_the_same_bytes(
        entries in samples(MOST),
        sizes in prop::collection::vec(1..40_usize, 1..9),
    ) {
        let text = lines(&entries).join("\n");
        let want = tally(text.as_bytes()).to_bytes();
        for packed in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
            prop_assert!(tally_source(ShortReads::new(&packed, &sizes), 2, None).to_bytes() == want);
        }
    }

    #[test]
    fn an_entry_that_comes_twice_in_a_run_counts_once((whole, shuffled) in shuffled()) {
        let seen = Seen::default();
        let once = tally_source([whole.clone(), shuffled.clone()].concat().join("\n").as_bytes(), 1, Some(&seen));
        prop_assert_eq!(once.totals().duplicates, whole.len() as u64);
        prop_assert_eq!(spell_grouping(&once), spell_grouping(&tally_lines(&whole)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_number_of_threads_and_any_chunks_tally_to_the_same_bytes(
        entries in prop::collection::vec(sample(), 1..MOST),
        threads in 1..=4_usize,
        sizes in prop::collection::vec(1..400_000_usize, 1..9),
    ) {
        let text = many_blocks(&entries);
        let want = tally(text.as_bytes());
        let packed = gzip(text.as_bytes());
        for source in [text.as_bytes(), &packed] {
            let many = tally_source(ShortReads::new(source, &[&[9], sizes.as_slice()].concat()), threads, None);
            prop_assert!(many.to_bytes() == want.to_bytes(), "{threads} threads");
        }
        let pieces = [quote(&text[..9]).as_bytes(), text.as_bytes()].concat();
        let many = tally_source(ShortReads::new(&pieces, &sizes), threads, None);
        prop_assert!(many.to_bytes() == tally(&pieces).to_bytes(), "plain, {threads} threads");
        assert_adds_up(&want);
    }

    #[test]
    fn plain_lines_are_numbered_alike_by_any_number_of_threads(
        rows in prop::collection::vec("[a-c ]{0,9}[0-9]{0,3}", 1..40),
        threads in 1..=4_usize,
        sizes in prop::collection::vec(1..400_000_usize, 1..9),
    ) {
        let text = (rows.join("\n") + "\n").repeat(SEVERAL_BLOCKS / rows.join("\n").len().max(1));
        let many = tally_source(ShortReads::new(text.as_bytes(), &sizes), threads, None);
        prop_assert!(many.to_bytes() == tally(text.as_bytes()).to_bytes());
    }
}

/// A word of letters only, different for every number, with no two numbers' words alike.
fn letters(mut number: usize) -> String {
    let mut word = String::from("z");
    while number > 0 {
        word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number /= 26;
    }
    word
}

fn hostile_line(number: usize) -> String {
    let severity = if number.is_multiple_of(1_000) { "ERROR" } else { "INFO" };
    let minute = number % 60;
    let text = letters(number / 2);
    format!(
        "{{\"insertId\":\"{number}\",\"severity\":\"{severity}\",\"timestamp\":\"2025-09-14T21:{minute:02}:00Z\",\"textPayload\":\"{text}\"}}"
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_shapes_than_there_is_room_for_keep_the_laws(
        numbers in Just((0..5 * SHAPE_LIMIT / 2).collect::<Vec<usize>>()).prop_shuffle(),
        cuts in prop::collection::vec(any::<Index>(), 2),
        order in subsequence(vec![0, 1, 2], 3).prop_shuffle(),
    ) {
        let rows: Vec<String> = numbers.into_iter().map(hostile_line).collect();
        let parts: Vec<Tally> = split(&rows, &cuts).into_iter().map(tally_lines).collect();
        let whole = tally_lines(&rows);
        let [a, b, c] = [0, 1, 2].map(|at| parts[order[at]].clone());
        let want = whole.to_bytes();
        prop_assert!(a.clone().merge(b.clone()).merge(c.clone()).to_bytes() == want, "left");
        prop_assert!(a.merge(b.merge(c)).to_bytes() == want, "right");
        prop_assert!(Tally::from_bytes(&want).unwrap().to_bytes() == want, "round trip");

        let settled = Tally::from_bytes(&want).unwrap();
        assert_adds_up(&settled);
        prop_assert!(settled.totals().overflow.count > 0);
        prop_assert_eq!(settled.totals().overflow.severities.rows().count(), 1, "errors are the last to be given up");
        prop_assert_eq!(entries_in_templates(&whole), entries_in_templates(&settled));
    }
}

#[test]
fn the_account_of_an_overfull_tally_adds_up_before_it_is_merged() {
    let rows: Vec<String> = (0..3 * SHAPE_LIMIT).map(hostile_line).collect();
    assert_adds_up(&tally_as(rows.join("\n").as_bytes(), &reading()));
}
