//! Find or create: the door through which engines bring people in without making copies.
//!
//! The evidence is tried in a fixed order: the active link of the source record, an identifier, an e-mail address that is verified or
//! primary and not shared. What finds nothing is created. An address that leads to several parties is reported, never guessed.
use super::{
    Change, Permission, Request,
    creation::{check_roles, create_many, new_role},
    input::PartyInput,
    source_record::{self, RecordInput},
};
use crate::{
    domain::{
        code::{RoleCode, SourceKey},
        company::Company,
        draft::PartyDraft,
        error::{Error, Refusals},
        event::EventType,
        id::PartyId,
        kind::{ContactKind, LinkMethod, PartyStatus, RecordState},
        link::{Link, SourceRecord},
        party::Party,
        refusal::{Code, Help, Refusal},
    },
    store,
};
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The most items of one bulk call.
pub const MAX_ITEMS: usize = 1_000;

/// How often a call begins anew when another writer made the same party in the meantime.
const ATTEMPTS: usize = 8;

/// What is known of somebody.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The engine's record that this is about; registered and linked to the party.
    pub source: Option<RecordInput>,
    /// The values that find the party, and that it is made of when it is new.
    pub party: PartyInput,
    /// A role that the party has in any case afterwards.
    pub role: Option<String>,
}

/// By what a party was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// The source record was linked to it.
    SourceRecord,
    /// It has the identifier.
    Identifier,
    /// It has the e-mail address.
    Email,
}

impl FoundBy {
    fn as_str(self) -> &'static str {
        match self {
            Self::SourceRecord => "SOURCE_RECORD",
            Self::Identifier => "IDENTIFIER",
            Self::Email => "EMAIL",
        }
    }
}

/// What became of one item.
#[derive(Clone, Debug)]
pub struct Found {
    /// The party.
    pub party: Party,
    /// By what it was found; absent when it was created.
    pub by: Option<FoundBy>,
}

/// Finds or creates one party for each evidence, all in one transaction. An item that is refused does not harm the others.
///
/// # Errors
/// `TOO_MANY_ITEMS`, `FORBIDDEN`, outages; refusals of single items are in the answer, in the order asked for.
pub async fn find_or_create(request: &Request, items: &[Evidence]) -> Result<Vec<Result<Found, Vec<Refusal>>>, Error> {
    if items.len() > MAX_ITEMS {
        let message = format!("{} items in one call; the limit is {MAX_ITEMS}. Send them in several calls.", items.len());
        return Err(Refusal::new(Code::TooManyItems, message).at("items").into());
    }
    for record in items.iter().filter_map(|item| item.source.as_ref()) {
        source_record::require(&request.caller, Permission::PartyWrite, record)?;
    }
    let mut attempt = 1;
    loop {
        match try_once(request, items).await {
            // Another call made the same party, link or role between our look and our write: now it can be found.
            Err(error) if attempt < ATTEMPTS && is_lost_race(&error) => attempt += 1,
            done => return done,
        }
    }
}

fn is_lost_race(error: &Error) -> bool {
    match error {
        Error::Contended(_) => true,
        Error::Refused(_) => matches!(error.code(), Code::DuplicateParty | Code::IdentifierTaken | Code::AlreadyLinked | Code::RoleAlreadyHeld),
        _ => false,
    }
}

async fn try_once(request: &Request, items: &[Evidence]) -> Result<Vec<Result<Found, Vec<Refusal>>>, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let mut parsed: Vec<Result<Item, Vec<Refusal>>> = items.iter().map(|item| Item::parse(&change.company, item)).collect();
    refuse_unknown_roles(&change, &mut parsed).await?;
    let known = Known::look_up(&change, parsed.iter().flatten()).await?;
    let plan = Plan::make(&known, parsed);
    let found = plan.carry_out(&mut change, &known).await?;
    change.commit().await?;
    Ok(found)
}

/// One item, parsed.
struct Item {
    source: Option<SourceRecord>,
    draft: PartyDraft,
    role: Option<RoleCode>,
}

