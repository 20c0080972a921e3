//! One migrated database of either backend, and rows to try the schema with.

use entity::{company, party, party_link, party_role, revenue_total, source_record};
use sea_orm::prelude::{DateTimeUtc, Json, Uuid};
use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel, QueryResult, Statement,
    TryGetable,
};

use crate::support::postgres::PostgresDatabase;
use crate::support::sqlite::SqliteDatabase;

/// Runs each function as a test on SQLite and as a test on PostgreSQL.
macro_rules! on_both_backends {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::migrations::database::TestDatabase::sqlite()).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::migrations::database::TestDatabase::postgres().await).await;
            })+
        }
    };
}
pub(super) use on_both_backends;

pub(super) enum TestDatabase {
    Sqlite(SqliteDatabase),
    Postgres(PostgresDatabase),
}

impl TestDatabase {
    pub(super) fn sqlite() -> Self {
        Self::Sqlite(SqliteDatabase::create())
    }

    pub(super) async fn postgres() -> Self {
        Self::Postgres(PostgresDatabase::create().await)
    }

    /// A connection that sees every row.
    pub(super) async fn everything(&self) -> DatabaseConnection {
        match self {
            Self::Sqlite(file) => connect(&file.url).await,
            Self::Postgres(database) => connect(&database.superuser_url).await,
        }
    }

    /// The connection that migrations use.
    pub(super) async fn owner(&self) -> DatabaseConnection {
        match self {
            Self::Sqlite(file) => connect(&file.url).await,
            Self::Postgres(database) => connect(&database.owner_url).await,
        }
    }
}

/// A single connection, so that settings of the session stay.
pub(super) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// The connection of the server under test, for one company.
pub(super) async fn app(database: &PostgresDatabase, company: Uuid) -> DatabaseConnection {
    let connection = connect(&database.app_url).await;
    let setting = format!("SET app.company_id = '{company}'");
    connection.execute_unprepared(&setting).await.unwrap();
    connection
}

pub(super) async fn rows(connection: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let answer = connection.query_all_raw(statement).await;
    answer.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The first column of every row.
pub(super) async fn column<T: TryGetable>(connection: &DatabaseConnection, sql: &str) -> Vec<T> {
    let answer = rows(connection, sql).await;
    answer.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// The time of the tests, `hours` after the first of January 2026.
pub(super) fn at(hours: i64) -> DateTimeUtc {
    DateTimeUtc::from_timestamp(1_767_225_600 + hours * 3600, 0).unwrap()
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) async fn insert<M, A>(connection: &DatabaseConnection, model: M) -> Result<(), DbErr>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + Send,
{
    let row = model.into_active_model().reset_all();
    <A::Entity as EntityTrait>::insert(row).exec_without_returning(connection).await.map(drop)
}

pub(super) fn company(id: Uuid) -> company::Model {
    company::Model {
        id,
        name: format!("Company {id}"),
        currency: "EUR".to_owned(),
        default_country: "DE".to_owned(),
        settings: Json::Object(Default::default()),
        created_at: at(0),
    }
}

pub(super) fn party(company_id: Uuid, id: Uuid, status: &str) -> party::Model {
    party::Model {
        company_id,
        id,
        kind: "PERSON".to_owned(),
        display_name: "John Doe".to_owned(),
        name_key: "john doe".to_owned(),
        given_name: Some("John".to_owned()),
        family_name: Some("Doe".to_owned()),
        legal_name: None,
        primary_email: Some(format!("{}@example.com", id.as_u128())),
        email_key: Some(format!("{}@example.com", id.as_u128())),
        primary_phone: Some("+4930123456".to_owned()),
        primary_address: Some(Json::from_iter([("formatted", "1 High Street, Berlin")])),
        status: status.to_owned(),
        merged_into: None,
        version: 1,
        created_at: at(1),
        updated_at: at(1),
    }
}

pub(super) fn role(party: &party::Model, id: Uuid, code: &str) -> party_role::Model {
    party_role::Model {
        company_id: party.company_id,
        id,
        party_id: party.id,
        home_id: None,
        role_code: code.to_owned(),
        is_primary: false,
        valid_from: at(1),
        valid_to: None,
        granted_by: "test".to_owned(),
        grant_reason: None,
        ended_by: None,
        end_reason: None,
    }
}

pub(super) fn source_record(company_id: Uuid, record_id: &str) -> source_record::Model {
    source_record::Model {
        company_id,
        system: "crm".to_owned(),
        record_type: "lead".to_owned(),
        record_id: record_id.to_owned(),
        presented: Json::Object(Default::default()),
        display_name: None,
        email_key: None,
        phone: None,
        state: "UNLINKED".to_owned(),
        received_at: at(1),
        updated_at: at(1),
    }
}

pub(super) fn link(record: &source_record::Model, id: Uuid, party_id: Uuid) -> party_link::Model {
    party_link::Model {
        company_id: record.company_id,
        id,
        system: record.system.clone(),
        record_type: record.record_type.clone(),
        record_id: record.record_id.clone(),
        party_id,
        home_id: None,
        method: "MANUAL".to_owned(),
        status: "ACTIVE".to_owned(),
        confidence: Some(1.0),
        evidence: None,
        ruleset: None,
        note: None,
        linked_by: "test".to_owned(),
        linked_at: at(1),
        ended_by: None,
        ended_at: None,
        end_reason: None,
    }
}

pub(super) fn total(party: &party::Model, currency: &str, (channel, direction): (&str, &str), amount_minor: i64) -> revenue_total::Model {
    revenue_total::Model {
        company_id: party.company_id,
        party_id: party.id,
        currency: currency.to_owned(),
        channel: channel.to_owned(),
        direction: direction.to_owned(),
        month: at(0).date_naive(),
        amount_minor,
        entries: 1,
    }
}
