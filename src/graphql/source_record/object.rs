//! The type `SourceRecord`: an entity that answers every well-formed key.
use crate::{
    domain::{
        self,
        code::SourceKey,
        error::Error,
        id::PartyId,
        kind::RecordState,
        link::Presented,
        refusal::{Code, Refusal},
    },
    graphql::{
        context::{self, Nullable, personal},
        federation,
        link::PartyLink,
        page::list_complexity,
        party::Party,
        scalar::DateTime,
        suggestion::{self, PartyMatchSuggestions, suggestion_complexity},
    },
};
use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};

/// Where a source record is on its way to a party.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum SourceRecordState {
    /// It has an active link.
    Linked,
    /// It has no active link.
    Unlinked,
    /// A suggestion waits for a steward.
    InReview,
    /// A steward decided that it is nobody's.
    Ignored,
    /// Its engine never registered it, and nobody linked it.
    Unregistered,
}

impl From<RecordState> for SourceRecordState {
    fn from(state: RecordState) -> Self {
        match state {
            RecordState::Linked => Self::Linked,
            RecordState::Unlinked => Self::Unlinked,
            RecordState::InReview => Self::InReview,
            RecordState::Ignored => Self::Ignored,
        }
    }
}

impl SourceRecordState {
    /// The state as a filter takes it.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` at `state` for `UNREGISTERED`: what is not known cannot be listed.
    pub fn filter(self) -> Result<RecordState, Refusal> {
        match self {
            Self::Linked => Ok(RecordState::Linked),
            Self::Unlinked => Ok(RecordState::Unlinked),
            Self::InReview => Ok(RecordState::InReview),
            Self::Ignored => Ok(RecordState::Ignored),
            Self::Unregistered => {
                let message = "Records that were never registered are not known here and cannot be listed.";
                Err(Refusal::new(Code::InvalidArgument, message).at("state"))
            }
        }
    }
}

/// A record of an engine, named by `{system, type, id}`.
///
/// An engine that stores no party id references its own record and reaches the party through the graph. Every well-formed key
/// answers: a record that was never registered is UNREGISTERED and has no party.
#[derive(Clone, Description)]
pub struct SourceRecord {
    key: SourceKey,
    /// The registered values, if they were fetched with the key.
    known: Option<domain::link::SourceRecord>,
}

impl From<SourceKey> for SourceRecord {
    fn from(key: SourceKey) -> Self {
        Self { key, known: None }
    }
}

impl From<domain::link::SourceRecord> for SourceRecord {
    fn from(record: domain::link::SourceRecord) -> Self {
        Self { key: record.key.clone(), known: Some(record) }
    }
}

impl SourceRecord {
    /// The key.
    pub fn key(&self) -> &SourceKey {
        &self.key
    }

    async fn registered(&self, ctx: &Context<'_>) -> Result<Option<domain::link::SourceRecord>, Error> {
        match &self.known {
            Some(known) => Ok(Some(known.clone())),
            None => context::loaders(ctx)?.source_records.load(self.key.clone()).await,
        }
    }

    async fn value<T>(&self, ctx: &Context<'_>, value: impl FnOnce(domain::link::SourceRecord) -> Option<T>) -> Nullable<T> {
        self.registered(ctx).await.map(|record| record.and_then(value)).transpose()
    }

    async fn personal_value<T>(&self, ctx: &Context<'_>, value: impl FnOnce(domain::link::SourceRecord) -> Option<T>) -> Nullable<T> {
        match personal(ctx, None::<T>) {
            Some(forbidden) => Some(forbidden),
            None => self.value(ctx, value).await,
        }
    }

    async fn active_link(&self, ctx: &Context<'_>) -> Result<Option<domain::link::Link>, Error> {
        context::loaders(ctx)?.active_links.load(self.key.clone()).await
    }

    async fn linked_party(&self, ctx: &Context<'_>) -> Result<Option<Party>, Error> {
        let Some(link) = self.active_link(ctx).await? else { return Ok(None) };
        Ok(context::loaders(ctx)?.parties.load(link.party).await?.map(Party::from))
    }
}

#[Object(use_type_description, directive = federation::key::apply("system type id".into(), None))]
impl SourceRecord {
    /// The engine that has the record, for instance `crm`.
    async fn system(&self) -> &str {
        self.key.system.as_str()
    }

