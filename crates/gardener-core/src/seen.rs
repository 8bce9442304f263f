//! Which entries have been counted: in this run, and in the runs before it.

use crate::time::NANOS_PER_MINUTE;
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Locks, so that threads seldom wait for each other.
const SHARDS: usize = 64;

/// Hours whose new identities are kept for speed; those of earlier ones are kept in the least room.
const OPEN_HOURS: usize = 3;

const IDENTITY_BYTES: usize = 8;

const NANOS_PER_HOUR: i64 = 60 * NANOS_PER_MINUTE;

/// What is known of an entry when it comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquaintance {
    /// Never seen.
    New,
    /// An earlier run has counted it; this run sees it for the first time.
    Known,
    /// This run has seen it before.
    Duplicate,
}

/// The identities of entries, 64 bits each, by hour of event time; shared between threads.
///
/// Two different entries of one hour are taken for one with a chance of `n^2 / 2^65` for `n`
/// entries in that hour: 3 in 100 million at a million.
#[derive(Debug)]
pub struct Seen {
    shards: Vec<Mutex<Shard>>,
}

type Identities = HashSet<u64, BuildHasherDefault<Itself>>;

/// Identities are hashes already.
#[derive(Debug, Default, Clone)]
struct Itself(u64);

impl std::hash::Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, value: u64) {
        // The lowest bits are the shard's number; a table looks at the lowest and the highest.
        self.0 = value.rotate_left(32);
    }
}

/// The identities of a share of the entries.
#[derive(Debug, Default)]
struct Shard {
    hours: BTreeMap<i64, Hour>,
    /// The hours that are open, the newest last.
    open: Vec<i64>,
}

/// What is known of the entries of one hour.
#[derive(Debug, Default)]
struct Hour {
    /// New in this run, and looked up with every entry.
    fresh: Identities,
    /// New in this run before the hour was closed, ascending.
    closed: Vec<u64>,
    /// Counted by an earlier run; forks share it.
    recalled: Arc<Identities>,
    /// Counted by an earlier run and by this one.
    recognised: Identities,
    /// Left to another stretch of this run.
    excluded: Identities,
    /// Whether what was counted in it is not told any more, so that all of it is taken for known.
    is_sealed: bool,
}

impl Hour {
    fn meet(&mut self, identity: u64) -> Acquaintance {
        if self.is_met(identity) {
            Acquaintance::Duplicate
        } else if self.recalled.contains(&identity) || (self.is_sealed && !self.fresh.contains(&identity)) {
            self.recognised.insert(identity);
            Acquaintance::Known
        } else if self.fresh.insert(identity) {
            Acquaintance::New
        } else {
            Acquaintance::Duplicate
        }
    }

    fn is_met(&self, identity: u64) -> bool {
        self.closed.binary_search(&identity).is_ok()
            || self.recognised.contains(&identity)
            || self.excluded.contains(&identity)
    }

    /// The same of earlier runs, and nothing of this one.
    fn fork(&self) -> Self {
        Self { recalled: Arc::clone(&self.recalled), is_sealed: self.is_sealed, ..Self::default() }
    }

    /// Keeps in 8 bytes each what takes about 14 in a table.
    fn close(&mut self) {
        self.closed.reserve_exact(self.fresh.len());
        self.closed.extend(std::mem::take(&mut self.fresh));
        self.closed.sort_unstable();
    }
}

impl Shard {
    fn meet(&mut self, identity: u64, hour: i64) -> Acquaintance {
        if let Some(known) = self.hours.get_mut(&hour) {
            return known.meet(identity);
        }
        self.open.push(hour);
        if self.open.len() > OPEN_HOURS {
            if let Some(oldest) = self.hours.get_mut(&self.open.remove(0)) {
                oldest.close();
            }
        }
        self.hours.entry(hour).or_default().meet(identity)
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

/// The identity of an entry by what tells it apart. Cloud Logging does so by log name, timestamp
/// and insertId; what has no insertId is told apart by source, line and content.
#[must_use]
pub fn identify<const N: usize>(parts: [&[u8]; N], nanos: Option<i64>) -> u64 {
    let start = nanos.unwrap_or(i64::MIN).cast_unsigned();
    parts.into_iter().fold(start, |seed, part| xxh3_64_with_seed(part, seed))
}

fn unpack(identities: &[u8]) -> impl Iterator<Item = u64> + '_ {
    identities.chunks_exact(IDENTITY_BYTES).map(|chunk| u64::from_le_bytes(chunk.try_into().unwrap_or_default()))
}

fn hour_of(nanos: Option<i64>) -> i64 {
    nanos.map_or(i64::MIN, |nanos| nanos.div_euclid(NANOS_PER_HOUR))
}

impl Seen {
    /// Takes in what earlier runs have counted in an hour since 1970, as [`Seen::news`] gave it.
    pub fn recall(&self, hour: i64, identities: &[u8]) {
        for identity in unpack(identities) {
            Arc::make_mut(&mut self.shard(identity).hours.entry(hour).or_default().recalled).insert(identity);
        }
    }

