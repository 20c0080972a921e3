//! Role types: the catalogue of roles, and the company's own entries in it.
use super::{Permission, Request};
use crate::{
    domain::{
        code::RoleCode,
        error::{Error, Refusals},
        event::EventType,
        kind::RoleSide,
        name::Name,
        refusal::{Code, Refusal},
        role::RoleType,
        text::shortened,
    },
    store,
};
use serde_json::json;

/// The role types that the company has, by code.
pub async fn all(request: &Request) -> Result<Vec<RoleType>, Error> {
    store::role::types(&*request.read().await?).await
}

/// Adds a role type of the company's own, or changes the label and side of the one that has the code. The same values again change nothing.
///
/// # Errors
/// `INVALID_CODE`, `INVALID_NAME`; `ROLE_TYPE_RESERVED` when the code is one of the system's; `FORBIDDEN` without `party:admin`.
pub async fn upsert(request: &Request, code: &str, label: &str, side: RoleSide) -> Result<RoleType, Error> {
    let change = request.change(Permission::PartyAdmin).await?;
    let mut refusals = Refusals::default();
    let code = refusals.take("code", RoleCode::parse(code));
    let label = match Name::parse("label", label) {
        Ok(label) => Some(label),
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    };
    refusals.check()?;
    let (Some(code), Some(label)) = (code, label) else { return Err(Error::internal("values that were not refused are missing")) };
    let role_type = RoleType { code, label: label.as_str().to_owned(), side, is_system: false };
    write(change, role_type).await
}

async fn write(mut change: super::Change, role_type: RoleType) -> Result<RoleType, Error> {
    let before = store::role::types(change.tx()).await?.into_iter().find(|known| known.code == role_type.code);
    match before {
        Some(before) if before.is_system => {
            let message = format!("The role type {:?} belongs to the system and cannot be changed. Choose another code.", role_type.code.as_str());
            Err(Refusal::new(Code::RoleTypeReserved, message).at("code").into())
        }
        Some(before) if before == role_type => Ok(role_type),
        before => {
            store::role::upsert_type(change.tx(), &role_type, change.at).await?;
            let show = |role_type: &RoleType| json!({ "label": role_type.label, "side": role_type.side.as_str() });
            let payload = json!({ "code": role_type.code.as_str(), "from": before.as_ref().map(show), "to": show(&role_type) });
            change.record(EventType::RoleTypeUpserted, None, payload);
            change.commit().await?;
            Ok(role_type)
        }
    }
}

/// The refusal of a code that is not in the catalogue.
pub(super) fn unknown(code: &RoleCode) -> Refusal {
    let message = format!("There is no role type {:?}. `roleTypes` lists those there are; `upsertRoleType` adds one.", shortened(code.as_str()));
    Refusal::new(Code::RoleUnknown, message)
}
