//! Strings of JSON: where they end, what they spell, and how a text is spelt.

/// Where a string ends that starts before a place, at its quote or at the end of the text, and whether it has escapes.
pub(super) fn find_string_end(bytes: &[u8], start: usize) -> (usize, bool) {
    let mut at = start;
    let mut is_escaped = false;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        at += found;
        if bytes[at] == b'"' {
            return (at, is_escaped);
        }
        is_escaped = true;
        at += 2;
        if at >= bytes.len() {
            break;
        }
    }
    (bytes.len(), is_escaped)
}

/// A string of JSON with its quotes as the text that it spells.
pub(super) fn decode(quoted: &str) -> Option<String> {
    serde_json::from_str(quoted).ok()
}

/// A text as a string of JSON, without its quotes.
pub(super) fn encode(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}
