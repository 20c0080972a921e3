//! Where settings come from. Messages name what is wrong and where, but repeat nothing of a file: it may hold a secret.
use super::Settings;
use anyhow::{Context, Result, anyhow, bail};
use config::{Config, ConfigError, Environment, File, FileFormat};
use std::{collections::HashMap, ffi::OsString, path::Path};

const PREFIX: &str = "PARTY_";

/// Names the operator's file, and is no setting itself.
const FILE_VARIABLE: &str = "PARTY_CONFIG";

/// Reads the defaults, then a file, then the environment; what comes later wins.
pub(super) fn read(file: Option<&Path>, environment: impl Iterator<Item = (OsString, OsString)>) -> Result<Settings> {
    let mut builder = Config::builder().add_source(File::from_str(Settings::DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        builder = builder.add_source(File::from_str(&checked_file(path)?, FileFormat::Toml));
    }
    let variables = checked_environment(environment)?;
    let merged = builder.add_source(Environment::default().source(Some(variables))).build()?;
    merged.try_deserialize().map_err(|error| anyhow!("a setting is malformed: {}", without_origin(&error)))
}

/// The text of a file that is TOML and has no line that is not a setting.
fn checked_file(path: &Path) -> Result<String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("the file of settings {shown} could not be read"))?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
        anyhow!("the file of settings {shown} is not TOML: line {line}: {}", error.message())
    })?;
    if let Some(unknown) = table.keys().find(|name| !names().any(|known| known == *name)) {
        bail!("{unknown} in {shown} is not a setting{}", suggestion(unknown, |name| name.to_owned()));
    }
    Ok(text)
}

/// The variables that begin with the prefix, by the name of their setting.
fn checked_environment(environment: impl Iterator<Item = (OsString, OsString)>) -> Result<HashMap<String, String>> {
    let mut variables = HashMap::new();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX) && *name != FILE_VARIABLE) else { continue };
        let setting = name[PREFIX.len()..].to_lowercase();
        if !names().any(|known| known == setting) || name.chars().any(|letter| letter.is_ascii_lowercase()) {
            bail!("{name} is not a setting{}", suggestion(&setting, |name| format!("{PREFIX}{}", name.to_uppercase())));
        }
        let value = value.into_string().map_err(|_| anyhow!("{name} is not UTF-8"))?;
        variables.insert(setting, value);
    }
    Ok(variables)
}

/// Every setting's name, as `party.toml` has it: those without a default stand there in a comment.
fn names() -> impl Iterator<Item = &'static str> {
    let is_name = |name: &&str| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    Settings::DEFAULTS.lines().filter_map(move |line| line.trim_start_matches("# ").split_once(" = ").map(|(name, _)| name).filter(is_name))
}

/// The setting that was probably meant.
fn suggestion(unknown: &str, spell: impl Fn(&str) -> String) -> String {
    let nearest = names().max_by(|a, b| strsim::jaro_winkler(a, unknown).total_cmp(&strsim::jaro_winkler(b, unknown)));
    match nearest {
        Some(name) if strsim::jaro_winkler(name, unknown) > 0.9 => format!("; {} is. `party settings` prints all of them.", spell(name)),
        _ => ". `party settings` prints all of them.".to_owned(),
    }
}

/// A malformed value's error ends with where it came from, which for a text is a fragment of the program.
fn without_origin(error: &ConfigError) -> String {
    let text = error.to_string();
    text.split(" in ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn environment(values: &[(&str, &str)]) -> impl Iterator<Item = (OsString, OsString)> {
        values.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect::<Vec<_>>().into_iter()
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    /// The fields of the struct, as serde tells them to whoever offers another one.
    fn fields() -> BTreeSet<String> {
        let error = toml::from_str::<Settings>("no_setting = 1").unwrap_err();
        error.message().split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_file_of_defaults_has_exactly_the_settings() {
        let listed: Vec<&str> = names().collect();
        assert_eq!(listed.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), fields());
        assert_eq!(listed.len(), fields().len(), "one stands there twice");
        // Every line is a comment, empty, or a setting.
        for line in Settings::DEFAULTS.lines() {
            assert!(
                line.is_empty() || line.starts_with("# ") || line.split_once(" = ").is_some_and(|(name, _)| names().any(|known| known == name)),
                "{line}"
            );
        }
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let file = file("max_depth = 7\nmax_aliases = 8\n");
        let settings = read(Some(file.path()), environment(&[("PARTY_MAX_DEPTH", "9"), ("PARTY_INTROSPECTION", "false"), ("HOME", "x")])).unwrap();
        assert_eq!((settings.max_depth, settings.max_aliases, settings.max_complexity, settings.introspection), (9, 8, 20_000, false));
    }

    #[test]
    fn what_is_no_setting_is_refused_and_the_right_one_is_named() {
        let message = read(None, environment(&[("PARTY_LISTENN", "x")])).unwrap_err().to_string();
        assert_eq!(message, "PARTY_LISTENN is not a setting; PARTY_LISTEN is. `party settings` prints all of them.");
        let file = file("max_dept = 7\n");
        let message = read(Some(file.path()), environment(&[])).unwrap_err().to_string();
        assert!(message.starts_with("max_dept in ") && message.contains("; max_depth is."), "{message}");
    }

    #[test]
    fn a_malformed_value_is_named() {
        let message = read(None, environment(&[("PARTY_MAX_DEPTH", "deep")])).unwrap_err().to_string();
        assert!(message.contains("max_depth"), "{message}");
    }

    #[test]
    fn secrets_are_taken_as_they_are_and_never_shown() {
        let secret = "00000000000000000000000000000012345678901234567890";
        let url = "postgres://party_app:hunter2@localhost/party";
        let settings = read(None, environment(&[("PARTY_JWT_SECRET", secret), ("PARTY_DATABASE_URL", url)])).unwrap();
        assert_eq!(secrecy::ExposeSecret::expose_secret(settings.jwt_secret.as_ref().unwrap()), secret);
        let shown = format!("{settings:?} {settings:#?}");
        assert!(!shown.contains("12345678") && !shown.contains("hunter2"), "{shown}");
        let file = file("jwt_secret = \"hunter2\nmax_depth = 3\n");
        let message = format!("{:#} {0:?}", read(Some(file.path()), environment(&[])).unwrap_err());
        assert!(message.contains("line 1") && !message.contains("hunter2"), "{message}");
    }
}
