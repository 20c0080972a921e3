//! The type `Party`: what this subgraph owns of it. Other subgraphs extend it with fields of their own.
use crate::{
    domain::{
        self,
        error::Error,
        id::PartyId,
        kind,
        profile::{Parts, Profile},
        refusal::{Code, Refusal},
    },
    graphql::{
        address::PostalAddress,
        contact_point::{ContactPoint, ContactPointKind},
        context::{self, Nullable, personal},
        distinct::{self, DistinctPartiesAssertion},
        federation::key,
        history::{self, PartyEventConnection},
        identifier::PartyIdentifier,
        input::graphql_id,
        link::{self, PartyLink},
        merge::{self, PartyMerge},
        page::{list_complexity, page_complexity, short_list_complexity},
        relationship::{self, PartyRelationship},
        revenue::{self, PartyRevenue, PeriodInput},
        role::{self, PartyRole, RoleType},
        scalar::DateTime,
        source_record::{self, SourceRecord},
        suggestion::{self, PartyMatchSuggestions, suggestion_complexity},
    },
};
use async_graphql::{Context, Description, Enum, ID, Object};
use std::{borrow::Cow, sync::Arc};

/// Whether a party is a person or an organisation.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::PartyKind")]
pub enum PartyKind {
    /// A natural person.
    Person,
    /// A company, public body, association or any other group.
    Organization,
}

/// Where a party stands in its life.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::PartyStatus")]
pub enum PartyStatus {
    /// In use.
    Active,
    /// Deactivated: kept and found, but takes no new roles or links.
    Inactive,
    /// Merged into another party, whose data answers for it.
    Merged,
    /// Its personal data was erased.
    Erased,
}

/// One person or organisation that has any business relationship with the company: one record, many roles.
///
/// An id that was merged into another answers with the survivor's data and the survivor's `id`. Subgraphs that add fields to Party
/// therefore write `@requires(fields: "allIds")` and look for rows under any of those ids.
#[derive(Clone, Description)]
pub struct Party {
    pub(super) profile: Arc<Profile>,
}

impl From<domain::party::Party> for Party {
    fn from(party: domain::party::Party) -> Self {
        Self { profile: Arc::new(Profile::of(party)) }
    }
}

impl From<Arc<Profile>> for Party {
    fn from(profile: Arc<Profile>) -> Self {
        Self { profile }
    }
}

impl Party {
    fn own_id(&self) -> PartyId {
        self.profile.id()
    }

    /// The record, if need be read anew: a list that was to be written reads only the columns that it writes.
    async fn record(&self, ctx: &Context<'_>, needed: Parts) -> Result<Cow<'_, domain::party::Party>, Error> {
        if let Some(record) = self.profile.record(needed) {
            return Ok(Cow::Borrowed(record));
        }
        let record = context::loaders(ctx)?.parties.load(self.own_id()).await?;
        record.map(Cow::Owned).ok_or_else(|| not_found(self.own_id()))
    }

    async fn column<T>(&self, ctx: &Context<'_>, needed: Parts, value: impl FnOnce(&domain::party::Party) -> Option<T>) -> Nullable<T> {
        self.record(ctx, needed).await.map(|record| value(&record)).transpose()
    }

    async fn personal_column<T>(&self, ctx: &Context<'_>, needed: Parts, value: impl FnOnce(&domain::party::Party) -> Option<T>) -> Nullable<T> {
        match personal(ctx, None::<T>) {
            Some(forbidden) => Some(forbidden),
            None => self.column(ctx, needed, value).await,
        }
    }
}

/// The error of an id that no party of the caller's company has.
pub fn not_found(id: PartyId) -> Error {
    Refusal::new(Code::PartyNotFound, format!("There is no party with the id {id}.")).into()
}

#[Object(use_type_description, directive = key::apply("id".into(), None))]
impl Party {
    /// The id, a UUID. Valid for ever; after a merge the absorbed ids lead to the survivor.
    async fn id(&self) -> ID {
        graphql_id(self.own_id().0)
    }

