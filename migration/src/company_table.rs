//! A table that belongs to companies: `company_id` leads its primary key, its
//! indexes and its foreign keys by construction.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid;
use sea_orm_migration::sea_orm::DbBackend;

/// A table to be created, with its indexes.
pub(crate) struct CompanyTable {
    name: &'static str,
    table: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
}

impl CompanyTable {
    /// A table whose `company_id` refers to a company; `key` completes the primary key.
    pub(crate) fn new(name: &'static str, key: &[&'static str]) -> Self {
        let mut definition = Self::catalogue(name, key);
        definition.table.foreign_key(ForeignKey::create().name(format!("fk_{name}_company")).from(name, "company_id").to("company", "id"));
        definition
    }

    /// A table whose `company_id` may be nil, which stands for the system.
    pub(crate) fn catalogue(name: &'static str, key: &[&'static str]) -> Self {
        let mut primary_key = Index::create();
        primary_key.name(format!("pk_{name}")).col("company_id");
        for column in key {
            primary_key.col(*column);
        }
        let mut table = Table::create();
        table.table(name).col(uuid("company_id")).primary_key(&mut primary_key);
        Self { name, table, indexes: Vec::new() }
    }

    /// Adds columns after those that are there.
    pub(crate) fn columns(mut self, columns: impl IntoIterator<Item = ColumnDef>) -> Self {
        for column in columns {
            self.table.col(column);
        }
        self
    }

    /// Adds a foreign key on `company_id` and `columns`.
    pub(crate) fn references(mut self, columns: &[&'static str], target: &'static str, target_columns: &[&'static str]) -> Self {
        let suffix = match columns {
            [column] => column.trim_end_matches("_id"),
            _ => target,
        };
        let mut key = ForeignKey::create();
        key.name(format!("fk_{}_{suffix}", self.name)).from(self.name, "company_id").to(target, "company_id");
        for (column, target_column) in columns.iter().zip(target_columns) {
            key.from_col(*column).to_col(*target_column);
        }
        self.table.foreign_key(&mut key);
        self
    }

    /// Adds a foreign key from `column` to a party of the same company.
    pub(crate) fn party(self, column: &'static str) -> Self {
        self.references(&[column], "party", &["id"])
    }

    /// Adds the check `ck_<table>_<what>`; `condition` is SQL for both backends.
    pub(crate) fn check(mut self, what: &str, condition: &'static str) -> Self {
        self.table.check((format!("ck_{}_{what}", self.name), Expr::cust(condition)));
        self
    }

    /// Adds the index `ix_<table>_<what>` on `company_id` and `columns`.
    pub(crate) fn index(mut self, what: &str, columns: &[&'static str]) -> Self {
        let index = self.start_index("ix", what, columns);
        self.indexes.push(index);
        self
    }

    /// Adds the index `ix_<table>_<what>`, of the rows that `condition` admits.
    pub(crate) fn index_where(mut self, what: &str, columns: &[&'static str], condition: &'static str) -> Self {
        let mut index = self.start_index("ix", what, columns);
        index.and_where(Expr::cust(condition));
        self.indexes.push(index);
        self
    }

    /// Adds the unique index `ux_<table>_<what>`, of the rows that `condition` admits.
    pub(crate) fn unique_where(mut self, what: &str, columns: &[&'static str], condition: &'static str) -> Self {
        let mut index = self.start_index("ux", what, columns);
        index.unique().and_where(Expr::cust(condition));
        self.indexes.push(index);
        self
    }

    /// Adds the index `ix_<table>_<what>` that reads `rank` from the highest down
    /// within `columns`, and the parties of an equal rank in the order of their ids.
    pub(crate) fn ranking(mut self, what: &str, columns: &[&'static str], rank: &'static str) -> Self {
        let mut index = self.start_index("ix", what, columns);
        index.col((rank, IndexOrder::Desc)).col("party_id");
        self.indexes.push(index);
        self
    }

    /// Creates the table and its indexes.
    pub(crate) async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager.create_table(self.table).await?;
        for index in self.indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn start_index(&self, prefix: &str, what: &str, columns: &[&'static str]) -> IndexCreateStatement {
        let mut index = Index::create();
        index.name(format!("{prefix}_{}_{what}", self.name)).table(self.name).col("company_id");
        for column in columns {
            index.col(*column);
        }
        index
    }
}

/// A text column that sorts by code points on both backends, whatever the
/// collation of the PostgreSQL database is, so that pages and prefix ranges
/// come out the same everywhere.
pub(crate) fn text_by_code_point(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = sea_orm_migration::schema::text(name);
    if manager.get_database_backend() == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// Drops the tables in the order given.
pub(crate) async fn drop_tables(manager: &SchemaManager<'_>, names: &[&'static str]) -> Result<(), DbErr> {
    for name in names {
        manager.drop_table(Table::drop().table(*name).to_owned()).await?;
    }
    Ok(())
}
