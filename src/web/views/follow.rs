//! Following a report with its code.

use std::sync::Arc;

use askama::Template;

use super::Site;
use super::fields::Tick;
use super::report::{Road, phrase};

/// What is wrong with a typed code. Tells shape only, never existence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeProblem {
    /// Nothing was typed.
    Missing,
    /// One group is too short or too long.
    Group {
        /// Which group, from 1.
        number: usize,
        /// What was typed there.
        typed: String,
    },
    /// The number of signs is wrong and the groups cannot be read.
    Length {
        /// How many signs were typed.
        typed: usize,
        /// How many a code has.
        expected: usize,
    },
    /// A sign that no code contains.
    Sign {
        /// The sign.
        sign: char,
    },
    /// The check sign does not match.
    Check,
    /// Well-formed, but not known or destroyed.
    Unknown,
    /// Too many tries.
    Slowed,
}

impl CodeProblem {
    /// Whether a group lacks signs, rather than having too many.
    #[must_use]
    pub fn is_short(&self) -> bool {
        matches!(self, Self::Group { typed, .. } if typed.chars().count() < 3)
    }
}

/// Page 7, `/melden/volgen`: one field (`bon`), forgiving.
#[derive(Clone, Debug, Template)]
#[template(path = "public/follow.html")]
pub struct FollowView {
    /// This installation.
    pub site: Arc<Site>,
    /// Where the form posts to.
    pub action: String,
    /// The form token, sent as `formulier`.
    pub formulier: String,
    /// The code exactly as typed.
    pub code: String,
    /// What is wrong with it.
    pub problem: Option<CodeProblem>,
}

/// Where a report stands: the closed vocabulary of domain brief 1.7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// *Ontvangen*.
    Received {
        /// The last day on which there will be more to read, in words.
        more_by: String,
    },
    /// *In beoordeling*.
    UnderReview,
    /// *Wij hebben een vraag*.
    Question,
    /// *Opgepakt*.
    TakenUp,
    /// *Niet opgepakt*.
    NotTakenUp,
    /// *Afgesloten*.
    Closed {
        /// Whether it was taken up before.
        taken_up: Tick,
        /// The last day on which it can be read, in words.
        readable_until: String,
    },
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The status it brought: `Ontvangen`.
    pub label: String,
    /// The day, never the hour: `dinsdag 17 november`.
    pub day: String,
}

/// An opening of the melder's sealed name, told to the melder.
#[derive(Clone, Debug)]
pub struct NameOpened {
    /// The day, in words.
    pub day: String,
    /// The role that opened it, with its article.
    pub role: String,
    /// The reason given, without a full stop.
    pub reason: String,
    /// The role that agreed, with its article.
    pub agreed: String,
}

/// Page 8: the report as its melder sees it.
#[derive(Clone, Debug, Template)]
#[template(path = "public/report.html")]
pub struct ReportView {
    /// This installation.
    pub site: Arc<Site>,
    /// Which road it took.
    pub road: Road,
    /// Where it stands.
    pub standing: Standing,
    /// Who knows that the term has passed, with articles; empty while there is time.
    pub late_known_to: Vec<String>,
    /// Openings of the melder's name, newest first.
    pub opened: Vec<NameOpened>,
    /// What was shared, as label and answer; empty leaves the part out.
    pub shared: Vec<(String, String)>,
    /// What happened until now, oldest first; never steps to come.
    pub timeline: Vec<Happened>,
}

impl ReportView {
    /// Who knows that we are late, as one phrase with a capital.
    #[must_use]
    pub fn late_phrase(&self) -> String {
        phrase(&self.late_known_to)
    }

    /// The status in the words of the closed vocabulary.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.standing {
            Standing::Received { .. } => "Ontvangen",
            Standing::UnderReview => "In beoordeling",
            Standing::Question => "Wij hebben een vraag",
            Standing::TakenUp => "Opgepakt",
            Standing::NotTakenUp => "Niet opgepakt",
            Standing::Closed { .. } => "Afgesloten",
        }
    }
}
