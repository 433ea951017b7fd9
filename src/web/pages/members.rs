//! `/leden`: who is here, inviting somebody, letting them in, and giving somebody back their access.

use super::acting::{Trouble, act_form, see_other};
use super::{frame, html, leaving};
use crate::app::AppError;
use crate::app::joining::{Newcomer, Proof, ProofNeeded};
use crate::app::people::{Care, Person};
use crate::app::setup::{Invitation, OneTimeCode, RoleGiven};
use crate::domain::calendar;
use crate::domain::ids::MemberId;
use crate::domain::role::{Role, RoleDates, Seat};
use crate::domain::time::{Day, NotATime};
use crate::store::members::RoleRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::members::{CodeView, MembersView, PersonRow};
use crate::web::views::signal::{Judged, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpRequest, HttpResponse, web};

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/leden", web::get().to(list))
        .route("/leden/nieuw", web::get().to(ask))
        .route("/leden/nieuw", web::post().to(invite))
        .route("/leden/{lid}/binnenlaten", web::get().to(newcomer))
        .route("/leden/{lid}/binnenlaten", web::post().to(let_in))
        .route("/leden/{lid}/herstel", web::get().to(lost))
        .route("/leden/{lid}/herstel", web::post().to(restore));
}

/// Where somebody is let in.
#[must_use]
pub fn letting_in(member: MemberId) -> String {
    format!("/leden/{member}/binnenlaten")
}

fn restoring(member: MemberId) -> String {
    format!("/leden/{member}/herstel")
}

pub(super) fn member_in(path: &str) -> Result<MemberId, Failed> {
    path.parse().map_err(|_| Failed::not_found())
}

pub(super) fn checked(web: &Web, member: &Member, form: &Form) -> Result<(), Failed> {
    Ok(tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?)
}

/// Runs what may wait on the database or on keys, and gives the member back.
pub(super) async fn blocking<T: Send + 'static>(
    member: Member,
    act: impl FnOnce(&Member) -> Result<T, AppError> + Send + 'static,
) -> Result<(Member, Result<T, AppError>), Failed> {
    let run = move || {
        let done = act(&member);
        (member, done)
    };
    Ok(web::block(run).await.map_err(|e| AppError::Internal(e.to_string()))?)
}

/// `GET /leden`
async fn list(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let query = Form::parse(request.query_string().as_bytes())?;
    let app = web.app.clone();
    let (member, people) = blocking(member, move |member| {
        let people = app.people(&member.op)?;
        Ok((people, app.roles_to_invite(&member.op).is_ok(), app.renewals(&member.op)?))
    })
    .await?;
    let (people, invites, renewals) = people?;
    let disabled = query.text("klaar") == "uitgeschakeld";
    html(&MembersView {
        frame: frame(&web, &member, "/leden"),
        done: if disabled {
            "Het account is uitgeschakeld. Alle sessies zijn beëindigd.".to_owned()
        } else {
            String::new()
        },
        renewing: renewals.iter().map(leaving::progress).collect(),
        rows: people.iter().map(|person| row_of(&web, person, member.op.today)).collect(),
        invite: if invites { "/leden/nieuw".to_owned() } else { String::new() },
    })
}

fn row_of(web: &Web, person: &Person, today: Day) -> PersonRow {
    let account = &person.account;
    let state = match account.state.as_str() {
        "invited" => "uitgenodigd",
        "waiting" => "wacht op binnenlaten",
        "active" => "actief",
        _ => "uitgeschakeld",
    };
    let acts = person.care.iter().map(|care| match care {
        Care::LetIn => Link::new("Laat binnen", &letting_in(account.id)),
        Care::Restore => Link::new("Toegang herstellen", &restoring(account.id)),
        Care::Disable => Link::new("Uitschakelen", &leaving::disabling(account.id)),
    });
    let roles: Vec<String> = person.roles.iter().map(|row| in_words(web, row, today)).collect();
    PersonRow {
        name: account.name.clone(),
        state: state.to_owned(),
        roles: if roles.is_empty() { "geen".to_owned() } else { roles.join("; ") },
        signed_in: person.signed_in_on.map_or("nog niet".to_owned(), |day| calendar::in_words_near(day, today)),
        lacks: match person.lacks {
            0 => String::new(),
            1 => "Eén stuk kon nog niet worden teruggegeven.".to_owned(),
            count => format!("{count} stukken konden nog niet worden teruggegeven."),
        },
        acts: acts.collect(),
    }
}

fn in_words(web: &Web, row: &RoleRow, today: Day) -> String {
    let source = web.app.protocol().source(&row.source_code).map(|source| format!(" ({})", source.label));
    let seat = if row.seat == Seat::Deputy { ", plaatsvervanger" } else { "" };
    let waits = if row.state == "proposed" { ", wacht op een tweede persoon" } else { "" };
    let days = row.dates().in_words(today);
    let days = if days.is_empty() { days } else { format!(", vervangt {days}") };
    format!("{}{}{seat}{days}{waits}", row.role.label(), source.unwrap_or_default())
}

