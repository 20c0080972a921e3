//! Comparing two profiles: for each comparison the best level that any two of their values reach.
mod contact;
mod name;
mod place;
mod similar;

pub use similar::{edits, jaro_winkler};

use super::{
    features::{Attribute, Kind},
    vocabulary::{Profile, Value, Vocabulary},
};

/// How many comparisons there are.
pub const COMPARISONS: usize = 14;

/// Levels that a comparison has at the most.
pub const LEVELS: usize = 8;

/// Stands for the level of a comparison for which one side has no value.
pub const ABSENT: u8 = 15;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Given names.
    Given,
    /// Family names.
    Family,
    /// Days of birth.
    Birth,
    /// Addresses.
    Address,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// Names of organisations or employers.
    Organization,
    /// Issued numbers.
    Identifier,
    /// Web sites.
    Web,
    /// Gender.
    Gender,
    /// Places of birth.
    BirthPlace,
    /// Occupations.
    Occupation,
    /// Other properties.
    Category,
    /// Country and region, where no address says more.
    Region,
}

impl Comparison {
    /// Every comparison, in the order of its number.
    pub const ALL: [Self; COMPARISONS] = [
        Self::Given,
        Self::Family,
        Self::Birth,
        Self::Address,
        Self::Email,
        Self::Phone,
        Self::Organization,
        Self::Identifier,
        Self::Web,
        Self::Gender,
        Self::BirthPlace,
        Self::Occupation,
        Self::Category,
        Self::Region,
    ];

    /// What each level says, the best first.
    pub const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Given | Self::Family => {
                &["same", "other form of the name, or swapped", "one letter other", "similar", "initial", "somewhat similar", "different"]
            }
            Self::Birth => &[
                "same day",
                "one digit other, or day and month swapped",
                "two of three parts the same",
                "same year",
                "two digits other, or within a year",
                "different",
            ],
            Self::Address => &[
                "same house",
                "same street and number",
                "same street and town",
                "same street and town, other number",
                "same postal code",
                "similar postal code or street",
                "same town",
                "different",
            ],
            Self::Email => {
                &["same", "one letter other", "same name, other host", "same shared mailbox", "similar name", "same organisation's host", "different"]
            }
            Self::Phone => &["same", "same but for country or extension", "one digit other", "different"],
            Self::Organization => &["same", "nearly all words the same", "most words the same, or initials", "some words the same", "different"],
            Self::Identifier => &["same", "one digit other", "different"],
            Self::Web => &["same", "similar", "different"],
            Self::Gender | Self::Region => &["same", "different"],
            Self::BirthPlace | Self::Occupation | Self::Category => &["same", "similar", "different"],
        }
    }

    /// How many levels it has.
    pub const fn levels(self) -> usize {
        self.labels().len()
    }

    /// The attribute whose values it compares.
    pub const fn attribute(self) -> Attribute {
        match self {
            Self::Given | Self::Family => Attribute::Person,
            Self::Birth => Attribute::Birth,
            Self::Address => Attribute::Address,
            Self::Email => Attribute::Email,
            Self::Phone => Attribute::Phone,
            Self::Organization => Attribute::Organization,
            Self::Identifier => Attribute::Identifier,
            Self::Web => Attribute::Web,
            Self::Gender => Attribute::Gender,
            Self::BirthPlace => Attribute::BirthPlace,
            Self::Occupation => Attribute::Occupation,
            Self::Category => Attribute::Category,
            Self::Region => Attribute::Region,
        }
    }
}

/// The result of one comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The level, 0 the best; [`ABSENT`] when there is nothing to compare.
    pub level: u8,
    /// How likely an agreement on just this value is by chance; 0 when the level has one likelihood for all values.
    pub frequency: f32,
}

impl Outcome {
    /// Nothing to compare.
    pub const NONE: Self = Self { level: ABSENT, frequency: 0.0 };

    /// A level that all values reach equally likely by chance.
    pub const fn level(level: u8) -> Self {
        Self { level, frequency: 0.0 }
    }

    /// A level of a value of this frequency.
    pub const fn of(level: u8, frequency: f32) -> Self {
        Self { level, frequency }
    }

    /// The better of two; of equal ones the rarer.
    pub fn better(self, other: Self) -> Self {
        let (a, b) = ((self.level, self.frequency), (other.level, other.frequency));
        if b.0 < a.0 || b.0 == a.0 && b.1 < a.1 { other } else { self }
    }
}

/// The results of all comparisons of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcomes {
    /// One for each comparison.
    pub of: [Outcome; COMPARISONS],
    /// Whether a generation (senior, junior) is known of both and differs.
    pub generations_differ: bool,
}

impl Outcomes {
    /// All levels in one number, four bits each.
    pub fn pattern(&self) -> u64 {
        self.of.iter().enumerate().fold(0, |pattern, (at, outcome)| pattern | u64::from(outcome.level) << (4 * at))
    }
}

/// The level of one comparison in a pattern.
pub fn level_in(pattern: u64, comparison: usize) -> u8 {
    (pattern >> (4 * comparison) & 15) as u8
}

