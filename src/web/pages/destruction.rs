//! `/signalen/{id}/vernietigen`: one proposes, a second person agrees or gives it back; `/verklaringen/{id}`: what is left,
//! on paper.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::around;
use super::beside::saved;
use super::signals::address;
use super::{frame, html};
use crate::app::destruction::{DestructionStanding, DestructionTurn};
use crate::domain::calendar;
use crate::domain::decision::DecisionCode;
use crate::domain::follow_up::ReasonDraft;
use crate::domain::ids::{DestructionId, SignalId};
use crate::domain::purpose::Purpose;
use crate::domain::retention::RetentionGround;
use crate::domain::time::Day;
use crate::store::signals::SignalRow;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::views::Link;
use crate::web::views::fields::{Act, Control, Field};
use crate::web::views::follow_up::PaperView;
use crate::web::views::signal::{Judged, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

const PURPOSE: Purpose = Purpose::Administration;

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/vernietigen", web::get().to(show))
        .route("/signalen/{id}/vernietigen", web::post().to(act))
        .route("/verklaringen/{id}", web::get().to(declaration));
}

/// `GET /signalen/{id}/vernietigen`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    page(&web, &member, signal_in(&path)?, &Form::default(), Trouble::Fine).await
}

/// `POST /signalen/{id}/vernietigen`
async fn act(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let op = member.for_purpose(PURPOSE);
    let done = match form.text("daad") {
        "voorstellen" => web
            .app
            .propose_destruction(&op, &member.session, seen)
            .await
            .map(|_| format!("{}?klaar=vernietiging", address(id))),
        "vernietigen" => web
            .app
            .agree_destruction(&op, &member.session, id)
            .await
            .map(|declared| format!("/verklaringen/{declared}")),
        "teruggeven" => {
            let draft = ReasonDraft { reason: form.filled("waarom") };
            web.app.return_destruction(&op, id, &draft).await.map(|_| "/werk?klaar=teruggegeven".to_owned())
        }
        _ => return Err(Failed(Failure::Unreadable)),
    };
    match done {
        Ok(to) => Ok(see_other(&to)),
        Err(error) => page(&web, &member, id, &form, Trouble::of(error)?).await,
    }
}

async fn page(web: &Web, member: &Member, id: SignalId, form: &Form, trouble: Trouble) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(PURPOSE);
    let standing = web.app.destruction_standing(&op, id).await?;
    let signal = &standing.signal;
    let turn = if trouble.is_closed() { DestructionTurn::Wait } else { standing.turn };
    let (question, explanation) = words(&standing, op.today);
    let view = StepView {
        frame: frame(web, member, "/werk"),
        step: StepContext {
            title: "Vernietigen".to_owned(),
            reference: signal.reference.to_string(),
            saved: saved(&trouble),
            deadline: signal.due_on.map(|due| around::step_deadline(web, due, op.today)),
            records: vec![about(signal, op.today)],
            ..StepContext::default()
        },
        form: act_form(web, member, &format!("{}/vernietigen", address(id)), signal.version, trouble.errors()),
        changed: None,
        question: question.to_owned(),
        explanation,
        groups: match turn {
            DestructionTurn::Judge => {
                let field = Field::new("waarom", "Moet het langer bewaard worden?", Control::Area)
                    .with_hint("Alleen bij teruggeven: in één zin waarom, zonder inhoud van het signaal.")
                    .with_value(form.text("waarom"))
                    .conditional();
                vec![FieldGroup { heading: String::new(), intro: String::new(), fields: vec![field] }]
            }
            DestructionTurn::Propose | DestructionTurn::Wait => Vec::new(),
        },
        consequence: match turn {
            DestructionTurn::Wait => String::new(),
            DestructionTurn::Propose => "Een tweede mens, de privacy officer, beslist.".to_owned(),
            DestructionTurn::Judge => "Dit kan niet ongedaan worden gemaakt. Eerst gaan de sleutels, dan wat zij openden. In back-ups van sleutels blijft het leesbaar tot die zijn verlopen.".to_owned(),
        },
        primary: match turn {
            DestructionTurn::Wait => Act::none(),
            DestructionTurn::Propose => Act::new("Onderteken en stel vernietiging voor", "voorstellen"),
            DestructionTurn::Judge => Act::new("Onderteken en vernietig", "vernietigen"),
        },
        others: match turn {
            DestructionTurn::Judge => vec![Act::new("Geef terug met een zin", "teruggeven")],
            DestructionTurn::Propose | DestructionTurn::Wait => Vec::new(),
        },
        leave: Some(Link::new("Naar wat op u wacht", "/werk")),
    };
    Ok(trouble.answer(html(&view)?))
}

