//! `/signalen/{id}/bronvragen`: where each question stands, for those who handle the signal. And what the pages of
//! enriching share.

use super::around;
use super::history::history_line;
use super::signals::{address, thousands};
use super::{frame, html, role_in_words, with_status};
use crate::app::AppError;
use crate::app::enrichment::{AskedQuestion, CheckRound, Enrichment, waiting};
use crate::domain::calendar;
use crate::domain::ids::{MemberId, SignalId, SourceQuestionId};
use crate::domain::privacy_check::SourceVerdict;
use crate::domain::protocol::Protocol;
use crate::domain::purpose::Purpose;
use crate::domain::role::Seat;
use crate::domain::source::{DetailsState, QuestionState, SourceAnswer};
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::domain::words::{FieldError, YesNo};
use crate::store::StoreError;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::enrichment::{OverviewView, QuestionActs, QuestionCard, RoundView};
use crate::web::views::fields::{Act, Choice, Control, Errors, Field, FieldError as ShownError};
use crate::web::views::signal::{Fact, Judged, ReadingLine, StepContext, TagKind};
use crate::web::views::steps::ActForm;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/bronvragen", web::get().to(show))
        .route("/signalen/{id}/bronvragen", web::post().to(act));
}

/// Errors as the pages show them: the template ends each sentence itself.
pub(super) fn shown(errors: Vec<FieldError>) -> Errors {
    let of = |error: FieldError| {
        let sentence = error.message.strip_suffix('.').unwrap_or(&error.message);
        ShownError::new(&error.field, sentence)
    };
    Errors::from(errors.into_iter().map(of).collect::<Vec<_>>())
}

/// Puts the name of the source before an error that belongs to one source among several: `bronnen.<code>.<veld>`.
pub(super) fn named(error: FieldError, protocol: &Protocol) -> FieldError {
    let code = error.field.split('.').nth(1);
    let Some(source) = code.and_then(|code| protocol.source(code)) else { return error };
    if error.message.contains(&source.label) {
        return error;
    }
    FieldError::new(error.field, format!("{}: {}", source.label, lower_first(&error.message)))
}

/// A sentence that goes on after a name.
pub(super) fn lower_first(sentence: &str) -> String {
    let mut signs = sentence.chars();
    signs.next().map(|first| first.to_lowercase().chain(signs).collect()).unwrap_or_default()
}

/// On to another page after an act.
pub(super) fn at_once(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
}

/// A day as people type it, as the domain reads it: `1-11-2024` becomes `2024-11-01`.
pub(super) fn typed_day(typed: &str) -> String {
    let parts: Vec<&str> = typed.trim().split('-').collect();
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => typed.to_owned(),
    }
}

/// What to say when a step did not go through because the signal moved; `None` for every other error.
pub(super) fn moved(web: &Web, member: &Member, id: SignalId, error: &AppError) -> Result<Option<String>, Failed> {
    let sentence = match error {
        AppError::Changed { .. } | AppError::Store(StoreError::Stale) => {
            let last = web.app.history(&member.op, id, around::HISTORY_READ)?;
            let last = last.iter().find(|line| line.kind != "content.disclosed" && line.kind != "access.refused");
            let line = last.map(|line| history_line(line, member.session.actor.id, member.op.today).text);
            let line = line.unwrap_or_default();
            format!("Dit signaal is intussen veranderd: {line}. Uw tekst is bewaard. Kijk hem na en verstuur opnieuw.")
        }
        AppError::NotAllowed(why) => format!("{why} Uw tekst is bewaard."),
        AppError::NotNow(_, why) => format!("Dit kan nu niet. {why} Uw tekst is bewaard."),
        _ => return Ok(None),
    };
    Ok(Some(sentence))
}

/// What the log says of a reading.
pub(super) fn reading_line(member: &Member, purpose: Purpose, fields: &[String], index: u64) -> ReadingLine {
    ReadingLine {
        fields: fields.join(", "),
        role: role_in_words(&member.session.actor),
        purpose: purpose.label().to_owned(),
        at: format!("vandaag {} uur", member.op.at.time_of_day()),
        line: thousands(index),
    }
}

/// `GET /signalen/{id}/bronvragen`
pub async fn show(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    let done = Form::parse(request.query_string().as_bytes())?;
    let saved = match done.text("klaar") {
        "intrekken" => "De vraag is ingetrokken. De bronhouder ziet de vraag niet meer.",
        "ander" => "De vraag ligt nu bij een ander.",
        "inhoud" => "De bronhouder is om inhoud gevraagd.",
        _ => "",
    };
    page(&web, &member, id, saved, "").await
}

