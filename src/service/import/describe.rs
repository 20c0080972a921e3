//! What a row says of a person or organisation: what parses becomes values of the party, the rest is kept as it was presented.
use super::{Context, batch::NewRow};
use crate::{
    domain::{
        code::RoleCode,
        email::Email,
        error::Error,
        import::{
            mapping::{Field, Table},
            row,
        },
        kind::PartyKind,
        link::SourceRecord,
        name::{MAX_NAME_CHARS, placeholder},
    },
    service::{
        find_or_create::Item,
        input::{AddressInput, PartyInput},
    },
};

/// Somebody whom a row describes.
pub struct Described {
    /// What is to be found or made.
    pub item: Item,
    /// The record that presents it.
    pub source: SourceRecord,
    /// What did not go smoothly, for people.
    pub notes: Vec<String>,
}

/// Who the row is about, by its columns for name, e-mail address, phone and address.
pub fn describe(context: &Context<'_>, table: &Table, new: &NewRow<'_>) -> Result<Described, Error> {
    let mut notes = Vec::new();
    let source = new.source(context, table, &table.record_type, &mut notes)?.parse(&context.company)?;
    let presented = &source.presented;
    let name = presented.display_name.clone();
    let kind = kind(table, new, name.as_deref());
    let roles = roles(context, table, new, &mut notes);
    let input = PartyInput {
        kind,
        display_name: name,
        given_name: None,
        family_name: None,
        legal_name: None,
        email: presented.email.clone(),
        phone: presented.phone.clone(),
        address: presented.address.clone().map(|text| AddressInput { text: Some(text), ..AddressInput::default() }),
        identifiers: Vec::new(),
        roles: Vec::new(),
    };
    Ok(Described { item: item(context, input, roles, &source, &mut notes)?, source, notes })
}

/// Parses what is known of somebody; what does not parse is left to the source record, which has it as it was.
pub fn item(
    context: &Context<'_>,
    mut input: PartyInput,
    roles: Vec<RoleCode>,
    source: &SourceRecord,
    notes: &mut Vec<String>,
) -> Result<Item, Error> {
    if let Some(name) = input.display_name.as_mut().filter(|name| name.chars().count() > MAX_NAME_CHARS) {
        *name = name.chars().take(MAX_NAME_CHARS).collect();
        notes.push(format!("the name is longer than {MAX_NAME_CHARS} characters and was cut"));
    }
    for _ in 0..5 {
        let is_enough = input.display_name.is_some() || input.email.is_some() || input.phone.is_some();
        let nameless = input.display_name.is_none();
        let named =
            PartyInput { display_name: Some(input.display_name.clone().unwrap_or_else(|| placeholder(input.kind).to_owned())), ..input.clone() };
        match named.parse(&context.company) {
            Ok(mut draft) => {
                draft.roles.clone_from(&roles);
                return Ok(Item { source: Some(source.clone()), draft, is_enough, roles, party: None });
            }
            Err(Error::Refused(refusals)) => {
                for refusal in refusals {
                    let field = refusal.path.first().map_or("name", String::as_str);
                    match field {
                        "email" => input.email = None,
                        "phone" => input.phone = None,
                        "address" => input.address = None,
                        _ if nameless => return Err(Error::internal("a placeholder is no name")),
                        _ => input.display_name = None,
                    }
                    notes.push(format!("{field}: {}, kept as it was presented", refusal.code.as_str()));
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::internal("a row was refused again and again"))
}

/// Person or organisation: by the column, by the mapping, by the name.
fn kind(table: &Table, new: &NewRow<'_>, name: Option<&str>) -> PartyKind {
    let said = new.row.field(table, Field::Kind).and_then(row::kind_of);
    let always = table.kind.as_deref().and_then(PartyKind::stored);
    said.or(always).or_else(|| name.map(row::guessed_kind)).unwrap_or(PartyKind::Person)
}

/// The roles of the table and of the row. A row that is out of use gives none.
pub fn roles(context: &Context<'_>, table: &Table, new: &NewRow<'_>, notes: &mut Vec<String>) -> Vec<RoleCode> {
    if new.row.field(table, Field::Active).is_some_and(row::is_false) {
        notes.push("not in use: gives no role".to_owned());
        return Vec::new();
    }
    let mut roles: Vec<RoleCode> = table.roles.iter().filter_map(|role| RoleCode::parse(role).ok()).collect();
    let words = new.row.field(table, Field::Roles).map(row::role_words).unwrap_or_default();
    for word in words {
        match RoleCode::parse(row::role_code(context.mapping, &word)).ok().filter(|role| context.roles.contains(role)) {
            Some(role) if roles.contains(&role) => {}
            Some(role) => roles.push(role),
            None => notes.push(format!("there is no role {:?}", crate::domain::text::shortened(&word))),
        }
    }
    roles
}

/// Whether the row's e-mail address was verified and is one.
pub fn has_verified_email(table: &Table, new: &NewRow<'_>) -> bool {
    let verified = new.row.field(table, Field::EmailVerified).is_some_and(|word| row::is_true(word) || row::time(word).is_some());
    verified && new.row.field(table, Field::Email).is_some_and(|email| Email::parse(email).is_ok())
}
