//! One record against candidate parties: suggestions with their evidence.
use super::{
    compare::{Comparison, compare, is_organizations},
    features::Features,
    model::{Evidence, Model},
    vocabulary::{Population, Profile, Value, Vocabulary},
};
use std::collections::BTreeSet;

/// The weight from which a link may be made without asking.
pub const AUTO_WEIGHT: f64 = 9.0;

/// Bits by which the best party must lead the next one for that.
pub const AUTO_MARGIN: f64 = 3.0;

/// Independent sorts of evidence that must speak for a party for that.
pub const AUTO_GROUPS: usize = 2;

/// Bits from which a sort of evidence speaks for a party.
const SPEAKING_BITS: f64 = 2.0;

/// A record, or a party with everything that its records ever said.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its normalised values.
    pub features: &'a Features,
    /// Identifiers that were verified and that only one party can have, as features (`scheme:value`).
    pub verified: &'a [String],
}

/// A party that may be the record's.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// What it is.
    pub subject: Subject<'a>,
    /// Whether somebody decided that record and party are different.
    pub asserted_different: bool,
}

/// Why two can never be one party, whatever their weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// Somebody decided so.
    AssertedDifferent,
    /// A person and an organisation.
    KindsDiffer,
    /// Senior and junior.
    GenerationsDiffer,
    /// Two different verified identifiers of one scheme.
    VerifiedIdentifiersDiffer,
}

/// What should be done about a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// So clear that nobody needs to look.
    AutoLink,
    /// A steward should look.
    Review,
    /// Most likely somebody else.
    NoMatch,
}

/// A candidate with what speaks for and against it.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Its place in the list of candidates.
    pub candidate: usize,
    /// The evidence; its parts add up to the weight.
    pub evidence: Evidence,
    /// What forbids it.
    pub blockers: Vec<Blocker>,
    /// What should be done.
    pub verdict: Verdict,
}

/// Weighs the candidates of a record; the best first, and of equal ones in the order in which they were given.
pub fn suggest(model: &Model, population: &Population, record: Subject<'_>, candidates: &[Candidate<'_>]) -> Vec<Suggestion> {
    let mut vocabulary = Vocabulary::default();
    let own = vocabulary.number(record.features);
    let values: Vec<Vec<Value>> = candidates.iter().map(|candidate| vocabulary.number(candidate.subject.features)).collect();
    vocabulary.populate(population);
    let profile = Profile { kind: record.features.kind, values: &own };
    let mut suggestions: Vec<Suggestion> = candidates
        .iter()
        .zip(&values)
        .enumerate()
        .map(|(number, (candidate, values))| {
            let kind = candidate.subject.features.kind;
            let outcomes = compare(&vocabulary, profile, Profile { kind, values });
            let evidence = model.segment(is_organizations(profile.kind, kind)).evidence(&outcomes);
            let blockers = blockers(record, candidate, outcomes.generations_differ);
            Suggestion { candidate: number, evidence, blockers, verdict: Verdict::NoMatch }
        })
        .collect();
    suggestions.sort_by(|a, b| b.evidence.weight.total_cmp(&a.evidence.weight));
    judge(&mut suggestions);
    suggestions
}

fn blockers(record: Subject<'_>, candidate: &Candidate<'_>, generations_differ: bool) -> Vec<Blocker> {
    let scheme = |identifier: &String| identifier.split(':').next().unwrap_or("").to_owned();
    let verified = candidate.subject.verified.iter().any(|one| record.verified.iter().any(|other| scheme(one) == scheme(other) && one != other))
        && !candidate.subject.verified.iter().any(|one| record.verified.contains(one));
    let rules = [
        (candidate.asserted_different, Blocker::AssertedDifferent),
        (record.features.kind.differs(candidate.subject.features.kind), Blocker::KindsDiffer),
        (generations_differ, Blocker::GenerationsDiffer),
        (verified, Blocker::VerifiedIdentifiersDiffer),
    ];
    rules.into_iter().filter(|(fires, _)| *fires).map(|(_, blocker)| blocker).collect()
}

fn judge(suggestions: &mut [Suggestion]) {
    let mut open = suggestions.iter().filter(|suggestion| suggestion.blockers.is_empty()).map(|suggestion| suggestion.evidence.weight);
    let (best, next) = (open.next(), open.next().unwrap_or(f64::MIN));
    for suggestion in suggestions.iter_mut().filter(|suggestion| suggestion.blockers.is_empty()) {
        let weight = suggestion.evidence.weight;
        let clear = Some(weight) == best && weight >= AUTO_WEIGHT && weight - next >= AUTO_MARGIN && groups(&suggestion.evidence) >= AUTO_GROUPS;
        suggestion.verdict = if clear {
            Verdict::AutoLink
        } else if weight >= 0.0 {
            Verdict::Review
        } else {
            Verdict::NoMatch
        };
    }
}

