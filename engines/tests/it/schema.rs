//! The schemas that are committed are the ones of the code, and no table and no type has a place for an identity.
use crate::support::{TestEngine, on_both_databases};
use engines::{
    auction::Auction,
    crm::Crm,
    platform::{Engine, federation::sdl},
    website::Website,
};
use std::{fs, path::Path};

fn committed(system: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{system}.graphql"))).unwrap()
}

#[test]
fn the_committed_schemas_are_the_ones_of_the_code() {
    for (system, sdl) in [(Crm::SYSTEM, sdl::<Crm>()), (Auction::SYSTEM, sdl::<Auction>()), (Website::SYSTEM, sdl::<Website>())] {
        assert!(sdl == committed(system), "engines/schemas/{system}.graphql is not what the code makes: run `make schema`");
    }
}

/// Rows may be stored under an id that was merged since, so a field that an engine adds to Party must know all of them.
#[test]
fn every_field_added_to_party_requires_all_ids() {
    for system in [Crm::SYSTEM, Auction::SYSTEM, Website::SYSTEM] {
        let sdl = committed(system);
        let party = sdl.split("\ntype Party @key(fields: \"id\") {\n").nth(1).unwrap().split("\n}").next().unwrap();
        let added = party.matches("\"\"\"\n").count() / 2 - party.matches("(\n    \"\"\"").count();
        assert!(added > 0 && party.matches("@requires(fields: \"allIds\")").count() == added, "{system}: {party}");
    }
}

/// The words of a name, in lower case: `lead_source` and `leadSource` both are `lead` and `source`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter == '_' || letter.is_ascii_uppercase() {
            words.push(String::new());
        }
        if letter != '_' {
            words.last_mut().unwrap().push(letter.to_ascii_lowercase());
        }
    }
    words
}

fn is_identity(column: &str) -> bool {
    let identity =
        ["email", "mail", "phone", "mobile", "fax", "name", "firstname", "lastname", "surname", "street", "city", "address", "zip", "postal"];
    words(column).iter().any(|word| identity.contains(&word.as_str()))
}

on_both_databases! { Crm =>
    async fn the_crm_has_no_column_for_an_identity(engine: TestEngine<Crm>) {
        no_identity(&engine, 4).await;
    }
}

on_both_databases! { Auction =>
    async fn the_auction_has_no_column_for_an_identity(engine: TestEngine<Auction>) {
        no_identity(&engine, 5).await;
    }
}

on_both_databases! { Website =>
    async fn the_website_has_no_column_for_an_identity(engine: TestEngine<Website>) {
        no_identity(&engine, 4).await;
    }
}

/// Reads the catalogue: some tables, all of them with a company, and none with an identity.
async fn no_identity<E: Engine>(engine: &TestEngine<E>, tables: usize) {
    let columns = engine.columns().await;
    let names: std::collections::BTreeSet<&String> = columns.iter().map(|(table, _)| table).collect();
    assert_eq!(names.len(), tables, "{names:?}");
    for table in names {
        assert!(columns.contains(&(table.clone(), "company_id".to_owned())), "{table} knows no company");
    }
    let copies: Vec<_> = columns.iter().filter(|(_, column)| is_identity(column)).collect();
    assert!(copies.is_empty(), "{copies:?}");
}