/// `POST /signalen/{id}/bronvragen`
pub async fn act(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let seen = form.text("versie").parse().unwrap_or(0);
    let question: SourceQuestionId = form.text("vraag").parse().map_err(|_| Failed::not_found())?;
    let op = member.for_purpose(Purpose::Enrichment);
    let (app, session) = (&web.app, &member.session);
    let what = form.text("daad");
    let done = match what {
        "intrekken" => app.withdraw_question(&op, id, seen, question).await,
        "ander" => {
            let to: Option<MemberId> = form.text(&format!("naar-{question}")).parse().ok();
            app.reassign_question(&op, session, id, seen, question, to).await
        }
        "inhoud" => app.request_details(&op, session, id, seen, question).await,
        _ => return Err(Failed::not_found()),
    };
    let (notice, status) = match done {
        Ok(()) => return Ok(at_once(&format!("{}/bronvragen?klaar={what}", address(id)))),
        Err(AppError::Invalid(errors)) => {
            let sentences: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            (sentences.join(" "), StatusCode::BAD_REQUEST)
        }
        Err(error) => match moved(&web, &member, id, &error)? {
            Some(notice) => (notice, StatusCode::CONFLICT),
            None => return Err(error.into()),
        },
    };
    Ok(with_status(page(&web, &member, id, "", &notice).await?, status))
}

async fn page(web: &Web, member: &Member, id: SignalId, saved: &str, notice: &str) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Enrichment);
    let opened = web.app.open_enrichment(&op, &member.session, id).await?;
    let today = member.op.today;
    let signal = &opened.signal;
    let step = StepContext {
        title: "Bronvragen".to_owned(),
        saved: saved.to_owned(),
        ..around::standing(web, member, signal)?
    };
    let place = address(id);
    let onward = match signal.waiting.as_str() {
        waiting::CHECK1 => Some(Link::new("Bronvragen voorstellen", &format!("{place}/privacycheck-1"))),
        waiting::WEIGHING4 => Some(Link::new("Weging 4 opstellen", &format!("{place}/weging-4"))),
        _ => None,
    };
    let mut others = vec![Link::new("Naar het signaal", &place)];
    if signal.waiting == waiting::WEIGHING4 {
        others.insert(0, Link::new("Nog meer bronvragen voorstellen", &format!("{place}/privacycheck-1")));
    }
    html(&OverviewView {
        frame: frame(web, member, "/signalen"),
        form: ActForm {
            action: format!("{place}/bronvragen"),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            versie: signal.version.to_string(),
            errors: Errors::default(),
        },
        step,
        notice: notice.to_owned(),
        reading: opened.event_index.map(|at| reading_line(member, Purpose::Enrichment, &opened.fields, at)),
        rounds: opened.rounds.iter().map(|round| round_view(web, &opened, round, today)).collect(),
        onward,
        others,
        errors: Errors::default(),
    })
}

fn round_view(web: &Web, opened: &Enrichment, round: &CheckRound, today: Day) -> RoundView {
    let by = round.decided_by.as_deref().unwrap_or("de privacy officer");
    let on = round.check.decided_on.map(|day| calendar::in_words_near(day, today)).unwrap_or_default();
    let state = match (round.check.state.as_str(), &round.verdict) {
        ("decided", Some(verdict)) => format!("{}. Ondertekend door {by}, {on}.", capital(&verdict.in_words())),
        ("decided", None) => format!("Beoordeeld door {by}, {on}."),
        ("returned", _) => format!("Teruggegeven door {by}, {on}."),
        _ => "Wacht op de privacy officer.".to_owned(),
    };
    RoundView {
        title: format!("Privacycheck 1 van {}", calendar::in_words_near(round.check.proposed_on, today)),
        state,
        returned: round.returned_with.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default(),
        verdicts: verdicts(web, round),
        questions: round.questions.iter().map(|asked| card(web, opened, asked, today)).collect(),
    }
}

fn capital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// What was narrowed or refused, and why.
fn verdicts(web: &Web, round: &CheckRound) -> Vec<Judged> {
    let Some(verdict) = &round.verdict else { return Vec::new() };
    let label = |code: &str| web.app.protocol().source(code).map_or_else(|| code.to_owned(), |s| s.label.clone());
    let said = verdict.verdicts.iter().filter_map(|(code, verdict)| match verdict {
        SourceVerdict::Clear => None,
        SourceVerdict::Narrow { reason, .. } => {
            Some(Judged::new(&label(code.as_str()), "Smaller vrijgegeven", reason.as_str()))
        }
        SourceVerdict::Refuse { reason } => Some(Judged::new(&label(code.as_str()), "Geweigerd", reason.as_str())),
    });
    said.collect()
}

