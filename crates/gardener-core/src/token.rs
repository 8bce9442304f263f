//! A masked body cut into tokens, and what a token is: a word, a delimiter, a value, a name.

use crate::list::join_lists;
use crate::mask::MARK;
use crate::shape::BodyKind;
use crate::variable::Kind;
use crate::word::is_unit;
use std::borrow::Cow;

/// A token of a masked body, with the space before it.
pub(crate) type Token = String;

/// How many tokens of a body are told apart; what follows is one.
const TOKENS: usize = 256;

/// What the last part of a name ends with if it names an error: such names tell problems apart.
const ERROR_NAMES: [&str; 4] = ["Exception", "Error", "Fault", "Failure"];

/// Cuts a masked body into tokens: words, delimiters by themselves, the value of a key, a number
/// with its unit. A trace's frames are one token.
pub(crate) fn tokenize(kind: BodyKind, body: &str) -> Vec<Token> {
    let (head, frames) = body.find('\n').map_or((body, ""), |at| body.split_at(at));
    let mut tokens = match kind {
        BodyKind::Http => cut(head, segment_end),
        _ => join_lists(join_quantities(cut(head, token_end))),
    };
    if tokens.len() > TOKENS {
        let rest = tokens.split_off(TOKENS).concat();
        tokens.push(rest);
    }
    if !frames.is_empty() {
        tokens.push(frames.to_owned());
    }
    tokens
}

fn cut(text: &str, end: impl Fn(&[u8], usize) -> usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = end(text.as_bytes(), at);
        tokens.push(text[at..end].to_owned());
        at = end;
    }
    tokens
}

fn is_delimiter(byte: u8) -> bool {
    b"=:,;()[]{}\"|'".contains(&byte)
}

/// The end of a request's token: a word, or a segment of its path.
fn segment_end(bytes: &[u8], start: usize) -> usize {
    let is_cut = |at: &usize| bytes[*at] == b' ' || (bytes[*at] == b'/' && !(*at == start + 1 && bytes[start] == b' '));
    (start + 1..bytes.len()).find(is_cut).unwrap_or(bytes.len())
}

fn token_end(bytes: &[u8], start: usize) -> usize {
    let from = start + usize::from(bytes[start] == b' ');
    if start > 0 && from == start && bytes[start - 1] == b'=' {
        let end = value_end(bytes, start);
        if end > start {
            return end;
        }
    }
    match bytes.get(from) {
        Some(byte) if is_delimiter(*byte) => from + 1,
        _ => (from..bytes.len()).find(|at| ends_word(bytes, from, *at)).unwrap_or(bytes.len()),
    }
}

/// Whether a word that begins at `from` ends at `at`; the number behind a name's dots is a token by itself.
fn ends_word(bytes: &[u8], from: usize, at: usize) -> bool {
    let is_number = || bytes[at] == MARK as u8 && at > from && bytes[at - 1] == b'.' && bytes[from] != MARK as u8;
    bytes[at] == b' ' || is_delimiter(bytes[at]) || is_number()
}

/// The end of the value of a key, brackets and what is in them included. Brackets around a blank
/// hold a text of its own and are no part of it.
fn value_end(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut first) = (0_usize, bytes.len());
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'(' | b'[' | b'{' => {
                first = if depth == 0 { at } else { first };
                depth += 1;
            }
            b' ' if depth > 0 => return first,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b' ' | b',' | b';' | b'"' | b'\'' | b'|' | b'=' | b')' | b']' | b'}' if depth == 0 => return at,
            _ => {}
        }
    }
    if depth > 0 {
        first
    } else {
        bytes.len()
    }
}

/// Joins each number with its unit, which varies with the number's size.
fn join_quantities(tokens: Vec<Token>) -> Vec<Token> {
    let ends_with =
        |token: &Token, kind: &Kind| token.strip_suffix(kind.code()).is_some_and(|token| token.ends_with(MARK));
    let is_number = |token: &Token| [Kind::Int, Kind::Number].iter().any(|kind| ends_with(token, kind));
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut left = tokens.into_iter().peekable();
    while let Some(token) = left.next() {
        let is_key = left.peek().is_some_and(|next| next == "=");
        match joined.last_mut() {
            Some(number) if is_number(number) && !is_key && token.strip_prefix(' ').is_some_and(is_unit) => {
                number.push_str(&token);
            }
            _ => joined.push(token),
        }
    }
    joined
}

