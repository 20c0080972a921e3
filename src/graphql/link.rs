//! Links in the graph: which party a record of an engine belongs to.
use super::{
    context::{self, Nullable, personal},
    input::{SourceKeyInput, graphql_id},
    page::batch_complexity,
    party::Party,
    payload::{PartyUserError, outcome},
    scalar::DateTime,
    source_record::SourceRecord,
};
use crate::{
    domain::{
        self,
        error::{Error, Refusals},
        id::PartyId,
        kind,
        refusal::{Code, Refusal},
    },
    service::{self, link::LinkRequest},
};
use async_graphql::{Context, Description, Enum, ID, InputObject, Json, Object, SimpleObject};
use futures_util::future::join_all;

/// The most records of one `resolveParties` field.
const MAX_SOURCES: usize = 1_000;

/// How a link came about.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::LinkMethod")]
pub enum LinkMethod {
    /// A person decided it.
    Manual,
    /// The evidence decided it.
    Auto,
    /// It came with an import.
    Import,
    /// A person accepted a suggestion.
    Suggested,
}

/// A link from a record of an engine to a party. It ends, but is never deleted.
#[derive(Clone, Description)]
pub struct PartyLink(domain::link::Link);

impl From<domain::link::Link> for PartyLink {
    fn from(link: domain::link::Link) -> Self {
        Self(link)
    }
}

#[Object(use_type_description)]
impl PartyLink {
    /// The id, a UUID.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// The record.
    async fn source_record(&self) -> SourceRecord {
        self.0.source.clone().into()
    }

    /// The party, or the survivor when it was merged.
    async fn party(&self, ctx: &Context<'_>) -> Nullable<Party> {
        let party = async { context::loaders(ctx)?.parties.load(self.0.party).await };
        party.await.map(|party| party.map(Party::from)).transpose()
    }

    /// How the link came about.
    async fn method(&self) -> LinkMethod {
        self.0.method.into()
    }

    /// Whether the link holds. A record has at most one link that does.
    async fn is_active(&self) -> bool {
        self.0.is_active()
    }

    /// How sure the link is, between 0 and 1; null when a person decided it.
    async fn confidence(&self) -> Option<f64> {
        self.0.confidence
    }

    /// What spoke for the link. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn evidence(&self, ctx: &Context<'_>) -> Nullable<Json<&serde_json::Value>> {
        personal(ctx, self.0.evidence.as_ref().map(Json))
    }

    /// What somebody noted with it. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn note(&self, ctx: &Context<'_>) -> Nullable<&str> {
        personal(ctx, self.0.note.as_deref())
    }

    /// Who linked: a person or a program, as its token names it.
    async fn linked_by(&self) -> &str {
        &self.0.linked_by
    }

    /// When the link was made.
    async fn linked_at(&self) -> DateTime {
        self.0.linked_at.into()
    }

    /// Who ended it.
    async fn ended_by(&self) -> Option<&str> {
        self.0.ended_by.as_deref()
    }

    /// When it ended; null while it is active.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime::from)
    }

    /// Why it ended. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn end_reason(&self, ctx: &Context<'_>) -> Nullable<&str> {
        personal(ctx, self.0.end_reason.as_deref())
    }
}

/// The links that lead to a party, oldest first.
pub async fn of_party(ctx: &Context<'_>, party: PartyId, include_ended: bool) -> Result<Vec<PartyLink>, Error> {
    let links = context::loaders(ctx)?.party_links.load(party).await?.unwrap_or_default();
    Ok(links.into_iter().filter(|link| include_ended || link.is_active()).map(PartyLink::from).collect())
}

/// Root fields that go from records of engines to parties.
#[derive(Default)]
pub struct LinkQuery;

#[Object]
impl LinkQuery {
    /// The party to which a record is linked; null when the record is unknown or has no party.
    async fn resolve_party(&self, ctx: &Context<'_>, #[graphql(desc = "The record's key.")] source: SourceKeyInput) -> Nullable<Party> {
        resolve(ctx, &source).await.map_err(|error| error.at("source")).transpose()
    }

    /// The parties to which some records are linked, in the order asked for; null where the record is unknown or has no party. A
    /// malformed key is null with an error of its own.
    #[graphql(complexity = "batch_complexity(sources.len(), child_complexity)")]
    async fn resolve_parties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The keys of up to 1,000 records.")] sources: Vec<SourceKeyInput>,
    ) -> Nullable<Vec<Nullable<Party>>> {
        Some(resolve_all(ctx, &sources).await)
    }
}

async fn resolve_all(ctx: &Context<'_>, sources: &[SourceKeyInput]) -> Result<Vec<Nullable<Party>>, Error> {
    if sources.len() > MAX_SOURCES {
        let message = format!("{} records in one call; the limit is {MAX_SOURCES}. Ask for them in several calls.", sources.len());
        return Err(Refusal::new(Code::TooManyItems, message).at("sources").into());
    }
    let one = |(i, source)| async move { resolve(ctx, source).await.map_err(|error| error.at(i).at("sources")).transpose() };
    Ok(join_all(sources.iter().enumerate().map(one)).await)
}

