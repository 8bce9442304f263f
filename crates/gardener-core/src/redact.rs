//! Secrets and personal data out of texts, documents and streams, each replaced by its kind and a keyed mark.
//!
//! The same secret under the same key gets the same mark, so that co-reference survives; without the
//! key there is no way back. What is a secret is a table: by its look ([`rules`]), by its name
//! ([`naming`], [`assignment`]), as a number ([`numbers`]) or in an address ([`address`]). One pass finds
//! the keywords of all of them ([`scan`]); each rule looks only where one stands.

mod address;
mod assignment;
mod checks;
mod digits;
mod document;
mod encoded;
mod header;
mod keywords;
mod mark;
mod naming;
mod numbers;
mod pairs;
mod rules;
mod scan;
mod states;
pub mod stream;
mod strings;
mod value;
mod verdict;
mod words;

use crate::error::Error;
use mark::{has_atom, is_only_atoms, Marker};
use regex::Regex;
use std::borrow::Cow;
use std::ops::Range;

/// Replacing goes on until nothing is found: once, and once more where a mark has brought a name and a
/// value together. More often it is an attack, and what is left then is replaced as a whole.
const ROUNDS: usize = 8;

/// Shortest text that any rule finds something in: a mailbox.
const SHORTEST: usize = 6;

/// How often a text is decoded: an address in an address in an address.
const DECODINGS: usize = 3;

/// Least length of a secret that is looked for where no rule tells it, and for how many that is done.
const KNOWN: usize = 12;
const MOST_KNOWN: usize = 64;

/// A rule of a user's own.
#[derive(Clone, Debug)]
pub struct OwnRule {
    /// What marks call it.
    pub kind: String,
    /// What to look for; its group `s` is the secret, or all of it where there is none.
    pub pattern: String,
    /// Texts of which one must occur, case ignored; none: the pattern is always tried.
    pub keywords: Vec<String>,
    /// Least bits of entropy a byte of the secret.
    pub entropy: f64,
}

/// A secret in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'r> {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What marks call it.
    pub kind: &'r str,
    /// Personal data give way to a secret that they overlap with.
    is_personal: bool,
}

/// What is known of where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Text,
    /// Its digits are an identifier.
    Identifier,
}

/// Takes secrets out.
#[derive(Debug, Default)]
pub struct Redactor {
    marker: Marker,
    own: Vec<(OwnRule, Regex)>,
    allowed: Vec<Regex>,
}

impl Redactor {
    /// A redactor whose marks are keyed by `key`, of which the first 64 bytes count, with rules of the
    /// user's own and patterns of what stays when one matches it as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`] names a pattern that is none.
    pub fn new(key: &[u8], own: Vec<OwnRule>, allowed: &[String]) -> Result<Self, Error> {
        let compile = |pattern: &str| Regex::new(pattern).map_err(|error| Error::Pattern(error.to_string()));
        let own = own.into_iter().map(|rule| compile(&rule.pattern).map(|pattern| (rule, pattern)));
        let allowed = allowed.iter().map(|pattern| compile(pattern).and_then(|_| compile(&format!("^(?:{pattern})$"))));
        Ok(Self {
            marker: Marker::new(key),
            own: own.collect::<Result<_, _>>()?,
            allowed: allowed.collect::<Result<_, _>>()?,
        })
    }

    /// Every kind of the table with the reasons for its rules, by name.
    #[must_use]
    pub fn kinds() -> Vec<(&'static str, String)> {
        let mut kinds: std::collections::BTreeMap<&'static str, Vec<&str>> = std::collections::BTreeMap::new();
        let rows = rules::RULES.iter().map(|rule| (rule.kind, rule.reason)).chain(rules::OTHERS.iter().copied());
        rows.for_each(|(kind, reason)| kinds.entry(kind).or_default().push(reason));
        kinds.into_iter().map(|(kind, reasons)| (kind, reasons.join("; "))).collect()
    }