impl Item {
    fn parse(company: &Company, evidence: &Evidence) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Refusals::default();
        let source = evidence.source.as_ref().and_then(|record| refusals.take("source", record.parse(company)));
        let role = refusals.optional("role", evidence.role.as_deref(), RoleCode::parse);
        let mut input = evidence.party.clone();
        if input.display_name.is_none() && input.given_name.is_none() && input.family_name.is_none() && input.legal_name.is_none() {
            // Somebody of whom only an address is known is shown by it until a name comes in.
            let presented = source.as_ref().and_then(|record| record.display_name.clone());
            input.display_name = presented.or_else(|| input.email.clone()).or_else(|| input.phone.clone());
        }
        if let Some(presented) = evidence.source.as_ref().map(|record| &record.presented) {
            input.email = input.email.or_else(|| presented.email.clone());
            input.phone = input.phone.or_else(|| presented.phone.clone());
        }
        if input.display_name.is_none() && input.given_name.is_none() && input.family_name.is_none() && input.legal_name.is_none() && source.is_none()
        {
            let message = "Nothing is known of the party: give a source record, an identifier, an e-mail address or a phone, and a name.";
            refusals.push(Refusal::new(Code::NotEnoughEvidence, message));
        }
        let draft = match input.parse(company) {
            Ok(draft) => Some(draft),
            Err(Error::Refused(more)) => {
                more.into_iter().for_each(|refusal| refusals.push(refusal));
                None
            }
            Err(_) => None,
        };
        match (refusals.check(), draft) {
            (Ok(()), Some(mut draft)) => {
                draft.roles.extend(role.iter().filter(|role| !draft.roles.contains(role)).cloned().collect::<Vec<_>>());
                Ok(Self { source, draft, role })
            }
            (Err(Error::Refused(refusals)), _) => Err(refusals),
            _ => Err(vec![Refusal::new(Code::Internal, "The item could not be read.")]),
        }
    }
}

async fn refuse_unknown_roles(change: &Change, items: &mut [Result<Item, Vec<Refusal>>]) -> Result<(), Error> {
    let codes: BTreeSet<RoleCode> = items.iter().flatten().flat_map(|item| item.draft.roles.iter().cloned()).collect();
    let codes: Vec<RoleCode> = codes.into_iter().collect();
    let Err(error) = check_roles(change, &codes).await else { return Ok(()) };
    let Error::Refused(refusals) = error else { return Err(error) };
    let unknown: HashMap<&RoleCode, &Refusal> =
        refusals.iter().filter_map(|refusal| Some((codes.get(refusal.path.first()?.parse::<usize>().ok()?)?, refusal))).collect();
    for slot in items {
        let Ok(item) = slot else { continue };
        if let Some(refusal) = item.draft.roles.iter().find_map(|role| unknown.get(role)) {
            *slot = Err(vec![Refusal { path: vec!["role".to_owned()], ..(*refusal).clone() }]);
        }
    }
    Ok(())
}

/// What the database knows of the evidence of all items, in a handful of statements.
struct Known {
    links: HashMap<SourceKey, PartyId>,
    records: HashSet<SourceKey>,
    identifiers: HashMap<(String, String), PartyId>,
    emails: HashMap<String, BTreeSet<PartyId>>,
    shared_emails: HashSet<String>,
    parties: HashMap<PartyId, Party>,
}

impl Known {
    async fn look_up(change: &Change, items: impl Iterator<Item = &Item>) -> Result<Self, Error> {
        let (mut sources, mut identifiers, mut emails) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for item in items {
            sources.extend(item.source.iter().map(|record| record.key.clone()));
            identifiers.extend(item.draft.identifiers.iter().cloned());
            emails.extend(item.draft.email.iter().map(|email| email.key().to_owned()));
        }
        let sources: Vec<SourceKey> = sources.into_iter().collect();
        let emails: Vec<String> = emails.into_iter().collect();
        let tx = change.tx();
        let links: HashMap<SourceKey, PartyId> = store::link::active(tx, &sources).await?.into_iter().map(|(key, link)| (key, link.party)).collect();
        let records = store::source_record::find(tx, &sources).await?.into_keys().collect();
        let identifiers: HashMap<(String, String), PartyId> = store::identifier::taken(tx, &identifiers)
            .await?
            .into_iter()
            .map(|taken| ((taken.identifier.scheme().as_str().to_owned(), taken.identifier.value().to_owned()), taken.party))
            .collect();
        let points = if emails.is_empty() { Vec::new() } else { store::contact_point::by_keys(tx, ContactKind::Email, &emails).await? };
        let shared_emails: HashSet<String> = points.iter().filter(|point| point.is_shared).map(|point| point.key.clone()).collect();
        let mut by_email: HashMap<String, BTreeSet<PartyId>> = HashMap::new();
        for point in points.iter().filter(|point| !point.is_shared && (point.is_primary || point.verified_at.is_some())) {
            by_email.entry(point.key.clone()).or_default().insert(point.party);
        }
        by_email.retain(|key, _| !shared_emails.contains(key));
        let ids: BTreeSet<PartyId> = links.values().chain(identifiers.values()).chain(by_email.values().flatten()).copied().collect();
        let parties = store::party::resolve(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self { links, records, identifiers, emails: by_email, shared_emails, parties })
    }

    fn canonical(&self, id: PartyId) -> PartyId {
        self.parties.get(&id).map_or(id, |party| party.id)
    }
}

/// Which party an item goes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    /// A party that is there.
    Known(PartyId),
    /// The party that is made of this draft.
    New(usize),
}

