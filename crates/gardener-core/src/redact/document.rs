//! Secrets in a document of JSON: in its strings, in its numbers, and by the names of its members at any depth.
//!
//! What is no secret stays byte for byte as it was.

use super::checks::{is_placeholder, is_prose, is_random};
use super::header::{cut_scheme, is_authorization};
use super::naming::{Meaning, Named, Strength};
use super::scan::{find_continued, follow_key, has_key_sign};
use super::strings::{decode, encode, find_string_end};
use super::verdict::is_member_secret;
use super::{Context, Redactor, KNOWN};
use crate::tally::KeyHasher;
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// Members that hold a name, and those beside them that hold its value: `{"name": "password", "value": "..."}`.
const NAMES: &[&str] = &["name", "key", "header", "field", "k", "param"];
const VALUES: &[&str] = &["value", "val", "v"];

/// Members that hold what was written, as lines of a key are.
const MESSAGES: &[&str] = &["message", "textPayload", "msg", "log", "line", "text"];

/// Longest element of a list that may be the name of the next.
const LONGEST_NAME: usize = 64;

/// Names whose meaning is kept.
const MOST_NAMES: usize = 10_000;

/// An object or a list that is not closed yet.
#[derive(Debug, Default)]
struct Level {
    is_object: bool,
    /// The member that is being read, or the one in which a list stands.
    name: String,
    /// What the member's name says of its values, and that of a level above.
    meaning: Meaning,
    inherited: Option<Named>,
    /// What a member called `name` holds.
    told: Option<String>,
    /// What the string before says of the one behind it in a list: `["Cookie", "..."]`.
    listed: Option<(String, Named)>,
}

/// Where in a document a line of it ends: the levels that are open.
#[derive(Debug, Default)]
pub(super) struct Position {
    levels: Vec<Level>,
    /// What names mean: a stream has few of them, again and again.
    meanings: HashMap<String, Meaning, BuildHasherDefault<KeyHasher>>,
    /// Whether lines of a key may come, since one has begun.
    pub(super) is_in_key: bool,
}

impl Position {
    fn find_meaning(&mut self, name: &str, redactor: &Redactor) -> Meaning {
        if let Some(meaning) = self.meanings.get(name) {
            return *meaning;
        }
        let is_clean = matches!(redactor.clean(name, Context::Text), Cow::Borrowed(_));
        let meaning = Meaning { is_clean, ..Meaning::of(name) };
        if self.meanings.len() < MOST_NAMES {
            self.meanings.insert(name.to_owned(), meaning);
        }
        meaning
    }

    /// Whether a document goes on.
    pub(super) fn is_open(&self) -> bool {
        !self.levels.is_empty()
    }

    /// Forgets a document that broke off.
    pub(super) fn leave(&mut self) {
        self.levels.clear();
    }
}

/// Reads a document, or a line of one.
pub(super) struct Document<'r, 't, 'p> {
    redactor: &'r Redactor,
    text: &'t str,
    clean: String,
    done: usize,
    at: usize,
    position: &'p mut Position,
    is_name: bool,
    /// Whether any of it says something of a key.
    has_key_sign: bool,
    /// Whether all of it so far can be JSON.
    is_sound: bool,
    /// Secrets that a name gave away, with their marks: they may stand elsewhere without it.
    known: Vec<(String, String)>,
}

impl<'r, 't, 'p> Document<'r, 't, 'p> {
    pub(super) fn new(redactor: &'r Redactor, text: &'t str, position: &'p mut Position) -> Self {
        let is_name = position.levels.last().is_some_and(|level| level.is_object);
        Self {
            redactor,
            text,
            clean: String::new(),
            done: 0,
            at: 0,
            position,
            is_name,
            has_key_sign: has_key_sign(text),
            is_sound: true,
            known: Vec::new(),
        }
    }

