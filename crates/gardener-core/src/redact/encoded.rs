//! Texts that are encoded, in whole or in part: by percent signs, or by the escapes of JSON.

/// A text with its encoded ASCII decoded, `%3D` (RFC 3986, section 2.1), `\u003d` and `\/` (RFC 8259, section 7), and for
/// each byte of that, and its end, its place in the text.
///
/// `None` where nothing is encoded.
pub(super) fn decode(text: &str) -> Option<(String, Vec<usize>)> {
    let bytes = text.as_bytes();
    if !is_encoded(text) {
        return None;
    }
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut places = Vec::with_capacity(bytes.len() + 1);
    let mut done = 0;
    for at in memchr::memchr2_iter(b'%', b'\\', bytes) {
        let Some((code, length)) = find_code(bytes, at).filter(|_| at >= done) else { continue };
        decoded.extend_from_slice(&bytes[done..at]);
        decoded.push(code);
        places.extend(done..=at);
        done = at + length;
    }
    decoded.extend_from_slice(&bytes[done..]);
    places.extend(done..=bytes.len());
    String::from_utf8(decoded).ok().map(|decoded| (decoded, places))
}

/// Whether anything in a text is encoded.
pub(super) fn is_encoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'%', b'\\', bytes).any(|at| find_code(bytes, at).is_some())
}

/// What is encoded at a place, and how long that is.
fn find_code(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match bytes[at] {
        b'%' => parse(bytes.get(at + 1..at + 3)?).map(|code| (code, 3)),
        b'\\' if bytes.get(at + 1) == Some(&b'/') => Some((b'/', 2)),
        b'\\' if bytes.get(at + 1) == Some(&b'u') => parse(bytes.get(at + 2..at + 6)?).map(|code| (code, 6)),
        _ => None,
    }
}

/// ASCII in hexadecimal digits.
fn parse(digits: &[u8]) -> Option<u8> {
    let mut digits = digits.iter().map(|digit| char::from(*digit).to_digit(16));
    let code = digits.try_fold(0, |code, digit| Some(code * 16 + digit?))?;
    u8::try_from(code).ok().filter(u8::is_ascii)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_encoded_is_decoded_and_every_byte_knows_its_place() {
        let (decoded, places) = decode("a%3Db%C3%A9").unwrap_or_default();
        assert_eq!(decoded, "a=b%C3%A9");
        assert_eq!(places[..4], [0, 1, 4, 5]);
        assert_eq!(decode("50% off, 100%\\n"), None);
        assert_eq!(decode(r"a\u003d\/b").map(|found| found.0).as_deref(), Some("a=/b"));
    }
}
