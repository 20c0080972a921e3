//! Which fields of a party are in memory when a list of parties is written.
use super::Party;
use crate::{
    domain::profile::{CurrentRole, Parts},
    graphql::{
        address::PostalAddress,
        hot::{Emit, Environment, Hot, Json, Kind, Needs, Plan, Scope, compile, slots},
        link::PartyLink,
        revenue::PartyRevenue,
        role::{PartyRole, RoleOf, RoleType},
        source_record::SourceRecord,
    },
};
use async_graphql::parser::types::Field;

slots!(
    ID,
    ALL_IDS,
    KIND,
    DISPLAY_NAME,
    GIVEN_NAME,
    FAMILY_NAME,
    LEGAL_NAME,
    STATUS,
    EMAIL,
    PHONE,
    ADDRESS,
    ROLES,
    PRIMARY_ROLE,
    LINKS,
    SOURCE_RECORDS,
    REVENUE,
    VERSION,
    CREATED_AT,
    UPDATED_AT
);

impl Hot for Party {
    fn kind(scope: &Scope<'_, '_>, field: &Field) -> Kind {
        // Arguments are read by the ordinary resolvers.
        if !field.arguments.is_empty() {
            return Kind::Lazy;
        }
        let leaf = |slot, parts| Kind::Leaf(slot, Needs::parts(parts));
        match field.name.node.as_str() {
            "id" | "canonicalId" => leaf(ID, Parts::empty()),
            "allIds" => leaf(ALL_IDS, Parts::ABSORBED),
            "kind" => leaf(KIND, Parts::KIND),
            "displayName" => leaf(DISPLAY_NAME, Parts::DISPLAY_NAME),
            "givenName" => leaf(GIVEN_NAME, Parts::NAMES),
            "familyName" => leaf(FAMILY_NAME, Parts::NAMES),
            "legalName" => leaf(LEGAL_NAME, Parts::NAMES),
            "status" => leaf(STATUS, Parts::STATUS),
            "primaryEmail" if scope.sees_personal_data => leaf(EMAIL, Parts::EMAIL),
            "primaryPhone" if scope.sees_personal_data => leaf(PHONE, Parts::PHONE),
            "primaryAddress" if scope.sees_personal_data => Kind::Node(ADDRESS, Needs::parts(Parts::ADDRESS), compile::<PostalAddress>),
            "roles" => Kind::Node(ROLES, Needs::parts(Parts::ROLES), compile::<PartyRole>),
            "primaryRole" => Kind::Node(PRIMARY_ROLE, Needs::parts(Parts::ROLES), compile::<RoleType>),
            "links" => Kind::Node(LINKS, Needs::parts(Parts::LINKS), compile::<PartyLink>),
            "sourceRecords" => Kind::Node(SOURCE_RECORDS, Needs::parts(Parts::LINKS), compile::<SourceRecord>),
            "revenue" if scope.sees_revenue => Kind::Node(REVENUE, Needs::parts(Parts::REVENUE), compile::<PartyRevenue>),
            "version" => leaf(VERSION, Parts::REVISION),
            "createdAt" => leaf(CREATED_AT, Parts::REVISION),
            "updatedAt" => leaf(UPDATED_AT, Parts::REVISION),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for Party {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        let profile = &*self.profile;
        // The list was found ready: what a slot shows was read.
        let Some(record) = profile.record(Parts::empty()) else { return json.null() };
        match field {
            ID => json.id(record.id.0),
            ALL_IDS => json.list(std::iter::once(&record.id).chain(&profile.absorbed), |json, id| json.id(id.0)),
            KIND => json.text(record.kind.as_str()),
            DISPLAY_NAME => json.text(&record.display_name),
            GIVEN_NAME => json.optional_text(record.given_name.as_deref()),
            FAMILY_NAME => json.optional_text(record.family_name.as_deref()),
            LEGAL_NAME => json.optional_text(record.legal_name.as_deref()),
            STATUS => json.text(record.status.as_str()),
            EMAIL => json.optional_text(record.primary_email.as_deref()),
            PHONE => json.optional_text(record.primary_phone.as_deref()),
            ADDRESS => json.optional_object(record.primary_address.as_ref(), plan),
            ROLES => json.objects(&profile.roles, plan),
            PRIMARY_ROLE => {
                let primary = profile.roles.iter().find(|role| role.is_primary);
                json.optional_object(primary.map(|role| RoleOf(&role.code)).as_ref(), plan);
            }
            LINKS => json.objects(&profile.links, plan),
            SOURCE_RECORDS => json.objects(profile.links.iter().map(|link| &link.source), plan),
            REVENUE => json.objects(&profile.revenue, plan),
            VERSION => json.integer(record.version),
            CREATED_AT => json.time(record.created_at),
            UPDATED_AT => json.time(record.updated_at),
            _ => json.null(),
        }
    }

    fn is_ready(&self, needs: Needs, environment: &Environment) -> bool {
        let knows = |role: &CurrentRole| environment.role_type(&role.code).is_some();
        self.profile.has(needs.parts) && (!needs.role_types || self.profile.roles.iter().all(knows))
    }
}
