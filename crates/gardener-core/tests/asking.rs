//! What is asked for is counted, and what is not is counted apart: by window, then service, then severity, then news.

mod entries;

use entries::{assert_adds_up, lines, reading, samples};
use gardener_core::seen::Seen;
use gardener_core::severity::Severity;
use gardener_core::totals::Totals;
use gardener_core::{Reading, Tally};
use proptest::prelude::*;
use proptest::sample::select;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

fn entry(id: &str, second: i64, service: &str, severity: &str) -> String {
    format!(
        r#"{{"insertId":"{id}","timestamp":"1970-01-01T00:00:{second:02}Z","severity":"{severity}","resource":{{"labels":{{"service_name":"{service}"}}}},"textPayload":"sown"}}"#
    )
}

fn count(text: &str, reading: &Reading, seen: &Seen) -> Totals {
    let mut tally = Tally::default();
    tally.add(text.as_bytes(), reading, Some(seen));
    assert_adds_up(&tally);
    tally.totals()
}

/// A run that comes after one that counted this text.
fn seen_before(text: &str) -> Seen {
    let (first, second) = (Seen::default(), Seen::default());
    count(text, &reading(), &first);
    for (hour, identities) in first.news() {
        second.recall(hour, &identities);
    }
    second
}

#[test]
fn an_entry_is_left_out_for_the_first_reason_there_is() {
    let reading = Reading {
        window: Some((10 * NANOS_PER_SECOND, 20 * NANOS_PER_SECOND)),
        service: Some("shop".to_owned()),
        severity: Severity::Warning,
        is_news_only: true,
        ..reading()
    };
    let text = [
        entry("early", 9, "web", "INFO"),
        entry("late", 20, "shop", "ERROR"),
        entry("strange", 10, "web", "INFO"),
        entry("mild", 10, "shop", "NOTICE"),
        entry("unsaid", 10, "shop", "DEFAULT"),
        entry("warning", 10, "shop", "WARNING"),
        entry("alert", 19, "shop", "ALERT"),
    ]
    .join("\n");
    let totals = count(&text, &reading, &Seen::default());
    assert_eq!((totals.outside, totals.other_services, totals.less_severe, totals.entries), (2, 1, 2, 2));
    let again = count(&text, &reading, &seen_before(&text));
    assert_eq!((again.less_severe, again.duplicates, again.entries, again.known), (2, 2, 0, 0));
}

#[test]
fn the_severity_asked_for_is_the_platforms_not_the_loggers() {
    let reading = Reading { severity: Severity::Error, ..reading() };
    let text = r#"{"insertId":"a","severity":"INFO","jsonPayload":{"message":"[ERROR] no pots","severity":"ERROR"}}
{"insertId":"b","jsonPayload":{"message":"level=error no pots","level":"error"}}
{"insertId":"c","severity":"ERROR","jsonPayload":{"message":"level=info all well","level":"info"}}"#;
    let totals = count(text, &reading, &Seen::default());
    assert_eq!((totals.less_severe, totals.entries), (2, 1));
}

#[test]
fn of_news_only_what_an_earlier_run_counted_is_a_duplicate() {
    let (old, new) = (entry("old", 1, "shop", "ERROR"), entry("new", 1, "shop", "ERROR"));
    let text = [old.as_str(), &new, &old].join("\n");
    let all = count(&text, &reading(), &seen_before(&old));
    assert_eq!((all.entries, all.known, all.duplicates), (2, 1, 1));
    let seen = seen_before(&old);
    let news = count(&text, &Reading { is_news_only: true, ..reading() }, &seen);
    assert_eq!((news.entries, news.known, news.duplicates), (1, 0, 2));
    assert_eq!(seen.news().values().map(Vec::len).sum::<usize>(), 8, "what was left out is no news");
}

#[test]
fn without_a_memory_all_is_news() {
    let mut tally = Tally::default();
    tally.add(entry("a", 1, "shop", "ERROR").as_bytes(), &Reading { is_news_only: true, ..reading() }, None);
    assert_eq!((tally.totals().entries, tally.totals().duplicates), (1, 0));
}

#[test]
fn only_the_names_of_googles_scale_are_severities_to_ask_for() {
    for severity in Severity::ALL {
        assert_eq!(Severity::find_named(severity.name()), Some(severity));
    }
    for word in ["", "error", "WARN", "500", "LOUD"] {
        assert_eq!(Severity::find_named(word), None, "{word}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_asked_for_in_parts_is_what_is_asked_for_at_once(
        first in samples(20), second in samples(20),
        severity in select(&Severity::ALL[..]), is_news_only in any::<bool>(), known in samples(9),
    ) {
        let [first, second, known] = [first, second, known].map(|part| lines(&part).join("\n"));
        let reading = Reading { severity, is_news_only, ..reading() };
        let seen = || seen_before(&known);
        let (at_once, in_parts) = (seen(), seen());
        let mut whole = Tally::default();
        whole.add(format!("{first}\n{second}").as_bytes(), &reading, Some(&at_once));
        let parts = [first, second].map(|part| {
            let mut tally = Tally::default();
            tally.add(part.as_bytes(), &reading, Some(&in_parts));
            tally
        });
        let [first, second] = parts;
        let merged = second.clone().merge(first.clone());
        prop_assert_eq!(merged.to_bytes(), first.merge(second).to_bytes());
        assert_adds_up(&merged);
        prop_assert_eq!(merged.totals().less_severe, whole.totals().less_severe);
        prop_assert_eq!(Tally::from_bytes(&merged.to_bytes()).unwrap().totals(), merged.totals());
        let below: u64 = whole.totals().severities.rows().filter(|row| row.0 < severity).map(|row| row.1).sum();
        prop_assert_eq!(below, 0);
        prop_assert!(!is_news_only || whole.totals().known == 0);
    }

    #[test]
    fn what_is_less_severe_is_what_the_others_count(samples in samples(30), severity in select(&Severity::ALL[..])) {
        let text = lines(&samples).join("\n");
        let severities = |reading| count(&text, &reading, &Seen::default());
        let all = severities(reading());
        let asked = severities(Reading { severity, ..reading() });
        let less = all.read - asked.read;
        prop_assert_eq!(less, 0, "all are read");
        prop_assert_eq!(asked.entries + asked.joined + asked.less_severe, all.entries + all.joined);
    }
}
