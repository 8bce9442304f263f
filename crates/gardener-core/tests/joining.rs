//! Traces that the platform split into an entry a line: joined again, whatever comes between.

mod entries;
mod known;

use entries::{assert_adds_up, quote, tally_as, tally_lines, tally_source, text_reading, texts, ShortReads};
use gardener_core::severity::Severity;
use gardener_core::shape::BodyKind;
use gardener_core::template::Template;
use gardener_core::Tally;
use known::{all, read_shared};
use proptest::prelude::*;
use proptest::sample::Index;

/// How the entries of a split trace are written.
#[derive(Clone, Copy, Debug)]
struct Way {
    payload: fn(&str) -> String,
    /// Between two lines.
    nanos: u64,
}

const WAYS: [Way; 4] = [
    Way { payload: |line| format!("\"textPayload\":{}", quote(line)), nanos: 1_000_000 },
    Way { payload: |line| format!("\"textPayload\":{}", quote(&format!("{line}\n"))), nanos: 0 },
    Way { payload: |line| format!("\"jsonPayload\":{{\"message\":{}}}", quote(line)), nanos: 1_000_000_000 },
    Way { payload: |line| format!("\"jsonPayload\":{{\"log\":{},\"stream\":\"stderr\"}}", quote(line)), nanos: 1 },
];

/// A stream's entries, one for each line.
fn split(text: &str, stream: &str, way: Way) -> Vec<String> {
    let entry = |(number, line): (usize, &str)| {
        let nanos = way.nanos * number as u64;
        let (seconds, nanos) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        format!(
            "{{\"insertId\":\"{stream}-{number}\",\"timestamp\":\"2025-09-14T21:{minutes:02}:{seconds:02}.{nanos:09}Z\",\
             \"severity\":\"ERROR\",\"logName\":\"stderr\",\"resource\":{{\"type\":\"k\",\"labels\":{{\"service_name\":\"shop\"}}}},\
             \"labels\":{{\"instanceId\":\"{stream}\"}},{}}}",
            (way.payload)(line)
        )
    };
    text.trim_end().split('\n').enumerate().map(entry).collect()
}

/// The entries of both, one of each in turn.
fn interleave(mut one: Vec<String>, mut other: Vec<String>) -> Vec<String> {
    let mut rows = Vec::new();
    while !one.is_empty() || !other.is_empty() {
        rows.extend(one.drain(..one.len().min(1)));
        rows.extend(other.drain(..other.len().min(1)));
    }
    rows
}

fn traces(tally: &Tally) -> Vec<Template> {
    let templates = tally.generalise().templates;
    templates.into_iter().filter(|template| template.kind == BodyKind::Trace).collect()
}

fn count(template: &Template) -> u64 {
    template.facets.iter().map(|facet| facet.record.count).sum()
}

/// Whether the lines come together to what the whole text is.
fn assert_joins(name: &str, text: &str, way: Way) {
    let want = traces(&tally_lines(&[format!("{{\"textPayload\":{}}}", quote(text))])).remove(0);
    let mut rows = interleave(split(text, "i1", way), split(text, "i2", way));
    for _ in 0..2 {
        let tally = tally_lines(&rows);
        let found = traces(&tally);
        assert_eq!(found.len(), 1, "{name} {way:?}: {:#?}", texts(&tally));
        assert_eq!(
            (&found[0].text, &found[0].frames, count(&found[0])),
            (&want.text, &want.frames, 2),
            "{name} {way:?}"
        );
        assert_eq!(
            found[0].facets[0].record.places.sightings()[0].value,
            want.facets[0].record.places.sightings()[0].value
        );
        assert_adds_up(&tally);
        rows.reverse();
    }
}

#[test]
fn a_trace_of_every_language_is_joined_from_its_lines() {
    for known in all() {
        for way in WAYS {
            assert_joins(known.name, known.text, way);
        }
    }
}

#[test]
fn the_texts_beside_the_project_are_one_entry_each_though_split_and_interleaved() {
    let Some(rows) = read_shared() else { return eprintln!("skipped: no ../shared/data/traces") };
    for (name, is_trace, text) in &rows {
        for way in WAYS {
            if *is_trace {
                assert_joins(name, text, way);
                let tally = tally_lines(&split(text, "i1", way));
                assert_eq!(
                    (tally.totals().entries, tally.generalise().templates.len()),
                    (1, 1),
                    "{name}: {:#?}",
                    texts(&tally)
                );
            } else {
                let tally = tally_lines(&split(text, "i1", way));
                assert_eq!((traces(&tally).len(), tally.totals().joined), (0, 0), "{name}");
            }
        }
    }
}

#[test]
fn every_two_of_the_texts_are_told_apart_in_one_stream_and_in_two() {
    let rows = read_shared().unwrap_or_default();
    let texts: Vec<&str> = rows.iter().filter(|row| row.1).map(|row| row.2.trim_end()).collect();
    for one in &texts {
        for other in &texts {
            let apart = interleave(split(one, "i1", WAYS[0]), split(other, "i2", WAYS[0]));
            let behind = split(&format!("{one}\n{other}"), "i1", WAYS[0]);
            for rows in [apart, behind] {
                let tally = tally_lines(&rows);
                assert_eq!(traces(&tally).iter().map(count).sum::<u64>(), 2, "{one}\n-----\n{other}");
            }
        }
    }
}