/// The mark of a position that may be anything.
pub(crate) fn any(token: &str) -> Cow<'static, str> {
    Cow::Borrowed(spell_any(token.starts_with(' '), begins_path(token)))
}

fn spell_any(is_spaced: bool, is_path: bool) -> &'static str {
    match (is_spaced, is_path) {
        (false, false) => "\u{1}a",
        (true, false) => " \u{1}a",
        (false, true) => "/\u{1}a",
        (true, true) => " /\u{1}a",
    }
}

fn begins_path(token: &str) -> bool {
    token.trim_start().starts_with('/')
}

/// Whether a position may become a variable at all: a word, not a delimiter or a trace's frames;
/// of a request only a segment of its path.
pub(crate) fn may_vary(kind: BodyKind, token: &str) -> bool {
    let word = token.trim_start();
    match kind {
        BodyKind::Audit => false,
        BodyKind::Http => word.len() > 1 && word.starts_with('/') && !token.contains("  "),
        _ => !token.starts_with('\n') && word.chars().any(char::is_alphanumeric),
    }
}

/// The token with every mark the same.
pub(crate) fn blur(token: &str) -> Token {
    let mut follows_mark = false;
    let blurred = |letter: char| {
        let is_code = std::mem::replace(&mut follows_mark, letter == MARK);
        if is_code {
            Kind::Any.code()
        } else {
            letter
        }
    };
    token.chars().map(blurred).collect()
}

/// What two tokens have in common.
pub(crate) fn join(a: &str, b: &str) -> Token {
    let blurred = blur(a);
    match (a == b, blurred == blur(b)) {
        (true, _) => a.to_owned(),
        (_, true) => blurred,
        _ => format!("{}{}", common_any(a, b), common_ending(a, b)),
    }
}

/// The mark of what may be either of two tokens. It keeps only what both begin with, for a member must
/// have all that its template says.
fn common_any(a: &str, b: &str) -> &'static str {
    let (a_spaced, b_spaced) = (a.starts_with(' '), b.starts_with(' '));
    spell_any(a_spaced && b_spaced, a_spaced == b_spaced && begins_path(a) && begins_path(b))
}

/// A member's token without what the template's token has around its variable; `None` where it has not.
pub(crate) fn strip_common<'t>(token: &str, own: &'t str) -> Option<&'t str> {
    let (before, behind) = token.split_once(MARK)?;
    own.strip_prefix(before)?.strip_suffix(after_code(behind))
}

/// The text behind the code letter of a mark.
pub(crate) fn after_code(text: &str) -> &str {
    text.char_indices().nth(1).map_or("", |(at, _)| &text[at..])
}

/// The punctuation that ends the sentence behind both tokens.
fn common_ending<'t>(a: &'t str, b: &str) -> &'t str {
    let is_ending = |(a, b): &(u8, u8)| a == b && matches!(a, b'.' | b'!' | b'?');
    let length = a.bytes().rev().zip(b.bytes().rev()).take_while(is_ending).count();
    &a[a.len() - length..]
}

/// Finds the kinds of the marks of a token, in order.
pub(crate) fn marks(token: &str) -> impl Iterator<Item = Kind> + '_ {
    token.split(MARK).skip(1).filter_map(|rest| rest.chars().next().and_then(Kind::from_code))
}

/// Whether a token has a value in it.
pub(crate) fn has_mark(token: &str) -> bool {
    token.contains(MARK)
}

/// Whether a token is a word that stays.
pub(crate) fn is_constant_word(token: &str) -> bool {
    !has_mark(token) && token.chars().any(char::is_alphabetic)
}

