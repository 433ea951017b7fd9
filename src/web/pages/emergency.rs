//! `/noodinzage`: opening one signal out of hours; `/noodinzage/{opening}`: reading it, for as long as that lasts;
//! `/noodinzage/{opening}/oordeel`: the privacy officer's judgement, which those who lead the signal read too.

use super::acting::{Trouble, act_form, see_other};
use super::signals::thousands;
use super::{around, frame, html, records, role_in_words};
use crate::app::AppError;
use crate::app::decision::DECISION;
use crate::app::emergency::{EmergencyLook, EmergencyStanding, REFERENCE};
use crate::app::emergency_judging::{EmergencyReport, JudgeTurn};
use crate::app::follow_up::{ACTION, DONE};
use crate::domain::calendar;
use crate::domain::decision::{Decision, DecisionCode};
use crate::domain::emergency::{EmergencyChoice, EmergencyDraft, EmergencyVerdictDraft};
use crate::domain::follow_up::{Completion, FollowUpAction};
use crate::domain::ids::EmergencyOpeningId;
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::text::BoundedText;
use crate::domain::time::Moment;
use crate::domain::words::FieldError;
use crate::policy::Refusal;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Judged, Record, SignalView, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

/// Where it begins.
pub const PLACE: &str = "/noodinzage";

/// What is said of a reference with which nothing can be opened: the same for what does not exist.
const NOTHING: &str = "Met dit kenmerk kan nu niets open. Controleer het, of bel de coördinator.";

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/noodinzage", web::get().to(show))
        .route("/noodinzage", web::post().to(open))
        .route("/noodinzage/{opening}", web::get().to(read))
        .route("/noodinzage/{opening}/oordeel", web::get().to(report))
        .route("/noodinzage/{opening}/oordeel", web::post().to(judge));
}

/// Where an opening is judged.
#[must_use]
pub fn judging(id: EmergencyOpeningId) -> String {
    format!("{PLACE}/{id}/oordeel")
}

fn opening_in(path: &str) -> Result<EmergencyOpeningId, Failed> {
    path.parse().map_err(|_| Failed::not_found())
}

fn check_form(web: &Web, member: &Member, form: &Form) -> Result<(), Failed> {
    Ok(tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?)
}

/// `GET /noodinzage`
async fn show(web: web::Data<Web>, member: Member) -> Result<HttpResponse, Failed> {
    let standing = web.app.emergency_standing(&member.op).await?;
    page(&web, &member, &standing, &Form::default(), &Trouble::Fine)
}

/// `POST /noodinzage`
async fn open(web: web::Data<Web>, Confirmed(member): Confirmed, form: Form) -> Result<HttpResponse, Failed> {
    check_form(&web, &member, &form)?;
    let standing = web.app.emergency_standing(&member.op).await?;
    if let Some(why) = standing.refusal() {
        return page(&web, &member, &standing, &form, &Trouble::Refused(StatusCode::CONFLICT, why));
    }
    let draft = EmergencyDraft {
        reference: form.filled(REFERENCE),
        reason: form.filled("waarom"),
        cannot_wait: form.filled("kanNietWachten"),
    };
    let op = member.for_purpose(Purpose::Emergency);
    match web.app.open_emergency(&op, &member.session, &draft).await {
        Ok(id) => Ok(see_other(&format!("{PLACE}/{id}"))),
        Err(AppError::Refused(_, Refusal::NotFound)) => {
            let nothing = Trouble::Invalid(vec![FieldError::new(REFERENCE, NOTHING)]);
            page(&web, &member, &standing, &form, &nothing)
        }
        Err(error) => page(&web, &member, &standing, &form, &Trouble::of(error)?),
    }
}

fn page(
    web: &Web,
    member: &Member,
    standing: &EmergencyStanding,
    form: &Form,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let (terms, refusal) = (&standing.terms, standing.refusal());
    let live = standing.mine.iter().find(|(row, _)| row.until_at > member.op.at && row.state != "wrong");
    let leave = match live {
        Some((row, reference)) => {
            Link::new(&format!("Lees {reference}, tot {}", clock(row.until_at)), &format!("{PLACE}/{}", row.id))
        }
        None => Link::new("Naar wat op u wacht", "/werk"),
    };
    let free = refusal.is_none();
    let view = StepView {
        frame: frame(web, member, PLACE),
        step: StepContext {
            title: "Noodinzage".to_owned(),
            saved: trouble.sentence(),
            records: standing.mine.iter().take(5).map(|mine| shown_opening(member, mine)).collect(),
            ..StepContext::default()
        },
        form: act_form(web, member, PLACE, 0, trouble.errors()),
        changed: None,
        question: if free { "Welk signaal moet nu open?".to_owned() } else { "Nu kan er niets open".to_owned() },
        explanation: refusal.unwrap_or_else(|| {
            format!(
                "Alleen als het niet kan wachten tot een coördinator er is. U leest één signaal, {} minuten lang: de \
                 melding, de wegingen, het besluit en de acties. De naam van een melder ziet u nooit. Wat is vastgelegd \
                 voordat noodinzage aan stond, en een signaal waarvan iemand is uitgesloten, kan zo niet open.",
                terms.minutes
            )
        }),
        groups: if free { vec![fields(form)] } else { Vec::new() },
        consequence: if free {
            "De privacy officer en de coördinatoren zien meteen dat u dit deed. De privacy officer leest uw reden en \
             oordeelt. Tot dat oordeel kunt u geen ander signaal openen."
                .to_owned()
        } else {
            String::new()
        },
        primary: if free { Act::new("Onderteken en open het signaal", "openen") } else { Act::none() },
        others: Vec::new(),
        leave: Some(leave),
    };
    Ok(trouble.answer(html(&view)?))
}

