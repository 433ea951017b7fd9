//! The pages for melders.

use std::sync::Arc;

use super::super::choices::{self, options};
use super::super::doors::{Door, LandingView, LeftView, NotFoundView, Refusal, RefusedView, Sending, UnavailableView};
use super::super::fields::{Errors, FieldError, Tick};
use super::super::follow::{CodeProblem, FollowView, Happened, NameOpened, ReportView, Standing};
use super::super::report::{
    DoneView, Identity, Known, ReceiptView, ReviewStepView, Road, StepForm, WhatStepView, WhereStepView, WhoStepView,
};
use super::super::{Mode, WorkNetwork};
use super::{Sample, pairs, sample, site, site_in, strings};

const TOLD: &str = "Bij de loods aan de Noorderkade staan ’s avonds vaak busjes. De ramen zijn van binnen afgeplakt en \
                    het rook er naar anijs.\nToen riep een man dat ik weg moest gaan.";

pub(super) fn all() -> Vec<Sample> {
    let mut pages = doors();
    pages.extend(report());
    pages.extend(follow());
    pages
}

fn form(road: Road) -> StepForm {
    StepForm {
        action: "/melden".to_owned(),
        road,
        formulier: "f.1766.c2FtcGxl".to_owned(),
        carried: pairs(&[("tekst", TOLD), ("gezien", "afgeplakte-ramen"), ("gezien", "vreemde-geur")]),
        errors: Errors::default(),
    }
}

fn with_errors(mut form: StepForm, errors: Vec<FieldError>) -> StepForm {
    form.errors = errors.into();
    form
}

fn doors() -> Vec<Sample> {
    let mut inspected = site_in(Mode::Live);
    inspected.work_network = WorkNetwork::SeesContent;
    let unavailable = UnavailableView {
        site: site(),
        form: form(Road::Signal),
        bon: "7KQ2MX9DH4TBW3N8RP6CV".to_owned(),
        sending: Sending::NotSent,
        wait_seconds: 30,
        written: pairs(&[("Wat u zag of hoorde", TOLD), ("Waar", "Loods aan de Noorderkade")]),
    };
    vec![
        sample(
            "melden",
            &LandingView { site: Arc::new(site_in(Mode::Demo)), signal: Door::Open, integrity: Door::Open },
        ),
        sample(
            "melden-weg-dicht",
            &LandingView {
                site: Arc::new(inspected),
                signal: Door::Open,
                integrity: Door::Closed { call: "de gemeentesecretaris".to_owned() },
            },
        ),
        sample("niet-gevonden", &NotFoundView { site: site() }),
        sample("weg", &LeftView { site: site() }),
        sample("niet-verstuurd", &unavailable),
        sample("niet-zeker", &UnavailableView { sending: Sending::Unknown, wait_seconds: 45, ..unavailable }),
        sample("onleesbaar", &RefusedView { site: site(), refusal: Refusal::Unreadable }),
        sample("verlopen", &RefusedView { site: site(), refusal: Refusal::Expired }),
        sample("te-groot", &RefusedView { site: site(), refusal: Refusal::TooLarge }),
        sample("te-druk", &RefusedView { site: site(), refusal: Refusal::TooMany }),
        sample("kapot", &RefusedView { site: site(), refusal: Refusal::Broken }),
    ]
}

pub(super) fn empty_first_step() -> WhatStepView {
    what(form(Road::Signal), "")
}

fn what(form: StepForm, tekst: &str) -> WhatStepView {
    let seen = strings(&["afgeplakte-ramen", "vreemde-geur"]);
    WhatStepView { site: site(), form, tekst: tekst.to_owned(), gezien: options(choices::SEEN, &seen) }
}

fn place(form: StepForm) -> WhereStepView {
    WhereStepView {
        site: site(),
        form,
        threatened: Tick::Off,
        plaats: "Loods aan de Noorderkade".to_owned(),
        plaats_soort: options(choices::PLACE_PRECISION, &strings(&["straat"])),
        wanneer: options(choices::WHEN, &strings(&["nog-bezig"])),
        wie_of_wat: String::new(),
        hoe_weet_u: options(choices::KNOWN_HOW, &[]),
    }
}

