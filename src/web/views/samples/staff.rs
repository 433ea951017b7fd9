//! The staff frame and the pages that show nothing of a signal.

use std::sync::Arc;

use super::super::fields::{Choice, Errors, FieldError, Tick};
use super::super::members::{CodeView, MembersView, PersonRow};
use super::super::staff::{
    FirstSignInView, Frame, MenuItem, Notice, NoticeView, PurposeView, SessionEnd, SignInProblem, SignInReason,
    SignInView, SignedIn, WaitingView,
};
use super::super::worklist::{
    AsideRow, Deadline, Filter, Holder, NextSitting, SignalListView, SignalRow, Urgency, WaitingRow, WorkRow,
    WorklistView,
};
use super::super::{Link, Mode};
use super::{Sample, pairs, sample, site_in};

pub(super) fn all() -> Vec<Sample> {
    let mut pages = entry();
    pages.extend(lists());
    pages.extend(people());
    pages.extend(around());
    pages
}

pub(super) fn frame(current: &str) -> Frame {
    let items = [("Wat wacht op u", "/werk"), ("Signalen", "/signalen"), ("Signaal invoeren", "/signalen/nieuw")];
    Frame {
        site: Arc::new(site_in(Mode::Demo)),
        menu: items
            .iter()
            .map(|(text, href)| MenuItem {
                text: (*text).to_owned(),
                href: (*href).to_owned(),
                current: Tick::from(*href == current),
            })
            .collect(),
        member: Some(SignedIn {
            name: "Mirte Korenblik".to_owned(),
            role: "coördinator".to_owned(),
            formulier: "f.1766.c2FtcGxl".to_owned(),
            ends: SessionEnd::Unused { at: "14.05".to_owned(), last: "17.30".to_owned() },
        }),
    }
}

pub(super) fn outside() -> Frame {
    Frame { member: None, menu: Vec::new(), ..frame("") }
}

fn sign_in(reason: SignInReason, problem: Option<SignInProblem>) -> SignInView {
    SignInView {
        frame: outside(),
        action: "/aanmelden".to_owned(),
        formulier: "f.1766.c2FtcGxl".to_owned(),
        naam: if problem.is_some() { "mirte.korenblik".to_owned() } else { String::new() },
        back: "/signalen".to_owned(),
        kept: String::new(),
        reason,
        problem,
    }
}

fn first(errors: Errors) -> FirstSignInView {
    FirstSignInView {
        frame: outside(),
        action: "/aanmelden/eerste-keer".to_owned(),
        formulier: "f.1766.c2FtcGxl".to_owned(),
        naam: "mirte.korenblik".to_owned(),
        code: String::new(),
        least_signs: 14,
        errors,
    }
}

fn people() -> Vec<Sample> {
    let row = |name: &str, state: &str, acts: Vec<Link>| PersonRow {
        name: name.to_owned(),
        state: state.to_owned(),
        roles: "coördinator, plaatsvervanger".to_owned(),
        signed_in: "19 november".to_owned(),
        lacks: "2 stukken konden nog niet worden teruggegeven.".to_owned(),
        acts,
    };
    let members = MembersView {
        frame: frame("/leden"),
        done: "Het account is uitgeschakeld. Alle sessies zijn beëindigd.".to_owned(),
        renewing: vec!["Sleutels van de coördinatoren worden vernieuwd: 120 van 400 stukken.".to_owned()],
        rows: vec![
            row("Joost Proef", "actief", vec![Link::new("Toegang herstellen", "/leden/1/herstel")]),
            row("Noor Proef", "wacht op binnenlaten", vec![Link::new("Laat binnen", "/leden/2/binnenlaten")]),
        ],
        invite: "/leden/nieuw".to_owned(),
    };
    let code = CodeView {
        frame: frame("/leden"),
        name: "Noor Proef".to_owned(),
        login: "noor.proef".to_owned(),
        code: "4F7 2KM 9QX 1TB 6HW 3RD 8ZC".to_owned(),
    };
    vec![sample("leden", &members), sample("eenmalige-code", &code)]
}