/// `GET /leden/nieuw`
async fn ask(web: web::Data<Web>, member: Member) -> Result<HttpResponse, Failed> {
    let roles = web.app.roles_to_invite(&member.op)?;
    invite_page(&web, &member, &roles, &Form::default(), &Trouble::Fine)
}

/// `POST /leden/nieuw`
async fn invite(web: web::Data<Web>, Confirmed(member): Confirmed, form: Form) -> Result<HttpResponse, Failed> {
    let roles = web.app.roles_to_invite(&member.op)?;
    checked(&web, &member, &form)?;
    let person = invitation_in(&form);
    let app = web.app.clone();
    let (member, done) = blocking(member, move |member| app.member_invite(&member.op, person?)).await?;
    match done {
        Ok(code) => code_page(&web, &member, &code),
        Err(error) => invite_page(&web, &member, &roles, &form, &Trouble::of(error)?),
    }
}

fn invitation_in(form: &Form) -> Result<Invitation, AppError> {
    let role = form.text("rol").parse().map_err(|_| AppError::field("rol", "Kies een rol."))?;
    let seat = form.text("plaats").parse().map_err(|_| AppError::field("plaats", "Kies een plaats."))?;
    let dates = RoleDates { first: day_in(form, "eersteDag")?, last: day_in(form, "laatsteDag")? };
    let given = RoleGiven { role, seat, source: form.text("bron").to_owned(), dates };
    Ok(Invitation {
        login: form.text("aanmeldnaam").to_owned(),
        name: form.text("naam").to_owned(),
        roles: vec![given],
    })
}

fn day_in(form: &Form, name: &str) -> Result<Option<Day>, AppError> {
    let typed = form.text(name).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|error: NotATime| AppError::field(name, error.to_string()))
}

fn choices<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>, chosen: &str) -> Vec<Choice> {
    let choice = |(code, label)| {
        let choice = Choice::new(code, label);
        if code == chosen { choice.chosen() } else { choice }
    };
    all.into_iter().map(choice).collect()
}

fn invite_page(
    web: &web::Data<Web>,
    member: &Member,
    roles: &[Role],
    form: &Form,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let protocol = web.app.protocol();
    let roles = choices(roles.iter().map(|role| (role.code(), role.label())), form.text("rol"));
    let seats = choices(Seat::ALL.iter().map(|seat| (seat.code(), seat.label())), form.text("plaats"));
    let none = [("", "geen")].into_iter();
    let sources = none.chain(protocol.sources.iter().map(|one| (one.code.as_str(), one.label.as_str())));
    let sources = choices(sources, form.text("bron"));
    let fields = vec![
        Field::new("naam", "Naam", Control::Text).with_hint("Zoals collega's hem lezen.").with_value(form.text("naam")),
        Field::new("aanmeldnaam", "Aanmeldnaam", Control::Text)
            .with_hint("Kleine letters, cijfers en . - _ @")
            .with_value(form.text("aanmeldnaam")),
        Field::new("rol", "Rol", Control::Radios(roles)),
        Field::new("plaats", "Plaats", Control::Radios(seats)),
        Field::new("eersteDag", "Eerste dag van de vervanging", Control::Text)
            .with_hint("Alleen bij een plaatsvervanger, zoals 2026-12-01. Leeg: zodra een ander instemt.")
            .with_value(form.text("eersteDag"))
            .conditional(),
        Field::new("laatsteDag", "Laatste dag van de vervanging", Control::Text)
            .with_hint("Deze dag telt nog mee. Leeg: tot de rol wordt weggenomen.")
            .with_value(form.text("laatsteDag"))
            .conditional(),
        Field::new("bron", "Bron", Control::Select(sources)).with_hint("Alleen bij de rol bronhouder.").conditional(),
    ];
    let view = plain_step(web, member, trouble, "/leden/nieuw", "Nodig iemand uit", "");
    let view = StepView {
        groups: vec![FieldGroup { heading: String::new(), intro: String::new(), fields }],
        consequence: "U krijgt een eenmalige code om in persoon te geven. De rol telt pas als een ander ermee instemt."
            .to_owned(),
        primary: Act::new("Maak een code", "uitnodigen"),
        ..view
    };
    Ok(trouble.answer(html(&view)?))
}

/// What these pages of one act have alike.
pub(super) fn plain_step(
    web: &web::Data<Web>,
    member: &Member,
    trouble: &Trouble,
    action: &str,
    title: &str,
    name: &str,
) -> StepView {
    let step = StepContext {
        title: title.to_owned(),
        reference: name.to_owned(),
        saved: trouble.sentence(),
        ..StepContext::default()
    };
    StepView {
        frame: frame(web, member, "/leden"),
        step,
        form: act_form(web, member, action, 0, trouble.errors()),
        changed: None,
        question: String::new(),
        explanation: String::new(),
        groups: Vec::new(),
        consequence: String::new(),
        primary: Act::none(),
        others: Vec::new(),
        leave: Some(Link::new("Terug naar de leden", "/leden")),
    }
}

