//! Views for people who report in SQL, with the column names of the old system.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dialect = Dialect::of(manager);
        let views = [
            ("customers", listing(dialect, &has_side("BUYS", dialect))),
            ("suppliers", listing(dialect, &has_side("SELLS", dialect))),
            ("crm_prospects", listing(dialect, &has_role("prospect"))),
            ("auction_buyers", listing(dialect, &has_role("auction_buyer"))),
            ("party_unified_view", unified(dialect)),
        ];
        for (name, query) in views {
            let sql = match dialect {
                // The view must be read with the rights of the reader, so that
                // row-level security holds for it.
                Dialect::Postgres => {
                    format!("CREATE VIEW {name} WITH (security_invoker = true) AS {query}")
                }
                Dialect::Sqlite => format!("CREATE VIEW {name} AS {query}"),
            };
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for name in ["party_unified_view", "auction_buyers", "crm_prospects", "suppliers", "customers"] {
            connection.execute_unprepared(&format!("DROP VIEW {name}")).await?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    fn of(manager: &SchemaManager<'_>) -> Self {
        match manager.get_database_backend() {
            DbBackend::Postgres => Self::Postgres,
            _ => Self::Sqlite,
        }
    }

    fn system(self) -> &'static str {
        match self {
            Self::Postgres => "'00000000-0000-0000-0000-000000000000'::uuid",
            Self::Sqlite => "x'00000000000000000000000000000000'",
        }
    }

    /// An id as people read it: SQLite keeps the sixteen bytes.
    fn id(self, column: &str) -> String {
        match self {
            Self::Postgres => column.to_owned(),
            Self::Sqlite => {
                let part = |from: u8, length: u8| format!("substr(hex({column}), {from}, {length})");
                let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)];
                format!("lower({})", parts.join(" || '-' || "))
            }
        }
    }

    /// The codes of the current roles of the party `p`, a JSON array in alphabetical order.
    fn roles(self) -> &'static str {
        match self {
            Self::Postgres => {
                "(SELECT coalesce(jsonb_agg(r.role_code ORDER BY r.role_code), '[]'::jsonb)
                  FROM party_role r
                  WHERE r.company_id = p.company_id AND r.party_id = p.id AND r.valid_to IS NULL)"
            }
            Self::Sqlite => {
                // An ORDER BY within the aggregate would need SQLite 3.44; older programs could not open the file at all.
                "(SELECT json_group_array(o.role_code) FROM (
                    SELECT r.role_code AS role_code FROM party_role r
                    WHERE r.company_id = p.company_id AND r.party_id = p.id AND r.valid_to IS NULL
                    ORDER BY r.role_code) o)"
            }
        }
    }
}

/// The columns that every view has, of the party `p`.
fn columns(dialect: Dialect) -> String {
    format!(
        "{id} AS id, {company_id} AS company_id, p.display_name AS name,
         p.primary_email AS email, p.primary_phone AS phone,
         p.primary_address ->> 'formatted' AS address,
         (SELECT r.role_code FROM party_role r
          WHERE r.company_id = p.company_id AND r.party_id = p.id
            AND r.is_primary AND r.valid_to IS NULL) AS entity_type,
         {roles} AS roles, p.status = 'ACTIVE' AS is_active, p.created_at AS created_at",
        id = dialect.id("p.id"),
        company_id = dialect.id("p.company_id"),
        roles = dialect.roles(),
    )
}

/// The parties that are neither merged nor erased and meet `condition`.
fn listing(dialect: Dialect, condition: &str) -> String {
    format!("SELECT {} FROM party p WHERE p.status IN ('ACTIVE', 'INACTIVE') AND {condition}", columns(dialect))
}

fn has_role(code: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM party_role r
          WHERE r.company_id = p.company_id AND r.party_id = p.id
            AND r.role_code = '{code}' AND r.valid_to IS NULL)"
    )
}

fn has_side(side: &str, dialect: Dialect) -> String {
    format!(
        "EXISTS (SELECT 1 FROM party_role r
          JOIN role_type t ON t.code = r.role_code AND t.company_id IN (r.company_id, {system})
          WHERE r.company_id = p.company_id AND r.party_id = p.id
            AND t.side IN ('{side}', 'BOTH') AND r.valid_to IS NULL)",
        system = dialect.system()
    )
}

/// One row per party and currency, amounts in minor units. Entries keep the
/// party that they were recorded for, so those of an absorbed party are added
/// to its survivor.
fn unified(dialect: Dialect) -> String {
    format!(
        "SELECT {columns}, s.currency AS currency,
           coalesce(s.direct_sales, 0) AS direct_sales,
           coalesce(s.auction_sales, 0) AS auction_sales,
           coalesce(s.component_sales, 0) AS component_sales,
           coalesce(s.website_sales, 0) AS website_sales,
           coalesce(s.itad_revenue_share, 0) AS itad_revenue_share,
           coalesce(s.total_revenue, 0) AS total_revenue,
           coalesce(s.net_revenue, 0) AS net_revenue
         FROM party p
         LEFT JOIN (
           SELECT o.company_id AS company_id, coalesce(o.merged_into, o.id) AS party_id,
             t.currency AS currency,
             {direct} AS direct_sales, {auction} AS auction_sales,
             {component} AS component_sales, {website} AS website_sales,
             {itad} AS itad_revenue_share, {total} AS total_revenue, {net} AS net_revenue
           FROM revenue_total t
           JOIN party o ON o.company_id = t.company_id AND o.id = t.party_id
           GROUP BY o.company_id, coalesce(o.merged_into, o.id), t.currency
         ) s ON s.company_id = p.company_id AND s.party_id = p.id
         WHERE p.status IN ('ACTIVE', 'INACTIVE')",
        columns = columns(dialect),
        direct = sum_of("t.channel = 'direct' AND t.direction = 'INFLOW'"),
        auction = sum_of("t.channel = 'auction' AND t.direction = 'INFLOW'"),
        component = sum_of("t.channel = 'component' AND t.direction = 'INFLOW'"),
        website = sum_of("t.channel = 'website' AND t.direction = 'INFLOW'"),
        itad = sum_of("t.channel = 'itad' AND t.direction = 'OUTFLOW'"),
        total = sum_of("t.direction = 'INFLOW'"),
        net = "CAST(sum(CASE t.direction WHEN 'INFLOW' THEN t.amount_minor
                 ELSE -t.amount_minor END) AS bigint)",
    )
}

/// The cast keeps PostgreSQL from answering with a decimal number.
fn sum_of(condition: &str) -> String {
    format!("CAST(sum(CASE WHEN {condition} THEN t.amount_minor ELSE 0 END) AS bigint)")
}
