//! Rows of every table that the server keeps, as the text that COPY takes.
use crate::generate::{Entry, Generator, Made};
use chrono::{DateTime, Datelike, Utc};
use party::{
    domain::{
        address::PostalAddress,
        code::RoleCode,
        event::EventType,
        id::{PartyId, RoleId},
        kind::{ContactKind, LinkMethod, PartyStatus, RecordState},
        name::name_key,
        party::Party,
        role::RoleHolding,
    },
    service::creation,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};
use uuid::Uuid;

/// The tables in the order of [`Rows`], with the columns that are written.
pub const TABLES: [(&str, &str); 12] = [
    (
        "party",
        "company_id, id, kind, display_name, name_key, given_name, family_name, legal_name, primary_email, email_key, primary_phone, \
         primary_address, status, version, created_at, updated_at",
    ),
    ("contact_point", "company_id, id, party_id, kind, value, normalized, address, purposes, is_primary, shared, valid_from, created_at"),
    ("party_role", "company_id, id, party_id, role_code, is_primary, valid_from, granted_by"),
    ("source_record", "company_id, system, record_type, record_id, presented, display_name, email_key, phone, state, received_at, updated_at"),
    ("party_link", "company_id, id, system, record_type, record_id, party_id, method, status, linked_by, linked_at"),
    ("match_key", "company_id, match_key, party_id"),
    ("name_variant", "company_id, variant, token"),
    (
        "revenue_entry",
        "company_id, system, record_type, record_id, party_id, channel, direction, amount_minor, currency, occurred_at, recorded_by, recorded_at",
    ),
    ("revenue_total", "company_id, party_id, currency, channel, direction, month, amount_minor, entries"),
    ("party_revenue", "company_id, party_id, currency, gross_minor, payout_minor, net_minor"),
    ("party_event", "company_id, seq, type, party_id, actor, payload, at"),
    ("event_counter", "company_id, last_seq"),
];

/// Who made everything.
const ACTOR: &str = "import";

/// The currency of all companies.
pub const CURRENCY: &str = "USD";

/// Rows of some parties, one text for each table.
pub struct Rows {
    company: Uuid,
    tables: [String; TABLES.len()],
    variants: BTreeSet<(String, String)>,
    entries: u64,
    events: u64,
}

impl Rows {
    /// No rows yet of a company.
    pub fn new(company: Uuid) -> Self {
        Self { company, tables: Default::default(), variants: BTreeSet::new(), entries: 0, events: 0 }
    }

    /// Takes the text that came together for each table.
    pub fn take(&mut self) -> [String; TABLES.len()] {
        std::mem::take(&mut self.tables)
    }

    /// Adds the spellings of all words of the company's names, and how far its log got.
    pub fn finish(&mut self) {
        self.row("event_counter", &[&self.company.to_string(), &self.events.to_string()]);
        for (variant, token) in std::mem::take(&mut self.variants) {
            self.row("name_variant", &[&self.company.to_string(), &variant, &token]);
        }
    }

    /// Adds a party with everything that belongs to it.
    pub fn add(&mut self, made: &Made, ids: &mut Generator) {
        let party = party(made);
        self.party(&party);
        self.contact_points(made, ids);
        for key in creation::keys_of(&party, &made.draft) {
            self.row("match_key", &[&self.company.to_string(), &key, &made.id.to_string()]);
        }
        self.variants.extend(creation::variants_of(&creation::names_of(&party)));
        self.event(EventType::PartyCreated, made, creation::created_payload(&party, &made.draft));
        for (i, code) in made.draft.roles.iter().enumerate() {
            self.role(made, code, i == 0, ids);
        }
        self.records(made, &party, ids);
        self.revenue(made);
    }

    fn party(&mut self, party: &Party) {
        let email_key = party.primary_email.as_deref().map(str::to_lowercase);
        let address = party.primary_address.as_ref().map(|address| address.to_json().to_string());
        self.row(
            "party",
            &[
                &self.company.to_string(),
                &party.id.to_string(),
                party.kind.as_str(),
                &party.display_name,
                &name_key(&party.display_name),
                or_null(party.given_name.as_deref()),
                or_null(party.family_name.as_deref()),
                or_null(party.legal_name.as_deref()),
                or_null(party.primary_email.as_deref()),
                or_null(email_key.as_deref()),
                or_null(party.primary_phone.as_deref()),
                or_null(address.as_deref()),
                party.status.as_str(),
                "1",
                &time(party.created_at),
                &time(party.updated_at),
            ],
        );
    }

    fn contact_points(&mut self, made: &Made, ids: &mut Generator) {
        let draft = &made.draft;
        if let Some(email) = &draft.email {
            self.contact_point(made, ids, (ContactKind::Email, email.as_str(), email.key()), None);
        }
        if let Some(phone) = &draft.phone {
            self.contact_point(made, ids, (ContactKind::Phone, phone.display(), phone.e164()), None);
        }
        if let Some(address) = &draft.address {
            self.contact_point(made, ids, (ContactKind::Address, address.formatted(), &address.key()), Some(address));
        }
    }

    fn contact_point(&mut self, made: &Made, ids: &mut Generator, (kind, value, key): (ContactKind, &str, &str), address: Option<&PostalAddress>) {
        let (company, at) = (self.company.to_string(), time(made.created_at));
        let address = address.map(|address| address.to_json().to_string());
        let (id, party) = (ids.id().to_string(), made.id.to_string());
        self.row("contact_point", &[&company, &id, &party, kind.as_str(), value, key, or_null(address.as_deref()), "[]", "t", "f", &at, &at]);
    }