async fn resolve(ctx: &Context<'_>, source: &SourceKeyInput) -> Result<Option<Party>, Error> {
    let loaders = context::loaders(ctx)?;
    let Some(link) = loaders.active_links.load(source.parse()?).await? else { return Ok(None) };
    Ok(loaders.parties.load(link.party).await?.map(Party::from))
}

/// A record to link to a party.
#[derive(InputObject)]
pub struct LinkToPartyInput {
    /// The record. One that is unknown is registered without values.
    pub source: SourceKeyInput,
    /// The party.
    pub party_id: ID,
    /// How the link came about: MANUAL or IMPORT. The other methods are those of matching.
    #[graphql(default_with = "LinkMethod::Manual")]
    pub method: LinkMethod,
    /// How sure the link is, between 0 and 1.
    pub confidence: Option<f64>,
    /// What spoke for it: any JSON of at most 10,000 bytes.
    pub evidence: Option<Json<serde_json::Value>>,
    /// A remark for people.
    pub note: Option<String>,
    /// Whether to take the record away from the party that has it now. Without it, a record of another party is ALREADY_LINKED.
    #[graphql(default = false)]
    pub move_existing: bool,
}

impl LinkToPartyInput {
    fn parse(self) -> Result<LinkRequest, Error> {
        let mut refusals = Refusals::default();
        let source = refusals.take("source", self.source.parse());
        let party = refusals.take("partyId", PartyId::parse(&self.party_id));
        refusals.check()?;
        let (Some(source), Some(party)) = (source, party) else {
            return Err(Error::internal("ids that were not refused are missing"));
        };
        let (method, evidence) = (self.method.into(), self.evidence.map(|evidence| evidence.0));
        let Self { confidence, note, move_existing, .. } = self;
        Ok(LinkRequest { source, party, method, confidence, evidence, note, move_existing })
    }
}

/// What became of a link that was asked for.
#[derive(SimpleObject)]
pub struct LinkToPartyPayload {
    /// The active link: a new one, or the one that the record had when it was linked to this party before. Null when it was refused.
    pub link: Option<PartyLink>,
    /// The link to another party that was ended for it.
    pub ended_link: Option<PartyLink>,
    /// Why nothing was changed; empty when it was. ALREADY_LINKED comes with the link that stands in the way.
    pub user_errors: Vec<PartyUserError>,
}

/// A record to take away from its party.
#[derive(InputObject)]
pub struct UnlinkFromPartyInput {
    /// The record.
    pub source: SourceKeyInput,
    /// Why.
    pub reason: Option<String>,
}

/// What became of a link that was to end.
#[derive(SimpleObject)]
pub struct UnlinkFromPartyPayload {
    /// The link that ended; null when it was refused.
    pub link: Option<PartyLink>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that link and unlink.
#[derive(Default)]
pub struct LinkMutation;

#[Object]
impl LinkMutation {
    /// Links a record of an engine to a party. Linking it to its own party again changes nothing. Needs the scope `party:link`, or
    /// `engine:` with the record's system.
    async fn link_to_party(&self, ctx: &Context<'_>, input: LinkToPartyInput) -> Nullable<LinkToPartyPayload> {
        Some(link(ctx, input).await)
    }

    /// Ends the link of a record to its party. The record stays. Needs the scope `party:link`, or `engine:` with the record's
    /// system.
    async fn unlink_from_party(&self, ctx: &Context<'_>, input: UnlinkFromPartyInput) -> Nullable<UnlinkFromPartyPayload> {
        Some(unlink(ctx, input).await)
    }
}

async fn link(ctx: &Context<'_>, input: LinkToPartyInput) -> Result<LinkToPartyPayload, Error> {
    let request = context::request(ctx)?;
    let (linked, user_errors) = outcome(match input.parse() {
        Ok(wanted) => service::link::link(request, &wanted).await,
        Err(error) => Err(error),
    })?;
    let (link, ended) = linked.map_or((None, None), |linked| (Some(linked.link), linked.ended));
    Ok(LinkToPartyPayload { link: link.map(PartyLink::from), ended_link: ended.map(PartyLink::from), user_errors })
}

async fn unlink(ctx: &Context<'_>, input: UnlinkFromPartyInput) -> Result<UnlinkFromPartyPayload, Error> {
    let request = context::request(ctx)?;
    let (link, user_errors) = outcome(match input.source.parse() {
        Ok(source) => service::link::unlink(request, &source, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.at("source").into()),
    })?;
    Ok(UnlinkFromPartyPayload { link: link.map(PartyLink::from), user_errors })
}
