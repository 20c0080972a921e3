//! Finding a party by evidence, or making it.
use super::{
    Party,
    input::{PartyIdentifierInput, identifiers},
    object::PartyKind,
};
use crate::{
    domain::{error::Error, link::Presented},
    graphql::{
        address::PostalAddressInput,
        context::{self, Nullable},
        input::{SourceKeyInput, graphql_id},
        page::list_complexity,
        payload::{PartyUserError, is_outcome, item_errors},
    },
    service::{
        find_or_create::{Evidence, FoundBy, Outcome, find_or_create, find_or_create_one},
        input::{AddressInput, PartyInput},
        source_record::RecordInput,
    },
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

/// What an engine knows of a person or organisation. Anything may be left out; the more is given, the surer the party is found.
#[derive(InputObject)]
pub struct FindOrCreatePartyInput {
    /// The engine's own record of the party. It is registered with the values given here and linked to the party.
    pub source: Option<SourceKeyInput>,
    /// Person or organisation; counts only when the party is made.
    #[graphql(default_with = "PartyKind::Person")]
    pub kind: PartyKind,
    /// The name to show.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: Option<String>,
    /// A person's family name.
    pub family_name: Option<String>,
    /// An organisation's registered name.
    pub legal_name: Option<String>,
    /// The e-mail address. One that is verified or primary at a party, and not shared, finds it.
    pub email: Option<String>,
    /// The phone number. By itself it never finds a party, because people share phones.
    pub phone: Option<String>,
    /// The postal address.
    pub address: Option<PostalAddressInput>,
    /// Numbers issued by somebody. One that belongs to a party finds it.
    #[graphql(default)]
    pub identifiers: Vec<PartyIdentifierInput>,
    /// The code of a role that the party holds in any case afterwards.
    pub role: Option<String>,
    /// Any text that is yours alone, for instance a UUID: the same call with the same key answers with the party of the first one. Only somebody
    /// without source record, identifier and e-mail address needs it. Not used by `findOrCreateParties`.
    pub idempotency_key: Option<String>,
}

impl FindOrCreatePartyInput {
    fn evidence(self) -> Evidence {
        let is_person = self.kind == PartyKind::Person;
        let shown = self.display_name.clone().or_else(|| self.legal_name.clone());
        let presented = Presented {
            display_name: shown.clone().filter(|_| is_person),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            organization_name: shown.filter(|_| !is_person),
            email: self.email.clone(),
            phone: self.phone.clone(),
            address: self.address.as_ref().and_then(PostalAddressInput::in_one_line),
        };
        Evidence {
            source: self.source.map(|SourceKeyInput { system, record_type, id }| RecordInput { system, record_type, record_id: id.0, presented }),
            party: PartyInput {
                kind: self.kind.into(),
                display_name: self.display_name,
                given_name: self.given_name,
                family_name: self.family_name,
                legal_name: self.legal_name,
                email: self.email,
                phone: self.phone,
                address: self.address.map(AddressInput::from),
                identifiers: identifiers(self.identifiers),
                roles: Vec::new(),
            },
            role: self.role,
        }
    }
}

/// Several parties to find or make.
#[derive(InputObject)]
pub struct FindOrCreatePartiesInput {
    /// At most 1,000 items. They are worked through in order; an item also finds what an earlier one made.
    pub items: Vec<FindOrCreatePartyInput>,
}

/// By what a party was found.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "FoundBy")]
pub enum PartyFoundBy {
    /// The source record was linked to it.
    SourceRecord,
    /// It has the identifier.
    Identifier,
    /// It has the e-mail address, verified or as its primary one, and nobody shares it.
    Email,
    /// All evidence together, so clear that nobody needs to look: the outcome AUTO_LINK of `suggestPartyMatches`.
    Match,
}

/// The party that was found or made.
#[derive(SimpleObject)]
pub struct FindOrCreatePartyPayload {
    /// The party; null when the evidence was refused.
    pub party: Option<Party>,
    /// Whether it was made.
    pub created: bool,
    /// By what it was found; null when it was made.
    pub found_by: Option<PartyFoundBy>,
    /// The review task that asks a steward whether the party, which was made, is one that was there already; null when nobody is like it. Not told by
    /// `findOrCreateParties`, which leaves that to the search for duplicates.
    pub review_task_id: Option<ID>,
    /// Why nothing was found or made; empty when it was. AMBIGUOUS_MATCH names the candidates.
    pub user_errors: Vec<PartyUserError>,
}

/// The parties that were found or made.
#[derive(SimpleObject)]
pub struct FindOrCreatePartiesPayload {
    /// One result for each item, in the same order. A refused item does not harm the others.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    pub results: Vec<FindOrCreatePartyPayload>,
}

/// Root fields that find or make parties.
#[derive(Default)]
pub struct FindOrCreateMutation;

#[Object]
impl FindOrCreateMutation {
    /// Finds the party that some evidence speaks of, or makes it. Tried in this order: the active link of the source record, an identifier,
    /// an e-mail address, and all evidence together if it is so clear that nobody needs to look. Whoever may be a party that is there already is made,
    /// and a steward is asked. The same call twice, even at the same time, makes one party.
    /// A source record is registered and linked in the same step. Needs the scope `party:write`; a token with `engine:` scopes takes
    /// records of those engines only.
    async fn find_or_create_party(&self, ctx: &Context<'_>, input: FindOrCreatePartyInput) -> Nullable<FindOrCreatePartyPayload> {
        Some(one(ctx, input).await)
    }

    /// Does the same for up to 1,000 items in one transaction. Needs the scope `party:write`.
    async fn find_or_create_parties(&self, ctx: &Context<'_>, input: FindOrCreatePartiesInput) -> Nullable<FindOrCreatePartiesPayload> {
        Some(many(ctx, input).await)
    }
}

async fn one(ctx: &Context<'_>, mut input: FindOrCreatePartyInput) -> Result<FindOrCreatePartyPayload, Error> {
    let key = input.idempotency_key.take();
    let outcome = match find_or_create_one(context::request(ctx)?, &input.evidence(), key.as_deref()).await {
        // A key that was used for something else is an outcome of this item.
        Err(Error::Refused(refusals)) if refusals.iter().all(|refusal| is_outcome(refusal.code)) => Err(refusals),
        done => done?,
    };
    Ok(payload(outcome, &[]))
}

async fn many(ctx: &Context<'_>, input: FindOrCreatePartiesInput) -> Result<FindOrCreatePartiesPayload, Error> {
    let items: Vec<Evidence> = input.items.into_iter().map(FindOrCreatePartyInput::evidence).collect();
    let outcomes = find_or_create(context::request(ctx)?, &items).await?;
    let results = outcomes.into_iter().enumerate().map(|(i, outcome)| payload(outcome, &["items".to_owned(), i.to_string()])).collect();
    Ok(FindOrCreatePartiesPayload { results })
}

/// The payload of one item that stands at a place in the input.
fn payload(outcome: Outcome, place: &[String]) -> FindOrCreatePartyPayload {
    match outcome {
        Ok(found) => FindOrCreatePartyPayload {
            party: Some(found.party.into()),
            created: found.created,
            found_by: found.by.map(PartyFoundBy::from),
            review_task_id: found.review.map(|id| graphql_id(id.0)),
            user_errors: Vec::new(),
        },
        Err(refusals) => {
            let refusals = refusals.into_iter().map(|refusal| place.iter().rev().fold(refusal, |refusal, step| refusal.at(step)));
            FindOrCreatePartyPayload {
                party: None,
                created: false,
                found_by: None,
                review_task_id: None,
                user_errors: item_errors(refusals.collect()),
            }
        }
    }
}