#[test]
fn the_worst_severity_of_its_lines_is_a_traces_own_and_its_first_line_shows_it() {
    let rows = split("java.lang.Error: jam\n\tat com.shop.Till.jam(Till.java:4)", "i1", WAYS[0]);
    let rows = [rows[0].replace("ERROR", "WARNING"), rows[1].clone()];
    let found = traces(&tally_lines(&rows)).remove(0);
    assert_eq!((found.facets.len(), found.facets[0].severity), (1, Severity::Error));
    let shown: serde_json::Value =
        serde_json::from_str(&found.facets[0].record.exemplars.in_order()[0].json()).unwrap();
    assert_eq!(shown["insertId"], "i1-0");
    assert_eq!(shown["textPayload"], "java.lang.Error: jam\n\tat com.shop.Till.jam(Till.java:4)");
}

#[test]
fn the_lines_of_a_file_are_joined_where_they_follow_each_other() {
    let Some(known) = all().into_iter().find(|known| known.name == "java") else { return };
    let text = format!("10:00 all well\n{}\n10:01 all well\n", known.text);
    let tally = tally_as(text.as_bytes(), &text_reading());
    let found = traces(&tally);
    assert_eq!((found.len(), count(&found[0])), (1, 1), "{:#?}", texts(&tally));
    // Two lines that are well, the logger's own before the trace, and the trace.
    assert_eq!(tally.totals().entries, 4);
    assert_adds_up(&tally);
}

#[test]
fn lines_that_belong_to_no_trace_are_entries_of_their_own_as_they_came() {
    let lines = ["ValueError: bed 4", "    an indented note", "java.io.IOException: disk full", "Caused by: rain"];
    let rows: Vec<String> = lines.iter().flat_map(|line| split(line, line, WAYS[0])).collect();
    let tally = tally_lines(&rows);
    assert_eq!((tally.totals().entries, tally.totals().joined), (4, 0));
    for template in tally.generalise().templates {
        let shown = template.facets[0].record.exemplars.in_order()[0].json();
        assert!(rows.contains(&shown), "{shown}");
    }
}

#[test]
fn lines_far_apart_in_time_are_no_trace() {
    let rows = split(
        "java.lang.Error: jam\n\tat com.shop.Till.jam(Till.java:4)",
        "i1",
        Way { nanos: 9_000_000_000, ..WAYS[0] },
    );
    assert_eq!(traces(&tally_lines(&rows)).len(), 0);
}

/// Traces of many instances, more than there is room for.
fn flood(instances: usize) -> Vec<String> {
    let padding = "x".repeat(3_000);
    let text = format!(
        "java.lang.Error: jam {padding}\n\tat com.shop.Till.jam(Till.java:4)\n\tat com.shop.Web.go(Web.java:10)"
    );
    (0..instances).flat_map(|instance| split(&text, &format!("i{instance}"), WAYS[0])).collect()
}

#[test]
fn more_lines_than_there_is_room_for_keep_the_laws_and_are_all_counted() {
    let rows = flood(12_000);
    let whole = tally_lines(&rows);
    let bytes = whole.to_bytes();
    assert!(bytes.len() < 40 << 20, "{}", bytes.len());
    assert_adds_up(&whole);
    let found = traces(&whole);
    assert!(found.len() == 1 && count(&found[0]) > 5_000, "{}", found.len());
    let (evens, odds): (Vec<_>, Vec<_>) = rows.into_iter().rev().enumerate().partition(|(number, _)| number % 2 == 0);
    let [evens, odds] = [evens, odds].map(|part| tally_lines(&part.into_iter().map(|row| row.1).collect::<Vec<_>>()));
    assert!(evens.clone().merge(odds.clone()).to_bytes() == bytes, "merged");
    assert!(odds.merge(evens).to_bytes() == bytes, "merged the other way");
}

/// Split traces with other entries between, in order.
fn written() -> impl Strategy<Value = Vec<String>> {
    let texts: Vec<&'static str> = all().into_iter().map(|known| known.text).chain(["all well\nstill well"]).collect();
    let part = (prop::sample::select(texts), 0..3usize, prop::sample::select(WAYS.to_vec()));
    prop::collection::vec(part, 1..4).prop_map(|parts| {
        let rows = parts.into_iter().map(|(text, stream, way)| split(text, &format!("i{stream}"), way));
        rows.reduce(interleave).unwrap_or_default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_order_and_number_of_threads_joins_the_same_traces(
        (rows, shuffled) in written().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        cut in any::<Index>(),
        threads in 1..=3_usize,
        size in 1..9_000_usize,
    ) {
        let whole = tally_lines(&rows);
        let (left, right) = shuffled.split_at(cut.index(shuffled.len() + 1));
        let [left, right] = [left, right].map(tally_lines);
        let reread = Tally::from_bytes(&left.to_bytes()).unwrap();
        prop_assert!(right.merge(reread).to_bytes() == whole.to_bytes(), "merged");
        let many = tally_source(ShortReads::new(shuffled.join("\n").as_bytes(), &[size]), threads, None);
        prop_assert!(many.to_bytes() == whole.to_bytes(), "threads");
        prop_assert_eq!(texts(&many), texts(&whole));
        assert_adds_up(&whole);
    }
}
