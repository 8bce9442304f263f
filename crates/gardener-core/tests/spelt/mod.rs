//! Entries as trees, which can be spelt in every way that JSON and the writers of entries leave open.

use std::fmt::Write;

/// A source of choices.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    /// A number below `limit` (Steele, Lea and Flood's splitmix64).
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

/// What an entry says.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Text(String),
    Number(i32),
    Fraction(f64),
    /// 64 bits: some writers quote it.
    Long(i32),
    /// Seconds of a minute, and milliseconds.
    Time(usize, usize),
    Seconds(usize),
    Members(Vec<(&'static str, Node)>),
    /// A member that may be left out, since it says what its absence does.
    Default(&'static str),
    List(Vec<Node>),
}

impl Node {
    /// The tree as JSON, in a way that `hand` chooses.
    pub(crate) fn spell(&self, hand: &mut Draw) -> String {
        match self {
            Self::Text(text) => quote(text, hand.below(3)),
            Self::Number(value) => match hand.below(4) {
                0 => format!("{value}.0"),
                1 => format!("{value:e}").to_uppercase(),
                _ => value.to_string(),
            },
            Self::Fraction(value) => value.to_string(),
            Self::Long(value) if hand.below(2) == 0 => value.to_string(),
            Self::Long(value) => format!("\"{value}\""),
            Self::Time(second, millis) => {
                let zeros = hand.pick(&["", "000", "000000"]);
                let fraction =
                    if *millis == 0 && hand.below(2) == 0 { String::new() } else { format!(".{millis:03}{zeros}") };
                format!("\"2025-09-14T21:00:{second:02}{fraction}Z\"")
            }
            Self::Seconds(millis) => format!("\"0.{millis:03}{}s\"", hand.pick(&["", "000", "000000"])),
            Self::Members(members) => spell_members(members, hand),
            Self::Default(spelt) => (*spelt).to_owned(),
            Self::List(values) => {
                let spelt: Vec<String> = values.iter().map(|value| value.spell(hand)).collect();
                format!("[{}]", spelt.join(","))
            }
        }
    }
}

fn spell_members(members: &[(&'static str, Node)], hand: &mut Draw) -> String {
    let mut members: Vec<_> = members.iter().collect();
    members.retain(|(_, value)| !matches!(value, Node::Default(_)) || hand.below(2) == 0);
    hand.shuffle(&mut members);
    let colon = hand.pick(&[":", ": "]);
    let spelt: Vec<String> =
        members.iter().map(|(name, value)| format!("\"{name}\"{colon}{}", value.spell(hand))).collect();
    format!("{{{}}}", spelt.join(hand.pick(&[",", ", "])))
}

/// With as few escapes as can be, with those for pages of HTML, or with all that ASCII needs.
fn quote(text: &str, way: usize) -> String {
    let mut spelt = String::from("\"");
    for letter in text.chars() {
        let is_escaped = (way > 0 && matches!(letter, '<' | '>' | '&' | '\'')) || (way > 1 && !letter.is_ascii());
        match letter {
            '"' | '\\' => spelt.extend(['\\', letter]),
            '\n' => spelt.push_str("\\n"),
            '\t' => spelt.push_str("\\t"),
            _ if is_escaped || letter.is_control() => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(spelt, "\\u{unit:04x}").unwrap();
                }
            }
            _ => spelt.push(letter),
        }
    }
    spelt + "\""
}

const TEXTS: &[&str] = &[
    "no seeds for bed 4",
    "a < b & c",
    "Grüße 🌱",
    "",
    " ",
    "shop.cart",
    "logging",
    "ERROR",
    "first\nsecond",
    "Traceback (most recent call last):\n  File \"/app/cart.py\", line 8, in total\n    x()\nKeyError: 'rose'",
    "java.lang.IllegalStateException: no pot\n\tat com.shop.Pot.take(Pot.java:42)\n\tat com.shop.Web.go(Web.java:10)",
    "app/beds.rb:12:in `sow'\napp/web.rb:4:in `post'",
    "panic: nil map\n\ngoroutine 1 [running]:\nmain.plant(0x1)\n\t/app/main.go:12 +0x1d\n",
];

/// Members of payloads in which something is looked for, and one that nobody knows.
const NAMES: &[&str] = &[
    "message",
    "msg",
    "event",
    "error",
    "err",
    "exception",
    "description",
    "severity",
    "level",
    "lvl",
    "pid",
    "stack",
    "stack_trace",
    "exc_info",
    "backtrace",
    "module",
    "logger",
    "name",
    "function",
    "funcName",
    "method",
    "file",
    "filename",
    "line",
    "lineno",
    "type",
    "class",
    "error.type",
    "error.message",
    "exception.type",
    "exc_value",
    "@type",
    "status",
    "statusDetails",
    "proxyStatus",
    "debugInfo",
    "unknown",
];

/// Members that are objects.
const OBJECTS: &[&str] = &[
    "error",
    "err",
    "exception",
    "thrown",
    "labels",
    "context",
    "sourceLocation",
    "source",
    "extra",
    "data",
    "fields",
    "attemptResponseLog",
    "otherLog",
    "unknown",
];

const SERVICE_LABELS: &[&str] =
    &["service_name", "container_name", "revision_name", "version_id", "pod_name", "instance_id"];
const LABELS: &[&str] = &["instanceId", "instance_id", "k8s-pod/pod-template-hash", "node_name", "clone_id", "line"];

/// An entry of any kind.
pub(crate) fn make_entry(draw: &mut Draw, number: usize) -> Node {
    let mut members = vec![
        ("insertId", text(&format!("id-{number}"))),
        ("timestamp", Node::Time(draw.below(60), draw.below(3))),
        ("traceSampled", Node::Default("false")),
    ];
    match draw.below(4) {
        0 => members.push(("severity", Node::Default("\"DEFAULT\""))),
        _ => members.push(("severity", text(draw.pick(&["INFO", "WARNING", "ERROR"])))),
    }
    let resource = vec![
        ("type", text(draw.pick(&["cloud_run_revision", "k8s_container"]))),
        ("labels", make_labels(draw, SERVICE_LABELS)),
    ];
    for (name, value) in [
        ("resource", Node::Members(resource)),
        ("labels", make_labels(draw, LABELS)),
        ("trace", text(&format!("projects/p/traces/{}", draw.below(3)))),
        ("sourceLocation", make_place(draw)),
        ("httpRequest", make_request(draw)),
    ] {
        if draw.below(2) == 0 {
            members.push((name, value));
        }
    }
    match draw.below(8) {
        0 => members.push(("textPayload", text(draw.pick(TEXTS)))),
        1 => members.push(("protoPayload", make_audit(draw))),
        2 => members.push(("jsonPayload", make_note(draw))),
        3 => members.push(("jsonPayload", make_statement(draw))),
        4 => {}
        _ => members.push(("jsonPayload", make_payload(draw, 0))),
    }
    Node::Members(members)
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn make_labels(draw: &mut Draw, names: &[&'static str]) -> Node {
    let names = names.iter().filter(|_| draw.below(3) > 0).copied().collect::<Vec<_>>();
    Node::Members(names.into_iter().map(|name| (name, text(draw.pick(&["cart", "web-1", "cart-q9wkl", ""])))).collect())
}

fn make_place(draw: &mut Draw) -> Node {
    let line = i32::try_from(draw.below(300)).unwrap();
    let function = draw.pick(&["total", "main.plant", ""]);
    Node::Members(vec![("file", text("cart.py")), ("line", Node::Long(line)), ("function", text(function))])
}

fn make_request(draw: &mut Draw) -> Node {
    Node::Members(vec![
        ("requestMethod", text("GET")),
        ("requestUrl", text(draw.pick(&["/beds/4?a=<b>", "https://a.example/grüße"]))),
        ("status", Node::Number([200, 404, 503][draw.below(3)])),
        ("latency", Node::Seconds(draw.below(999))),
        ("responseSize", Node::Long(12)),
    ])
}

fn make_audit(draw: &mut Draw) -> Node {
    let mut status = vec![("message", text(draw.pick(TEXTS)))];
    match draw.below(2) {
        0 => status.push(("code", Node::Default("0"))),
        _ => status.push(("code", Node::Number(7))),
    }
    Node::Members(vec![
        ("@type", text("type.googleapis.com/google.cloud.audit.AuditLog")),
        ("serviceName", text("run.googleapis.com")),
        ("methodName", text("Services.Replace")),
        ("status", Node::Members(status)),
    ])
}

/// What a service of the platform says of itself.
fn make_note(draw: &mut Draw) -> Node {
    let mut word = || text(draw.pick(&["failed_to_pick_backend", "UNAVAILABLE", "response_sent_by_backend"]));
    let mut members = vec![("@type", text("a/b.Attempt")), ("status", word()), ("debugInfo", word())];
    members.extend(["statusDetails", "proxyStatus"].map(|name| (name, word())));
    members.extend(["attemptResponseLog", "otherLog"].map(|name| (name, Node::Members(vec![("status", word())]))));
    members.retain(|_| draw.below(3) > 0);
    Node::Members(members)
}

/// What a logger writes that says in several ways where it was called.
fn make_statement(draw: &mut Draw) -> Node {
    let mut members = make_parts(draw);
    members.push(("message", text("sown")));
    for name in ["labels", "context", "sourceLocation", "source"] {
        if draw.below(2) == 0 {
            members.push((name, Node::Members(make_parts(draw))));
        }
    }
    Node::Members(members)
}

fn make_parts(draw: &mut Draw) -> Vec<(&'static str, Node)> {
    let names = ["module", "logger", "name", "function", "funcName", "method", "file", "filename"];
    let names: Vec<&str> = names.into_iter().filter(|_| draw.below(2) == 0).collect();
    names.into_iter().map(|name| (name, text(draw.pick(&["shop.cart", "shop.web", "logging", ""])))).collect()
}

/// An object of a payload, with objects in it down to some depth.
fn make_payload(draw: &mut Draw, depth: usize) -> Node {
    let mut members: Vec<(&'static str, Node)> = Vec::new();
    for _ in 0..draw.below(6) {
        let (name, value) = if depth < 3 && draw.below(3) == 0 {
            (*draw.pick(&OBJECTS.iter().collect::<Vec<_>>()), make_payload(draw, depth + 1))
        } else {
            (*draw.pick(&NAMES.iter().collect::<Vec<_>>()), make_value(draw))
        };
        // Of two members of one name nobody can say which is meant.
        if members.iter().all(|member| member.0 != name) {
            members.push((name, value));
        }
    }
    Node::Members(members)
}

fn make_value(draw: &mut Draw) -> Node {
    match draw.below(8) {
        0 => Node::Number([0, 30, 50, 137, -4, 2_000_000_000][draw.below(6)]),
        1 => Node::Fraction([0.5, 137.25, -1.5][draw.below(3)]),
        2 => Node::List(vec![text(draw.pick(TEXTS)), text(draw.pick(TEXTS))]),
        _ => text(draw.pick(TEXTS)),
    }
}
