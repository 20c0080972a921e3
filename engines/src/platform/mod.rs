//! What every engine needs: callers, a database, the engine's side of federation, and reports to the identity hub that are never lost.
pub mod access;
pub mod courier;
pub mod database;
pub mod demo;
pub mod engine;
pub mod error;
pub mod federation;
pub mod feed_place;
pub mod follower;
pub mod hub;
pub mod import;
pub mod loader;
mod m20261101_000000_outbox;
mod m20261101_000001_feed_place;
pub mod money;
pub mod outbox;
pub mod scalar;
pub mod server;
pub mod session;

pub use engine::Engine;
pub use error::Error;
pub use session::Session;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The time, as exact as both databases keep it.
#[expect(clippy::disallowed_methods, reason = "engines run in real time; nothing in them is played back")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A fresh id. Later ids sort after earlier ones.
#[expect(clippy::disallowed_methods, reason = "engines make ids as they come")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
