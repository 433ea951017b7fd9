//! `/signalen/{id}/besluit`: what the LIO decided, signed by its chair. And the form of a decision, which the urgent
//! page shares.

use super::around;
use super::enrichment::{at_once, moved, shown, typed_day};
use super::lio::cannot_now;
use super::signals::address;
use super::{frame, html, with_status};
use crate::app::AppError;
use crate::app::decision::Doer;
use crate::app::steps::Seen;
use crate::domain::calendar;
use crate::domain::decision::{Decision, DecisionCode, DecisionDraft, Need};
use crate::domain::ids::SignalId;
use crate::domain::protocol::{Protocol, ReasonStep};
use crate::domain::purpose::Purpose;
use crate::domain::term::ClockCode;
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::domain::words::FieldError;
use crate::domain::workflow::StepEvent;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Judged, Record};
use crate::web::views::steps::{ActForm, FieldGroup, StepView};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

const TITLE: &str = "Besluit";

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/signalen/{id}/besluit", web::get().to(ask)).route("/signalen/{id}/besluit", web::post().to(record));
}

/// `GET /signalen/{id}/besluit`
pub async fn ask(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    let op = member.for_purpose(Purpose::LioSitting);
    match web.app.step_ready(&op, id, StepEvent::Decide).await {
        Ok(_) => page(&web, &member, id, &Form::default(), Vec::new(), "").await,
        Err(error) => cannot_now(&web, &member, id, TITLE, error),
    }
}

/// `POST /signalen/{id}/besluit`
pub async fn record(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let seen = Seen { signal: id, version: form.text("versie").parse().unwrap_or(0) };
    let op = member.for_purpose(Purpose::LioSitting);
    let (errors, notice, status) = match web.app.decide(&op, &member.session, seen, &draft_of(&form)).await {
        Ok(_) => return Ok(at_once(&format!("{}?klaar=besluit", address(id)))),
        Err(AppError::Invalid(errors)) => (errors, String::new(), StatusCode::BAD_REQUEST),
        Err(error) => match moved(&web, &member, id, &error)? {
            Some(notice) => (Vec::new(), notice, StatusCode::CONFLICT),
            None => return Err(error.into()),
        },
    };
    Ok(with_status(page(&web, &member, id, &form, errors, &notice).await?, status))
}

async fn page(
    web: &Web,
    member: &Member,
    id: SignalId,
    form: &Form,
    errors: Vec<FieldError>,
    notice: &str,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::LioSitting);
    let read = match web.app.cleared_check2a(&op, &member.session, id, StepEvent::Decide).await {
        Ok(cleared) => cleared.read,
        Err(error) => return cannot_now(web, member, id, TITLE, error),
    };
    let opened = web.app.open_signal(&op, &member.session, id, &["report"]).await?;
    let mut step = around::opened(web, member, &opened, Purpose::LioSitting)?;
    TITLE.clone_into(&mut step.title);
    notice.clone_into(&mut step.saved);
    let known = read.proposal.facts.iter();
    step.records.push(Record {
        title: read.proposal.title.as_str().to_owned(),
        signed: read.proposal.question.as_str().to_owned(),
        points: known.map(|fact| Judged::new(fact.regime.label(), fact.text.as_str(), fact.origin.as_str())).collect(),
    });
    let doers = web.app.doers(id)?;
    html(&StepView {
        frame: frame(web, member, "/signalen"),
        step,
        form: ActForm {
            action: format!("{}/besluit", address(id)),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            versie: opened.signal.version.to_string(),
            errors: shown(errors),
        },
        changed: None,
        question: "Wat besluit het overleg?".to_owned(),
        explanation: "U legt het besluit vast als voorzitter en ondertekent het met uw eigen sleutel.".to_owned(),
        groups: groups(web.app.protocol(), &doers, form, member.op.today),
        consequence: "De coördinatoren, de juristen en wie het doet, kunnen het besluit lezen. Een besluit dat het signaal beëindigt, start de bewaartermijn."
            .to_owned(),
        primary: Act::new("Onderteken en leg het besluit vast", "besluit"),
        others: Vec::new(),
        leave: Some(Link::new("Terug naar het signaal", &address(id))),
    })
}