    /// The text with every secret replaced, the text itself where it has none; `None` if it is no JSON.
    pub(super) fn redact_sound(mut self) -> Option<Cow<'t, str>> {
        self.walk();
        self.is_sound.then(|| self.finish())
    }

    /// The text with every secret replaced; the text itself where it has none.
    pub(super) fn redact(mut self) -> Cow<'t, str> {
        self.walk();
        self.finish()
    }

    /// Random secrets that the names of members give away, with their marks.
    pub(super) fn find_known(mut self) -> Vec<(String, String)> {
        self.walk();
        self.known
    }

    fn walk(&mut self) {
        let bytes = self.text.as_bytes();
        let is_document = self.position.is_open() || self.opens();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'{' | b'[' => self.open(*byte == b'{'),
                b'}' | b']' => self.close(),
                b',' => self.is_name = self.position.levels.last().is_some_and(|level| level.is_object),
                b':' => self.is_name = false,
                b'"' => {
                    self.take_string();
                    continue;
                }
                b'0'..=b'9' | b'-' if self.is_value() => {
                    self.take_number();
                    continue;
                }
                // Blanks, and the letters of true, false and null.
                b' ' | b'\t' | b'\r' | b'\n' | b'a' | b'e' | b'f' | b'l' | b'n' | b'r' | b's' | b't' | b'u' => {}
                _ => self.is_sound = false,
            }
            self.at += 1;
            if is_document && !self.position.is_open() {
                self.take_rest();
            }
        }
    }

    fn finish(mut self) -> Cow<'t, str> {
        if self.done == 0 && self.clean.is_empty() {
            return Cow::Borrowed(self.text);
        }
        self.clean.push_str(&self.text[self.done..]);
        for (secret, mark) in &self.known {
            if memchr::memmem::find(self.clean.as_bytes(), secret.as_bytes()).is_some() {
                self.clean = self.clean.replace(secret, mark);
            }
        }
        Cow::Owned(self.clean)
    }

    /// Whether a value may begin here: behind a colon, a comma, a bracket, or at the beginning of a line.
    fn is_value(&self) -> bool {
        let before = self.text[..self.at].trim_end();
        before.is_empty() || before.ends_with([':', ',', '['])
    }

    fn opens(&self) -> bool {
        self.text.trim_start().starts_with(['{', '['])
    }

    /// What stands behind the end of a document is a text, or another one.
    fn take_rest(&mut self) {
        let rest = &self.text[self.at..];
        if rest.trim_start().starts_with(['{', '[', ',']) {
            return;
        }
        if let Cow::Owned(clean) = self.redactor.clean(rest, Context::Text) {
            self.put(self.at, self.text.len(), &clean);
        }
        self.at = self.text.len();
    }

    fn level(&mut self) -> &mut Level {
        let levels = &mut self.position.levels;
        if levels.is_empty() {
            levels.push(Level::default());
        }
        let last = levels.len() - 1;
        &mut levels[last]
    }

    fn open(&mut self, is_object: bool) {
        let above = self.position.levels.last();
        let inherited = above.and_then(|above| above.meaning.named.or(above.inherited));
        let name = above.filter(|_| !is_object).map_or_else(String::new, |above| above.name.clone());
        // Members of an object have names of their own: of them a secret must be random, too.
        let weakened = inherited.map(|named| match (is_object, named.kind) {
            (true, "cookie" | "password") | (false, _) => named,
            (true, _) => Named { strength: Strength::Weak, ..named },
        });
        self.position.levels.push(Level { is_object, name, inherited: weakened, ..Level::default() });
        self.is_name = is_object;
    }

    fn close(&mut self) {
        self.position.levels.pop();
        self.is_name = false;
    }

    /// Replaces a part of the text.
    fn put(&mut self, start: usize, end: usize, clean: &str) {
        if self.clean.is_empty() {
            self.clean.reserve(self.text.len());
        }
        self.clean.push_str(&self.text[self.done..start]);
        self.clean.push_str(clean);
        self.done = end;
    }

    fn take_string(&mut self) {
        let start = self.at + 1;
        let (end, is_escaped) = find_string_end(self.text.as_bytes(), start);
        self.at = (end + 1).min(self.text.len());
        let raw = &self.text[start..end];
        let is_whole = end < self.text.len();
        let decoded = if is_escaped && is_whole { decode(&self.text[start - 1..=end]) } else { None };
        let value = decoded.as_deref().unwrap_or(raw);
        let clean = if self.is_name { self.name_member(value) } else { self.redact_member(value) };
        if !self.is_name && (self.has_key_sign || is_escaped) {
            self.position.is_in_key = follow_key(value).unwrap_or(self.position.is_in_key);
        }
        if let Cow::Owned(clean) = clean {
            let spelt = if decoded.is_some() || clean.contains(['"', '\\']) { encode(&clean) } else { clean };
            self.put(start, end, &spelt);
        }
    }

    /// Keeps in mind what a member is called; a name can hold a secret, too.
    fn name_member<'v>(&mut self, name: &'v str) -> Cow<'v, str> {
        // A value beside a name is read by that name.
        let told = if VALUES.contains(&name) { self.level().told.clone() } else { None };
        let shown = told.as_deref().unwrap_or(name);
        let meaning = self.position.find_meaning(shown, self.redactor);
        let level = self.level();
        shown.clone_into(&mut level.name);
        level.meaning = meaning;
        if told.is_none() && meaning.is_clean {
            return Cow::Borrowed(name);
        }
        self.redactor.clean(name, Context::Text)
    }

    /// A member's value, its name considered.
    fn redact_member<'v>(&mut self, value: &'v str) -> Cow<'v, str> {
        let redactor = self.redactor;
        let is_in_key = self.position.is_in_key;
        let level = self.level();
        if is_in_key && (!level.is_object || MESSAGES.contains(&level.name.as_str())) {
            if let Some(secret) = find_continued(value, 4).filter(|found| found.len() == value.trim().len()) {
                return Cow::Owned(redactor.whole("private-key", &value[secret]));
            }
        }
        if NAMES.contains(&level.name.as_str()) {
            level.told = Some(value.to_owned());
        }
        if value.is_empty() {
            return Cow::Borrowed(value);
        }
        let Level { meaning, inherited, is_object, .. } = *level;
        if !is_object {
            if let Some(whole) = redact_element(redactor, level, value) {
                return Cow::Owned(whole);
            }
        }
        if let Some(kind) = meaning.personal {
            return redact_personal(redactor, kind, value);
        }
        let named = meaning.named.or(inherited);
        if let Some(whole) = named.and_then(|named| redact_named(redactor, &level.name, value, named)) {
            if value.len() >= KNOWN && is_random(value) && whole.starts_with('<') {
                self.known.push((value.to_owned(), whole.clone()));
            }
            return Cow::Owned(whole);
        }
        redactor.clean(value, if meaning.is_identifying { Context::Identifier } else { Context::Text })
    }

    /// A number is a secret where its member says so, or where it is a card's.
    fn take_number(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
        let end = start + bytes[start..].iter().take_while(|byte| is_inside(byte)).count();
        self.at = end.max(start + 1);
        let redactor = self.redactor;
        let value = &self.text[start..end];
        let level = self.level();
        let meaning = level.meaning;
        if meaning.is_identifying {
            return;
        }
        let by_name =
            meaning.named.filter(|named| is_member_secret(&level.name, value, *named)).map(|named| named.kind);
        let personal = meaning.personal.filter(|kind| matches!(*kind, "phone" | "card") && end - start >= 7);
        let kind = by_name.or(personal);
        let clean = match kind {
            Some(kind) => Cow::Owned(redactor.whole(kind, value)),
            None if end - start >= 13 => redactor.clean(value, Context::Text),
            None => return,
        };
        if let Cow::Owned(clean) = clean {
            self.put(start, end, &format!("\"{clean}\""));
        }
    }
}

