//! Learning the model from data without labels.
use super::{
    compare::{ABSENT, COMPARISONS, Comparison, LEVELS, level_in},
    key::KeyKind,
    model::{FLOOR, Segment, Table},
};

/// Rounds of expectation and maximisation for each sort of key.
const ROUNDS: usize = 25;

/// Matches' worth of belief in the shipped likelihoods of one party.
const SAME_BELIEF: f64 = 50.0;

/// The same for related parties, of which data holds fewer.
const RELATED_BELIEF: f64 = 40.0;

/// Pairs' worth of belief in the shipped likelihoods of unrelated parties.
const OTHER_BELIEF: f64 = 500.0;

/// Keys of whose pairs fewer than this share match teach nothing.
const LEAST_SHARE: f64 = 0.003;

/// Patterns of levels with how often they occur.
pub type Patterns = Vec<(u64, f64)>;

/// What a segment is learnt from.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Pairs taken at random.
    pub random: Patterns,
    /// For comparisons with many values: how likely two records agree exactly by chance, from counts.
    pub agreement: [Option<f64>; COMPARISONS],
    /// Pairs found by each sort of key.
    pub by_key: Vec<(KeyKind, Patterns)>,
    /// A sample of all candidates, scaled up to their number.
    pub candidates: Patterns,
    /// All pairs of the segment.
    pub pairs: f64,
}

/// Fits a segment to a sample, starting from the shipped one.
pub fn fit(shipped: &Segment, sample: &Sample) -> Segment {
    let mut segment = shipped.clone();
    if sample.pairs < 1.0 {
        return segment;
    }
    let raw = unrelated(shipped, sample);
    segment.other = raw;
    for _ in 0..2 {
        pooled(&mut segment, shipped, sample);
        segment.clamp();
        shares(&mut segment, sample);
        segment.other = without_matches(&raw, &segment);
        segment.clamp();
        shares(&mut segment, sample);
    }
    segment
}

/// How often random pairs reach each level.
fn unrelated(shipped: &Segment, sample: &Sample) -> Table {
    let mut table = shipped.other;
    for (at, row) in table.iter_mut().enumerate() {
        let counts = counted(&sample.random, at, |_| 1.0);
        let seen: f64 = counts.iter().sum();
        for (likelihood, count) in row.iter_mut().zip(counts).take(Comparison::ALL[at].levels()) {
            *likelihood = (count + OTHER_BELIEF * *likelihood) / (seen + OTHER_BELIEF);
        }
        if let Some(agreement) = sample.agreement[at] {
            row[0] = agreement.max(FLOOR);
        }
    }
    table
}

fn counted(patterns: &Patterns, at: usize, weight: impl Fn(usize) -> f64) -> [f64; LEVELS] {
    let mut counts = [0.0; LEVELS];
    for (number, (pattern, count)) in patterns.iter().enumerate() {
        let level = level_in(*pattern, at);
        if level != ABSENT {
            counts[level as usize] += count * weight(number);
        }
    }
    counts
}

/// Random pairs hold matches too; what they add to rare agreements is taken away.
fn without_matches(raw: &Table, segment: &Segment) -> Table {
    let mut table = *raw;
    for (at, row) in table.iter_mut().enumerate() {
        for (level, likelihood) in row.iter_mut().enumerate().take(Comparison::ALL[at].levels()) {
            let mixed = segment.prior * segment.same[at][level] + segment.prior_related * segment.related[at][level];
            let rest = (*likelihood - mixed) / (1.0 - segment.prior - segment.prior_related);
            let least = if matches!(Comparison::ALL[at], Comparison::Given | Comparison::Family) { 0.2 } else { 0.02 };
            *likelihood = rest.max(least * *likelihood).max(FLOOR);
        }
    }
    table
}

/// The likelihoods of one party and of related ones, from the pairs of all keys together.
fn pooled(segment: &mut Segment, shipped: &Segment, sample: &Sample) {
    let mut same: Table = [[0.0; LEVELS]; COMPARISONS];
    let mut related = same;
    for (kind, patterns) in &sample.by_key {
        let mut hidden = [false; COMPARISONS];
        kind.uses().iter().for_each(|comparison| hidden[*comparison as usize] = true);
        let Some(fit) = Fit::new(segment, shipped, patterns, hidden) else { continue };
        for at in (0..COMPARISONS).filter(|at| !hidden[*at]) {
            for level in 0..LEVELS {
                same[at][level] += fit.same[at][level];
                related[at][level] += fit.related[at][level];
            }
        }
    }
    segment.same = believed(&same, &shipped.same, SAME_BELIEF);
    segment.related = learnable(&related, shipped, segment);
}

