//! Addresses, cards and phone numbers, found in one pass over the digits of a text.

use super::checks::starts_fresh;
use super::digits::Digits;
use super::naming::is_identifying;
use super::Found;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// Groups of digits by which cards begin, with how many digits such cards have (ISO/IEC 7812-1).
const ISSUERS: &[(Range<u32>, &[usize])] = &[
    (400_000..500_000, &[13, 16, 19]),
    (510_000..560_000, &[16]),
    (222_100..272_100, &[16]),
    (340_000..350_000, &[15]),
    (370_000..380_000, &[15]),
    (601_100..601_200, &[16, 19]),
    (644_000..660_000, &[16, 19]),
    (352_800..359_000, &[16, 19]),
    (300_000..306_000, &[14]),
    (360_000..370_000, &[14]),
    (380_000..400_000, &[14]),
    (620_000..630_000, &[16, 17, 18, 19]),
    (500_000..510_000, &[16]),
    (560_000..590_000, &[16]),
    (600_000..601_100, &[16]),
    (630_000..640_000, &[16]),
];

/// Digits of the longest card.
const MOST_DIGITS: usize = 19;

/// Digits of a phone number with its country (E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// Longest escape that a number may stand behind, `\\u0020`: of more hexadecimal digits, none begins a word.
const ESCAPE: usize = 6;

/// Adds what the digits of a text give away.
pub(super) fn find_numbers(text: &str, found: &mut Vec<Found<'_>>) {
    let bytes = text.as_bytes();
    let mut runs = Digits::new(bytes);
    let (mut at, mut word, mut hex) = (0, 0, 0);
    while let Some(start) = runs.find_start(at) {
        let goes_on = word > 0 && bytes[word..start].iter().all(u8::is_ascii_hexdigit);
        if !goes_on {
            hex = start;
        } else if start - hex >= ESCAPE {
            // Of a long word of hexadecimal digits only the first run of decimal ones is looked at.
            at = start + count(bytes, start, u8::is_ascii_hexdigit);
            word = at;
            continue;
        }
        let end = runs.find_end(start);
        (at, word) = (end, end);
        let is_fraction = start > 1 && bytes[start - 1] == b'.' && bytes[start - 2].is_ascii_alphanumeric();
        if is_fraction || !starts_fresh(bytes, start) {
            if !goes_on {
                found.extend(find_twilio(bytes, start).map(|range| make("twilio-key", range)));
            }
        } else if may_be_one(bytes, start, end - start) {
            if let Some(one) = find_number(text, start, end - start) {
                at = at.max(one.range.end);
                found.push(one);
            }
        }
    }
}

/// Whether a run of digits can be a part of anything, as its length and its neighbours say: most are times and counts.
#[inline]
fn may_be_one(bytes: &[u8], start: usize, digits: usize) -> bool {
    let (before, behind) = bytes.split_at(start + digits);
    let goes_on = behind.get(1).is_some_and(u8::is_ascii_digit);
    let is_joined = match behind.first() {
        Some(b'.') => goes_on && digits <= 3,
        Some(b' ' | b'-') => goes_on && (digits == 3 || digits > 3 && begins_card(&before[start..])),
        Some(b')') => digits == 3,
        Some(b':') => digits <= 4 && matches!(before[start], b'2' | b'3'),
        Some(byte) => digits < 4 && byte.is_ascii_hexdigit() && matches!(before[start], b'2' | b'3'),
        None => false,
    };
    is_joined || digits >= 13 || start > 0 && before[start - 1] == b'+'
}

fn count(bytes: &[u8], start: usize, is_inside: impl Fn(&u8) -> bool) -> usize {
    bytes[start..].iter().take_while(|byte| is_inside(byte)).count()
}

