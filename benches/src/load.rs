//! Loading: a database with the server's own schema, and made-up parties in every table that the server keeps.
use crate::{
    generate::Generator,
    postgres::{APP, OWNER, Postgres, SUPERUSER, connect},
    rows::{CURRENCY, Rows, TABLES},
};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures_util::SinkExt;
use std::{path::Path, process::Command, time::Instant};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

/// Parties that are written out at a time.
const CHUNK: u32 = 5_000;

/// How much is loaded.
#[derive(Clone, Copy)]
pub struct Size {
    /// Companies.
    pub companies: u32,
    /// Parties of each.
    pub parties: u32,
}

impl Size {
    /// The name of the database of this size.
    pub fn database(self) -> String {
        format!("party_{}x{}", self.companies, self.parties)
    }

    /// The ids of the companies.
    pub fn ids(self) -> Vec<Uuid> {
        (1..=self.companies).map(company).collect()
    }
}

fn company(number: u32) -> Uuid {
    Uuid::from_u128(0xc000_0000_0000_4000_8000_0000_0000_0000 + u128::from(number))
}

/// Makes sure that the database of a size is there, with the schema of the program `party`. What is loaded stays; only its schema is
/// brought up to date.
///
/// # Errors
/// When the database or the program refuses.
pub async fn load(postgres: &Postgres, size: Size, party: &Path) -> Result<()> {
    let name = size.database();
    let maintenance = connect(&postgres.url(SUPERUSER, "postgres")).await?;
    let found =
        maintenance.query_opt("SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = $1", &[&name]).await?;
    match found.map(|row| row.get::<_, String>(0)) {
        Some(note) if note == "loaded" => return migrate(postgres, &name, party),
        Some(_) => maintenance.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await?,
        None => {}
    }
    let begun = Instant::now();
    roles(&maintenance).await?;
    maintenance.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0 OWNER {OWNER}")).await?;
    migrate(postgres, &name, party)?;
    fill(postgres, size).await?;
    maintenance.batch_execute(&format!("COMMENT ON DATABASE {name} IS 'loaded'")).await?;
    eprintln!("loaded {} companies with {} parties each in {:.0} s", size.companies, size.parties, begun.elapsed().as_secs_f64());
    Ok(())
}

/// Makes the roles of the owner and of the server.
pub async fn roles(maintenance: &Client) -> Result<()> {
    let sql = format!(
        "DO $$ BEGIN CREATE ROLE {OWNER} LOGIN CREATEROLE; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         DO $$ BEGIN CREATE ROLE {APP} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    );
    Ok(maintenance.batch_execute(&sql).await?)
}

/// What an operator does: `party migrate`, as the owner of the tables.
pub fn migrate(postgres: &Postgres, database: &str, party: &Path) -> Result<()> {
    let mut command = Command::new(party);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PARTY_")) {
        command.env_remove(name);
    }
    let output = command
        .arg("migrate")
        .env("PARTY_DATABASE_URL", postgres.url(APP, database))
        .env("PARTY_OWNER_DATABASE_URL", postgres.url(OWNER, database))
        .output()
        .with_context(|| format!("{} did not run", party.display()))?;
    ensure!(output.status.success(), "`party migrate` failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

async fn fill(postgres: &Postgres, size: Size) -> Result<()> {
    let url = postgres.url(SUPERUSER, &size.database());
    let client = connect(&url).await?;
    for id in size.ids() {
        let sql = "INSERT INTO company (id, name, currency, default_country, settings, created_at) VALUES ($1, $2, $3, 'US', '{}', now())";
        client.execute(sql, &[&id, &format!("Company {id}"), &CURRENCY]).await?;
    }
    // Keys and indexes are made once, of all rows; making them again also checks every foreign key.
    let begun = Instant::now();
    let later = take_keys(&client).await?;
    copy(&url, size).await?;
    eprintln!("copied after {:.0} s", begun.elapsed().as_secs_f64());
    client.batch_execute("SET maintenance_work_mem = '1GB'").await?;
    for sql in later {
        client.batch_execute(&sql).await.with_context(|| sql.clone())?;
    }
    eprintln!("indexed after {:.0} s", begun.elapsed().as_secs_f64());
    client.batch_execute("VACUUM (ANALYZE)").await?;
    client.batch_execute("CHECKPOINT").await?;
    Ok(())
}

/// Drops the keys and indexes of the loaded tables and gives the statements that make them again, in an order that works.
async fn take_keys(client: &Client) -> Result<Vec<String>> {
    let tables = TABLES.map(|(table, _)| format!("'{table}'::regclass")).join(", ");
    let constraints = format!(
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
                format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
         FROM pg_constraint
         WHERE contype IN ('f', 'p', 'u') AND (conrelid IN ({tables}) OR confrelid IN ({tables}))
         ORDER BY contype = 'f', conname"
    );
    let indexes = format!(
        "SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
         FROM pg_index i
         WHERE indrelid IN ({tables}) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
         ORDER BY indexrelid"
    );
    let pairs = [rows(client, &indexes).await?, rows(client, &constraints).await?].concat();
    for (drop, _) in pairs.iter().rev() {
        client.batch_execute(drop).await.with_context(|| drop.clone())?;
    }
    Ok(pairs.into_iter().map(|(_, make)| make).collect())
}

async fn rows(client: &Client, sql: &str) -> Result<Vec<(String, String)>> {
    let messages = client.simple_query(sql).await?;
    let text = |row: &tokio_postgres::SimpleQueryRow, at| row.get(at).unwrap_or_default().to_owned();
    Ok(messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some((text(row, 0), text(row, 1))),
            _ => None,
        })
        .collect())
}

