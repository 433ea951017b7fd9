//! `/signalen/{id}/privacycheck-2a`: an item for the LIO, laid before the privacy officer.

use super::around;
use super::enrichment::{at_once, moved, shown};
use super::lio::{cannot_now, keep_field, source_label, taken_in_words};
use super::signals::address;
use super::{frame, html, with_status};
use crate::app::AppError;
use crate::app::decision::DECISION;
use crate::app::lio::participants::{Candidate, Invitable};
use crate::app::lio::urgent_item::{self, Preparing};
use crate::app::reading::Opened;
use crate::app::steps::Seen;
use crate::domain::calendar;
use crate::domain::decision::Decision;
use crate::domain::fact::Regime;
use crate::domain::ids::SignalId;
use crate::domain::privacy_check::{FactDraft, ItemProposal, ItemProposalDraft, ParticipantDraft};
use crate::domain::purpose::Purpose;
use crate::domain::role::{LioMembership, Role, Seat};
use crate::domain::sitting::{ItemKind, SittingDays};
use crate::domain::text::BoundedText;
use crate::domain::words::{FieldError, YesNo};
use crate::domain::workflow::StepEvent;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::fields::{Act, Choice, Control, Field, Need};
use crate::web::views::lio::{FactRow, ItemProposalView, PeopleGroup, PersonRow};
use crate::web::views::signal::{Judged, Record};
use crate::web::views::steps::ActForm;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

const TITLE: &str = "Stuk voor het LIO klaarzetten";

/// Rows for facts on an empty page.
const ROWS: usize = 4;
/// As many more with each press of the button.
const MORE: usize = 2;
/// Nobody lays more before a meeting.
const MOST: usize = 30;

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/privacycheck-2a", web::get().to(ask))
        .route("/signalen/{id}/privacycheck-2a", web::post().to(propose));
}

/// What the page says besides the form.
#[derive(Default)]
struct Remarks {
    errors: Vec<FieldError>,
    notice: String,
    /// The fields that repeat words of the report.
    repeats: Vec<FieldError>,
}

/// `GET /signalen/{id}/privacycheck-2a`
pub async fn ask(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    let op = member.for_purpose(Purpose::LioPreparation);
    match web.app.step_ready(&op, id, StepEvent::ProposeCheck2a).await {
        Ok(signal) => match web.app.preparing(&op, &signal, StepEvent::ProposeCheck2a).await {
            Ok(_) => page(&web, &member, id, None, Remarks::default()).await,
            Err(error) => cannot_now(&web, &member, id, TITLE, error),
        },
        Err(error) => cannot_now(&web, &member, id, TITLE, error),
    }
}

/// `POST /signalen/{id}/privacycheck-2a`
pub async fn propose(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    if form.text("daad") == "meer" {
        return page(&web, &member, id, Some(&form), Remarks::default()).await;
    }
    let (remarks, status) = match send(&web, &member, id, &form).await {
        Ok(repeats) if repeats.is_empty() => return Ok(at_once(&format!("{}?klaar=privacycheck-2a", address(id)))),
        Ok(repeats) => {
            let errors = ItemProposal::parse(&draft_of(&form)).err().unwrap_or_default();
            (Remarks { errors, repeats, ..Remarks::default() }, StatusCode::BAD_REQUEST)
        }
        Err(AppError::Invalid(errors)) => (Remarks { errors, ..Remarks::default() }, StatusCode::BAD_REQUEST),
        Err(error) => match moved(&web, &member, id, &error)? {
            Some(notice) => (Remarks { notice, ..Remarks::default() }, StatusCode::CONFLICT),
            None => return Err(error.into()),
        },
    };
    Ok(with_status(page(&web, &member, id, Some(&form), remarks).await?, status))
}

/// Sends the proposal, unless it repeats words of the report and nobody said that they must stay.
async fn send(web: &Web, member: &Member, id: SignalId, form: &Form) -> Result<Vec<FieldError>, AppError> {
    let op = member.for_purpose(Purpose::LioPreparation);
    let seen = Seen { signal: id, version: form.text("versie").parse().unwrap_or(0) };
    let draft = draft_of(form);
    if form.text("erkend") != YesNo::Yes.code() {
        web.app.probe(&op, seen.attempt(StepEvent::ProposeCheck2a), &[]).await?;
        let repeats = web.app.item_warnings(&op, &member.session, id, &draft).await?;
        if !repeats.is_empty() {
            return Ok(repeats);
        }
    }
    web.app.propose_check2a(&op, &member.session, seen, &draft).await?;
    Ok(Vec::new())
}

fn rows_of(form: &Form) -> usize {
    form.text("regels").parse::<usize>().unwrap_or(ROWS).clamp(ROWS, MOST)
}

