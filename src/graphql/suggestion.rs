//! Suggestions in the graph: who somebody may be, how sure that is and why.
use super::{
    address::PostalAddressInput,
    context::{self, Nullable},
    page::list_complexity,
    party::{Party, PartyIdentifierInput, PartyKind, identifiers},
    payload::{PartyUserError, outcome},
};
use crate::{
    domain::{
        code::SourceKey,
        error::Error,
        id::PartyId,
        kind,
        matching::{
            compare::Comparison,
            model::{self, Evidence},
            online,
        },
        suggestion::{self, level_text},
    },
    service::{
        input::{AddressInput, PartyInput},
        suggestion::{check_limit, of_input, of_record},
    },
};
use async_graphql::{Context, Description, Enum, InputObject, Object, SimpleObject};

/// The parties of one answer when the caller does not say.
const DEFAULT_LIMIT: i32 = 10;

/// What is known of somebody who is perhaps a party already.
#[derive(InputObject)]
pub struct SuggestPartyMatchesInput {
    /// Person or organisation; left out when it is not known.
    pub kind: Option<PartyKind>,
    /// The name to show.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: Option<String>,
    /// A person's family name.
    pub family_name: Option<String>,
    /// An organisation's registered name.
    pub legal_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The postal address.
    pub address: Option<PostalAddressInput>,
    /// Numbers issued by somebody.
    #[graphql(default)]
    pub identifiers: Vec<PartyIdentifierInput>,
}

impl SuggestPartyMatchesInput {
    fn party(self) -> (PartyInput, Option<kind::PartyKind>) {
        let kind: Option<kind::PartyKind> = self.kind.map(kind::PartyKind::from);
        let guess = if self.legal_name.is_some() { kind::PartyKind::Organization } else { kind::PartyKind::Person };
        let input = PartyInput {
            kind: kind.unwrap_or(guess),
            display_name: self.display_name,
            given_name: self.given_name,
            family_name: self.family_name,
            legal_name: self.legal_name,
            email: self.email,
            phone: self.phone,
            address: self.address.map(AddressInput::from),
            identifiers: identifiers(self.identifiers),
            roles: Vec::new(),
        };
        (input, kind)
    }
}

/// What should be done about a party that somebody may be.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "online::Verdict")]
pub enum PartyMatchOutcome {
    /// So clear that nobody needs to look: a weight of 9 or more, 3 more than the next, and two independent sorts of evidence.
    AutoLink,
    /// A steward should look.
    Review,
    /// Somebody else, or forbidden.
    NoMatch,
}

/// Why two can never be one party, whatever their weight.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "online::Blocker")]
pub enum PartyMatchBlocker {
    /// Somebody decided that they are different.
    AssertedDifferent,
    /// A person and an organisation.
    KindsDiffer,
    /// Senior and junior.
    GenerationsDiffer,
    /// Two different verified identifiers of one scheme.
    VerifiedIdentifiersDiffer,
}

/// How two different parties are probably related.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "suggestion::Relation")]
pub enum PartyMatchRelation {
    /// Two persons of one household, or who work together.
    SameHouseholdOrFirm,
    /// A person and the organisation that it owns, works for or acts for.
    OwnerOrEmployee,
    /// Two organisations of one group or at one place.
    SameGroup,
}

/// What was compared.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum PartyMatchComparison {
    /// Given names.
    GivenName,
    /// Family names.
    FamilyName,
    /// Days of birth.
    BirthDate,
    /// Postal addresses.
    Address,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// Names of organisations or employers.
    OrganizationName,
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
    /// Country and region.
    Region,
    /// Not a comparison: what is taken because a household or a firm would agree in the same way.
    RelatedParties,
}

impl From<Comparison> for PartyMatchComparison {
    fn from(comparison: Comparison) -> Self {
        match comparison {
            Comparison::Given => Self::GivenName,
            Comparison::Family => Self::FamilyName,
            Comparison::Birth => Self::BirthDate,
            Comparison::Address => Self::Address,
            Comparison::Email => Self::Email,
            Comparison::Phone => Self::Phone,
            Comparison::Organization => Self::OrganizationName,
            Comparison::Identifier => Self::Identifier,
            Comparison::Web => Self::Web,
            Comparison::Gender => Self::Gender,
            Comparison::BirthPlace => Self::BirthPlace,
            Comparison::Occupation => Self::Occupation,
            Comparison::Category => Self::Category,
            Comparison::Region => Self::Region,
        }
    }
}

/// One piece of evidence.
#[derive(SimpleObject)]
pub struct PartyMatchEvidence {
    /// What was compared.
    pub comparison: PartyMatchComparison,
    /// What came out, in words.
    pub level: &'static str,
    /// What it adds to the weight, in bits; below zero it speaks against.
    pub weight: f64,
    /// How much of that the rarity of the value adds or takes.
    pub frequency_weight: f64,
}

/// A party that somebody may be.
#[derive(Description)]
pub struct PartyMatchSuggestion(suggestion::Suggestion);

#[Object(use_type_description)]
impl PartyMatchSuggestion {
    /// The party; null in the moment in which it was merged away.
    async fn party(&self, ctx: &Context<'_>) -> Nullable<Party> {
        load(ctx, self.0.party).await.transpose()
    }

    /// What should be done.
    async fn outcome(&self) -> PartyMatchOutcome {
        self.0.verdict.into()
    }

