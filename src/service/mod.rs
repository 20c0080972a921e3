//! The rules of the house: permissions, transactions, what may follow what. One file a noun; GraphQL and the CLI share it.
pub mod caller;
pub mod change;
pub mod channel;
pub mod company;
pub mod contact_point;
mod creation;
pub mod directory;
pub mod find_or_create;
pub mod history;
pub mod hub;
mod idempotency;
pub mod identifier;
pub mod input;
mod keys;
pub mod link;
pub mod party;
mod race;
pub mod registration;
pub mod relationship;
pub mod request;
pub mod role;
pub mod role_type;
pub mod source_record;

pub use caller::{Caller, Permission};
pub use change::Change;
pub use hub::Hub;
pub use request::Request;
