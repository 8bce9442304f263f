//! Which entries have been counted: in this run, and in the runs before it.

use crate::time::NANOS_PER_MINUTE;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use xxhash_rust::xxh3::Xxh3;

/// Locks, so that threads seldom wait for each other.
const SHARDS: usize = 64;

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

type Shard = HashMap<(i64, u64), Memory, std::hash::BuildHasherDefault<Identity>>;

/// How an identity came to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Memory {
    /// By an earlier run only.
    Recalled,
    /// By an earlier run and by this one.
    Recognised,
    /// By this run only.
    New,
}

/// Identities are hashes already.
#[derive(Debug, Default, Clone)]
pub struct Identity(u64);

impl std::hash::Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, value: u64) {
        self.0 ^= value;
    }

    fn write_i64(&mut self, value: i64) {
        self.0 ^= u64::from_ne_bytes(value.to_ne_bytes()).rotate_left(32);
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

/// The identity of an entry. Cloud Logging tells entries apart by log name, timestamp and
/// insertId; what has no insertId is told apart by source, line and content.
#[must_use]
pub fn identify(parts: [&str; 2], nanos: Option<i64>, content: &[u8]) -> u64 {
    let mut hash = Xxh3::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update(&[0]);
    }
    hash.update(&nanos.unwrap_or(i64::MIN).to_le_bytes());
    hash.update(content);
    hash.digest()
}

fn hour_of(nanos: Option<i64>) -> i64 {
    nanos.map_or(i64::MIN, |nanos| nanos.div_euclid(NANOS_PER_HOUR))
}

impl Seen {
    /// Takes in what earlier runs have counted in an hour since 1970, as [`Seen::news`] gave it.
    pub fn recall(&self, hour: i64, identities: &[u8]) {
        for chunk in identities.chunks_exact(IDENTITY_BYTES) {
            let identity = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
            self.shard(identity).insert((hour, identity), Memory::Recalled);
        }
    }

    /// Meets an entry: what was known of it before, remembering it from now on.
    #[must_use]
    pub fn meet(&self, identity: u64, nanos: Option<i64>) -> Acquaintance {
        match self.shard(identity).entry((hour_of(nanos), identity)) {
            Entry::Vacant(place) => {
                place.insert(Memory::New);
                Acquaintance::New
            }
            Entry::Occupied(mut memory) if *memory.get() == Memory::Recalled => {
                memory.insert(Memory::Recognised);
                Acquaintance::Known
            }
            Entry::Occupied(_) => Acquaintance::Duplicate,
        }
    }

    /// Every entry that this run was the first to see: hour since 1970 (`i64::MIN` for no time)
    /// to identities, ascending, eight little-endian bytes each.
    #[must_use]
    pub fn news(&self) -> BTreeMap<i64, Vec<u8>> {
        let mut hours: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for index in 0..SHARDS {
            for ((hour, identity), memory) in self.shard(index as u64).iter() {
                if *memory == Memory::New {
                    hours.entry(*hour).or_default().push(*identity);
                }
            }
        }
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
