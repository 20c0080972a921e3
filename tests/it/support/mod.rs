//! What the tests build on: databases, a running server, callers with tokens.
pub mod app;
pub mod caller;
pub mod cases;
pub mod follow;
pub mod footprint;
pub mod imports;
pub mod issuer;
pub mod postgres;
mod postgres_server;
pub mod process;
pub mod rows;
pub mod sqlite;
pub mod state;

/// Writes a test once and runs it on SQLite and on PostgreSQL, as `name::sqlite` and `name::postgres`.
macro_rules! on_both_databases {
    ($($(#[doc = $doc:literal])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $(
            $(#[doc = $doc])*
            mod $name {
                use super::*;

                async fn check($app: $crate::support::app::TestApp) $body

                #[tokio::test]
                async fn sqlite() {
                    check($crate::support::app::TestApp::on_sqlite().await).await;
                }

                #[tokio::test]
                async fn postgres() {
                    check($crate::support::app::TestApp::on_postgres().await).await;
                }
            }
        )+
    };
}
pub(crate) use on_both_databases;
