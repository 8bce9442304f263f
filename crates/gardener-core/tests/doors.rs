//! Every door by which a stack trace comes in: each gives the same shape.

mod entries;
mod known;

use entries::{quote, tally_lines};
use gardener_core::shape::BodyKind;
use gardener_core::template::Template;
use gardener_core::trace::Trace;
use known::{all, read_shared, SHARED};
use serde_json::{json, Value};

/// Payloads that bring a trace as loggers of each language do.
fn doors(text: &str) -> Vec<Value> {
    let lines: Vec<&str> = text.lines().collect();
    let mut payloads = vec![json!({ "message": text }), json!({ "log": text }), json!({ "msg": text, "level": 50 })];
    for name in
        ["stack_trace", "stackTrace", "stack", "exception", "exc_info", "traceback", "error", "error.stack_trace"]
    {
        payloads.push(json!({ "message": "order failed", name: text }));
        payloads.push(json!({ name: text }));
        payloads.push(json!({ name: lines, "message": "order failed" }));
    }
    for (object, name) in [
        ("error", "stack"),
        ("err", "stack"),
        ("error", "stack_trace"),
        ("exception", "stack_trace"),
        ("exception", "backtrace"),
        ("exception", "stacktrace"),
        ("thrown", "extendedStackTrace"),
    ] {
        let error = json!({ "type": "Fault", "message": "of the object", name: text });
        payloads.push(json!({ "msg": "order failed", object: error.clone() }));
        payloads.push(json!({ object: error.clone() }));
        payloads.push(json!({ "message": "order failed", "extra": { object: error.clone() } }));
        payloads.push(json!({ "message": "order failed", "context": { "user": 4, object: error } }));
    }
    payloads
        .push(json!({ "body": "order failed", "attributes": { "exception.stacktrace": text, "exception.type": "F" } }));
    payloads.push(json!({ "message": "order failed", "data": { "fields": { "error": { "stack": text } } } }));
    payloads
}

fn entries(text: &str) -> Vec<String> {
    let spelt = text.trim_end().replace('\n', "\\n").replace('\t', "\\t");
    let mut members = vec![format!("\"textPayload\":{}", quote(text)), format!("\"textPayload\":{}", quote(&spelt))];
    for payload in [doors(text), doors(&spelt)].concat() {
        members.push(format!("\"jsonPayload\":{payload}"));
    }
    let number = |(number, members)| format!("{{\"insertId\":\"{number}\",{members}}}");
    members.into_iter().enumerate().map(number).collect()
}

fn assert_same_by_all_doors(name: &str, text: &str, exception: &str) -> Template {
    let entries = entries(text);
    let mut templates = tally_lines(&entries).generalise().templates;
    let shown: Vec<_> = templates
        .iter()
        .map(|found| (&found.text, &found.frames, found.facets[0].record.exemplars.in_order()[0].json()))
        .collect();
    assert_eq!(templates.len(), 1, "{name}: {shown:#?}");
    let template = templates.remove(0);
    assert_eq!(template.kind, BodyKind::Trace, "{name}");
    assert!(template.text.starts_with(exception), "{name}: {}", template.text);
    assert_eq!(template.facets[0].record.count, entries.len() as u64, "{name}");
    assert_eq!(
        template.frames.first(),
        Trace::find(text).unwrap().key_frames().first().map(|frame| frame.name()).as_ref()
    );
    template
}

#[test]
fn a_trace_is_the_same_by_every_door() {
    for known in all() {
        assert_same_by_all_doors(known.name, known.text, known.exception);
    }
}

#[test]
fn the_texts_beside_the_project_are_the_same_by_every_door() {
    let Some(rows) = read_shared() else { return eprintln!("skipped: no ../shared/data/traces") };
    for (name, is_trace, text) in rows {
        if !is_trace {
            let templates = tally_lines(&entries(&text)).generalise().templates;
            assert!(templates.iter().all(|template| template.kind != BodyKind::Trace), "{name}");
            continue;
        }
        let (_, exception, _, [function, module, line]) = SHARED.iter().find(|row| row.0 == name).unwrap();
        let template = assert_same_by_all_doors(&name, &text, exception);
        let place = format!("{module}\t{function}\t{line}");
        assert_eq!(template.facets[0].record.places.sightings()[0].value, place, "{name}");
    }
}

#[test]
fn a_stack_without_a_heading_takes_it_from_the_members_beside_it() {
    let stack = "app/beds.rb:12:in `sow'\napp/web.rb:4:in `post'";
    let lines: Vec<&str> = stack.lines().collect();
    for payload in [
        json!({ "message": "failed", "exception": { "name": "NoBed", "message": "bed 4", "stack_trace": lines } }),
        json!({ "error": { "class": "NoBed", "message": "bed 4", "backtrace": lines } }),
        json!({ "message": "failed", "error.type": "NoBed", "error.message": "bed 4", "error.stack_trace": stack }),
        json!({ "message": "NoBed: bed 4", "backtrace": lines }),
        json!({ "attributes": { "exception.type": "NoBed", "exception.message": "bed 4", "exception.stacktrace": stack } }),
    ] {
        let templates = tally_lines(&[format!("{{\"jsonPayload\":{payload}}}")]).generalise().templates;
        assert_eq!((templates[0].text.as_str(), templates[0].frames.len()), ("NoBed: bed <int>", 2), "{payload}");
    }
}

#[test]
fn members_that_hold_no_trace_change_nothing() {
    for payload in [
        json!({ "message": "all well", "stack": "production", "trace": "projects/p/traces/4f" }),
        json!({ "message": "all well", "error": { "stack": "", "message": "none", "code": 4 } }),
        json!({ "message": "all well", "exception": ["one", "two"], "data": { "error": [1, { "stack": "x" }] } }),
        json!({ "message": "all well", "stack_trace": "first\nsecond" }),
    ] {
        let templates = tally_lines(&[format!("{{\"jsonPayload\":{payload}}}")]).generalise().templates;
        assert_eq!((templates[0].kind, templates[0].text.as_str()), (BodyKind::Json, "all well"), "{payload}");
    }
}