    /// log2 of the odds that they are one party: the prior and the weights of all evidence added up.
    async fn weight(&self) -> f64 {
        self.0.evidence.weight
    }

    /// The probability that they are one party: 1 / (1 + 2^-weight).
    async fn probability(&self) -> f64 {
        self.0.evidence.probability()
    }

    /// The weight of two of whom nothing is known.
    async fn prior(&self) -> f64 {
        self.0.evidence.prior
    }

    /// What speaks for and against it.
    async fn evidence(&self) -> Vec<PartyMatchEvidence> {
        evidence(&self.0.evidence)
    }

    /// What forbids that they are one party.
    async fn blockers(&self) -> Vec<PartyMatchBlocker> {
        self.0.blockers.iter().copied().map(PartyMatchBlocker::from).collect()
    }

    /// How they are probably related, when they are most likely not the same.
    async fn relation(&self) -> Option<PartyMatchRelation> {
        self.0.relation.map(PartyMatchRelation::from)
    }
}

fn evidence(evidence: &Evidence) -> Vec<PartyMatchEvidence> {
    let part = |part: &model::Part| PartyMatchEvidence {
        comparison: part.comparison.into(),
        level: level_text(part.comparison, part.level),
        weight: part.bits + part.frequency_bits,
        frequency_weight: part.frequency_bits,
    };
    let related = PartyMatchEvidence {
        comparison: PartyMatchComparison::RelatedParties,
        level: "a household or firm would agree in the same way",
        weight: evidence.related,
        frequency_weight: 0.0,
    };
    evidence.parts.iter().map(part).chain([related]).collect()
}

async fn load(ctx: &Context<'_>, party: PartyId) -> Result<Option<Party>, Error> {
    Ok(context::loaders(ctx)?.parties.load(party).await?.map(Party::from))
}

/// Everybody that somebody may be.
#[derive(SimpleObject)]
pub struct PartyMatchSuggestions {
    /// What should be done about the best.
    pub outcome: PartyMatchOutcome,
    /// The model by which they were weighed. The same model weighs the same evidence alike.
    pub model: String,
    /// The parties, the best first: those that are likely the same, or likely related.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    pub candidates: Vec<PartyMatchSuggestion>,
}

impl From<suggestion::Suggestions> for PartyMatchSuggestions {
    fn from(suggestions: suggestion::Suggestions) -> Self {
        Self {
            outcome: suggestions.verdict().into(),
            model: suggestions.model.to_string(),
            candidates: suggestions.parties.into_iter().map(PartyMatchSuggestion).collect(),
        }
    }
}

/// Whom the somebody may be, or what was wrong with the values.
#[derive(SimpleObject)]
pub struct SuggestPartyMatchesPayload {
    /// The suggestions; null when the values were refused.
    pub suggestions: Option<PartyMatchSuggestions>,
    /// What is wrong with the values; empty when nothing is.
    pub user_errors: Vec<PartyUserError>,
}

/// The root field that suggests.
#[derive(Default)]
pub struct SuggestionQuery;

#[Object]
impl SuggestionQuery {
    /// Which parties the somebody may be of whom something is known, with the evidence; nothing is changed. Needs the scopes `party:read` and
    /// `party:pii`.
    #[graphql(complexity = "suggestion_complexity(child_complexity)")]
    async fn suggest_party_matches(
        &self,
        ctx: &Context<'_>,
        input: SuggestPartyMatchesInput,
        #[graphql(desc = "How many parties at most: 1 to 50, 10 when left out.")] limit: Option<i32>,
    ) -> Nullable<SuggestPartyMatchesPayload> {
        Some(suggest(ctx, input, limit).await)
    }
}

async fn suggest(ctx: &Context<'_>, input: SuggestPartyMatchesInput, limit: Option<i32>) -> Result<SuggestPartyMatchesPayload, Error> {
    let limit = limit_of(limit)?;
    let (input, kind) = input.party();
    let (suggestions, user_errors) = outcome(of_input(context::request(ctx)?, &input, kind, limit).await)?;
    Ok(SuggestPartyMatchesPayload { suggestions: suggestions.map(PartyMatchSuggestions::from), user_errors })
}

fn limit_of(limit: Option<i32>) -> Result<usize, Error> {
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(0);
    check_limit(limit)?;
    Ok(limit)
}

/// What suggestions cost of a request's complexity: each object's are looked for by themselves.
pub fn suggestion_complexity(child_complexity: usize) -> usize {
    child_complexity.saturating_add(100)
}

/// The suggestions of a source record.
pub async fn of_source_record(ctx: &Context<'_>, key: &SourceKey, limit: Option<i32>) -> Result<Option<PartyMatchSuggestions>, Error> {
    let limit = limit_of(limit)?;
    Ok(of_record(context::request(ctx)?, key, limit).await?.map(PartyMatchSuggestions::from))
}

/// The parties that are perhaps the same as one.
pub async fn of_party(ctx: &Context<'_>, party: PartyId, limit: Option<i32>) -> Result<Option<PartyMatchSuggestions>, Error> {
    let limit = limit_of(limit)?;
    let suggestions = context::loaders(ctx)?.duplicates.load(party).await?;
    Ok(suggestions.map(|mut suggestions| {
        suggestions.parties.truncate(limit);
        suggestions.into()
    }))
}
