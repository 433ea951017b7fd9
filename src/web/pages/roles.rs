//! `/rollen/{lid}/{rol}`: a second person says yes or no to a role that was proposed for somebody else.

use super::acting::{Trouble, act_form, see_other};
use super::signals::deadline;
use super::{frame, html};
use crate::app::AppError;
use crate::app::members::RoleOf;
use crate::app::role_agreement::ProposedRole;
use crate::domain::calendar;
use crate::domain::role::{DeclineReason, Reach, Role, Seat};
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Judged, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/rollen/{lid}/{rol}", web::get().to(show))
        .route("/rollen/{lid}/{rol}", web::post().to(judge))
        .route("/rollen/{lid}/{rol}/{bron}", web::get().to(show))
        .route("/rollen/{lid}/{rol}/{bron}", web::post().to(judge));
}

/// Where a proposed role is judged.
#[must_use]
pub fn address(wanted: &RoleOf) -> String {
    let place = format!("/rollen/{}/{}", wanted.member, wanted.role.code());
    if wanted.source.is_empty() { place } else { format!("{place}/{}", wanted.source) }
}

fn wanted_in(path: &actix_web::dev::Path<actix_web::dev::Url>) -> Result<RoleOf, Failed> {
    let part = |name: &str| path.get(name).unwrap_or_default();
    let member = part("lid").parse().map_err(|_| Failed::not_found())?;
    let role = part("rol").parse().map_err(|_| Failed::not_found())?;
    Ok(RoleOf { member, role, source: part("bron").to_owned() })
}

/// `GET /rollen/{lid}/{rol}`
async fn show(web: web::Data<Web>, member: Member, request: actix_web::HttpRequest) -> Result<HttpResponse, Failed> {
    page(&web, &member, &wanted_in(request.match_info())?, &Form::default(), Trouble::Fine).await
}

/// `POST /rollen/{lid}/{rol}`
async fn judge(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    request: actix_web::HttpRequest,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let wanted = wanted_in(request.match_info())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let (member, done) = match form.text("daad") {
        "akkoord" => {
            let (app, wanted, reach) = (web.app.clone(), wanted.clone(), reach_in(&form, wanted.role));
            let shown = form.text("versie").parse().unwrap_or(-1);
            let agreed = web::block(move || {
                let done =
                    reach.and_then(|reach| app.role_agree_as_shown(&member.op, &member.session, &wanted, reach, shown));
                (member, done)
            });
            agreed.await.map_err(|e| AppError::Internal(e.to_string()))?
        }
        "afwijzen" => {
            let done = match form.text("waarom").parse::<DeclineReason>() {
                Ok(reason) => web.app.role_decline(&member.op, wanted.clone(), reason).await,
                Err(_) => Err(AppError::field("waarom", "Kies waarom u niet akkoord gaat.")),
            };
            (member, done)
        }
        _ => return Err(Failed(Failure::Unreadable)),
    };
    match done {
        Ok(()) => {
            Ok(see_other(if form.text("daad") == "akkoord" { "/werk?klaar=rol" } else { "/werk?klaar=geen-rol" }))
        }
        Err(error) => page(&web, &member, &wanted, &form, Trouble::of(error)?).await,
    }
}

/// How far back the person reads: asked of every role that comes with a group's key.
fn reach_in(form: &Form, role: Role) -> Result<Reach, AppError> {
    if role.group().is_none() {
        return Ok(Reach::Start);
    }
    form.text("vanaf").parse().map_err(|_| AppError::field("vanaf", "Kies vanaf wanneer deze persoon meeleest."))
}

/// The question from when on somebody reads, for a role that comes with a group's key.
fn reach_field(form: &Form, role: Role) -> Option<Field> {
    role.group()?;
    let choices = Reach::ALL.iter().map(|reach| {
        let choice = Choice::new(reach.code(), reach.label());
        if reach.code() == form.text("vanaf") { choice.chosen() } else { choice }
    });
    let field = Field::new("vanaf", "Vanaf wanneer leest deze persoon mee?", Control::Radios(choices.collect()));
    Some(field.with_hint("Alleen als u akkoord gaat.").conditional())
}

