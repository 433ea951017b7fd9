//! Pages, JSON API, guards and assets. The only room that knows actix.
//!
//! A request, once: [`middleware`] (headers, same origin), then a handler under [`pages`] or [`api`] that parses what was
//! sent, calls a use case of [`crate::app`] and fills a [`views`] struct. What goes wrong travels as [`failure::Failed`] and
//! gets its page or problem+json at the edge of each half.

pub mod api;
pub mod assets;
pub mod failure;
pub mod form;
pub mod guard;
pub mod halfway;
pub mod kept;
pub mod middleware;
pub mod pages;
pub mod server;
pub mod tokens;
pub mod views;

use crate::app::App;
use std::sync::Arc;
use views::Site;

/// What every handler needs.
#[derive(Clone)]
pub struct Web {
    /// The use cases.
    pub app: App,
    /// What pages need to know of this installation.
    pub site: Arc<Site>,
    /// Where "Stoppen en wissen" leads.
    pub leave_to: String,
    /// How many passwords may be tried at the same time.
    pub password_turns: Arc<tokio::sync::Semaphore>,
    /// What this installation decides about its API.
    pub api: api::ApiOptions,
}