fn fields(form: &Form) -> FieldGroup {
    let sure = Choice::new("ja", "Dit kan niet wachten tot een coördinator er is");
    let sure = if form.text("kanNietWachten") == "ja" { sure.chosen() } else { sure };
    FieldGroup {
        heading: String::new(),
        intro: String::new(),
        fields: vec![
            Field::new(REFERENCE, "Kenmerk van het signaal", Control::Text)
                .with_hint("Zoals S-K7Q4-M2.")
                .with_value(form.text(REFERENCE)),
            Field::new("waarom", "Waarom moet het nu open?", Control::Area)
                .with_hint("Eén zin. De privacy officer en de coördinatoren lezen die.")
                .with_value(form.text("waarom")),
            Field::new("kanNietWachten", "Kan het wachten?", Control::Checks(vec![sure])),
        ],
    }
}

fn shown_opening(
    member: &Member,
    (row, reference): &(crate::store::emergencies::EmergencyOpeningRow, crate::domain::reference::SignalReference),
) -> Record {
    let state = row.state.parse().map_or("", |state: crate::domain::emergency::EmergencyState| state.label());
    Record {
        title: format!("U opende {reference}"),
        signed: format!("{}, {}", calendar::in_words_near(row.opened_at.day(), member.op.today), clock(row.opened_at)),
        points: vec![Judged::new("Oordeel", state, "")],
    }
}

fn clock(at: Moment) -> String {
    format!("{} uur", at.time_of_day())
}

/// `GET /noodinzage/{opening}`
async fn read(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = opening_in(&path)?;
    let look = web.app.read_emergency(&member.op, &member.session, id).await?;
    let today = member.op.today;
    let mut records = records::judgements(web.app.protocol(), &look.opened, &look.signed, today);
    records.extend(decided(&look));
    records.extend(done(&look));
    let signal = &look.opened.signal;
    let view = SignalView {
        frame: frame(&web, &member, PLACE),
        step: StepContext {
            title: "Noodinzage".to_owned(),
            reference: signal.reference.to_string(),
            saved: format!(
                "U kunt dit lezen tot {}. Elke keer dat u kijkt, staat in het logboek.",
                clock(look.row.until_at)
            ),
            stages: around::bare_stage_bar(signal),
            signal: Some(around::signal_panel(&member, &look.opened, Purpose::Emergency)),
            records,
            ..StepContext::default()
        },
        acts: Vec::new(),
    };
    html(&view)
}

/// What was decided, as far as it was opened.
fn decided(look: &EmergencyLook) -> Vec<Record> {
    let shown = look.decisions.iter().filter_map(|row| {
        let decision: Decision = look.opened.json(row.record_id, DECISION)?;
        let code = row.code.parse().map_or("", |code: DecisionCode| code.label());
        let points = vec![Judged::new("Wat", code, decision.motivation.as_str())];
        Some(Record { title: "Besluit".to_owned(), signed: String::new(), points })
    });
    shown.collect()
}

/// What is done, as far as it was opened.
fn done(look: &EmergencyLook) -> Vec<Record> {
    let shown = look.actions.iter().filter_map(|row| {
        let action: FollowUpAction = look.opened.json(row.record_id, ACTION)?;
        let result = look.opened.json::<Completion>(row.record_id, DONE).map(|done| done.result.as_str().to_owned());
        let mut points = vec![Judged::new("Wat", "", action.what.as_str())];
        points.extend(result.map(|result| Judged::new("Gedaan", "", &result)));
        let signed = format!("Uiterlijk {}", calendar::in_words_with_year(row.due_on));
        Some(Record { title: "Actie".to_owned(), signed, points })
    });
    shown.collect()
}

/// `GET /noodinzage/{opening}/oordeel`
async fn report(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    judge_page(&web, &member, opening_in(&path)?, &Form::default(), Trouble::Fine).await
}

