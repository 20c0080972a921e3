//! What the pages tell people to type exists.
use crate::support::process::run_party;
use party::startup::Settings;
use std::{collections::BTreeSet, fs, path::Path};

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap_or_else(|_| panic!("{name} is missing"))
}

fn pages() -> String {
    ["README.md", "docs/architecture.md", "docs/adding-a-field.md", "docs/operating.md", "docs/scale.md"].map(page).join("\n")
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

/// Every setting is in the README's table with its default, in the order of `party.toml`, and the table has no other.
#[test]
fn settings_are_the_ones_of_the_table() {
    let defaults: Vec<(String, Option<String>)> = Settings::DEFAULTS
        .lines()
        .filter_map(|line| line.trim_start_matches("# ").split_once(" = ").map(|(name, value)| (name, value, line.starts_with("# "))))
        .filter(|(name, _, _)| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'))
        .map(|(name, value, is_comment)| (format!("PARTY_{}", name.to_uppercase()), (!is_comment).then(|| value.trim_matches('"').to_owned())))
        .collect();
    let readme = page("README.md");
    let rows =
        readme.lines().filter(|line| line.starts_with("| `PARTY_")).map(|line| line.split(" | ").map(|cell| cell.trim_matches(['|', ' ', '`'])));
    let table: Vec<(String, Option<String>)> = rows
        .zip(&defaults)
        .map(|(mut cells, (_, default))| {
            let (name, shown) = (cells.next().unwrap_or_default().to_owned(), cells.next().unwrap_or_default().to_owned());
            (name, default.is_some().then_some(shown))
        })
        .collect();
    assert_eq!(table, defaults);
}