    /// Another that knows the same of earlier runs, and has met nothing. What was recalled is shared, not copied,
    /// until one of both recalls more.
    #[must_use]
    pub fn fork(&self) -> Self {
        let fork = |index| {
            let hours = self.shard(index).hours.iter().map(|(number, hour)| (*number, hour.fork())).collect();
            Mutex::new(Shard { hours, open: Vec::new() })
        };
        Self { shards: (0..SHARDS as u64).map(fork).collect() }
    }

    /// Leaves entries of an hour to another stretch of this run: they are met as duplicates.
    pub fn exclude(&self, hour: i64, identities: &[u8]) {
        for identity in unpack(identities) {
            self.shard(identity).hours.entry(hour).or_default().excluded.insert(identity);
        }
    }

    /// Takes every entry of an hour since 1970 for known: what of it was counted is not remembered any more.
    pub fn seal(&self, hour: i64) {
        for index in 0..SHARDS {
            self.shard(index as u64).hours.entry(hour).or_default().is_sealed = true;
        }
    }

    /// Meets an entry: what was known of it before, remembering it from now on.
    #[must_use]
    pub fn meet(&self, identity: u64, nanos: Option<i64>) -> Acquaintance {
        self.shard(identity).meet(identity, hour_of(nanos))
    }

    /// Every entry that this run was the first to see: hour since 1970 (`i64::MIN` for no time)
    /// to identities, ascending, eight little-endian bytes each.
    #[must_use]
    pub fn news(&self) -> BTreeMap<i64, Vec<u8>> {
        self.list(|hour| hour.closed.iter().chain(&hour.fresh).copied().collect())
    }

    /// Every entry that this run has met and an earlier one had counted; like [`Seen::news`].
    #[must_use]
    pub fn known(&self) -> BTreeMap<i64, Vec<u8>> {
        self.list(|hour| hour.recognised.iter().copied().collect())
    }

    fn list(&self, find: impl Fn(&Hour) -> Vec<u64>) -> BTreeMap<i64, Vec<u8>> {
        let mut hours: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for index in 0..SHARDS {
            for (number, hour) in &self.shard(index as u64).hours {
                hours.entry(*number).or_default().extend(find(hour));
            }
        }
        hours.retain(|_, identities| !identities.is_empty());
        let spell = |mut identities: Vec<u64>| {
            identities.sort_unstable();
            identities.into_iter().flat_map(u64::to_le_bytes).collect()
        };
        hours.into_iter().map(|(hour, identities)| (hour, spell(identities))).collect()
    }

    fn shard(&self, identity: u64) -> MutexGuard<'_, Shard> {
        let index = usize::try_from(identity % SHARDS as u64).unwrap_or(0);
        // A thread that panicked cannot have left an insert half done.
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Acquaintance, Seen};

    #[test]
    fn an_entry_of_a_closed_hour_is_still_a_duplicate() {
        let seen = Seen::default();
        let hour = |number: i64| Some(number * super::NANOS_PER_HOUR);
        for number in 0..20 {
            for identity in [64, 128, 192] {
                assert_eq!(seen.meet(identity, hour(number)), Acquaintance::New);
            }
        }
        for number in 0..20 {
            assert_eq!(seen.meet(256, hour(number)), Acquaintance::New);
            for identity in [64, 128, 192, 256] {
                assert_eq!(seen.meet(identity, hour(number)), Acquaintance::Duplicate);
            }
        }
        assert_eq!(seen.news().values().map(Vec::len).collect::<Vec<_>>(), [4 * 8; 20]);
    }

    #[test]
    fn an_entry_of_a_sealed_hour_is_known_and_no_news() {
        let seen = Seen::default();
        seen.seal(0);
        assert_eq!(seen.meet(9, Some(5)), Acquaintance::Known);
        assert_eq!(seen.meet(9, Some(5)), Acquaintance::Duplicate);
        assert_eq!(seen.meet(9, Some(super::NANOS_PER_HOUR)), Acquaintance::New);
        assert_eq!(seen.news().keys().collect::<Vec<_>>(), [&1]);
    }

    #[test]
    fn an_entry_is_new_once_and_known_to_the_next_run() {
        let first = Seen::default();
        assert_eq!(first.meet(9, Some(5)), Acquaintance::New);
        assert_eq!(first.meet(9, Some(5)), Acquaintance::Duplicate);
        let second = Seen::default();
        for (hour, identities) in first.news() {
            second.recall(hour, &identities);
        }
        assert_eq!(second.meet(9, Some(5)), Acquaintance::Known);
        assert_eq!(second.meet(9, Some(5)), Acquaintance::Duplicate);
        assert!(second.news().is_empty());
    }
}