fn words(standing: &DestructionStanding, today: Day) -> (&'static str, String) {
    match (standing.turn, &standing.waiting) {
        (DestructionTurn::Propose, _) => {
            ("Mag dit signaal weg?", "De bewaartermijn is voorbij. U hoeft de inhoud niet meer te lezen.".to_owned())
        }
        (DestructionTurn::Judge, Some(row)) => (
            "Bent u het eens met vernietigen?",
            format!("Voorgesteld op {}.", calendar::in_words_near(row.proposed_on, today)),
        ),
        (_, Some(row)) => (
            "De vernietiging wacht op de privacy officer.",
            format!("Voorgesteld op {}.", calendar::in_words_near(row.proposed_on, today)),
        ),
        (_, None) => ("Dit signaal kan nu niet worden vernietigd.", String::new()),
    }
}

/// What may be known of a signal without opening it.
fn about(signal: &SignalRow, today: Day) -> Record {
    let on = |day: Day| calendar::in_words_near(day, today);
    let ground = signal.retention_ground.as_deref().and_then(|code| code.parse::<RetentionGround>().ok());
    let outcome = signal.outcome.as_deref().and_then(|code| code.parse::<DecisionCode>().ok());
    let point = |label: &str, value: String| Judged::new(label, &value, "");
    Record {
        title: "Wat u moet weten".to_owned(),
        signed: "Deze pagina opent niets van het signaal.".to_owned(),
        points: vec![
            point("Ontvangen", on(signal.received_on)),
            point("Afgesloten", on(signal.stage_since)),
            point("Afloop", outcome.map_or("onbekend", DecisionCode::label).to_lowercase()),
            point("Grond", ground.map_or("onbekend", RetentionGround::label).to_owned()),
            point("Bewaard tot", signal.kept_until.map(on).unwrap_or_default()),
        ],
    }
}

/// `GET /verklaringen/{id}`
async fn declaration(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: DestructionId = path.parse().map_err(|_| Failed::not_found())?;
    let found = web.app.declaration(&member.for_purpose(PURPOSE), id).await?;
    let row = &found.row;
    let ground =
        row.ground.parse::<RetentionGround>().map_or_else(|_| row.ground.clone(), |ground| ground.label().to_owned());
    let long = calendar::in_words_with_year;
    let head = [
        ("Kenmerk", found.signal.reference.to_string()),
        ("Ontvangen", long(found.signal.received_on)),
        ("Grond", ground),
        ("Bewaard tot", long(row.kept_until)),
        ("Vernietigd", row.decided_on.map(long).unwrap_or_default()),
        ("Voorgesteld door", format!("{}, {}", found.proposed_by, long(row.proposed_on))),
        ("Akkoord", found.agreed_by.clone()),
        ("Stukken", row.records.to_string()),
        ("Sleutels", row.keys.to_string()),
    ];
    html(&PaperView {
        frame: frame(&web, &member, "/werk"),
        title: "Verklaring van vernietiging".to_owned(),
        reference: found.signal.reference.to_string(),
        reading: None,
        head: head.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        facts: Vec::new(),
        request: String::new(),
        notes: vec![
            "De sleutels van dit signaal zijn vernietigd, en daarna wat zij openden. In de werkende bestanden is het nu onleesbaar; in back-ups van sleutels als die zijn verlopen.".to_owned(),
            "Beide ondertekenaars, dag en grond staan in het logboek. Deze verklaring bevat niets uit het signaal.".to_owned(),
        ],
        back: Link::new("Naar wat op u wacht", "/werk"),
    })
}
