//! `/signalen/{id}/spoed`: a decision outside the LIO, proposed and signed by three; `/spoedbesluiten/{id}`: that it was
//! taken, for the privacy officers.

use super::around;
use super::decision::{draft_of, form_of, groups, points};
use super::enrichment::{at_once, moved, shown};
use super::lio::{cannot_now, reading_of};
use super::signals::address;
use super::{frame, html, with_status};
use crate::app::AppError;
use crate::app::steps::Seen;
use crate::app::urgent::{Signature, UrgentRead};
use crate::domain::calendar;
use crate::domain::decision::DecisionCode;
use crate::domain::ids::{DecisionId, SignalId};
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::time::Day;
use crate::domain::words::FieldError;
use crate::domain::workflow::StepEvent;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Tick};
use crate::web::views::signal::{Judged, NextAct, Record, SignalView, StepContext};
use crate::web::views::steps::{ActForm, StepView};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

const TITLE: &str = "Spoedbesluit";

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/spoed", web::get().to(ask))
        .route("/signalen/{id}/spoed", web::post().to(act))
        .route("/spoedbesluiten/{id}", web::get().to(notice));
}

/// What the page says besides the form.
#[derive(Default)]
struct Remarks {
    errors: Vec<FieldError>,
    notice: String,
}

/// `GET /signalen/{id}/spoed`: what waits for signatures, or with `nieuw=ja` the form of another proposal.
pub async fn ask(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    let op = member.for_purpose(Purpose::Measure);
    let again = Form::parse(request.query_string().as_bytes())?.text("nieuw") == "ja";
    let waiting = web.app.open_urgent(&op, &member.session, id).await?;
    match waiting {
        Some(read) if !again => sign_page(&web, &member, &read, Remarks::default()),
        Some(read) => {
            let notice = "Legt u dit voor, dan vervalt het vorige voorstel met de handtekeningen die eronder staan.";
            let remarks = Remarks { notice: notice.to_owned(), ..Remarks::default() };
            propose_page(&web, &member, id, &form_of(&read.decision), remarks).await
        }
        None => propose_page(&web, &member, id, &Form::default(), Remarks::default()).await,
    }
}

/// `POST /signalen/{id}/spoed`
pub async fn act(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let seen = Seen { signal: id, version: form.text("versie").parse().unwrap_or(0) };
    let op = member.for_purpose(Purpose::Measure);
    if form.text("daad") == "onderteken" {
        let error = match web.app.urgent_sign(&op, &member.session, seen).await {
            Ok(_) => return Ok(at_once("/werk?klaar=getekend")),
            Err(error) => error,
        };
        let (remarks, status) = remarks_of(&web, &member, id, error)?;
        let page = match web.app.open_urgent(&op, &member.session, id).await? {
            Some(read) => sign_page(&web, &member, &read, remarks)?,
            None => propose_page(&web, &member, id, &Form::default(), remarks).await?,
        };
        return Ok(with_status(page, status));
    }
    match web.app.urgent_propose(&op, &member.session, seen, &draft_of(&form)).await {
        Ok(_) => Ok(at_once(&format!("{}/spoed", address(id)))),
        Err(error) => {
            let (remarks, status) = remarks_of(&web, &member, id, error)?;
            Ok(with_status(propose_page(&web, &member, id, &form, remarks).await?, status))
        }
    }
}

fn remarks_of(web: &Web, member: &Member, id: SignalId, error: AppError) -> Result<(Remarks, StatusCode), Failed> {
    match error {
        AppError::Invalid(errors) => Ok((Remarks { errors, ..Remarks::default() }, StatusCode::BAD_REQUEST)),
        error => match moved(web, member, id, &error)? {
            Some(notice) => Ok((Remarks { notice, ..Remarks::default() }, StatusCode::CONFLICT)),
            None => Err(error.into()),
        },
    }
}

fn form_at(web: &Web, member: &Member, id: SignalId, version: i64, errors: Vec<FieldError>) -> ActForm {
    ActForm {
        action: format!("{}/spoed", address(id)),
        formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
        versie: version.to_string(),
        errors: shown(errors),
    }
}

async fn propose_page(
    web: &Web,
    member: &Member,
    id: SignalId,
    form: &Form,
    remarks: Remarks,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Measure);
    if let Err(error) = web.app.step_ready(&op, id, StepEvent::UrgentPropose).await {
        return cannot_now(web, member, id, TITLE, error);
    }
    let opened = web.app.open_signal(&op, &member.session, id, &["report"]).await?;
    let mut step = around::opened(web, member, &opened, Purpose::Measure)?;
    TITLE.clone_into(&mut step.title);
    step.saved = remarks.notice;
    let doers = web.app.doers(id)?;
    let form_view = form_at(web, member, id, opened.signal.version, remarks.errors);
    let emergency = &web.site.emergency.shown;
    html(&StepView {
        frame: frame(web, member, "/signalen"),
        step,
        form: form_view,
        changed: None,
        question: "Wat kan niet wachten tot het volgende LIO?".to_owned(),
        explanation: format!("Is er nu gevaar? Bel eerst {emergency}. Dit besluit nemen drie mensen: coördinator, jurist en burgemeester."),
        groups: groups(web.app.protocol(), &doers, form, member.op.today),
        consequence: "De juristen en de burgemeester krijgen het signaal en dit voorstel te lezen. Met de derde handtekening is het besluit genomen; de privacy officer hoort dat meteen en het komt op de volgende agenda van het LIO."
            .to_owned(),
        primary: Act::new("Leg het spoedbesluit voor", "leg_voor"),
        others: Vec::new(),
        leave: Some(Link::new("Terug naar het signaal", &address(id))),
    })
}

