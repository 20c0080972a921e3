//! Triggers that refuse links and roles which break a rule, as a second lock
//! behind the service.
//!
//! They fire after the statement's own constraints, so that `ON CONFLICT DO
//! NOTHING` and the unique indexes answer first. They read without locking: the
//! service locks the party's row before it links or grants. The error carries
//! the trigger's name, as the constraint on PostgreSQL and as the text on SQLite.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A rule about the rows of one table.
struct Rule {
    name: &'static str,
    table: &'static str,
    /// The columns whose update is checked as well; none when only inserts are.
    columns: &'static str,
    /// The rows that are checked.
    applies: &'static str,
    /// Finds a row exactly when `NEW` breaks the rule; `{schema}` qualifies its
    /// tables on PostgreSQL and `{system}` is the nil company.
    offence: &'static str,
    message: &'static str,
}

const RULES: [Rule; 4] = [
    Rule {
        name: "tg_party_link_live_party",
        table: "party_link",
        columns: "party_id, status",
        applies: "NEW.status = 'ACTIVE'",
        offence: "SELECT 1 FROM {schema}party p
            WHERE p.company_id = NEW.company_id AND p.id = NEW.party_id AND p.status <> 'ACTIVE'",
        message: "an active link needs an active party",
    },
    Rule {
        name: "tg_party_role_known",
        table: "party_role",
        columns: "role_code",
        applies: "TRUE",
        offence: "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {schema}role_type t
            WHERE t.company_id IN (NEW.company_id, {system}) AND t.code = NEW.role_code)",
        message: "the role code is not in the catalogue of the company or of the system",
    },
    Rule {
        name: "tg_party_role_live_party",
        table: "party_role",
        columns: "",
        applies: "NEW.valid_to IS NULL",
        offence: "SELECT 1 FROM {schema}party p
            WHERE p.company_id = NEW.company_id AND p.id = NEW.party_id AND p.status <> 'ACTIVE'",
        message: "a role needs an active party",
    },
    Rule {
        name: "tg_party_role_overlap",
        table: "party_role",
        columns: "party_id, role_code, valid_from, valid_to",
        applies: "TRUE",
        offence: "SELECT 1 FROM {schema}party_role o
            WHERE o.company_id = NEW.company_id AND o.party_id = NEW.party_id
              AND o.role_code = NEW.role_code AND o.id <> NEW.id
              AND (NEW.valid_to IS NULL OR o.valid_from < NEW.valid_to)
              AND (o.valid_to IS NULL OR NEW.valid_from < o.valid_to)",
        message: "the party has the role in a part of that time already",
    },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let connection = manager.get_connection();
        for rule in &RULES {
            let sql = if postgres { rule.create_on_postgres() } else { rule.create_on_sqlite() };
            connection.execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let connection = manager.get_connection();
        for Rule { name, table, .. } in &RULES {
            let sql = if postgres {
                format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();")
            } else {
                format!("DROP TRIGGER IF EXISTS {name}_insert; DROP TRIGGER IF EXISTS {name}_update;")
            };
            connection.execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}

impl Rule {
    /// The function's tables are qualified, so that a temporary table of the
    /// same name cannot stand in for them.
    fn create_on_postgres(&self) -> String {
        let Self { name, table, applies, message, .. } = self;
        let offence = self.offence.replace("{system}", "'00000000-0000-0000-0000-000000000000'::uuid").replace("{schema}", "public.");
        let update = match self.columns {
            "" => String::new(),
            columns => format!(" OR UPDATE OF {columns}"),
        };
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
             BEGIN
               IF EXISTS ({offence}) THEN
                 RAISE EXCEPTION '{name}: {message}' USING ERRCODE = '23514', CONSTRAINT = '{name}';
               END IF;
               RETURN NULL;
             END $body$;
             CREATE TRIGGER {name} AFTER INSERT{update} ON {table}
             FOR EACH ROW WHEN ({applies}) EXECUTE FUNCTION {name}();"
        )
    }

    fn create_on_sqlite(&self) -> String {
        let Self { name, table, applies, .. } = self;
        let offence = self.offence.replace("{schema}", "").replace("{system}", "x'00000000000000000000000000000000'");
        let body = format!(
            "ON {table} WHEN {applies} AND EXISTS ({offence})
             BEGIN SELECT RAISE(ABORT, '{name}'); END;"
        );
        let insert = format!("CREATE TRIGGER {name}_insert AFTER INSERT {body}");
        match self.columns {
            "" => insert,
            columns => {
                format!("{insert} CREATE TRIGGER {name}_update AFTER UPDATE OF {columns} {body}")
            }
        }
    }
}