/// One COPY for each table at the same time, all fed by one generator.
async fn copy(url: &str, size: Size) -> Result<()> {
    let mut copies = JoinSet::new();
    let mut senders = Vec::new();
    for (table, columns) in TABLES {
        let (sender, receiver) = mpsc::channel(4);
        senders.push(sender);
        copies.spawn(copy_table(url.to_owned(), table, columns, receiver));
    }
    let generated = tokio::task::spawn_blocking(move || generate(size, &senders)).await?;
    while let Some(done) = copies.join_next().await {
        done??;
    }
    generated
}

fn generate(size: Size, senders: &[mpsc::Sender<Bytes>]) -> Result<()> {
    let send = |rows: &mut Rows| -> Result<()> {
        for (sender, text) in senders.iter().zip(rows.take()) {
            sender.blocking_send(Bytes::from(text)).context("a COPY ended early")?;
        }
        Ok(())
    };
    for number in 1..=size.companies {
        let mut generator = Generator::new(number)?;
        let mut rows = Rows::new(company(number));
        for i in 1..=size.parties {
            let made = generator.next()?;
            rows.add(&made, &mut generator);
            if i % CHUNK == 0 {
                send(&mut rows)?;
            }
        }
        rows.finish();
        send(&mut rows)?;
    }
    Ok(())
}

/// Triggers and foreign keys do not run: the keys that are made afterwards check the rows. A table that was emptied in the same
/// transaction needs no log of what is written to it.
async fn copy_table(url: String, table: &'static str, columns: &'static str, mut rows: mpsc::Receiver<Bytes>) -> Result<()> {
    let mut client = connect(&url).await?;
    client.batch_execute("SET session_replication_role = replica").await?;
    let transaction = client.transaction().await?;
    // Referenced tables cannot be emptied alone, but foreign keys are away while rows are copied.
    transaction.batch_execute(&format!("TRUNCATE {table}")).await?;
    let sink = transaction.copy_in(&format!("COPY {table} ({columns}) FROM STDIN WITH (FREEZE)")).await?;
    let mut sink = std::pin::pin!(sink);
    while let Some(text) = rows.recv().await {
        if !text.is_empty() {
            sink.send(text).await.with_context(|| format!("COPY {table}"))?;
        }
    }
    sink.finish().await.with_context(|| format!("COPY {table}"))?;
    transaction.commit().await?;
    Ok(())
}
