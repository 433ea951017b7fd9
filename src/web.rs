//! Pages, JSON API, guards and assets. The only room that knows actix.

pub mod views;
