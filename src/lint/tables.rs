//! The rules about an engine's tables.
use super::{
    catalogue::{Catalogue, Column, Kind, Reference, Table},
    finding::Finding,
    identity::{self, Identity, Sureness},
    rule::Rule,
    values::Seen,
};
use std::collections::HashMap;

/// What samples of columns held, by table title and column.
pub type Samples = HashMap<(String, String), Sample>;

/// What the values of one column told.
#[derive(Debug)]
pub enum Sample {
    /// What they look like, perhaps nothing.
    Seen(Vec<Seen>),
    /// Why they could not be read.
    Refused(String),
}

/// Everything that the tables do wrong.
pub fn check(catalogue: &Catalogue, samples: &Samples) -> Vec<Finding> {
    let mut findings = Vec::new();
    let records = records(catalogue);
    for table in catalogue.tables.iter().filter(|table| !table.is_hubs) {
        for column in &table.columns {
            findings.extend(copies(table, column, samples.get(&(table.title(), column.name.clone()))));
        }
        if !table.is_view {
            findings.extend(table.references.iter().filter_map(|reference| foreign_key(catalogue, table, reference)));
            findings.extend(table.columns.iter().filter_map(|column| other_name(&records, table, column)));
        }
    }
    findings
}

/// The nouns that tables are records of, and whether any of them holds identity.
fn records(catalogue: &Catalogue) -> HashMap<String, bool> {
    let mut records = HashMap::new();
    for table in catalogue.tables.iter().filter(|table| !table.is_hubs) {
        if let Some(noun) = identity::noun_of_record(&table.name) {
            *records.entry(noun).or_default() |= holds_identity(table);
        }
    }
    records
}

/// What a column holds, by its type or its name.
fn identity_of(table: &Table, column: &Column) -> Option<(Identity, String)> {
    let can_hold = matches!(column.kind, Kind::Text | Kind::CaseInsensitive | Kind::Json | Kind::Binary | Kind::Unknown | Kind::Number);
    if let (true, Some(name)) = (can_hold, &column.own_type)
        && let Some(found) = identity::of_type(name)
    {
        return Some((found, format!("by its type {name}")));
    }
    identity::of_name(&column.name, column.kind, is_of_people(table)).map(|found| (found, "by its name".to_owned()))
}

/// A table is one of people by its name, or because it holds e-mail addresses or phone numbers.
fn is_of_people(table: &Table) -> bool {
    let reaches_somebody = |column: &Column| matches!(identity::of_name(&column.name, column.kind, false), Some(Identity::Email | Identity::Phone));
    identity::is_of_people(&table.name) || table.columns.iter().any(reaches_somebody)
}

fn holds_identity(table: &Table) -> bool {
    table.columns.iter().any(|column| identity_of(table, column).is_some())
}

fn copies(table: &Table, column: &Column, sample: Option<&Sample>) -> Vec<Finding> {
    let subject = format!("{}.{}", table.title(), column.name);
    let finding = |rule, subject, what| Finding { place: column.place.clone(), subject, rule, what };
    let verb = if table.is_view { "The view shows" } else { "The column holds" };
    let seen: &[Seen] = match sample {
        Some(Sample::Seen(seen)) => seen,
        _ => &[],
    };
    let mut findings = Vec::new();
    if let Some((found, by)) = identity_of(table, column) {
        let evidence = seen.iter().find(|seen| seen.path.is_empty()).map(|seen| format!(" {}", seen.evidence())).unwrap_or_default();
        findings.push(finding(Rule::copy_of(found), subject.clone(), format!("{verb} {}, {by}.{evidence}", found.noun())));
    } else {
        findings.extend(seen.iter().map(|seen| {
            let subject = [subject.as_str(), &seen.path].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
            finding(Rule::IdentityInValues, subject, seen.evidence())
        }));
    }
    if let Some(Sample::Refused(reason)) = sample {
        findings.push(finding(Rule::NotSampled, subject, format!("The values were not looked at: {reason}.")));
    }
    findings
}

/// A foreign key into the hub, or to a table that holds identity by itself.
fn foreign_key(catalogue: &Catalogue, table: &Table, reference: &Reference) -> Option<Finding> {
    let target = catalogue.table(reference.schema.as_deref(), &reference.table, table);
    if target.is_some_and(|target| std::ptr::eq(target, table)) {
        return None;
    }
    let is_hubs = target.map_or_else(|| is_named_like_the_hubs(&reference.table), |target| target.is_hubs);
    let is_identity = || identity::of_table(&reference.table).is_some() && target.is_none_or(holds_identity);
    let what = if is_hubs {
        format!("A foreign key leads into the hub's own table {}.", reference.table)
    } else if is_identity() {
        format!("A foreign key leads to {}, a table of persons or organisations beside the hub.", reference.table)
    } else {
        return None;
    };
    let subject = format!("{}.{}", table.title(), reference.columns.join(","));
    Some(Finding { place: reference.place.clone(), subject, rule: Rule::ForeignKeyToIdentity, what })
}

fn is_named_like_the_hubs(name: &str) -> bool {
    let name = name.to_lowercase();
    ["party", "parties", "contact_point", "source_record"].contains(&name.as_str()) || name.starts_with("party_")
}

/// A column such as `customer_id` that has no foreign key and should be called `party_id`.
fn other_name(records: &HashMap<String, bool>, table: &Table, column: &Column) -> Option<Finding> {
    let can_refer = matches!(column.kind, Kind::Text | Kind::CaseInsensitive | Kind::Binary | Kind::Number | Kind::Id | Kind::Unknown);
    let (noun, sureness) = identity::of_reference(&column.name).filter(|_| can_refer)?;
    let has_key = table.references.iter().any(|reference| reference.columns.contains(&column.name));
    if has_key || identity::noun_of_record(&table.name).is_some_and(|own| own == noun) {
        return None;
    }
    let is_identity = records.get(&noun).copied().unwrap_or(sureness == Sureness::Sure);
    let what = || format!("The column refers to a {noun} by an id that is not the hub's.");
    let subject = format!("{}.{}", table.title(), column.name);
    is_identity.then(|| Finding { place: column.place.clone(), subject, rule: Rule::ReferenceByOtherName, what: what() })
}