async fn page(
    web: &web::Data<Web>,
    member: &Member,
    wanted: &RoleOf,
    form: &Form,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let (app, op, asked) = (web.app.clone(), member.op.clone(), wanted.clone());
    let found = web::block(move || app.role_to_judge(&op, &asked)).await;
    let found = found.map_err(|e| AppError::Internal(e.to_string()))??;
    let due = web.app.protocol().due_on(ClockCode::Check1, found.since_on);
    let reasons = DeclineReason::ALL.iter().map(|reason| {
        let choice = Choice::new(reason.code(), reason.label());
        if reason.code() == form.text("waarom") { choice.chosen() } else { choice }
    });
    let view = StepView {
        frame: frame(web, member, "/werk"),
        step: StepContext {
            title: "Een rol voor".to_owned(),
            reference: found.name.clone(),
            saved: trouble.sentence(),
            deadline: Some(deadline(web, Some(due), member.op.today)),
            records: vec![about(web, member, &found)],
            ..StepContext::default()
        },
        form: act_form(web, member, &address(wanted), found.proposal, trouble.errors()),
        changed: None,
        question: "Bent u het eens met deze rol?".to_owned(),
        explanation: "U staat ervoor in dat deze persoon de rol nodig heeft en dat het deze persoon is.".to_owned(),
        groups: vec![FieldGroup {
            heading: String::new(),
            intro: String::new(),
            fields: reach_field(form, wanted.role)
                .into_iter()
                .chain([Field::new("waarom", "Waarom niet?", Control::Radios(reasons.collect()))
                    .with_hint("Alleen als u niet akkoord gaat.")
                    .conditional()])
                .collect(),
        }],
        consequence: consequence(&found, member.op.today),
        primary: Act::new("Onderteken en ga akkoord", "akkoord"),
        others: vec![Act::new("Niet akkoord", "afwijzen")],
        leave: Some(Link::new("Terug naar wat op u wacht", "/werk")),
    };
    Ok(trouble.answer(html(&view)?))
}

/// What the role gives, so that nobody agrees to a word.
fn consequence(found: &ProposedRole, today: Day) -> String {
    let days = found.dates.in_words(today);
    if !days.is_empty() {
        return format!(
            "U ondertekent ook de dagen. De rol telt {days}, en niet voordat u tekent. Daarbuiten telt zij niet; na de laatste dag eindigt zij vanzelf. Het staat met uw naam in het logboek."
        );
    }
    found.wanted.role.group().map_or_else(
        || "De rol telt zodra u tekent. Het staat met uw naam in het logboek.".to_owned(),
        |group| {
            format!(
                "De rol telt zodra u tekent. De sleutel van de {} volgt als een van hen is aangemeld: dan kan deze persoon lezen wat voor hen verzegeld is, vanaf het begin of vanaf vandaag. Het staat met uw naam in het logboek.",
                group.label()
            )
        },
    )
}

fn about(web: &Web, member: &Member, found: &ProposedRole) -> Record {
    let seat = if found.seat == Seat::Deputy { "plaatsvervanger" } else { "vaste plaats" };
    let mut points = vec![Judged::new("Wie", &found.name, ""), Judged::new("Rol", found.wanted.role.label(), seat)];
    if let Some(source) = web.app.protocol().source(&found.wanted.source) {
        points.push(Judged::new("Antwoordt voor", &source.label, ""));
    }
    if found.dates.are_set() {
        let before = found.instead_of.filter(|before| before.are_set());
        let before = before.map(|before| format!("nu {}", before.in_words(member.op.today))).unwrap_or_default();
        points.push(Judged::new("Vervangt", &found.dates.in_words(member.op.today), &before));
    }
    let on = calendar::in_words_near(found.since_on, member.op.today);
    let by = if found.proposed_by.is_empty() { "het beheer, op de server" } else { &found.proposed_by };
    Record { title: "Voorstel".to_owned(), signed: format!("Voorgesteld op {on} door {by}."), points }
}
