//! Reading what is looked at: schemas, migrations, databases.
pub mod migrations;
pub mod postgres;
pub mod sdl;
mod sql;
pub mod sqlite;

use anyhow::{Context, Result, bail};
use std::path::Path;

/// The text of a file.
///
/// # Errors
/// When it cannot be read or is no text.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let Ok(text) = String::from_utf8(bytes) else { bail!("{} is not UTF-8 text", path.display()) };
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
