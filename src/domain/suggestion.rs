//! Suggestions: which parties somebody may be, how sure that is and why.
use super::{
    id::PartyId,
    matching::{
        compare::Comparison,
        facts::Facts,
        features::{Features, Kind},
        model::{Evidence, Model, probability},
        online::{self, Blocker, Candidate, Subject, Verdict},
        vocabulary::Population,
    },
};
use rustc_hash::FxHashMap;
use serde_json::json;

/// From which probability two different parties are said to be related.
const RELATED: f64 = 0.5;

/// The least population that is reckoned with, so that a company with three parties is not sure of everything.
const LEAST_POPULATION: u32 = 1_024;

/// The model by which something was weighed. The same model weighs the same evidence alike for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelVersion {
    /// The number of parties that it reckons with: a power of two, so that it seldom changes.
    population: u32,
}

impl ModelVersion {
    /// The shipped model for a company with so many parties.
    pub fn shipped(parties: u32) -> Self {
        Self { population: parties.clamp(LEAST_POPULATION, 1 << 30).next_power_of_two() }
    }

    fn model(&self) -> Model {
        Model::shipped(self.population as usize)
    }
}

impl std::fmt::Display for ModelVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "shipped-1/{}", self.population)
    }
}

/// A party that was found by a key, with everything that its records ever said.
#[derive(Clone, Debug)]
pub struct Found {
    /// The party.
    pub party: PartyId,
    /// What is said of it.
    pub facts: Facts,
    /// Whether somebody decided that it is not the one that is looked for.
    pub asserted_different: bool,
}

/// How two different parties are probably related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Two persons of one household, or who work together.
    SameHouseholdOrFirm,
    /// A person and the organisation that it owns, works for or acts for.
    OwnerOrEmployee,
    /// Two organisations of one group or at one place.
    SameGroup,
}

/// A party that somebody may be.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The party.
    pub party: PartyId,
    /// The evidence; its parts add up to the weight.
    pub evidence: Evidence,
    /// What forbids that they are one.
    pub blockers: Vec<Blocker>,
    /// What should be done.
    pub verdict: Verdict,
    /// How they are probably related, when they are most likely not the same.
    pub relation: Option<Relation>,
}

/// Everybody that somebody may be, the best first.
#[derive(Clone, Debug)]
pub struct Suggestions {
    /// The model by which they were weighed.
    pub model: ModelVersion,
    /// The parties.
    pub parties: Vec<Suggestion>,
}

impl Suggestions {
    /// What should be done about the best.
    pub fn verdict(&self) -> Verdict {
        let open = self.parties.iter().map(|suggestion| suggestion.verdict);
        open.min_by_key(|verdict| *verdict as u8).unwrap_or(Verdict::NoMatch)
    }

    /// The best that nothing forbids.
    pub fn best(&self) -> Option<&Suggestion> {
        self.parties.iter().find(|suggestion| suggestion.verdict != Verdict::NoMatch)
    }
}

impl Suggestion {
    /// The evidence as it is kept with a link or a task: enough to follow it without this program.
    pub fn told(&self, model: &ModelVersion) -> serde_json::Value {
        let part = |part: &super::matching::model::Part| json!({ "comparison": comparison_name(part.comparison), "level": level_text(part.comparison, part.level), "bits": part.bits, "frequencyBits": part.frequency_bits });
        json!({
            "model": model.to_string(),
            "prior": self.evidence.prior,
            "parts": self.evidence.parts.iter().map(part).collect::<Vec<_>>(),
            "related": self.evidence.related,
            "weight": self.evidence.weight,
            "probability": probability(self.evidence.weight),
        })
    }
}

/// Weighs the parties that were found. Those that are neither likely the same nor likely related are left out.
pub fn weigh(total: u32, record: &Facts, found: &[Found], counts: &FxHashMap<String, u32>) -> Suggestions {
    let model = ModelVersion::shipped(total);
    let (features, verified) = record.features();
    let population: Population = record.population(model.population, &features, counts);
    let profiles: Vec<(Features, &[String])> = found.iter().map(|found| found.facts.features()).collect();
    let candidates: Vec<Candidate<'_>> = found
        .iter()
        .zip(&profiles)
        .map(|(found, (features, verified))| Candidate { subject: Subject { features, verified }, asserted_different: found.asserted_different })
        .collect();
    let weighed = online::suggest(&model.model(), &population, Subject { features: &features, verified }, &candidates);
    let parties = weighed.into_iter().map(|weighed| {
        let online::Suggestion { candidate, evidence, blockers, verdict } = weighed;
        let is_same = verdict != Verdict::NoMatch;
        let related = !is_same && (evidence.related_probability >= RELATED || blockers.contains(&Blocker::KindsDiffer) && evidence.weight >= 0.0);
        let relation = related.then(|| relation(features.kind, profiles[candidate].0.kind));
        Suggestion { party: found[candidate].party, evidence, blockers, verdict, relation }
    });
    let telling =
        |suggestion: &Suggestion| suggestion.verdict != Verdict::NoMatch || suggestion.relation.is_some() || suggestion.evidence.weight >= 0.0;
    Suggestions { model, parties: parties.filter(telling).collect() }
}

fn relation(one: Kind, other: Kind) -> Relation {
    match (one, other) {
        (Kind::Organization, Kind::Organization) => Relation::SameGroup,
        (Kind::Organization, _) | (_, Kind::Organization) => Relation::OwnerOrEmployee,
        _ => Relation::SameHouseholdOrFirm,
    }
}

/// What a comparison is called where it is shown.
pub fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Given => "GIVEN_NAME",
        Comparison::Family => "FAMILY_NAME",
        Comparison::Birth => "BIRTH_DATE",
        Comparison::Address => "ADDRESS",
        Comparison::Email => "EMAIL",
        Comparison::Phone => "PHONE",
        Comparison::Organization => "ORGANIZATION_NAME",
        Comparison::Identifier => "IDENTIFIER",
        Comparison::Web => "WEB",
        Comparison::Gender => "GENDER",
        Comparison::BirthPlace => "BIRTH_PLACE",
        Comparison::Occupation => "OCCUPATION",
        Comparison::Category => "CATEGORY",
        Comparison::Region => "REGION",
    }
}

/// What the level of a comparison says.
pub fn level_text(comparison: Comparison, level: u8) -> &'static str {
    comparison.labels().get(usize::from(level)).copied().unwrap_or_default()
}
