//! The list of accounts, and the page that shows a one-time code once.

use askama::Template;

use super::Link;
use super::staff::Frame;

/// Somebody in the list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The name.
    pub name: String,
    /// `actief`, `wacht op binnenlaten`.
    pub state: String,
    /// Roles with seat, source and whether they wait.
    pub roles: String,
    /// The last day of signing in, in words.
    pub signed_in: String,
    /// What could not be given back, as a sentence; empty for nothing.
    pub lacks: String,
    /// What whoever looks may do; the name is said with it.
    pub acts: Vec<Link>,
}

/// `/leden`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/members.html")]
pub struct MembersView {
    /// The frame.
    pub frame: Frame,
    /// A sentence on what was just done; empty for none.
    pub done: String,
    /// How far the new keys of groups are, a sentence for each that is not done.
    pub renewing: Vec<String>,
    /// Everybody, by name.
    pub rows: Vec<PersonRow>,
    /// Where somebody is invited; empty for whoever may not.
    pub invite: String,
}

/// A one-time code, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/code.html")]
pub struct CodeView {
    /// The frame.
    pub frame: Frame,
    /// For whom.
    pub name: String,
    /// The name to sign in with.
    pub login: String,
    /// The code.
    pub code: String,
}