/// Whether a token is a name with a path in front of it, as of a class, a package or a host.
pub(crate) fn is_qualified(token: &str) -> bool {
    let word = token.trim_start();
    if memchr::memchr(b'.', word.as_bytes()).is_none() {
        return false;
    }
    let dots = word.split('.').filter(|part| part.chars().next_back().is_some_and(char::is_alphanumeric)).count();
    let least = if word.contains('/') { 2 } else { 3 };
    dots >= least
        && !word.contains("..")
        && !has_mark(token)
        && !names_error(token)
        && word.chars().any(char::is_alphabetic)
}

/// Whether a token is the name of an error.
pub(crate) fn names_error(token: &str) -> bool {
    let name = token.trim_end_matches(['.', '!', '?']);
    ERROR_NAMES.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::{any, is_qualified, join, tokenize};
    use crate::mask::{mask, spell, MARK};
    use crate::shape::BodyKind;
    use crate::variable::Kind;

    fn spelt(text: &str) -> Vec<String> {
        tokenize(BodyKind::Text, &mask(text).key).iter().map(|token| spell(token)).collect()
    }

    #[test]
    fn words_delimiters_and_values_of_keys_are_tokens() {
        for (text, want) in [
            ("user ann: ok", vec!["user", " ann", ":", " ok"]),
            ("ws=Source{10113}, tag=", vec!["ws", "=", "Source{<int>}", ",", " tag", "="]),
            ("at (uid=0) and", vec!["at", " (", "uid", "=", "<int>", ")", " and"]),
            ("bounds=Rect(0, 0 - 7, 9)", vec!["bounds", "=", "Rect", "(", "<int>", " -", " <int>", ")"]),
            ("free 3.5 KB of 2 blocks", vec!["free", " <number> KB", " of", " <int>", " blocks"]),
            ("retries.....3 left", vec!["retries.....", "<int>", " left"]),
        ] {
            assert_eq!(spelt(text), want);
        }
    }

    #[test]
    fn a_list_is_one_token_however_long_it_is() {
        for (text, want) in [
            (
                "up an1 0xff <ok> an2 0xfe <ok> an3 0xfd <ok>",
                vec!["up", " <id> <hex> <ok> <id> <hex> <ok> <id> <hex> <ok>"],
            ),
            ("by a.b.c:12 a.b.d:14 a.c.e:16", vec!["by", " a.b.c:<int> a.b.d:<int> a.c.e:<int>"]),
            ("at 0064588e 8aff0003 00000002", vec!["at", " <hex> <int>"]),
            ("a=1 b=2 c=3", vec!["a", "=", "<int>", " b", "=", "<int>", " c", "=", "<int>"]),
        ] {
            assert_eq!(spelt(text), want);
        }
    }

    #[test]
    fn tokens_together_are_the_body() {
        for text in ["a=b{c d} e=[1,2] f", "= x == y=z=", "x 1 2, 3:4:5 .....7 \"q r\"", "{[(a)]} k={v", "é=ü 5 µs"]
        {
            let body = mask(text).key;
            assert_eq!(tokenize(BodyKind::Text, &body).concat(), body);
        }
    }

    #[test]
    fn what_two_tokens_have_in_common_keeps_the_end_of_the_sentence() {
        let mark = format!("{MARK}{}", Kind::Any.code());
        assert_eq!(any(""), mark);
        assert_eq!(join(" ann.", " bob."), format!(" {mark}."));
        assert_eq!(join(" ann.", " bob"), format!(" {mark}"));
    }

    #[test]
    fn what_two_tokens_have_in_common_begins_as_both_do() {
        for (a, b, lead) in
            [(" /a", " /b", " /"), ("/a", "b", ""), (" /a", " b", " "), (" /a", "/b", ""), (" a", "b", "")]
        {
            let joined = format!("{lead}{MARK}{}", Kind::Any.code());
            assert_eq!((join(a, b), join(b, a)), (joined.clone(), joined));
        }
    }

    #[test]
    fn a_qualified_name_has_three_parts_or_two_and_a_slash_and_names_no_error() {
        for name in ["com.example.Shop", " shop.example/.Main", "os.path.join"] {
            assert!(is_qualified(name), "{name}");
        }
        for word in ["shop.js", "done...now...on", "java.lang.IllegalStateException", "and/or", "1.2.3"] {
            assert!(!is_qualified(word), "{word}");
        }
    }
}