/// What is to be done for all items.
struct Plan {
    drafts: Vec<PartyDraft>,
    items: Vec<Planned<Target>>,
}

impl Plan {
    fn make(known: &Known, parsed: Vec<Result<Item, Vec<Refusal>>>) -> Self {
        let mut drafts: Vec<PartyDraft> = Vec::new();
        // What earlier items of this call will have brought in.
        let mut sources: HashMap<SourceKey, Target> =
            known.links.iter().map(|(key, id)| (key.clone(), Target::Known(known.canonical(*id)))).collect();
        let mut identifiers: HashMap<(String, String), Target> =
            known.identifiers.iter().map(|(key, id)| (key.clone(), Target::Known(known.canonical(*id)))).collect();
        let mut emails: HashMap<String, BTreeSet<Target>> = HashMap::new();
        for (key, ids) in &known.emails {
            emails.insert(key.clone(), ids.iter().map(|id| Target::Known(known.canonical(*id))).collect());
        }
        let items = parsed
            .into_iter()
            .map(|item| {
                let mut item = item?;
                let found = find(&item, &sources, &identifiers, &emails)?;
                let (target, by) = match found {
                    Some((target, by)) => (target, Some(by)),
                    None => {
                        item.draft.email_is_shared = item.draft.email.as_ref().is_some_and(|email| known.shared_emails.contains(email.key()));
                        drafts.push(item.draft.clone());
                        (Target::New(drafts.len() - 1), None)
                    }
                };
                if let Some(record) = &item.source {
                    sources.entry(record.key.clone()).or_insert(target);
                }
                if by.is_none() {
                    for identifier in &item.draft.identifiers {
                        identifiers.insert((identifier.scheme().as_str().to_owned(), identifier.value().to_owned()), target);
                    }
                    if let Some(email) = item.draft.email.as_ref().filter(|_| !item.draft.email_is_shared) {
                        emails.entry(email.key().to_owned()).or_default().insert(target);
                    }
                }
                Ok((target, by, item))
            })
            .collect();
        Self { drafts, items }
    }

    async fn carry_out(self, change: &mut Change, known: &Known) -> Result<Vec<Result<Found, Vec<Refusal>>>, Error> {
        let made = if self.drafts.is_empty() { Vec::new() } else { create_many(change, self.drafts).await? };
        let mut parties = known.parties.clone();
        parties.extend(made.iter().map(|party| (party.id, party.clone())));
        let id_of = |target: Target| match target {
            Target::Known(id) => id,
            Target::New(index) => made.get(index).map_or(PartyId(uuid::Uuid::nil()), |party| party.id),
        };
        let mut answers: Vec<Planned<PartyId>> = Vec::with_capacity(self.items.len());
        for item in self.items {
            answers.push(item.map(|(target, by, item)| (id_of(target), by, item)));
        }
        refuse_inactive(&mut answers, &parties, known);
        assign_roles(change, &answers).await?;
        link_records(change, &answers, known).await?;
        answers
            .into_iter()
            .map(|answer| match answer {
                Ok((id, by, _)) => {
                    let party = parties.get(&id).cloned().ok_or_else(|| Error::internal("a party that was found is gone"))?;
                    Ok(Ok(Found { party, by }))
                }
                Err(refusals) => Ok(Err(refusals)),
            })
            .collect()
    }
}

/// Where an item goes and by what it was found, or why it goes nowhere.
type Planned<To> = Result<(To, Option<FoundBy>, Item), Vec<Refusal>>;

fn find(
    item: &Item,
    sources: &HashMap<SourceKey, Target>,
    identifiers: &HashMap<(String, String), Target>,
    emails: &HashMap<String, BTreeSet<Target>>,
) -> Result<Option<(Target, FoundBy)>, Vec<Refusal>> {
    if let Some(target) = item.source.as_ref().and_then(|record| sources.get(&record.key)) {
        return Ok(Some((*target, FoundBy::SourceRecord)));
    }
    let by_identifier: BTreeSet<Target> =
        item.draft.identifiers.iter().filter_map(|id| identifiers.get(&(id.scheme().as_str().to_owned(), id.value().to_owned())).copied()).collect();
    if let Some(target) = only(&by_identifier, "identifiers", "The identifiers belong to different parties.")? {
        return Ok(Some((target, FoundBy::Identifier)));
    }
    let nobody = BTreeSet::new();
    let by_email = item.draft.email.as_ref().and_then(|email| emails.get(email.key())).unwrap_or(&nobody);
    let target = only(by_email, "email", "The e-mail address belongs to several parties.")?;
    Ok(target.map(|target| (target, FoundBy::Email)))
}

