//! The model: what each level of each comparison is worth, and the weight of a pair as a sum that can be read.
use super::{
    compare::{ABSENT, COMPARISONS, Comparison, LEVELS, Outcomes, level_in},
    prior,
};

/// How likely each level is in one class of pairs; rows are comparisons.
pub type Table = [[f64; LEVELS]; COMPARISONS];

/// How strongly the rarity of a value counts.
const FREQUENCY_DAMPING: f64 = 0.8;

/// Bits that rarity takes or gives at the most.
const FREQUENCY_BITS: (f64, f64) = (-10.0, 8.0);

/// The least likelihood of anything.
pub const FLOOR: f64 = 1e-9;

/// What is known of one segment, persons or organisations.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Likelihoods for two records of one party.
    pub same: Table,
    /// Likelihoods for two records of different, unrelated parties.
    pub other: Table,
    /// Likelihoods for two different parties of one household, firm or owner.
    pub related: Table,
    /// The share of all pairs that are one party.
    pub prior: f64,
    /// The share of all pairs that are different but related parties.
    pub prior_related: f64,
}

/// The weights of one comparison, for evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// What was compared.
    pub comparison: Comparison,
    /// The level that was reached.
    pub level: u8,
    /// log2 of how much likelier the level is for one party than for unrelated ones.
    pub bits: f64,
    /// What the rarity of the value added or took; part of no other number.
    pub frequency_bits: f64,
}

/// The weight of a pair, and how it comes about: `prior + Σ (bits + frequency_bits) + related = weight`.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Where every pair starts.
    pub prior: f64,
    /// What each comparison adds.
    pub parts: Vec<Part>,
    /// What is taken because related parties (a household, a firm) would agree in the same way; never positive.
    pub related: f64,
    /// The sum.
    pub weight: f64,
    /// The probability that they are related but different parties.
    pub related_probability: f64,
}

impl Evidence {
    /// The probability that they are one party.
    pub fn probability(&self) -> f64 {
        probability(self.weight)
    }
}

/// The logistic of a weight in bits.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// Whether rarity does not matter to related parties: they share the value whatever it is.
const fn is_shared(comparison: usize) -> bool {
    matches!(
        Comparison::ALL[comparison],
        Comparison::Family
            | Comparison::Address
            | Comparison::Phone
            | Comparison::Organization
            | Comparison::Web
            | Comparison::Region
            | Comparison::Email
    )
}

impl Segment {
    /// The weight of a pair in bits.
    pub fn weight(&self, outcomes: &Outcomes) -> f64 {
        self.sums(outcomes, |_| ()).0
    }

    /// The weight of a pair with everything that went into it.
    pub fn evidence(&self, outcomes: &Outcomes) -> Evidence {
        let mut parts = Vec::new();
        let (weight, prior, related_bits, related_odds) = self.sums(outcomes, |part| parts.push(part));
        let different = 1.0 - probability(weight);
        Evidence { prior, parts, related: related_bits, weight, related_probability: different * related_odds }
    }

    /// Weight, prior, the deduction for related parties, and the share of related ones among the different.
    fn sums(&self, outcomes: &Outcomes, mut tell: impl FnMut(Part)) -> (f64, f64, f64, f64) {
        let unrelated = (1.0 - self.prior - self.prior_related).max(0.01);
        let prior = (self.prior / unrelated).log2();
        let mut weight = prior;
        let mut related = (self.prior_related / unrelated).log2();
        for (at, outcome) in outcomes.of.iter().enumerate().filter(|(_, outcome)| outcome.level != ABSENT) {
            let level = outcome.level as usize;
            let (same, other) = (self.same[at][level], self.other[at][level]);
            let bits = (same / other).log2();
            let frequency_bits = frequency_bits(other, outcome.frequency);
            weight += bits + frequency_bits;
            related += (self.related[at][level] / other).log2() + if is_shared(at) { frequency_bits } else { 0.0 };
            tell(Part { comparison: Comparison::ALL[at], level: outcome.level, bits, frequency_bits });
        }
        // The odds are against unrelated and related pairs together.
        let deduction = -(1.0 + related.exp2()).log2();
        let odds = related.exp2();
        (weight + deduction, prior, deduction, if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 })
    }

    /// Posterior of the classes same and related for a pattern of levels, without rarity.
    pub fn posterior(&self, pattern: u64, hidden: &[bool; COMPARISONS], shares: (f64, f64)) -> (f64, f64) {
        let (mut same, mut related, mut other) = (shares.0.ln(), shares.1.ln(), (1.0 - shares.0 - shares.1).max(1e-12).ln());
        for at in (0..COMPARISONS).filter(|at| !hidden[*at]) {
            let level = level_in(pattern, at);
            if level != ABSENT {
                same += self.same[at][level as usize].ln();
                related += self.related[at][level as usize].ln();
                other += self.other[at][level as usize].ln();
            }
        }
        let top = same.max(related).max(other);
        let (same, related, other) = ((same - top).exp(), (related - top).exp(), (other - top).exp());
        let sum = same + related + other;
        (same / sum, related / sum)
    }

    /// Makes a better level never worth less than a worse one, and nothing impossible.
    pub fn clamp(&mut self) {
        for at in 0..COMPARISONS {
            let levels = Comparison::ALL[at].levels();
            for level in 0..levels {
                for table in [&mut self.same, &mut self.other, &mut self.related] {
                    table[at][level] = table[at][level].max(FLOOR);
                }
            }
            // From the worst level up: one that weighs less than the one below is rarer among different pairs than was seen.
            for level in (0..levels - 1).rev() {
                let below = self.same[at][level + 1] / self.other[at][level + 1];
                if self.same[at][level] / self.other[at][level] < below {
                    self.other[at][level] = self.same[at][level] / below;
                }
            }
        }
    }
}

fn frequency_bits(other: f64, frequency: f32) -> f64 {
    if frequency <= 0.0 {
        return 0.0;
    }
    (FREQUENCY_DAMPING * (other / f64::from(frequency)).log2()).clamp(FREQUENCY_BITS.0, FREQUENCY_BITS.1)
}

/// A model: persons and organisations.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Pairs of persons.
    pub persons: Segment,
    /// Pairs with an organisation.
    pub organizations: Segment,
}

impl Model {
    /// The model for data of which nothing is known yet but how many records there are.
    pub fn shipped(records: usize) -> Self {
        let pairs = (records.max(2) as f64 - 1.0) / 2.0;
        let share = (0.3 / pairs).min(0.1);
        Self { persons: prior::segment(false, share), organizations: prior::segment(true, share) }
    }

    /// The segment that weighs a pair.
    pub fn segment(&self, organizations: bool) -> &Segment {
        if organizations { &self.organizations } else { &self.persons }
    }
}
