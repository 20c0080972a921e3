//! Inserts of several tables, for what comes into being in one step.
use super::tenant::TenantTx;
use crate::domain::error::Error;
use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{Alias, CommonTableExpression, InsertStatement, WithClause},
};

/// Carries out inserts one after the other.
///
/// # Errors
/// What the first one that is refused breaks.
pub async fn in_turn(tx: &TenantTx, inserts: Vec<InsertStatement>) -> Result<(), Error> {
    for insert in inserts {
        tx.execute(&insert).await?;
    }
    Ok(())
}

/// Carries out a few inserts of a few rows: on PostgreSQL in one statement, which saves a round trip and a start of the executor for each.
///
/// # Errors
/// What the first one that is refused breaks.
pub async fn together(tx: &TenantTx, inserts: Vec<InsertStatement>) -> Result<(), Error> {
    if tx.get_database_backend() != DbBackend::Postgres || inserts.len() < 2 {
        return in_turn(tx, inserts).await;
    }
    let mut inserts = inserts.into_iter();
    let Some(first) = inserts.next() else { return Ok(()) };
    let mut with = WithClause::new();
    // PostgreSQL carries out the main insert first and then the others from the last to the first. All writers keep one order of
    // tables, so that they do not wait for each other in circles. Foreign keys are checked when all rows are there.
    for (i, insert) in inserts.rev().enumerate() {
        with.cte(CommonTableExpression::new().query(insert).table_name(Alias::new(format!("insert_{i}"))).to_owned());
    }
    tx.execute(&first.with(with)).await?;
    Ok(())
}