/// The mark of what a member's name calls a secret, if it is one.
fn redact_named(redactor: &Redactor, name: &str, value: &str, named: Named) -> Option<String> {
    if named.kind == "cookie" {
        return redactor.whole_allowed(named.kind, value).filter(|_| !is_placeholder(value));
    }
    if is_authorization(name) {
        let is_told = value.rsplit(' ').next().is_some_and(is_placeholder);
        // Behind a secret without a scheme nothing is told apart: a member is no sentence that goes on.
        let cut = cut_scheme(value).map(|cut| if cut.start == 0 { 0..value.len() } else { cut });
        let secret = cut.or_else(|| (!is_told).then_some(0..value.len()))?;
        let mark = redactor.whole_allowed(named.kind, &value[secret.clone()])?;
        return Some(format!("{}{mark}{}", &value[..secret.start], &value[secret.end..]));
    }
    if is_member_secret(name, value, named) && !value.contains("-----BEGIN") {
        return redactor.whole_allowed(named.kind, value);
    }
    None
}

/// The mark of an element of a list that stands behind its name, if it does; it may be a name itself.
fn redact_element(redactor: &Redactor, level: &mut Level, value: &str) -> Option<String> {
    let before = level.listed.take();
    let clean = before.and_then(|(name, named)| redact_listed(redactor, &name, value, named));
    if clean.is_none() && value.len() <= LONGEST_NAME && value.bytes().all(is_name_letter) {
        let told = Meaning::of(value.trim_start_matches('-')).named;
        level.listed = told.filter(|told| told.strength == Strength::Strong).map(|told| (value.to_owned(), told));
    }
    clean
}

/// Whether a letter may stand in a name, so that a mark is none.
fn is_name_letter(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-' | b'.')
}

/// The mark of what stands behind a name in a list, if it is no word.
fn redact_listed(redactor: &Redactor, name: &str, value: &str, named: Named) -> Option<String> {
    let is_cookie = named.kind == "cookie" && value.contains('=');
    let is_one = is_cookie
        || is_authorization(name) && value.contains(' ')
        || !is_prose(value) && is_member_secret(name, value, named);
    is_one.then(|| redact_named(redactor, name, value, named)).flatten()
}

/// What says who called, as a whole, where it is such a thing.
fn redact_personal<'v>(redactor: &Redactor, kind: &str, value: &'v str) -> Cow<'v, str> {
    let is_one = match kind {
        "ip" => value.bytes().any(|byte| byte.is_ascii_digit() || byte == b':'),
        "email" => value.contains('@'),
        "phone" | "card" => value.bytes().filter(u8::is_ascii_digit).count() >= 7,
        _ => true,
    };
    if is_one && !is_placeholder(value) {
        if let Some(mark) = redactor.whole_allowed(kind, value) {
            return Cow::Owned(mark);
        }
    }
    redactor.clean(value, Context::Text)
}
