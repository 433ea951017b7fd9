//! What tests share: an application that starts in one line, and clients that act as people do.

pub mod app;
pub mod client;
pub mod cluster;
pub mod coupled;
pub mod database;
pub mod faults;
pub mod log;
pub mod people;
pub mod queries;
pub mod raw;
pub mod road;
pub mod routes;
pub mod said;
pub mod served;
pub mod snapshot;
pub mod source;
pub mod walk;
