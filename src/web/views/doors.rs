//! The landing page of `/melden`, and the public pages for when something is not there or not working.

use std::sync::Arc;

use askama::Template;

use super::Site;
use super::report::StepForm;

/// Whether a road can be taken now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// Somebody can read what comes in by it.
    Open,
    /// Nobody can: the door stays, not clickable, and says whom to call: `de coördinator`.
    Closed {
        /// The role to call, with its article.
        call: String,
    },
}

/// Page 1, `/melden`: may I, is it safe, where do I press.
#[derive(Clone, Debug, Template)]
#[template(path = "public/landing.html")]
pub struct LandingView {
    /// This installation.
    pub site: Arc<Site>,
    /// The road to the coordinator.
    pub signal: Door,
    /// The road to the vertrouwenspersonen.
    pub integrity: Door,
}

/// 404, the same page for what does not exist and for what one may not know.
#[derive(Clone, Debug, Template)]
#[template(path = "public/not_found.html")]
pub struct NotFoundView {
    /// This installation.
    pub site: Arc<Site>,
}

/// What is known of a signal that could not be acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// It is certainly not stored.
    NotSent,
    /// The commit's outcome is not known; sending again never doubles it.
    Unknown,
}

/// 503 on sending: the text is kept in the form, with the same receipt, so that sending again is safe.
#[derive(Clone, Debug, Template)]
#[template(path = "public/unavailable.html")]
pub struct UnavailableView {
    /// This installation.
    pub site: Arc<Site>,
    /// The whole form as hidden fields; its `carried` holds every answer.
    pub form: StepForm,
    /// The receipt that travels along, unchanged.
    pub bon: String,
    /// What is known of the signal.
    pub sending: Sending,
    /// Seconds to wait, the same as in `Retry-After`.
    pub wait_seconds: u32,
    /// What was written, as label and answer, to look at.
    pub written: Vec<(String, String)>,
}

/// Why a public request was turned down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400: the form could not be read.
    Unreadable,
    /// 403: the form is too old, or was not ours.
    Expired,
    /// 413: more was sent than fits.
    TooLarge,
    /// 429: too many requests in a short time.
    TooMany,
    /// 500, 503 outside sending: something of ours does not work.
    Broken,
}

/// A public request that was turned down, where no form can be shown again.
#[derive(Clone, Debug, Template)]
#[template(path = "public/refused.html")]
pub struct RefusedView {
    /// This installation.
    pub site: Arc<Site>,
    /// Why.
    pub refusal: Refusal,
}

/// `/melden/weg` where no neutral page is configured: tells nothing of what was open here.
#[derive(Clone, Debug, Template)]
#[template(path = "public/left.html")]
pub struct LeftView {
    /// This installation.
    pub site: Arc<Site>,
}
