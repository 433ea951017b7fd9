//! One address of the API: what it is called, who may ask, what goes in and comes out, and who answers. One table of
//! these makes the routes, the description and the list that the tests walk.

use actix_web::Route;
use actix_web::http::Method;
use utoipa::openapi::path::Parameter;

/// On which side of the house an address opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Beside the public pages.
    Public,
    /// Beside the pages of members.
    Staff,
    /// Wherever the API is.
    Everywhere,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Anyone, without an account.
    Anyone,
    /// Anyone, and another system that may do it for others.
    AnyoneOrMachine,
    /// Another system with a token of its own.
    Machine,
    /// A member with a token.
    Member,
}

/// The groups in which the description shows the addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chapter {
    /// Sharing a signal and following it.
    Report,
    /// Coming in and going out.
    Session,
    /// Other systems.
    Machine,
    /// Reading.
    Read,
    /// Steps of the protocol.
    Step,
    /// The API about itself.
    About,
}

impl Chapter {
    /// Every chapter with its name and what it is about.
    pub(super) const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Report, "Melden", "Een signaal delen en volgen. Zonder account."),
        (Self::Session, "Sessies", "Aanmelden en afmelden van medewerkers."),
        (Self::Machine, "Koppelingen", "Andere systemen, met een eigen sleutel en rechten die twee mensen gaven."),
        (Self::Read, "Signalen", "Signalen inzien. Elke inzage staat met doel in het logboek."),
        (Self::Step, "Stappen", "De stappen van het protocol. Elke stap noemt de versie van het signaal die u zag."),
        (Self::About, "Over deze API", "De beschrijving zelf."),
    ];

    /// The name.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(chapter, _, _)| *chapter == self).map_or("", |(_, name, _)| name)
    }
}

/// What comes back when all is well.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// The name of the schema; empty when there is no body.
    pub(super) schema: &'static str,
    /// What it means.
    pub(super) about: &'static str,
}

/// One address with one method.
pub(super) struct Endpoint {
    pub(super) method: Method,
    /// After `/api/v1`.
    pub(super) path: &'static str,
    /// The name in the description, for generated clients.
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) about: String,
    pub(super) side: Side,
    pub(super) caller: Caller,
    pub(super) chapter: Chapter,
    pub(super) parameters: Vec<Parameter>,
    /// The name of the schema of the body.
    pub(super) body: Option<&'static str>,
    pub(super) answer: Answer,
    /// The problems besides those that follow from the rest.
    pub(super) problems: Vec<u16>,
    pub(super) route: fn() -> Route,
}

impl Endpoint {
    /// An address of the public side.
    pub(super) fn public(method: Method, path: &'static str, id: &'static str, route: fn() -> Route) -> Self {
        Self {
            method,
            path,
            id,
            summary: "",
            about: String::new(),
            side: Side::Public,
            caller: Caller::Anyone,
            chapter: Chapter::Report,
            parameters: Vec::new(),
            body: None,
            answer: Answer { status: 200, schema: "", about: "Gelukt." },
            problems: Vec::new(),
            route,
        }
    }

    /// An address for members.
    pub(super) fn member(method: Method, path: &'static str, id: &'static str, route: fn() -> Route) -> Self {
        let public = Self::public(method, path, id, route);
        Self { side: Side::Staff, caller: Caller::Member, chapter: Chapter::Read, ..public }
    }

    /// A step of the protocol on one signal, taken with this body.
    pub(super) fn step(path: &'static str, id: &'static str, body: &'static str, route: fn() -> Route) -> Self {
        Self::member(Method::POST, path, id, route)
            .within(Chapter::Step)
            .takes(body)
            .answers(200, "SignaalStand", "De stap is gezet. Dit is de nieuwe stand van het signaal.")
            .refuses(&[403, 404, 409])
    }

    /// On this side.
    pub(super) fn at(self, side: Side) -> Self {
        Self { side, ..self }
    }

    /// Asked by this caller.
    pub(super) fn by(self, caller: Caller) -> Self {
        Self { caller, ..self }
    }

    /// In this chapter.
    pub(super) fn within(self, chapter: Chapter) -> Self {
        Self { chapter, ..self }
    }

    /// With these words.
    pub(super) fn says(self, summary: &'static str, about: impl Into<String>) -> Self {
        Self { summary, about: about.into(), ..self }
    }

    /// With this body.
    pub(super) fn takes(self, schema: &'static str) -> Self {
        Self { body: Some(schema), ..self }
    }

    /// With this parameter.
    pub(super) fn with(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// With this answer.
    pub(super) fn answers(self, status: u16, schema: &'static str, about: &'static str) -> Self {
        Self { answer: Answer { status, schema, about }, ..self }
    }

    /// With these problems.
    pub(super) fn refuses(mut self, problems: &[u16]) -> Self {
        self.problems.extend(problems);
        self
    }

    /// Every problem this address can answer with, in order.
    pub(super) fn all_problems(&self) -> Vec<u16> {
        let mut all = self.problems.clone();
        match self.caller {
            Caller::Anyone => {}
            Caller::Member | Caller::Machine => all.push(401),
            Caller::AnyoneOrMachine => all.extend([401, 403]),
        }
        if self.body.is_some() {
            all.extend([413, 415]);
        }
        if self.body.is_some() || !self.parameters.is_empty() || self.path.contains("{id}") {
            all.push(400);
        }
        all.push(503);
        all.sort_unstable();
        all.dedup();
        all
    }
}
