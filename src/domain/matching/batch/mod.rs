//! Whole tables: learn the model from them, weigh all candidate pairs, cluster.
mod groups;

use super::{
    cluster::{Edge, Pairs, cluster},
    compare::{ABSENT, COMPARISONS, Comparison, Outcomes, compare, is_organizations},
    features::{Features, Kind},
    learn::{Patterns, Sample, fit},
    model::{Evidence, Model},
    normal::words::hash,
    vocabulary::{Profile, Value, Vocabulary},
};
use groups::Groups;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Pairs taken at random.
const RANDOM_SAMPLE: usize = 150_000;

/// Candidates that stand for all in the estimate of how many match.
const CANDIDATE_SAMPLE: usize = 400_000;

/// Bits that a better rival of the same source takes at the most.
const RIVALRY_BITS: f32 = 10.0;

/// Records in a form that can be compared by the million.
#[derive(Debug, Default)]
pub struct Table {
    vocabulary: Vocabulary,
    kinds: Vec<Kind>,
    sources: Vec<u16>,
    ranks: Vec<u64>,
    starts: Vec<u32>,
    values: Vec<Value>,
}

/// How a table is matched.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Only records of different sources can be one party.
    pub link: bool,
    /// The least weight with which pairs are told.
    pub least_told: f32,
    /// The least mean weight with which records become one party.
    pub least_joined: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self { link: false, least_told: -6.0, least_joined: 0.0 }
    }
}

/// What came out.
#[derive(Debug)]
pub struct Matched {
    /// Pairs with their weights, by record number.
    pub pairs: Vec<Edge>,
    /// For each record the lowest number of its cluster.
    pub clusters: Vec<u32>,
    /// Pairs that were compared.
    pub candidates: usize,
    /// The model that was learnt.
    pub model: Model,
}

