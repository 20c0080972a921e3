//! Roles: assigning and ending them, and which one comes first.
//!
//! A party that holds roles has exactly one primary role. Every change of a party's roles holds the party's row first, so that two
//! changes of the same party run one after the other.
use super::{
    Change, Permission, Request,
    creation::{assigned, role_from_now},
    input::{note, past},
    party::writable,
    role_type,
};
use crate::{
    domain::{
        code::RoleCode,
        error::{Error, Refusals},
        event::EventType,
        id::{PartyId, RoleId},
        party::Party,
        refusal::{Code, Refusal},
        role::{ITAD_CLIENT, PROSPECT, RoleHolding, SALES_CUSTOMER},
    },
    store,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashMap;

/// All roles that some parties hold or held: current ones first, then by start.
pub async fn of_parties(request: &Request, ids: &[PartyId]) -> Result<HashMap<PartyId, Vec<RoleHolding>>, Error> {
    let mut of_parties = store::role::of_parties(&*request.read().await?, ids).await?;
    for holdings in of_parties.values_mut() {
        holdings.sort_by_key(|holding| !holding.is_current());
    }
    Ok(of_parties)
}

/// A role that a party is to get.
pub struct Assignment {
    /// The party.
    pub party: PartyId,
    /// The role's code.
    pub role: String,
    /// Whether it becomes the primary role; a party's first one does in any case.
    pub make_primary: bool,
    /// Since when, not in the future; now when absent.
    pub valid_from: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Option<String>,
}

/// Gives a party a role.
///
/// # Errors
/// `ROLE_UNKNOWN`, `ROLE_ALREADY_HELD` (now, or in a part of the time asked for), `INVALID_ARGUMENT` when the role is to begin in the future.
pub async fn assign(request: &Request, assignment: Assignment) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let mut refusals = Refusals::default();
    let code = refusals.take("role", RoleCode::parse(&assignment.role));
    let reason = parse_reason(&mut refusals, assignment.reason.as_deref());
    let valid_from = assignment.valid_from.and_then(|from| match past("validFrom", from, change.at) {
        Ok(from) => Some(from),
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    });
    refusals.check()?;
    let code = code.ok_or_else(|| Error::internal("a code that was not refused is missing"))?;
    let mut roles = Roles::of(&change, assignment.party).await?;
    if !store::role::types(change.tx()).await?.iter().any(|known| known.code == code) {
        return Err(role_type::unknown(&code).at("role").into());
    }
    if roles.current(&code).is_some() {
        return Err(already_held(&code).at("role").into());
    }
    let id = roles.grant(&mut change, &code, valid_from, reason).await?;
    if assignment.make_primary {
        roles.make_primary(&mut change, id).await?;
    }
    roles.commit(change).await
}

/// Ends a role that a party holds. When it was the primary one, the oldest that remains takes its place.
///
/// # Errors
/// `ROLE_NOT_HELD`.
pub async fn end(request: &Request, party: PartyId, role: &str, reason: Option<&str>) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let mut refusals = Refusals::default();
    let code = refusals.take("role", RoleCode::parse(role));
    let reason = parse_reason(&mut refusals, reason);
    refusals.check()?;
    let code = code.ok_or_else(|| Error::internal("a code that was not refused is missing"))?;
    let mut roles = Roles::of(&change, party).await?;
    roles.end(&mut change, &code, reason).await.map_err(|error| error.at("role"))?;
    roles.settle(&mut change).await?;
    roles.commit(change).await
}

/// Makes a role that a party holds its primary one. Nothing changes when it is already.
///
/// # Errors
/// `ROLE_NOT_HELD`.
pub async fn set_primary(request: &Request, party: PartyId, role: &str) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let code = RoleCode::parse(role).map_err(|refusal| refusal.at("role"))?;
    let mut roles = Roles::of(&change, party).await?;
    let id = roles.current(&code).map(|holding| holding.id).ok_or_else(|| not_held(&code).at("role"))?;
    roles.make_primary(&mut change, id).await?;
    roles.commit(change).await
}

/// Ends a party's role as prospect and makes it a sales customer in the first place.
///
/// # Errors
/// `ROLE_NOT_HELD` when it is no prospect.
pub async fn convert_prospect(request: &Request, party: PartyId, reason: Option<&str>) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let reason = note("reason", reason)?;
    let (prospect, customer) = (RoleCode::stored(PROSPECT.to_owned()), RoleCode::stored(SALES_CUSTOMER.to_owned()));
    let mut roles = Roles::of(&change, party).await?;
    roles.end(&mut change, &prospect, reason.clone()).await.map_err(|error| error.at("partyId"))?;
    let id = match roles.current(&customer) {
        Some(holding) => holding.id,
        None => roles.grant(&mut change, &customer, None, reason).await?,
    };
    roles.make_primary(&mut change, id).await?;
    roles.commit(change).await
}

/// Makes a party a client of IT asset disposition.
///
/// # Errors
/// `ROLE_ALREADY_HELD` when it is one.
pub async fn enroll_in_itad(request: &Request, party: PartyId, reason: Option<&str>) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let reason = note("reason", reason)?;
    let client = RoleCode::stored(ITAD_CLIENT.to_owned());
    let mut roles = Roles::of(&change, party).await?;
    if roles.current(&client).is_some() {
        return Err(already_held(&client).at("partyId").into());
    }
    roles.grant(&mut change, &client, None, reason).await?;
    roles.commit(change).await
}

