//! The types `RoleType` and `PartyRole`, and how a party gets its roles.
use crate::{
    domain::{self, code::RoleCode, error::Error, id::PartyId, kind, role::RoleHolding},
    graphql::{context, input::graphql_id, scalar::DateTime},
};
use async_graphql::{Context, Description, Enum, ID, Object};

/// On which side of the business a role stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::RoleSide")]
pub enum RoleSide {
    /// Its holders buy from the company.
    Buys,
    /// Its holders sell to the company.
    Sells,
    /// Its holders do both.
    Both,
}

/// What a party can be to the company, from a catalogue that is data: the system's entries, and those that the company added.
#[derive(Description)]
pub struct RoleType(domain::role::RoleType);

impl From<domain::role::RoleType> for RoleType {
    fn from(role_type: domain::role::RoleType) -> Self {
        Self(role_type)
    }
}

#[Object(use_type_description)]
impl RoleType {
    /// The code, for instance `sales_customer`: what inputs and filters name the role by.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// The name for people.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// On which side of the business its holders stand.
    async fn side(&self) -> RoleSide {
        self.0.side.into()
    }

    /// Whether it came with the program: then it cannot be changed.
    async fn is_system(&self) -> bool {
        self.0.is_system
    }
}

/// One holding of a role by a party, from a time on, perhaps until another.
#[derive(Description)]
pub struct PartyRole(RoleHolding);

#[Object(use_type_description)]
impl PartyRole {
    /// The id of the holding.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// Which role.
    async fn role(&self, ctx: &Context<'_>) -> Result<RoleType, Error> {
        role_type(ctx, &self.0.code).await
    }

    /// Whether it is the party's primary role now.
    async fn is_primary(&self) -> bool {
        self.0.is_primary
    }

    /// Since when the party holds it.
    async fn valid_from(&self) -> DateTime {
        self.0.valid_from.into()
    }

    /// Until when the party held it; null while it does.
    async fn valid_to(&self) -> Option<DateTime> {
        self.0.valid_to.map(DateTime::from)
    }

    /// Who assigned it: the subject of the token.
    async fn assigned_by(&self) -> &str {
        &self.0.granted_by
    }

    /// Why it was assigned.
    async fn reason(&self) -> Option<&str> {
        self.0.grant_reason.as_deref()
    }

    /// Who ended it: the subject of the token.
    async fn ended_by(&self) -> Option<&str> {
        self.0.ended_by.as_deref()
    }

    /// Why it ended.
    async fn end_reason(&self) -> Option<&str> {
        self.0.end_reason.as_deref()
    }
}

/// The roles of a party, current ones first.
pub async fn of_party(ctx: &Context<'_>, party: PartyId, include_ended: bool) -> Result<Vec<PartyRole>, Error> {
    let holdings = context::loaders(ctx)?.roles.load(party).await?.unwrap_or_default();
    Ok(holdings.into_iter().filter(|holding| include_ended || holding.is_current()).map(PartyRole).collect())
}

/// What a party is in the first place, if it holds a role.
pub async fn primary_of_party(ctx: &Context<'_>, party: PartyId) -> Result<Option<RoleType>, Error> {
    let holdings = context::loaders(ctx)?.roles.load(party).await?.unwrap_or_default();
    match holdings.iter().find(|holding| holding.is_current() && holding.is_primary) {
        Some(primary) => role_type(ctx, &primary.code).await.map(Some),
        None => Ok(None),
    }
}

async fn role_type(ctx: &Context<'_>, code: &RoleCode) -> Result<RoleType, Error> {
    let types = context::loaders(ctx)?.role_types.load(()).await?.unwrap_or_default();
    let known = types.get(code).ok_or_else(|| Error::internal(format!("a party holds the role {code:?}, which is not in the catalogue")))?;
    Ok(RoleType(known.clone()))
}
