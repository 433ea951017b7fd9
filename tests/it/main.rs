//! The one integration binary: the real server over HTTP, on SQLite or, with `TEST_DATABASE_URL`, on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod api;
mod architecture;
mod concurrency;
mod crash;
mod intake;
mod migrations;
mod schema;
mod steps;
mod store_writes;
mod support;
