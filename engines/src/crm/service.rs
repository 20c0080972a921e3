//! The rules of the CRM.
use super::{
    Crm, LEAD,
    entity::{lead, opportunity},
};
use crate::platform::{
    Engine, Error, Session,
    database::CompanyTable,
    engine::Unidentified,
    new_id, now,
    outbox::{self, PresentedInput, Record},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, TransactionTrait,
};
use uuid::Uuid;

/// The most rows that are read for the courier at once; the hub resolves 1,000 records in a call.
const CHUNK: u64 = 1_000;

/// A lead to enter.
pub struct NewLead {
    /// The id, if it has one already.
    pub id: Option<String>,
    /// The party, if it is known already.
    pub party: Option<Uuid>,
    /// Where it came from.
    pub source: String,
    /// Who takes care of it.
    pub assigned_to: Option<String>,
    /// Remarks.
    pub notes: Option<String>,
    /// Who it says it is, for the hub.
    pub presented: PresentedInput,
}

/// An opportunity to enter.
pub struct NewOpportunity {
    /// The party.
    pub party: Option<Uuid>,
    /// The lead from which it came, whose party it takes over.
    pub lead: Option<String>,
    /// What it is about.
    pub title: String,
    /// What it may be worth.
    pub value: (i64, String),
}

/// What becomes of a lead.
pub enum Progress {
    /// Somebody talked to them.
    Contacted,
    /// They are worth the effort: from 0 to 100.
    Qualified(i32),
    /// Nothing comes of it, because …
    Lost(String),
}

/// Enters a lead and reports it to the hub, both or neither.
pub async fn create_lead(session: &Session, new: NewLead) -> Result<lead::Model, Error> {
    let row = lead::Model {
        company_id: session.company(),
        lead_id: new.id.unwrap_or_else(|| new_id().to_string()),
        party_id: new.party,
        lead_source: new.source,
        qualification_score: None,
        assigned_to: new.assigned_to,
        status: "NEW".to_owned(),
        lost_reason: None,
        notes: new.notes,
        created_at: now(),
    };
    let tx = session.db.begin().await?;
    if lead::Entity::find_by_id((row.company_id, row.lead_id.clone())).one(&tx).await?.is_some() {
        return Err(Error::refused("LEAD_EXISTS", format!("There is a lead {:?} already.", row.lead_id)));
    }
    lead::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
    let record = Record { system: Crm::SYSTEM, record_type: LEAD, id: &row.lead_id };
    outbox::register(&tx, row.company_id, record, &new.presented).await?;
    tx.commit().await?;
    Ok(row)
}

/// Moves a lead on. A lost one stays lost.
pub async fn move_lead(session: &Session, id: &str, progress: Progress) -> Result<lead::Model, Error> {
    let tx = session.db.begin().await?;
    let row = lead::Entity::find_by_id((session.company(), id.to_owned())).lock_exclusive().one(&tx).await?.ok_or_else(|| no_lead(id))?;
    if row.status == "LOST" {
        return Err(Error::refused("LEAD_LOST", format!("The lead {id:?} is lost. Enter a new one when they come back.")));
    }
    let mut row = row.into_active_model();
    match progress {
        Progress::Contacted => row.status = Set("CONTACTED".to_owned()),
        Progress::Qualified(score) if (0..=100).contains(&score) => {
            row.status = Set("QUALIFIED".to_owned());
            row.qualification_score = Set(Some(score));
        }
        Progress::Qualified(score) => return Err(Error::refused("INVALID_SCORE", format!("A score is from 0 to 100, not {score}."))),
        Progress::Lost(reason) => {
            row.status = Set("LOST".to_owned());
            row.lost_reason = Set(Some(reason));
        }
    }
    let row = row.update(&tx).await?;
    tx.commit().await?;
    Ok(row)
}