    /// Replaces every secret of `text` by `<kind:mark>`. What is redacted stays as it is when it is redacted again.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.clean(text, Context::Text).into_owned()
    }

    /// Replaces every secret of a text that comes in parts, as [`Redactor::text`] does in the whole. A secret
    /// that goes over several parts stands in the first of them.
    #[must_use]
    pub fn parts(&self, parts: &[impl AsRef<str>]) -> Vec<String> {
        let mut text = String::new();
        let mut ends = Vec::with_capacity(parts.len());
        for part in parts {
            text.push_str(part.as_ref());
            ends.push(text.len());
        }
        let clean = self.replace(text.into(), &mut ends, Context::Text);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(&ends).map(|(start, end)| clean[start..*end].to_owned()).collect()
    }

    /// Redacts a document of JSON, the names of its members considered; `None` if it is none.
    #[must_use]
    pub fn json(&self, text: &str) -> Option<String> {
        serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
        Some(self.document(text).into_owned())
    }

    /// Random secrets that a document of JSON gives away by the names of its members, with their marks: the same may
    /// stand in a text that is made of the document, where no name tells it.
    #[must_use]
    pub fn find_named(&self, text: &str) -> Vec<(String, String)> {
        document::Document::new(self, text, &mut document::Position::default()).find_known()
    }

    /// The mark of a value that is a secret as a whole.
    #[must_use]
    pub fn whole(&self, kind: &str, secret: &str) -> String {
        self.marker.make_mark(kind, secret)
    }

    /// The secrets of a text, in order, none within another.
    #[must_use]
    pub fn find<'r>(&'r self, text: &str) -> Vec<Found<'r>> {
        self.find_in(text, Context::Text, DECODINGS)
    }

    /// What [`Redactor::find`] finds and is no neighbour of a mark, with places in letters: kind, start, end.
    #[must_use]
    pub fn find_letters(&self, text: &str) -> Vec<(String, usize, usize)> {
        let (mut letters, mut done) = (0, 0);
        let mut count = |to: usize| {
            letters += text[done..to].chars().count();
            done = to;
            letters
        };
        // What holds a mark was redacted where it came from: only what stands beside it makes it look like a secret.
        let found = self.find(text).into_iter().filter(|one| !has_atom(&text[one.range.clone()]));
        found.map(|one| (one.kind.to_owned(), count(one.range.start), count(one.range.end))).collect()
    }

    /// Whether a line can hold a secret, told in one pass.
    fn may_find(&self, line: &str) -> bool {
        !self.own.is_empty() || scan::may_hold(line)
    }

    fn document<'t>(&self, text: &'t str) -> Cow<'t, str> {
        document::Document::new(self, text, &mut document::Position::default()).redact()
    }

    fn whole_allowed(&self, kind: &str, secret: &str) -> Option<String> {
        (!self.is_allowed(secret) && !is_only_atoms(secret)).then(|| self.whole(kind, secret))
    }

    fn is_allowed(&self, secret: &str) -> bool {
        self.allowed.iter().any(|pattern| pattern.is_match(secret))
    }

    fn clean<'t>(&self, text: &'t str, context: Context) -> Cow<'t, str> {
        self.replace(Cow::Borrowed(text), &mut [], context)
    }

    /// Redacts a text, and moves places in it along with what stands before them.
    fn replace<'t>(&self, mut text: Cow<'t, str>, places: &mut [usize], context: Context) -> Cow<'t, str> {
        for _ in 0..ROUNDS {
            let found = self.find_in(&text, context, DECODINGS);
            if found.is_empty() {
                return text;
            }
            text = Cow::Owned(self.put_marks(&text, &found, places));
        }
        let whole = [Found { range: 0..text.len(), kind: "secret", is_personal: false }];
        Cow::Owned(self.put_marks(&text, &whole, places))
    }

    fn put_marks(&self, text: &str, found: &[Found<'_>], places: &mut [usize]) -> String {
        let mut clean = String::with_capacity(text.len());
        let (mut done, mut next) = (0, 0);
        for one in found {
            let secret = one.range.clone();
            clean.push_str(&text[done..secret.start]);
            for place in places[next..].iter_mut().take_while(|place| **place <= secret.start) {
                *place = *place + clean.len() - secret.start;
                next += 1;
            }
            clean.push_str(&self.whole(one.kind, &text[secret.clone()]));
            for place in places[next..].iter_mut().take_while(|place| **place < secret.end) {
                *place = clean.len();
                next += 1;
            }
            done = secret.end;
        }
        clean.push_str(&text[done..]);
        places[next..].iter_mut().for_each(|place| *place = *place + clean.len() - text.len());
        clean
    }

    fn find_in<'r>(&'r self, text: &str, context: Context, decodings: usize) -> Vec<Found<'r>> {
        let mut found: Vec<Found<'r>> = Vec::new();
        if text.len() < SHORTEST && self.own.is_empty() {
            return found;
        }
        scan::find_known(text, &mut found);
        if context == Context::Text {
            numbers::find_numbers(text, &mut found);
        }
        self.find_own(text, &mut found);
        if let Some(left) = decodings.checked_sub(1) {
            self.find_encoded(text, context, left, &mut found);
        }
        if found.is_empty() {
            return found;
        }
        found.retain(|one| {
            let secret = &text[one.range.clone()];
            !is_only_atoms(secret.trim()) && !self.is_allowed(secret)
        });
        unite(find_again(text, found))
    }

    /// Finds what a text holds that is encoded, once or more often.
    fn find_encoded<'r>(&'r self, text: &str, context: Context, left: usize, found: &mut Vec<Found<'r>>) {
        let Some((decoded, places)) = encoded::decode(text) else { return };
        let within = self.find_in(&decoded, context, left).into_iter();
        found.extend(within.map(|one| Found { range: places[one.range.start]..places[one.range.end], ..one }));
    }

    fn find_own<'r>(&'r self, text: &str, found: &mut Vec<Found<'r>>) {
        if self.own.is_empty() {
            return;
        }
        let lower = text.to_ascii_lowercase();
        for (rule, pattern) in &self.own {
            let holds = |keyword: &String| lower.contains(&keyword.to_ascii_lowercase());
            if !rule.keywords.is_empty() && !rule.keywords.iter().any(holds) {
                continue;
            }
            for captures in pattern.captures_iter(text) {
                let Some(secret) = captures.name("s").or_else(|| captures.get(0)) else { continue };
                if !secret.is_empty() && checks::entropy(secret.as_str()) >= rule.entropy {
                    found.push(Found { range: secret.range(), kind: &rule.kind, is_personal: false });
                }
            }
        }
    }
}

