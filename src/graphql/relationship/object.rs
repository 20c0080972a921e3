//! The types `RelationshipType` and `PartyRelationship`, and how a party gets its relationships.
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        relationship::{self, Relationship},
    },
    graphql::{
        context::{self, Nullable},
        input::graphql_id,
        party::Party,
        scalar::DateTime,
    },
};
use async_graphql::{Context, Description, Enum, ID, Object};

/// From which end a party looks at a relationship.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "relationship::RelationshipDirection")]
pub enum RelationshipDirection {
    /// The party is the first one: its label is the type's `label`.
    Outgoing,
    /// The party is the second one: its label is the type's `inverseLabel`.
    Incoming,
}

/// What two parties can be to each other, from a catalogue that is data.
#[derive(Description)]
pub struct RelationshipType(relationship::RelationshipType);

impl From<relationship::RelationshipType> for RelationshipType {
    fn from(relationship_type: relationship::RelationshipType) -> Self {
        Self(relationship_type)
    }
}

#[Object(use_type_description)]
impl RelationshipType {
    /// The code, for instance `WORKS_FOR`: what inputs name the type by.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// The name for people, read from the first party: "works for".
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// The name for people, read from the second party: "employs".
    async fn inverse_label(&self) -> &str {
        &self.0.inverse_label
    }
}

/// A relationship of a party with another one, as the first of them sees it.
#[derive(Description)]
pub struct PartyRelationship {
    relationship: Relationship,
    direction: relationship::RelationshipDirection,
    other: PartyId,
}

impl PartyRelationship {
    /// A relationship as one of its parties sees it.
    pub fn seen_from(party: PartyId, relationship: Relationship) -> Self {
        let (direction, other) = relationship.seen_from(party);
        Self { relationship, direction, other }
    }

    async fn load_type(&self, ctx: &Context<'_>) -> Result<relationship::RelationshipType, Error> {
        let types = context::loaders(ctx)?.relationship_types.load(()).await?.unwrap_or_default();
        let code = &self.relationship.code;
        types.get(code).cloned().ok_or_else(|| Error::internal(format!("parties are related as {code:?}, which is not in the catalogue")))
    }
}

#[Object(use_type_description)]
impl PartyRelationship {
    /// The id of the relationship, the same from both ends.
    async fn id(&self) -> ID {
        graphql_id(self.relationship.id.0)
    }

    /// Which type.
    #[graphql(name = "type")]
    async fn relationship_type(&self, ctx: &Context<'_>) -> Result<RelationshipType, Error> {
        self.load_type(ctx).await.map(RelationshipType)
    }

    /// The type's name for people as it reads from this party: "works for" for the person, "employs" for the employer.
    async fn label(&self, ctx: &Context<'_>) -> Result<String, Error> {
        let relationship_type = self.load_type(ctx).await?;
        Ok(match self.direction {
            relationship::RelationshipDirection::Outgoing => relationship_type.label,
            relationship::RelationshipDirection::Incoming => relationship_type.inverse_label,
        })
    }

    /// Which end this party is.
    async fn direction(&self) -> RelationshipDirection {
        self.direction.into()
    }

    /// The party at the other end.
    async fn party(&self, ctx: &Context<'_>) -> Nullable<Party> {
        let party = async { context::loaders(ctx)?.parties.load(self.other).await };
        party.await.map(|party| party.map(Party::from)).transpose()
    }

    /// What it is called in this case, for instance a job title.
    async fn title(&self) -> Option<&str> {
        self.relationship.title.as_deref()
    }

    /// Since when.
    async fn valid_from(&self) -> DateTime {
        self.relationship.valid_from.into()
    }

    /// Until when; null while it holds.
    async fn valid_to(&self) -> Option<DateTime> {
        self.relationship.valid_to.map(DateTime::from)
    }

    /// Who stated it: the subject of the token.
    async fn stated_by(&self) -> &str {
        &self.relationship.created_by
    }

    /// Who ended it: the subject of the token.
    async fn ended_by(&self) -> Option<&str> {
        self.relationship.ended_by.as_deref()
    }

    /// Why it ended.
    async fn end_reason(&self) -> Option<&str> {
        self.relationship.end_reason.as_deref()
    }
}

/// The relationships of a party from its point of view, current ones first.
pub async fn of_party(ctx: &Context<'_>, party: PartyId, include_ended: bool) -> Result<Vec<PartyRelationship>, Error> {
    let relationships = context::loaders(ctx)?.relationships.load(party).await?.unwrap_or_default();
    let shown = relationships.into_iter().filter(|relationship| include_ended || relationship.is_current());
    Ok(shown.map(|relationship| PartyRelationship::seen_from(party, relationship)).collect())
}
