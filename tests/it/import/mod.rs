//! The import of old tables: from a real database in the old shape, into both databases.
mod csv;
mod dirty;
mod identity;
mod old;
mod records;
mod revenue;
mod runs;
