//! Channels: the ways by which money comes in or goes out.
use super::code::ChannelCode;

/// An entry of the catalogue of channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// The code, for instance `auction`.
    pub code: ChannelCode,
    /// The name for people.
    pub label: String,
}
