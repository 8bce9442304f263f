//! Dates and times as logs write them.

use crate::variable::{closed, count_digits};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const ZONES: [&str; 3] = ["UTC", "GMT", "Z"];

/// The length of a date with a time of day at the start of the bytes, or 0.
pub(crate) fn timestamp(bytes: &[u8]) -> usize {
    named_timestamp(bytes).max(numeric_timestamp(bytes))
}

/// The length of a date at the start of the bytes, or 0.
pub(crate) fn date(bytes: &[u8]) -> usize {
    let length = numeric_date(bytes).max(named_date(bytes));
    match bytes.get(length) {
        Some(b'-' | b'/') => 0,
        _ => closed(bytes, length),
    }
}

/// The length of a time of day with seconds at the start of the bytes, or of one of two pairs of digits, or 0.
pub(crate) fn time(bytes: &[u8]) -> usize {
    let length = clock(bytes).max(short_clock(bytes));
    match bytes.get(length) {
        Some(b':') if bytes.get(length + 1).is_some_and(u8::is_ascii_digit) => 0,
        _ => closed(bytes, length),
    }
}

fn numeric_timestamp(bytes: &[u8]) -> usize {
    let day = numeric_date(bytes);
    if day == 0 || !matches!(bytes.get(day), Some(b'T' | b't' | b' ' | b':' | b'-' | b'_')) {
        return 0;
    }
    let hour = clock(&bytes[day + 1..]);
    if hour == 0 {
        return 0;
    }
    let end = day + 1 + hour;
    closed(bytes, end + zone(&bytes[end..]))
}

/// `Sat Jun 11 03:28:22 2005`, `Jul 09, 2015 3:23:29 PM`, `16/Sep/2025:00:42:53 +0000`.
fn named_timestamp(bytes: &[u8]) -> usize {
    let day = named_date(bytes).max(slashed_date(bytes));
    if day == 0 {
        return 0;
    }
    let gap = gap(&bytes[day..]);
    let hour = clock(&bytes[day + gap..]);
    if gap == 0 || hour == 0 {
        return 0;
    }
    let mut end = day + gap + hour;
    end += zone(&bytes[end..]);
    end += year_after(&bytes[end..], name_length(bytes, &DAYS) > 0);
    closed(bytes, end)
}

/// Behind a weekday's time of day a year always follows (C's `asctime`), behind others perhaps a number.
fn year_after(bytes: &[u8], has_weekday: bool) -> usize {
    let is_number = bytes.first() == Some(&b' ') && count_digits(&bytes[1..]) == 4;
    if is_number && (has_weekday || matches!(bytes[1], b'1' | b'2')) {
        closed(bytes, 5)
    } else {
        0
    }
}

fn gap(bytes: &[u8]) -> usize {
    bytes.iter().take(2).take_while(|byte| matches!(byte, b' ' | b',' | b':')).count()
}

fn numeric_date(bytes: &[u8]) -> usize {
    let year = count_digits(bytes);
    let separator = bytes.get(year).copied().unwrap_or(0);
    if !matches!(year, 2 | 4) || !matches!(separator, b'-' | b'/' | b'.') {
        return 0;
    }
    let month = count_digits(&bytes[year + 1..]);
    let middle = year + 1 + month;
    if !(1..=2).contains(&month) || bytes.get(middle) != Some(&separator) {
        return 0;
    }
    let day = count_digits(&bytes[middle + 1..]);
    let is_date = match (year, separator) {
        (4, _) => (1..=2).contains(&day),
        (2, b'.') => day == 4,
        _ => day == 2 || day == 4,
    };
    if is_date {
        middle + 1 + day
    } else {
        0
    }
}

/// `16/Sep/2025`, as web servers write it.
fn slashed_date(bytes: &[u8]) -> usize {
    match bytes {
        [d0, d1, b'/', m0, m1, m2, b'/', y @ ..] if d0.is_ascii_digit() && d1.is_ascii_digit() => {
            let is_month = name_length(&[*m0, *m1, *m2], &MONTHS) == 3;
            if is_month && count_digits(y) == 4 {
                11
            } else {
                0
            }
        }
        _ => 0,
    }
}

/// `Jul 09, 2015`, `Sat Jun 11`, `Monday, 3 March 2025`.
fn named_date(bytes: &[u8]) -> usize {
    let weekday = name_length(bytes, &DAYS);
    let start = if weekday > 0 { weekday + gap(&bytes[weekday..]) } else { 0 };
    let rest = &bytes[start..];
    let length = month_first(rest).max(day_first(rest));
    if length == 0 {
        return 0;
    }
    start + length
}

fn month_first(bytes: &[u8]) -> usize {
    let month = name_length(bytes, &MONTHS);
    let gap_length = gap(&bytes[month..]);
    let day = count_digits(&bytes[month + gap_length..]);
    if month == 0 || gap_length == 0 || !(1..=2).contains(&day) {
        return 0;
    }
    let end = month + gap_length + day;
    end + year_behind(&bytes[end..])
}

