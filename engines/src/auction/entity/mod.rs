//! The tables of the auction.
pub mod bid;
pub mod buyer_account;
pub mod lot;
