//! Templates rebuild: filled with an entry's own values, a template gives the entry's body back.

mod entries;

use entries::{lines, quote, samples, tally_lines};
use gardener_core::Template;
use proptest::prelude::*;

/// A body as the documentation says that it is read: without colours, white space and control
/// characters folded. Written without the core's own fold, which it is to test.
fn fold(body: &str) -> String {
    let mut text = String::new();
    let mut parts = body.split("\u{1b}[");
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find(|letter: char| ('\u{40}'..='\u{7e}').contains(&letter));
        match end.filter(|end| part[..*end].bytes().all(|byte| (0x20..0x40).contains(&byte))) {
            Some(end) => text.push_str(&part[end + 1..]),
            None => text.extend([" [", part]),
        }
    }
    let words: Vec<&str> =
        text.split(|letter: char| letter <= ' ' || letter == '\u{7f}').filter(|word| !word.is_empty()).collect();
    words.join(" ").trim_end().to_owned()
}

/// What every entry's template gives back when it is filled with the entry's values.
fn rebuild(templates: &[Template], record: &str) -> Vec<String> {
    let fill = |template: &Template| {
        let values: Vec<String> = template.find_values(record)?.into_iter().map(|value| value.text).collect();
        Some(template.fill(&values).expect("as many values as variables"))
    };
    templates.iter().filter_map(fill).collect()
}

fn text_entry(body: &str) -> String {
    format!("{{\"insertId\":\"1\",\"textPayload\":{}}}", quote(body))
}

/// Words, values and all that the mask and the generaliser treat in a way of their own.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-e]{1,2}",
        2 => "(user|host|for|loading|state|x)",
        2 => "[0-9]{1,3}",
        1 => "/[a-c]{1,2}(/[a-c])?",
        1 => "an[0-9]{2}",
        1 => "k=(/?[a-f]{1,2}|[0-9]|\\([a-c] [a-c]\\))",
        1 => "(\\(|\\[|'|\")[a-c0-9]?(\\)|\\]|'|\")",
        1 => "org\\.[a-c]{2}\\.[A-C]x[.!?]?",
        1 => "[0-9]\\.[0-9] (KB|MB|ms)",
        1 => "(<int>|<\\*>|\\.{3}[0-9]|:|,|;|=|\\||-[0-9])",
        1 => "(\u{1b}\\[3[12]m|\u{1}i|\t|\u{a0}|é|🔑|مرحبا)",
    ]
}

fn body() -> impl Strategy<Value = String> {
    prop::collection::vec((piece(), prop_oneof![5 => Just(" "), 1 => Just(""), 1 => Just(", "), 1 => Just("  ")]), 1..7)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, blank)| [piece, blank.to_owned()]).collect())
}

/// Bodies that are one another's siblings: a few, with one piece replaced again and again.
fn siblings() -> impl Strategy<Value = Vec<String>> {
    (prop::collection::vec(piece(), 2..6), any::<prop::sample::Index>(), prop::collection::vec(piece(), 1..20))
        .prop_map(|(pieces, at, others)| {
            let at = at.index(pieces.len());
            let spell = |other: String| {
                let mut own = pieces.clone();
                own[at] = other;
                own.join(" ")
            };
            others.into_iter().map(spell).collect()
        })
}

fn assert_rebuilds(bodies: &[String]) -> Result<(), TestCaseError> {
    let records: Vec<String> = bodies.iter().map(|body| text_entry(body)).collect();
    let templates = tally_lines(&records).generalise().templates;
    for (body, record) in bodies.iter().zip(&records) {
        let want = Some(fold(body)).filter(|body| !body.is_empty()).unwrap_or("(empty: blank text)".to_owned());
        let made = rebuild(&templates, record);
        // Another template may take it in as well, `a <*>` beside `a b`, and has to give it back too.
        prop_assert!(!made.is_empty() && made.iter().all(|body| *body == want), "{want:?} became {made:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_template_filled_with_an_entrys_values_is_its_body(bodies in prop::collection::vec(body(), 1..20)) {
        assert_rebuilds(&bodies)?;
    }

    #[test]
    fn a_template_of_siblings_filled_with_an_entrys_values_is_its_body(
        families in prop::collection::vec(siblings(), 1..4),
    ) {
        assert_rebuilds(&families.concat())?;
    }

    #[test]
    fn every_entry_of_any_kind_has_values_in_a_template_of_its_own(entries in samples(20)) {
        let rows = lines(&entries);
        let tally = tally_lines(&rows);
        let templates = tally.generalise().templates;
        // A line that was joined has no template of its own: the trace that it went into has one.
        let alone = rows.iter().filter(|row| !rebuild(&templates, row).is_empty()).count() as u64;
        let is_joined = tally.totals().joined > 0;
        prop_assert!(is_joined || alone == rows.len() as u64, "{rows:#?}");
        prop_assert!(alone + 2 * tally.totals().joined >= rows.len() as u64, "{rows:#?}");
        for template in &templates {
            for shown in template.facets.iter().flat_map(|facet| facet.record.exemplars.in_order()) {
                prop_assert!(template.find_values(&shown.json()).is_some(), "{} {}", template.text, shown.json());
            }
        }
    }
}

/// Two letters, different for every number up to 675.
fn letters(number: usize) -> String {
    [number / 26, number % 26].map(|digit| char::from(b'a' + u8::try_from(digit).unwrap())).iter().collect()
}

#[test]
fn values_that_begin_in_different_ways_are_rebuilt() {
    let pairs = |number: usize| {
        let (slash, word) = (if number.is_multiple_of(2) { "/" } else { "" }, letters(number));
        format!("state of bed={slash}{word} changed again")
    };
    let crowd = |number: usize| {
        let (blank, slash) = (["", " "][number % 2], ["", "/"][number / 2 % 2]);
        format!("lent ({blank}{slash}{} away to ({slash}{} for good", letters(number), letters(number * 7 % 600))
    };
    for (bodies, most) in [((0..20).map(pairs).collect::<Vec<_>>(), 1), ((0..600).map(crowd).collect(), 599)] {
        assert_rebuilds(&bodies).unwrap();
        let records: Vec<String> = bodies.iter().map(|body| text_entry(body)).collect();
        assert!(tally_lines(&records).generalise().templates.len() <= most, "nothing was joined");
    }
}

#[test]
fn only_the_first_four_kilobytes_of_a_body_are_rebuilt() {
    let body = "pot 7 is dry ".repeat(500);
    let record = text_entry(&body);
    let made = rebuild(&tally_lines(std::slice::from_ref(&record)).generalise().templates, &record);
    assert_eq!(made, [body[..4 << 10].trim_end()]);
}