/// Enters an opportunity of a party, or of a lead whose party is known.
pub async fn create_opportunity(session: &Session, new: NewOpportunity) -> Result<opportunity::Model, Error> {
    let tx = session.db.begin().await?;
    let mut party = new.party;
    if let Some(id) = &new.lead {
        let lead = lead::Entity::find_by_id((session.company(), id.clone())).one(&tx).await?.ok_or_else(|| no_lead(id))?;
        party = party.or(lead.party_id);
    }
    let party = party.ok_or_else(|| {
        let message = "An opportunity belongs to a party: give `partyId`, or a lead whose party is known. The hub links leads to parties.";
        Error::refused("PARTY_UNKNOWN", message)
    })?;
    let row = opportunity::Model {
        company_id: session.company(),
        id: new_id(),
        party_id: party,
        title: new.title,
        value_minor: new.value.0,
        currency: new.value.1,
        stage: "OPEN".to_owned(),
        lead_id: new.lead,
        created_at: now(),
    };
    opportunity::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(row)
}

/// Moves an opportunity to another stage. One that was won or lost stays so.
pub async fn move_opportunity(session: &Session, id: Uuid, stage: &str) -> Result<opportunity::Model, Error> {
    let tx = session.db.begin().await?;
    let row = opportunity::Entity::find_by_id((session.company(), id)).lock_exclusive().one(&tx).await?;
    let row = row.ok_or_else(|| Error::refused("OPPORTUNITY_NOT_FOUND", format!("There is no opportunity {id}.")))?;
    if ["WON", "LOST"].contains(&row.stage.as_str()) {
        return Err(Error::refused("OPPORTUNITY_CLOSED", format!("The opportunity is {} already.", row.stage.to_lowercase())));
    }
    let mut row = row.into_active_model();
    row.stage = Set(stage.to_owned());
    let row = row.update(&tx).await?;
    tx.commit().await?;
    Ok(row)
}

/// Leads in the order of their ids.
pub async fn leads(session: &Session, status: Option<&str>, first: u64, after: Option<&str>) -> Result<Vec<lead::Model>, Error> {
    let mut query = lead::Entity::of(session.company());
    if let Some(status) = status {
        query = query.filter(lead::Column::Status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(lead::Column::LeadId.gt(after));
    }
    Ok(query.order_by_asc(lead::Column::LeadId).limit(first).all(&session.db).await?)
}

/// Opportunities in the order in which they were entered.
pub async fn opportunities(session: &Session, stage: Option<&str>, first: u64, after: Option<Uuid>) -> Result<Vec<opportunity::Model>, Error> {
    let mut query = opportunity::Entity::of(session.company());
    if let Some(stage) = stage {
        query = query.filter(opportunity::Column::Stage.eq(stage));
    }
    if let Some(after) = after {
        query = query.filter(opportunity::Column::Id.gt(after));
    }
    Ok(query.order_by_asc(opportunity::Column::Id).limit(first).all(&session.db).await?)
}

/// Leads without a party, of all companies: for the courier alone.
pub async fn unidentified(db: &DatabaseConnection, after: Option<&Unidentified>) -> Result<Vec<Unidentified>, Error> {
    use lead::Column;
    let mut query = lead::Entity::find().filter(Column::PartyId.is_null()).filter(Column::Status.ne("LOST"));
    if let Some(after) = after {
        let later = Condition::all().add(Column::CompanyId.eq(after.company)).add(Column::LeadId.gt(after.record_id.as_str()));
        query = query.filter(Condition::any().add(Column::CompanyId.gt(after.company)).add(later));
    }
    let rows = query.order_by_asc(Column::CompanyId).order_by_asc(Column::LeadId).limit(CHUNK).all(db).await?;
    Ok(rows.into_iter().map(|row| Unidentified { company: row.company_id, record_type: LEAD, record_id: row.lead_id }).collect())
}

/// Stores the party of a lead that had none.
pub async fn identify(db: &impl ConnectionTrait, record: &Unidentified, party: Uuid) -> Result<(), Error> {
    let values = lead::ActiveModel { party_id: Set(Some(party)), ..Default::default() };
    lead::Entity::update_many()
        .set(values)
        .filter(lead::Column::CompanyId.eq(record.company))
        .filter(lead::Column::LeadId.eq(record.record_id.as_str()))
        .filter(lead::Column::PartyId.is_null())
        .exec(db)
        .await?;
    Ok(())
}

fn no_lead(id: &str) -> Error {
    Error::refused("LEAD_NOT_FOUND", format!("There is no lead {id:?}."))
}
