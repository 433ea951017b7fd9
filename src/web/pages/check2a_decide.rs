//! `/privacychecks/{id}` of kind 2A: per participant clear, narrow or refuse, all on one page, one signed act.

use super::around;
use super::enrichment::{at_once, lower_first, shown};
use super::lio::{numbers_in_words, reading_of, shown_facts, source_label, taken_in_words};
use super::{frame, html, privacy_check, with_status};
use crate::app::AppError;
use crate::app::lio::Check2a;
use crate::app::lio::participants::Candidate;
use crate::domain::calendar;
use crate::domain::ids::{MemberId, PrivacyCheckId};
use crate::domain::privacy_check::{
    FactsVerdict, FactsVerdictDraft, ItemVerdictDraft, Participant, Verdict, count_in_words,
};
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::term::ClockCode;
use crate::domain::text::BoundedText;
use crate::domain::words::FieldError;
use crate::domain::workflow::{StepEvent, allowed_from};
use crate::store::StoreError;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::lio::{Check2aView, JudgedPerson, SidePanel};
use crate::web::views::signal::{Fact, Judged};
use crate::web::views::steps::ActForm;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// The page as it is opened.
pub(super) async fn show(web: &Web, member: &Member, id: PrivacyCheckId) -> Result<HttpResponse, Failed> {
    page(web, member, id, None, Vec::new(), "").await
}

/// Signs.
pub(super) async fn judge(web: &Web, member: &Member, id: PrivacyCheckId, form: &Form) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::PrivacyCheck);
    let (errors, notice, status) = match web.app.decide_check2a(&op, &member.session, id, &draft_of(form)).await {
        Ok(_) => return Ok(at_once("/privacychecks?klaar=getekend")),
        Err(AppError::Invalid(errors)) => (errors, "", StatusCode::BAD_REQUEST),
        Err(AppError::Changed { .. } | AppError::Store(StoreError::Stale)) => (
            Vec::new(),
            "Dit voorstel is intussen beoordeeld of vervangen. Wat u invulde, is niet ondertekend.",
            StatusCode::CONFLICT,
        ),
        Err(AppError::NotAllowed(_) | AppError::NotNow(..)) => (
            Vec::new(),
            "Dit kan nu niet: het signaal is intussen verder. Er is niets ondertekend.",
            StatusCode::CONFLICT,
        ),
        Err(error) => return Err(error.into()),
    };
    Ok(with_status(page(web, member, id, Some(form), errors, notice).await?, status))
}

fn at(member: &str, field: &str) -> String {
    format!("oordelen.{member}.{field}")
}

fn draft_of(form: &Form) -> ItemVerdictDraft {
    let mut draft = ItemVerdictDraft::default();
    for (name, _) in form.pairs() {
        let Some((member, _)) = name.strip_prefix("oordelen.").and_then(|rest| rest.split_once('.')) else { continue };
        let one = FactsVerdictDraft {
            verdict: form.filled(&at(member, "oordeel")),
            facts: form.all(&at(member, "feiten")).iter().filter_map(|number| number.parse().ok()).collect(),
            reason: form.filled(&at(member, "waarom")),
        };
        draft.verdicts.insert(member.to_owned(), one);
    }
    draft
}

async fn page(
    web: &Web,
    member: &Member,
    id: PrivacyCheckId,
    typed: Option<&Form>,
    errors: Vec<FieldError>,
    notice: &str,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::PrivacyCheck);
    let read = web.app.open_check2a(&op, &member.session, id).await?;
    let people = web.app.lio_candidates(read.signal.id, member.op.today)?;
    let open = read.check.state == "proposed" && allowed_from(StepEvent::DecideCheck2a).contains(&read.signal.stage);
    let today = member.op.today;
    let due = web.app.protocol().due_on(ClockCode::Check1, read.check.proposed_on);
    let empty = Form::default();
    let form = typed.unwrap_or(&empty);
    let rows = read.proposal.participants.iter().map(|one| judged(web, one, &people, &read, form, open));
    html(&Check2aView {
        frame: frame(web, member, "/privacychecks"),
        reference: read.signal.reference.to_string(),
        deadline: open.then(|| around::step_deadline(web, due, today)),
        stages: around::bare_stage_bar(&read.signal),
        form: ActForm {
            action: privacy_check::address(id),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            versie: read.check.version.to_string(),
            errors: shown(
                errors.into_iter().map(|error| about(error, &read, |who| named(web, &people, who).0)).collect(),
            ),
        },
        notice: notice.to_owned(),
        reading: reading_of(member, Purpose::PrivacyCheck, "het voorstel", read.event_index),
        about: told(&read),
        facts: shown_facts(&read.proposal.facts),
        people: rows.collect(),
        primary: open.then(|| Act::new(&button(form), "onderteken")),
        aside: aside(&read, member),
    })
}

/// Title and question; and what was decided already, when the LIO is only told.
fn told(read: &Check2a) -> Vec<Fact> {
    let mut told =
        vec![Fact::new("Titel", read.proposal.title.as_str()), Fact::new("Vraag", read.proposal.question.as_str())];
    if let Some(taken) = read.proposal.taken {
        let words = format!("{}. Wie van u iets mag lezen, leest dit erbij.", taken_in_words(taken));
        told.push(Fact::new("Spoedbesluit", &words));
    }
    told
}