fn card(web: &Web, opened: &Enrichment, asked: &AskedQuestion, today: Day) -> QuestionCard {
    let row = &asked.row;
    let source = web.app.protocol().source(&row.source_code);
    let term = super::signals::deadline(web, Some(row.due_on), today);
    let mut facts = vec![Fact::new("Bronhouder", &asked.holder)];
    if let Some(period) = asked.question.as_ref().and_then(|question| question.not_before) {
        facts.push(Fact::new("Periode", &format!("vanaf {}", calendar::in_words_with_year(period))));
    }
    let (state, kind) = match row.state {
        QuestionState::Answered => ("beantwoord", TagKind::Plain),
        QuestionState::Open => ("wacht op antwoord", TagKind::Known),
        QuestionState::PassedBack => ("teruggegeven: niet voor deze bronhouder", TagKind::Care),
        QuestionState::Lapsed => ("vervallen", TagKind::Care),
        QuestionState::Withdrawn => ("ingetrokken", TagKind::Plain),
    };
    let answered = row.answered_on.map(|day| calendar::in_words_near(day, today)).unwrap_or_default();
    let beside = match row.state {
        QuestionState::Open | QuestionState::PassedBack => format!("termijn {}: {}", term.detail, term.words),
        QuestionState::Answered => answered,
        QuestionState::Lapsed | QuestionState::Withdrawn => String::new(),
    };
    facts.push(Fact::new("Stand", &beside).with_tag(state, kind));
    if let Some(answer) = &asked.answer {
        facts.push(Fact::new("Antwoord", &answer_in_words(web, answer)));
    }
    match row.details {
        DetailsState::None => {}
        DetailsState::Cleared => facts.push(Fact::new("Inhoud", "mag na een hit worden gevraagd")),
        DetailsState::Asked => facts.push(Fact::new("Inhoud", &format!("gevraagd, termijn {}", term.detail))),
        DetailsState::Given => facts.push(Fact::new("Inhoud", "gegeven")),
    }
    QuestionCard {
        id: row.id.to_string(),
        reference: row.reference.to_string(),
        source: source.map_or_else(|| row.source_code.clone(), |source| source.label.clone()),
        question: asked.question.as_ref().map(|q| q.question.as_str().to_owned()).unwrap_or_default(),
        facts,
        details: asked.details.as_ref().map(|d| d.details.as_str().to_owned()).unwrap_or_default(),
        acts: acts(opened, asked, today),
    }
}

fn answer_in_words(web: &Web, answer: &SourceAnswer) -> String {
    match answer {
        SourceAnswer::NoHit => "Geen hit: niets bekend.".to_owned(),
        SourceAnswer::Hit { age } => format!("Hit: er is iets bekend, jongste gegeven: {}.", age.label()),
        SourceAnswer::CannotAnswer { reason } => {
            let known = web.app.protocol().cannot_answer.iter().find(|entry| &entry.code == reason);
            let words = known.map_or_else(|| reason.to_string(), |entry| entry.label.clone());
            format!("Geen antwoord: “{words}”.")
        }
    }
}

fn acts(opened: &Enrichment, asked: &AskedQuestion, today: Day) -> QuestionActs {
    let enriching = opened.signal.stage == crate::domain::stage::Stage::Enriching;
    let open = matches!(asked.row.state, QuestionState::Open | QuestionState::PassedBack);
    let details = [waiting::ANSWERS, waiting::WEIGHING4].contains(&opened.signal.waiting.as_str())
        && asked.may_ask_details() == YesNo::Yes;
    let others = asked.others.iter().map(|other| {
        let seat = if other.seat == Seat::Deputy { ", plaatsvervanger" } else { "" };
        let away = other.away_until.map(|until| format!(", afwezig t/m {}", calendar::in_words_near(until, today)));
        Choice::new(&other.member.to_string(), &format!("{}{seat}{}", other.name, away.unwrap_or_default()))
    });
    let to = Field::new(
        &format!("naar-{}", asked.row.id),
        "Aan een ander voor deze bron",
        Control::Select(others.collect()),
    );
    QuestionActs {
        withdraw: (enriching && open).then(|| Act::new("Trek deze vraag in", "intrekken")),
        to: (enriching && open && !asked.others.is_empty()).then_some(to),
        details: (enriching && details).then(|| Act::new("Vraag inhoud bij deze hit", "inhoud")),
    }
}

#[cfg(test)]
mod tests {
    use super::typed_day;

    #[test]
    fn a_day_may_be_typed_as_people_write_it() {
        assert_eq!(typed_day("1-11-2024"), "2024-11-01");
        assert_eq!(typed_day(" 24-12-2026 "), "2026-12-24");
        assert_eq!(typed_day("2024-11-01"), "2024-11-01");
        assert_eq!(typed_day("vorig jaar"), "vorig jaar");
    }
}