/// The form as a draft.
pub(super) fn draft_of(form: &Form) -> DecisionDraft {
    let day = |name: &str| form.filled(name).map(|typed| typed_day(&typed));
    DecisionDraft {
        code: form.filled("besluit"),
        motivation: form.filled("waarom"),
        power: form.filled("bevoegdheid"),
        owner: form.filled("wieDoetHet"),
        term: day("uiterlijk"),
        until: day("totDatum"),
        reason: form.filled("reden"),
        duplicate_of: form.filled("dubbelVan"),
        recipient: form.filled("ontvanger"),
        department: form.filled("afdeling"),
        theme: form.filled("thema"),
    }
}

/// A decision as it stands, as a form to change.
pub(super) fn form_of(decision: &Decision) -> Form {
    let mut fields = vec![
        ("besluit".to_owned(), decision.code.code().to_owned()),
        ("waarom".to_owned(), decision.motivation.as_str().to_owned()),
    ];
    let mut put = |name: &str, value: Option<String>| fields.extend(value.map(|value| (name.to_owned(), value)));
    put("bevoegdheid", decision.power.as_ref().map(ToString::to_string));
    put("uiterlijk", decision.term.map(|day| day.to_string()));
    put("totDatum", decision.until.map(|day| day.to_string()));
    put("reden", decision.reason.as_ref().map(ToString::to_string));
    put("dubbelVan", decision.duplicate_of.map(|reference| reference.to_string()));
    put("ontvanger", decision.recipient.as_ref().map(ToString::to_string));
    put("afdeling", decision.department.as_ref().map(ToString::to_string));
    put("thema", decision.theme.as_ref().map(ToString::to_string));
    Form::of(fields)
}

/// The fields of a decision, in the order in which it is spoken: what, why, power, who, when.
pub(super) fn groups(protocol: &Protocol, doers: &[Doer], form: &Form, today: Day) -> Vec<FieldGroup> {
    let codes = DecisionCode::ALL.iter().map(|code| (code.code().to_owned(), code.label().to_owned()));
    let powers =
        protocol.powers.iter().map(|power| (power.code.to_string(), format!("{} ({})", power.label, power.article)));
    let doers = doers.iter().map(|doer| {
        let role = doer.role.map_or("afdeling", |role| role.label());
        (doer.code.clone(), format!("{}, {role}", doer.name))
    });
    let reasons = protocol.reasons_at(ReasonStep::Decision).map(|one| (one.code.to_string(), one.label.clone()));
    let recipients = protocol.recipients.iter().map(|one| (one.code.to_string(), one.label.clone()));
    let departments = protocol.departments.iter().map(|one| (one.code.to_string(), one.label.clone()));
    let themes = protocol.forms.iter().map(|one| (one.code.to_string(), one.label.clone()));
    let last = calendar::in_words_with_year(protocol.due_on(ClockCode::Monitoring, today));
    let only = |need, field: Field| {
        let value = form.text(&field.name).to_owned();
        let hint = [only_with(protocol, need), field.hint.clone()].join(" ");
        field.with_hint(hint.trim_end()).with_value(&value).conditional()
    };
    let select = |name: &str, label: &str, options: Vec<Choice>| Field::new(name, label, Control::Select(options));
    vec![
        FieldGroup {
            heading: String::new(),
            intro: String::new(),
            fields: vec![
                Field::new("besluit", "Besluit", Control::Radios(options(codes, form.text("besluit")))),
                Field::new("waarom", "Waarom", Control::Area).with_value(form.text("waarom")),
            ],
        },
        FieldGroup {
            heading: "Wie doet wat".to_owned(),
            intro: String::new(),
            fields: vec![
                only(Need::Power, select("bevoegdheid", "Bevoegdheid", options(powers, form.text("bevoegdheid")))),
                only(Need::Owner, select("wieDoetHet", "Wie doet het", options(doers, form.text("wieDoetHet")))),
                only(
                    Need::Term,
                    Field::new("uiterlijk", "Uiterlijk", Control::Day).with_hint("Bijvoorbeeld 15-1-2027."),
                ),
            ],
        },
        FieldGroup {
            heading: "Wat een besluit verder nodig heeft".to_owned(),
            intro: "Vul alleen in wat bij uw besluit hoort. De rest telt niet mee.".to_owned(),
            fields: vec![
                only(
                    Need::Until,
                    Field::new("totDatum", "Tot wanneer", Control::Day).with_hint(&format!("Uiterlijk {last}.")),
                ),
                only(Need::Reason, select("reden", "Reden", options(reasons, form.text("reden")))),
                Field::new("dubbelVan", "Kenmerk van het andere signaal", Control::Text)
                    .with_hint("Alleen bij de reden dubbel. Bijvoorbeeld S-K7Q4-M2.")
                    .with_value(form.text("dubbelVan"))
                    .conditional(),
                only(Need::Recipient, select("ontvanger", "Ontvanger", options(recipients, form.text("ontvanger")))),
                only(Need::Department, select("afdeling", "Afdeling", options(departments, form.text("afdeling")))),
                only(Need::Theme, select("thema", "Thema", options(themes, form.text("thema")))),
            ],
        },
    ]
}

