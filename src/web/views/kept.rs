//! A form that waited for its sender.

use askama::Template;

use super::staff::Frame;

/// What became of a form that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It can be sent again.
    Waiting(WaitingForm),
    /// It is of somebody else, and is not shown.
    OfAnother,
    /// It cannot be opened any more.
    Gone,
}

/// A form as it was sent, to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingForm {
    /// Where it goes, on this site.
    pub action: String,
    /// The form token of now.
    pub formulier: String,
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
    /// Whether the member has just shown once more who they are, in the place of signing in.
    pub why: WhyKept,
}

/// Why a form was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyKept {
    /// The session had ended.
    SignedOut,
    /// The act asks to show once more who it is.
    Confirmed,
}

impl WaitingForm {
    /// What somebody typed, as far as it is more than a choice or a number: to be read, or copied if sending fails.
    #[must_use]
    pub fn typed(&self) -> Vec<&str> {
        let values = self.fields.iter().map(|(_, value)| value.as_str());
        values.filter(|value| value.trim().contains(char::is_whitespace)).collect()
    }
}

/// "Uw tekst is bewaard".
#[derive(Clone, Debug, Template)]
#[template(path = "staff/kept.html")]
pub struct KeptView {
    /// The frame.
    pub frame: Frame,
    /// What became of it.
    pub kept: Kept,
}
