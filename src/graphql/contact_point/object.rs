//! The type `ContactPoint`.
use crate::{
    domain::{self, kind},
    graphql::{
        address::PostalAddress,
        context::{Nullable, personal},
        input::graphql_id,
        scalar::DateTime,
    },
};
use async_graphql::{Context, Description, Enum, ID, Object};

/// What a contact point is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::ContactKind")]
pub enum ContactPointKind {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A postal address.
    Address,
    /// A web address.
    Web,
}

/// One way to reach a party, with what it is used for and how far it can be relied on. It ends, but is never deleted.
#[derive(Clone, Description)]
pub struct ContactPoint(domain::contact_point::ContactPoint);

impl From<domain::contact_point::ContactPoint> for ContactPoint {
    fn from(point: domain::contact_point::ContactPoint) -> Self {
        Self(point)
    }
}

#[Object(use_type_description)]
impl ContactPoint {
    /// The id, a UUID.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// What it is.
    async fn kind(&self) -> ContactPointKind {
        self.0.kind.into()
    }

    /// The value for people; a postal address in one line. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn value(&self, ctx: &Context<'_>) -> Nullable<&str> {
        personal(ctx, Some(self.0.value.as_str()))
    }

    /// The value as it is compared: two spellings of one e-mail address, phone number or address have the same. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn normalized_value(&self, ctx: &Context<'_>) -> Nullable<&str> {
        personal(ctx, Some(self.0.key.as_str()))
    }

    /// The parts of a postal address; null for the other kinds. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn address(&self, ctx: &Context<'_>) -> Nullable<PostalAddress> {
        personal(ctx, self.0.address.clone().map(PostalAddress::from))
    }

    /// What it is used for, for instance BILLING or DELIVERY.
    async fn purposes(&self) -> &[String] {
        &self.0.purposes
    }

    /// Whether it is the party's first choice of its kind: the one that the party's own fields show.
    async fn is_primary(&self) -> bool {
        self.0.is_primary
    }

    /// Whether several people use it. A shared e-mail address identifies nobody.
    async fn is_shared(&self) -> bool {
        self.0.is_shared
    }

    /// When it was proved to belong to the party.
    async fn verified_at(&self) -> Option<DateTime> {
        self.0.verified_at.map(DateTime::from)
    }

    /// Who proved it, and in brackets by what method.
    async fn verified_by(&self) -> Option<&str> {
        self.0.verified_by.as_deref()
    }

    /// Since when it is in use.
    async fn valid_from(&self) -> DateTime {
        self.0.valid_from.into()
    }

    /// When it ended; null while it is in use.
    async fn valid_to(&self) -> Option<DateTime> {
        self.0.valid_to.map(DateTime::from)
    }
}
