//! Groups of records that share a key, and the candidate pairs that they make.
use super::{Options, Table};
use crate::domain::matching::key::{KEY_KINDS, Key, KeyKind, keys};
use rayon::prelude::*;

/// Records that share a key at the most; more make it a value of everybody's.
const MOST_SHARING: usize = 300;

/// Candidate pairs for each record at the most, on average; larger groups are left out first.
const MOST_PAIRS: usize = 12;

/// Candidate pairs that are always affordable.
const FEW_PAIRS: usize = 3_000_000;

/// Pairs of each sort of key that are learnt from.
const KEY_SAMPLE: usize = 40_000;

/// Records grouped by the keys that they share.
pub(super) struct Groups<'a> {
    table: &'a Table,
    options: Options,
    /// Keys with their records, sorted.
    entries: Vec<(u64, u32)>,
    /// Records that share a key at the most.
    cap: usize,
}

impl<'a> Groups<'a> {
    pub(super) fn of(table: &'a Table, options: Options) -> Self {
        let records: Vec<u32> = (0..u32::try_from(table.len()).unwrap_or(u32::MAX)).collect();
        let mut entries: Vec<(u64, u32)> = records
            .par_iter()
            .flat_map_iter(|record| keys(&table.vocabulary, table.profile(*record)).into_iter().map(move |key| (key.0, *record)))
            .collect();
        entries.par_sort_unstable();
        let mut groups = Self { table, options, entries, cap: MOST_SHARING };
        groups.cap = groups.affordable();
        groups
    }

    fn groups(&self) -> impl Iterator<Item = &[(u64, u32)]> {
        self.entries.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1)
    }

    /// The largest cap at which the pairs of all groups are no more than is affordable.
    fn affordable(&self) -> usize {
        let mut pairs = vec![0usize; MOST_SHARING + 1];
        for group in self.groups().filter(|group| group.len() <= MOST_SHARING) {
            pairs[group.len()] += group.len() * (group.len() - 1) / 2;
        }
        let most = FEW_PAIRS.max(self.table.len() * MOST_PAIRS);
        let mut sum = 0;
        pairs
            .iter()
            .take_while(|pairs| {
                sum += **pairs;
                sum <= most
            })
            .count()
            .saturating_sub(1)
            .max(2)
    }

    /// Every pair that shares a key, once, in order.
    pub(super) fn pairs(&self) -> Vec<u64> {
        let mut pairs = Vec::new();
        for group in self.groups().filter(|group| group.len() <= self.cap) {
            self.pairs_of(group, &mut pairs);
        }
        pairs.par_sort_unstable();
        pairs.dedup();
        pairs
    }

    fn pairs_of(&self, group: &[(u64, u32)], pairs: &mut Vec<u64>) {
        for (at, (_, left)) in group.iter().enumerate() {
            for (_, right) in &group[at + 1..] {
                let pair = u64::from(*left.min(right)) << 32 | u64::from(*left.max(right));
                if self.table.may_match(pair, self.options) {
                    pairs.push(pair);
                }
            }
        }
    }

    /// Some pairs of each sort of key, spread over all its groups.
    pub(super) fn samples(&self) -> Vec<(KeyKind, Vec<u64>)> {
        let mut pairs: Vec<Vec<u64>> = vec![Vec::new(); KEY_KINDS];
        for group in self.groups().filter(|group| group.len() <= self.cap) {
            self.pairs_of(group, &mut pairs[Key(group[0].0).kind() as usize]);
        }
        let thin = |pairs: Vec<u64>| {
            let stride = pairs.len().div_ceil(KEY_SAMPLE).max(1);
            pairs.into_iter().step_by(stride).collect()
        };
        KeyKind::ALL.into_iter().zip(pairs.into_iter().map(thin)).collect()
    }
}
