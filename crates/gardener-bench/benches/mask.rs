//! Which way to find values in a text? One pass by classes of bytes, against regular expressions.

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use gardener_core::mask::{mask, spell};
use regex::{Captures, Regex, RegexSet};
use std::hint::black_box;

const MESSAGES: usize = 2_000;

/// The variables of the messages, and no other: fewer than the core knows, which favours these.
const ROWS: [(&str, &str); 13] = [
    ("url", r"\b[a-z][a-z0-9+.-]+://[^\s,;]+[^\s,;.:]"),
    ("email", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
    ("uuid", r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    ("timestamp", r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?\b"),
    ("date", r"\b\d{4}-\d\d-\d\d\b"),
    ("time", r"\b\d\d:\d\d:\d\d\b"),
    ("ip", r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b"),
    ("path", r"(?:/[\w.-]+){2,}"),
    ("version", r"\bv\d+\.\d+\.\d+\b"),
    ("percent", r"\b\d+%"),
    ("hex", r"\b[0-9a-f]{12}\b"),
    ("number", r"\b\d+\.\d+\b"),
    ("int", r"\b\d+\b"),
];

/// One expression with a group for each row; which group matched names the value.
fn alternation() -> Regex {
    let groups = ROWS.map(|(name, pattern)| format!("(?P<{name}>{pattern})"));
    Regex::new(&groups.join("|")).expect("the rows are regular expressions")
}

fn mask_by_alternation(regex: &Regex, text: &str) -> String {
    let name = |found: &Captures<'_>| {
        let row = (1..found.len()).find(|group| found.get(*group).is_some()).unwrap_or(1);
        format!("<{}>", ROWS[row - 1].0)
    };
    regex.replace_all(text, name).into_owned()
}

fn expressions() -> Vec<(String, Regex)> {
    let row = |(name, pattern)| (format!("<{name}>"), Regex::new(pattern).expect("the row is a regular expression"));
    ROWS.map(row).into()
}

/// One row after the other, as most miners do.
fn mask_by_rows(rows: &[(String, Regex)], text: &str) -> String {
    rows.iter().fold(text.to_owned(), |text, (name, regex)| regex.replace_all(&text, name.as_str()).into_owned())
}

/// The set tells which rows match somewhere; only those are tried.
fn mask_by_set(set: &RegexSet, rows: &[(String, Regex)], text: &str) -> String {
    let matching = set.matches(text);
    let replace = |text: String, row: usize| rows[row].1.replace_all(&text, rows[row].0.as_str()).into_owned();
    matching.iter().fold(text.to_owned(), replace)
}

/// So that the same is measured: most texts must come out alike, the rest by the core's finer rules.
fn assert_alike(texts: &[String], way: &str, masked: impl Fn(&str) -> String) {
    let alike = texts.iter().filter(|text| masked(text) == spell(&mask(text).key)).count();
    assert!(alike * 10 >= texts.len() * 6, "{way}: {alike} of {} texts are masked alike", texts.len());
}

fn measure(criterion: &mut Criterion, texts: &[String], way: &str, masked: impl Fn(&str) -> usize) {
    let mut group = criterion.benchmark_group("mask a text");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function(way, |bencher| {
        bencher.iter(|| texts.iter().map(|text| masked(black_box(text))).sum::<usize>());
    });
    group.finish();
}

fn masks(criterion: &mut Criterion) {
    let texts = gardener_bench::messages(MESSAGES);
    let (one, rows) = (alternation(), expressions());
    let set = RegexSet::new(ROWS.map(|row| row.1)).expect("the rows are regular expressions");
    assert_alike(&texts, "alternation", |text| mask_by_alternation(&one, text));
    assert_alike(&texts, "rows", |text| mask_by_rows(&rows, text));
    assert_alike(&texts, "set", |text| mask_by_set(&set, &rows, text));
    measure(criterion, &texts, "one pass by classes of bytes", |text| mask(text).key.len());
    measure(criterion, &texts, "regex, one alternation", |text| mask_by_alternation(&one, text).len());
    measure(criterion, &texts, "regex, row after row", |text| mask_by_rows(&rows, text).len());
    measure(criterion, &texts, "RegexSet, then its rows", |text| mask_by_set(&set, &rows, text).len());
}

criterion_group!(masking, masks);
criterion_main!(masking);