    /// The id under which the party is kept: the same as `id`.
    async fn canonical_id(&self) -> ID {
        graphql_id(self.own_id().0)
    }

    /// Every id that leads to this party: its own first, then those that were merged into it.
    async fn all_ids(&self, ctx: &Context<'_>) -> Result<Vec<ID>, Error> {
        let absorbed = context::loaders(ctx)?.absorbed.load(self.own_id()).await?.unwrap_or_default();
        Ok(std::iter::once(self.own_id()).chain(absorbed).map(|id| graphql_id(id.0)).collect())
    }

    /// Person or organisation.
    async fn kind(&self, ctx: &Context<'_>) -> Result<PartyKind, Error> {
        Ok(self.record(ctx, Parts::KIND).await?.kind.into())
    }

    /// The name to show.
    async fn display_name(&self, ctx: &Context<'_>) -> Result<String, Error> {
        Ok(self.record(ctx, Parts::DISPLAY_NAME).await?.display_name.clone())
    }

    /// A person's given name.
    async fn given_name(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.column(ctx, Parts::NAMES, |party| party.given_name.clone()).await
    }

    /// A person's family name.
    async fn family_name(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.column(ctx, Parts::NAMES, |party| party.family_name.clone()).await
    }

    /// An organisation's registered name.
    async fn legal_name(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.column(ctx, Parts::NAMES, |party| party.legal_name.clone()).await
    }

    /// Where the party stands in its life.
    async fn status(&self, ctx: &Context<'_>) -> Result<PartyStatus, Error> {
        Ok(self.record(ctx, Parts::STATUS).await?.status.into())
    }

    /// The e-mail address that identifies the party; no other live party has it. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn primary_email(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.personal_column(ctx, Parts::EMAIL, |party| party.primary_email.clone()).await
    }

