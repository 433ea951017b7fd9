//! One's own signing in: sessions, apps, recovery codes, the password, and how long it lasts.

use askama::Template;

use super::fields::{Errors, Tick};
use super::staff::Frame;

/// A session of one's own.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// Where it is: `Pagina's in een browser`.
    pub what: String,
    /// Since when, in words.
    pub since: String,
    /// When it was last used, in words.
    pub seen: String,
    /// Whether it is the one that shows this page.
    pub this: Tick,
    /// Where it is ended, by POST.
    pub end: String,
}

/// An app of one's own.
#[derive(Clone, Debug)]
pub struct AppLine {
    /// Since when, in words.
    pub since: String,
    /// Where it is taken away, by POST; empty for the last one while it has to stay.
    pub remove: String,
}

/// `/mijn-aanmelding`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/my_sign_in.html")]
pub struct MySignInView {
    /// The frame.
    pub frame: Frame,
    /// The form token of every form on the page.
    pub formulier: String,
    /// What was just done; empty for nothing.
    pub done: String,
    /// What has to be repaired: `app`.
    pub errors: Errors,
    /// Open sessions, the newest first.
    pub sessions: Vec<SessionLine>,
    /// Apps, oldest first.
    pub apps: Vec<AppLine>,
    /// How many recovery codes were not used.
    pub codes: usize,
    /// As what one stands in for a colleague, and on which days; a sentence each.
    pub standing_in: Vec<String>,
}

/// Recovery codes, shown once, after new ones were asked for or came with the first app.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/new_codes.html")]
pub struct NewCodesView {
    /// The frame.
    pub frame: Frame,
    /// The codes.
    pub codes: Vec<String>,
}

/// `/mijn-aanmelding/wachtwoord`: fields `oudWachtwoord`, `wachtwoord`, `wachtwoordNogmaals`, `formulier`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/password.html")]
pub struct PasswordView {
    /// The frame.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// The shortest password, in characters.
    pub least_signs: usize,
    /// What has to be repaired.
    pub errors: Errors,
}

impl PasswordView {
    /// What is asked of a password.
    fn hint(&self) -> String {
        let least = self.least_signs;
        format!("Minstens {least} tekens. Een paar losse woorden achter elkaar is sterk en goed te onthouden.")
    }
}

/// After "Langer aangemeld blijven", in a tab of its own, so that what stands typed in the other stays.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/staying.html")]
pub struct StayingView {
    /// The frame, with the new moment at which the session ends.
    pub frame: Frame,
}
