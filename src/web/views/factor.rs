//! The second step of signing in: a code, adding an app, recovery codes.

use askama::Template;
use qrcode::{Color, QrCode};

use super::staff::{Frame, in_words};

/// Why a code did not lead on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeProblem {
    /// Nothing was filled in.
    Missing,
    /// It is wrong, too late, or used before.
    Wrong,
    /// Too many tries.
    Slowed {
        /// Seconds to wait.
        seconds: u32,
    },
}

impl CodeProblem {
    /// What to do, in a sentence or two.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing => "Vul de code in.".to_owned(),
            Self::Wrong => "Deze code klopt niet of is verlopen. Probeer de volgende code.".to_owned(),
            Self::Slowed { seconds } => format!("Wacht {}. Daarna kunt u het weer proberen.", in_words(*seconds)),
        }
    }
}

/// A QR code as lines of an SVG, so that it needs no picture of its own and no script.
#[derive(Clone, Debug, Default)]
pub struct SquareCode {
    /// Width and height in modules, the quiet zone of four included.
    pub size: usize,
    /// The dark modules: the `d` of a path.
    pub dark: String,
}

impl SquareCode {
    /// The code of a text; empty when it is too long for one, which leaves the text beside it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        const QUIET: usize = 4;
        let Ok(code) = QrCode::new(text) else { return Self::default() };
        let width = code.width();
        let dark = code
            .to_colors()
            .iter()
            .enumerate()
            .filter(|(_, color)| **color == Color::Dark)
            .map(|(place, _)| format!("M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET))
            .collect();
        Self { size: width + 2 * QUIET, dark }
    }
}

/// `/aanmelden/tweede-factor` for whoever has an app: fields `code`, `formulier`, `terug`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/second_factor.html")]
pub struct SecondFactorView {
    /// The frame, without a member.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// Where to go afterwards; empty for the worklist.
    pub back: String,
    /// A form that waits for its sender, sealed, sent as `wachtend`; empty when there is none.
    pub kept: String,
    /// What went wrong.
    pub problem: Option<CodeProblem>,
}

/// The same for whoever has none yet: fields `code`, `factor`, `geheim`, `formulier`, `terug`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/enrol_factor.html")]
pub struct EnrolFactorView {
    /// The frame, without a member.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// Where to go afterwards; empty for the worklist.
    pub back: String,
    /// A form that waits for its sender, sealed, sent as `wachtend`; empty when there is none.
    pub kept: String,
    /// The secret as a QR code.
    pub square: SquareCode,
    /// The secret to type.
    pub secret: String,
    /// The secret as a link for an app on this device.
    pub link: String,
    /// Which factor it will be.
    pub factor: String,
    /// The secret, sealed: what comes back with the code.
    pub sealed: String,
    /// What went wrong.
    pub problem: Option<CodeProblem>,
}

/// Recovery codes, shown once: fields `bewaard`, `herstelcode`, `formulier`, `terug`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/recovery_codes.html")]
pub struct RecoveryCodesView {
    /// The frame, without a member.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// Where to go afterwards; empty for the worklist.
    pub back: String,
    /// A form that waits for its sender, sealed, sent as `wachtend`; empty when there is none.
    pub kept: String,
    /// The codes; none when they were shown before.
    pub codes: Vec<String>,
    /// That the box was not ticked.
    pub problem: Option<CodeProblem>,
}