fn entry() -> Vec<Sample> {
    let errors = vec![
        FieldError::new("code", "Deze code klopt niet of is verlopen"),
        FieldError::new("wachtwoordNogmaals", "Typ twee keer hetzelfde wachtwoord"),
    ];
    vec![
        sample(
            "wordt-binnengelaten",
            &WaitingView {
                frame: outside(),
                name: "Ilse Proef".to_owned(),
                by: "een coördinator of een privacy officer".to_owned(),
                fingerprint: "K7Q 2MX 9TD 4HB W0R 5EN".to_owned(),
            },
        ),
        sample("aanmelden", &sign_in(SignInReason::Asked, None)),
        sample("aanmelden-afgemeld", &sign_in(SignInReason::SignedOut, None)),
        sample("aanmelden-te-lang", &sign_in(SignInReason::TimedOut, None)),
        sample("aanmelden-tekst-bewaard", &sign_in(SignInReason::Kept, None)),
        sample("aanmelden-tekst-niet-bewaard", &sign_in(SignInReason::NotKept, None)),
        sample("aanmelden-ingesteld", &sign_in(SignInReason::PasswordChosen, None)),
        sample("aanmelden-leeg", &sign_in(SignInReason::Asked, Some(SignInProblem::Missing))),
        sample("aanmelden-fout", &sign_in(SignInReason::Asked, Some(SignInProblem::Wrong))),
        sample("aanmelden-wacht", &sign_in(SignInReason::Asked, Some(SignInProblem::Slowed { seconds: 30 }))),
        sample("eerste-keer", &first(Errors::default())),
        sample("eerste-keer-fouten", &first(errors.into())),
    ]
}

fn work(act: &str, reference: &str, deadline: Deadline, opened: &str) -> WorkRow {
    WorkRow {
        act: Link::new(act, &format!("/signalen/{reference}/stap")),
        button: "Open intake".to_owned(),
        reference: reference.to_owned(),
        deadline,
        opened: opened.to_owned(),
    }
}

fn waiting(what: &str, reference: &str, deadline: Deadline, holder: &str, deputy: &str) -> WaitingRow {
    WaitingRow {
        what: Link::new(what, &format!("/signalen/{reference}")),
        reference: reference.to_owned(),
        deadline,
        holder: holder.to_owned(),
        deputy: deputy.to_owned(),
    }
}

fn holder(who: &str, count: u32, state: &str, urgency: Urgency) -> Holder {
    Holder { who: who.to_owned(), count, state: state.to_owned(), urgency }
}

fn aside(reference: &str, returns: &str) -> AsideRow {
    AsideRow { signal: Link::new(reference, &format!("/signalen/{reference}")), returns: returns.to_owned() }
}

fn worklist() -> WorklistView {
    WorklistView {
        frame: frame("/werk"),
        done: String::new(),
        today: "Maandag 23 november 2026".to_owned(),
        first: vec![work(
            "Noodinzage beoordelen",
            "S-2TQW-8C",
            Deadline::new("Morgen", "di 24 nov", Urgency::Soon),
            "",
        )],
        late: vec![
            work(
                "Intake afmaken",
                "S-4T7K-Q9",
                Deadline::new("2 werkdagen te laat", "was 19 nov", Urgency::Late),
                "18 november",
            ),
            work(
                "Weging 4 opstellen",
                "S-M2XD-7R",
                Deadline::new("1 werkdag te laat", "was 20 nov", Urgency::Late),
                "12 november",
            ),
        ],
        later: vec![work("Opvolgen", "S-7PQ2-X4", Deadline::new("Donderdag", "10 dec", Urgency::Calm), "20 november")],
        this_week: vec![
            work("Weging 3 opstellen", "S-K7Q4-M2", Deadline::new("Morgen", "di 24 nov", Urgency::Soon), "19 november"),
            work(
                "Weging 4 meeondertekenen",
                "S-9RBH-3F",
                Deadline::new("Woensdag", "25 nov", Urgency::Calm),
                "nog niet",
            ),
            work(
                "Monitoren loopt af: opnieuw besluiten",
                "S-3NLD-K6",
                Deadline::new("Vrijdag", "27 nov", Urgency::Calm),
                "2 juni",
            ),
        ],
        waiting: vec![
            waiting(
                "Privacycheck 1",
                "S-V8GC-2T",
                Deadline::new("1 werkdag te laat", "gevraagd 13 nov", Urgency::Late),
                "Privacy officer",
                "/signalen/S-V8GC-2T/vervanger",
            ),
            waiting(
                "Weging 3 meeondertekenen",
                "S-Q2FN-9B",
                Deadline::new("Do 26 nov", "gevraagd 19 nov", Urgency::Calm),
                "Jurist OOV, afwezig",
                "/signalen/S-Q2FN-9B/vervanger",
            ),
            waiting(
                "Hit of geen hit",
                "S-7HJW-5M",
                Deadline::new("Di 1 dec", "herinnering 26 nov", Urgency::Calm),
                "Bron Vergunningen",
                "",
            ),
        ],
        left: vec![waiting("Actie", "S-9PLD-3C", Deadline::new("Vr 27 nov", "", Urgency::Calm), "Bas Terpstra", "")],
        renewing: vec!["Sleutels van de coördinatoren worden vernieuwd: 120 van 400 stukken.".to_owned()],
        aside: vec![aside("S-8WCJ-R5", "op maandag 30 november"), aside("S-LN3V-6H", "bij het LIO van 10 december")],
        holders: vec![
            holder("Uzelf", 5, "2 te laat", Urgency::Late),
            holder("Nadia Veldkers, privacy officer", 1, "1 te laat", Urgency::Late),
            holder("Sanne Appelhof, jurist OOV", 1, "afwezig t/m 27 nov", Urgency::Soon),
            holder("Bronhouders (2)", 3, "op tijd", Urgency::Calm),
        ],
        sitting: Some(NextSitting {
            rows: pairs(&[("Zitting", "donderdag 10 december"), ("Agenda sluit", "donderdag 3 december")]),
            agenda: "/lio".to_owned(),
        }),
        next_lio: "donderdag 10 december".to_owned(),
        enter: "/signalen/nieuw".to_owned(),
    }
}

