//! A source of lines may be read in stretches, each by itself, and it is the same.

mod entries;

use entries::{gzip, lines, reading, samples, tally_source, zstd, ShortReads};
use gardener_core::framing::{Input, HEAD_BYTES, RECORD_LIMIT};
use gardener_core::reading::{find_layout, Meter};
use gardener_core::{Reading, Tally};
use proptest::prelude::*;
use proptest::sample::{select, Index};

/// Lines that look like something else where they are the first, or that are broken.
const ODD: [&[u8]; 16] = [
    b"",
    b" \t ",
    b"[",
    b"]",
    b"{\"entries\":[",
    b"{\"textPayload\":\"cut sh",
    b"{\"a\":1}",
    b"null",
    b"\xef\xbb\xbf{\"textPayload\":\"behind a mark\"}",
    b"\xef\xbb\xbf",
    b"caf\xe9 closed",
    b"{\"textPayload\":\"caf\xe9 closed\"}",
    b"\x1f\x8b\x08\0",
    b"\x28\xb5\x2f\xfd\0",
    b"2025-09-14T21:00:00Z ERROR no pot",
    b"{\"textPayload\":\"no id\",\"timestamp\":\"2025-09-14T21:00:00Z\"}",
];

/// Lines of every sort as one source; whether the last one has a newline.
fn sources() -> impl Strategy<Value = Vec<u8>> {
    let odd =
        prop_oneof![4 => select(&ODD[..]).prop_map(<[u8]>::to_vec), 1 => prop::collection::vec(any::<u8>(), 0..9)];
    let some = (samples(12), prop::collection::vec((any::<Index>(), odd), 0..12)).prop_map(|(samples, odd)| {
        let mut all: Vec<Vec<u8>> = lines(&samples).into_iter().map(String::into_bytes).collect();
        for (place, line) in odd {
            all.insert(place.index(all.len() + 1), line);
        }
        all
    });
    let ends = prop::collection::vec(select(&["\n", "\r\n"][..]), 1..4);
    (some, ends, any::<bool>()).prop_map(|(lines, ends, is_ended)| {
        let ended = lines.iter().zip(ends.iter().cycle()).flat_map(|(line, end)| [line.as_slice(), end.as_bytes()]);
        let bytes = ended.collect::<Vec<_>>().concat();
        let length = if is_ended { bytes.len() } else { bytes.trim_ascii_end().len() };
        bytes[..length].to_vec()
    })
}

fn read(bytes: &[u8], asked: &Reading, sizes: &[usize]) -> Tally {
    let mut tally = Tally::default();
    tally.add_source(ShortReads::new(bytes, sizes), asked, None, 2, &Meter::default()).unwrap();
    tally
}

/// Cuts behind newlines, and reads every stretch with a reading of its own.
fn read_stretches(bytes: &[u8], cuts: &[Index], input: Input) -> Tally {
    let behind: Vec<usize> = newlines(bytes).map(|newline| newline + 1).chain([bytes.len()]).collect();
    let mut places: Vec<usize> = cuts.iter().map(|cut| behind[cut.index(behind.len())]).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    let stretches = places.windows(2).map(|pair| {
        let lines_before = newlines(&bytes[..pair[0]]).count() as u64;
        read(&bytes[pair[0]..pair[1]], &Reading { input, lines_before, ..reading() }, &[9 << 20])
    });
    stretches.fold(Tally::default(), Tally::merge)
}

fn newlines(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place)
}

fn is_plain(bytes: &[u8]) -> bool {
    !bytes.starts_with(&ODD[12][..2]) && !bytes.starts_with(&ODD[13][..4])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stretches_of_lines_merge_to_the_bytes_of_the_whole(
        bytes in sources(), cuts in prop::collection::vec(any::<Index>(), 0..6), size in 1_usize..300,
    ) {
        prop_assume!(is_plain(&bytes));
        for input in [Input::Lines, Input::Text] {
            let whole = read(&bytes, &Reading { input, ..reading() }, &[size, 0, 7]);
            prop_assert_eq!(whole.to_bytes(), read_stretches(&bytes, &cuts, input).to_bytes(), "{:?}", input);
        }
    }

    #[test]
    fn the_layout_that_a_head_tells_is_the_one_that_is_read(bytes in sources(), is_json: bool) {
        let input = if is_json { Input::Json } else { Input::Auto };
        if let Some(is_text) = find_layout(&bytes, input) {
            let told = if is_text { Input::Text } else { Input::Lines };
            let [as_told, by_itself] = [told, input].map(|input| read(&bytes, &Reading { input, ..reading() }, &[64]));
            prop_assert_eq!(as_told.to_bytes(), by_itself.to_bytes());
        }
    }
}

