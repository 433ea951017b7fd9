//! `meldroute doctor`: what is in order, what needs attention and what is wrong, each with what it means and what to do;
//! and each step that stops when one person is away. Reads only.

mod absence;
mod backup;
mod data;
mod machine;
mod people;

use super::{Ended, say};
use crate::config::{Config, StartError};
use crate::domain::time::{Clock as _, SystemClock};
use std::path::Path;

/// How a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// In order.
    Fine,
    /// Works, but somebody should look at it.
    Notice,
    /// Does not work, or is not safe.
    Fault,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    weight: Weight,
    what: String,
    means: String,
    todo: String,
}

impl Finding {
    fn fine(what: impl Into<String>) -> Self {
        Self { weight: Weight::Fine, what: what.into(), means: String::new(), todo: String::new() }
    }

    fn notice(what: impl Into<String>, means: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { weight: Weight::Notice, what: what.into(), means: means.into(), todo: todo.into() }
    }

    fn fault(what: impl Into<String>, means: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { weight: Weight::Fault, what: what.into(), means: means.into(), todo: todo.into() }
    }

    fn show(&self) {
        let word = match self.weight {
            Weight::Fine => "ok    ",
            Weight::Notice => "let op",
            Weight::Fault => "fout  ",
        };
        say::line(format!("{word}  {}", self.what));
        if self.weight != Weight::Fine {
            say::line(format!("          Wat dat betekent: {}", self.means));
            say::line(format!("          Wat te doen: {}", self.todo));
        }
    }
}

impl From<StartError> for Finding {
    fn from(error: StartError) -> Self {
        Self::fault(error.what, error.means, error.todo)
    }
}

/// Looks at everything; with faults among the findings the command ends as such.
pub(super) fn run(file: &Path) -> Result<Ended, StartError> {
    let mut all = Vec::new();
    let mut chapter = |title: &str, findings: Vec<Finding>| {
        say::line(format!("\n{title}\n"));
        findings.iter().for_each(Finding::show);
        all.extend(findings);
    };
    let config = match Config::load(file) {
        Ok(config) => config,
        Err(error) => {
            chapter("Instellingen", vec![error.into()]);
            say::line("\nVerder kijken heeft geen zin zonder instellingen.");
            return Ok(Ended::WithFindings);
        }
    };
    let now = SystemClock.now();
    chapter("Instellingen", machine::settings(&config, now));
    chapter("Sleutelbestanden", machine::key_files(&config));
    chapter("Reservekopie", backup::findings(&config, now));
    let (database, found) = data::look(&config, now);
    chapter("Database, logboek en klok", database);
    if let Some(found) = found {
        chapter("Groepen en hun sleutels", people::groups(&found));
        chapter("Rollen", people::roles(&found));
        chapter("Als één persoon weg is", absence::findings(&found.team()));
    }
    let count = |weight| all.iter().filter(|finding| finding.weight == weight).count();
    let (faults, notices) = (count(Weight::Fault), count(Weight::Notice));
    say::line(format!("\n{faults} fout, {notices} let op, {} ok.", count(Weight::Fine)));
    Ok(if faults == 0 { Ended::Well } else { Ended::WithFindings })
}