fn who(form: StepForm, wie_bent_u: Known, excluded: &[&str]) -> WhoStepView {
    let sent = strings(excluded);
    WhoStepView {
        site: site(),
        form,
        wie_bent_u,
        naam: String::new(),
        bereik: String::new(),
        uitsluiten: options(choices::EXCLUDE_FIRST, &sent),
        uitsluiten_lio: options(choices::EXCLUDE_LIO, &sent),
        bang: Tick::Off,
    }
}

fn review(road: Road, identity: Identity) -> ReviewStepView {
    ReviewStepView {
        site: site(),
        form: form(road),
        bon: "7KQ2MX9DH4TBW3N8RP6CV".to_owned(),
        tekst: TOLD.to_owned(),
        gezien: strings(&["Afgeplakte ramen", "Vreemde geur", "Busjes op rare tijden"]),
        plaats: "Loods aan de Noorderkade".to_owned(),
        plaats_soort: "Deze straat".to_owned(),
        wanneer: "Het gaat nog door".to_owned(),
        wie_of_wat: String::new(),
        hoe_weet_u: strings(&["Zelf gezien of gehoord"]),
        identity,
        readers: strings(&["de coördinator", "de plaatsvervanger"]),
        excluded: Vec::new(),
        trafficking_contacts: Tick::Off,
        bang: Tick::Off,
    }
}

fn report() -> Vec<Sample> {
    let missing = vec![
        FieldError::new("tekst", "Vul in wat u zag of hoorde").with_advice("Eén zin is genoeg."),
        FieldError::new("gezien", "Kies alleen uit de lijst"),
    ];
    let no_name = vec![FieldError::new("naam", "Vul uw naam in, of kies Anoniem")];
    let too_long = vec![FieldError::new("plaats", "Maak de plaats korter").with_advice("Zij mag 500 tekens hebben.")];
    let anonymous = || Identity::Anonymous { dropped: Tick::Off };
    let groups = strings(&["7KQ", "2MX", "9DH", "4TB", "W3N", "8RP", "6CV"]);
    let receipt = ReceiptView { site: site(), reader: "de coördinator".to_owned(), groups, known: Known::Anonymous };
    vec![
        sample("stap-1", &what(form(Road::Signal), "")),
        sample("stap-1-fouten", &what(with_errors(form(Road::Signal), missing), "")),
        sample("stap-1-collega", &what(form(Road::Integrity), TOLD)),
        sample("stap-2", &place(form(Road::Signal))),
        sample(
            "stap-2-bedreigd",
            &WhereStepView { threatened: Tick::On, ..place(with_errors(form(Road::Signal), too_long)) },
        ),
        sample("stap-3", &who(form(Road::Signal), Known::Anonymous, &[])),
        sample(
            "stap-3-vertrouwelijk",
            &who(with_errors(form(Road::Signal), no_name), Known::Confidential, &["informatiemanagement"]),
        ),
        sample(
            "stap-3-collega",
            &WhoStepView {
                uitsluiten: Vec::new(),
                uitsluiten_lio: Vec::new(),
                bang: Tick::On,
                ..who(form(Road::Integrity), Known::Named, &[])
            },
        ),
        sample("stap-4", &review(Road::Signal, anonymous())),
        sample(
            "stap-4-vertrouwelijk",
            &ReviewStepView {
                excluded: strings(&["de coördinator"]),
                readers: strings(&["de plaatsvervanger"]),
                trafficking_contacts: Tick::On,
                bang: Tick::On,
                ..review(
                    Road::Signal,
                    Identity::Confidential { naam: "Anne Voorbeeld".to_owned(), bereik: "06 0000 0000".to_owned() },
                )
            },
        ),
        sample(
            "stap-4-collega",
            &ReviewStepView {
                readers: strings(&["de vertrouwenspersonen"]),
                ..review(Road::Integrity, Identity::Named { naam: "Anne Voorbeeld".to_owned(), bereik: String::new() })
            },
        ),
        sample("ontvangst", &receipt),
        sample("ontvangst-met-naam", &ReceiptView { known: Known::Named, ..receipt.clone() }),
        sample(
            "ontvangst-collega",
            &ReceiptView { known: Known::Confidential, reader: "een vertrouwenspersoon".to_owned(), ..receipt },
        ),
        sample("klaar", &DoneView { site: site() }),
    ]
}

