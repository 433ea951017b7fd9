//! The second step of signing in, and what waited for whoever came back.

use super::super::confirming::ConfirmView;
use super::super::factor::{CodeProblem, EnrolFactorView, RecoveryCodesView, SecondFactorView, SquareCode};
use super::super::fields::{Errors, FieldError, Tick};
use super::super::kept::{Kept, KeptView, WaitingForm, WhyKept};
use super::super::my_sign_in::{AppLine, MySignInView, NewCodesView, PasswordView, SessionLine, StayingView};
use super::staff::{frame, outside};
use super::{Sample, pairs, sample, strings};
use crate::app::confirming::Asked;

const ACTION: &str = "/aanmelden/tweede-factor";
const TOKEN: &str = "f.1766.c2FtcGxl";

pub(super) fn all() -> Vec<Sample> {
    vec![
        sample("tweede-factor", &code(None)),
        sample("tweede-factor-fout", &code(Some(CodeProblem::Wrong))),
        sample("tweede-factor-wacht", &code(Some(CodeProblem::Slowed { seconds: 240 }))),
        sample("app-toevoegen", &offer(None)),
        sample("app-toevoegen-fout", &offer(Some(CodeProblem::Missing))),
        sample("herstelcodes", &codes(&["7KQ2-MX9D-H4TB-W3N8", "M3D7-QH5X-9TB2-KW4N"], None)),
        sample("herstelcodes-fout", &codes(&["7KQ2-MX9D-H4TB-W3N8"], Some(CodeProblem::Missing))),
        sample("herstelcodes-al-getoond", &codes(&[], None)),
        sample("bevestigen-code", &confirm(Asked::Code, None)),
        sample("bevestigen-code-fout", &confirm(Asked::Code, Some(CodeProblem::Wrong))),
        sample("bevestigen-wachtwoord", &confirm(Asked::Password, None)),
        sample("bevestigen-wachtwoord-fout", &confirm(Asked::Password, Some(CodeProblem::Wrong))),
        sample("mijn-aanmelding", &mine(Errors::default())),
        sample("mijn-aanmelding-fout", &mine(one("app", "Dit is uw laatste app"))),
        sample("wachtwoord-kiezen", &password(Errors::default())),
        sample("wachtwoord-kiezen-fout", &password(one("oudWachtwoord", "Vul uw wachtwoord van nu in"))),
        sample("nieuwe-herstelcodes", &NewCodesView { frame: frame(""), codes: strings(&["7KQ2-MX9D-H4TB-W3N8"]) }),
        sample("langer", &StayingView { frame: frame("") }),
        sample("tekst-bewaard", &kept(Kept::Waiting(waiting(WhyKept::SignedOut)))),
        sample("tekst-na-bevestigen", &kept(Kept::Waiting(waiting(WhyKept::Confirmed)))),
        sample("tekst-van-een-ander", &kept(Kept::OfAnother)),
        sample("tekst-weg", &kept(Kept::Gone)),
    ]
}

fn code(problem: Option<CodeProblem>) -> SecondFactorView {
    SecondFactorView {
        frame: outside(),
        action: ACTION.to_owned(),
        formulier: TOKEN.to_owned(),
        back: "/signalen".to_owned(),
        kept: String::new(),
        problem,
    }
}

fn offer(problem: Option<CodeProblem>) -> EnrolFactorView {
    let link = "otpauth://totp/Interne%20meldroute:mirte?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    EnrolFactorView {
        frame: outside(),
        action: ACTION.to_owned(),
        formulier: TOKEN.to_owned(),
        back: String::new(),
        kept: String::new(),
        square: SquareCode::of(link),
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
        link: link.to_owned(),
        factor: "7b1f6a52-0c1e-4f5e-9a53-1d6a3f0b2c11".to_owned(),
        sealed: "AQID".to_owned(),
        problem,
    }
}

fn codes(codes: &[&str], problem: Option<CodeProblem>) -> RecoveryCodesView {
    RecoveryCodesView {
        frame: outside(),
        action: "/aanmelden/tweede-factor/klaar".to_owned(),
        formulier: TOKEN.to_owned(),
        back: String::new(),
        kept: String::new(),
        codes: strings(codes),
        problem,
    }
}

fn confirm(asked: Asked, problem: Option<CodeProblem>) -> ConfirmView {
    ConfirmView {
        frame: frame(""),
        action: "/bevestigen".to_owned(),
        formulier: TOKEN.to_owned(),
        back: String::new(),
        kept: "AQID".to_owned(),
        asked,
        problem,
    }
}

fn mine(errors: Errors) -> MySignInView {
    let line = |what: &str, this: bool| SessionLine {
        what: what.to_owned(),
        since: if this { "vandaag, 9.12".to_owned() } else { "gisteren, 16.40".to_owned() },
        seen: "vandaag, 9.30".to_owned(),
        this: Tick::from(this),
        end: "/mijn-aanmelding/sessies/7b1f6a52-0c1e-4f5e-9a53-1d6a3f0b2c11".to_owned(),
    };
    let app = |since: &str, remove: &str| AppLine { since: since.to_owned(), remove: remove.to_owned() };
    let gone = "/mijn-aanmelding/apps/7b1f6a52-0c1e-4f5e-9a53-1d6a3f0b2c11";
    MySignInView {
        frame: frame("/mijn-aanmelding"),
        formulier: TOKEN.to_owned(),
        done: if errors.any() { String::new() } else { "De app is toegevoegd.".to_owned() },
        apps: if errors.any() {
            vec![app("3 november", "")]
        } else {
            vec![app("3 november", gone), app("vandaag", gone)]
        },
        errors,
        sessions: vec![line("Pagina's in een browser", true), line("Koppeling met een ander programma (API)", false)],
        codes: 9,
        standing_in: vec![
            "U vervangt als coördinator van dinsdag 1 december tot en met donderdag 3 december. De rol telt nog niet."
                .to_owned(),
        ],
    }
}

fn password(errors: Errors) -> PasswordView {
    PasswordView {
        frame: frame(""),
        action: "/mijn-aanmelding/wachtwoord".to_owned(),
        formulier: TOKEN.to_owned(),
        least_signs: 15,
        errors,
    }
}

fn one(field: &str, message: &str) -> Errors {
    Errors(vec![FieldError::new(field, message)])
}

fn kept(kept: Kept) -> KeptView {
    KeptView { frame: frame(""), kept }
}

fn waiting(why: WhyKept) -> WaitingForm {
    let fields = [("waarom", "De derde naam op de deur sinds het voorjaar."), ("versie", "3"), ("daad", "concept")];
    WaitingForm {
        action: "/signalen/7b1f6a52-0c1e-4f5e-9a53-1d6a3f0b2c11/intake".to_owned(),
        formulier: TOKEN.to_owned(),
        fields: pairs(&fields),
        why,
    }
}
