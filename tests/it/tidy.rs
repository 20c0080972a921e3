//! Rules of the house that the compiler cannot see.
use std::{fs, path::Path};

/// Every Rust file of the workspace, with its text.
fn rust_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders: Vec<_> = ["src", "entity/src", "migration/src", "benches/src", "engines/src", "engines/tests", "tests"]
        .iter()
        .map(|folder| root.join(folder))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(files.len() > 100, "only {} files were found", files.len());
    files
}

/// The text before the file's own tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<_> = rust_files().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(name, _)| name).collect();
    assert!(silent.is_empty(), "files that do not begin with a `//!` line: {silent:#?}");
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long: Vec<_> =
        rust_files().into_iter().map(|(name, text)| (name, without_tests(&text).lines().count())).filter(|(_, lines)| *lines > 400).collect();
    assert!(long.is_empty(), "split these by topic: {long:#?}");
}

/// Which crates and modules a layer may not name: the rows of the table in docs/architecture.md.
const ABSENCES: &[(&str, &[&str])] = &[
    (
        "src/domain/",
        &[
            "sea_orm",
            "sqlx",
            "async_graphql",
            "axum",
            "tokio",
            "entity::",
            "crate::store",
            "crate::service",
            "crate::graphql",
            "crate::http",
            "crate::lint",
            "Utc::now",
        ],
    ),
    ("src/store/", &["async_graphql", "axum", "crate::service", "crate::graphql", "crate::http", "crate::startup", "crate::lint"]),
    ("src/service/", &["sea_orm", "sqlx::", "entity::", "async_graphql", "axum", "crate::graphql", "crate::http", "crate::startup", "crate::lint"]),
    ("src/graphql/", &["sea_orm", "sqlx::", "entity::", "axum", "crate::store", "crate::http", "crate::startup", "crate::lint"]),
    ("src/http/", &["sea_orm", "sqlx::", "entity::", "crate::store", "crate::startup", "crate::lint"]),
    ("src/cli/", &["sea_orm", "sqlx::", "entity::", "crate::store"]),
    ("src/lint/", &["sea_orm", "entity::", "axum", "crate::store", "crate::service", "crate::graphql", "crate::http", "crate::startup", "Utc::now"]),
    ("entity/src/", &["async_graphql", "party::", "migration::"]),
    ("migration/src/", &["async_graphql", "entity::"]),
];

/// The rules of the lint are pure; its readers and the one function that calls them are not.
const PURE_LINT: &[&str] = &["catalogue.rs", "exemption.rs", "finding.rs", "graph.rs", "rule.rs", "tables.rs", "values.rs", "identity/", "report/"];

#[test]
fn rules_of_the_lint_touch_no_file_and_no_database() {
    let is_pure = |name: &str| name.strip_prefix("src/lint/").is_some_and(|name| PURE_LINT.iter().any(|pure| name.starts_with(pure)));
    let pure: Vec<_> = rust_files().into_iter().filter(|(name, _)| is_pure(name)).collect();
    assert!(pure.len() > PURE_LINT.len());
    for (name, text) in pure {
        for absent in ["sqlx", "std::fs", "tokio", "async_graphql", "sqlparser", "async fn"] {
            assert!(!without_tests(&text).contains(absent), "{name} names {absent}");
        }
    }
}

#[test]
fn layers_name_only_what_they_may() {
    let mut offences = Vec::new();
    for (name, text) in rust_files() {
        for (layer, absent) in ABSENCES.iter().filter(|(layer, _)| name.starts_with(layer)) {
            let code = without_tests(&text).lines().filter(|line| !line.trim_start().starts_with("//"));
            for (number, line) in code.enumerate() {
                let named = absent.iter().filter(|word| names(line, word));
                offences.extend(named.map(|word| format!("{name}, code line {}: {layer} knows nothing of {word}", number + 1)));
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

/// Whether a line names a word that is not the tail of a longer path or name.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':'))
}

/// Engines know the Party subgraph through its graph alone.
#[test]
fn engines_depend_on_no_crate_of_ours() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("engines/Cargo.toml")).unwrap();
    let named: Vec<_> = ["party", "entity", "migration"]
        .into_iter()
        .filter(|name| manifest.lines().any(|line| line.starts_with(&format!("{name}.")) || line.starts_with(&format!("{name} "))))
        .collect();
    assert!(named.is_empty(), "engines/Cargo.toml names {named:?}");
}

#[test]
fn paths_in_the_docs_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md")];
    for folder in ["docs", "docs/decisions"] {
        pages.extend(fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
    }
    let mut missing = Vec::new();
    for page in pages.iter().filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(page).unwrap();
        for code in text.split('`').skip(1).step_by(2) {
            let begins = ["src/", "entity/", "migration/", "engines/", "tests/", "docs/", "web/", "scripts/", "benches/"]
                .iter()
                .any(|folder| code.starts_with(folder));
            if begins && !code.contains(['*', '<', ' ', '{', '\n']) && !root.join(code.trim_end_matches('/')).exists() && !code.contains("dist") {
                missing.push(format!("{}: {code}", page.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_map_stays_short() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    assert!(text.lines().count() <= 150, "docs/architecture.md has {} lines; the limit is 150", text.lines().count());
}
