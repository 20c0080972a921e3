//! Leads: a person, an organisation, or both in one row. Both are kept, and the person works for the organisation.
use super::{
    Context,
    batch::{self, NewRow},
    describe::{Described, describe, item},
    identity::{PlacedRow, place},
};
use crate::{
    domain::{
        code::RelationshipCode,
        error::Error,
        event::EventType,
        id::PartyId,
        import::{
            mapping::{Field, Table},
            outcome::LedgerLine,
        },
        kind::PartyKind,
        name::name_key,
        party::Party,
        relationship::Relationship,
    },
    service::{Change, input::PartyInput, source_record::RecordInput},
    store,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

const WORKS_FOR: &str = "WORKS_FOR";

/// Who works where: the person, and the organisation's name as names are compared.
type Employment = (PartyId, String);

/// The rows that name each employment, with the organisation's name as each writes it.
type Employers = BTreeMap<Employment, Vec<(usize, String)>>;

/// Finds or makes the persons, and the organisations that they work for.
pub async fn take(change: &mut Change, context: &Context<'_>, table: &Table, rows: &[NewRow<'_>]) -> Result<Vec<LedgerLine>, Error> {
    let described = rows.iter().map(|row| Ok((row, person(context, table, row)?))).collect::<Result<Vec<_>, Error>>()?;
    let placed = place(change, context, described).await?;
    let mut employers = Employers::new();
    for (i, (row, placed)) in rows.iter().zip(&placed).enumerate() {
        let has_person = row.row.field(table, Field::Name).is_some();
        let organization = row.row.presented(table, Field::Organization, &mut Vec::new()).filter(|_| has_person);
        if let (Some(party), Some(organization)) = (placed.party, organization) {
            employers.entry((party, name_key(&organization))).or_default().push((i, organization));
        }
    }
    let employed = employ(change, context, table, (rows, employers)).await?;
    Ok(placed.into_iter().enumerate().map(|(i, placed)| with_employer(placed, employed.get(&i))).collect())
}

fn with_employer(placed: PlacedRow, employer: Option<&PartyId>) -> LedgerLine {
    let notes = [placed.line.note.clone(), employer.map(|id| format!("organisation {id}"))];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    LedgerLine { note: (!notes.is_empty()).then(|| notes.join("; ")), ..placed.line }
}

/// The person of a lead; the organisation, if the lead names nobody else.
fn person(context: &Context<'_>, table: &Table, row: &NewRow<'_>) -> Result<Described, Error> {
    let mut described = describe(context, table, row)?;
    let organization = described.source.presented.organization_name.clone();
    if let (None, Some(name)) = (&described.source.presented.display_name, organization) {
        let presented = described.source.presented.clone();
        let input = PartyInput { email: presented.email, phone: presented.phone, ..organization_named(name) };
        let roles = described.item.roles.clone();
        described.item = item(context, input, roles, &described.source, &mut described.notes)?;
    }
    Ok(described)
}

fn organization_named(name: String) -> PartyInput {
    PartyInput {
        kind: PartyKind::Organization,
        display_name: Some(name),
        given_name: None,
        family_name: None,
        legal_name: None,
        email: None,
        phone: None,
        address: None,
        identifiers: Vec::new(),
        roles: Vec::new(),
    }
}

/// Makes the organisations, one for each person and name: an organisation of the same name may be another one, which matching and
/// people decide, but a person's two leads with one name mean one. Tells the organisation of each row.
async fn employ(
    change: &mut Change,
    context: &Context<'_>,
    table: &Table,
    (rows, employers): (&[NewRow<'_>], Employers),
) -> Result<HashMap<usize, PartyId>, Error> {
    let record_type = table.organization_type.as_deref().unwrap_or("lead_company");
    let known = employers_of(change, employers.keys().map(|(person, _)| *person).collect()).await?;
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for (employment, named) in &employers {
        for (turn, (i, name)) in named.iter().enumerate() {
            let input = RecordInput {
                system: context.system.as_str().to_owned(),
                record_type: record_type.to_owned(),
                record_id: rows[*i].row.key.clone(),
                presented: crate::domain::link::Presented { organization_name: Some(name.clone()), ..Default::default() },
            };
            let source = input.parse(&context.company)?;
            let mut organization = item(context, organization_named(name.clone()), Vec::new(), &source, &mut Vec::new())?;
            organization.party = known.get(employment).copied();
            let turns = if turn == 0 { &mut first } else { &mut again };
            turns.push((*i, employment, organization));
        }
    }
    let (places, items): (Vec<(usize, &Employment)>, Vec<_>) = first.into_iter().map(|(i, employment, item)| ((i, employment), item)).unzip();
    let made = batch::place(change, context, items).await?;
    let (mut of_rows, mut of_persons, mut relations) = (HashMap::new(), HashMap::new(), Vec::new());
    for ((i, employment), found) in places.into_iter().zip(made) {
        let Ok(found) = found else { continue };
        of_rows.insert(i, found.party.id);
        of_persons.insert(employment, found.party.id);
        if found.created {
            relations.push((employment.0, found.party.id));
        }
    }
    relate(change, &relations).await?;
    let again = again.into_iter().filter_map(|(i, employment, mut item)| {
        item.party = Some(*of_persons.get(employment)?);
        Some((i, item))
    });
    let (places, items): (Vec<usize>, Vec<_>) = again.unzip();
    let found = batch::place(change, context, items).await?;
    of_rows.extend(places.into_iter().zip(found).filter_map(|(i, found)| Some((i, found.ok()?.party.id))));
    Ok(of_rows)
}

/// The organisations that persons work for already, by the names under which they are compared.
async fn employers_of(change: &Change, mut persons: Vec<PartyId>) -> Result<HashMap<Employment, PartyId>, Error> {
    persons.dedup();
    if persons.is_empty() {
        return Ok(HashMap::new());
    }
    let related = store::relationship::of_parties(change.tx(), &persons).await?;
    let works: Vec<(PartyId, PartyId)> = related
        .into_iter()
        .flat_map(|(person, related)| related.into_iter().map(move |one| (person, one)))
        .filter(|(person, one)| one.is_current() && one.from == *person && one.code.as_str() == WORKS_FOR)
        .map(|(person, one)| (person, one.to))
        .collect();
    let firms = store::party::resolve(change.tx(), &works.iter().map(|(_, firm)| *firm).collect::<Vec<_>>()).await?;
    let name = |party: &Party| name_key(&party.display_name);
    Ok(works.into_iter().filter_map(|(person, firm)| firms.get(&firm).map(|firm| ((person, name(firm)), firm.id))).collect())
}

/// Notes who works for whom, for organisations that were just made.
async fn relate(change: &mut Change, relations: &[(PartyId, PartyId)]) -> Result<(), Error> {
    let rows: Vec<Relationship> = relations
        .iter()
        .map(|(from, to)| Relationship {
            id: change.id(),
            from: *from,
            to: *to,
            code: RelationshipCode::stored(WORKS_FOR.to_owned()),
            title: None,
            valid_from: change.at,
            valid_to: None,
            created_by: change.actor.clone(),
            ended_by: None,
            end_reason: None,
        })
        .collect();
    for row in &rows {
        let payload = json!({
            "relationshipId": row.id.to_string(), "type": WORKS_FOR, "fromPartyId": row.from.to_string(), "toPartyId": row.to.to_string(),
            "title": null, "reason": null,
        });
        for party in [row.from, row.to] {
            change.record(EventType::RelationshipCreated, party, payload.clone());
        }
    }
    store::relationship::insert_many(change.tx(), &rows).await
}
