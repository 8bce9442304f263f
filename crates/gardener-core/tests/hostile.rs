//! Input that nobody wants and somebody sends: counted, never lost, never a panic.

mod entries;

use entries::{assert_adds_up, gzip, quote, tally, tally_as, tally_source, text_reading, texts, zstd, ShortReads};
use gardener_core::framing::RECORD_LIMIT;
use gardener_core::totals::Reason;
use gardener_core::Tally;
use std::fmt::Write;
use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

/// Far more than a linear pass over a few megabytes takes, far less than a quadratic one.
const GENEROUS: Duration = Duration::from_secs(10);

fn refused(tally: &Tally, reason: Reason) -> u64 {
    tally.totals().refusals.get(&reason).map_or(0, |refusal| refusal.count)
}

/// Entries, then refusals by reason.
fn account(tally: &Tally) -> (u64, Vec<(Reason, u64)>) {
    assert_adds_up(tally);
    let totals = tally.totals();
    (totals.entries, totals.refusals.iter().map(|(reason, refusal)| (*reason, refusal.count)).collect())
}

fn entry_of(text: &str) -> String {
    format!("{{\"insertId\":\"1\",\"textPayload\":{}}}", quote(text))
}

fn texts_of(json: &str) -> Vec<String> {
    texts(&tally(json.as_bytes())).into_iter().map(|(text, _)| text).collect()
}

#[test]
fn nothing_at_all_is_an_empty_tally() {
    let page = b"{\"entries\":[]}".as_slice();
    for bytes in [b"".as_slice(), b"\n", b" \t\r\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"[]", b" [ ] ", page] {
        assert_eq!(tally(bytes), Tally::default(), "{bytes:?}");
    }
    for packed in [gzip(b""), zstd(b"")] {
        assert_eq!(tally_source(packed.as_slice(), 2, None), Tally::default());
    }
}

#[test]
fn a_compressed_stream_cut_short_keeps_what_came_before() {
    let text: String = (0..40_000).fold(String::new(), |mut text, number| {
        writeln!(text, "{}", entry_of(&format!("seed {number} sown"))).unwrap();
        text
    });
    for packed in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
        let cut = tally_source(&packed[..packed.len() / 2], 2, None);
        let (entries, _) = account(&cut);
        assert_eq!(refused(&cut, Reason::DamagedCompression), 1);
        assert!((1_000..40_000).contains(&entries), "{entries}");
    }
}

#[test]
fn a_compressed_stream_with_a_changed_byte_is_counted_as_damaged() {
    let mut packed = gzip(entry_of("one seed").as_bytes());
    let last = packed.len() - 1;
    packed[last] ^= 1;
    assert_eq!(refused(&tally_source(packed.as_slice(), 1, None), Reason::DamagedCompression), 1);
}

#[test]
fn a_line_of_fifty_megabytes_is_counted_and_the_rest_is_read() {
    let long = 50 << 20;
    for input in ["{\"textPayload\":\"one\"}\n{\"textPayload\":\"", "first line\n"] {
        let tail = "\"}\n{\"textPayload\":\"two\"}\n";
        let source = input.as_bytes().chain(std::io::repeat(b'x').take(long)).chain(tail.as_bytes());
        assert_eq!(account(&tally_source(source, 2, None)), (2, vec![(Reason::TooLong, 1)]), "{input}");
    }
}

#[test]
fn a_record_of_fifty_megabytes_in_an_array_is_counted_and_the_rest_is_read() {
    let head = "[{\"textPayload\":\"one\"},\n{\"textPayload\":\"";
    let tail = "\"},\n{\"textPayload\":\"two\"}]";
    let source = head.as_bytes().chain(std::io::repeat(b'x').take(50 << 20)).chain(tail.as_bytes());
    assert_eq!(account(&tally_source(source, 2, None)), (2, vec![(Reason::TooLong, 1)]));
}

