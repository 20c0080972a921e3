//! A database in the old shape, and imports of it.
use crate::support::{app::TestApp, caller::TestCaller, postgres::PostgresDatabase};
use party::{
    domain::{
        error::Error,
        import::{mapping::Mapping, outcome::Outcome},
    },
    service::import::{self, Comparison, Order, Report, Source},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

/// The columns as they stood.
const OLD_SHAPE: &str = r#"
    CREATE SCHEMA old;
    CREATE TABLE old.customers (id integer, company_id uuid, name text, email text, phone text, address text, entity_type text, roles jsonb, is_active boolean, created_at timestamptz);
    CREATE TABLE old.suppliers (id integer, company_id uuid, name text, email text, phone text, address text, entity_type text, roles jsonb, is_active boolean, created_at timestamptz);
    CREATE TABLE old.leads (id integer, company_id uuid, lead_name text, company_name text, contact_email text, contact_phone text, lead_source text, status text, qualification_score text, assigned_to text, notes text, created_at timestamptz);
    CREATE TABLE old.opportunities (id integer, company_id uuid, lead_id integer, customer_id integer, opportunity_name text, value_estimate numeric, stage text);
    CREATE TABLE old.buyer_accounts (id integer, company_id uuid, customer_id integer, auction_house_id integer, external_buyer_id text, username text, rating_score numeric, name text, email text, phone text);
    CREATE TABLE old.bids (buyer_account_id integer, is_winning boolean);
    CREATE TABLE old.shopping_carts (id integer, company_id uuid, session_id text, customer_email text, items jsonb, expires_at timestamptz, customer_id integer, email_verified boolean);
    CREATE TABLE old.customer_portal_users (customer_id integer, portal_email text, last_login timestamptz);
    CREATE TABLE old.itad_projects (id integer, customer_id integer, project_name text, revenue_share_percent numeric);
    CREATE TABLE old.sales_invoices (id integer, customer_id integer, total_amount numeric(12,2), currency text, order_type text, sales_channel text, status text, created_at timestamptz);
    CREATE TABLE old.component_sales (id integer, buyer_id integer, sale_price numeric(12,2), sales_invoice_id integer, status text);
    CREATE TABLE old.revenue_share_transactions (id integer, customer_id integer, settlement_amount numeric(12,4));
    CREATE TABLE old.party_links (company_id uuid, source_type text, source_id integer, party_type text, party_id integer, linked_at timestamptz, linked_by text, link_method text, confidence_score numeric, notes text);
    CREATE TABLE old.entity_types (code text, label text);
"#;

/// Old tables in PostgreSQL.
pub struct OldTables {
    connection: DatabaseConnection,
    /// Where they are.
    pub url: String,
    _database: PostgresDatabase,
}

impl OldTables {
    /// Empty ones.
    pub async fn create() -> Self {
        let database = PostgresDatabase::create().await;
        let connection = database.everything().await;
        connection.execute_unprepared(OLD_SHAPE).await.expect("the old tables");
        let separator = if database.superuser_url.contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}options=-c%20search_path%3Dold", database.superuser_url);
        Self { connection, url, _database: database }
    }

    /// Runs SQL; `{c}` stands for the company.
    pub async fn run(&self, caller: &TestCaller, sql: &str) {
        let sql = format!("SET search_path = old; {}", sql.replace("{c}", &caller.company.to_string()));
        self.connection.execute_unprepared(&sql).await.expect("the old rows");
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(sea_orm::DbBackend::Postgres, sql.to_owned());
        self.connection.query_one_raw(statement).await.expect("an answer").expect("a row").try_get_by_index(0).expect("a number")
    }

    /// Imports everything.
    pub async fn import(&self, app: &TestApp, caller: &TestCaller) -> Report {
        import_from(&self.url, app, caller, false).await.expect("the import ends")
    }

    /// As [`Self::import`], without keeping anything.
    pub async fn try_out(&self, app: &TestApp, caller: &TestCaller) -> Report {
        import_from(&self.url, app, caller, true).await.expect("the import ends")
    }

    /// Recounts.
    pub async fn verify(&self, app: &TestApp, caller: &TestCaller) -> Vec<Comparison> {
        let source = Source::open(&self.url).await.expect("the old tables open");
        let mapping = mapping();
        let old_company = caller.company.to_string();
        let order = Order { company: caller.company, old_company: &old_company, mapping: &mapping, is_dry: false };
        import::verify(&app.hub, &source, &order).await.expect("both sides are counted")
    }
}

/// The default mapping.
pub fn mapping() -> Mapping {
    Mapping::parse(Mapping::OLD_SHAPE).expect("the default mapping parses")
}

/// Imports from anywhere.
pub async fn import_from(from: &str, app: &TestApp, caller: &TestCaller, is_dry: bool) -> Result<Report, Error> {
    import_mapped(from, app, caller, (&mapping(), is_dry)).await
}

/// Imports with another mapping.
pub async fn import_mapped(from: &str, app: &TestApp, caller: &TestCaller, (mapping, is_dry): (&Mapping, bool)) -> Result<Report, Error> {
    let source = Source::open(from).await?;
    let old_company = caller.company.to_string();
    let order = Order { company: caller.company, old_company: &old_company, mapping, is_dry };
    import::import(&app.hub, &source, &order, |_| ()).await
}

/// What became of the rows of a table: created, matched, review, rejected. Nothing may be unaccounted for.
pub fn ended(report: &Report, table: &str) -> [i64; 4] {
    assert_eq!(report.unaccounted(), 0, "{report:#?}");
    let table = report.tables.iter().find(|one| one.table == table).expect("the table is in the report");
    Outcome::ALL.map(|outcome| table.count(outcome))
}

/// How many rows of a table ended for a reason.
pub fn because(report: &Report, table: &str, reason: &str) -> i64 {
    let table = report.tables.iter().find(|one| one.table == table).expect("the table is in the report");
    table.ended.iter().filter(|((_, known), _)| known == reason).map(|(_, count)| count).sum()
}