    fn role(&mut self, made: &Made, code: &RoleCode, is_primary: bool, ids: &mut Generator) {
        let role = RoleHolding {
            id: RoleId(ids.id()),
            party: PartyId(made.id),
            code: code.clone(),
            is_primary,
            valid_from: made.created_at,
            valid_to: None,
            granted_by: ACTOR.to_owned(),
            grant_reason: None,
            ended_by: None,
            end_reason: None,
        };
        let (company, party, at) = (self.company.to_string(), made.id.to_string(), time(made.created_at));
        self.row("party_role", &[&company, &role.id.to_string(), &party, code.as_str(), if is_primary { "t" } else { "f" }, &at, ACTOR]);
        self.event(EventType::RoleAssigned, made, creation::assigned(&role));
    }

    /// The linked records present what the party is known by.
    fn records(&mut self, made: &Made, party: &Party, ids: &mut Generator) {
        let (company, at) = (self.company.to_string(), time(made.created_at));
        let email = made.draft.email.as_ref().map(|email| email.key());
        let presented = json!({ "displayName": party.display_name, "email": email, "phone": party.primary_phone }).to_string();
        for (system, record_type, record_id) in &made.records {
            let key = [company.as_str(), system, record_type, record_id];
            let values =
                [&presented, &party.display_name, or_null(email), or_null(party.primary_phone.as_deref()), RecordState::Linked.as_str(), &at, &at];
            self.row("source_record", &[&key[..], &values[..]].concat());
            let link = ids.id().to_string();
            let party = made.id.to_string();
            self.row("party_link", &[&company, &link, system, record_type, record_id, &party, LinkMethod::Import.as_str(), "ACTIVE", ACTOR, &at]);
            let payload = json!({ "source": format!("{system}/{record_type}/{record_id}"), "linkId": link });
            self.event(EventType::LinkCreated, made, payload);
        }
    }

    fn revenue(&mut self, made: &Made) {
        let (company, party) = (self.company.to_string(), made.id.to_string());
        let (mut months, mut total) = (BTreeMap::<(&str, String), (i64, u32)>::new(), 0);
        for Entry { channel, minor, at } in &made.entries {
            self.entries += 1;
            let (id, when) = (format!("INV-{}", self.entries), time(*at));
            self.row(
                "revenue_entry",
                &[&company, channel, "invoice", &id, &party, channel, "INFLOW", &minor.to_string(), CURRENCY, &when, ACTOR, &when],
            );
            let month = months.entry((channel, format!("{:04}-{:02}-01", at.year(), at.month()))).or_default();
            *month = (month.0 + minor, month.1 + 1);
            total += minor;
        }
        for ((channel, month), (minor, entries)) in months {
            self.row("revenue_total", &[&company, &party, CURRENCY, channel, "INFLOW", &month, &minor.to_string(), &entries.to_string()]);
        }
        if !made.entries.is_empty() {
            self.row("party_revenue", &[&company, &party, CURRENCY, &total.to_string(), "0", &total.to_string()]);
        }
    }

    fn event(&mut self, event: EventType, made: &Made, payload: Value) {
        let (company, party) = (self.company.to_string(), made.id.to_string());
        self.events += 1;
        self.row("party_event", &[&company, &self.events.to_string(), event.as_str(), &party, ACTOR, &payload.to_string(), &time(made.created_at)]);
    }

    /// Adds one line of COPY's text format; [`NULL`] stays as it is.
    fn row(&mut self, table: &str, values: &[&str]) {
        let Some(at) = TABLES.iter().position(|(name, _)| *name == table) else { return };
        let text = &mut self.tables[at];
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                text.push('\t');
            }
            if *value == NULL || !value.contains(['\\', '\t', '\n', '\r']) {
                text.push_str(value);
            } else {
                for c in value.chars() {
                    match c {
                        '\\' => text.push_str("\\\\"),
                        '\t' => text.push_str("\\t"),
                        '\n' => text.push_str("\\n"),
                        '\r' => text.push_str("\\r"),
                        other => text.push(other),
                    }
                }
            }
        }
        text.push('\n');
    }
}

/// What COPY takes for no value.
const NULL: &str = "\\N";

fn or_null(value: Option<&str>) -> &str {
    value.unwrap_or(NULL)
}

fn time(at: DateTime<Utc>) -> String {
    let mut text = String::with_capacity(25);
    let _ = write!(text, "{}", at.format("%Y-%m-%d %H:%M:%S+00"));
    text
}

fn party(made: &Made) -> Party {
    let draft = &made.draft;
    let name = |name: &Option<party::domain::name::Name>| name.as_ref().map(|name| name.as_str().to_owned());
    Party {
        id: PartyId(made.id),
        kind: draft.names.kind,
        display_name: draft.names.display.as_str().to_owned(),
        given_name: name(&draft.names.given),
        family_name: name(&draft.names.family),
        legal_name: name(&draft.names.legal),
        primary_email: draft.email.as_ref().map(|email| email.as_str().to_owned()),
        primary_phone: draft.phone.as_ref().map(|phone| phone.e164().to_owned()),
        primary_address: draft.address.clone(),
        status: if made.is_active { PartyStatus::Active } else { PartyStatus::Inactive },
        merged_into: None,
        version: 1,
        created_at: made.created_at,
        updated_at: made.created_at,
    }
}
