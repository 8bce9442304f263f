//! What each byte can be part of, looked up once per byte.

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
