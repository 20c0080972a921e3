//! Handing rows over from one party to another, and back: each row then knows the party for which it was made.
use super::{
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    contact_point::ContactPoint,
    error::Error,
    id::{ContactPointId, PartyId, RoleId},
    merge::Knowledge,
    role::RoleHolding,
};
use chrono::{DateTime, Utc};
use entity::{contact_point, party_identifier, party_link, party_relationship, party_role, revenue_entry};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement,
    sea_query::{Expr, Func, SimpleExpr},
};

/// The columns of a table whose rows belong to parties.
struct Owned<C> {
    company: C,
    party: C,
    home: C,
}

/// Gives rows of one party to another; those that have no former party yet remember this one.
async fn give<E: EntityTrait>(tx: &TenantTx, columns: Owned<E::Column>, from: PartyId, to: PartyId, which: Condition) -> Result<(), Error> {
    let home = Func::coalesce([Expr::col(columns.home), Expr::col(columns.party)]);
    E::update_many()
        .col_expr(columns.home, home.into())
        .col_expr(columns.party, Expr::value(to.0))
        .filter(columns.company.eq(tx.company().0))
        .filter(columns.party.eq(from.0))
        .filter(which)
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives back the rows that were made for a party or its family. Those of the party itself need not remember it any more.
async fn give_back<E: EntityTrait>(tx: &TenantTx, columns: Owned<E::Column>, from: PartyId, to: PartyId, family: &[PartyId]) -> Result<(), Error> {
    let home: SimpleExpr = Func::cust("NULLIF").arg(Expr::col(columns.home)).arg(to.0).into();
    E::update_many()
        .col_expr(columns.home, home)
        .col_expr(columns.party, Expr::value(to.0))
        .filter(columns.company.eq(tx.company().0))
        .filter(columns.party.eq(from.0))
        .filter(any_id(tx, columns.home, family.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

macro_rules! owned {
    ($table:ident) => {
        Owned { company: $table::Column::CompanyId, party: $table::Column::PartyId, home: $table::Column::HomeId }
    };
}

/// Hands over a party's contact points: all that ended, and of the current ones those whose value the other party does not have.
pub async fn contact_points(tx: &TenantTx, from: PartyId, to: PartyId) -> Result<(), Error> {
    let party = if tx.get_database_backend() == DbBackend::Postgres { "$1" } else { "?" };
    let unknown = format!(
        "NOT EXISTS (SELECT 1 FROM contact_point o WHERE o.company_id = contact_point.company_id AND o.party_id = {party}
         AND o.kind = contact_point.kind AND o.normalized = contact_point.normalized AND o.valid_to IS NULL)"
    );
    let which = Condition::any().add(contact_point::Column::ValidTo.is_not_null()).add(Expr::cust_with_values(unknown, [to.0]));
    give::<contact_point::Entity>(tx, owned!(contact_point), from, to, which).await
}

/// Hands over identifiers and links. The other party must be active.
pub async fn identifiers_and_links(tx: &TenantTx, from: PartyId, to: PartyId) -> Result<(), Error> {
    give::<party_identifier::Entity>(tx, owned!(party_identifier), from, to, Condition::all()).await?;
    give::<party_link::Entity>(tx, owned!(party_link), from, to, Condition::all()).await
}

/// Hands over some roles.
pub async fn roles(tx: &TenantTx, from: PartyId, to: PartyId, ids: &[RoleId]) -> Result<(), Error> {
    let which = Condition::all().add(any_id(tx, party_role::Column::Id, ids.iter().copied()));
    give::<party_role::Entity>(tx, owned!(party_role), from, to, which).await
}

/// Hands over revenue entries; the sums are another matter.
pub async fn revenue_entries(tx: &TenantTx, from: PartyId, to: PartyId) -> Result<(), Error> {
    give::<revenue_entry::Entity>(tx, owned!(revenue_entry), from, to, Condition::all()).await
}

/// Gives back contact points, identifiers, roles and revenue entries.
pub async fn back(tx: &TenantTx, from: PartyId, to: PartyId, family: &[PartyId]) -> Result<(), Error> {
    give_back::<contact_point::Entity>(tx, owned!(contact_point), from, to, family).await?;
    give_back::<party_identifier::Entity>(tx, owned!(party_identifier), from, to, family).await?;
    give_back::<party_role::Entity>(tx, owned!(party_role), from, to, family).await?;
    give_back::<revenue_entry::Entity>(tx, owned!(revenue_entry), from, to, family).await
}

/// Gives back links, and those that were made since the merge for records whose earlier link is given back, unless the record belonged to
/// somebody else in between. The party must be active.
pub async fn links_back(tx: &TenantTx, from: PartyId, to: PartyId, family: &[PartyId], since: DateTime<Utc>) -> Result<(), Error> {
    give_back::<party_link::Entity>(tx, owned!(party_link), from, to, family).await?;
    let sql = "UPDATE party_link SET party_id = $3 WHERE company_id = $1 AND party_id = $2 AND home_id IS NULL AND linked_at >= $4 AND EXISTS (
        SELECT 1 FROM party_link o WHERE o.company_id = $1 AND o.party_id = $3 AND o.linked_at < party_link.linked_at
          AND o.system = party_link.system AND o.record_type = party_link.record_type AND o.record_id = party_link.record_id
          AND NOT EXISTS (SELECT 1 FROM party_link p WHERE p.company_id = $1 AND p.system = o.system AND p.record_type = o.record_type
            AND p.record_id = o.record_id AND p.party_id NOT IN ($2, $3) AND p.linked_at >= o.linked_at AND p.linked_at < party_link.linked_at))";
    let values: [sea_orm::Value; 4] = [tx.company().0.into(), from.0.into(), to.0.into(), since.into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Leads the ends of relationships from merged parties to their survivors, of those that touch some parties. An end stays where it is
/// when the relationship would be one of a party with itself, or a second one of its type: then nobody sees it as long as the merge lasts.
pub async fn settle_relationships(tx: &TenantTx, parties: &[PartyId]) -> Result<(), Error> {
    use party_relationship::{Column, Entity};
    let touching =
        Condition::any().add(any_id(tx, Column::FromPartyId, parties.iter().copied())).add(any_id(tx, Column::ToPartyId, parties.iter().copied()));
    let mut rows = of_company::<Entity>(tx.company(), Column::CompanyId).filter(touching).filter(has_merged_end()).all(tx).await?;
    let ends: Vec<PartyId> = rows.iter().flat_map(|row| [PartyId(row.from_party_id), PartyId(row.to_party_id)]).collect();
    let survivors = super::party::resolve(tx, &ends).await?;
    // Those of which one end is merged come first: one that both ends must be led away from gives way to them.
    let merged_ends = |row: &party_relationship::Model| {
        [row.from_party_id, row.to_party_id].iter().filter(|end| survivors.get(&PartyId(**end)).is_some_and(|party| party.id.0 != **end)).count()
    };
    rows.sort_by_key(|row| (merged_ends(row), row.valid_from, row.id));
    for row in rows {
        let lead = |end: PartyId| survivors.get(&end).map_or(end, |party| party.id).0;
        let (from, to) = (lead(PartyId(row.from_party_id)), lead(PartyId(row.to_party_id)));
        let current = |a: uuid::Uuid, b: uuid::Uuid| {
            of_company::<Entity>(tx.company(), Column::CompanyId)
                .filter(Column::FromPartyId.eq(a))
                .filter(Column::ToPartyId.eq(b))
                .filter(Column::TypeCode.eq(row.type_code.as_str()))
                .filter(Column::ValidTo.is_null())
                .filter(Column::Id.ne(row.id))
        };
        let is_second = row.valid_to.is_none() && current(from, to).one(tx).await?.is_some();
        if from == to || is_second {
            continue;
        }
        let home = |home: Option<uuid::Uuid>, end: uuid::Uuid, survivor: uuid::Uuid| if end == survivor { home } else { home.or(Some(end)) };
        Entity::update_many()
            .set(party_relationship::ActiveModel {
                from_home_id: Set(home(row.from_home_id, row.from_party_id, from)),
                to_home_id: Set(home(row.to_home_id, row.to_party_id, to)),
                from_party_id: Set(from),
                to_party_id: Set(to),
                ..Default::default()
            })
            .filter(Column::CompanyId.eq(tx.company().0))
            .filter(Column::Id.eq(row.id))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Relationships of which an end is a merged party.
pub fn has_merged_end() -> SimpleExpr {
    Expr::cust(
        "EXISTS (SELECT 1 FROM party m WHERE m.company_id = party_relationship.company_id AND m.status = 'MERGED'
          AND m.id IN (party_relationship.from_party_id, party_relationship.to_party_id))",
    )
}

/// Leads the ends of relationships back that a party and its family had.
pub async fn relationships_back(tx: &TenantTx, from: PartyId, to: PartyId, family: &[PartyId]) -> Result<(), Error> {
    use party_relationship::{Column, Entity};
    for (end, home) in [(Column::FromPartyId, Column::FromHomeId), (Column::ToPartyId, Column::ToHomeId)] {
        give_back::<Entity>(tx, Owned { company: Column::CompanyId, party: end, home }, from, to, family).await?;
    }
    Ok(())
}

/// Marks contact points as first choices. They must be current, and the only ones of their kind.
pub async fn make_first_choices(tx: &TenantTx, ids: &[ContactPointId]) -> Result<(), Error> {
    set_first_choice(tx, ids, true, false).await
}

/// Takes the mark off contact points. They go on identifying their party.
pub async fn step_back(tx: &TenantTx, ids: &[ContactPointId]) -> Result<(), Error> {
    set_first_choice(tx, ids, false, true).await
}

/// Takes the mark off contact points that had it from another one only.
pub async fn demote(tx: &TenantTx, ids: &[ContactPointId]) -> Result<(), Error> {
    set_first_choice(tx, ids, false, false).await
}

async fn set_first_choice(tx: &TenantTx, ids: &[ContactPointId], is_primary: bool, identifies: bool) -> Result<(), Error> {
    use contact_point::{ActiveModel, Column, Entity};
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .set(ActiveModel { is_primary: Set(is_primary), identifies: Set(identifies), ..Default::default() })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(any_id(tx, Column::Id, ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The current contact points of a party's own that were first choices until a merge.
pub async fn stepped_back(tx: &TenantTx, party: PartyId) -> Result<Vec<ContactPointId>, Error> {
    use contact_point::{Column, Entity};
    let own = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::PartyId.eq(party.0)).filter(Column::HomeId.is_null());
    let rows = own.filter(Column::Identifies.eq(true)).filter(Column::ValidTo.is_null()).all(tx).await?;
    Ok(rows.into_iter().map(|row| ContactPointId(row.id)).collect())
}

/// Those of some contact points at a party that were made for some family.
pub async fn are_homed(tx: &TenantTx, points: &[ContactPoint], family: &[PartyId]) -> Result<Vec<ContactPointId>, Error> {
    use contact_point::{Column, Entity};
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(any_id(tx, Column::Id, points.iter().map(|point| point.id)))
        .filter(any_id(tx, Column::HomeId, family.iter().copied()))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| ContactPointId(row.id)).collect())
}

/// Writes what is known of a contact point.
pub async fn teach(tx: &TenantTx, knowledge: &Knowledge) -> Result<(), Error> {
    use contact_point::{ActiveModel, Column, Entity};
    Entity::update_many()
        .set(ActiveModel {
            verified_at: Set(knowledge.verified_at),
            verified_by: Set(knowledge.verified_by.clone()),
            purposes: Set(serde_json::json!(knowledge.purposes)),
            ..Default::default()
        })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(Column::Id.eq(knowledge.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes when a role is held, and whether it is the primary one.
pub async fn set_role(tx: &TenantTx, holding: &RoleHolding) -> Result<(), Error> {
    use party_role::{ActiveModel, Column, Entity};
    Entity::update_many()
        .set(ActiveModel {
            valid_from: Set(holding.valid_from),
            valid_to: Set(holding.valid_to),
            ended_by: Set(holding.ended_by.clone()),
            end_reason: Set(holding.end_reason.clone()),
            is_primary: Set(holding.is_primary),
            ..Default::default()
        })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(Column::Id.eq(holding.id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// The ids of the roles at a party that were made for some family.
pub async fn roles_of_family(tx: &TenantTx, party: PartyId, family: &[PartyId]) -> Result<Vec<RoleId>, Error> {
    use party_role::{Column, Entity};
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(Column::PartyId.eq(party.0))
        .filter(any_id(tx, Column::HomeId, family.iter().copied()))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| RoleId(row.id)).collect())
}

/// Takes the primary mark off roles.
pub async fn demote_roles(tx: &TenantTx, ids: &[RoleId]) -> Result<(), Error> {
    use party_role::{ActiveModel, Column, Entity};
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .set(ActiveModel { is_primary: Set(false), ..Default::default() })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(any_id(tx, Column::Id, ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets the ids that lead to one party lead to another.
pub async fn redirect(tx: &TenantTx, ids: &[PartyId], to: PartyId) -> Result<(), Error> {
    use entity::party::{ActiveModel, Column, Entity};
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .set(ActiveModel { merged_into: Set(Some(to.0)), ..Default::default() })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(any_id(tx, Column::Id, ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// What came to a party after some time: how much of one kind, and the first of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Since {
    /// What it is: `CONTACT_POINT`, `IDENTIFIER`, `ROLE`, `LINK`, `RELATIONSHIP` or `REVENUE_ENTRY`.
    pub kind: &'static str,
    /// How many there are.
    pub count: i64,
    /// The first of them, at most twenty.
    pub references: Vec<String>,
}

/// What is looked through for newcomers: the kind, the table, when a row came, and how it is referred to.
const NEWCOMERS: [(&str, &str, &str, &str); 6] = [
    ("CONTACT_POINT", "contact_point WHERE party_id = $2", "created_at", "id"),
    ("IDENTIFIER", "party_identifier WHERE party_id = $2", "created_at", "scheme"),
    ("ROLE", "party_role WHERE party_id = $2", "valid_from", "id"),
    ("LINK", "party_link WHERE party_id = $2", "linked_at", "id"),
    ("RELATIONSHIP", "party_relationship WHERE (from_party_id = $2 OR to_party_id = $2)", "valid_from", "id"),
    ("REVENUE_ENTRY", "revenue_entry WHERE party_id = $2", "recorded_at", "system || '/' || record_type || '/' || record_id"),
];

/// As many newcomers of a kind are named.
const MAX_REFERENCES: usize = 20;

/// What came to a party after some time, by kind; kinds of which nothing came are left out.
pub async fn came_since(tx: &TenantTx, party: PartyId, since: DateTime<Utc>) -> Result<Vec<Since>, Error> {
    let mut found = Vec::new();
    for (kind, rows, at, reference) in NEWCOMERS {
        let of = format!("FROM {rows} AND company_id = $1 AND {at} > $3");
        let statement = |sql: String| {
            let values: [sea_orm::Value; 3] = [tx.company().0.into(), party.0.into(), since.into()];
            Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
        };
        let row = tx.query_one_raw(statement(format!("SELECT count(*) {of}"))).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        if count == 0 {
            continue;
        }
        let rows = tx.query_all_raw(statement(format!("SELECT {reference} {of} ORDER BY {at} LIMIT {MAX_REFERENCES}"))).await?;
        let named = |row: &sea_orm::QueryResult| match reference {
            "id" => row.try_get_by_index::<uuid::Uuid>(0).map(|id| id.to_string()),
            _ => row.try_get_by_index(0),
        };
        found.push(Since { kind, count, references: rows.iter().map(named).collect::<Result<_, _>>()? });
    }
    Ok(found)
}