impl Table {
    /// Adds a record.
    pub fn push(&mut self, features: &Features, source: u16) {
        let values = self.vocabulary.add(features);
        self.starts.push(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        self.values.extend(values);
        self.kinds.push(features.kind);
        self.sources.push(source);
        self.ranks.push(features.iter().fold(u64::from(source), |state, (_, text)| state.rotate_left(9) ^ hash(text)));
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The values of all records.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// A record.
    pub fn profile(&self, record: u32) -> Profile<'_> {
        let at = record as usize;
        let start = self.starts[at] as usize;
        let end = self.starts.get(at + 1).map_or(self.values.len(), |end| *end as usize);
        Profile { kind: self.kinds[at], values: &self.values[start..end] }
    }

    /// Compares two records.
    pub fn compare(&self, left: u32, right: u32) -> Outcomes {
        compare(&self.vocabulary, self.profile(left), self.profile(right))
    }

    /// Learns, weighs and clusters.
    pub fn run(&self, options: Options) -> Matched {
        let groups = Groups::of(self, options);
        let candidates = groups.pairs();
        let model = self.learn(&groups, &candidates, options);
        let mut scored: Vec<Edge> = candidates.par_iter().filter_map(|pair| self.edge(*pair, &model, options.least_told)).collect();
        if options.link {
            compete(&mut scored, &self.sources);
            scored.retain(|edge| edge.weight >= options.least_told);
        }
        let mut edges: Vec<Edge> = scored.iter().copied().filter(|edge| edge.weight >= options.least_joined).collect();
        let clusters = cluster(self.len(), &mut edges, &Scorer { table: self, model: &model, link: options.link }, options.least_joined);
        Matched { pairs: scored, clusters, candidates: candidates.len(), model }
    }

    fn edge(&self, pair: u64, model: &Model, least: f32) -> Option<Edge> {
        let (left, right) = split(pair);
        let weight = self.weight(left, right, model)?;
        (weight >= least).then_some(Edge { left, right, weight })
    }

    /// The evidence for a pair; none when a rule says that it is no match.
    pub fn evidence(&self, left: u32, right: u32, model: &Model) -> Option<Evidence> {
        self.weight(left, right, model)?;
        let firms = is_organizations(self.kinds[left as usize], self.kinds[right as usize]);
        Some(model.segment(firms).evidence(&self.compare(left, right)))
    }

    /// The weight of a pair; none when a rule says that it is no match.
    pub fn weight(&self, left: u32, right: u32, model: &Model) -> Option<f32> {
        let (kind, other) = (self.kinds[left as usize], self.kinds[right as usize]);
        if kind.differs(other) {
            return None;
        }
        let outcomes = self.compare(left, right);
        if outcomes.generations_differ {
            return None;
        }
        Some(model.segment(is_organizations(kind, other)).weight(&outcomes) as f32)
    }

    fn learn(&self, groups: &Groups, candidates: &[u64], options: Options) -> Model {
        let mut samples = [Sample::default(), Sample::default()];
        self.count_pairs(&mut samples, options);
        self.sample_random(&mut samples, options);
        let stride = candidates.len().div_ceil(CANDIDATE_SAMPLE).max(1);
        let picked: Vec<u64> = candidates.iter().copied().step_by(stride).collect();
        let scale = candidates.len() as f64 / picked.len().max(1) as f64;
        for (sample, patterns) in samples.iter_mut().zip(self.patterns(&picked, scale)) {
            sample.candidates = patterns;
        }
        for (kind, pairs) in groups.samples() {
            for (sample, patterns) in samples.iter_mut().zip(self.patterns(&pairs, 1.0)) {
                sample.by_key.push((kind, patterns));
            }
        }
        let shipped = Model::shipped(self.len());
        Model { persons: fit(&shipped.persons, &samples[0]), organizations: fit(&shipped.organizations, &samples[1]) }
    }

    /// How many pairs each segment has, and how likely exact agreement is by chance.
    fn count_pairs(&self, samples: &mut [Sample; 2], options: Options) {
        let firms = self.kinds.iter().filter(|kind| **kind == Kind::Organization).count() as f64;
        let all = self.len() as f64;
        let choose = |n: f64| n * (n - 1.0) / 2.0;
        let share = if options.link { 1.0 - self.same_source_share() } else { 1.0 };
        samples[0].pairs = choose(all - firms) * share;
        samples[1].pairs = (choose(all) - choose(all - firms)) * share;
        let agreement = |counts: &mut dyn Iterator<Item = u32>| {
            let (sum, squares) = counts.fold((0.0, 0.0), |(sum, squares), n| (sum + f64::from(n), squares + f64::from(n) * (f64::from(n) - 1.0)));
            (sum > 1.0).then(|| (squares / (sum * (sum - 1.0))).max(1.0 / (sum * sum)))
        };
        let vocabulary = &self.vocabulary;
        let mixed = firms > 0.0 && firms < all;
        let by_comparison: [(Comparison, Option<f64>); 4] = [
            (Comparison::Email, agreement(&mut vocabulary.emails.counts().iter().copied())),
            (Comparison::Phone, agreement(&mut vocabulary.phones.counts().iter().copied())),
            (Comparison::Family, agreement(&mut vocabulary.family_counts.iter().copied())),
            (Comparison::Identifier, agreement(&mut vocabulary.identifiers.counts().iter().copied())),
        ];
        for sample in samples.iter_mut() {
            for (comparison, agreement) in by_comparison {
                if !mixed || comparison == Comparison::Family {
                    sample.agreement[comparison as usize] = agreement;
                }
            }
        }
    }

    fn same_source_share(&self) -> f64 {
        let mut counts: FxHashMap<u16, f64> = FxHashMap::default();
        for source in &self.sources {
            *counts.entry(*source).or_default() += 1.0;
        }
        let all = self.len() as f64;
        counts.values().map(|n| n * (n - 1.0)).sum::<f64>() / (all * (all - 1.0)).max(1.0)
    }

    fn sample_random(&self, samples: &mut [Sample; 2], options: Options) {
        let n = self.len() as u64;
        if n < 2 {
            return;
        }
        let all = n * (n - 1) / 2;
        let pairs: Vec<u64> = if all <= RANDOM_SAMPLE as u64 {
            (0..n).flat_map(|left| (left + 1..n).map(move |right| left << 32 | right)).collect()
        } else {
            let mut state = 0x9e37_79b9_7f4a_7c15_u64;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state % n
            };
            (0..RANDOM_SAMPLE).map(|_| (next(), next())).filter(|(a, b)| a != b).map(|(a, b)| a.min(b) << 32 | a.max(b)).collect()
        };
        let pairs: Vec<u64> = pairs.into_iter().filter(|pair| self.may_match(*pair, options)).collect();
        for (sample, patterns) in samples.iter_mut().zip(self.patterns(&pairs, 1.0)) {
            sample.random = patterns;
        }
    }

