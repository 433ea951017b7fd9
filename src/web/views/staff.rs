//! The staff frame, signing in, and the pages around a signal that show nothing of it.

use std::sync::Arc;

use askama::Template;

use super::Site;
use super::fields::{Choice, Errors, Tick};

/// One item of the menu.
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// The words.
    pub text: String,
    /// The address.
    pub href: String,
    /// Whether the page is this one or lies under it.
    pub current: Tick,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Name.
    pub name: String,
    /// Role in words: `coördinator`.
    pub role: String,
    /// The form token of the sign-out button.
    pub formulier: String,
    /// When the session ends.
    pub ends: SessionEnd,
}

/// When a session ends, as a time of the day: `14.05`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// Without another act. That moves it, up to the last moment.
    Unused {
        /// When.
        at: String,
        /// The last moment.
        last: String,
    },
    /// At the last moment, which nothing moves.
    Anyhow {
        /// When.
        at: String,
    },
}

/// What every staff page has around it.
#[derive(Clone, Debug)]
pub struct Frame {
    /// This installation.
    pub site: Arc<Site>,
    /// At most six items, those of this role.
    pub menu: Vec<MenuItem>,
    /// Who is signed in; nobody on the sign-in pages.
    pub member: Option<SignedIn>,
}

/// Why signing in did not work. The same words and time for unknown names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// Name or password is empty.
    Missing,
    /// They do not belong together.
    Wrong,
    /// Too many tries for this name or from this place.
    Slowed {
        /// Seconds to wait.
        seconds: u32,
    },
}

/// A time to wait, as people say it: up to a minute and a half in seconds, else in minutes, rounded up.
#[must_use]
pub fn in_words(seconds: u32) -> String {
    match seconds {
        1 => "1 seconde".to_owned(),
        0..=90 => format!("{seconds} seconden"),
        _ => format!("{} minuten", seconds.div_ceil(60)),
    }
}

/// Why the sign-in page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInReason {
    /// Somebody came by themselves.
    Asked,
    /// The session ended for want of an act.
    TimedOut,
    /// The same, while something was sent that waits in this page.
    Kept,
    /// The same, while something was sent that could not be kept.
    NotKept,
    /// Somebody signed out.
    SignedOut,
    /// A password has just been chosen.
    PasswordChosen,
}

/// Page 10, `/aanmelden`: fields `naam`, `wachtwoord`, `formulier`, `terug`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/sign_in.html")]
pub struct SignInView {
    /// The frame, without a member.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// `naam` as typed.
    pub naam: String,
    /// Where to go afterwards, sent as `terug`; empty for the worklist.
    pub back: String,
    /// A form that waits for its sender, sealed, sent as `wachtend`; empty when there is none.
    pub kept: String,
    /// Why the page is shown.
    pub reason: SignInReason,
    /// What went wrong.
    pub problem: Option<SignInProblem>,
}

/// `/aanmelden/eerste-keer`: fields `naam`, `code`, `wachtwoord`, `wachtwoordNogmaals`, `formulier`.
/// Field errors carry those names.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/first_sign_in.html")]
pub struct FirstSignInView {
    /// The frame, without a member.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// `naam` as typed.
    pub naam: String,
    /// `code` as typed.
    pub code: String,
    /// Signs a password must have at least.
    pub least_signs: usize,
    /// What has to be repaired.
    pub errors: Errors,
}

/// After a first sign-in: a colleague still has to let this person in, and hears the fingerprint.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/waiting.html")]
pub struct WaitingView {
    /// The frame, without a member.
    pub frame: Frame,
    /// Who waits.
    pub name: String,
    /// Who can let them in, in words: `een coördinator of een privacy officer`.
    pub by: String,
    /// Six groups of signs.
    pub fingerprint: String,
}

/// Which page a member gets instead of the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// 404: does not exist, or not for you; one body for both.
    NotFound,
    /// 400 or 403: the form could not be read or is not ours any more.
    Unreadable,
    /// 503: the log cannot be written, so nothing can be read.
    NoLog,
    /// 503: too busy, or the database is away.
    Busy,
    /// 500: something of ours does not work.
    Broken,
}

/// A staff page for when the page asked for cannot be shown.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/notice.html")]
pub struct NoticeView {
    /// The frame.
    pub frame: Frame,
    /// Which page.
    pub notice: Notice,
    /// Where "Probeer opnieuw" leads; empty leaves it out.
    pub again: String,
}

/// A signal opened off one's own step: first its purpose. Fields `doel`, `toelichting`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/purpose.html")]
pub struct PurposeView {
    /// The frame.
    pub frame: Frame,
    /// The signal's reference.
    pub reference: String,
    /// Where the form goes, by POST.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// `doel`: the doelcodes this member may use (domain brief 3.4); the last one may be "overig".
    pub purposes: Vec<Choice>,
    /// `toelichting` as typed.
    pub explanation: String,
    /// What has to be repaired: `doel`, `toelichting`.
    pub errors: Errors,
}
