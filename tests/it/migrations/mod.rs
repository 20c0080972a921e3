//! The schema itself, on both backends: it can be made, unmade and made again,
//! and the database enforces what it promises.

mod catalogue;
mod database;
mod grants;
mod isolation;
mod keys;
mod name_pair;
mod triggers;
mod views;

use database::{TestDatabase, on_both_backends};
use migration::{Migrator, MigratorTrait};

async fn up_down_up(database: &TestDatabase) {
    let owner = database.owner().await;
    let everything = database.everything().await;
    let first = catalogue::dump(&everything).await;
    assert!(first.len() > 100, "the dump has only {} lines", first.len());

    Migrator::down(&owner, None).await.unwrap();
    let left = catalogue::dump_of_schema(&everything).await;
    let left: Vec<_> = left.iter().filter(|line| !line.contains("seaql_migrations")).collect();
    assert!(left.is_empty(), "left behind by `down`: {left:#?}");

    Migrator::up(&owner, None).await.unwrap();
    let second = catalogue::dump(&everything).await;
    similar(&first, &second);
}

fn similar(first: &[String], second: &[String]) {
    let only_first: Vec<_> = first.iter().filter(|line| !second.contains(line)).collect();
    let only_second: Vec<_> = second.iter().filter(|line| !first.contains(line)).collect();
    assert!(only_first.is_empty() && only_second.is_empty(), "only after the first `up`: {only_first:#?}\nonly after the second: {only_second:#?}");
}

/// Each step back is undone by one step forward, so no migration leans on a later one.
async fn steps_back_and_forth(database: &TestDatabase) {
    let owner = database.owner().await;
    let everything = database.everything().await;
    let first = catalogue::dump(&everything).await;
    for steps in 1..=Migrator::migrations().len() {
        let steps = u32::try_from(steps).unwrap();
        Migrator::down(&owner, Some(steps)).await.unwrap();
        Migrator::up(&owner, None).await.unwrap();
    }
    similar(&first, &catalogue::dump(&everything).await);
}

async fn up_again_changes_nothing(database: &TestDatabase) {
    let owner = database.owner().await;
    let everything = database.everything().await;
    let first = catalogue::dump(&everything).await;
    Migrator::up(&owner, None).await.unwrap();
    similar(&first, &catalogue::dump(&everything).await);
}

on_both_backends!(up_down_up, steps_back_and_forth, up_again_changes_nothing);