    fn may_match(&self, pair: u64, options: Options) -> bool {
        let (left, right) = split(pair);
        !options.link || self.sources[left as usize] != self.sources[right as usize]
    }

    /// The patterns of levels of pairs, apart for persons and organisations.
    fn patterns(&self, pairs: &[u64], scale: f64) -> [Patterns; 2] {
        let levels: Vec<(bool, u64)> = pairs
            .par_iter()
            .filter_map(|pair| {
                let (left, right) = split(*pair);
                let (kind, other) = (self.kinds[left as usize], self.kinds[right as usize]);
                (!kind.differs(other)).then(|| (is_organizations(kind, other), self.compare(left, right).pattern()))
            })
            .collect();
        let mut counts: [FxHashMap<u64, f64>; 2] = [FxHashMap::default(), FxHashMap::default()];
        for (firms, pattern) in levels {
            *counts[usize::from(firms)].entry(pattern).or_default() += scale;
        }
        counts.map(|counts| {
            let mut patterns: Patterns = counts.into_iter().collect();
            patterns.sort_unstable_by_key(|(pattern, _)| *pattern);
            patterns
        })
    }
}

fn split(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, (pair & u64::from(u32::MAX)) as u32)
}

/// Where sources are linked, a record has one partner in each other source as a rule: the odds of a pair are against its
/// best rivals, too.
fn compete(edges: &mut [Edge], sources: &[u16]) {
    // For each record and each other source the best two weights.
    let mut best: FxHashMap<(u32, u16), [f32; 2]> = FxHashMap::default();
    for edge in edges.iter() {
        for (record, other) in [(edge.left, edge.right), (edge.right, edge.left)] {
            let top = best.entry((record, sources[other as usize])).or_insert([f32::MIN; 2]);
            if edge.weight > top[0] {
                *top = [edge.weight, top[0]];
            } else if edge.weight > top[1] {
                top[1] = edge.weight;
            }
        }
    }
    for edge in edges {
        let rival = |record: u32, other: u32| {
            let [first, second] = best[&(record, sources[other as usize])];
            if edge.weight < first { first } else { second }
        };
        let rivals = rival(edge.left, edge.right).exp2() + rival(edge.right, edge.left).exp2();
        edge.weight -= (1.0 + rivals).log2().min(RIVALRY_BITS);
    }
}

struct Scorer<'a> {
    table: &'a Table,
    model: &'a Model,
    link: bool,
}

impl Pairs for Scorer<'_> {
    fn weight(&self, left: u32, right: u32) -> f32 {
        let weight = self.table.weight(left, right, self.model).unwrap_or(f32::MIN);
        let one_source = self.link && self.table.sources[left as usize] == self.table.sources[right as usize];
        if one_source { weight - RIVALRY_BITS } else { weight }
    }

    fn rank(&self, record: u32) -> u64 {
        self.table.ranks[record as usize]
    }

    fn forbidden(&self, left: u32, right: u32) -> bool {
        self.table.kinds[left as usize].differs(self.table.kinds[right as usize]) || {
            let (one, other) = (self.table.profile(left), self.table.profile(right));
            generations_differ(&self.table.vocabulary, one, other)
        }
    }
}

fn generations_differ(vocabulary: &Vocabulary, one: Profile<'_>, other: Profile<'_>) -> bool {
    use super::features::Attribute::Person;
    let of = |profile: Profile<'_>| profile.of(Person).iter().find_map(|value| vocabulary.persons.get(value.id()).generation);
    of(one).zip(of(other)).is_some_and(|(a, b)| a != b)
}

const _: () = assert!(ABSENT as usize >= super::compare::LEVELS && COMPARISONS * 4 <= 64);
