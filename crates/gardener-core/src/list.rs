//! Lists in a line become one token each, so that lines with lists of any length are alike.

use crate::token::{has_mark, is_qualified, marks, Token};
use crate::variable::Kind;

/// From this many items on, a repetition is a list.
const ITEMS: usize = 3;

/// The most places of one item.
const ITEM_PLACES: usize = 4;

/// Kinds that one list may mix: a number in base 16 may happen to have no letter.
const NUMERALS: [Kind; 2] = [Kind::Int, Kind::Hex];

/// Joins the tokens of each list into one.
pub(crate) fn join_lists(tokens: Vec<Token>) -> Vec<Token> {
    let places = find_places(join_numerals(tokens));
    let mut joined = Vec::with_capacity(places.len());
    let mut at = 0;
    while at < places.len() {
        let length = (2..=ITEM_PLACES).map(|item| list_length(&places[at..], item)).find(|length| *length > 0);
        if let Some(length) = length {
            joined.push(places[at..at + length].iter().flat_map(|place| &place.tokens).map(String::as_str).collect());
        } else {
            joined.extend(places[at].tokens.iter().cloned());
        }
        at += length.unwrap_or(1);
    }
    joined
}

/// A token, or values in a row.
struct Place {
    /// What items of a list have in common here: the word, or the kinds of the values.
    class: String,
    is_value: bool,
    tokens: Vec<Token>,
}

fn find_places(tokens: Vec<Token>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let is_value = has_mark(&token) || is_qualified(&token);
        let class = if is_value { kinds(&token) } else { token.trim_start().to_owned() };
        match places.last_mut() {
            Some(last) if is_value && last.is_value && token.starts_with(' ') => {
                if !last.class.ends_with(&class) {
                    last.class.push_str(&class);
                }
                last.tokens.push(token);
            }
            _ => places.push(Place { class, is_value, tokens: vec![token] }),
        }
    }
    places
}

/// The kinds of values in a token as letters; numerals and ids are alike.
fn kinds(token: &str) -> String {
    let letter = |kind: Kind| if matches!(kind, Kind::Int | Kind::Hex | Kind::Id) { Kind::Id } else { kind }.code();
    if has_mark(token) {
        marks(token).map(letter).collect()
    } else {
        ".".to_owned()
    }
}

/// Joins numerals that follow one another: `0064588e 8aff0003 00000002`.
fn join_numerals(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut is_open = false;
    for token in tokens {
        let goes_on = is_numeral(&token);
        match joined.last_mut() {
            Some(list) if is_open && goes_on && token.starts_with(' ') => list.push_str(&token),
            _ => joined.push(token),
        }
        is_open = goes_on;
    }
    joined
}

fn is_numeral(token: &str) -> bool {
    let is_mark = token.trim_start().chars().count() == 2;
    is_mark && marks(token).any(|kind| NUMERALS.contains(&kind))
}

/// How many places a list takes up that begins here and has items of `item` places; 0 if there is none.
/// The last item may lack what separates it from a next one.
fn list_length(places: &[Place], item: usize) -> usize {
    let has_value = |places: &[Place]| places.iter().any(|place| place.is_value);
    if places.len() < item || !has_value(&places[..item]) {
        return 0;
    }
    // In front of the first item and behind the last stand no values of a neighbour.
    let is_like = |at: usize| {
        let (before, place) = (&places[at - item], &places[at]);
        let is_first = at == item && before.is_value && place.is_value && place.class.ends_with(&before.class);
        before.class == place.class || is_first
    };
    let is_last = |at: usize| places[at].is_value && places[at - item].class.starts_with(&places[at].class);
    let same = (item..places.len()).take_while(|at| is_like(*at)).count();
    let end = item + same;
    let length = end + usize::from(end < places.len() && places[end - item].is_value && is_last(end));
    let whole = length / item * item;
    let is_rest_item = has_value(&places[whole..length]);
    if length / item + usize::from(is_rest_item) < ITEMS {
        0
    } else if is_rest_item {
        length
    } else {
        whole
    }
}
