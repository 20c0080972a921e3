//! The tables of the website.
pub mod cart;
pub mod customer;
