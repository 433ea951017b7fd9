//! Showing once more who one is.

use askama::Template;

use super::factor::CodeProblem;
use super::staff::{Frame, in_words};
use crate::app::confirming::Asked;

/// `/bevestigen`: fields `bewijs`, `formulier`, `terug`, `wachtend`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/confirm.html")]
pub struct ConfirmView {
    /// The frame.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// Where to go afterwards; empty for the worklist.
    pub back: String,
    /// A form that waits for its sender, sealed; empty when there is none.
    pub kept: String,
    /// What is asked.
    pub asked: Asked,
    /// What went wrong.
    pub problem: Option<CodeProblem>,
}

impl ConfirmView {
    /// Whether a code is asked, in the place of the password.
    #[must_use]
    pub fn asks_code(&self) -> bool {
        self.asked == Asked::Code
    }

    /// What to do, in a sentence.
    #[must_use]
    pub fn sentence(&self, problem: &CodeProblem) -> String {
        match (self.asked, problem) {
            (Asked::Code, _) => problem.sentence(),
            (Asked::Password, CodeProblem::Missing) => "Vul uw wachtwoord in.".to_owned(),
            (Asked::Password, CodeProblem::Wrong) => "Dit wachtwoord klopt niet. Probeer het opnieuw.".to_owned(),
            (Asked::Password, CodeProblem::Slowed { seconds }) => {
                format!("Wacht {}. Daarna kunt u het weer proberen.", in_words(*seconds))
            }
        }
    }
}
