//! Everything that a company has in the database: compared before and after calls that must change nothing.
use super::{app::TestApp, caller::TestCaller};
use party::store::tenant::TenantTx;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

async fn rows<E: EntityTrait>(tx: &TenantTx, company: E::Column) -> Vec<Value> {
    let rows = E::find().filter(company.eq(tx.company().0)).into_json().all(tx).await.expect("the rows of a company can be read");
    let mut rows: Vec<Value> = rows;
    rows.sort_by_key(Value::to_string);
    rows
}

macro_rules! tables {
    ($tx:ident, $($table:ident),+) => {
        json!({ $(stringify!($table): rows::<entity::$table::Entity>(&$tx, entity::$table::Column::CompanyId).await,)+ })
    };
}

impl TestApp {
    /// Every row of the caller's company, by table.
    pub async fn footprint(&self, caller: &TestCaller) -> Value {
        let tx = self.hub.database.read(caller.company).await.expect("the database answers");
        tables!(
            tx,
            party,
            contact_point,
            party_identifier,
            party_role,
            party_relationship,
            role_type,
            source_record,
            party_link,
            match_key,
            name_variant,
            revenue_entry,
            revenue_total,
            party_revenue,
            party_event,
            party_merge,
            distinct_assertion,
            engine,
            merge_acknowledgement,
            event_counter,
            idempotency_key
        )
    }

    /// As [`TestCaller::refused`]; the call must not have changed a single row either.
    pub async fn refused(&self, caller: &TestCaller, field: &str, input: Value) -> Vec<String> {
        let before = self.footprint(caller).await;
        let refused = caller.refused(field, input).await;
        assert_eq!(self.footprint(caller).await, before, "{field} was refused, but changed something");
        refused
    }
}
