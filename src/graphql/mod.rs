//! The graph: one file a noun. Objects wrap domain types, resolvers call the service, and errors leave through one door.
mod address;
mod channel;
mod contact_point;
mod context;
mod directory;
mod error;
mod federation;
mod history;
mod identifier;
mod input;
mod link;
mod loader;
mod money;
mod omitted;
mod page;
mod party;
mod payload;
mod relationship;
mod revenue;
mod role;
mod scalar;
mod schema;
mod search;
mod source_record;

pub use context::RequestContext;
pub use error::response_error;
pub use schema::{GraphLimits, PartySchema, build, sdl};