#[test]
fn lines_just_below_and_above_the_limit_are_told_apart_in_any_chunks() {
    let frame = entry_of("").len();
    for (length, entries) in [(RECORD_LIMIT, 2), (RECORD_LIMIT + 1, 1)] {
        let text = entry_of(&"x".repeat(length - frame)) + "\n" + &entry_of("short");
        let whole = tally(text.as_bytes());
        assert_eq!(account(&whole).0, entries, "{length}");
        for size in [1_000, 1 << 20, 9 << 20] {
            let cut = tally_source(ShortReads::new(text.as_bytes(), &[size]), 2, None);
            assert!(cut.to_bytes() == whole.to_bytes(), "{length} by {size}");
        }
    }
}

#[test]
fn invalid_utf8_is_repaired_and_counted() {
    let tally = tally(b"{\"textPayload\":\"caf\xe9 closed\"}\n{\"textPayload\":\"all well\"}\n");
    assert_eq!(account(&tally), (2, vec![]));
    assert_eq!(tally.totals().repaired, 1);
    assert_eq!(texts(&tally)[1].0, "caf\u{fffd} closed");
}

#[test]
fn lines_of_noise_are_refused_and_without_nul_are_text_to_be_repaired() {
    let noise: Vec<u8> = (0..60_000_u32).map(|number| u8::try_from((number * number / 7) % 256).unwrap()).collect();
    assert_eq!(account(&tally(&noise)).0, 0);
    let tally = tally(&noise.into_iter().filter(|byte| *byte != 0).collect::<Vec<u8>>());
    let (entries, refusals) = account(&tally);
    assert!(entries > 0 && refusals.is_empty() && tally.totals().repaired > 0);
}

