//! `/signalen/{id}/naam`: the name of the melder, read for a purpose or asked for with a reason;
//! `/signalen/{id}/naam/{verzoek}`: the name as it was opened, for as long as it is; `/ontzegelingen/{verzoek}`: the
//! second person's judgement.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::beside::saved;
use super::signals::{address, thousands};
use super::{around, frame, html, role_in_words};
use crate::app::identity::{NameStanding, NameState, OpenedName};
use crate::app::identity_judging::OpenedRequest;
use crate::domain::calendar;
use crate::domain::follow_up::ReasonDraft;
use crate::domain::identity::{OpeningChoice, OpeningState, OpeningVerdict, OpeningVerdictDraft};
use crate::domain::ids::{IdentityOpeningId, SignalId};
use crate::domain::purpose::{Purpose, StatedPurpose};
use crate::domain::text::BoundedText;
use crate::domain::time::Moment;
use crate::store::identities::IdentityOpeningRow;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::identity::{NameRequest, NameView, OpenName};
use crate::web::views::signal::{Judged, ReadingLine, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/naam", web::get().to(show))
        .route("/signalen/{id}/naam", web::post().to(act))
        .route("/signalen/{id}/naam/{opening}", web::get().to(read))
        .route("/ontzegelingen/{opening}", web::get().to(request))
        .route("/ontzegelingen/{opening}", web::post().to(judge));
}

fn opening_in(path: &str) -> Result<IdentityOpeningId, Failed> {
    path.parse().map_err(|_| Failed::not_found())
}

/// `GET /signalen/{id}/naam`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let standing = web.app.name_standing(&member.op, id).await?;
    page(&web, &member, &standing, None, &Form::default(), &Trouble::Fine)
}

/// `POST /signalen/{id}/naam`: `lezen` opens a name that was given openly, `vragen` asks for one that was not.
async fn act(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    seen_in(&web, &member, id, &form)?;
    let standing = web.app.name_standing(&member.op, id).await?;
    match form.text("daad") {
        "lezen" => {
            let stated = StatedPurpose::parse(form.filled("doel").as_deref(), None);
            let stated = match stated {
                Ok(stated) if Purpose::FOR_A_NAME.contains(&stated.purpose) => stated,
                Ok(_) | Err(_) => {
                    let errors = vec![crate::domain::words::FieldError::new("doel", "Kies waarvoor u de naam leest.")];
                    return page(&web, &member, &standing, None, &form, &Trouble::Invalid(errors));
                }
            };
            let name = web.app.open_name(&member.for_purpose(stated.purpose), &member.session, id).await?;
            page(&web, &member, &standing, Some((&name, stated.purpose)), &form, &Trouble::Fine)
        }
        "vragen" => {
            let draft = ReasonDraft { reason: form.filled("waarom") };
            match web.app.ask_name(&member.for_purpose(Purpose::Feedback), &member.session, id, &draft).await {
                Ok(_) => Ok(see_other(&format!("{}/naam", address(id)))),
                Err(error) => page(&web, &member, &standing, None, &form, &Trouble::of(error)?),
            }
        }
        _ => Err(Failed(Failure::Unreadable)),
    }
}

