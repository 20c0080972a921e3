//! Normalisation: values as they are written become values that can be compared.
pub mod address;
pub mod date;
pub mod email;
pub mod nickname;
pub mod organization;
pub mod person;
pub mod phone;
pub mod scalar;
pub mod words;