#[test]
fn json_that_is_no_entry_is_refused_with_its_place() {
    let tally = tally(b"{\"textPayload\":\"x\"}\n{\"a\":1}\n{}\n[1]\n12\n\"text\"\nnull\n{\"textPayload\":\"y\"}\n");
    assert_eq!(account(&tally), (2, vec![(Reason::NotAnEntry, 6)]));
    let places = &tally.totals().refusals[&Reason::NotAnEntry].places;
    assert_eq!(places.iter().map(|(_, line)| *line).collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn a_payload_of_another_type_is_an_entry_that_says_nothing() {
    for payload in ["null", "[]", "{}", "[{\"message\":\"x\"}]"] {
        let text = format!("{{\"jsonPayload\":{payload}}}");
        assert_eq!(texts_of(&text), ["(empty: no message in the payload)"], "{payload}");
    }
    assert_eq!(texts_of("{\"textPayload\":[1]}"), ["(empty: blank text)"]);
}

#[test]
fn a_few_hundred_brackets_are_an_entry() {
    let deep = format!("{{\"jsonPayload\":{{\"message\":\"x\",\"a\":{}{}}}}}", "[".repeat(300), "]".repeat(300));
    assert_eq!(texts_of(&deep), ["x"]);
}

#[test]
fn a_hundred_thousand_brackets_are_counted_and_the_rest_is_read() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let objects = "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000);
    for deep in [format!("{{\"textPayload\":\"x\",\"jsonPayload\":{open}{close}}}"), objects] {
        let text = format!("{}\n{deep}\n{}", entry_of("one"), entry_of("two"));
        let tally = tally_source(text.as_bytes(), 2, None);
        assert_adds_up(&tally);
        assert_eq!((tally.totals().read, tally.totals().entries >= 2), (3, true));
    }
}

#[test]
fn brackets_that_never_close_are_a_truncated_record() {
    let text = format!("[{},\n{}", entry_of("one"), "{\"a\":[".repeat(100_000));
    assert_eq!(account(&tally(text.as_bytes())), (1, vec![(Reason::Truncated, 1)]));
}

#[test]
fn ten_thousand_members_are_read() {
    let members: Vec<String> = (0..10_000).map(|number| format!("\"k{number}\":{{\"v\":[{number}]}}")).collect();
    let text = format!("{{\"jsonPayload\":{{{},\"message\":\"found\"}}}}", members.join(","));
    assert_eq!(texts_of(&text), ["found"]);
}

#[test]
fn lone_surrogates_become_replacement_characters() {
    let text = r#"{"insertId":"\udc00","textPayload":"a\ud800b \ud83d\udd11 \udd11"}"#;
    assert_eq!(texts_of(text), ["a\u{fffd}b 🔑 \u{fffd}"]);
    assert_eq!(texts_of(r#"{"textPayload":"x","\ud800":1}"#), ["x"]);
}

#[test]
fn broken_escapes_are_refused() {
    for text in [r#"{"textPayload":"\u12"}"#, r#"{"textPayload":"\x41"}"#, "{\"textPayload\":\"a\tb\"}"] {
        assert_eq!(account(&tally(text.as_bytes())), (0, vec![(Reason::NotJson, 1)]), "{text}");
    }
}

#[test]
fn control_characters_are_white_space_and_never_a_mark() {
    let codes: String = (b'a'..=b'z').fold(String::new(), |mut text, code| {
        write!(text, " \u{1}{}", char::from(code)).unwrap();
        text
    });
    let want: Vec<String> = (b'a'..=b'z').map(|code| char::from(code).to_string()).collect();
    let tally = tally(entry_of(&codes).as_bytes());
    assert_eq!(texts(&tally), [(want.join(" "), 1)]);
    assert!(tally.generalise().templates[0].facets[0].variables.is_empty());
    assert_eq!(texts_of(&entry_of("a\0b\u{7f}c\u{1b}d")), ["a b c d"]);
}

#[test]
fn control_characters_in_a_traces_frames_are_never_a_mark() {
    let trace =
        "Traceback (most recent call last):\n  File \"/app/a\u{1}sb.py\", line 1, in f\n    x\nKeyError: 'rose'";
    let tally = tally(entry_of(trace).as_bytes());
    let template = &tally.generalise().templates[0];
    assert!(template.facets[0].variables.is_empty(), "{:?}", template.facets[0].variables);
    assert_eq!(template.frames, ["f in /app/asb.py"]);
}

#[test]
fn control_characters_in_hard_keys_do_not_tear_the_key_apart() {
    let text = r#"{"textPayload":"hello","resource":{"type":"a\u0000b","labels":{"service_name":"c\u0000\u0001sd\n"}},"sourceLocation":{"function":"e\u0000f"}}"#;
    let template = tally(text.as_bytes()).generalise().templates.remove(0);
    assert_eq!((template.text.as_str(), template.resource.as_str()), ("hello", "ab"));
    assert_eq!(template.function, "ef");
}

#[test]
fn a_line_of_values_only_is_one_template() {
    let text = [entry_of("10.0.0.1 10.0.0.2 12 ms 17%"), entry_of("10.9.0.1 10.0.9.2 88 ms 18%")].join("\n");
    assert_eq!(texts(&tally(text.as_bytes())), [("<ip> <int> ms <percent>".to_owned(), 2)]);
}

#[test]
fn text_from_right_to_left_and_joined_characters_are_kept() {
    for text in ["فشل تسجيل الدخول للمستخدم", "התחברות נכשלה", "e\u{301}t\u{200d}e \u{202e}abc", "👨‍👩‍👧 🏳️‍🌈"]
    {
        assert_eq!(texts_of(&entry_of(text)), [text]);
    }
}

#[test]
fn a_truncated_last_line_is_counted() {
    let text = format!("{}\n{}", entry_of("one"), &entry_of("two")[..20]);
    assert_eq!(account(&tally(text.as_bytes())), (1, vec![(Reason::Truncated, 1)]));
    let array = format!("[{},\n{}", entry_of("one"), &entry_of("two")[..20]);
    assert_eq!(account(&tally(array.as_bytes())), (1, vec![(Reason::Truncated, 1)]));
}

#[test]
fn garbage_between_good_records_loses_only_itself() {
    let (one, two) = (entry_of("one"), entry_of("two"));
    for text in [
        format!("{one}\n### rotated ###\n{two}\n"),
        format!("{one}\n{{\"textPayload\": oops}}\n{two}\n"),
        format!("[{one},\n### rotated ###\n{two}]\n"),
        format!("[{one}, oops, {two}]"),
        format!("### rotated ###\n{one}\n{two}"),
    ] {
        assert_eq!(account(&tally(text.as_bytes())), (2, vec![(Reason::NotJson, 1)]), "{text}");
    }
}

#[test]
fn an_unclosed_string_in_a_pretty_printed_array_loses_only_its_record() {
    for broken in ["\"textPayload\": \"one", "\"textPayload\": one\",", "\"textPayload: \"one\","] {
        let text =
            format!("[\n {{\n  {broken}\n }},\n {{\n  \"textPayload\": \"two\"\n }},\n {}\n]", entry_of("three"));
        assert_eq!(account(&tally(text.as_bytes())), (2, vec![(Reason::NotJson, 1)]), "{broken}");
    }
}

#[test]
fn an_unclosed_string_in_an_array_of_lines_loses_only_its_record() {
    let text = format!("[{{\"textPayload\":\"one}},\n{},\n{}]", entry_of("two"), entry_of("three"));
    assert_eq!(account(&tally(text.as_bytes())), (2, vec![(Reason::NotJson, 1)]));
}

#[test]
fn a_page_on_one_line_whose_token_comes_first_is_a_page() {
    let text = format!("{{\"nextPageToken\":\"x\",\"entries\":[{}]}}", entry_of("one"));
    assert_eq!(account(&tally(text.as_bytes())), (1, vec![]));
}

#[test]
fn long_bodies_take_linear_time() {
    let started = Instant::now();
    for unit in [
        "1:2:3:",
        "='='=",
        "='=\"=",
        "a/b/c/",
        "..//",
        "::1",
        "Jan 1 ",
        "{[(",
        "a: ",
        "1.1.1.1.",
        "aError: ",
        "+-+-",
        "\\n",
        "é=",
        "a://",
        "x\n  at a (b.js:1:1)\n",
        "Traceback (most recent call last):\n  File \"x\", line 1\n",
    ] {
        let body = unit.repeat((2 << 20) / unit.len());
        for tally in [tally(entry_of(&body).as_bytes()), tally_as(body.as_bytes(), &text_reading())] {
            assert_adds_up(&tally);
        }
    }
    assert!(started.elapsed() < 4 * GENEROUS, "{:?}", started.elapsed());
}

#[test]
fn many_long_bodies_that_differ_in_a_word_group_in_linear_time() {
    let rows: Vec<String> = (0..40)
        .map(|number| entry_of(&format!("{}{}", "w x ".repeat(4_000), "abcdefgh"[..].repeat(number + 1))))
        .collect();
    let started = Instant::now();
    assert_adds_up(&tally(rows.join("\n").as_bytes()));
    assert!(started.elapsed() < GENEROUS, "{:?}", started.elapsed());
}

#[test]
fn a_source_that_fails_is_an_error_and_keeps_what_was_read() {
    struct Failing(Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(std::io::Error::other("the line went dead")),
                length => Ok(length),
            }
        }
    }
    let rows = (entry_of("one") + "\n").repeat(100_000);
    let mut tally = Tally::default();
    let source = Failing(Cursor::new(rows.into_bytes()));
    let outcome = tally.add_source(source, &entries::reading(), None, 2, &gardener_core::reading::Meter::default());
    assert_eq!(outcome.unwrap_err().to_string(), "the line went dead");
    assert!(tally.totals().entries > 10_000);
    assert_adds_up(&tally);
}