fn lists() -> Vec<Sample> {
    let row = |reference: &str, stage: &str, received: &str, deadline: Deadline, holder: &str| SignalRow {
        signal: Link::new(reference, &format!("/signalen/{reference}")),
        stage: stage.to_owned(),
        received: received.to_owned(),
        deadline,
        holder: holder.to_owned(),
    };
    let filter = |text: &str, current: Tick| Filter { link: Link::new(text, "/signalen?welke=lopend"), current };
    let full = SignalListView {
        frame: frame("/signalen"),
        filters: vec![filter("Lopend", Tick::On), filter("Bij u", Tick::Off), filter("Afgesloten", Tick::Off)],
        rows: vec![
            row(
                "S-4T7K-Q9",
                "ontvangen",
                "17 november",
                Deadline::new("2 werkdagen te laat", "was 19 nov", Urgency::Late),
                "Coördinator",
            ),
            row(
                "S-K7Q4-M2",
                "wegen",
                "18 november",
                Deadline::new("Morgen", "di 24 nov", Urgency::Soon),
                "Coördinator",
            ),
            row(
                "S-7HJW-5M",
                "verrijken",
                "2 november",
                Deadline::new("Di 1 dec", "", Urgency::Calm),
                "Bron Vergunningen",
            ),
        ],
        previous: "/signalen?voor=1".to_owned(),
        next: "/signalen?na=2".to_owned(),
    };
    let empty = SignalListView {
        rows: Vec::new(),
        filters: Vec::new(),
        previous: String::new(),
        next: String::new(),
        ..full.clone()
    };
    let nothing = WorklistView {
        done: "Weging 3 van S-K7Q4-M2 is ondertekend en ligt bij Joost Lindegaard.".to_owned(),
        first: Vec::new(),
        late: Vec::new(),
        this_week: Vec::new(),
        later: Vec::new(),
        waiting: Vec::new(),
        left: Vec::new(),
        renewing: Vec::new(),
        aside: Vec::new(),
        holders: Vec::new(),
        sitting: None,
        ..worklist()
    };
    vec![
        sample("werk", &worklist()),
        sample("werk-leeg", &nothing),
        sample("signalen", &full),
        sample("signalen-leeg", &empty),
    ]
}

fn around() -> Vec<Sample> {
    let notice = |notice: Notice, again: &str| NoticeView { frame: frame(""), notice, again: again.to_owned() };
    let purpose = PurposeView {
        frame: frame("/signalen"),
        reference: "S-K7Q4-M2".to_owned(),
        action: "/signalen/S-K7Q4-M2".to_owned(),
        formulier: "f.1766.c2FtcGxl".to_owned(),
        purposes: vec![
            Choice::new("terugkoppeling", "Terugkoppeling").with_note("de melder antwoorden"),
            Choice::new("voorbereiding-lio", "Voorbereiding LIO"),
            Choice::new("uitvoering", "Uitvoering maatregel"),
            Choice::new("overig", "Overig").with_note("met toelichting"),
        ],
        explanation: String::new(),
        errors: Errors::default(),
    };
    let unexplained = PurposeView {
        errors: vec![FieldError::new("toelichting", "Schrijf in één zin waarom u dit opent")].into(),
        ..purpose.clone()
    };
    vec![
        sample("doel", &purpose),
        sample("doel-fout", &unexplained),
        sample("medewerker-niet-gevonden", &notice(Notice::NotFound, "")),
        sample("medewerker-onleesbaar", &notice(Notice::Unreadable, "")),
        sample("medewerker-geen-logboek", &notice(Notice::NoLog, "/signalen/S-K7Q4-M2")),
        sample("medewerker-te-druk", &notice(Notice::Busy, "")),
        sample("medewerker-kapot", &notice(Notice::Broken, "")),
    ]
}
