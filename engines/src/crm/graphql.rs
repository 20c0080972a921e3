//! What the CRM shows in the graph.
use super::{
    Crm, LEAD,
    entity::{lead, opportunity},
    loaders::Loaders,
    service,
};
use crate::platform::{
    Engine, Error, Session,
    federation::{PartyKey, Representation, Service, SourceRecord, key, parse_id, sdl},
    money::Money,
    scalar::DateTime,
    server::page_size,
};
use async_graphql::{Context, Description, Enum, ID, Object, Union};
use futures_util::future::join_all;

/// A party, with what the CRM adds to it.
pub struct Party(PartyKey);

#[Object(directive = key::apply("id".into(), None))]
impl Party {
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    #[graphql(external)]
    async fn all_ids(&self) -> Vec<ID> {
        self.0.all_ids.iter().flatten().map(ID::from).collect()
    }

    /// The leads that turned out to be this party, by id. Needs the scope `crm:read`.
    #[graphql(requires = "allIds")]
    async fn prospects(&self, ctx: &Context<'_>) -> Result<Option<Vec<Lead>>, Error> {
        Session::reader(ctx)?;
        let Some(ids) = &self.0.all_ids else { return Ok(None) };
        let mut rows = ctx.data_unchecked::<Loaders>().leads_of_party.of(ids).await?;
        rows.sort_by(|a, b| a.lead_id.cmp(&b.lead_id));
        Ok(Some(rows.into_iter().map(Lead).collect()))
    }

    /// The party's opportunities in the order in which they were entered. Needs the scope `crm:read`.
    #[graphql(requires = "allIds")]
    async fn opportunities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in this stage.")] stage: Option<Stage>,
    ) -> Result<Option<Vec<Opportunity>>, Error> {
        let rows = self.rows(ctx).await?;
        Ok(rows.map(|rows| rows.into_iter().filter(|row| stage.is_none_or(|stage| row.stage == stage.code())).map(Opportunity).collect()))
    }

    /// What the party's opportunities that are neither won nor lost may be worth: one amount for each currency. Needs the scope `crm:read`.
    #[graphql(requires = "allIds")]
    async fn open_opportunity_value(&self, ctx: &Context<'_>) -> Result<Option<Vec<Money>>, Error> {
        let open = |row: &&opportunity::Model| [Stage::Open, Stage::Proposed].iter().any(|stage| row.stage == stage.code());
        let rows = self.rows(ctx).await?;
        Ok(rows.map(|rows| Money::sums(rows.iter().filter(open).map(|row| (row.value_minor, row.currency.as_str())))))
    }
}

impl Party {
    fn stub(id: uuid::Uuid) -> Self {
        Self(PartyKey { id, all_ids: None })
    }

    async fn rows(&self, ctx: &Context<'_>) -> Result<Option<Vec<opportunity::Model>>, Error> {
        Session::reader(ctx)?;
        let Some(ids) = &self.0.all_ids else { return Ok(None) };
        let mut rows = ctx.data_unchecked::<Loaders>().opportunities_of_party.of(ids).await?;
        rows.sort_by_key(|row| row.id);
        Ok(Some(rows))
    }
}

/// How far a lead has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LeadStatus {
    /// Nobody talked to them yet.
    New,
    /// Somebody did.
    Contacted,
    /// They are worth the effort.
    Qualified,
    /// Nothing comes of it.
    Lost,
}

/// How far an opportunity has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "OpportunityStage")]
pub enum Stage {
    /// It was found.
    Open,
    /// They have an offer.
    Proposed,
    /// They said yes.
    Won,
    /// They said no.
    Lost,
}

impl LeadStatus {
    const ALL: [Self; 4] = [Self::New, Self::Contacted, Self::Qualified, Self::Lost];

    fn code(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Contacted => "CONTACTED",
            Self::Qualified => "QUALIFIED",
            Self::Lost => "LOST",
        }
    }
}

impl Stage {
    const ALL: [Self; 4] = [Self::Open, Self::Proposed, Self::Won, Self::Lost];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Proposed => "PROPOSED",
            Self::Won => "WON",
            Self::Lost => "LOST",
        }
    }
}

fn unknown(code: &str) -> Error {
    Error::Internal(format!("the database has the unknown code {code:?}"))
}

/// Somebody who may buy. Who it is, the party and the source record tell.
#[derive(Description)]
pub struct Lead(pub(super) lead::Model);

#[Object(use_type_description, directive = key::apply("id".into(), None))]
impl Lead {
    /// The id.
    async fn id(&self) -> ID {
        ID::from(&self.0.lead_id)
    }

    /// The party; null while the hub has not linked the lead to one.
    async fn party(&self) -> Option<Party> {
        self.0.party_id.map(Party::stub)
    }

    /// The lead as the identity hub knows it.
    async fn source_record(&self) -> SourceRecord {
        SourceRecord::new(Crm::SYSTEM, LEAD, &self.0.lead_id)
    }

    /// Where it came from, for instance `trade fair`.
    async fn lead_source(&self) -> &str {
        &self.0.lead_source
    }

    /// How promising it is, from 0 to 100; null until it is qualified.
    async fn qualification_score(&self) -> Option<i32> {
        self.0.qualification_score
    }

    /// The login of the colleague who takes care of it.
    async fn assigned_to(&self) -> Option<&str> {
        self.0.assigned_to.as_deref()
    }