fn code_form(code: &str, problem: Option<CodeProblem>) -> FollowView {
    FollowView {
        site: site(),
        action: "/melden/volgen".to_owned(),
        formulier: "f.1766.c2FtcGxl".to_owned(),
        code: code.to_owned(),
        problem,
    }
}

fn status(standing: Standing, until: usize) -> ReportView {
    let days = [
        ("Ontvangen", "dinsdag 17 november"),
        ("In beoordeling", "donderdag 19 november"),
        ("Wij hebben een vraag", "maandag 23 november"),
        ("Opgepakt", "maandag 14 december"),
        ("Afgesloten", "vrijdag 12 februari"),
    ];
    ReportView {
        site: site(),
        road: Road::Signal,
        standing,
        late_known_to: Vec::new(),
        opened: Vec::new(),
        shared: pairs(&[("Wat u zag of hoorde", TOLD), ("Waar", "Loods aan de Noorderkade (deze straat)")]),
        timeline: days
            .iter()
            .take(until)
            .map(|(label, day)| Happened { label: (*label).to_owned(), day: (*day).to_owned() })
            .collect(),
    }
}

fn follow() -> Vec<Sample> {
    let group = CodeProblem::Group { number: 5, typed: "w3".to_owned() };
    let opened = NameOpened {
        day: "maandag 23 november".to_owned(),
        role: "de coördinator".to_owned(),
        reason: "er is een vraag over uw veiligheid".to_owned(),
        agreed: "de privacy officer".to_owned(),
    };
    vec![
        sample("volgen", &code_form("", None)),
        sample("volgen-groepje", &code_form("7kq 2mx 9dh 4tb w3 8rp 6cv", Some(group))),
        sample(
            "volgen-lengte",
            &code_form("7kq2mx9dh4tbw3n8rp6c", Some(CodeProblem::Length { typed: 20, expected: 21 })),
        ),
        sample("volgen-teken", &code_form("7kq#", Some(CodeProblem::Sign { sign: '#' }))),
        sample("volgen-leeg", &code_form("", Some(CodeProblem::Missing))),
        sample("volgen-controle", &code_form("7kq 2mx 9dh 4tb w3m 8rp 6cv", Some(CodeProblem::Check))),
        sample("volgen-onbekend", &code_form("7kq 2mx 9dh 4tb w3n 8rp 6cv", Some(CodeProblem::Unknown))),
        sample("volgen-wacht", &code_form("7kq 2mx 9dh 4tb w3n 8rp 6cv", Some(CodeProblem::Slowed))),
        sample(
            "melding-ontvangen",
            &ReportView {
                late_known_to: strings(&["de coördinator", "de plaatsvervanger"]),
                ..status(Standing::Received { more_by: "dinsdag 24 november".to_owned() }, 1)
            },
        ),
        sample("melding-beoordeling", &status(Standing::UnderReview, 2)),
        sample("melding-vraag", &ReportView { opened: vec![opened], ..status(Standing::Question, 3) }),
        sample("melding-opgepakt", &status(Standing::TakenUp, 4)),
        sample("melding-niet-opgepakt", &status(Standing::NotTakenUp, 2)),
        sample(
            "melding-afgesloten",
            &status(Standing::Closed { taken_up: Tick::On, readable_until: "12 mei 2027".to_owned() }, 5),
        ),
    ]
}