/// Adds where else a random secret stands that a rule found in one place: there no name may tell it.
fn find_again<'r>(text: &str, mut found: Vec<Found<'r>>) -> Vec<Found<'r>> {
    for at in 0..found.len() {
        let Found { range, kind, is_personal } = found[at].clone();
        let secret = &text[range.clone()];
        if is_personal || secret.len() < KNOWN || found.len() > MOST_KNOWN || !checks::is_random(secret) {
            continue;
        }
        let others =
            memchr::memmem::find_iter(text.as_bytes(), secret.as_bytes()).filter(|start| *start != range.start);
        found.extend(others.map(|start| Found { range: start..start + secret.len(), kind, is_personal }));
    }
    found
}

/// Makes of what overlaps one: of two secrets their union, called as the one that was found first; personal
/// data only where there is no secret.
fn unite(mut found: Vec<Found<'_>>) -> Vec<Found<'_>> {
    let personal = found.extract_if(.., |one| one.is_personal).collect::<Vec<_>>();
    found.sort_by_key(|one| (one.range.start, std::cmp::Reverse(one.range.end)));
    let mut united: Vec<Found<'_>> = Vec::with_capacity(found.len());
    for one in found {
        match united.last_mut() {
            Some(last) if one.range.start < last.range.end => last.range.end = last.range.end.max(one.range.end),
            _ => united.push(one),
        }
    }
    for one in personal {
        let overlaps = |other: &Found<'_>| one.range.start < other.range.end && other.range.start < one.range.end;
        if !united.iter().any(overlaps) {
            united.push(one);
        }
    }
    united.sort_by_key(|one| one.range.start);
    united
}
