//! The step to keys of pairs of words: it adds them for the parties of every company that are there, and can be undone.

use entity::match_key;
use migration::{Migrator, MigratorTrait};

use super::database::{TestDatabase, column, company, id, insert, on_both_backends, party};

const MIGRATION: &str = "m20261101_000037_name_pair";
const KEYS: &str = "SELECT match_key FROM match_key ORDER BY company_id, match_key";

async fn parties_from_before_get_keys_of_pairs(database: &TestDatabase) {
    let (owner, everything) = (database.owner().await, database.everything().await);
    let steps = Migrator::migrations().iter().rev().take_while(|migration| migration.name() != MIGRATION).count() + 1;
    Migrator::down(&owner, Some(u32::try_from(steps).unwrap())).await.unwrap();
    for number in [1, 2] {
        insert(&everything, company(id(number))).await.unwrap();
        insert(&everything, party(id(number), id(10), "ACTIVE")).await.unwrap();
    }
    let before = [(1, "e:doe@example.com"), (1, "n:doe"), (1, "n:john"), (1, "n:paul"), (2, "n:doe"), (2, "n:zoë"), (2, "p:+4930123456")];
    for (number, key) in before {
        let row = match_key::Model { company_id: id(number), match_key: key.to_owned(), party_id: id(10) };
        insert(&everything, row).await.unwrap();
    }
    Migrator::up(&owner, None).await.unwrap();
    let pairs = |keys: Vec<String>| keys.into_iter().filter(|key| key.starts_with("w:")).collect::<Vec<_>>();
    let keys: Vec<String> = column(&everything, KEYS).await;
    assert_eq!(keys.len(), before.len() + 4);
    assert_eq!(pairs(keys), ["w:doe john", "w:doe paul", "w:john paul", "w:doe zoë"]);

    Migrator::down(&owner, Some(u32::try_from(steps).unwrap())).await.unwrap();
    assert_eq!(column::<String>(&everything, KEYS).await, before.map(|(_, key)| key));
}

on_both_backends!(parties_from_before_get_keys_of_pairs);
