//! RFC 3339 times to UTC nanoseconds, without a clock and without allocation.

const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// Nanoseconds in a minute, the width of a histogram's finest bucket.
pub const NANOS_PER_MINUTE: i64 = 60 * NANOS_PER_SECOND;

/// Finds the instant that `text` names, in nanoseconds since 1970-01-01T00:00:00Z.
///
/// Accepts any number of fractional digits (those past the ninth are cut), `T`, `t` or a space
/// between date and time, and `Z` or a numeric offset. Returns `None` for all else, and for
/// years that do not fit 64 bits of nanoseconds (before 1678 or after 2261).
#[must_use]
pub fn find_nanos(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (head, rest) = bytes.split_first_chunk::<19>().filter(|(_, rest)| !rest.is_empty())?;
    let mut is_spelt = head[4] == b'-' && head[7] == b'-' && head[13] == b':' && head[16] == b':';
    let mut pair = |at: usize| {
        let (tens, ones) = (head[at].wrapping_sub(b'0'), head[at + 1].wrapping_sub(b'0'));
        is_spelt &= tens <= 9 && ones <= 9;
        i64::from(tens) * 10 + i64::from(ones)
    };
    let (year, month, day) = (pair(0) * 100 + pair(2), pair(5), pair(8));
    let (hour, minute, second) = (pair(11), pair(14), pair(17));
    if !is_spelt || !matches!(head[10], b'T' | b't' | b' ') {
        return None;
    }
    if !(1678..=2261).contains(&year) || !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day)
    {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, rest) = split_fraction(rest)?;
    let offset_minutes = find_offset(rest)?;
    let seconds =
        days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset_minutes * 60;
    seconds.checked_mul(NANOS_PER_SECOND)?.checked_add(fraction)
}

/// The minute of the time that was read last: most entries are of the minute of the one before them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Minute {
    /// The text of a time in UTC up to its seconds.
    head: [u8; HEAD],
    /// When it begins, in seconds since 1970.
    start: i64,
}

/// `2025-09-14T21:00:`
const HEAD: usize = 17;

impl Default for Minute {
    /// A minute of no time.
    fn default() -> Self {
        Self { head: [0; HEAD], start: i64::MAX }
    }
}

impl Minute {
    /// What [`find_nanos`] finds.
    #[inline]
    pub(crate) fn find_nanos(&mut self, text: &str) -> Option<i64> {
        let (head, rest) = text.as_bytes().split_first_chunk::<HEAD>()?;
        let Some((second, fraction)) = find_seconds(rest) else { return find_nanos(text) };
        if *head != self.head {
            let nanos = find_nanos(text)?;
            *self = Self { head: *head, start: (nanos - fraction) / NANOS_PER_SECOND - second };
        }
        self.start.checked_add(second)?.checked_mul(NANOS_PER_SECOND)?.checked_add(fraction)
    }
}

/// The seconds of a minute and their fraction, in UTC.
#[inline]
fn find_seconds(bytes: &[u8]) -> Option<(i64, i64)> {
    let ([tens @ b'0'..=b'5', ones @ b'0'..=b'9'], rest) = bytes.split_first_chunk()? else { return None };
    let (fraction, zone) = split_fraction(rest)?;
    (zone == b"Z").then_some((i64::from(tens - b'0') * 10 + i64::from(ones - b'0'), fraction))
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn split_fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.', digits @ ..] = bytes else { return Some((0, bytes)) };
    let (mut fraction, mut length) = (0, 0);
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        if length < 9 {
            fraction = fraction * 10 + i64::from(digit);
        }
        length += 1;
    }
    let scale = SCALES.get(9_usize.saturating_sub(length))?;
    Some((fraction * scale, &digits[length..]))
}

/// Powers of ten: what a fraction of fewer than nine digits lacks. A fraction of none is no fraction.
const SCALES: [i64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

fn find_offset(bytes: &[u8]) -> Option<i64> {
    match bytes {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), hours @ .., b':', tens, ones] if hours.len() == 2 => {
            offset(*sign, hours, &[*tens, *ones])
        }
        [sign @ (b'+' | b'-'), rest @ ..] if rest.len() == 4 => offset(*sign, &rest[..2], &rest[2..]),
        _ => None,
    }
}

fn offset(sign: u8, hours: &[u8], minutes: &[u8]) -> Option<i64> {
    let total = digits(hours)? * 60 + digits(minutes)?;
    Some(if sign == b'-' { -total } else { total })
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days of the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `days_from_civil`).
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::{find_nanos, Minute};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_minute_that_is_known_changes_no_time(
            texts in prop::collection::vec(
                "(1677|1678|2261|2025|1969)-(04|09|12)-(11|20|31)[T ](00|23):(47|59):[0-9][0-9](\\.[0-9]{0,11})?(Z|z|\\+02:00|)", 1..20
            )
        ) {
            let mut minute = Minute::default();
            for text in texts.iter().flat_map(|text| [text, text]) {
                prop_assert_eq!(minute.find_nanos(text), find_nanos(text), "{}", text);
            }
        }
    }

    #[test]
    fn fractions_of_any_length_and_offsets_are_read() {
        let whole = 1_757_883_600_000_000_000;
        assert_eq!(find_nanos("2025-09-14T21:00:00Z"), Some(whole));
        assert_eq!(find_nanos("2025-09-14T21:00:00.5Z"), Some(whole + 500_000_000));
        assert_eq!(find_nanos("2025-09-14T21:00:00.123456789123Z"), Some(whole + 123_456_789));
        assert_eq!(find_nanos("2025-09-14T14:00:00-07:00"), Some(whole));
        assert_eq!(find_nanos("2025-09-14 23:00:00+0200"), Some(whole));
        assert_eq!(find_nanos("1969-12-31T23:59:59Z"), Some(-1_000_000_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "2025-13-01T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "2025-09-14T21:00:00",
            "2025-09-14T21:00:00.Z",
            "9999-01-01T00:00:00Z",
        ] {
            assert_eq!(find_nanos(text), None, "{text}");
        }
    }
}