fn make(kind: &'static str, range: Range<usize>) -> Found<'static> {
    Found { range, kind, is_personal: true }
}

/// `SK` or `AC` and 32 hexadecimal digits, around the first decimal one of them.
fn find_twilio(bytes: &[u8], digit: usize) -> Option<Range<usize>> {
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    // What stands before is another digit, or one of the two letters.
    if !matches!(bytes[..digit].last()?, b'a'..=b'f' | b'K' | b'C') {
        return None;
    }
    let before = bytes[..digit].iter().rev().take(32).take_while(|byte| is_hex(byte)).count();
    let start = (digit - before).checked_sub(2)?;
    let end = start + 34;
    let is_one = matches!(&bytes[start..start + 2], b"SK" | b"AC")
        && starts_fresh(bytes, start)
        && bytes.get(start + 2..end)?.iter().all(is_hex)
        && !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    is_one.then_some(start..end)
}

fn find_number(text: &str, start: usize, digits: usize) -> Option<Found<'static>> {
    let bytes = text.as_bytes();
    let next = bytes.get(start + digits).copied().unwrap_or(0);
    if digits <= 3 && next == b'.' {
        return find_v4(text, start)
            .map(|range| make("ip", range))
            .or_else(|| find_phone(bytes, start, digits).map(|range| make("phone", range)));
    }
    if matches!(bytes[start], b'2' | b'3') {
        if let Some(range) = find_v6(text, start) {
            return Some(make("ip", range));
        }
    }
    if digits >= 3 && begins_card(&bytes[start..]) {
        if let Some(range) = find_card(bytes, start) {
            return Some(make("card", range));
        }
    }
    find_phone(bytes, start, digits).map(|range| make("phone", range))
}

/// A public address of four numbers. `Chrome/139.0.0.0` and `version 1.2.3.4` are versions.
fn find_v4(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if !has_two_dots(&bytes[start..]) {
        return None;
    }
    let length = bytes[start..].iter().take(16).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let end = start + text[start..start + length].trim_end_matches('.').len();
    let address: Ipv4Addr = text[start..end].parse().ok()?;
    let follows = bytes.get(end..).unwrap_or_default();
    let goes_on = match follows {
        [b'.' | b'-', next, ..] => next.is_ascii_digit(),
        [next, ..] => next.is_ascii_alphanumeric() || *next == b'_',
        [] => false,
    };
    let is_kept = goes_on || is_version(text, start, end) || !is_public_v4(address);
    (!is_kept).then_some(start..end)
}

/// Whether two numbers of an address begin, each with its dot: most of what has one is a fraction.
fn has_two_dots(bytes: &[u8]) -> bool {
    let dot = |from: usize| bytes[from..].iter().take(4).position(|byte| *byte == b'.').map(|at| from + at + 1);
    dot(0).and_then(dot).is_some()
}

/// Whether four numbers are a version: behind a product, or a word that says so.
fn is_version(text: &str, start: usize, end: usize) -> bool {
    let before = &text[..start];
    if text[end..].starts_with(':') && text.as_bytes().get(end + 1).is_some_and(u8::is_ascii_digit) {
        return false;
    }
    if let Some(product) = before.strip_suffix('/') {
        let name = product
            .rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
            .next()
            .unwrap_or_default();
        return name.bytes().any(|byte| byte.is_ascii_alphabetic()) && !name.contains('.');
    }
    let bare = before.trim_end_matches(['=', ':', ' ', '"', '\'', '\\', '(', '>', '@']);
    let word = bare.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
    let is_named = matches!(
        word.as_str(),
        "version" | "ver" | "release" | "build" | "firmware" | "fileversion" | "productversion" | "rev"
    ) || word.ends_with("version");
    is_named && bare.len() < before.len()
        || before.ends_with('-') && bare.len() == before.len()
        || before.ends_with("==")
        || before.ends_with('^')
        || before.ends_with('~')
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, _, last] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 0
        || first >= 240
        // The name of a network, which no machine bears.
        || last == 0
        // Shared by carriers (RFC 6598), as a platform's own networks use it.
        || (first == 100 && (64..128).contains(&second)))
}