fn sign_page(web: &Web, member: &Member, read: &UrgentRead, remarks: Remarks) -> Result<HttpResponse, Failed> {
    let today = member.op.today;
    let actor = &member.session.actor;
    let reading = reading_of(member, Purpose::Measure, "het voorgestelde besluit", read.event_index);
    let mut signed = signed_points(&read.signed, today);
    signed.extend(read.missing.iter().map(|role| Judged::new(role.label(), "nog niet getekend", "")));
    let id = read.signal.id;
    let step = StepContext {
        title: TITLE.to_owned(),
        reference: read.signal.reference.to_string(),
        saved: remarks.notice,
        stages: around::bare_stage_bar(&read.signal),
        records: vec![
            Record {
                title: "Voorgesteld besluit".to_owned(),
                signed: format!(
                    "{} stelde dit voor op {}.",
                    read.proposer,
                    calendar::in_words_near(read.row.proposed_on, today)
                ),
                points: points(web.app.protocol(), &read.decision),
            },
            Record { title: "Handtekeningen".to_owned(), signed: String::new(), points: signed },
        ],
        ..StepContext::default()
    };
    let by_me = read.signed.iter().any(|one| one.member == actor.id);
    let role = read.missing.iter().copied().find(|role| actor.holds(*role)).filter(|_| !by_me);
    let proposes = actor.holds(Role::Coordinator) || actor.holds(Role::Jurist);
    let other = Link::new("Stel iets anders voor", &format!("{}/spoed?nieuw=ja", address(id)));
    let signal = Link::new("Lees het signaal", &address(id));
    let Some(role) = role else {
        let act = |link| NextAct { link, note: String::new(), mine: Tick::Off };
        let mut acts = vec![act(signal)];
        acts.extend(proposes.then(|| act(other)));
        return html(&SignalView { frame: frame(web, member, "/signalen"), step, acts });
    };
    html(&StepView {
        frame: frame(web, member, "/signalen"),
        step,
        form: form_at(web, member, id, read.signal.version, remarks.errors),
        changed: None,
        question: "Tekent u dit besluit?".to_owned(),
        explanation: format!(
            "U ziet {} als {}, doel {}. Dit staat in het logboek, {}, regel {}.",
            reading.fields, reading.role, reading.purpose, reading.at, reading.line
        ),
        groups: Vec::new(),
        consequence: "U ondertekent met uw eigen sleutel. Drie verschillende mensen tekenen; met de derde handtekening is het besluit genomen."
            .to_owned(),
        primary: Act::new(&format!("Onderteken als {}", role.label()), "onderteken"),
        others: Vec::new(),
        leave: Some(if proposes { other } else { signal }),
    })
}

fn signed_points(signed: &[Signature], today: Day) -> Vec<Judged> {
    let point =
        |one: &Signature| Judged::new(one.role.label(), &one.name, &calendar::in_words_near(one.signed_on, today));
    signed.iter().map(point).collect()
}

/// `GET /spoedbesluiten/{id}`: that it was taken, by whom, and when the LIO discusses it. Shows no content.
pub async fn notice(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: DecisionId = path.parse().map_err(|_| Failed::not_found())?;
    let op = member.for_purpose(Purpose::PrivacyCheck);
    let (notice, signed) = web.app.urgent_notice(&op, id).await?;
    let today = member.op.today;
    let label = notice.decision.code.parse::<DecisionCode>().map_or("", DecisionCode::label);
    let taken = notice.decision.taken_on.map(|day| calendar::in_words_near(day, today)).unwrap_or_default();
    let step = StepContext {
        title: TITLE.to_owned(),
        reference: notice.signal.reference.to_string(),
        stages: around::bare_stage_bar(&notice.signal),
        records: vec![
            Record {
                title: "Buiten het LIO besloten".to_owned(),
                signed: "U leest hier geen inhoud. Wat er staat, bespreekt het LIO op de zitting hieronder.".to_owned(),
                points: vec![
                    Judged::new("Besluit", label, ""),
                    Judged::new("Genomen", &taken, ""),
                    Judged::new("Besproken", &calendar::in_words_near(notice.discussed_on, today), ""),
                ],
            },
            Record { title: "Handtekeningen".to_owned(), signed: String::new(), points: signed_points(&signed, today) },
        ],
        ..StepContext::default()
    };
    html(&SignalView { frame: frame(&web, &member, "/werk"), step, acts: Vec::new() })
}
