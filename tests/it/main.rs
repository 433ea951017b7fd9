//! The one integration binary: the real server over HTTP, on SQLite or, with `TEST_DATABASE_URL`, on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test fails by panicking, and nothing here is used from elsewhere"
)]

mod anonymity;
mod api;
mod architecture;
mod authorization;
mod bad_input;
mod cli;
mod concurrency;
mod crash;
mod deputies;
mod endpoints;
mod holders;
mod intake;
mod joining;
mod leaks;
mod leaving;
mod machines;
mod migrations;
mod recovery;
mod roles;
mod schema;
mod sign_in;
mod steps;
mod store_faults;
mod store_writes;
mod support;
mod tamper;
mod workflow;
mod worklist;
