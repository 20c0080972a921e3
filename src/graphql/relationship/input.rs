//! What callers write to change relationships.
use crate::graphql::scalar::DateTime;
use async_graphql::{ID, InputObject};

/// Two parties that are to be related: `from` is the one from which the type's label is read.
#[derive(InputObject)]
pub struct RelatePartiesInput {
    /// The first party: for WORKS_FOR the person.
    pub from_party_id: ID,
    /// The second party: for WORKS_FOR the employer.
    pub to_party_id: ID,
    /// The type's code, one of `relationshipTypes`.
    #[graphql(name = "type")]
    pub relationship_type: String,
    /// What it is called in this case, for instance a job title.
    pub title: Option<String>,
    /// Since when; not in the future. Now when absent.
    pub valid_from: Option<DateTime>,
}

/// A relationship that is to end.
#[derive(InputObject)]
pub struct EndRelationshipInput {
    /// The relationship.
    pub relationship_id: ID,
    /// Why.
    pub reason: Option<String>,
}