    /// How far it has come.
    async fn status(&self) -> Result<LeadStatus, Error> {
        LeadStatus::ALL.into_iter().find(|status| status.code() == self.0.status).ok_or_else(|| unknown(&self.0.status))
    }

    /// Why it was lost.
    async fn lost_reason(&self) -> Option<&str> {
        self.0.lost_reason.as_deref()
    }

    /// What sales noted.
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The opportunities that came of it.
    async fn opportunities(&self, ctx: &Context<'_>) -> Result<Option<Vec<Opportunity>>, Error> {
        Session::reader(ctx)?;
        let rows = ctx.data_unchecked::<Loaders>().opportunities_of_lead.of(std::slice::from_ref(&self.0.lead_id)).await?;
        Ok(Some(rows.into_iter().map(Opportunity).collect()))
    }
}

/// Business that may come of a party.
#[derive(Description)]
pub struct Opportunity(pub(super) opportunity::Model);

#[Object(use_type_description, directive = key::apply("id".into(), None))]
impl Opportunity {
    /// The id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Who may buy.
    async fn party(&self) -> Option<Party> {
        Some(Party::stub(self.0.party_id))
    }

    /// What it is about.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it may be worth.
    async fn value(&self) -> Money {
        Money::of(self.0.value_minor, &self.0.currency)
    }

    /// How far it has come.
    async fn stage(&self) -> Result<Stage, Error> {
        Stage::ALL.into_iter().find(|stage| stage.code() == self.0.stage).ok_or_else(|| unknown(&self.0.stage))
    }

    /// The lead from which it came.
    async fn lead(&self, ctx: &Context<'_>) -> Result<Option<Lead>, Error> {
        Session::reader(ctx)?;
        let Some(id) = self.0.lead_id.clone() else { return Ok(None) };
        Ok(ctx.data_unchecked::<Loaders>().lead.one(id).await?.map(Lead))
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

#[derive(Union)]
#[graphql(name = "_Entity")]
enum Entity {
    Party(Party),
    Lead(Lead),
    Opportunity(Opportunity),
}

async fn entity(ctx: &Context<'_>, representation: &Representation) -> Option<Result<Entity, Error>> {
    let found = async {
        let loaders = ctx.data_unchecked::<Loaders>();
        Ok(match representation.type_name()? {
            "Party" => Some(Entity::Party(Party(representation.party()?))),
            "Lead" => {
                Session::reader(ctx)?;
                loaders.lead.one(representation.text("id")?.to_owned()).await?.map(|row| Entity::Lead(Lead(row)))
            }
            "Opportunity" => {
                Session::reader(ctx)?;
                loaders.opportunity.one(representation.id("id")?).await?.map(|row| Entity::Opportunity(Opportunity(row)))
            }
            other => return Err(Representation::unknown(other)),
        })
    };
    found.await.transpose()
}

/// The root of all reads.
#[derive(Default)]
pub struct Query;

#[Object]
impl Query {
    /// What this subgraph brings to a federated graph.
    #[graphql(name = "_service")]
    async fn service(&self) -> Service {
        Service { sdl: sdl::<Crm>() }
    }

    /// The entities of some representations, in the order asked for.
    #[graphql(name = "_entities")]
    async fn entities(&self, ctx: &Context<'_>, representations: Vec<Representation>) -> Vec<Option<Result<Entity, Error>>> {
        join_all(representations.iter().map(|representation| entity(ctx, representation))).await
    }

    /// A lead; null when there is none with the id. Needs the scope `crm:read`.
    async fn lead(&self, ctx: &Context<'_>, #[graphql(desc = "The lead's id.")] id: ID) -> Result<Option<Lead>, Error> {
        Session::reader(ctx)?;
        Ok(ctx.data_unchecked::<Loaders>().lead.one(id.0).await?.map(Lead))
    }

    /// Leads in the order of their ids. Needs the scope `crm:read`.
    async fn leads(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that have come this far.")] status: Option<LeadStatus>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The id of the last lead of the page before.")] after: Option<ID>,
    ) -> Result<Option<Vec<Lead>>, Error> {
        let session = Session::reader(ctx)?;
        let rows = service::leads(session, status.map(LeadStatus::code), page_size(first)?, after.as_deref().map(String::as_str)).await?;
        Ok(Some(rows.into_iter().map(Lead).collect()))
    }

    /// An opportunity; null when there is none with the id. Needs the scope `crm:read`.
    async fn opportunity(&self, ctx: &Context<'_>, #[graphql(desc = "The opportunity's id.")] id: ID) -> Result<Option<Opportunity>, Error> {
        Session::reader(ctx)?;
        Ok(ctx.data_unchecked::<Loaders>().opportunity.one(parse_id(&id)?).await?.map(Opportunity))
    }

    /// Opportunities in the order in which they were entered. Needs the scope `crm:read`.
    async fn opportunities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in this stage.")] stage: Option<Stage>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The id of the last opportunity of the page before.")] after: Option<ID>,
    ) -> Result<Option<Vec<Opportunity>>, Error> {
        let session = Session::reader(ctx)?;
        let after = after.as_ref().map(parse_id).transpose()?;
        let rows = service::opportunities(session, stage.map(Stage::code), page_size(first)?, after).await?;
        Ok(Some(rows.into_iter().map(Opportunity).collect()))
    }
}