    /// What the engine calls such records, for instance `lead`.
    #[graphql(name = "type")]
    async fn record_type(&self) -> &str {
        self.key.record_type.as_str()
    }

    /// The record's id in the engine, exactly as the engine writes it.
    async fn id(&self) -> ID {
        ID(self.key.record_id.to_string())
    }

    /// Where the record is on its way to a party.
    async fn state(&self, ctx: &Context<'_>) -> Result<SourceRecordState, Error> {
        Ok(self.registered(ctx).await?.map_or(SourceRecordState::Unregistered, |record| record.state.into()))
    }

    /// The name to show, made of the presented ones. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn display_name(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.personal_value(ctx, |record| record.display_name).await
    }

    /// The presented e-mail address in the form in which addresses are compared; null when it is none. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn email(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.personal_value(ctx, |record| record.email_key).await
    }

    /// The presented phone number in E.164; null when it is none. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn phone(&self, ctx: &Context<'_>) -> Nullable<String> {
        self.personal_value(ctx, |record| record.phone).await
    }

    /// What the engine presented, exactly as it came; null when the record was never registered. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn presented(&self, ctx: &Context<'_>) -> Nullable<PresentedIdentity> {
        self.personal_value(ctx, |record| Some(record.presented.into())).await
    }

    /// When the record was first registered; null when it never was.
    async fn received_at(&self, ctx: &Context<'_>) -> Nullable<DateTime> {
        self.value(ctx, |record| Some(record.received_at.into())).await
    }

    /// When its presented values last changed; null when it was never registered.
    async fn updated_at(&self, ctx: &Context<'_>) -> Nullable<DateTime> {
        self.value(ctx, |record| Some(record.updated_at.into())).await
    }

    /// The party to which the record is linked; null when there is none.
    async fn party(&self, ctx: &Context<'_>) -> Nullable<Party> {
        self.linked_party(ctx).await.transpose()
    }

    /// The active link; null when there is none.
    async fn link(&self, ctx: &Context<'_>) -> Nullable<PartyLink> {
        self.active_link(ctx).await.map(|link| link.map(PartyLink::from)).transpose()
    }

    /// Parties that the record may belong to, with the evidence; of a linked record, others than its own. Null when it was never registered.
    /// Needs the scope `party:pii`.
    #[graphql(complexity = "suggestion_complexity(child_complexity)")]
    async fn suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 1 to 50, 10 when left out.")] limit: Option<i32>,
    ) -> Nullable<PartyMatchSuggestions> {
        suggestion::of_source_record(ctx, &self.key, limit).await.transpose()
    }

    /// All links that the record has or had, oldest first.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn links(&self, ctx: &Context<'_>) -> Result<Vec<PartyLink>, Error> {
        let links = context::loaders(ctx)?.record_links.load(self.key.clone()).await?.unwrap_or_default();
        Ok(links.into_iter().map(PartyLink::from).collect())
    }
}

/// The records that are linked to a party, oldest link first, of one engine or type if one is given.
pub async fn of_party(ctx: &Context<'_>, party: PartyId, system: Option<&str>, record_type: Option<&str>) -> Result<Vec<SourceRecord>, Error> {
    let links = context::loaders(ctx)?.party_links.load(party).await?.unwrap_or_default();
    let wanted = |source: &SourceKey| {
        system.is_none_or(|system| system == source.system.as_str()) && record_type.is_none_or(|wanted| wanted == source.record_type.as_str())
    };
    Ok(links.into_iter().filter(|link| link.is_active() && wanted(&link.source)).map(|link| link.source.into()).collect())
}

/// The identity values that an engine presented with a record, exactly as they came.
#[derive(SimpleObject)]
pub struct PresentedIdentity {
    /// A name of a person or organisation.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: Option<String>,
    /// A person's family name.
    pub family_name: Option<String>,
    /// The name of an organisation.
    pub organization_name: Option<String>,
    /// An e-mail address, perhaps malformed.
    pub email: Option<String>,
    /// A phone number, perhaps malformed.
    pub phone: Option<String>,
    /// A postal address in one line.
    pub address: Option<String>,
}

impl From<Presented> for PresentedIdentity {
    fn from(presented: Presented) -> Self {
        let Presented { display_name, given_name, family_name, organization_name, email, phone, address } = presented;
        Self { display_name, given_name, family_name, organization_name, email, phone, address }
    }
}