/// The segment of the model by which a pair is weighed.
pub fn is_organizations(left: Kind, right: Kind) -> bool {
    left == Kind::Organization || right == Kind::Organization
}

/// Compares two profiles of one vocabulary.
pub fn compare(vocabulary: &Vocabulary, left: Profile<'_>, right: Profile<'_>) -> Outcomes {
    let mut outcomes = Outcomes { of: [Outcome::NONE; COMPARISONS], generations_differ: false };
    let firms = is_organizations(left.kind, right.kind);
    let (mut at, mut other_at) = (0, 0);
    // Both lists are sorted by attribute: walk them side by side.
    while at < left.values.len() && other_at < right.values.len() {
        let (attribute, other) = (left.values[at].attribute(), right.values[other_at].attribute());
        if attribute < other {
            at += 1;
        } else if other < attribute {
            other_at += 1;
        } else {
            let end = run_end(left.values, at);
            let other_end = run_end(right.values, other_at);
            let pair = Pair { vocabulary, left: &left.values[at..end], right: &right.values[other_at..other_end], firms };
            pair.compare(attribute, &mut outcomes);
            (at, other_at) = (end, other_end);
        }
    }
    if tells_name_again(vocabulary, left, &outcomes) || tells_name_again(vocabulary, right, &outcomes) {
        outcomes.of[Comparison::Email as usize] = Outcome::NONE;
    }
    // Who lives in the same town lives in the same country: that is no second piece of evidence.
    if outcomes.of[Comparison::Address as usize].level < 7 {
        outcomes.of[Comparison::Region as usize] = Outcome::NONE;
    }
    outcomes
}

/// Whether two mailboxes of different hosts are alike only because two names are: "ann.lee@one.com" and "ann.lee@two.com".
fn tells_name_again(vocabulary: &Vocabulary, profile: Profile<'_>, outcomes: &Outcomes) -> bool {
    let level = |comparison: Comparison| outcomes.of[comparison as usize].level;
    if !matches!(level(Comparison::Email), 2 | 4) || level(Comparison::Given) > 3 && level(Comparison::Family) > 3 {
        return false;
    }
    let mut names = profile.of(Attribute::Person).iter().map(|value| vocabulary.persons.get(value.id()));
    names.any(|person| {
        let words = [person.given.first().copied(), person.whole_family];
        words.into_iter().flatten().map(|word| vocabulary.words.text(word)).filter(|word| word.len() >= 3).any(|word| {
            profile.of(Attribute::Email).iter().any(|value| {
                let local = &vocabulary.emails.text(value.id())[..vocabulary.emails.get(value.id()).local as usize];
                local.contains(word)
            })
        })
    })
}

fn run_end(values: &[Value], start: usize) -> usize {
    let attribute = values[start].attribute();
    values[start..].iter().position(|value| value.attribute() != attribute).map_or(values.len(), |length| start + length)
}

/// The values of one attribute on both sides.
struct Pair<'a> {
    vocabulary: &'a Vocabulary,
    left: &'a [Value],
    right: &'a [Value],
    firms: bool,
}

impl Pair<'_> {
    fn compare(&self, attribute: usize, outcomes: &mut Outcomes) {
        let comparison = match attribute {
            0 => {
                let names = name::persons(self.vocabulary, self.left, self.right);
                outcomes.of[Comparison::Given as usize] = self.spread(names.given);
                outcomes.of[Comparison::Family as usize] = self.spread(names.family);
                outcomes.generations_differ = names.generations_differ;
                return;
            }
            1 => Comparison::Organization,
            2 => Comparison::Birth,
            3 => Comparison::Address,
            4 => Comparison::Email,
            5 => Comparison::Phone,
            6 => Comparison::Identifier,
            7 => Comparison::Web,
            8 => Comparison::Gender,
            9 => Comparison::BirthPlace,
            10 => Comparison::Occupation,
            11 => Comparison::Category,
            _ => Comparison::Region,
        };
        let mut best = Outcome::NONE;
        for left in self.left {
            for right in self.right {
                best = best.better(self.values(comparison, left.id(), right.id()));
            }
        }
        outcomes.of[comparison as usize] = self.spread(best);
    }

    fn values(&self, comparison: Comparison, left: u32, right: u32) -> Outcome {
        let vocabulary = self.vocabulary;
        match comparison {
            Comparison::Organization => name::firms(vocabulary, left, right),
            Comparison::Birth => place::births(vocabulary, left, right),
            Comparison::Address => place::addresses(vocabulary, left, right),
            Comparison::Email => contact::emails(vocabulary, left, right, self.firms),
            Comparison::Phone => contact::phones(vocabulary, left, right),
            Comparison::Identifier => contact::identifiers(vocabulary, left, right),
            Comparison::Web => contact::webs(vocabulary, left, right),
            Comparison::Gender | Comparison::Region => contact::names_equal(vocabulary, left, right),
            _ => contact::texts(vocabulary, left, right),
        }
    }

    /// With several values on a side, two of them agree by chance more often.
    fn spread(&self, outcome: Outcome) -> Outcome {
        let pairs = (self.left.len() * self.right.len()) as f32;
        Outcome { frequency: (outcome.frequency * pairs.sqrt()).min(1.0), ..outcome }
    }
}
