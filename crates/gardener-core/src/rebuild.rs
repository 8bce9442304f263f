//! Back from a template to the body of one of its entries: which values the entry has, and the body that
//! they make with the template.

use crate::class::{is, BLANK};
use crate::draft::Reader;
use crate::intake::Raw;
use crate::mask::{colour_length, MARK};
use crate::shape::{Keys, Shape};
use crate::template::Template;
use crate::token::{blur, marks, strip_common, tokenize, Token};
use crate::variable::Kind;

/// Stands between the tokens that a template keeps. A body cannot bring it in: its control characters count
/// as white space.
const TOKEN_END: char = '\0';

/// What stands in one entry in the place of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What it is: of a variable that may be anything, what this value is by itself.
    pub kind: Kind,
    /// As it stands in the entry, white space folded; empty where the entry has nothing there. A blank
    /// before it belongs to it where the template's other entries have none.
    pub text: String,
}

/// What a member has in the place of one variable.
pub(crate) struct Piece<'m> {
    /// Its masked text.
    pub(crate) text: &'m str,
    /// How many marks the member has before it.
    pub(crate) marks_before: usize,
}

impl Piece<'_> {
    /// The kind of the value, if the text is nothing but one.
    pub(crate) fn kind(&self) -> Option<Kind> {
        let mut letters = self.text.strip_prefix(MARK)?.chars();
        let kind = letters.next().and_then(Kind::from_code);
        if letters.next().is_none() {
            kind
        } else {
            None
        }
    }
}

impl Template {
    /// Finds the values of an entry, one for each variable of the text; `None` where the record is no
    /// entry, or one of another template.
    #[must_use]
    pub fn find_values(&self, record: &str) -> Option<Vec<Value>> {
        let mut reader = Reader::default();
        let entry = Raw::new(record, 0, false).entry(&mut reader).ok()?;
        let mut shape = Shape::default();
        shape.take(&entry);
        let body = shape.body(&entry);
        let keys = Keys::of(&shape.masked.key).filter(|keys| self.has_hard_keys(keys))?;
        let (head, frames) = keys.body.split_once('\n').unwrap_or((keys.body, ""));
        if !split_frames(frames).eq(&self.frames) {
            return None;
        }
        let texts: Vec<&str> = shape.masked.values.iter().map(|(_, range)| &body[range.clone()]).collect();
        let kinds: Vec<Kind> = marks(&self.tokens).collect();
        let tokens: Vec<Token> = self.tokens.split(TOKEN_END).map(str::to_owned).collect();
        let mut values = Vec::with_capacity(kinds.len());
        let is_own = align(&tokens, &tokenize(keys.kind, head), |piece| {
            let kind = piece.kind().or_else(|| kinds.get(values.len()).copied()).unwrap_or(Kind::Any);
            let texts = texts.get(piece.marks_before..).unwrap_or_default();
            values.push(Value { kind, text: fold(&put(piece.text, texts)) });
        });
        is_own.then_some(values)
    }

    /// The text with a value in the place of each variable: of an entry's own values, the entry's body,
    /// white space folded. `None` where there are more or fewer values than variables.
    #[must_use]
    pub fn fill(&self, values: &[impl AsRef<str>]) -> Option<String> {
        let is_fit = marks(&self.tokens).count() == values.len();
        let text = || fold(&put(&self.tokens.replace(TOKEN_END, ""), values));
        is_fit.then(|| text().trim_start_matches(' ').trim_end().to_owned())
    }

    fn has_hard_keys(&self, keys: &Keys<'_>) -> bool {
        keys.kind == self.kind
            && [keys.resource, keys.service, keys.module, keys.function]
                == [&self.resource, &self.service, &self.module, &self.function]
    }
}

/// The tokens of a body as one text: of a vector of them, fifty thousand templates took 40 MB.
pub(crate) fn pack_tokens(tokens: &[Token]) -> Box<str> {
    let head: Vec<&str> = tokens.iter().map(String::as_str).filter(|token| !token.starts_with('\n')).collect();
    head.join(TOKEN_END.encode_utf8(&mut [0])).into()
}

/// A trace's frames, each `function in module`.
pub(crate) fn split_frames(frames: &str) -> impl Iterator<Item = &str> {
    frames.split('\n').filter(|frame| !frame.is_empty())
}