/// A mistake with the name of the participant it is about: on one page stand several of each.
fn about(error: FieldError, read: &Check2a, name: impl Fn(MemberId) -> String) -> FieldError {
    let of = |one: &&Participant| error.field.starts_with(&at(&one.member.to_string(), ""));
    let Some(one) = read.proposal.participants.iter().find(of) else { return error };
    FieldError::new(&error.field, format!("{}: {}", name(one.member), lower_first(&error.message)))
}

/// What the button says; the style sheet counts along while one chooses.
fn button(form: &Form) -> String {
    let chosen: Vec<Verdict> = form
        .pairs()
        .iter()
        .filter(|(name, _)| name.starts_with("oordelen.") && name.ends_with(".oordeel"))
        .filter_map(|(_, code)| code.parse().ok())
        .collect();
    let all_refused = !chosen.is_empty() && chosen.iter().all(|verdict| *verdict == Verdict::Refuse);
    if all_refused { format!("Onderteken: {}", count_in_words(chosen)) } else { "Onderteken".to_owned() }
}

fn judged(web: &Web, one: &Participant, people: &[Candidate], read: &Check2a, form: &Form, open: bool) -> JudgedPerson {
    let who = one.member.to_string();
    let (person, role) = named(web, people, one.member);
    let verdicts = Verdict::ALL.iter().map(|verdict| {
        let choice = Choice::new(verdict.code(), verdict.label());
        if form.text(&at(&who, "oordeel")) == verdict.code() { choice.chosen() } else { choice }
    });
    let kept = form.all(&at(&who, "feiten"));
    let facts = one.facts.iter().map(|number| {
        let value = number.to_string();
        let text = (1..).zip(&read.proposal.facts).find(|(place, _)| place == number);
        let choice = Choice::new(&value, &format!("{value}. {}", text.map_or("", |(_, fact)| fact.text.as_str())));
        if kept.contains(&value) { choice.chosen() } else { choice }
    });
    JudgedPerson {
        id: format!("deelnemer-{who}"),
        person,
        role,
        proposed: numbers_in_words(&one.facts),
        verdict: open.then(|| Field::new(&at(&who, "oordeel"), "Uw oordeel", Control::Radios(verdicts.collect()))),
        more: vec![
            Field::new(&at(&who, "feiten"), "Wat blijft over", Control::Checks(facts.collect()))
                .with_hint("Alleen bij versmallen: vink aan wat deze deelnemer wel leest.")
                .conditional(),
            Field::new(&at(&who, "waarom"), "Waarom smaller of niet", Control::Text)
                .with_hint("Alleen bij versmallen of weigeren. De coördinator leest dit.")
                .with_value(form.text(&at(&who, "waarom")))
                .conditional(),
        ],
        settled: read.verdict.as_ref().and_then(|verdict| verdict.verdicts.get(&one.member)).map(settled),
    }
}

/// A verdict in words: what, and why.
pub(super) fn settled(verdict: &FactsVerdict) -> Judged {
    let (choice, why) = match verdict {
        FactsVerdict::Clear => (Verdict::Clear.label().to_owned(), ""),
        FactsVerdict::Narrow { facts, reason } => {
            (format!("{}: alleen {}", Verdict::Narrow.label(), numbers_in_words(facts)), reason.as_str())
        }
        FactsVerdict::Refuse { reason } => (Verdict::Refuse.label().to_owned(), reason.as_str()),
    };
    Judged::new("", &choice, why)
}

/// The name and role of a participant.
pub(super) fn named(web: &Web, people: &[Candidate], member: MemberId) -> (String, String) {
    match people.iter().find(|one| one.id == member) {
        Some(one) if one.role == Role::Flexible => (one.name.clone(), source_label(web, &one.source)),
        Some(one) => (one.name.clone(), one.role.label().to_owned()),
        None => ("Iemand die niet meer bij het LIO hoort".to_owned(), String::new()),
    }
}

fn aside(read: &Check2a, member: &Member) -> Vec<SidePanel> {
    let today = member.op.today;
    let mut facts = vec![
        ("Voorgesteld door".to_owned(), read.proposer.clone()),
        ("Op".to_owned(), calendar::in_words_near(read.check.proposed_on, today)),
    ];
    if let Some(on) = read.check.decided_on {
        facts.push(("Beoordeeld door".to_owned(), read.judge.clone()));
        facts.push(("Op".to_owned(), calendar::in_words_near(on, today)));
    }
    vec![
        SidePanel {
            id: "zonder-tekst".to_owned(),
            heading: "U ziet de tekst van het signaal niet".to_owned(),
            text: vec![
                "Dit voorstel is zonder tekst van het signaal geschreven. Meestal is dat genoeg om te oordelen."
                    .to_owned(),
                "Elke deelnemer leest straks alleen de gegevens die u vrijgeeft, alleen rond de zitting.".to_owned(),
            ],
            facts: Vec::new(),
        },
        SidePanel { id: "wie-vraagt".to_owned(), heading: "Wie vraagt".to_owned(), text: Vec::new(), facts },
    ]
}
