//! Generalise: the distinct shapes of a tally to templates, a pure function.

use crate::family::Family;
use crate::fragment::digest;
use crate::intake::Raw;
use crate::joining::Settled;
use crate::mask::{spell, MARK};
use crate::rebuild::{align, pack_tokens, split_frames};
use crate::record::Record;
use crate::severity::{find_stated, Severity};
use crate::shape::{BodyKind, Keys};
use crate::siblings::join_siblings;
use crate::sketch::Sketch;
use crate::tally::{Tally, SHAPE_LIMIT};
use crate::token::{after_code, marks, tokenize, Token};
use crate::variable::Kind;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// How many values a template keeps of each variable.
const VALUES: u16 = 16;

/// A variable of a template with the values that it took.
#[derive(Clone, Debug)]
pub struct Variable {
    /// What it is.
    pub kind: Kind,
    /// The template's text before it, from the variable before or the beginning.
    pub before: String,
    /// Its values.
    pub values: Sketch,
}

/// The entries of a template that bear one severity.
#[derive(Clone, Debug)]
pub struct Facet {
    /// The severity.
    pub severity: Severity,
    /// Counts and samples; its `values` are in `variables`.
    pub record: Record,
    /// The template's variables, in order, with the values of these entries.
    pub variables: Vec<Variable>,
}

/// What a family of shapes has in common.
#[derive(Clone, Debug)]
pub struct Template {
    /// The text, variables as `<kind>`.
    pub text: String,
    /// Kind of body.
    pub kind: BodyKind,
    /// `resource.type`.
    pub resource: String,
    /// Service, container, function or job.
    pub service: String,
    /// Module of the place in the code, empty where unknown.
    pub module: String,
    /// Function of the place in the code, empty where unknown.
    pub function: String,
    /// Of a generic line, the bucket of the instances that wrote it, see [`crate::generic`]; else empty.
    pub bucket: String,
    /// The severity that the text states of itself.
    pub stated: Option<Severity>,
    /// For a trace: `function in module`, innermost first.
    pub frames: Vec<String>,
    /// Its entries by severity, least urgent first.
    pub facets: Vec<Facet>,
    /// What its text is made of, packed.
    pub(crate) tokens: Box<str>,
}

/// The templates of a tally, and which shape belongs to which.
#[derive(Debug, Default)]
pub struct Grouping {
    /// In order of hard keys and text.
    pub templates: Vec<Template>,
    of_shape: HashMap<Box<str>, usize>,
    /// Of the lines of traces that were split, the template and the severity, by the digest of the line.
    of_line: HashMap<u64, (usize, Severity)>,
}

impl Grouping {
    /// Finds the number of the template that a shape's key belongs to; `None` in the overflow.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<usize> {
        self.of_shape.get(key).copied()
    }

    /// The number of the template and the severity of the trace that a record is a line of.
    pub(crate) fn find_line(&self, record: Raw<'_>) -> Option<(usize, Severity)> {
        self.of_line.get(&digest(record)).copied()
    }
}

/// A shape in the hands of the generaliser.
struct Member<'t> {
    key: &'t str,
    keys: Keys<'t>,
    record: &'t Record,
    tokens: Rc<[Token]>,
}

type HardKeys<'t> = (BodyKind, [&'t str; 4]);

impl Tally {
    /// The templates of all that was tallied: equal tallies give equal groupings.
    #[must_use]
    pub fn generalise(&self) -> Grouping {
        let Settled { mut tally, traces } = self.settle();
        if tally.records.len() > SHAPE_LIMIT {
            tally.to_mut().trim(SHAPE_LIMIT);
        }
        let mut grouping = tally.group();
        for (digest, (key, severity)) in traces {
            if let Some(number) = grouping.find(&key) {
                grouping.of_line.insert(digest, (number, severity));
            }
        }
        grouping
    }

    /// The templates of the records.
    fn group(&self) -> Grouping {
        let mut rows: Vec<(&str, &Record)> = self.records.iter().map(|(key, record)| (key.as_ref(), record)).collect();
        rows.sort_by(|a, b| a.0.cmp(b.0));
        let members = make_members(rows);
        let mut groups: BTreeMap<HardKeys<'_>, Vec<usize>> = BTreeMap::new();
        for (number, member) in members.iter().enumerate() {
            let keys = &member.keys;
            groups
                .entry((keys.kind, [keys.resource, keys.service, keys.module, keys.function]))
                .or_default()
                .push(number);
        }
        let mut grouping = Grouping::default();
        for ((kind, _), numbers) in groups {
            for family in join_siblings(kind, make_families(kind, &members, &numbers)) {
                for (_, numbers) in part_by_bucket(&family, &members) {
                    for number in &numbers {
                        grouping.of_shape.insert(members[*number].key.into(), grouping.templates.len());
                    }
                    grouping.templates.push(make_template(&family.tokens, &numbers, &members));
                }
            }
        }
        grouping
    }
}

