//! Which fields of links and source records are in memory when a list is written.
use super::object::SourceRecord;
use crate::{
    domain::{code::SourceKey, profile::CurrentLink},
    graphql::{
        hot::{Emit, Hot, Json, Kind, Needs, Plan, Scope, compile, slots},
        link::PartyLink,
        party::Party,
    },
};
use async_graphql::parser::types::Field;

slots!(LINK_ID, RECORD, IS_ACTIVE, LINKED_AT, ENDED, SYSTEM, TYPE, ID, PARTY);

impl Hot for PartyLink {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        let leaf = |slot| Kind::Leaf(slot, Needs::NOTHING);
        match field.name.node.as_str() {
            "id" => leaf(LINK_ID),
            "sourceRecord" => Kind::Node(RECORD, Needs::NOTHING, compile::<SourceRecord>),
            "isActive" => leaf(IS_ACTIVE),
            "linkedAt" => leaf(LINKED_AT),
            "endedAt" | "endedBy" => leaf(ENDED),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for CurrentLink {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            LINK_ID => json.id(self.id.0),
            RECORD => json.object(&self.source, plan),
            IS_ACTIVE => json.bool(true),
            LINKED_AT => json.time(self.linked_at),
            // An active link has no end.
            _ => json.null(),
        }
    }
}

impl Hot for SourceRecord {
    fn kind(scope: &Scope<'_, '_>, field: &Field) -> Kind {
        let leaf = |slot| Kind::Leaf(slot, Needs::NOTHING);
        match field.name.node.as_str() {
            "system" => leaf(SYSTEM),
            "type" => leaf(TYPE),
            "id" => leaf(ID),
            "party" if scope.has_record_parties => {
                Kind::Node(PARTY, Needs { record_parties: true, ..Needs::NOTHING }, |scope, sets| compile::<Party>(&scope.within_party(), sets))
            }
            _ => Kind::Lazy,
        }
    }
}

impl Emit for SourceKey {
    fn emit(&self, field: u16, _: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            SYSTEM => json.text(self.system.as_str()),
            TYPE => json.text(self.record_type.as_str()),
            ID => json.text(self.record_id.as_str()),
            _ => json.null(),
        }
    }
}

/// A source record with the party that was found for it.
pub struct WithParty<'v> {
    /// The record.
    pub key: &'v SourceKey,
    /// The party to which it is linked, if it is.
    pub party: Option<&'v Party>,
}

impl Emit for WithParty<'_> {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            PARTY => json.optional_object(self.party, plan),
            _ => self.key.emit(field, plan, json),
        }
    }
}
