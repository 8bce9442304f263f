//! A tally as bytes and back: magic, format, content, checksum.

use crate::error::Error;
use crate::fragment::Fragments;
use crate::record::Record;
use crate::tally::{Tally, SHAPE_LIMIT};
use crate::totals::Totals;
use crate::trace::conventions::Conventions;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 4] = b"LGT\0";

/// Raised with every change of what the bytes hold.
const FORMAT: u8 = 7;

const CHECKSUM: usize = 8;

#[derive(Serialize, Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    records: Vec<(&'a str, Record)>,
    totals: Totals,
    ceiling: Option<u64>,
    fragments: Fragments,
    conventions: Conventions,
}

impl Tally {
    /// The tally as bytes: equal tallies give equal bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut trimmed = self.clone();
        trimmed.trim(SHAPE_LIMIT);
        let mut records: Vec<(&str, Record)> =
            trimmed.records.iter().map(|(key, record)| (key.as_ref(), record.clone())).collect();
        records.sort_by(|a, b| a.0.cmp(b.0));
        let content = Content {
            records,
            totals: trimmed.totals.clone(),
            ceiling: trimmed.ceiling,
            fragments: trimmed.fragments.clone(),
            conventions: trimmed.conventions.clone(),
        };
        let mut bytes = MAGIC.to_vec();
        bytes.push(FORMAT);
        // Writing to memory cannot fail, and every type of the content is one that postcard knows.
        let mut bytes = postcard::to_extend(&content, bytes).unwrap_or_default();
        bytes.extend(xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`Tally::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Snapshot`] for anything else, [`Error::NewerSnapshot`] for a newer format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Error::Snapshot("it does not begin as one"))?;
        let format = *rest.first().ok_or(Error::Snapshot("it is cut short"))?;
        if format > FORMAT {
            return Err(Error::NewerSnapshot { found: format, known: FORMAT });
        }
        if format < FORMAT {
            return Err(Error::Snapshot("it has the format of an older release"));
        }
        let end = bytes
            .len()
            .checked_sub(CHECKSUM)
            .filter(|end| *end > MAGIC.len())
            .ok_or(Error::Snapshot("it is cut short"))?;
        if xxh3_64(&bytes[..end]).to_le_bytes() != bytes[end..] {
            return Err(Error::Snapshot("its checksum is wrong"));
        }
        let content: Content<'_> =
            postcard::from_bytes(&bytes[MAGIC.len() + 1..end]).map_err(|_| Error::Snapshot("it cannot be decoded"))?;
        let records = content.records.into_iter().map(|(key, record)| (key.into(), record)).collect();
        let Content { totals, ceiling, mut fragments, conventions, .. } = content;
        fragments.weigh();
        Ok(Self { records, totals, ceiling, fragments, conventions })
    }
}