fn code_page(web: &Web, member: &Member, code: &OneTimeCode) -> Result<HttpResponse, Failed> {
    html(&CodeView {
        frame: frame(web, member, "/leden"),
        name: code.name.clone(),
        login: code.login.clone(),
        code: code.code.expose().clone(),
    })
}

/// `GET /leden/{lid}/binnenlaten`
async fn newcomer(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    newcomer_page(&web, member, member_in(&path)?, &Form::default(), &Trouble::Fine).await
}

/// `POST /leden/{lid}/binnenlaten`
async fn let_in(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let whom = member_in(&path)?;
    checked(&web, &member, &form)?;
    let typed = form.text("vingerafdruk").trim().to_owned();
    let proof = if typed.is_empty() { Proof::Code } else { Proof::Fingerprint(typed) };
    let app = web.app.clone();
    let (member, done) = blocking(member, move |member| app.let_in(&member.op, &member.session, whom, &proof)).await?;
    match done {
        Ok(()) => Ok(see_other("/werk?klaar=binnen")),
        Err(error) => newcomer_page(&web, member, whom, &form, &Trouble::of(error)?).await,
    }
}

async fn newcomer_page(
    web: &web::Data<Web>,
    member: Member,
    whom: MemberId,
    form: &Form,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let app = web.app.clone();
    let (member, found) = blocking(member, move |member| app.newcomer(&member.op, &member.session, whom)).await?;
    let found = found?;
    let typed = Field::new("vingerafdruk", "Vingerafdruk", Control::Text)
        .with_hint("Zes groepjes van drie tekens. Laat ze voorlezen door deze persoon, van het eigen scherm.")
        .with_value(form.text("vingerafdruk"));
    let (fields, explanation) = match found.proof {
        ProofNeeded::Typed => (vec![typed], "U kent deze persoon en hoort zelf de vingerafdruk."),
        ProofNeeded::Nothing => (
            Vec::new(),
            "De dienst rekent na dat de sleutels met de uitgereikte code zijn gemaakt. Vraag deze persoon of die zich \
             zelf heeft aangemeld.",
        ),
    };
    let view = plain_step(web, &member, trouble, &letting_in(whom), "Laat binnen:", &found.account.name);
    let mut view = StepView {
        question: format!("{} heeft zich aangemeld. Laat u deze persoon binnen?", found.account.name),
        explanation: explanation.to_owned(),
        groups: vec![FieldGroup { heading: String::new(), intro: String::new(), fields }],
        consequence: "U ondertekent dat dit de sleutels van deze persoon zijn. De rol vraagt daarna nog een tweede \
                      persoon. Het staat met uw naam in het logboek."
            .to_owned(),
        primary: Act::new("Onderteken en laat binnen", "binnenlaten"),
        ..view
    };
    view.step.records = vec![about(web, &found, member.op.today)];
    Ok(trouble.answer(html(&view)?))
}

fn about(web: &Web, found: &Newcomer, today: Day) -> Record {
    let roles: Vec<String> = found.roles.iter().map(|row| in_words(web, row, today)).collect();
    Record {
        title: "Nieuwe collega".to_owned(),
        signed: format!("Voor het eerst aangemeld op {}.", calendar::in_words_near(found.since_on, today)),
        points: vec![
            Judged::new("Wie", &found.account.name, &found.account.login),
            Judged::new("Rollen", &roles.join("; "), ""),
        ],
    }
}

/// `GET /leden/{lid}/herstel`
async fn lost(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    lost_page(&web, member, member_in(&path)?, &Trouble::Fine).await
}

/// `POST /leden/{lid}/herstel`
async fn restore(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let whom = member_in(&path)?;
    checked(&web, &member, &form)?;
    let app = web.app.clone();
    let (member, done) = blocking(member, move |member| {
        app.person_to_restore(&member.op, whom)?;
        let code = app.access_restore(&member.op, whom)?;
        app.keep_up_or_tell(&member.session);
        Ok(code)
    })
    .await?;
    match done {
        Ok(code) => code_page(&web, &member, &code),
        Err(error) => lost_page(&web, member, whom, &Trouble::of(error)?).await,
    }
}

async fn lost_page(
    web: &web::Data<Web>,
    member: Member,
    whom: MemberId,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let account = web.app.person_to_restore(&member.op, whom)?;
    let view = plain_step(web, &member, trouble, &restoring(whom), "Toegang herstellen:", &account.name);
    let view = StepView {
        question: format!("Is {} het wachtwoord kwijt?", account.name),
        explanation: "Zeker weten dat het deze persoon is? Spreek elkaar.".to_owned(),
        consequence:
            "Het oude wachtwoord, de sleutels en de sessies van deze persoon eindigen nu. U krijgt een nieuwe \
                      eenmalige code. Daarna laat een collega deze persoon binnen en stemt een tweede persoon opnieuw \
                      in met de rollen. Werk dat wachtte, blijft wachten."
                .to_owned(),
        primary: Act::new("Beëindig de oude toegang en maak een code", "herstellen"),
        ..view
    };
    Ok(trouble.answer(html(&view)?))
}