/// `POST /noodinzage/{opening}/oordeel`
async fn judge(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = opening_in(&path)?;
    check_form(&web, &member, &form)?;
    let op = member.for_purpose(Purpose::PrivacyCheck);
    let draft = EmergencyVerdictDraft { choice: form.filled("oordeel"), sentence: form.filled("waarom") };
    match web.app.judge_emergency(&op, &member.session, id, &draft).await {
        Ok(_) => Ok(see_other("/werk?klaar=noodinzage")),
        Err(AppError::Refused(refused, Refusal::NotFound)) => {
            Err(Failed(Failure::App(AppError::Refused(refused, Refusal::NotFound))))
        }
        Err(error) => judge_page(&web, &member, id, &form, Trouble::of(error)?).await,
    }
}

/// Whoever leads the signal looks at what happened to it; the privacy officer judges.
fn report_purpose(member: &Member) -> Purpose {
    if member.session.actor.holds(Role::PrivacyOfficer) { Purpose::PrivacyCheck } else { Purpose::LogReview }
}

async fn judge_page(
    web: &Web,
    member: &Member,
    id: EmergencyOpeningId,
    form: &Form,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(report_purpose(member));
    let found = web.app.emergency_report(&op, &member.session, id).await?;
    let open = found.turn == JudgeTurn::Judge && !trouble.is_closed();
    let faster =
        "Iemand anders was u voor. Hieronder leest u het oordeel dat nu geldt. Wat u invulde, is niet ondertekend.";
    let view = StepView {
        frame: frame(web, member, "/werk"),
        step: StepContext {
            title: "Noodinzage".to_owned(),
            reference: found.signal.reference.to_string(),
            saved: if trouble == Trouble::Changed { faster.to_owned() } else { trouble.sentence() },
            records: report_records(member, &found),
            ..StepContext::default()
        },
        form: act_form(web, member, &judging(id), found.signal.version, trouble.errors()),
        changed: None,
        question: if open { "Was het terecht dat dit signaal openging?".to_owned() } else { String::new() },
        explanation: if open {
            "U leest het signaal zelf niet. Vraag wie het opende wat er die avond speelde. Bij niet terecht eindigt het \
             lezen meteen; overweeg dan of het een datalek is."
                .to_owned()
        } else {
            String::new()
        },
        groups: if open { vec![verdict_fields(form)] } else { Vec::new() },
        consequence: if open {
            "De coördinatoren lezen uw oordeel. Het blijft bij het signaal en in het logboek.".to_owned()
        } else {
            String::new()
        },
        primary: if open { Act::new("Onderteken uw oordeel", "onderteken") } else { Act::none() },
        others: Vec::new(),
        leave: Some(Link::new("Naar wat op u wacht", "/werk")),
    };
    Ok(trouble.answer(html(&view)?))
}

fn verdict_fields(form: &Form) -> FieldGroup {
    let chosen = form.text("oordeel");
    let choices = EmergencyChoice::ALL.iter().map(|choice| {
        let shown = Choice::new(choice.code(), choice.label());
        if choice.code() == chosen { shown.chosen() } else { shown }
    });
    FieldGroup {
        heading: String::new(),
        intro: String::new(),
        fields: vec![
            Field::new("oordeel", "Uw oordeel", Control::Radios(choices.collect())),
            Field::new("waarom", "Waarom?", Control::Area).with_hint("Eén zin.").with_value(form.text("waarom")),
        ],
    }
}

fn report_records(member: &Member, found: &EmergencyReport) -> Vec<Record> {
    let today = member.op.today;
    let row = &found.row;
    let day = |at: Moment| format!("{}, {}", calendar::in_words_near(at.day(), today), clock(at));
    let mut records = vec![Record {
        title: "Buiten kantooruren geopend".to_owned(),
        signed: format!(
            "U ziet dit als {}, doel {}. Dit staat in het logboek, vandaag {}, regel {}.",
            role_in_words(&member.session.actor),
            report_purpose(member).label(),
            clock(member.op.at),
            thousands(found.event_index)
        ),
        points: vec![
            Judged::new("Wie", &found.opened_by, ""),
            Judged::new("Wanneer", &day(row.opened_at), ""),
            Judged::new("Leesbaar tot", &clock(row.until_at), ""),
            Judged::new("Waarom", "", found.reason.as_str()),
        ],
    }];
    records.extend(found.verdict.as_ref().map(|verdict| Record {
        title: "Oordeel".to_owned(),
        signed: format!("{}, {}", found.judged_by, row.judged_at.map(day).unwrap_or_default()),
        points: vec![Judged::new("Oordeel", verdict.choice.label(), verdict.sentence.as_str())],
    }));
    records
}
