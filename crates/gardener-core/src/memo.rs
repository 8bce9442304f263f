//! Objects that were read before: entries of one service repeat their resource and their labels,
//! entries of one statement their place, byte for byte. What was read once is looked up.

use crate::walk::{Fault, Walker};
use std::borrow::Cow;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Objects that are remembered at a time; a power of two.
const SLOTS: usize = 1 << 10;

/// Longer objects are not remembered: they seldom come again.
const LONGEST: usize = 4 << 10;

/// A memory of objects, each with `N` texts that were found in it. It changes nothing but speed.
#[derive(Debug)]
pub(crate) struct Memo<const N: usize> {
    slots: Vec<Slot<N>>,
}

#[derive(Clone, Debug)]
struct Slot<const N: usize> {
    raw: String,
    /// Where the texts are in `raw`; empty ranges for those that it has not.
    parts: [Range<u32>; N],
}

impl<const N: usize> Default for Memo<N> {
    fn default() -> Self {
        let empty = Slot { raw: String::new(), parts: std::array::from_fn(|_| 0..0) };
        Self { slots: vec![empty; SLOTS] }
    }
}

impl<const N: usize> Memo<N> {
    /// The texts of the value that begins here, looked up or else found by `find`.
    #[inline]
    pub(crate) fn read<'a>(
        &mut self,
        walker: &mut Walker<'a>,
        find: impl FnOnce(&mut Walker<'a>) -> Result<[Cow<'a, str>; N], Fault>,
    ) -> Result<[Cow<'a, str>; N], Fault> {
        if !walker.is_object() {
            return find(walker);
        }
        if let Some(texts) = self.recall(walker) {
            return Ok(texts.map(Cow::Borrowed));
        }
        let rest = walker.rest();
        let texts = find(walker)?;
        self.keep(rest, rest.len() - walker.rest().len(), texts.each_ref().map(AsRef::as_ref));
        Ok(texts)
    }

    /// The texts of the object that begins here, which is stepped over, if it was read before.
    #[inline]
    fn recall<'a>(&self, walker: &mut Walker<'a>) -> Option<[&'a str; N]> {
        let rest = walker.rest();
        let slot = &self.slots[find_slot(rest)?];
        if slot.raw.is_empty() || !rest.as_bytes().starts_with(slot.raw.as_bytes()) {
            return None;
        }
        walker.step_over(slot.raw.len());
        Some(std::array::from_fn(|part| {
            let Range { start, end } = slot.parts[part];
            &rest[start as usize..end as usize]
        }))
    }

    /// Remembers the object at the start of `rest`, `length` bytes long, and texts that were found
    /// in it. One that is not in it, because an escape had to be undone, cannot be remembered.
    fn keep(&mut self, rest: &str, length: usize, texts: [&str; N]) {
        let Some(slot) = find_slot(rest).filter(|_| length <= LONGEST) else { return };
        let raw = &rest[..length];
        let mut parts = std::array::from_fn(|_| 0..0);
        for (part, text) in parts.iter_mut().zip(texts) {
            match find_part(raw, text) {
                Some(range) => *part = range,
                None => return,
            }
        }
        let slot = &mut self.slots[slot];
        slot.raw.clear();
        slot.raw.push_str(raw);
        slot.parts = parts;
    }
}

/// The one slot that an object can be in. It is told by what comes before the first closing brace,
/// which is all of a plain object, and all the labels of a resource.
#[inline]
#[allow(clippy::cast_possible_truncation)] // a hash
fn find_slot(rest: &str) -> Option<usize> {
    let bytes = &rest.as_bytes()[..rest.len().min(LONGEST)];
    let end = memchr::memchr(b'}', bytes)?;
    Some(xxh3_64(&bytes[..end]) as usize % SLOTS)
}

/// Where a slice of a text is in it.
pub(crate) fn find_part(raw: &str, slice: &str) -> Option<Range<u32>> {
    if slice.is_empty() {
        return Some(0..0);
    }
    let start = (slice.as_ptr() as usize).checked_sub(raw.as_ptr() as usize)?;
    let range = start..start + slice.len();
    let is_inside = raw.get(range.clone()).is_some_and(|found| std::ptr::eq(found, slice));
    is_inside.then_some(u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?)
}

#[cfg(test)]
mod tests {
    use super::Memo;
    use crate::walk::Walker;

    #[test]
    fn an_object_is_recalled_only_where_all_of_it_comes_again() {
        let mut memo = Memo::<2>::default();
        let text = r#"{"a":"x","b":"y"},"c":1"#;
        memo.keep(text, 17, [&text[6..7], ""]);
        let mut walker = Walker::new(r#"{"a":"x","b":"y"}]"#);
        assert_eq!(memo.recall(&mut walker), Some(["x", ""]));
        assert_eq!(walker.rest(), "]");
        assert_eq!(memo.recall(&mut Walker::new(r#"{"a":"x","b":"z"}"#)), None);
        assert_eq!(memo.recall(&mut Walker::new("{}")), None);
    }

    #[test]
    fn a_text_that_is_not_in_the_object_keeps_it_from_being_remembered() {
        let mut memo = Memo::<1>::default();
        memo.keep(r#"{"a":"x"}"#, 9, ["x"]);
        assert_eq!(memo.recall(&mut Walker::new(r#"{"a":"x"}"#)), None);
    }
}