/// A public address of version 6: all that are handed out begin with 2 or 3 (RFC 4291, section 2.4).
fn find_v6(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_start = start == 0 || !matches!(bytes[start - 1], b':' | b'.') || ends_name(&bytes[..start - 1]);
    let head = bytes.get(start..start + 5)?;
    if !is_start || head[4] != b':' || !head[..4].iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let length = bytes[start..].iter().take(45).take_while(|byte| byte.is_ascii_hexdigit() || **byte == b':').count();
    let shown = text[start..start + length].trim_end_matches(':');
    // An address may end with two colons; one is the sentence's.
    let with_end = text[start..].starts_with(&format!("{shown}::")).then(|| start..start + shown.len() + 2);
    let whole = start..start + shown.len();
    let parses = |range: &Range<usize>| text[range.clone()].parse::<Ipv6Addr>().is_ok();
    let follows = |range: &Range<usize>| !bytes.get(range.end).is_some_and(u8::is_ascii_alphanumeric);
    with_end.into_iter().chain([whole]).find(|range| parses(range) && follows(range))
}

/// Whether bytes end with a word that is no group of an address.
fn ends_name(bytes: &[u8]) -> bool {
    let word = bytes.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    !bytes[bytes.len() - word..].iter().all(u8::is_ascii_hexdigit)
}

/// Three digits with which any card begins.
const CARDS: [bool; 1_000] = {
    let mut begins = [false; 1_000];
    let mut row = 0;
    while row < ISSUERS.len() {
        let mut first = ISSUERS[row].0.start / 1_000;
        while first * 1_000 < ISSUERS[row].0.end {
            begins[first as usize] = true;
            first += 1;
        }
        row += 1;
    }
    begins
};

/// Whether a number of three digits or more begins as a card does.
fn begins_card(digits: &[u8]) -> bool {
    let value = |place: usize| usize::from(digits[place] - b'0');
    CARDS[value(0) * 100 + value(1) * 10 + value(2)]
}

/// A number that begins as cards do, is as long, and has their checksum.
fn find_card(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    if start > 0 && matches!(bytes[start - 1], b'.' | b'_' | b'-' | b'/' | b'#') {
        return None;
    }
    let (digits, count, end, separator) = read_digits(bytes, start)?;
    let digits = &digits[..count];
    if digits.len() < 13 {
        return None;
    }
    if bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        || matches!(bytes.get(end..), Some([b'.' | b'-' | b':', next, ..]) if next.is_ascii_digit())
    {
        return None;
    }
    if separator.is_some_and(|gap| is_one_of_many(bytes, start, end, gap)) {
        return None;
    }
    let issuer = digits.iter().take(6).fold(0, |number, digit| number * 10 + digit);
    let is_known = |row: &&(Range<u32>, &[usize])| row.0.contains(&issuer) && row.1.contains(&digits.len());
    let is_grouped = separator.is_none() || has_groups(&bytes[start..end]);
    (is_grouped
        && !is_identifier_of(&bytes[..start])
        && ISSUERS.iter().find(is_known).is_some()
        && has_checksum(digits))
    .then_some(start..end)
}

/// Digits from a place on, with at most one sign between them, always the same: what they are, where they end, and the
/// sign. `None` of more than a card has.
fn read_digits(bytes: &[u8], start: usize) -> Option<([u32; MOST_DIGITS], usize, usize, Option<u8>)> {
    let (mut digits, mut count) = ([0; MOST_DIGITS], 0);
    let (mut at, mut end, mut separator) = (start, start, None);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' if count < MOST_DIGITS => {
                digits[count] = u32::from(byte - b'0');
                count += 1;
                at += 1;
                end = at;
            }
            b'0'..=b'9' => return None,
            b' ' | b'-' if separator.is_none_or(|known| known == *byte) && at == end && (3..16).contains(&count) => {
                separator = Some(*byte);
                at += 1;
            }
            _ => break,
        }
    }
    Some((digits, count, end, separator))
}

