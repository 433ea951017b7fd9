//! The list of machine accounts.

use askama::Template;

use super::Link;
use super::staff::Frame;

/// A machine account in the list.
#[derive(Clone, Debug)]
pub struct MachineItem {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// How it stands.
    pub state: String,
    /// What it may.
    pub scopes: String,
    /// Its last day, in words.
    pub expires_on: String,
    /// The last day on which it got a token, in words.
    pub used_on: String,
    /// Who proposed it and who agreed, as a sentence.
    pub made_by: String,
    /// What whoever looks may do; the name is said with it.
    pub acts: Vec<Link>,
}

/// `/koppelingen`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/machines.html")]
pub struct MachinesView {
    /// The frame.
    pub frame: Frame,
    /// What was just done, as a sentence; empty for nothing.
    pub done: String,
    /// All of them, those that wait first.
    pub rows: Vec<MachineItem>,
    /// Where one is proposed; empty for whoever may not.
    pub propose: String,
}
