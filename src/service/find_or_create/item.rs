//! One item of a call, parsed.
use super::Evidence;
use crate::{
    domain::{
        code::RoleCode,
        company::Company,
        draft::PartyDraft,
        error::{Error, Refusals},
        id::PartyId,
        link::SourceRecord,
        name::placeholder,
        refusal::{Code, Refusal},
    },
    service::{Change, creation::check_roles, input::PartyInput},
};
use std::collections::{BTreeSet, HashMap};

/// One item, parsed.
pub struct Item {
    /// The record that is to be linked.
    pub source: Option<SourceRecord>,
    /// The party that is made when none is found.
    pub draft: PartyDraft,
    /// Whether enough is known to make it; a source record alone can only be looked up.
    pub is_enough: bool,
    /// The roles that the party is to hold, found or made.
    pub roles: Vec<RoleCode>,
    /// The party that it goes to in any case, where the caller knows it.
    pub party: Option<PartyId>,
}

impl Item {
    /// Parses an item, and tells of everything that is wrong with it at once.
    pub fn parse(company: &Company, evidence: &Evidence) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Refusals::default();
        let source = evidence.source.as_ref().and_then(|record| refusals.take("source", record.parse(company)));
        let role = refusals.optional("role", evidence.role.as_deref(), RoleCode::parse);
        let mut input = evidence.party.clone();
        let is_enough = !is_nameless(&input) || input.email.is_some() || input.phone.is_some() || !input.identifiers.is_empty();
        if !is_enough && evidence.source.is_none() {
            return Err(vec![not_enough()]);
        }
        if is_nameless(&input) {
            // An address or number is no name: it would show to everybody what only some may see.
            input.display_name = Some(placeholder(input.kind).to_owned());
        }
        let draft = input.parse(company).map_err(into_refusals);
        let mut all = refusals.check().map_err(into_refusals).err().unwrap_or_default();
        match draft {
            Ok(mut draft) if all.is_empty() => {
                draft.roles.extend(role.iter().filter(|role| !draft.roles.contains(role)).cloned().collect::<Vec<_>>());
                Ok(Self { source, draft, is_enough, roles: role.into_iter().collect(), party: None })
            }
            Ok(_) => Err(all),
            Err(more) => {
                all.extend(more);
                Err(all)
            }
        }
    }
}

/// The refusal of an item of which too little is known to make a party.
pub fn not_enough() -> Refusal {
    let message = "Nothing is known of the party. Give a name, an e-mail address, a phone number or an identifier.";
    Refusal::new(Code::NotEnoughEvidence, message)
}

fn is_nameless(party: &PartyInput) -> bool {
    party.display_name.is_none() && party.given_name.is_none() && party.family_name.is_none() && party.legal_name.is_none()
}

fn into_refusals(error: Error) -> Vec<Refusal> {
    match error {
        Error::Refused(refusals) => refusals,
        other => vec![Refusal::new(Code::Internal, other.to_string())],
    }
}

/// Refuses the items that name a role which is not in the catalogue.
pub async fn refuse_unknown_roles(change: &Change, items: &mut [Result<Item, Vec<Refusal>>]) -> Result<(), Error> {
    let codes: BTreeSet<RoleCode> = items.iter().flatten().flat_map(|item| item.draft.roles.iter().cloned()).collect();
    let codes: Vec<RoleCode> = codes.into_iter().collect();
    let Err(error) = check_roles(change, &codes).await else { return Ok(()) };
    let Error::Refused(refusals) = error else { return Err(error) };
    // The refusals name places in the list of all codes; an item's own list is another.
    let place = |refusal: &Refusal| refusal.path.first()?.parse::<usize>().ok();
    let unknown: HashMap<&RoleCode, &Refusal> = refusals.iter().filter_map(|refusal| Some((codes.get(place(refusal)?)?, refusal))).collect();
    for slot in items {
        let Ok(item) = slot else { continue };
        let found = item.draft.roles.iter().enumerate().find_map(|(i, role)| Some((i, role.clone(), *unknown.get(role)?)));
        if let Some((i, role, refusal)) = found {
            let path = if item.roles.contains(&role) { vec!["role".to_owned()] } else { vec!["roles".to_owned(), i.to_string()] };
            *slot = Err(vec![Refusal { path, ..refusal.clone() }]);
        }
    }
    Ok(())
}