/// A body is cut once, however many severities and services say it.
fn make_members<'t>(rows: Vec<(&'t str, &'t Record)>) -> Vec<Member<'t>> {
    let mut bodies: HashMap<(BodyKind, &str), Rc<[Token]>> = HashMap::new();
    let make = |(key, record)| {
        let keys = Keys::of(key)?;
        let tokens = bodies.entry((keys.kind, keys.body)).or_insert_with(|| tokenize(keys.kind, keys.body).into());
        Some(Member { key, keys, record, tokens: Rc::clone(tokens) })
    };
    rows.into_iter().filter_map(make).collect()
}

/// One family for every body: severity tells no families apart.
fn make_families(kind: BodyKind, members: &[Member<'_>], numbers: &[usize]) -> Vec<Family> {
    let mut bodies: BTreeMap<&[Token], Vec<usize>> = BTreeMap::new();
    for number in numbers {
        bodies.entry(&members[*number].tokens).or_default().push(*number);
    }
    bodies.into_iter().map(|(tokens, numbers)| Family::new(kind, tokens.to_vec(), numbers)).collect()
}

/// The members of a family, ascending, by the bucket of their instances: one part but for generic lines.
fn part_by_bucket<'t>(family: &Family, members: &[Member<'t>]) -> BTreeMap<&'t str, Vec<usize>> {
    let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for number in &family.members {
        parts.entry(members[*number].keys.bucket).or_default().push(*number);
    }
    for numbers in parts.values_mut() {
        numbers.sort_unstable();
    }
    parts
}

fn make_template(tokens: &[Token], numbers: &[usize], members: &[Member<'_>]) -> Template {
    let joined = tokens.concat();
    let (head, frames) = joined.split_once('\n').unwrap_or((&joined, ""));
    let keys = members[numbers[0]].keys;
    let mut facets: BTreeMap<Severity, Facet> = BTreeMap::new();
    for number in numbers {
        let member = &members[*number];
        let facet = match facets.entry(member.keys.severity) {
            Entry::Occupied(facet) => {
                let facet = facet.into_mut();
                facet.record.merge_facts(member.record);
                facet
            }
            Entry::Vacant(place) => place.insert(Facet {
                severity: member.keys.severity,
                record: member.record.facts(),
                variables: make_variables(tokens),
            }),
        };
        fill_variables(&mut facet.variables, tokens, member);
    }
    Template {
        text: spell(head),
        kind: keys.kind,
        resource: keys.resource.to_owned(),
        service: keys.service.to_owned(),
        module: keys.module.to_owned(),
        function: keys.function.to_owned(),
        bucket: keys.bucket.to_owned(),
        stated: find_stated(head),
        frames: split_frames(frames).map(str::to_owned).collect(),
        facets: facets.into_values().collect(),
        tokens: pack_tokens(tokens),
    }
}

fn make_variables(tokens: &[Token]) -> Vec<Variable> {
    let mut variables = Vec::new();
    let mut before = String::new();
    for piece in tokens.concat().split_inclusive(MARK) {
        let text = piece.strip_suffix(MARK);
        before.push_str(text.unwrap_or(""));
        if text.is_some() {
            variables.push(std::mem::take(&mut before));
        }
    }
    let kinds: Vec<Kind> = tokens.iter().flat_map(|token| marks(token)).collect();
    // What follows a mark begins with the code letter of that mark.
    let texts =
        variables.into_iter().enumerate().map(|(at, text)| if at == 0 { text } else { text.chars().skip(1).collect() });
    kinds.into_iter().zip(texts).map(|(kind, before)| Variable { kind, before, values: Sketch::new(VALUES) }).collect()
}

/// Adds a member's values: those of its marks, and its words where the template has a variable.
fn fill_variables(variables: &mut [Variable], tokens: &[Token], member: &Member<'_>) {
    let mut open = variables.iter_mut();
    let is_member = align(tokens, &member.tokens, |piece| {
        let Some(variable) = open.next() else { return };
        let sketches = member.record.values.get(piece.marks_before..).unwrap_or_default();
        match (piece.kind(), sketches.first()) {
            (Some(_), Some(sketch)) => variable.values.merge(sketch),
            // A value beyond those that the record keeps.
            (Some(_), None) => {}
            (None, _) => fill_variable(&mut variable.values, piece.text, sketches, member.record.count),
        }
    });
    debug_assert!(is_member, "{tokens:?} took in {:?}", member.tokens);
}

/// Adds what a member has in place of a variable: a word, or a text around a value of its own. Where that
/// text's values are many or not all known, their kinds are named.
fn fill_variable(values: &mut Sketch, text: &str, sketches: &[Sketch], count: u64) {
    match (text.split_once(MARK), sketches.first()) {
        _ if text.is_empty() => {}
        (Some((before, behind)), Some(sketch)) if sketch.is_exact() && !behind.contains(MARK) => {
            let behind = after_code(behind);
            for row in sketch.sightings() {
                values.add_many(&format!("{before}{}{behind}", row.value), row.count);
            }
        }
        _ => values.add_many(&spell(text), count),
    }
}
