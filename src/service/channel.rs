//! Channels: reading the catalogue.
use super::Request;
use crate::{
    domain::{channel::Channel, error::Error},
    store,
};

/// The channels that the company has, by code.
pub async fn all(request: &Request) -> Result<Vec<Channel>, Error> {
    store::channel::all(&*request.read().await?).await
}
