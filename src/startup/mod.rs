//! Putting the program together: settings, database, application, server.
#![expect(clippy::print_stdout, reason = "operators' commands report on standard output")]
mod application;
mod authenticator;
pub mod demo;
mod settings;
mod storage;
mod telemetry;
mod versions;

pub use application::Application;
pub use authenticator::{authenticator, use_ring};
pub use settings::Settings;
pub use storage::{distribute, hub, migrate, owner_hub, system_clock, undo};
pub use telemetry::{LogFormat, Telemetry};
