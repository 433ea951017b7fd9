//! One's own signing in: how long it lasts.

use askama::Template;

use super::staff::Frame;

/// After "Langer aangemeld blijven", in a tab of its own, so that what stands typed in the other stays.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/staying.html")]
pub struct StayingView {
    /// The frame, with the new moment at which the session ends.
    pub frame: Frame,
}
