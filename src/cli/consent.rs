//! Asking before something that is hard to take back.

use super::say;
use crate::config::StartError;
use std::io::{BufRead as _, IsTerminal as _};

/// Whether whoever gave the command has agreed already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// With `--yes`.
    Given,
    /// Not yet: they are asked.
    Asked,
}

/// Goes on only after a `ja`.
///
/// # Errors
/// When the answer is another, or nobody can be asked.
pub(super) fn ask(consent: Consent, question: &str) -> Result<(), StartError> {
    if consent == Consent::Given {
        return Ok(());
    }
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(StartError::new(
            "Deze opdracht vraagt om bevestiging, en er is geen scherm om dat op te doen.",
            "Er is niets veranderd.",
            "Draai de opdracht aan een scherm, of geef --yes als het zo bedoeld is.",
        ));
    }
    say::line(format!("{question} Typ ja om door te gaan."));
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).map_err(|error| StartError::unexpected(&error))?;
    if answer.trim().eq_ignore_ascii_case("ja") {
        return Ok(());
    }
    Err(StartError::new(
        "De opdracht is niet bevestigd.",
        "Er is niets veranderd.",
        "Typ ja als het wel de bedoeling is.",
    ))
}