fn day_first(bytes: &[u8]) -> usize {
    let day = count_digits(bytes);
    if !(1..=2).contains(&day) || !matches!(bytes.get(day), Some(b' ' | b'-')) {
        return 0;
    }
    let month = name_length(&bytes[day + 1..], &MONTHS);
    if month == 0 {
        return 0;
    }
    let end = day + 1 + month;
    let year = year_behind(&bytes[end..]);
    if year == 0 {
        0
    } else {
        end + year
    }
}

fn year_behind(bytes: &[u8]) -> usize {
    let gap = bytes.iter().take(2).take_while(|byte| matches!(byte, b' ' | b',' | b'-')).count();
    if gap > 0 && count_digits(&bytes[gap..]) == 4 && matches!(bytes[gap], b'1' | b'2') {
        gap + 4
    } else {
        0
    }
}

/// The first three letters of months and weekdays, small, in one number each.
const HEADS: [u32; MONTHS.len() + DAYS.len()] = {
    let (mut heads, mut row) = ([0; MONTHS.len() + DAYS.len()], 0);
    while row < heads.len() {
        let name = if row < MONTHS.len() { MONTHS[row] } else { DAYS[row - MONTHS.len()] }.as_bytes();
        heads[row] = u32::from_le_bytes([name[0] | 0x20, name[1], name[2], 0]);
        row += 1;
    }
    heads
};

/// Whether a month's or a weekday's name may begin here: a cheap look before the tables.
#[inline]
pub(crate) fn begins_name(bytes: &[u8]) -> bool {
    let Some(letters) = bytes.first_chunk::<3>() else { return false };
    let head = u32::from_le_bytes([letters[0] | 0x20, letters[1] | 0x20, letters[2] | 0x20, 0]);
    matches!(letters[0], b'J' | b'F' | b'M' | b'A' | b'S' | b'O' | b'N' | b'D' | b'T' | b'W') && HEADS.contains(&head)
}

/// The length of a name, whole or cut to three letters, in any case that begins with a capital.
fn name_length(bytes: &[u8], names: &[&str]) -> usize {
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = &bytes[..letters];
    let is_name =
        |name: &&str| word.eq_ignore_ascii_case(name.as_bytes()) || word.eq_ignore_ascii_case(&name.as_bytes()[..3]);
    if letters >= 3 && word[0].is_ascii_uppercase() && names.iter().any(is_name) {
        letters
    } else {
        0
    }
}

/// `3:23:29 PM`, `00:42:53.123456`, `00:42:53,123`.
fn clock(bytes: &[u8]) -> usize {
    let hour = count_digits(bytes);
    let is_clock = (1..=2).contains(&hour)
        && bytes.get(hour) == Some(&b':')
        && count_digits(&bytes[hour + 1..]) == 2
        && bytes.get(hour + 3) == Some(&b':')
        && count_digits(&bytes[hour + 4..]) == 2;
    if !is_clock {
        return 0;
    }
    let end = hour + 6;
    let fraction = match bytes.get(end) {
        Some(b'.' | b',' | b':') => count_digits(&bytes[end + 1..]),
        _ => 0,
    };
    let end = if fraction > 0 { end + 1 + fraction } else { end };
    end + half_day(&bytes[end..])
}

/// `00:02`, `17:26`, whole: not the beginning of a longer number.
fn short_clock(bytes: &[u8]) -> usize {
    let is_clock = count_digits(bytes) == 2
        && bytes.get(2) == Some(&b':')
        && count_digits(&bytes[3..]) == 2
        && bytes[3] < b'6'
        && !matches!(bytes.get(5), Some(b'.' | b'-' | b'/'));
    if is_clock {
        5
    } else {
        0
    }
}

fn half_day(bytes: &[u8]) -> usize {
    match bytes {
        [b' ', b'A' | b'P' | b'a' | b'p', b'M' | b'm', ..] => closed(bytes, 3),
        _ => 0,
    }
}

fn zone(bytes: &[u8]) -> usize {
    let space = usize::from(bytes.first() == Some(&b' '));
    let rest = &bytes[space..];
    let numeric = match rest.first() {
        Some(b'+' | b'-') => match count_digits(&rest[1..]) {
            4 => 5,
            2 if rest.get(3) == Some(&b':') && count_digits(&rest[4..]) == 2 => 6,
            2 => 3,
            _ => 0,
        },
        _ => 0,
    };
    let named = ZONES.iter().find(|name| rest.starts_with(name.as_bytes()) && closed(rest, name.len()) > 0);
    match numeric.max(named.map_or(0, |name| name.len())) {
        0 => 0,
        length => space + length,
    }
}
