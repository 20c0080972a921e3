//! Which fields of roles are in memory when a list of parties is written.
use super::object::{PartyRole, RoleType};
use crate::{
    domain::{code::RoleCode, profile::CurrentRole},
    graphql::hot::{Emit, Hot, Json, Kind, Needs, Plan, Scope, compile, slots},
};
use async_graphql::parser::types::Field;

slots!(ID, ROLE, IS_PRIMARY, VALID_FROM, VALID_TO, CODE, LABEL, SIDE, IS_SYSTEM);

impl Hot for PartyRole {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        let leaf = |slot| Kind::Leaf(slot, Needs::NOTHING);
        match field.name.node.as_str() {
            "id" => leaf(ID),
            "role" => Kind::Node(ROLE, Needs::NOTHING, compile::<RoleType>),
            "isPrimary" => leaf(IS_PRIMARY),
            "validFrom" => leaf(VALID_FROM),
            "validTo" => leaf(VALID_TO),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for CurrentRole {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            ID => json.id(self.id.0),
            ROLE => json.object(&RoleOf(&self.code), plan),
            IS_PRIMARY => json.bool(self.is_primary),
            VALID_FROM => json.time(self.valid_from),
            // A role that is held now has no end.
            _ => json.null(),
        }
    }
}

impl Hot for RoleType {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        let of_catalogue = |slot| Kind::Leaf(slot, Needs { role_types: true, ..Needs::NOTHING });
        match field.name.node.as_str() {
            "code" => Kind::Leaf(CODE, Needs::NOTHING),
            "label" => of_catalogue(LABEL),
            "side" => of_catalogue(SIDE),
            "isSystem" => of_catalogue(IS_SYSTEM),
            _ => Kind::Lazy,
        }
    }
}

/// The role type of a code, as the catalogue describes it.
pub struct RoleOf<'v>(pub &'v RoleCode);

impl Emit for RoleOf<'_> {
    fn emit(&self, field: u16, _: &Plan<'_>, json: &mut Json<'_>) {
        let environment = json.environment;
        match (field, environment.role_type(self.0)) {
            (CODE, _) => json.text(self.0.as_str()),
            (LABEL, Some(known)) => json.text(&known.label),
            (SIDE, Some(known)) => json.text(known.side.as_str()),
            (IS_SYSTEM, Some(known)) => json.bool(known.is_system),
            _ => json.null(),
        }
    }
}