    /// The phone number to call first, in E.164. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn primary_phone(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.personal_column(ctx, Parts::PHONE, |party| party.primary_phone.clone()).await
    }

    /// The postal address to write to first. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn primary_address(&self, ctx: &Context<'_>) -> Nullable<PostalAddress> {
        self.personal_column(ctx, Parts::ADDRESS, |party| party.primary_address.clone().map(PostalAddress::from)).await
    }

    /// What the party is to the company: the roles that it holds, those that began first before the others. With `includeEnded` those that
    /// it held follow.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether roles that ended are listed too.", default = false)] include_ended: bool,
    ) -> Result<Vec<PartyRole>, Error> {
        role::of_party(ctx, self.own_id(), include_ended).await
    }

    /// What the party is in the first place; null when it holds no role.
    async fn primary_role(&self, ctx: &Context<'_>) -> Nullable<RoleType> {
        role::primary_of_party(ctx, self.own_id()).await.transpose()
    }

    /// What the party is to other parties, from its own point of view. With `includeEnded` relationships that ended follow.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn relationships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether relationships that ended are listed too.", default = false)] include_ended: bool,
    ) -> Result<Vec<PartyRelationship>, Error> {
        relationship::of_party(ctx, self.own_id(), include_ended).await
    }

    /// The ways to reach the party, by kind, the primary one of each kind first. Needs the scope `party:pii`.
    #[graphql(tag = "pii", complexity = "list_complexity(child_complexity)")]
    async fn contact_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of one kind.")] kind: Option<ContactPointKind>,
        #[graphql(desc = "Those that have ended too, after the current ones of their kind.", default)] include_ended: bool,
    ) -> Nullable<Vec<ContactPoint>> {
        Some(contact_points(ctx, self.own_id(), kind, include_ended).await)
    }

    /// The numbers that somebody issued to the party, by scheme.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn identifiers(&self, ctx: &Context<'_>) -> Result<Vec<PartyIdentifier>, Error> {
        let identifiers = context::loaders(ctx)?.identifiers.load(self.own_id()).await?.unwrap_or_default();
        Ok(identifiers.into_iter().map(PartyIdentifier::from).collect())
    }

    /// What happened to the party, and to those that were merged into it, newest first.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Nullable<PartyEventConnection> {
        history::of_party(ctx, self.own_id(), first, after).await.transpose()
    }

    /// The merges in which this party, or one that was merged into it, was on either side; those that were taken back too, oldest first.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn merges(&self, ctx: &Context<'_>) -> Result<Vec<PartyMerge>, Error> {
        merge::of_party(ctx, self.own_id()).await
    }

    /// The assertions that this party, or one that was merged into it, is not the same as another.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn distinct_assertions(&self, ctx: &Context<'_>) -> Result<Vec<DistinctPartiesAssertion>, Error> {
        distinct::of_party(ctx, self.own_id()).await
    }

    /// Other parties that are perhaps the same person or organisation, with the evidence; those that somebody asserted not to be the same are
    /// named with this blocker. Null when the party is not active. Needs the scope `party:pii`.
    #[graphql(complexity = "suggestion_complexity(child_complexity)")]
    async fn possible_duplicates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 1 to 50, 10 when left out.")] limit: Option<i32>,
    ) -> Nullable<PartyMatchSuggestions> {
        suggestion::of_party(ctx, self.own_id(), limit).await.transpose()
    }

    /// The links that lead from records of engines to this party, oldest first.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Whether to list links that have ended, too.")] include_ended: bool,
    ) -> Result<Vec<PartyLink>, Error> {
        link::of_party(ctx, self.own_id(), include_ended).await
    }

    /// The records of engines that are linked to this party, oldest link first.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn source_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records of this engine, for instance `crm`.")] system: Option<String>,
        #[graphql(name = "type", desc = "Only records that their engine calls this, for instance `lead`.")] record_type: Option<String>,
    ) -> Result<Vec<SourceRecord>, Error> {
        source_record::of_party(ctx, self.own_id(), system.as_deref(), record_type.as_deref()).await
    }

    /// What the party paid and was paid: one element for each currency that has entries. Needs the scope `revenue:read`.
    #[graphql(complexity = "short_list_complexity(child_complexity)")]
    async fn revenue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When the business happened; all time when absent.")] period: Option<PeriodInput>,
        #[graphql(desc = "Only these channels, by code; all when absent or empty.")] channels: Option<Vec<String>>,
        #[graphql(desc = "Only this currency; all when absent.")] currency: Option<String>,
    ) -> Nullable<Vec<PartyRevenue>> {
        Some(revenue::of_party(ctx, self.own_id(), period, channels, currency).await)
    }

    /// Grows with each change of the names, the primary values and the status: pass it as `expectedVersion` when you update what you saw.
    /// Changes of roles, links and other contact points show in `updatedAt` alone.
    async fn version(&self, ctx: &Context<'_>) -> Result<i64, Error> {
        Ok(self.record(ctx, Parts::REVISION).await?.version)
    }

    /// When the record was made.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime, Error> {
        Ok(self.record(ctx, Parts::REVISION).await?.created_at.into())
    }

    /// When the record was last changed.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<DateTime, Error> {
        Ok(self.record(ctx, Parts::REVISION).await?.updated_at.into())
    }
}

async fn contact_points(ctx: &Context<'_>, party: PartyId, kind: Option<ContactPointKind>, include_ended: bool) -> Result<Vec<ContactPoint>, Error> {
    let loaders = context::loaders(ctx)?;
    let loader = if include_ended { &loaders.contact_point_histories } else { &loaders.contact_points };
    let kind = kind.map(kind::ContactKind::from);
    let points = loader.load(party).await?.unwrap_or_default();
    Ok(points.into_iter().filter(|point| kind.is_none_or(|kind| point.kind == kind)).map(ContactPoint::from).collect())
}