fn only(targets: &BTreeSet<Target>, field: &str, what: &str) -> Result<Option<Target>, Vec<Refusal>> {
    if targets.len() < 2 {
        return Ok(targets.first().copied());
    }
    let candidates = targets
        .iter()
        .filter_map(|target| match target {
            Target::Known(id) => Some(*id),
            Target::New(_) => None,
        })
        .collect();
    let message = format!("{what} Link the source record to the right one, or give better evidence.");
    Err(vec![Refusal::new(Code::AmbiguousMatch, message).at(field).with(Help::Candidates(candidates))])
}

/// A party that is out of use takes no role and no link; finding it without asking for either is fine.
fn refuse_inactive(answers: &mut [Planned<PartyId>], parties: &HashMap<PartyId, Party>, known: &Known) {
    for answer in answers {
        let Ok((id, _, item)) = answer else { continue };
        let wants_link = item.source.as_ref().is_some_and(|record| !known.links.contains_key(&record.key));
        let active = parties.get(id).is_none_or(|party| party.status == PartyStatus::Active);
        if !active && (wants_link || item.role.is_some()) {
            let refusal = Refusal::new(Code::PartyInactive, "The party is deactivated. Reactivate it first.");
            *answer = Err(vec![refusal.with(Help::Candidates(vec![*id]))]);
        }
    }
}

async fn assign_roles(change: &mut Change, answers: &[Planned<PartyId>]) -> Result<(), Error> {
    let wanted: BTreeSet<(PartyId, RoleCode)> = answers.iter().flatten().filter_map(|(id, _, item)| Some((*id, item.role.clone()?))).collect();
    let mut ids: Vec<PartyId> = wanted.iter().map(|(id, _)| *id).collect();
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let mut held = store::role::of_parties(change.tx(), &ids).await?;
    let missing: Vec<(PartyId, RoleCode)> = wanted
        .into_iter()
        .filter(|(id, code)| !held.get(id).is_some_and(|roles| roles.iter().any(|role| role.valid_to.is_none() && role.code == *code)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    // The parties are held, in the order of their ids, so that two writers do not both make their role the primary one.
    let mut changed: Vec<PartyId> = missing.iter().map(|(id, _)| *id).collect();
    changed.dedup();
    store::party::touch(change.tx(), &changed, change.at).await?;
    held = store::role::of_parties(change.tx(), &changed).await?;
    let mut roles = Vec::new();
    for (id, code) in missing {
        let current: Vec<_> = held.get(&id).into_iter().flatten().filter(|role| role.valid_to.is_none()).collect();
        if current.iter().any(|role| role.code == code) {
            continue;
        }
        let first = current.is_empty() && !roles.iter().any(|role: &crate::domain::role::RoleHolding| role.party == id);
        change.record(EventType::RoleAssigned, id, json!({ "role": code.as_str() }));
        roles.push(new_role(change, id, &code, first));
    }
    store::role::insert_many(change.tx(), &roles).await
}

async fn link_records(change: &mut Change, answers: &[Planned<PartyId>], known: &Known) -> Result<(), Error> {
    let mut records: HashMap<SourceKey, (SourceRecord, PartyId, Option<FoundBy>)> = HashMap::new();
    for (id, by, item) in answers.iter().flatten() {
        if let Some(record) = item.source.as_ref().filter(|record| !known.links.contains_key(&record.key)) {
            records.entry(record.key.clone()).or_insert_with(|| (record.clone(), *id, *by));
        }
    }
    let mut records: Vec<_> = records.into_values().collect();
    records.sort_by(|(a, ..), (b, ..)| a.key.cmp(&b.key));
    let mut rows = Vec::new();
    let mut links = Vec::new();
    for (record, party, by) in records {
        let key = record.key.clone();
        if !known.records.contains(&key) {
            change.record(EventType::SourceRecordRegistered, party, json!({ "source": key.to_string() }));
        }
        let evidence = json!({ "matchedBy": by.map(FoundBy::as_str), "created": by.is_none() });
        change.record(EventType::LinkCreated, party, json!({ "source": key.to_string(), "method": LinkMethod::Auto.as_str(), "evidence": evidence }));
        rows.push(SourceRecord { state: RecordState::Linked, received_at: change.at, updated_at: change.at, ..record });
        links.push(Link {
            id: change.id(),
            source: key,
            party,
            method: LinkMethod::Auto,
            confidence: Some(1.0),
            evidence: Some(evidence),
            note: None,
            linked_by: change.actor.clone(),
            linked_at: change.at,
            ended_by: None,
            ended_at: None,
            end_reason: None,
        });
    }
    if links.is_empty() {
        return Ok(());
    }
    let keys: Vec<SourceKey> = rows.iter().map(|row| row.key.clone()).collect();
    store::source_record::upsert_many(change.tx(), &rows).await?;
    store::source_record::set_state(change.tx(), &keys, RecordState::Linked).await?;
    store::link::insert_many(change.tx(), &links).await
}
