//! C# and its relatives: `at Namespace.Type.Method(args) in file:line 12`, inner exceptions first.

use super::conventions::is_in;
use super::heading::{self, Heading};
use super::place::is_number;
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language = Language { needles: &[], starts: &["at "], parse, is_library };

/// The platform and what services are built of.
const LIBRARY_NAMESPACES: [&str; 28] = [
    "System.",
    "Microsoft.",
    "Windows.",
    "Mono.",
    "Newtonsoft.",
    "NUnit.",
    "Xunit.",
    "Castle.",
    "Autofac.",
    "Npgsql.",
    "MySql.",
    "Serilog.",
    "NLog.",
    "MediatR.",
    "Grpc.",
    "Google.",
    "Azure.",
    "Amazon.",
    "Dapper.",
    "Hangfire.",
    "FluentValidation.",
    "AutoMapper.",
    "Polly.",
    "StackExchange.",
    "MassTransit.",
    "RabbitMQ.",
    "MongoDB.",
    "Confluent.",
];

fn is_library(frame: &Frame) -> bool {
    is_in(&frame.module, &LIBRARY_NAMESPACES)
}

fn parse(lines: &[&str]) -> Vec<Link> {
    // From the outside in; frames begin with those of the innermost, and go outwards.
    let mut chain: Vec<Link> = Vec::new();
    let mut at = 0;
    let mut count = 0;
    let mut rank = 0;
    for line in lines {
        let text = line.trim_start();
        if let Some(frame) = find_frame(text) {
            if chain.is_empty() {
                chain.push(Link::default());
            }
            at = if count == 0 { chain.len() - 1 } else { at };
            count += 1;
            if count <= FRAMES {
                chain[at].frames.push(frame);
            }
        } else if text.starts_with("--- End of inner") {
            at = at.saturating_sub(1);
        } else if count == 0 {
            take_heading(text, &mut chain, &mut rank);
        }
    }
    if count == 0 {
        return Vec::new();
    }
    chain.reverse();
    chain
}

/// `Outer: message ---> Inner: message`; newer runtimes put every inner one on a line of its own.
fn take_heading(text: &str, chain: &mut Vec<Link>, rank: &mut u8) {
    let is_inner = text.starts_with("---> ");
    for (number, part) in text.trim_start_matches("---> ").split(" ---> ").enumerate() {
        let part = part.strip_prefix("(Inner Exception #0) ").unwrap_or(part);
        let Some(Heading { exception, message, rank: own }) = heading::find(part) else { continue };
        if number == 0 && !is_inner {
            if !chain.is_empty() && own < *rank {
                return;
            }
            chain.clear();
            *rank = own;
        }
        chain.push(Link { exception, message, frames: Vec::new() });
    }
}

/// `at A.B.<Method>d__2.MoveNext() in c:/app/B.cs:line 31`; Mono has a blank before the arguments and
/// an offset behind them.
pub(super) fn find_frame(text: &str) -> Option<Frame> {
    let (name, rest) = text.strip_prefix("at ")?.split_once('(')?;
    let name = name.trim_end();
    let (arguments, tail) = rest.rsplit_once(" in ").map_or((rest, ""), |(arguments, tail)| (arguments, tail));
    let arguments = arguments.split(" [0x").next().unwrap_or(arguments).trim_end();
    let is_call =
        arguments.ends_with(')') && !arguments.trim_end_matches(')').rsplit(':').next().is_some_and(is_number);
    if !is_call || !name.contains('.') || name.contains('/') {
        return None;
    }
    let (module, function) = split_name(name);
    let line = tail.rsplit(':').next().unwrap_or_default().trim_start_matches("line ");
    Some(Frame {
        module: module.to_owned(),
        function: function.to_owned(),
        line: if is_number(line) && !tail.starts_with("<filename unknown>") { line } else { "" }.to_owned(),
        is_application: false,
    })
}

/// Type and method; what the compiler made of an asynchronous method or a closure bears the method's
/// name in angle brackets.
fn split_name(name: &str) -> (&str, &str) {
    let made = name.match_indices('<').rev().find_map(|(at, _)| {
        let (inner, _) = name[at + 1..].split_once('>')?;
        (!inner.is_empty() && inner.chars().all(|letter| letter.is_alphanumeric() || letter == '_')).then_some(inner)
    });
    if let Some(method) = made {
        let module = name.split('<').next().unwrap_or(name);
        return (module.trim_end_matches(['.', '+']), method);
    }
    if let Some(module) = name.strip_suffix("..ctor") {
        return (module, ".ctor");
    }
    // A generic type's arguments hold dots of their own.
    let end = name.rfind(']').unwrap_or(0);
    match name[end..].rfind('.') {
        Some(at) => (&name[..end + at], &name[end + at + 1..]),
        None => ("", name),
    }
}
