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

#[inline]
fn find_marks_in(chunk: &[u8; CHUNK]) -> u64 {
    let (quote, backslash, control) = (u8x16::splat(b'"'), u8x16::splat(b'\\'), u8x16::splat(0x1f));
    let (lanes, _) = chunk.as_chunks::<LANE>();
    lanes.iter().enumerate().fold(0, |marks, (index, lane)| {
        let lane = u8x16::from(*lane);
        let found = lane.simd_eq(quote) | lane.simd_eq(backslash) | lane.min(control).simd_eq(lane);
        marks | (u64::from(found.to_bitmask()) << (LANE * index))
    })
}
