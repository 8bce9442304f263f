//! What each byte can be part of, looked up once per byte.

use wide::u8x16;

/// Several classes at once, one bit each.
pub(crate) type Classes = u16;

pub(crate) const LOWER: Classes = 1 << 0;
pub(crate) const UPPER: Classes = 1 << 1;
pub(crate) const DIGIT: Classes = 1 << 2;
/// A letter that is a digit in base 16.
pub(crate) const HEX_LETTER: Classes = 1 << 3;
/// `_`, and all that is not ASCII.
pub(crate) const OTHER_WORD: Classes = 1 << 4;
pub(crate) const SLASH: Classes = 1 << 5;
pub(crate) const DOT: Classes = 1 << 6;
pub(crate) const DASH: Classes = 1 << 7;
pub(crate) const AT: Classes = 1 << 8;
/// Punctuation of no other class.
pub(crate) const OTHER: Classes = 1 << 9;
/// Always stands alone, so that no word runs over it.
pub(crate) const DELIMITER: Classes = 1 << 10;
/// White space, and control characters, which count as such.
pub(crate) const BLANK: Classes = 1 << 11;

pub(crate) const LETTER: Classes = LOWER | UPPER;
/// What stands inside a word.
pub(crate) const WORD: Classes = LETTER | DIGIT | OTHER_WORD;
/// What ends one.
pub(crate) const END: Classes = DELIMITER | BLANK;

#[allow(clippy::cast_possible_truncation)] // below 256
const CLASSES: [Classes; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = find_class(byte as u8);
        byte += 1;
    }
    classes
};

const fn find_class(byte: u8) -> Classes {
    match byte {
        b'a'..=b'f' => LOWER | HEX_LETTER,
        b'A'..=b'F' => UPPER | HEX_LETTER,
        b'g'..=b'z' => LOWER,
        b'G'..=b'Z' => UPPER,
        b'0'..=b'9' => DIGIT,
        b'_' | 0x80.. => OTHER_WORD,
        b'/' | b'\\' => SLASH,
        b'.' => DOT,
        b'-' => DASH,
        b'@' => AT,
        b'=' | b':' | b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'"' | b'|' | b'\'' | b'<' | b'>' => {
            DELIMITER
        }
        b'`' | b'*' | b'!' | b'?' | b'&' | b'$' | b'^' | b'#' => DELIMITER,
        0..=b' ' | 0x7f => BLANK,
        _ => OTHER,
    }
}

/// The classes of a byte.
#[inline]
pub(crate) fn class(byte: u8) -> Classes {
    CLASSES[usize::from(byte)]
}

/// Whether a byte is of one of the classes.
#[inline]
pub(crate) fn is(byte: u8, classes: Classes) -> bool {
    class(byte) & classes != 0
}

/// How many bytes at the start are of one of the classes.
#[inline]
pub(crate) fn count(bytes: &[u8], classes: Classes) -> usize {
    bytes.iter().position(|byte| !is(*byte, classes)).unwrap_or(bytes.len())
}

/// Bytes that are looked at together.
pub(crate) const LANE: usize = 16;

/// How many bytes from `from` on are ASCII letters or `_`, [`LANE`] for as many or more; 0 in a text that
/// is shorter than that.
#[inline]
pub(crate) fn letters_length(bytes: &[u8], from: usize) -> usize {
    let lane = bytes.get(from..).and_then(<[u8]>::first_chunk);
    let (lane, known) = match lane {
        Some(lane) => (lane, 0),
        None => match bytes.last_chunk() {
            Some(lane) => (lane, from + LANE - bytes.len()),
            None => return 0,
        },
    };
    let lane = u8x16::from(*lane);
    let number = (lane | u8x16::splat(0x20)) - u8x16::splat(b'a');
    let letters = number.min(u8x16::splat(25)).simd_eq(number) | lane.simd_eq(u8x16::splat(b'_'));
    (letters.to_bitmask() >> known).trailing_ones() as usize
}

#[cfg(test)]
mod tests {
    use super::{letters_length, LANE};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn letters_are_counted_together_as_one_by_one(text in "[a-zA-Z_@\\[`{é ]{16,50}", from in 0_usize..50) {
            let from = from.min(text.len());
            let bytes = text.as_bytes();
            let count = bytes[from..].iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_').count();
            prop_assert_eq!(letters_length(bytes, from), count.min(LANE));
        }
    }
}
