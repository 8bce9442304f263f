//! Entries come in many spellings: from the API, from sinks, from `gcloud`. All of them say the same.

mod entries;
mod spelt;

use entries::{tally, tally_as, tally_lines};
use gardener_core::severity::Severity;
use gardener_core::sketch::Sketch;
use gardener_core::{Facet, Reading, Tally, Template};
use proptest::prelude::*;
use spelt::{make_entry, Draw};

/// All that is told of a tally's entries, but for how they are spelt.
fn facts(tally: &Tally) -> Vec<String> {
    let templates = tally.generalise().templates;
    let each = templates.iter().flat_map(|template| template.facets.iter().map(|facet| spell(template, facet)));
    each.chain([format!("{:?}", tally.totals())]).collect()
}

fn spell(template: &Template, facet: &Facet) -> String {
    let Template { text, kind, resource, service, module, function, bucket, stated, frames, .. } = template;
    let hard = [resource, service, module, function, bucket];
    let record = &facet.record;
    let sketches = [&record.revisions, &record.instances, &record.requests, &record.places];
    let values = facet.variables.iter().map(|variable| (variable.kind, &variable.values));
    let kept = record.exemplars.in_order().into_iter().map(|exemplar| (exemplar.nanos, exemplar.insert_id));
    format!(
        "{text:?} {kind:?} {hard:?} {stated:?} {frames:?} {:?} {} {:?} {:?} {:?} {:?} {:?}",
        facet.severity,
        record.count,
        record.span,
        record.minutes.rows(),
        sketches.map(seen),
        values.map(|(kind, sketch)| (kind, seen(sketch))).collect::<Vec<_>>(),
        kept.collect::<Vec<_>>(),
    )
}

fn seen(sketch: &Sketch) -> Vec<(String, u64)> {
    sketch.sightings().into_iter().map(|sighting| (sighting.value, sighting.count)).collect()
}

fn assert_same(first: &str, second: &str) {
    assert_eq!(facts(&tally(first.as_bytes())), facts(&tally(second.as_bytes())), "{first}\n{second}");
}

#[test]
fn a_severity_that_is_not_given_is_the_default() {
    let with = r#"{"insertId":"a","severity":"DEFAULT","textPayload":"no seeds"}"#;
    let without = r#"{"insertId":"a","textPayload":"no seeds"}"#;
    assert_same(with, without);
    for severity in [Severity::Debug, Severity::Emergency] {
        let reading = Reading { severity, ..entries::reading() };
        let left_out = [with, without].map(|entry| tally_as(entry.as_bytes(), &reading).totals().less_severe);
        assert_eq!(left_out, [1, 1]);
    }
}

#[test]
fn a_line_number_is_the_same_as_text_and_as_number() {
    for (first, second) in [(r#""137""#, "137"), ("137", "137.0"), ("137", "1.37E2"), (r#""137""#, "1.37e+2")] {
        let entry = |line: &str| {
            let place = format!(r#"{{"file":"cart.py","line":{line},"function":"total"}}"#);
            [
                format!(r#"{{"insertId":"a","textPayload":"no seeds","sourceLocation":{place}}}"#),
                format!(r#"{{"insertId":"b","jsonPayload":{{"message":"no pots","labels":{place}}}}}"#),
                format!(r#"{{"insertId":"c","jsonPayload":{{"message":"no soil","line":{line}}}}}"#),
            ]
            .join("\n")
        };
        assert_same(&entry(first), &entry(second));
    }
}

#[test]
fn a_whole_number_is_the_same_with_and_without_a_fraction() {
    for (first, second) in [("137", "137.0"), ("-4", "-4.00"), ("0", "0.0"), ("1757883600123", "1.757883600123E12")] {
        for payload in [r#"{"message":$}"#, r#"{"msg":"x","level":$,"pid":1}"#, r#"{"@type":"a/b.C","status":$}"#] {
            let entry = |number| format!(r#"{{"insertId":"a","jsonPayload":{}}}"#, payload.replace('$', number));
            assert_same(&entry(first), &entry(second));
        }
        for number in ["137.5", "1e-3", "1e400", "9007199254740993e1"] {
            let text = &tally(format!(r#"{{"jsonPayload":{{"message":{number}}}}}"#).as_bytes()).generalise();
            let values = text.templates[0].facets[0].variables[0].values.sightings();
            assert_eq!(values[0].value, number, "what is not whole, or not exact, stays as it is");
        }
    }
}

#[test]
fn a_number_with_a_fraction_does_not_change_what_comes_after_it() {
    let entry = |number: usize, line: &str| {
        format!(r#"{{"insertId":"{number}","jsonPayload":{{"message":"m","file":"f","line":{line},"n":{line}}}}}"#)
    };
    let spellings = ["7", "7.0", "70e-1", "7", "7", "7.0", "7.0", "8.0", "8", "8.5", "8.5"];
    let lines: Vec<String> = spellings.iter().enumerate().map(|(number, line)| entry(number, line)).collect();
    let templates = tally_lines(&lines).generalise().templates;
    let places = templates[0].facets[0].record.places.sightings();
    let found: Vec<_> = places.iter().map(|place| (place.value.as_str(), place.count)).collect();
    assert_eq!(found, [("f\t\t7", 7), ("f\t\t8", 2), ("f\t\t8.5", 2)]);
}

#[test]
fn a_request_is_the_same_however_its_numbers_are_spelt() {
    let entry = |status, latency| {
        format!(
            r#"{{"insertId":"a","httpRequest":{{"requestMethod":"GET","requestUrl":"/beds/4","status":{status},"latency":"{latency}"}}}}"#
        )
    };
    assert_same(&entry("503", "0.123s"), &entry("503", "0.123000s"));
    assert_same(&entry("503", "2s"), &entry(r#""503""#, "2.000000000s"));
}

#[test]
fn an_escape_makes_no_stack_of_a_text() {
    let entry = |reason| {
        let stack = r#""Traceback (most recent call last):\n  File \"/a.py\", line 1, in b\nKeyError: 'rose'""#;
        format!(r#"{{"insertId":"a","jsonPayload":{{"message":"m","exception":{reason},"err":{stack}}}}}"#)
    };
    assert_same(&entry(r#""a < b""#), &entry(r#""a \u003c b""#));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries_are_the_same_in_every_spelling(seed in any::<u64>(), hands in any::<[u64; 2]>(), count in 1..4_usize) {
        let mut draw = Draw(seed);
        let made: Vec<_> = (0..count).map(|number| make_entry(&mut draw, number)).collect();
        let [first, second] = hands.map(|hand| {
            let mut hand = Draw(hand);
            made.iter().map(|entry| entry.spell(&mut hand)).collect::<Vec<_>>().join("\n")
        });
        prop_assert_eq!(
            facts(&tally(first.as_bytes())), facts(&tally(second.as_bytes())), "{}\n\n{}", first, second
        );
    }
}
