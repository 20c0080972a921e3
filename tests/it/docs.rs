//! What the pages tell people to type exists.
use crate::support::process::run_party;
use std::{collections::BTreeSet, fs, path::Path};

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap_or_else(|_| panic!("{name} is missing"))
}

fn pages() -> String {
    ["README.md", "docs/architecture.md", "docs/adding-a-field.md", "docs/scale.md"].map(page).join("\n")
}

/// The words after a command, wherever the pages name it, up to the first that is not a plain word.
fn uses(text: &str, command: &str) -> BTreeSet<Vec<String>> {
    let plain = |word: &&str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-') && !word.starts_with('-');
    text.match_indices(command)
        .map(|(at, _)| text[at + command.len()..].lines().next().unwrap_or_default())
        .map(|rest| rest.split([' ', '`', '"']).take_while(plain).map(str::to_owned).collect())
        .filter(|words: &Vec<String>| !words.is_empty())
        .collect()
}

#[test]
fn targets_of_make_exist() {
    let makefile = page("Makefile");
    let used = uses(&pages(), "`make ").into_iter().chain(uses(&pages(), "\nmake "));
    let missing: Vec<_> = used.filter(|words| !makefile.contains(&format!("\n{}:", words[0]))).collect();
    assert!(missing.is_empty(), "the Makefile has no target for {missing:?}");
}

#[tokio::test]
async fn commands_of_the_program_exist() {
    let used: Vec<Vec<String>> = uses(&pages(), "cargo run -- ").into_iter().collect();
    assert!(used.len() >= 3, "{used:?}");
    for mut words in used {
        words.push("--help".to_owned());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        run_party("sqlite:unused", &words).await;
    }
}

/// Every setting is in the README's table with its default, and the table has no other.
#[test]
fn settings_are_the_ones_of_the_table() {
    let source = page("src/startup/settings.rs");
    let named = |text: &str, before: &str| -> BTreeSet<String> {
        text.match_indices(before)
            .map(|(at, _)| {
                text[at + before.len() - "PARTY_".len()..].chars().take_while(|letter| letter.is_ascii_uppercase() || *letter == '_').collect()
            })
            .collect()
    };
    let table: String =
        page("README.md").lines().filter(|line| line.starts_with("| `PARTY_")).map(|line| format!("{}\n", line.split('|').nth(1).unwrap())).collect();
    assert_eq!(named(&source, "/// `PARTY_"), named(&table, "`PARTY_"));
}
