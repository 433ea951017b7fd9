//! Machine accounts: another system that asks the API by itself, with rights that two people gave it.

mod ends;
mod forged;
mod pages;
mod rights;
mod rows;

use crate::support::app::TestApp;
use serde_json::Value;

/// The codes of why other systems were refused, in order.
pub fn refusals(app: &TestApp) -> Vec<String> {
    let events = app.inside().raw().events_of("machine.refused");
    events.iter().map(|event| event["bijzonderheden"]["why"].as_str().unwrap().to_owned()).collect()
}

/// The newest entry of this kind.
#[track_caller]
pub fn last(app: &TestApp, kind: &str) -> Value {
    app.inside().raw().events_of(kind).pop().unwrap_or_else(|| panic!("no {kind} in the log"))
}