/// The form as a draft: empty rows at the end do not count.
fn draft_of(form: &Form) -> ItemProposalDraft {
    let fact = |number: usize| FactDraft {
        text: form.filled(&format!("feiten.{number}.tekst")),
        regime: form.filled(&format!("feiten.{number}.regime")),
        origin: form.filled(&format!("feiten.{number}.herkomst")),
    };
    let mut facts: Vec<FactDraft> = (1..=rows_of(form)).map(fact).collect();
    while facts.last().is_some_and(|last| *last == FactDraft::default()) {
        facts.pop();
    }
    let mut participants: Vec<ParticipantDraft> = Vec::new();
    for (name, value) in form.pairs() {
        let Some(member) = name.strip_prefix("deelnemers.") else { continue };
        let Ok(number) = value.parse() else { continue };
        match participants.iter_mut().find(|known| known.member == member) {
            Some(known) => known.facts.push(number),
            None => participants.push(ParticipantDraft { member: member.to_owned(), facts: vec![number] }),
        }
    }
    ItemProposalDraft { title: form.filled("titel"), question: form.filled("vraagAanOverleg"), facts, participants }
}

/// An earlier proposal as a form, to change.
fn form_of(proposal: &ItemProposal) -> Form {
    let mut fields = vec![
        ("titel".to_owned(), proposal.title.as_str().to_owned()),
        ("vraagAanOverleg".to_owned(), proposal.question.as_str().to_owned()),
        ("regels".to_owned(), proposal.facts.len().to_string()),
    ];
    for (number, fact) in (1..).zip(&proposal.facts) {
        let number: usize = number;
        fields.push((format!("feiten.{number}.tekst"), fact.text.as_str().to_owned()));
        fields.push((format!("feiten.{number}.regime"), fact.regime.code().to_owned()));
        fields.push((format!("feiten.{number}.herkomst"), fact.origin.as_str().to_owned()));
    }
    for one in &proposal.participants {
        fields.extend(one.facts.iter().map(|number| (format!("deelnemers.{}", one.member), number.to_string())));
    }
    Form::of(fields)
}

async fn page(
    web: &Web,
    member: &Member,
    id: SignalId,
    typed: Option<&Form>,
    remarks: Remarks,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::LioPreparation);
    let signal = web.app.signal_standing(&op, id)?;
    let about = web.app.prepared_now(&signal, op.today).await?.unwrap_or(Preparing::Question);
    let opened = web.app.open_signal(&op, &member.session, id, kinds(&about)).await?;
    let mut step = around::opened(web, member, &opened, Purpose::LioPreparation)?;
    "Stuk voor het LIO".clone_into(&mut step.title);
    step.records.extend(decided(&opened, &about));
    let mut notice = remarks.notice;
    let form = match typed {
        Some(form) => form.clone(),
        None => match (web.app.latest_check2a(&op, &member.session, id).await?, &about) {
            (Some(earlier), _) if earlier.proposal.taken == about.taken() => {
                "Er is al een voorstel. Legt u dit voor, dan vervalt het vorige en moet privacycheck 2A opnieuw."
                    .clone_into(&mut notice);
                form_of(&earlier.proposal)
            }
            (_, Preparing::Taken(urgent)) => Form::of(vec![
                ("titel".to_owned(), urgent_item::title(urgent.taken.on)),
                ("vraagAanOverleg".to_owned(), urgent_item::QUESTION.to_owned()),
            ]),
            (_, Preparing::Question) => Form::default(),
        },
    };
    let rows = if form.text("daad") == "meer" { (rows_of(&form) + MORE).min(MOST) } else { rows_of(&form) };
    let candidates = web.app.lio_candidates(id, member.op.today)?;
    let keep = (!remarks.repeats.is_empty()).then(keep_field);
    let mut errors = remarks.errors;
    errors.extend(remarks.repeats);
    html(&ItemProposalView {
        frame: frame(web, member, "/signalen"),
        form: ActForm {
            action: format!("{}/privacycheck-2a", address(id)),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            versie: opened.signal.version.to_string(),
            errors: shown(errors),
        },
        step,
        notice,
        consequence: consequence(web, member, &about)?,
        taken: about.taken().map(taken_in_words).unwrap_or_default(),
        about: about_fields(&form),
        facts: (1..=rows).map(|number| fact_row(number, &form)).collect(),
        rows,
        more: Act::new("Meer regels", "meer"),
        groups: groups(web, &candidates, &form, rows),
        shut_out: shut_out(&candidates),
        keep,
        primary: Act::new("Leg voor aan de privacy officer", "leg_voor"),
    })
}

/// What the coordinator reads beside the form: the report, and a decision that was taken already.
fn kinds(about: &Preparing) -> &'static [&'static str] {
    match about {
        Preparing::Question => &["report"],
        Preparing::Taken(_) => &["report", "decision"],
    }
}

