//! What stands in a secret's place: its kind and four digits of a keyed hash.

use blake2::digest::block_api::{Buffer, UpdateCore, VariableOutputCore};
use blake2::digest::Output;
use blake2::Blake2bVarCore;

/// Bytes of a key that are used: the most that `BLAKE2b` takes (RFC 7693, section 2.9).
const KEY_BYTES: usize = 64;

/// Bytes of a hash, of which a mark shows two.
const HASH_BYTES: usize = 32;

/// The digits of a mark.
const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

/// Longest name of a mark or a variable: what is longer in angle brackets is text.
const LONGEST_NAME: usize = 40;

/// Makes marks under a key.
#[derive(Debug)]
pub(super) struct Marker {
    /// The hash with the key in it and nothing else: half of the work, done once. No secret comes to it.
    keyed: Blake2bVarCore,
    /// What the key alone comes to, which is a last block then.
    empty: [u8; 2],
}

impl Default for Marker {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Marker {
    pub(super) fn new(key: &[u8]) -> Self {
        let key = &key[..key.len().min(KEY_BYTES)];
        let mut block = [0; 2 * KEY_BYTES];
        block[..key.len()].copy_from_slice(key);
        let start = Blake2bVarCore::new_with_params(&[], &[], key.len(), HASH_BYTES);
        let mut keyed = start.clone();
        keyed.update_blocks(&[block.into()]);
        Self { keyed, empty: find_digest(start, &block) }
    }

    /// The mark that stands for a whole secret of a kind.
    ///
    /// The hash is over the secret alone, so that what one rule calls a token and another a password
    /// still tells that it is the same.
    pub(super) fn make_mark(&self, kind: &str, secret: &str) -> String {
        let digest = if secret.is_empty() { self.empty } else { find_digest(self.keyed.clone(), secret.as_bytes()) };
        let mut mark = String::with_capacity(kind.len() + 7);
        mark.push('<');
        mark.push_str(kind);
        mark.push(':');
        mark.extend(digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]));
        mark.push('>');
        mark
    }
}

/// The first bytes of a hash after its last bytes.
fn find_digest(mut core: Blake2bVarCore, bytes: &[u8]) -> [u8; 2] {
    let (mut buffer, mut hash) = (Buffer::<Blake2bVarCore>::default(), Output::<Blake2bVarCore>::default());
    buffer.digest_blocks(bytes, |blocks| core.update_blocks(blocks));
    core.finalize_variable_core(&mut buffer, &mut hash);
    [hash[0], hash[1]]
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
    use super::{atom_length, is_only_atoms, Marker, KEY_BYTES};
    use blake2::digest::{consts::U32, KeyInit, Mac};
    use blake2::Blake2bMac;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mark_begins_as_the_whole_keyed_hash_does(key in vec(any::<u8>(), 0..80), secret in ".{0,300}") {
            let mac = Blake2bMac::<U32>::new_from_slice(&key[..key.len().min(KEY_BYTES)]);
            let digest = mac.map(|mac| mac.chain_update(&secret).finalize().into_bytes()).unwrap_or_default();
            let mark = format!("<ip:{:02x}{:02x}>", digest[0], digest[1]);
            prop_assert_eq!(Marker::new(&key).make_mark("ip", &secret), mark);
        }
    }

    #[test]
    fn a_mark_is_an_atom_and_a_tag_with_attributes_is_not() {
        let mark = Marker::new(b"key").make_mark("github-token", "secret");
        assert_eq!(atom_length(mark.as_bytes()), Some(mark.len()));
        assert_eq!(atom_length(b"<int>ms"), Some(5));
        for text in ["<", "<>", "<int", "<a b>", "<ip:12>", "<ip:12345>", "<ip:wxyz>", "int>"] {
            assert_eq!(atom_length(text.as_bytes()), None, "{text}");
        }
        assert!(is_only_atoms("<ip:12ab><int>") && !is_only_atoms("<ip:12ab>x"));
    }
}