/// `GET /signalen/{id}/naam/{verzoek}`: reads the name that was opened for this member.
async fn read(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failed> {
    let (signal, opening) = path.into_inner();
    let (id, opening) = (signal_in(&signal)?, opening_in(&opening)?);
    let op = member.for_purpose(Purpose::Feedback);
    let name = web.app.read_name(&op, &member.session, opening).await?;
    if name.signal.id != id {
        return Err(Failed::not_found());
    }
    let standing = web.app.name_standing(&member.op, id).await?;
    page(&web, &member, &standing, Some((&name, Purpose::Feedback)), &Form::default(), &Trouble::Fine)
}

fn clock(at: Moment) -> String {
    format!("{} uur", at.time_of_day())
}

fn page(
    web: &Web,
    member: &Member,
    standing: &NameStanding,
    name: Option<(&OpenedName, Purpose)>,
    form: &Form,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let signal = &standing.signal;
    let waits = standing.requests.iter().any(|(row, _, _)| row.state == OpeningState::Asked.code());
    let (intro, fields, consequence, primary) = match standing.name {
        NameState::None => ("De melder gaf geen naam. Er is niets te openen.".to_owned(), None, "", Act::none()),
        NameState::Gone => ("De naam is vernietigd.".to_owned(), None, "", Act::none()),
        NameState::Open => (
            "De melder gaf zijn naam aan de lezers van dit signaal. Het overleg (LIO) ziet de naam nooit.".to_owned(),
            Some(purposes(form)),
            "Uw doel en dat u de naam las, komen in het logboek.",
            Act::new("Lees de naam", "lezen"),
        ),
        NameState::Sealed if waits => {
            ("De naam ligt achter slot. Er ligt een verzoek bij de privacy officer.".to_owned(), None, "", Act::none())
        }
        NameState::Sealed => (
            "De naam ligt achter slot. Openen kan alleen als u een reden geeft en de privacy officer akkoord is."
                .to_owned(),
            Some(
                Field::new("waarom", "Waarom hebt u de naam nodig?", Control::Area)
                    .with_hint("Eén zin. De privacy officer leest die, en na het openen ook de melder.")
                    .with_value(form.text("waarom")),
            ),
            "De melder leest dat de naam is geopend, door wie en waarom.",
            Act::new("Vraag de privacy officer", "vragen"),
        ),
    };
    let action = format!("{}/naam", address(signal.id));
    let view = NameView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "De melder".to_owned(),
            saved: saved(trouble),
            ..around::standing(web, member, signal)?
        },
        form: act_form(web, member, &action, signal.version, trouble.errors()),
        intro,
        name: name.map(|(name, purpose)| OpenName {
            reading: ReadingLine {
                fields: "de naam".to_owned(),
                role: role_in_words(&member.session.actor),
                purpose: purpose.label().to_owned(),
                at: format!("vandaag {}", clock(member.op.at)),
                line: thousands(name.event_index),
            },
            name: name.name.name.as_str().to_owned(),
            reach: name.name.reach.as_ref().map(|reach| reach.as_str().to_owned()).unwrap_or_default(),
            until: name.until.map(clock).unwrap_or_default(),
        }),
        requests: standing.requests.iter().rev().map(|request| shown_request(member, signal.id, request)).collect(),
        fields: fields.into_iter().collect(),
        consequence: consequence.to_owned(),
        primary,
        others: Vec::new(),
        leave: Link::new("Terug naar het signaal", &address(signal.id)),
    };
    Ok(trouble.answer(html(&view)?))
}

fn purposes(form: &Form) -> Field {
    let chosen = form.text("doel");
    let choices = Purpose::FOR_A_NAME.iter().map(|purpose| {
        let choice = Choice::new(purpose.code(), purpose.label());
        if purpose.code() == chosen { choice.chosen() } else { choice }
    });
    Field::new("doel", "Waarvoor leest u de naam?", Control::Radios(choices.collect()))
}

fn shown_request(
    member: &Member,
    signal: SignalId,
    (row, asked, judged): &(IdentityOpeningRow, String, String),
) -> NameRequest {
    let today = member.op.today;
    let day = |at: Moment| calendar::in_words_near(at.day(), today);
    let state = row.state.parse::<OpeningState>();
    let mine = row.asked_by == member.session.actor.id && row.until_at.is_some_and(|until| until > member.op.at);
    let how = match (state, row.until_at) {
        (Ok(OpeningState::Asked) | Err(_), _) => "Wacht op de privacy officer".to_owned(),
        (Ok(OpeningState::Refused), _) => format!("Geweigerd door {judged}"),
        (Ok(OpeningState::Granted), Some(until)) if until > member.op.at => {
            format!("Akkoord door {judged}, leesbaar tot {}", clock(until))
        }
        (Ok(OpeningState::Granted), _) => format!("Akkoord door {judged}; de tijd is voorbij"),
    };
    NameRequest {
        text: format!("{asked} vroeg het op {}. {how}.", day(row.asked_at)),
        read: if mine { format!("{}/naam/{}", address(signal), row.id) } else { String::new() },
    }
}

/// `GET /ontzegelingen/{verzoek}`
async fn request(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    judge_page(&web, &member, opening_in(&path)?, &Form::default(), Trouble::Fine).await
}

