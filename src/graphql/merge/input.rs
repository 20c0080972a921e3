//! What stewards write to merge parties and to take merges back.
use crate::{
    domain::{
        error::{Error, Refusals},
        id::PartyId,
        kind::MergeField as Field,
    },
    graphql::input::party_id,
    service::merge::{self, Seen, Wanted},
};
use async_graphql::{Enum, ID, InputObject};

/// What a merge decides between two parties.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "PartyMergeField", remote = "crate::domain::kind::MergeField")]
pub enum MergeField {
    /// The names, all of them together: a name is never put together from two parties'.
    Name,
    /// The primary e-mail address.
    Email,
    /// The primary phone number.
    Phone,
    /// The primary postal address.
    Address,
}

/// A party, as you saw it.
#[derive(InputObject)]
pub struct PartyToMergeInput {
    /// The party.
    pub party_id: ID,
    /// The version that you saw. If somebody changed the party since, nothing happens and STALE_VERSION tells the current one.
    pub expected_version: i64,
}

/// Whose value a field is to have.
#[derive(InputObject)]
pub struct PartyMergeChoiceInput {
    /// The field.
    pub field: MergeField,
    /// The party whose value goes on: the survivor or one of the absorbed.
    pub party_id: ID,
}

/// Parties that are one.
#[derive(InputObject)]
pub struct MergePartiesInput {
    /// The party that goes on. It must be active.
    pub survivor: PartyToMergeInput,
    /// The parties that are merged into it, in this order; at most 20.
    pub absorbed: Vec<PartyToMergeInput>,
    /// Where the rules are not to decide.
    #[graphql(default)]
    pub choices: Vec<PartyMergeChoiceInput>,
    /// Why.
    pub reason: Option<String>,
    /// Any text that is yours alone, for instance a UUID. The same call with the same key answers with the merges of the first one.
    pub idempotency_key: Option<String>,
}

impl MergePartiesInput {
    /// Reads the ids.
    ///
    /// # Errors
    /// `INVALID_ID`, all of them at once; `INVALID_ARGUMENT` for a field that is chosen twice.
    pub fn parse(&self) -> Result<Wanted, Error> {
        let mut refusals = Refusals::default();
        let seen = |party: &PartyToMergeInput| match party_id("partyId", &party.party_id) {
            Ok(id) => Ok(Seen { party: id, version: Some(party.expected_version) }),
            Err(refusal) => Err(refusal),
        };
        let survivor = refusals.take("survivor", seen(&self.survivor));
        let mut absorbed = Vec::new();
        for (i, party) in self.absorbed.iter().enumerate() {
            match seen(party) {
                Ok(seen) => absorbed.push(seen),
                Err(refusal) => refusals.push(refusal.at(i).at("absorbed")),
            }
        }
        let mut chosen = Vec::new();
        for (i, choice) in self.choices.iter().enumerate() {
            match party_id("partyId", &choice.party_id) {
                Ok(id) => chosen.push((Field::from(choice.field), id)),
                Err(refusal) => refusals.push(refusal.at(i).at("choices")),
            }
        }
        refusals.check()?;
        let survivor = survivor.ok_or_else(|| Error::internal("an id that was not refused is missing"))?;
        Ok(Wanted { survivor, absorbed, choices: merge::choices(chosen)?, reason: self.reason.clone() })
    }
}

/// Parties that are to be on their own again.
#[derive(InputObject)]
pub struct UnmergePartiesInput {
    /// The ids that were merged into others; at most 20. Others that were merged into the same survivor stay there.
    pub absorbed_ids: Vec<ID>,
    /// Why.
    pub reason: Option<String>,
}

impl UnmergePartiesInput {
    /// Reads the ids.
    ///
    /// # Errors
    /// `INVALID_ID`.
    pub fn parse(&self) -> Result<Vec<PartyId>, Error> {
        let parse = |(i, id): (usize, &ID)| PartyId::parse(id).map_err(|refusal| refusal.at(i).at("absorbedIds"));
        Ok(self.absorbed_ids.iter().enumerate().map(parse).collect::<Result<_, _>>()?)
    }
}