fn believed(counts: &Table, shipped: &Table, belief: f64) -> Table {
    let mut table = *shipped;
    for (at, row) in table.iter_mut().enumerate() {
        let seen: f64 = counts[at].iter().sum();
        for (likelihood, count) in row.iter_mut().zip(counts[at]).take(Comparison::ALL[at].levels()) {
            *likelihood = (count + belief * *likelihood) / (seen + belief);
        }
    }
    table
}

/// What is personal is with related parties nearly as with unrelated ones; only what a household or a firm shares is learnt.
fn learnable(counts: &Table, shipped: &Segment, segment: &Segment) -> Table {
    let mut table = believed(counts, &shipped.related, RELATED_BELIEF);
    for comparison in [
        Comparison::Given,
        Comparison::Birth,
        Comparison::Identifier,
        Comparison::Gender,
        Comparison::Occupation,
        Comparison::BirthPlace,
        Comparison::Category,
    ] {
        let at = comparison as usize;
        for (likelihood, (shipped, other)) in table[at].iter_mut().zip(shipped.related[at].iter().zip(segment.other[at])) {
            *likelihood = 0.5 * (shipped + other).max(FLOOR);
        }
    }
    for comparison in [Comparison::Email, Comparison::Phone] {
        table[comparison as usize] = shipped.related[comparison as usize];
    }
    table
}

/// Expected counts of levels among the pairs of one sort of key.
struct Fit {
    same: Table,
    related: Table,
}

impl Fit {
    fn new(start: &Segment, shipped: &Segment, patterns: &Patterns, hidden: [bool; COMPARISONS]) -> Option<Self> {
        let total: f64 = patterns.iter().map(|(_, count)| count).sum();
        if total < 1.0 {
            return None;
        }
        let mut segment = start.clone();
        let mut shares = (0.2, 0.1);
        let mut fit = Self { same: [[0.0; LEVELS]; COMPARISONS], related: [[0.0; LEVELS]; COMPARISONS] };
        for _ in 0..ROUNDS {
            let posterior: Vec<(f64, f64)> = patterns.iter().map(|(pattern, _)| segment.posterior(*pattern, &hidden, shares)).collect();
            let sum = |part: fn(&(f64, f64)) -> f64| posterior.iter().zip(patterns).map(|(p, (_, count))| part(p) * count).sum::<f64>();
            shares = (((sum(|p| p.0) + 0.5) / (total + 2.0)).clamp(1e-6, 0.98), ((sum(|p| p.1) + 0.2) / (total + 2.0)).clamp(1e-6, 0.9));
            if shares.0 + shares.1 > 0.99 {
                shares.1 = (0.99 - shares.0).max(1e-6);
            }
            for at in (0..COMPARISONS).filter(|at| !hidden[*at]) {
                fit.same[at] = counted(patterns, at, |number| posterior[number].0);
                fit.related[at] = counted(patterns, at, |number| posterior[number].1);
            }
            segment.same = believed(&fit.same, &shipped.same, SAME_BELIEF);
            segment.related = learnable(&fit.related, shipped, &segment);
        }
        (shares.0 >= LEAST_SHARE).then_some(fit)
    }
}

/// The shares of all pairs that are one party, and related parties: what the candidates add up to.
fn shares(segment: &mut Segment, sample: &Sample) {
    for _ in 0..20 {
        let (mut same, mut related) = (0.5, 0.25);
        for (pattern, count) in &sample.candidates {
            let (p, r) = segment.posterior(*pattern, &[false; COMPARISONS], (segment.prior, segment.prior_related));
            same += p * count;
            related += r * count;
        }
        let last = segment.prior;
        segment.prior = (same / sample.pairs).clamp(1e-12, 0.5);
        segment.prior_related = (related / sample.pairs).clamp(1e-12, 0.3);
        if (segment.prior / last).ln().abs() < 0.001 {
            break;
        }
    }
}
