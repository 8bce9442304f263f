//! What stands in a secret's place: its kind and four digits of a keyed hash.

use blake2::digest::{consts::U32, KeyInit, Mac};
use blake2::Blake2bMac;

/// Bytes of a key that are used: the most that `BLAKE2b` takes (RFC 7693, section 2.9).
const KEY_BYTES: usize = 64;

/// Longest name of a mark or a variable: what is longer in angle brackets is text.
const LONGEST_NAME: usize = 40;

/// The mark that stands for a whole secret of a kind.
///
/// The hash is over the secret alone, so that what one rule calls a token and another a password
/// still tells that it is the same.
pub(super) fn make_mark(kind: &str, secret: &str, key: &[u8]) -> String {
    let Ok(mut mac) = Blake2bMac::<U32>::new_from_slice(&key[..key.len().min(KEY_BYTES)]) else {
        return format!("<{kind}>");
    };
    mac.update(secret.as_bytes());
    let digest = mac.finalize().into_bytes();
    format!("<{kind}:{:02x}{:02x}>", digest[0], digest[1])
}

/// The length of the mark `<kind:ab12>` or variable `<int>` with which the bytes begin, if they do.
///
/// Both are atoms: they stand for something, and hold nothing to take out.
pub(super) fn atom_length(bytes: &[u8]) -> Option<usize> {
    let (b'<', rest) = bytes.split_first()? else { return None };
    let name = rest.iter().take(LONGEST_NAME).take_while(|byte| is_name(**byte)).count();
    match rest.get(name)? {
        b'>' if name > 0 => Some(name + 2),
        b':' if name > 0
            && rest.get(name + 5) == Some(&b'>')
            && rest[name + 1..name + 5].iter().all(|byte| is_hex(*byte)) =>
        {
            Some(name + 7)
        }
        _ => None,
    }
}

/// Whether a text is made of marks and variables alone.
pub(super) fn is_only_atoms(text: &str) -> bool {
    let mut left = text.as_bytes();
    while let Some(length) = atom_length(left) {
        left = &left[length..];
    }
    left.is_empty()
}

/// Whether a mark or a variable stands in a text.
pub(super) fn has_atom(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| atom_length(&text.as_bytes()[at..]).is_some())
}

fn is_name(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'*')
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::{atom_length, is_only_atoms, make_mark};

    #[test]
    fn a_mark_is_an_atom_and_a_tag_with_attributes_is_not() {
        let mark = make_mark("github-token", "secret", b"key");
        assert_eq!(atom_length(mark.as_bytes()), Some(mark.len()));
        assert_eq!(atom_length(b"<int>ms"), Some(5));
        for text in ["<", "<>", "<int", "<a b>", "<ip:12>", "<ip:12345>", "<ip:wxyz>", "int>"] {
            assert_eq!(atom_length(text.as_bytes()), None, "{text}");
        }
        assert!(is_only_atoms("<ip:12ab><int>") && !is_only_atoms("<ip:12ab>x"));
    }
}