/// The urgent decision with its motivation, to be told in other words.
fn decided(opened: &Opened, about: &Preparing) -> Option<Record> {
    let Preparing::Taken(urgent) = about else { return None };
    let record = opened.record_of(urgent.decision.uuid())?;
    let decision: Decision = opened.json(record.id, DECISION)?;
    Some(Record {
        title: "Spoedbesluit".to_owned(),
        signed: taken_in_words(urgent.taken),
        points: vec![Judged::new("Waarom", decision.motivation.as_str(), "")],
    })
}

fn consequence(web: &Web, member: &Member, about: &Preparing) -> Result<String, AppError> {
    let near = |day| calendar::in_words_near(day, member.op.today);
    if let Preparing::Taken(urgent) = about {
        let days = SittingDays::around(urgent.sitting.held_on, web.app.protocol());
        return Ok(format!(
            "De privacy officer beoordeelt per deelnemer. Het spoedbesluit staat op de zitting van {}; wie is uitgenodigd, leest vanaf {}.",
            near(days.held_on),
            near(days.read_from)
        ));
    }
    let sitting = web.app.next_sitting(ItemKind::Regular, member.op.today)?;
    Ok(format!(
        "De privacy officer beoordeelt per deelnemer. De volgende zitting is {}; de agenda sluit {}.",
        near(sitting.held_on()),
        near(sitting.closes_on()),
    ))
}

fn about_fields(form: &Form) -> Vec<Field> {
    vec![
        Field::new("titel", "Neutrale titel", Control::Text)
            .with_hint(
                "Deze titel staat op de agenda. Geen namen, geen adres. Bijvoorbeeld: Winkelpand, aanpak kiezen.",
            )
            .with_value(form.text("titel")),
        Field::new("vraagAanOverleg", "Vraag aan het overleg", Control::Area).with_value(form.text("vraagAanOverleg")),
    ]
}

fn fact_row(number: usize, form: &Form) -> FactRow {
    let name = |field: &str| format!("feiten.{number}.{field}");
    let regimes = Regime::ALL.iter().map(|regime| {
        let choice = Choice::new(regime.code(), &format!("{}: {}", regime.label(), regime.sharing().label()));
        if form.text(&name("regime")) == regime.code() { choice.chosen() } else { choice }
    });
    let plain = |mut field: Field| {
        // An empty row is no mistake; a half one is named by the domain.
        field.need = Need::Conditional;
        field
    };
    FactRow {
        number,
        text: plain(
            Field::new(&name("tekst"), &format!("Gegeven {number}"), Control::Area)
                .with_value(form.text(&name("tekst"))),
        ),
        regime: plain(Field::new(&name("regime"), "Regels", Control::Select(regimes.collect()))),
        origin: plain(
            Field::new(&name("herkomst"), "Waar komt het vandaan", Control::Text)
                .with_value(form.text(&name("herkomst"))),
        ),
    }
}

fn groups(web: &Web, candidates: &[Candidate], form: &Form, rows: usize) -> Vec<PeopleGroup> {
    let of = |membership| {
        let people =
            candidates.iter().filter(move |one| one.membership == membership && one.invitable == Invitable::Yes);
        people.map(|one| person(web, one, form, rows)).collect()
    };
    vec![
        PeopleGroup {
            heading: "Vaste groep".to_owned(),
            intro: "U leest als coördinator alles. Informatiemanagement krijgt gewoonlijk alleen de vergadering, geen stukken."
                .to_owned(),
            people: of(LioMembership::Standing),
        },
        PeopleGroup {
            heading: "Op uitnodiging".to_owned(),
            intro: "Zij zien alleen dit stuk, alleen rond de zitting.".to_owned(),
            people: of(LioMembership::Invited),
        },
    ]
}

fn person(web: &Web, one: &Candidate, form: &Form, rows: usize) -> PersonRow {
    let name = format!("deelnemers.{}", one.id);
    let chosen = form.all(&name);
    let facts = (1..=rows).map(|number| {
        let value = number.to_string();
        let choice = Choice::new(&value, &value);
        if chosen.contains(&value) { choice.chosen() } else { choice }
    });
    let mut note =
        if one.role == Role::Flexible { source_label(web, &one.source) } else { one.role.label().to_owned() };
    if one.seat == Seat::Deputy {
        note.push_str(", plaatsvervanger");
    }
    if let Some(until) = one.away_until {
        note.push_str(&format!(", afwezig t/m {}", calendar::in_short_words(until)));
    }
    PersonRow { name, person: one.name.clone(), note, facts: facts.collect() }
}

fn shut_out(candidates: &[Candidate]) -> String {
    let names: Vec<&str> =
        candidates.iter().filter(|one| one.invitable == Invitable::ShutOut).map(|one| one.name.as_str()).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => format!("{last} is uitgesloten van dit signaal en kan niet meelezen."),
        Some((last, others)) => {
            format!("{} en {last} zijn uitgesloten van dit signaal en kunnen niet meelezen.", others.join(", "))
        }
    }
}