/// Calls `each` with what a member has in the place of every variable of a template, in order. Returns
/// whether the tokens are those of a member at all.
pub(crate) fn align(template: &[Token], own: &[Token], mut each: impl FnMut(Piece<'_>)) -> bool {
    let mut owns = own.iter().peekable();
    let mut marks_before = 0;
    for (at, token) in template.iter().enumerate() {
        // An enclosure that is empty here and holds a variable in the template.
        let is_short = owns.len() < template.len() - at;
        if is_short && marks(token).count() == 1 && owns.peek().is_some_and(|own| is_closing(own)) {
            each(Piece { text: "", marks_before });
            continue;
        }
        let Some(own) = owns.next() else { return false };
        if token == own || blur(token) == blur(own) {
            for (count, (from, mark)) in own.match_indices(MARK).enumerate() {
                let end = from + mark.len() + own[from + mark.len()..].chars().next().map_or(0, char::len_utf8);
                each(Piece { text: &own[from..end], marks_before: marks_before + count });
            }
        } else if let (1, Some(text)) = (marks(token).count(), strip_common(token, own)) {
            each(Piece { text, marks_before });
        } else {
            return false;
        }
        marks_before += marks(own).count();
    }
    owns.next().is_none()
}

fn is_closing(token: &str) -> bool {
    matches!(token, ")" | "]" | "'" | "\"")
}

/// A masked text with values in the place of its marks.
fn put(masked: &str, values: &[impl AsRef<str>]) -> String {
    let mut values = values.iter();
    let mut pieces = masked.split(MARK);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push_str(values.next().map_or("", AsRef::as_ref));
        let mut rest = piece.chars();
        rest.next(); // the mark's code letter
        text.push_str(rest.as_str());
    }
    text
}

/// A text as the mask reads it: without colours, all white space and control characters as single blanks.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let is_blank = u8::try_from(letter).is_ok_and(|byte| is(byte, BLANK) && byte.is_ascii());
        let length = colour_length(rest.as_bytes());
        if length.is_none() && !is_blank {
            folded.push(letter);
        } else if length.is_none() && !folded.ends_with(' ') {
            folded.push(' ');
        }
        rest = &rest[length.unwrap_or(letter.len_utf8())..];
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{fold, Value};
    use crate::tally::{Reading, Tally};
    use crate::template::Template;
    use crate::variable::Kind;

    fn template_of(rows: &[String]) -> Template {
        let mut tally = Tally::default();
        tally.add(rows.join("\n").as_bytes(), &Reading::default(), None);
        let mut templates = tally.generalise().templates;
        assert_eq!(templates.len(), 1, "{templates:?}");
        templates.remove(0)
    }

    fn entry(text: &str) -> String {
        format!("{{\"textPayload\":{}}}", serde_json::to_string(text).unwrap())
    }

    #[test]
    fn a_value_is_named_by_what_it_is_and_fills_its_place_again() {
        let rows = [entry("user ann from 10.0.0.1  took\t12 ms"), entry("user 7 from host.example.org took 9 ms")];
        let template = template_of(&rows);
        assert_eq!(template.text, "user <*> from <*> took <int> ms");
        let values = template.find_values(&rows[0]).unwrap();
        let want = [(Kind::Any, "ann"), (Kind::Ip, "10.0.0.1"), (Kind::Int, "12")];
        assert_eq!(values, want.map(|(kind, text)| Value { kind, text: text.to_owned() }));
        let texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        assert_eq!(template.fill(&texts).unwrap(), "user ann from 10.0.0.1 took 12 ms");
    }

    #[test]
    fn an_empty_enclosure_has_an_empty_value() {
        let rows = [entry("closed socket (10.0.0.1) again"), entry("closed socket () again")];
        let template = template_of(&rows);
        let values = template.find_values(&rows[1]).unwrap();
        assert_eq!(values, [Value { kind: Kind::Any, text: String::new() }]);
        assert_eq!(template.fill(&[""]).unwrap(), "closed socket () again");
    }

    #[test]
    fn an_entry_of_another_template_has_no_values_and_too_few_fill_nothing() {
        let template = template_of(&[entry("took 12 ms")]);
        for other in ["took 12 s", "it took 12 ms", "took", "took 12 ms more"] {
            assert_eq!(template.find_values(&entry(other)), None, "{other}");
        }
        assert_eq!(template.find_values("{\"jsonPayload\":{\"message\":\"took 12 ms\"}}"), None);
        assert_eq!(template.find_values("took 12 ms"), None);
        assert_eq!(template.fill(&["1", "2"]), None);
        assert_eq!(template.fill(&[""; 0]), None);
    }

    #[test]
    fn colours_and_control_characters_fold_as_the_mask_folds_them() {
        assert_eq!(fold(" \t\u{1b}[31mred\u{1b}[0m\0\t é \u{7f}x \n"), " red é x ");
    }
}
