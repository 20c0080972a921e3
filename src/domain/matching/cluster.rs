//! Clustering: records become parties by the mean evidence between them, so that one wrong link does not chain two parties.
use rustc_hash::{FxHashMap, FxHashSet};

/// Evidence that one pair contributes to a mean at the most, either way.
const MOST_BITS: f32 = 12.0;

/// Pairs of two clusters that are weighed; of more, evenly spread ones.
const MOST_PAIRS: usize = 100;

/// A pair of records with its weight in bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The record with the lower number.
    pub left: u32,
    /// The other one.
    pub right: u32,
    /// The weight.
    pub weight: f32,
}

/// What is known of pairs beside their edges.
pub trait Pairs {
    /// The weight of a pair that has no edge.
    fn weight(&self, left: u32, right: u32) -> f32;
    /// Whether the two must never be one party.
    fn forbidden(&self, left: u32, right: u32) -> bool;
    /// A number that depends on nothing but what the record says; it decides between equal weights.
    fn rank(&self, record: u32) -> u64;
}

/// The cluster of every record, named by its record with the lowest number.
pub fn cluster(records: usize, edges: &mut [Edge], pairs: &impl Pairs, least: f32) -> Vec<u32> {
    let rank = |edge: &Edge| {
        let (one, other) = (pairs.rank(edge.left), pairs.rank(edge.right));
        (one.min(other), one.max(other), edge.left, edge.right)
    };
    edges.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| rank(a).cmp(&rank(b))));
    let known = edges.iter().map(|edge| ((edge.left, edge.right), edge.weight)).collect();
    let mut clusters = Clusters::new(records, known);
    let mut rejected: FxHashSet<(u32, u32, u32)> = FxHashSet::default();
    for edge in edges.iter().filter(|edge| edge.weight >= least) {
        let (a, b) = (clusters.of[edge.left as usize], clusters.of[edge.right as usize]);
        if a == b {
            continue;
        }
        let (a, b) = (a.min(b), a.max(b));
        let size = clusters.members[a as usize].len() + clusters.members[b as usize].len();
        let tried = (a, b, u32::try_from(size).unwrap_or(u32::MAX));
        if rejected.contains(&tried) {
            continue;
        }
        if clusters.may_join(a, b, pairs, least) {
            clusters.join(a, b, pairs);
        } else {
            rejected.insert(tried);
        }
    }
    clusters.of
}

struct Clusters {
    of: Vec<u32>,
    members: Vec<Vec<u32>>,
    known: FxHashMap<(u32, u32), f32>,
}

impl Clusters {
    fn new(records: usize, known: FxHashMap<(u32, u32), f32>) -> Self {
        let of: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
        let members = of.iter().map(|record| vec![*record]).collect();
        Self { of, members, known }
    }

    fn join(&mut self, a: u32, b: u32, pairs: &impl Pairs) {
        let mut moved = std::mem::take(&mut self.members[b as usize]);
        for record in &moved {
            self.of[*record as usize] = a;
        }
        self.members[a as usize].append(&mut moved);
        self.members[a as usize].sort_unstable_by_key(|record| (pairs.rank(*record), *record));
    }

    fn may_join(&self, a: u32, b: u32, pairs: &impl Pairs, least: f32) -> bool {
        let (left, right) = (&self.members[a as usize], &self.members[b as usize]);
        let all = left.len() * right.len();
        let step = all.div_ceil(MOST_PAIRS).max(1);
        // A step that shares no factor with the width visits all columns.
        let step = if step > 1 && right.len().is_multiple_of(step) { step + 1 } else { step };
        let (mut sum, mut count) = (0.0, 0.0);
        for number in (0..all).step_by(step) {
            let (one, other) = (left[number / right.len()], right[number % right.len()]);
            let (one, other) = (one.min(other), one.max(other));
            let weight = self.known.get(&(one, other)).copied().unwrap_or_else(|| pairs.weight(one, other));
            sum += weight.clamp(-MOST_BITS, MOST_BITS);
            count += 1.0;
        }
        sum / count >= least && !left.iter().any(|one| right.iter().any(|other| pairs.forbidden(*one.min(other), *one.max(other))))
    }
}
