//! Why the service does not start, for whoever runs it: what is wrong, what that means, what to do.

use std::fmt;
use std::path::Path;

/// Dutch: *startfout*. Three sentences for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartError {
    /// What is wrong.
    pub what: String,
    /// What that means.
    pub means: String,
    /// What to do.
    pub todo: String,
}

impl StartError {
    /// The three sentences.
    #[must_use]
    pub fn new(what: impl Into<String>, means: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { what: what.into(), means: means.into(), todo: todo.into() }
    }

    /// The same, with the file in which it was found.
    #[must_use]
    pub fn in_file(mut self, path: &Path) -> Self {
        self.what = format!("{}: {}", path.display(), self.what);
        self
    }

    /// Something that should not happen, such as an operating system without random bytes.
    #[must_use]
    pub fn unexpected(why: &impl fmt::Display) -> Self {
        Self::new(
            format!("Er ging iets mis dat de dienst niet verwachtte: {why}."),
            "Wat er stond, is niet veranderd.",
            "Probeer het opnieuw. Blijft het, meld het dan met deze regel erbij.",
        )
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        writeln!(f, "  Wat dat betekent: {}", self.means)?;
        write!(f, "  Wat te doen: {}", self.todo)
    }
}

impl std::error::Error for StartError {}