/// The roles of one party, which is held until the change ends.
struct Roles {
    party: Party,
    holdings: Vec<RoleHolding>,
}

impl Roles {
    async fn of(change: &Change, party: PartyId) -> Result<Self, Error> {
        let party = writable(change, party).await?;
        let holdings = store::role::of_parties(change.tx(), &[party.id]).await?.remove(&party.id).unwrap_or_default();
        Ok(Self { party, holdings })
    }

    fn current(&self, code: &RoleCode) -> Option<&RoleHolding> {
        self.holdings.iter().find(|holding| holding.is_current() && holding.code == *code)
    }

    fn primary(&self) -> Option<&RoleHolding> {
        self.holdings.iter().find(|holding| holding.is_current() && holding.is_primary)
    }

    /// Adds a role that is not held; it becomes the primary one when there is none.
    async fn grant(&mut self, change: &mut Change, code: &RoleCode, from: Option<DateTime<Utc>>, reason: Option<String>) -> Result<RoleId, Error> {
        let last_end = self.holdings.iter().filter(|holding| holding.code == *code).filter_map(|holding| holding.valid_to).max();
        let valid_from = match (from, last_end) {
            (Some(from), Some(end)) if from < end => return Err(overlapping(code, end).into()),
            (Some(from), _) => from,
            // A change that began before another one ended the role may run after it: then the new time begins where the old one ended.
            (None, end) => end.map_or(change.at, |end| end.max(change.at)),
        };
        let is_primary = self.primary().is_none();
        let holding = RoleHolding { valid_from, grant_reason: reason, ..role_from_now(change, self.party.id, code, is_primary) };
        store::role::insert_many(change.tx(), std::slice::from_ref(&holding)).await?;
        change.record(EventType::RoleAssigned, self.party.id, assigned(&holding));
        let id = holding.id;
        self.holdings.push(holding);
        Ok(id)
    }

    /// Ends a role; the party may be without a primary one afterwards.
    async fn end(&mut self, change: &mut Change, code: &RoleCode, reason: Option<String>) -> Result<(), Error> {
        let held = self.holdings.iter_mut().find(|holding| holding.is_current() && holding.code == *code);
        let holding = held.ok_or_else(|| not_held(code))?;
        holding.is_primary = false;
        // A change that began before another one granted the role may run after it: a role never ends before it begins.
        holding.valid_to = Some(change.at.max(holding.valid_from));
        holding.ended_by = Some(change.actor.clone());
        holding.end_reason = reason;
        store::role::update(change.tx(), holding).await?;
        change.record(EventType::RoleEnded, self.party.id, json!({ "role": code.as_str(), "reason": holding.end_reason }));
        Ok(())
    }

    async fn make_primary(&mut self, change: &mut Change, id: RoleId) -> Result<(), Error> {
        let before = self.primary().map(|holding| holding.id);
        if before == Some(id) {
            return Ok(());
        }
        let mut from = None;
        // The old one steps back first: the database knows one primary role at any moment.
        if let Some(holding) = self.holdings.iter_mut().find(|holding| Some(holding.id) == before) {
            holding.is_primary = false;
            from = Some(holding.code.clone());
            store::role::update(change.tx(), holding).await?;
        }
        if let Some(holding) = self.holdings.iter_mut().find(|holding| holding.id == id) {
            holding.is_primary = true;
            store::role::update(change.tx(), holding).await?;
            let payload = json!({ "role": holding.code.as_str(), "before": from.as_ref().map(RoleCode::as_str) });
            change.record(EventType::RoleMadePrimary, self.party.id, payload);
        }
        Ok(())
    }

    /// Makes the oldest role the primary one when none is.
    async fn settle(&mut self, change: &mut Change) -> Result<(), Error> {
        let oldest = self.holdings.iter().filter(|holding| holding.is_current()).min_by_key(|holding| (holding.valid_from, holding.id));
        match (self.primary(), oldest.map(|holding| holding.id)) {
            (None, Some(oldest)) => self.make_primary(change, oldest).await,
            _ => Ok(()),
        }
    }

    async fn commit(mut self, change: Change) -> Result<Party, Error> {
        if change.is_empty() {
            return Ok(self.party);
        }
        self.party.updated_at = change.at;
        store::party::touch(change.tx(), &[self.party.id], change.at).await?;
        change.commit().await?;
        Ok(self.party)
    }
}

fn parse_reason(refusals: &mut Refusals, reason: Option<&str>) -> Option<String> {
    match note("reason", reason) {
        Ok(reason) => reason,
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    }
}

fn already_held(code: &RoleCode) -> Refusal {
    Refusal::new(Code::RoleAlreadyHeld, format!("The party holds the role {:?} already.", code.as_str()))
}

fn not_held(code: &RoleCode) -> Refusal {
    Refusal::new(Code::RoleNotHeld, format!("The party does not hold the role {:?} now. Its `roles` are those that it holds.", code.as_str()))
}

fn overlapping(code: &RoleCode, end: DateTime<Utc>) -> Refusal {
    let message = format!("The party held the role {:?} until {}. `validFrom` must not lie before that.", code.as_str(), end.to_rfc3339());
    Refusal::new(Code::RoleAlreadyHeld, message).at("validFrom")
}
