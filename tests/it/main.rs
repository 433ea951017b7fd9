//! The one integration binary: the real server over HTTP, on SQLite or, with `TEST_DATABASE_URL`, on PostgreSQL.

mod architecture;
mod concurrency;
mod intake;
mod migrations;
mod schema;
mod support;
