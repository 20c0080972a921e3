//! Relationships: relating parties and ending it.
use super::{
    Change, Permission, Request,
    input::{note, past},
    party::{live, writable},
    race,
};
use crate::{
    domain::{
        code::RelationshipCode,
        error::{Error, Refusals},
        event::EventType,
        id::{PartyId, RelationshipId},
        name::Name,
        refusal::{Code, Refusal},
        relationship::{Relationship, RelationshipType},
        text::shortened,
    },
    store,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashMap;

/// The relationship types that the company has, by code.
pub async fn types(request: &Request) -> Result<Vec<RelationshipType>, Error> {
    store::relationship::types(&*request.read().await?).await
}

/// All relationships of some parties, from either end: current ones first, then by start.
pub async fn of_parties(request: &Request, ids: &[PartyId]) -> Result<HashMap<PartyId, Vec<Relationship>>, Error> {
    let mut of_parties = store::relationship::of_parties(&*request.read().await?, ids).await?;
    for relationships in of_parties.values_mut() {
        relationships.sort_by_key(|relationship| !relationship.is_current());
    }
    Ok(of_parties)
}

/// A relationship that is to be.
pub struct NewRelationship {
    /// The party from which the type's label is read.
    pub from: PartyId,
    /// The party at the other end.
    pub to: PartyId,
    /// The type's code.
    pub code: String,
    /// What it is called in this case, for instance a job title.
    pub title: Option<String>,
    /// Since when, not in the future; now when absent.
    pub valid_from: Option<DateTime<Utc>>,
}

/// Relates two parties.
///
/// # Errors
/// `RELATIONSHIP_TYPE_UNKNOWN`; `RELATIONSHIP_EXISTS`, for a type that reads the same from both ends in either direction; `INVALID_ARGUMENT` for
/// a party with itself or a start in the future; `INVALID_NAME` for a title that is none.
pub async fn relate(request: &Request, new: NewRelationship) -> Result<Relationship, Error> {
    let change = request.change(Permission::PartyWrite).await?;
    let relationship = parse(&change, new)?;
    hold_both(&change, &relationship).await?;
    let types = store::relationship::types(change.tx()).await?;
    let known = types.iter().find(|known| known.code == relationship.code).ok_or_else(|| unknown_type(&relationship.code))?;
    let mut between = store::relationship::current_between(change.tx(), relationship.from, relationship.to).await?;
    if known.is_symmetric() {
        between.extend(store::relationship::current_between(change.tx(), relationship.to, relationship.from).await?);
    }
    if between.iter().any(|existing| existing.code == relationship.code) {
        let message = format!("The parties are related as {:?} already. End that relationship first.", relationship.code.as_str());
        return Err(Refusal::new(Code::RelationshipExists, message).at("type").into());
    }
    store::relationship::insert_many(change.tx(), std::slice::from_ref(&relationship)).await?;
    finish(change, EventType::RelationshipCreated, relationship).await
}

fn parse(change: &Change, new: NewRelationship) -> Result<Relationship, Error> {
    let mut refusals = Refusals::default();
    let code = refusals.take("type", RelationshipCode::parse(&new.code));
    let title = new.title.map(|title| Name::parse("title", &title)).transpose();
    let valid_from = new.valid_from.map(|from| past("validFrom", from, change.at)).transpose();
    if new.from == new.to {
        refusals.push(Refusal::new(Code::InvalidArgument, "A party cannot be related to itself: give another one.").at("toPartyId"));
    }
    let (title, valid_from) = match (title, valid_from) {
        (Ok(title), Ok(valid_from)) => (title, valid_from),
        (title, valid_from) => {
            title.err().into_iter().chain(valid_from.err()).for_each(|refusal| refusals.push(refusal));
            (None, None)
        }
    };
    refusals.check()?;
    Ok(Relationship {
        id: change.id(),
        from: new.from,
        to: new.to,
        code: code.ok_or_else(|| Error::internal("a code that was not refused is missing"))?,
        title: title.map(|title| title.as_str().to_owned()),
        valid_from: valid_from.unwrap_or(change.at),
        valid_to: None,
        created_by: change.actor.clone(),
        ended_by: None,
        end_reason: None,
    })
}

/// Holds both parties, in the order of their ids so that two changes of the same parties never wait for each other.
async fn hold_both(change: &Change, relationship: &Relationship) -> Result<(), Error> {
    let mut ends = [(relationship.from, "fromPartyId"), (relationship.to, "toPartyId")];
    ends.sort();
    for (id, field) in ends {
        writable(change, id).await.map_err(|error| blamed_on(field, error))?;
    }
    Ok(())
}

/// Ends a relationship. Its parties may be deactivated: who left a company that is no more has left it all the same.
///
/// # Errors
/// `RELATIONSHIP_NOT_FOUND` when there is none with the id, or it has ended.
pub async fn end(request: &Request, id: RelationshipId, reason: Option<&str>) -> Result<Relationship, Error> {
    race::settled(|| try_end(request, id, reason)).await
}

async fn try_end(request: &Request, id: RelationshipId, reason: Option<&str>) -> Result<Relationship, Error> {
    let change = request.change(Permission::PartyWrite).await?;
    let reason = note("reason", reason)?;
    let seen = current(&change, id).await?;
    store::party::lock_many(change.tx(), &[seen.from, seen.to]).await?;
    // Another change may have ended it while this one waited for the parties, or a merge may have handed it over.
    let mut relationship = current(&change, id).await?;
    if (relationship.from, relationship.to) != (seen.from, seen.to) {
        return Err(Error::Contended(std::sync::Arc::new(std::io::Error::other("the relationship was handed over to another party"))));
    }
    for party in [seen.from, seen.to] {
        live(&change, party).await.map_err(|error| blamed_on("relationshipId", error))?;
    }
    relationship.valid_to = Some(change.at.max(relationship.valid_from));
    relationship.ended_by = Some(change.actor.clone());
    relationship.end_reason = reason;
    store::relationship::end(change.tx(), &relationship).await?;
    finish(change, EventType::RelationshipEnded, relationship).await
}

async fn current(change: &Change, id: RelationshipId) -> Result<Relationship, Error> {
    let found = store::relationship::find(change.tx(), id).await?.filter(Relationship::is_current);
    found.ok_or_else(|| {
        let message = format!("There is no relationship with the id {id}, or it has ended.");
        Refusal::new(Code::RelationshipNotFound, message).at("relationshipId").into()
    })
}

/// Notes what happened in the logs of both parties, and commits.
async fn finish(mut change: Change, event: EventType, relationship: Relationship) -> Result<Relationship, Error> {
    let payload = json!({
        "relationshipId": relationship.id.to_string(),
        "type": relationship.code.as_str(),
        "fromPartyId": relationship.from.to_string(),
        "toPartyId": relationship.to.to_string(),
        "title": relationship.title,
        "reason": relationship.end_reason,
    });
    for party in [relationship.from, relationship.to] {
        change.record(event, party, payload.clone());
    }
    store::party::touch(change.tx(), &[relationship.from, relationship.to], change.at).await?;
    change.commit().await?;
    Ok(relationship)
}

/// The same refusals at the input field that named the party.
fn blamed_on(field: &str, error: Error) -> Error {
    match error {
        Error::Refused(refusals) => Error::Refused(refusals.into_iter().map(|refusal| Refusal { path: vec![field.to_owned()], ..refusal }).collect()),
        other => other,
    }
}

fn unknown_type(code: &RelationshipCode) -> Refusal {
    let message = format!("There is no relationship type {:?}. `relationshipTypes` lists those there are.", shortened(code.as_str()));
    Refusal::new(Code::RelationshipTypeUnknown, message).at("type")
}