/// `POST /ontzegelingen/{verzoek}`
async fn judge(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = opening_in(&path)?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let op = member.for_purpose(Purpose::PrivacyCheck);
    let draft = OpeningVerdictDraft { choice: form.filled("oordeel"), reason: form.filled("waarom") };
    match web.app.judge_name(&op, &member.session, id, &draft).await {
        Ok(_) => Ok(see_other("/werk?klaar=oordeel")),
        Err(error) => judge_page(&web, &member, id, &form, Trouble::of(error)?).await,
    }
}

async fn judge_page(
    web: &Web,
    member: &Member,
    id: IdentityOpeningId,
    form: &Form,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::PrivacyCheck);
    let found = web.app.open_request(&op, &member.session, id).await?;
    let open = found.row.state == OpeningState::Asked.code();
    let minutes = web.app.protocol().name_minutes;
    let faster =
        "Iemand anders was u voor. Hieronder leest u het oordeel dat nu geldt. Wat u invulde, is niet ondertekend.";
    let view = StepView {
        frame: frame(web, member, "/werk"),
        step: StepContext {
            title: "Naam van een melder".to_owned(),
            reference: found.signal.reference.to_string(),
            saved: if trouble == Trouble::Changed { faster.to_owned() } else { trouble.sentence() },
            records: records(member, &found),
            ..StepContext::default()
        },
        form: act_form(web, member, &format!("/ontzegelingen/{id}"), found.signal.version, trouble.errors()),
        changed: None,
        question: if open { "Mag de naam open?".to_owned() } else { String::new() },
        explanation: if open {
            format!("Alleen {} kan de naam dan lezen, {minutes} minuten lang. U ziet haar niet.", found.asked_by)
        } else {
            String::new()
        },
        groups: if open { vec![fields(form)] } else { Vec::new() },
        consequence: if open {
            "De melder leest dat de naam is geopend, door wie en waarom.".to_owned()
        } else {
            String::new()
        },
        primary: if open && !trouble.is_closed() {
            Act::new("Onderteken uw oordeel", "onderteken")
        } else {
            Act::none()
        },
        others: Vec::new(),
        leave: Some(Link::new("Naar wat op u wacht", "/werk")),
    };
    Ok(trouble.answer(html(&view)?))
}

fn fields(form: &Form) -> FieldGroup {
    let chosen = form.text("oordeel");
    let choices = OpeningChoice::ALL.iter().map(|choice| {
        let shown = Choice::new(choice.code(), choice.label());
        if choice.code() == chosen { shown.chosen() } else { shown }
    });
    FieldGroup {
        heading: String::new(),
        intro: String::new(),
        fields: vec![
            Field::new("oordeel", "Uw oordeel", Control::Radios(choices.collect())),
            Field::new("waarom", "Waarom niet?", Control::Area)
                .with_hint("Alleen bij weigeren.")
                .with_value(form.text("waarom"))
                .conditional(),
        ],
    }
}

fn records(member: &Member, found: &OpenedRequest) -> Vec<Record> {
    let today = member.op.today;
    let mut records = vec![Record {
        title: "Verzoek".to_owned(),
        signed: format!(
            "U ziet dit als {}, doel {}. Dit staat in het logboek, vandaag {}, regel {}. Het signaal zelf ziet u niet.",
            role_in_words(&member.session.actor),
            Purpose::PrivacyCheck.label(),
            clock(member.op.at),
            thousands(found.event_index)
        ),
        points: vec![
            Judged::new("Wie", &found.asked_by, ""),
            Judged::new("Wanneer", &calendar::in_words_near(found.row.asked_at.day(), today), ""),
            Judged::new("Waarom", "", found.reason.as_str()),
        ],
    }];
    if let Some(verdict) = &found.verdict {
        let why = match verdict {
            OpeningVerdict::Agree => "",
            OpeningVerdict::Refuse { reason } => reason.as_str(),
        };
        records.push(Record {
            title: "Oordeel".to_owned(),
            signed: found.row.decided_at.map(|at| calendar::in_words_near(at.day(), today)).unwrap_or_default(),
            points: vec![Judged::new("Oordeel", verdict.choice().label(), why)],
        });
    }
    records
}