#[test]
fn structure_and_what_is_compressed_have_no_lines() {
    let line = b"{\"textPayload\":\"sown\"}\n".repeat(2);
    assert_eq!(find_layout(&line, Input::Auto), Some(false));
    assert_eq!(find_layout(b"sown\n", Input::Auto), Some(true));
    assert_eq!(find_layout(b"sown\n", Input::Json), Some(false));
    assert_eq!(find_layout(b"[{\"textPayload\":\"sown\"}]", Input::Text), Some(true));
    for structure in ["[{\"textPayload\":\"sown\"}]", "{\"entries\":[]}", "{\n\"textPayload\":\"sown\"}"] {
        assert_eq!(find_layout(structure.as_bytes(), Input::Auto), None, "{structure}");
        assert_eq!(find_layout(format!("\u{feff}{structure}").as_bytes(), Input::Json), None, "{structure}");
    }
    for packed in [gzip(&line), zstd(&line)] {
        assert_eq!(find_layout(&packed, Input::Auto), None);
        assert_eq!(find_layout(&packed, Input::Text), None);
    }
}

#[test]
fn a_head_tells_what_the_whole_tells_wherever_it_ends() {
    // Valid JSON, which makes it structure if that is all there is.
    for mark in ["", "\u{feff}"] {
        for rest in -5..5_isize {
            let length = HEAD_BYTES.strict_add_signed(rest);
            let array = format!("{mark}[1,\n1]");
            let text = format!("{array}{}", " ".repeat(length - array.len()));
            assert_eq!(text.len(), length);
            let told = find_layout(&text.as_bytes()[..length.min(HEAD_BYTES)], Input::Auto);
            let as_told = told.map_or(Input::Json, |is_text| if is_text { Input::Text } else { Input::Lines });
            let expected = read(text.as_bytes(), &Reading { input: as_told, ..reading() }, &[1 << 20]).to_bytes();
            // The first four bytes come by themselves.
            for size in [1_000, (64 << 10) - 4, (64 << 10) - 3, 1 << 20] {
                assert_eq!(read(text.as_bytes(), &reading(), &[size]).to_bytes(), expected, "{rest} {size}");
            }
        }
    }
}

#[test]
fn an_overlong_line_is_one_however_it_comes_and_whatever_blanks_are_in_it() {
    let short = "{\"textPayload\":\"sown\"}";
    for length in [RECORD_LIMIT, RECORD_LIMIT + 1, RECORD_LIMIT + 50_000] {
        let blanks = |text: &str| format!("{text}{}", " ".repeat(length - text.len()));
        for long in [blanks(short), blanks(""), "x".repeat(length)] {
            let text = format!("{short}\n{long}\r\n{short}\n{long}\n{short}");
            for input in [Input::Lines, Input::Text] {
                let asked = Reading { input, ..reading() };
                let whole = read(text.as_bytes(), &asked, &[9 << 20]).to_bytes();
                for size in [999, 250_007, RECORD_LIMIT + 1, RECORD_LIMIT + 40] {
                    assert!(read(text.as_bytes(), &asked, &[size]).to_bytes() == whole, "{length} by {size}");
                }
                let second = Reading { lines_before: 1, ..asked.clone() };
                let parts = read(&text.as_bytes()[..=short.len()], &asked, &[9 << 20]);
                let parts = parts.merge(read(&text.as_bytes()[short.len() + 1..], &second, &[9 << 20]));
                assert!(parts.to_bytes() == whole, "{length}");
            }
        }
    }
}

#[test]
fn a_stretch_numbers_its_lines_as_the_source_does() {
    let asked = Reading { input: Input::Lines, lines_before: 40, ..reading() };
    let tally = read(b"{}\n\nnull\n{\"textPayload\":\"sown\"}\n{\"cut", &asked, &[5]);
    let places = tally.totals().refusals.into_values().flat_map(|refusal| refusal.places).map(|place| place.1);
    assert_eq!(places.collect::<Vec<_>>(), [41, 43, 45]);
}

#[test]
fn the_first_line_of_a_source_of_structure_is_one() {
    let asked = Reading { lines_before: 40, ..reading() };
    let structure = b"[{\"textPayload\":\"sown\"},\n7,\n{\"textPayload\":\"sown\"}]";
    assert_eq!(read(structure, &asked, &[5]).to_bytes(), tally_source(&structure[..], 1, None).to_bytes());
}
