//! The field in plain types: signal, stages, weighings, decisions, terms. Pure: no clock, no database, no keys.
//!
//! Start with `stage` (where a signal can stand), `workflow` (how it moves, who moves it and what must be recorded)
//! and `protocol` (what the municipality has chosen itself: criteria, terms, sources). Everything else is the form of
//! what people write down on the way. Each type opens with its Dutch word; `docs/glossary.md` ties the two.

pub mod calendar;
pub mod closing;
pub mod decision;
pub mod emergency;
pub mod exclusion;
pub mod fact;
pub mod fields;
pub mod follow_up;
pub mod handoff;
pub mod holders;
pub mod identity;
pub mod ids;
pub mod machine;
pub mod overlap;
pub mod privacy_check;
pub mod protocol;
pub mod purpose;
pub mod reference;
pub mod retention;
pub mod role;
pub mod signal;
pub mod signing;
pub mod sitting;
pub mod source;
pub mod stage;
pub mod term;
pub mod text;
pub mod time;
pub mod weighing;
pub mod words;
pub mod workflow;

/// Compares a committed page with what the code prints; `UPDATE_DOCS=1` writes it.
#[cfg(test)]
fn assert_page_is_current(path: &str, printed: &str) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, printed).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == printed, "{path} is out of date: run the tests once with UPDATE_DOCS=1 and commit it");
}

#[cfg(test)]
mod glossary;