/// Whether more numbers stand around these groups, so that they are a row of numbers and no card.
fn is_one_of_many(bytes: &[u8], start: usize, end: usize, gap: u8) -> bool {
    let before = start >= 2 && bytes[start - 1] == gap && bytes[start - 2].is_ascii_digit();
    before || matches!(bytes.get(end..), Some([next, digit, ..]) if *next == gap && digit.is_ascii_digit())
}

/// Whether what stands before a number names it as an identifier: `"insertId": "`, `span_id=`.
fn is_identifier_of(before: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let joint = before.iter().rev().take(6).take_while(|byte| !is_name(byte)).count();
    let end = before.len() - joint;
    let name = before[..end].iter().rev().take(40).take_while(|byte| is_name(byte)).count();
    joint > 0 && std::str::from_utf8(&before[end - name..end]).is_ok_and(is_identifying)
}

/// Whether digits stand in groups as on a card: of four, or of four, six and five.
fn has_groups(bytes: &[u8]) -> bool {
    let sizes: Vec<usize> = bytes.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).collect();
    sizes == [4, 6, 5] || sizes == [4, 6, 4] || sizes.iter().rev().skip(1).all(|size| *size == 4)
}

/// Luhn's checksum (ISO/IEC 7812-1, annex B).
fn has_checksum(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][*digit as usize] } else { *digit })
        .sum();
    sum.is_multiple_of(10)
}

/// A phone number: with a plus, or as written in North America, `(415) 555-0132` or `415-555-0132`.
fn find_phone(bytes: &[u8], start: usize, digits: usize) -> Option<Range<usize>> {
    if start > 0 && bytes[start - 1] == b'+' && starts_fresh(bytes, start - 1) {
        return find_international(bytes, start);
    }
    if digits != 3 || !matches!(bytes[start], b'2'..=b'9') {
        return None;
    }
    let is_in_brackets = start > 0 && bytes[start - 1] == b'(';
    let groups: &[&[u8]] = if is_in_brackets { &[b") ", b")-", b")"] } else { &[b"-", b"."] };
    let gap = groups.iter().find(|gap| bytes[start + 3..].starts_with(gap))?;
    let middle = start + 3 + gap.len();
    let last = bytes.get(middle..middle + 8)?;
    let is_number = matches!(last[0], b'2'..=b'9')
        && last[..3].iter().chain(&last[4..]).all(u8::is_ascii_digit)
        && (last[3] == gap[gap.len() - 1] || is_in_brackets && matches!(last[3], b'-' | b'.' | b' '));
    let end = middle + 8;
    let goes_on = bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        || matches!(bytes.get(end..), Some([b'.', next, ..]) if next.is_ascii_digit());
    let is_part = !is_in_brackets && start > 0 && matches!(bytes[start - 1], b'-' | b'_' | b'.' | b'/' | b'#');
    let from = if is_in_brackets { start - 1 } else { start };
    (is_number && !goes_on && !is_part).then_some(from..end)
}

fn find_international(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let (mut at, mut end, mut digits, mut groups) = (start, start, 0, 1);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                at += 1;
                end = at;
            }
            // One blank, hyphen or bracket between groups, `) ` and ` (` at most.
            b' ' | b'-' | b'.' | b'(' | b')' | b'/' if at - end < 2 && digits > 0 && digits < *PHONE_DIGITS.end() => {
                groups += usize::from(at == end);
                at += 1;
            }
            _ => break,
        }
    }
    let is_whole = !bytes.get(end).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && !matches!(bytes.get(end..), Some([b':', next, ..]) if next.is_ascii_digit());
    (is_whole && PHONE_DIGITS.contains(&digits) && groups <= 7 && bytes[start] != b'0').then_some(start - 1..end)
}
