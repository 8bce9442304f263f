//! The bytes of a record that can end, bend or break a string: 64 bytes are compared at a time
//! (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 2019, whose first
//! stage this is; a record needs no second).

use wide::u8x16;

/// Bytes that are compared at a time.
pub(crate) const CHUNK: usize = 64;
const LANE: usize = 16;

/// A bit for every quote, backslash and control character of the chunk at `from`, or of what is left of it.
#[inline(never)]
pub(crate) fn find_marks(bytes: &[u8], from: usize) -> u64 {
    let rest = bytes.get(from..).unwrap_or_default();
    if let Some(chunk) = rest.first_chunk::<CHUNK>() {
        return find_marks_in(chunk);
    }
    // Behind the record's end are no marks.
    let mut chunk = [b' '; CHUNK];
    chunk[..rest.len()].copy_from_slice(rest);
    find_marks_in(&chunk)
}

/// Where the first quote, backslash or control character at or behind `from` is.
#[inline]
pub(crate) fn find_mark(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(lane) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let marks = find_marks_in_lane(lane);
        if marks != 0 {
            return Some(at + marks.trailing_zeros() as usize);
        }
        at += LANE;
    }
    // The last bytes, with some before them that were looked at already or are none of the string's.
    let start = bytes.len().checked_sub(LANE)?;
    let marks = find_marks_in_lane(bytes[start..].first_chunk()?) >> at.saturating_sub(start).min(LANE);
    (marks != 0).then(|| at + marks.trailing_zeros() as usize)
}

#[inline]
fn find_marks_in_lane(lane: &[u8; LANE]) -> u32 {
    let (quote, backslash, control) = (u8x16::splat(b'"'), u8x16::splat(b'\\'), u8x16::splat(0x1f));
    let lane = u8x16::from(*lane);
    let found = lane.simd_eq(quote) | lane.simd_eq(backslash) | lane.min(control).simd_eq(lane);
    found.to_bitmask()
}

#[inline]
fn find_marks_in(chunk: &[u8; CHUNK]) -> u64 {
    let (lanes, _) = chunk.as_chunks::<LANE>();
    lanes
        .iter()
        .enumerate()
        .fold(0, |marks, (index, lane)| marks | (u64::from(find_marks_in_lane(lane)) << (LANE * index)))
}
