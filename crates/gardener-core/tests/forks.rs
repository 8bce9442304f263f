//! What stretches have met, each by itself, counts as what one has met who read them all.

use gardener_core::seen::{Acquaintance, Seen};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NANOS_PER_HOUR: i64 = 3_600_000_000_000;

/// An entry: the hour it is of, none without a time, and its identity. So few that they come again.
type Entry = (Option<i64>, u64);

type Listed = BTreeMap<i64, Vec<u8>>;

fn entries(most: usize) -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec((prop::option::weighted(0.9, -1..6_i64), 0..40_u64), 0..most)
}

fn meet(seen: &Seen, entries: &[Entry]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (hour, identity) in entries {
        let name = match seen.meet(*identity, hour.map(|hour| hour * NANOS_PER_HOUR)) {
            Acquaintance::New => "new",
            Acquaintance::Known => "known",
            Acquaintance::Duplicate => "duplicate",
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn spell(entries: &[Entry]) -> Listed {
    let mut hours = Listed::new();
    for (hour, identity) in entries.iter().collect::<BTreeSet<_>>() {
        hours.entry(hour.unwrap_or(i64::MIN)).or_default().extend(identity.to_le_bytes());
    }
    hours
}

fn unpack(listed: &Listed) -> BTreeSet<(i64, u64)> {
    let each = |bytes: &Vec<u8>| bytes.chunks(8).map(|chunk| u64::from_le_bytes(chunk.try_into().unwrap())).collect();
    listed
        .iter()
        .flat_map(|(hour, bytes)| {
            let all: Vec<u64> = each(bytes);
            all.into_iter().map(|identity| (*hour, identity))
        })
        .collect()
}

/// Reads a stretch with what it must leave out; only what was there is left out once more.
fn fork_without(before: &Seen, left_out: &BTreeSet<(i64, u64)>) -> Seen {
    let seen = before.fork();
    for (hour, identity) in left_out {
        seen.exclude(*hour, &identity.to_le_bytes());
    }
    seen
}

fn add(total: &mut BTreeMap<&'static str, usize>, counts: BTreeMap<&'static str, usize>) {
    for (name, count) in counts {
        *total.entry(name).or_default() += count;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stretches_read_again_without_their_repeats_count_as_one(
        stretches in prop::collection::vec(entries(60), 1..5), earlier in entries(60), sealed in prop::option::of(-1..6_i64),
    ) {
        let before = Seen::default();
        for (hour, identities) in &spell(&earlier) {
            before.recall(*hour, identities);
        }
        if let Some(hour) = sealed {
            before.seal(hour);
        }
        let whole = before.fork();
        let expected = meet(&whole, &stretches.concat());

        let (mut counts, mut met) = (BTreeMap::new(), BTreeSet::new());
        let (mut news, mut known) = (BTreeSet::new(), BTreeSet::new());
        for stretch in &stretches {
            let first = before.fork();
            let mut found = meet(&first, stretch);
            let own = &unpack(&first.news()) | &unpack(&first.known());
            let repeats = &own & &met;
            let seen = if repeats.is_empty() { first } else {
                let again = fork_without(&before, &repeats);
                found = meet(&again, stretch);
                again
            };
            add(&mut counts, found);
            prop_assert!(unpack(&seen.news()).is_disjoint(&news) && unpack(&seen.known()).is_disjoint(&known));
            news.extend(unpack(&seen.news()));
            known.extend(unpack(&seen.known()));
            met.extend(own);
        }
        prop_assert_eq!(counts, expected);
        prop_assert_eq!(news, unpack(&whole.news()));
        prop_assert_eq!(known, unpack(&whole.known()));
    }

    #[test]
    fn a_fork_knows_what_its_original_knew_and_has_met_nothing(earlier in entries(60), met in entries(60)) {
        let original = Seen::default();
        for (hour, identities) in &spell(&earlier) {
            original.recall(*hour, identities);
        }
        let first = meet(&original, &met);
        let fork = original.fork();
        prop_assert!(fork.news().is_empty() && fork.known().is_empty());
        prop_assert_eq!(meet(&fork, &met), first);
        prop_assert_eq!((fork.news(), fork.known()), (original.news(), original.known()));
    }
}

#[test]
fn what_is_recalled_after_a_fork_is_known_to_one_of_both() {
    let original = Seen::default();
    original.recall(0, &7_u64.to_le_bytes());
    let fork = original.fork();
    original.recall(0, &9_u64.to_le_bytes());
    assert_eq!(original.meet(9, Some(1)), Acquaintance::Known);
    assert_eq!(fork.meet(9, Some(1)), Acquaintance::New);
    assert_eq!(fork.meet(7, Some(1)), Acquaintance::Known);
}