/// How many independent sorts of evidence speak for a pair.
pub fn groups(evidence: &Evidence) -> usize {
    let speaking = evidence.parts.iter().filter(|part| part.bits + part.frequency_bits >= SPEAKING_BITS);
    speaking.map(|part| group(part.comparison)).collect::<BTreeSet<u8>>().len()
}

/// Comparisons that tend to agree together are one sort of evidence.
const fn group(comparison: Comparison) -> u8 {
    match comparison {
        Comparison::Given | Comparison::Family | Comparison::Gender => 0,
        Comparison::Birth | Comparison::BirthPlace => 1,
        Comparison::Address | Comparison::Region => 2,
        Comparison::Email => 3,
        Comparison::Phone => 4,
        Comparison::Organization | Comparison::Web | Comparison::Occupation => 5,
        Comparison::Identifier => 6,
        Comparison::Category => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::matching::input::{Entry, Field, features};

    fn person(given: &str, family: &str, email: &str, phone: &str) -> Features {
        let fields = [Field::GivenName, Field::FamilyName, Field::Email, Field::Phone];
        let texts = [given, family, email, phone];
        let entries: Vec<Entry<'_>> = fields.iter().zip(texts).map(|(field, text)| Entry { field, group: 0, text }).collect();
        features(&entries)
    }

    fn subject(features: &Features) -> Subject<'_> {
        Subject { features, verified: &[] }
    }

    /// Among 10,000 records, of which two share a value where nothing else is said.
    fn suggested(record: &Features, parties: &[&Features]) -> Vec<Suggestion> {
        let candidates: Vec<Candidate<'_>> = parties.iter().map(|party| Candidate { subject: subject(party), asserted_different: false }).collect();
        suggest(&Model::shipped(10_000), &Population { total: 10_000, ..Population::default() }, subject(record), &candidates)
    }

    #[test]
    fn evidence_adds_up() {
        let record = person("Bob", "Miller", "bob.miller@gmail.com", "+1 415 880 3750");
        let party = person("Robert", "Miller", "bob.miller@gmail.com", "(415) 880-3750");
        let suggestion = &suggested(&record, &[&party])[0];
        let evidence = &suggestion.evidence;
        let sum = evidence.prior + evidence.related + evidence.parts.iter().map(|part| part.bits + part.frequency_bits).sum::<f64>();
        assert!((sum - evidence.weight).abs() < 1e-9);
        assert_eq!(suggestion.verdict, Verdict::AutoLink, "{evidence:?}");
        assert!(evidence.related <= 0.0 && evidence.probability() > 0.99);
    }

    #[test]
    fn the_family_is_related_and_not_the_same() {
        let record = person("Tom", "Miller", "family.miller@example.com", "+1 415 880 3750");
        let wife = person("Susan", "Miller", "family.miller@example.com", "+1 415 880 3750");
        let suggestion = &suggested(&record, &[&wife])[0];
        assert_ne!(suggestion.verdict, Verdict::AutoLink, "{:?}", suggestion.evidence);
        // Without the class of related parties this pair would weigh 16 bits.
        assert!(suggestion.evidence.related < -14.0 && suggestion.evidence.related_probability > 0.3, "{:?}", suggestion.evidence);
    }

    #[test]
    fn rules_stand_above_the_weight() {
        let record = person("David", "Dobbins Jr", "d@dobbins.example", "");
        let senior = person("David", "Dobbins Sr", "d@dobbins.example", "");
        assert_eq!(suggested(&record, &[&senior])[0].blockers, [Blocker::GenerationsDiffer]);
        let (one, other) = (["passport:123456".to_owned()], ["passport:654321".to_owned()]);
        let candidate = Candidate { subject: Subject { features: &record, verified: &other }, asserted_different: true };
        let found = suggest(&Model::shipped(100), &Population::default(), Subject { features: &record, verified: &one }, &[candidate]);
        assert_eq!(found[0].blockers, [Blocker::AssertedDifferent, Blocker::VerifiedIdentifiersDiffer]);
        assert_eq!(found[0].verdict, Verdict::NoMatch);
    }

    #[test]
    fn two_that_are_alike_are_for_a_steward() {
        let record = person("Ann", "Miller", "ann.miller@example.com", "");
        let found = suggested(&record, &[&record, &record.clone()]);
        assert!(found.iter().all(|suggestion| suggestion.verdict == Verdict::Review));
    }
}
