//! meldroute: confidential signal intake and case management against ondermijning, for a municipality.
//!
//! The rooms of this house, and the one direction in which they know each other:
//! `cli`, `web` -> `app` -> `store` -> `policy`, `vault`, `ledger` -> `domain`.
//! `docs/architecture.md` tells what lives where; a test reads the imports and fails when one runs the wrong way.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod ledger;
pub mod policy;
pub mod store;
pub mod vault;
pub mod web;
