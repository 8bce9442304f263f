//! Stack traces of every language: type, message, innermost cause, and the application's frames.

mod known;

use gardener_core::payload::Named;
use gardener_core::trace::conventions::Conventions;
use gardener_core::trace::Trace;
use known::{all, read_shared, Known, SHARED};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Far more than a linear pass takes, far less than a quadratic one.
const GENEROUS: Duration = Duration::from_secs(1);

fn top(trace: &Trace) -> [&str; 3] {
    let frame = trace.key_frames()[0];
    [&frame.function, &frame.module, &frame.line]
}

fn assert_reads(known: &Known, text: &str) {
    let Known { name, exception, message, .. } = known;
    let trace = Trace::find(text).unwrap_or_else(|| panic!("{name}: no trace in {text}"));
    assert_eq!((trace.exception.as_str(), trace.message.as_str()), (*exception, *message), "{name}");
    assert_eq!(top(&trace), known.top, "{name}");
    let own = trace.key_frames().iter().filter(|frame| frame.is_application).count();
    assert_eq!(own, known.own, "{name}: {:#?}", trace.frames);
}

#[test]
fn a_trace_of_every_language_is_its_cause_and_the_applications_frames() {
    for known in all() {
        assert_reads(&known, known.text);
    }
}

#[test]
fn literal_newlines_are_newlines() {
    for known in all() {
        assert_reads(&known, &known.text.replace('\n', "\\n").replace('\t', "\\t"));
    }
}

#[test]
fn carriage_returns_and_a_line_behind_change_nothing() {
    for known in all() {
        assert_reads(&known, &known.text.replace('\n', "\r\n"));
        assert_reads(&known, &format!("{}\n", known.text));
    }
}

#[test]
fn wrappers_are_named_from_the_cause_outwards() {
    let wrappers = |name: &str| {
        let known = all().into_iter().find(|known| known.name == name).unwrap();
        Trace::find(known.text).unwrap().wrappers
    };
    assert_eq!(wrappers("java"), ["java.lang.RuntimeException"]);
    assert_eq!(wrappers("python, a group"), ["ExceptionGroup"]);
    assert_eq!(wrappers("python, an error while another is handled"), ["shop.errors.NoSeeds"]);
    assert_eq!(wrappers("csharp, inner exceptions"), ["System.AggregateException"]);
    assert_eq!(wrappers("node, an error that ended the process"), ["Error"]);
    assert_eq!(wrappers("php, with a previous one"), ["RuntimeException"]);
    assert_eq!(wrappers("ruby, with a cause"), ["RuntimeError"]);
}

#[test]
fn rules_of_the_user_come_before_the_conventions() {
    let known = all().into_iter().find(|known| known.name == "java").unwrap();
    let set = |rule: &str| [rule.to_owned()].into();
    let conventions = Conventions { library: set("com.shop.Pot"), application: set("java.util.") };
    let trace = Trace::find_by(known.text, &conventions).unwrap();
    assert_eq!(top(&trace), ["get", "java.util.Optional", "1"]);
}

#[test]
fn a_trace_beside_a_message_takes_its_type_from_there() {
    let stack = "render@https://garden.example/app.js:12:30\nload@https://garden.example/load.js:3:1";
    let trace =
        Trace::find_beside(stack, &Named::default(), "TypeError: bed is null", &Conventions::default()).unwrap();
    assert_eq!((trace.exception.as_str(), trace.message.as_str()), ("TypeError", "bed is null"));
    let zap = "main.sow\n\t/app/main.go:12\nmain.main\n\t/app/main.go:4";
    let trace = Trace::find_beside(zap, &Named::default(), "sowing failed", &Conventions::default()).unwrap();
    assert_eq!((trace.message.as_str(), top(&trace)), ("sowing failed", ["main.sow", "/app/main.go", "12"]));
}

#[test]
fn the_texts_beside_the_project_are_read() {
    let Some(rows) = read_shared() else { return eprintln!("skipped: no ../shared/data/traces") };
    for (name, is_trace, text) in rows {
        for text in [text.clone(), text.trim_end().replace('\n', "\\n").replace('\t', "\\t")] {
            let found = Trace::find(&text);
            assert_eq!(found.is_some(), is_trace, "{name}");
            let Some(trace) = found else { continue };
            let (_, exception, message, place) = SHARED.iter().find(|row| row.0 == name).unwrap();
            assert_eq!((trace.exception.as_str(), trace.message.as_str()), (*exception, *message), "{name}");
            assert_eq!(top(&trace), *place, "{name}");
        }
    }
}

#[test]
fn prose_and_tables_are_no_traces() {
    for text in [
        "This arbitrary text.\nIt sounds tympanic:  at noon.\n",
        "Dear all,\nwe meet at the gate (north)\n  at noon (or 12:30)\nbring ann@garden.example:1",
        "Changes:\n#0 first: none\n#1 second: all",
        "goroutine pool started\npanic: no",
        "1: rows::read\n2: rows::write",
    ] {
        assert_eq!(Trace::find(text), None, "{text}");
    }
}

#[test]
fn long_texts_take_linear_time() {
    let units: Vec<String> =
        all().iter().flat_map(|known| known.text.lines().map(|line| format!("{line}\n"))).collect();
    let hostile =
        ["at a(", "at a.b(((\n", "aError: ", " ---> ", "[cause]: ", "#0 a(1): \n", "0: a::b\n", ":in `", "a@", "(\n"];
    for unit in units.iter().map(String::as_str).chain(hostile) {
        let text = unit.repeat((1 << 18) / unit.len());
        let started = Instant::now();
        let _ = Trace::find(&text);
        let _ = Trace::find(&format!("Traceback (most recent call last):\n#0 a\ngoroutine 1 [running]:\n{text}"));
        assert!(started.elapsed() < GENEROUS, "{unit}: {:?}", started.elapsed());
    }
}

fn any_line() -> impl Strategy<Value = String> {
    let lines: Vec<String> = all().iter().flat_map(|known| known.text.lines().map(str::to_owned)).collect();
    prop_oneof![4 => prop::sample::select(lines), 1 => ".{0,40}", 1 => "[(){}<>:@#'`\"/ .0-9a-z-]{0,30}"]
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(lines in prop::collection::vec(any_line(), 0..30), cut in any::<prop::sample::Index>()) {
        let text = lines.join("\n");
        let cut = text.floor_char_boundary(cut.index(text.len() + 1));
        for text in [&text[..cut], &text[cut..], &text.replace('\n', "\\n")] {
            if let Some(trace) = Trace::find(text) {
                prop_assert!(!trace.exception.is_empty());
                prop_assert!(trace.key_frames().len() <= 5);
            }
        }
    }
}
