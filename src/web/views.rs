//! What a page shows, already decided: plain data in, HTML out.
//!
//! A view holds strings and small enums, knows no database, no keys and no server, and renders itself with askama
//! (`askama::Template::render`). The Dutch lives in `templates/`; a view only says which sentence applies. Whoever fills
//! a view has already asked whether this reader may see what is in it.

pub mod choices;
pub mod confirming;
pub mod doors;
pub mod enrichment;
pub mod factor;
pub mod fields;
pub mod follow;
pub mod follow_up;
pub mod identity;
pub mod kept;
pub mod lio;
pub mod machines;
pub mod members;
pub mod my_sign_in;
pub mod report;
pub mod signal;
pub mod staff;
pub mod steps;
pub mod worklist;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

/// Whether this installation is for show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real people, real signals.
    Live,
    /// Everything is invented; every page says so.
    Demo,
}

/// What the network department can see when somebody opens the public pages at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkNetwork {
    /// Only that the site was opened, and when: the connection is encrypted end to end.
    SeesVisits,
    /// The municipality opens encrypted traffic or manages devices closely: it can read along.
    SeesContent,
}

/// A telephone number as people read it and as a telephone dials it.
#[derive(Clone, Debug)]
pub struct Phone {
    /// As printed: `0900-8844`.
    pub shown: String,
    /// Digits for the `tel:` address: `09008844`.
    pub dialled: String,
}

impl Phone {
    /// A number as printed; the dialled form keeps digits and a leading plus.
    #[must_use]
    pub fn new(shown: &str) -> Self {
        let dialled = shown.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect();
        Self { shown: shown.to_owned(), dialled }
    }
}

/// A link with its words.
#[derive(Clone, Debug)]
pub struct Link {
    /// The words people read.
    pub text: String,
    /// The address.
    pub href: String,
}

impl Link {
    /// A link from its words and its address.
    #[must_use]
    pub fn new(text: &str, href: &str) -> Self {
        Self { text: text.to_owned(), href: href.to_owned() }
    }
}

/// What every page needs to know of this installation; all of it comes from configuration.
#[derive(Clone, Debug)]
pub struct Site {
    /// Name of the municipality, without the word: `Coevorden`.
    pub gemeente: String,
    /// Name of the public side: `Meldroute`.
    pub product: String,
    /// Name of the staff side: `Interne meldroute`.
    pub staff_product: String,
    /// Whether this is a demo.
    pub mode: Mode,
    /// Where the stylesheet and fonts are, without a slash at the end: `/static/<hash>`.
    pub assets: String,
    /// The emergency number.
    pub emergency: Phone,
    /// The police, when there is no hurry.
    pub police: Phone,
    /// Meld Misdaad Anoniem by telephone.
    pub anonymous_line: Phone,
    /// Meld Misdaad Anoniem on the web.
    pub anonymous_site: Link,
    /// The coordinator by telephone.
    pub coordinator: Phone,
    /// Where a colleague finds the coordinator.
    pub coordinator_page: String,
    /// The protocol Agressie en Geweld.
    pub aggression_protocol: String,
    /// What the network at work gives away.
    pub work_network: WorkNetwork,
    /// Term in which the coordinator reads: `7 dagen`.
    pub read_within: String,
    /// Term in which the melder hears what became of it: `3 maanden`.
    pub answer_within: String,
    /// How long a report can be followed after it was closed: `drie maanden`.
    pub follow_after_closing: String,
    /// Minutes without an act after which a member is signed out.
    pub idle_minutes: u16,
    /// Links under every public page.
    pub public_links: Vec<Link>,
    /// Links under every staff page.
    pub staff_links: Vec<Link>,
}

impl Site {
    /// Whether to print the demo band.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.mode == Mode::Demo
    }

    /// Whether the network at work can read along.
    #[must_use]
    pub fn work_reads_along(&self) -> bool {
        self.work_network == WorkNetwork::SeesContent
    }
}