fn options(all: impl IntoIterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let of = |(code, label): (String, String)| {
        let choice = Choice::new(&code, &label);
        if code == chosen { choice.chosen() } else { choice }
    };
    all.into_iter().map(of).collect()
}

/// "Alleen bij: Naar een afdeling, Integrale controle."
fn only_with(protocol: &Protocol, need: Need) -> String {
    let with = protocol.decisions.iter().filter(|rule| rule.needs.contains(&need)).map(|rule| rule.code.label());
    format!("Alleen bij: {}.", with.collect::<Vec<_>>().join(", "))
}

/// A decision as people read it, point by point.
pub(super) fn points(protocol: &Protocol, decision: &Decision) -> Vec<Judged> {
    let mut points = vec![Judged::new("Besluit", decision.code.label(), decision.motivation.as_str())];
    let mut put = |label: &str, choice: Option<String>, why: &str| {
        points.extend(choice.map(|choice| Judged::new(label, &choice, why)));
    };
    let power = decision.power.as_ref().and_then(|code| protocol.power(code.as_str()));
    put("Bevoegdheid", power.map(|power| power.label.clone()), power.map_or("", |power| power.article.as_str()));
    put("Wie doet het", decision.owner.as_ref().map(|owner| owner.as_str().to_owned()), "");
    put("Uiterlijk", decision.term.map(calendar::in_words_with_year), "");
    put("Tot wanneer", decision.until.map(calendar::in_words_with_year), "");
    let reason = decision.reason.as_ref().and_then(|code| protocol.reason_at(ReasonStep::Decision, code.as_str()));
    put("Reden", reason.map(|reason| reason.label.clone()), "");
    put("Dubbel van", decision.duplicate_of.map(|reference| reference.to_string()), "");
    let recipient = decision.recipient.as_ref().and_then(|code| protocol.recipient(code.as_str()));
    put("Ontvanger", recipient.map(|one| one.label.clone()), "");
    let department = decision.department.as_ref().and_then(|code| protocol.department(code.as_str()));
    put("Afdeling", department.map(|one| one.label.clone()), "");
    let theme = decision.theme.as_ref().and_then(|code| protocol.form(code.as_str()));
    put("Thema", theme.map(|one| one.label.clone()), "");
    points
}
