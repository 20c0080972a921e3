//! SQLite files for tests: migrated once for the whole run, copied for each test.

use std::sync::LazyLock;

use migration::{Migrator, MigratorTrait};
use sea_orm::Database;
use tempfile::TempDir;

/// The bytes of a migrated file without rows of a company.
static TEMPLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    // A test has a runtime of its own and may not block in it, so the file is
    // made on another thread.
    std::thread::spawn(migrated_file).join().expect("the SQLite template could not be made")
});

/// A migrated database of its own for one test; its file goes when this is dropped.
pub struct SqliteDatabase {
    /// The address, which also creates the file if somebody removed it.
    pub url: String,
    _directory: TempDir,
}

impl SqliteDatabase {
    /// A fresh copy of the migrated template.
    pub fn create() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let url = url(&directory);
        std::fs::write(file(&directory), &*TEMPLATE).expect("the copy of the template");
        Self { url, _directory: directory }
    }
}

fn migrated_file() -> Vec<u8> {
    let directory = TempDir::new().expect("a temporary directory");
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
        let connection = Database::connect(url(&directory)).await.expect("a new SQLite file");
        Migrator::up(&connection, None).await.expect("the migrations on SQLite");
        connection.close().await.expect("the file can be closed");
    });
    std::fs::read(file(&directory)).expect("the migrated file")
}

fn file(directory: &TempDir) -> std::path::PathBuf {
    directory.path().join("party.db")
}

fn url(directory: &TempDir) -> String {
    format!("sqlite://{}?mode=rwc", file(directory).display())
}
