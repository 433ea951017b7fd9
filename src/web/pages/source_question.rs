//! `/bronvragen`: the questions of a source holder, who reads the question and nothing else of the signal.

use super::enrichment::{at_once, reading_line, shown};
use super::signals::deadline;
use super::{frame, html, with_status};
use crate::app::AppError;
use crate::app::enrichment::OpenedQuestion;
use crate::domain::calendar;
use crate::domain::ids::SourceQuestionId;
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::source::{
    AnswerKind, DetailsState, HitAge, QuestionState, SourceAnswerDraft, SourceEntry, SourceQuestion,
};
use crate::domain::text::BoundedText;
use crate::domain::words::{Dutch, FieldError};
use crate::store::StoreError;
use crate::store::checks::SourceQuestionRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::enrichment::{AsidePanel, PartListView, PartRow, QuestionDoneView, QuestionStep, QuestionView};
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::steps::ActForm;
use crate::web::views::worklist::{Deadline, Urgency};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

/// How many questions that are done the list shows.
const DONE: i64 = 25;

/// The addresses of the questions.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/bronvragen", web::get().to(list))
        .route("/bronvragen/{id}", web::get().to(show))
        .route("/bronvragen/{id}", web::post().to(answer));
}

fn address(id: SourceQuestionId) -> String {
    format!("/bronvragen/{id}")
}

fn source_in_words(web: &Web, row: &SourceQuestionRow) -> String {
    web.app.protocol().source(&row.source_code).map_or_else(|| row.source_code.clone(), |s| s.label.clone())
}

/// `GET /bronvragen`
pub async fn list(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let actor = &member.session.actor;
    if ![Role::Flexible, Role::CivilRegistry].into_iter().any(|role| actor.holds(role)) {
        return Err(Failed::not_found());
    }
    let query = Form::parse(request.query_string().as_bytes())?;
    let said = if query.text("klaar") == "teruggegeven" {
        "De vraag is terug bij de coördinator. U hoeft niets meer te doen."
    } else {
        ""
    };
    let today = member.op.today;
    let (open, done) = web.app.questions_of(&member.op, DONE)?;
    // What is over its term lapses when it is opened; until then it does not pretend to wait.
    let open = open.iter().filter(|row| row.due_on >= today).map(|row| PartRow {
        what: Link::new(&format!("Vraag over {}", source_in_words(&web, row)), &address(row.id)),
        reference: row.reference.to_string(),
        deadline: deadline(&web, Some(row.due_on), today),
    });
    let closed = done.iter().map(|row| PartRow {
        what: Link::new(&source_in_words(&web, row), ""),
        reference: row.reference.to_string(),
        deadline: Deadline::new(
            &row.answered_on
                .map(|day| format!("Beantwoord op {}", calendar::in_words_near(day, today)))
                .unwrap_or_default(),
            "",
            Urgency::Calm,
        ),
    });
    html(&PartListView {
        frame: frame(&web, &member, "/bronvragen"),
        heading: "Vragen aan uw bron".to_owned(),
        done: said.to_owned(),
        intro: "Deze lijst toont geen inhoud. Als u een vraag opent, komt dat in het logboek.".to_owned(),
        open_heading: "Wacht op uw antwoord".to_owned(),
        open: open.collect(),
        empty: "Er wacht geen vraag op u.".to_owned(),
        closed_heading: "Beantwoord".to_owned(),
        closed: closed.collect(),
    })
}

/// `GET /bronvragen/{id}`
pub async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: SourceQuestionId = path.parse().map_err(|_| Failed::not_found())?;
    page(&web, &member, id, &Form::default(), Vec::new()).await
}

/// `POST /bronvragen/{id}`
pub async fn answer(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id: SourceQuestionId = path.parse().map_err(|_| Failed::not_found())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let op = member.for_purpose(Purpose::Enrichment);
    let (app, at) = (&web.app, address(id));
    let asks_reason = form.text("antwoord") == AnswerKind::CannotAnswer.code() && form.text("stap") != "reden";
    let (done, to) = match form.text("daad") {
        "niet_voor_mij" => (app.pass_back_question(&op, id).await, "/bronvragen?klaar=teruggegeven".to_owned()),
        "inhoud" => (app.answer_details(&op, id, form.filled("inhoud").as_deref()).await, at),
        _ if asks_reason => return reason_page(&web, &member, id, Vec::new()).await,
        _ => {
            let draft = SourceAnswerDraft {
                answer: form.filled("antwoord"),
                age: form.filled("leeftijd"),
                reason: form.filled("reden"),
            };
            (app.answer_question(&op, id, &draft).await, at)
        }
    };
    let (response, status) = match done {
        Ok(()) => return Ok(at_once(&to)),
        Err(AppError::Invalid(errors)) if form.text("stap") == "reden" => {
            (reason_page(&web, &member, id, errors).await?, StatusCode::BAD_REQUEST)
        }
        Err(AppError::Invalid(errors)) => (page(&web, &member, id, &form, errors).await?, StatusCode::BAD_REQUEST),
        Err(
            AppError::Changed { .. }
            | AppError::Store(StoreError::Stale)
            | AppError::NotAllowed(_)
            | AppError::NotNow(..),
        ) => (page(&web, &member, id, &form, Vec::new()).await?, StatusCode::CONFLICT),
        Err(error) => return Err(error.into()),
    };
    Ok(with_status(response, status))
}

async fn page(
    web: &Web,
    member: &Member,
    id: SourceQuestionId,
    form: &Form,
    errors: Vec<FieldError>,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Enrichment);
    let opened = web.app.open_question(&op, &member.session, id).await?;
    let Some(question) = &opened.question else { return done_page(web, member, &opened.row) };
    let details = opened.row.state == QuestionState::Answered;
    let (step, primary) = if details {
        let field = Field::new("inhoud", "Wat is er bekend?", Control::Area)
            .with_hint("U gaf een hit. De privacy officer gaf vrij dat u nu ook inhoud geeft.")
            .with_value(form.text("inhoud"));
        (QuestionStep::Details { details: field }, Act::new("Verstuur inhoud", "inhoud"))
    } else {
        (answer_step(&opened, form), Act::new("Verstuur antwoord", "verstuur"))
    };
    let source = web.app.protocol().source(&opened.row.source_code);
    let mut view = view(web, member, &opened.row, errors, step, primary);
    view.source = source.map_or_else(|| opened.row.source_code.clone(), |s| format!("{} ({})", s.label, s.team));
    question.question.as_str().clone_into(&mut view.question);
    view.period = question
        .not_before
        .map(|day| format!("Kijk niet verder terug dan {}.", calendar::in_words_with_year(day)))
        .unwrap_or_default();
    view.aside = aside(member, &opened, question, source);
    let fields = ["de vraag".to_owned()];
    view.reading = opened.event_index.map(|at| reading_line(member, Purpose::Enrichment, &fields, at));
    html(&view)
}

fn view(
    web: &Web,
    member: &Member,
    row: &SourceQuestionRow,
    errors: Vec<FieldError>,
    step: QuestionStep,
    primary: Act,
) -> QuestionView {
    let today = member.op.today;
    QuestionView {
        frame: frame(web, member, "/bronvragen"),
        reference: row.reference.to_string(),
        due: calendar::in_words_near(row.due_on, today),
        deadline: deadline(web, Some(row.due_on), today),
        form: ActForm {
            action: address(row.id),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            // The question's own standing guards it; its holder knows of no version.
            versie: String::new(),
            errors: shown(errors),
        },
        source: String::new(),
        question: String::new(),
        period: String::new(),
        step,
        primary,
        aside: Vec::new(),
        reading: None,
    }
}

fn answer_step(opened: &OpenedQuestion, form: &Form) -> QuestionStep {
    let note = |kind: AnswerKind| match kind {
        AnswerKind::NoHit => "Geen hit. Hiermee is de vraag klaar.",
        AnswerKind::Hit => "Hit. Geef nog geen inhoud.",
        AnswerKind::CannotAnswer => "U kiest op de volgende pagina een reden.",
    };
    let answers = choices(AnswerKind::ALL, form.text("antwoord"), note);
    let ages = choices(&opened.steps, form.text("leeftijd"), |_: HitAge| "");
    QuestionStep::Answer {
        answer: Field::new("antwoord", "Uw antwoord", Control::Radios(answers)),
        age: Field::new("leeftijd", "Alleen bij “ja”: van wanneer is het jongste gegeven?", Control::Radios(ages))
            .with_hint("Is het oud, dan wordt er niet verder gevraagd.")
            .conditional(),
        pass_back: Act::new("Deze vraag is niet voor mij", "niet_voor_mij"),
    }
}

fn choices<T: Dutch>(all: &[T], chosen: &str, note: impl Fn(T) -> &'static str) -> Vec<Choice> {
    let of = |value: &T| {
        let choice = Choice::new(value.code(), value.label()).with_note(note(*value));
        if value.code() == chosen { choice.chosen() } else { choice }
    };
    all.iter().map(of).collect()
}

/// Why not: a closed list on a page of its own. The question is not opened again for it.
async fn reason_page(
    web: &Web,
    member: &Member,
    id: SourceQuestionId,
    errors: Vec<FieldError>,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Enrichment);
    let row = web.app.question_standing(&op, id).await?;
    if row.state != QuestionState::Open || row.due_on < member.op.today {
        return Ok(with_status(page(web, member, id, &Form::default(), Vec::new()).await?, StatusCode::CONFLICT));
    }
    let reasons = web.app.protocol().cannot_answer.iter();
    let reasons = reasons.map(|entry| Choice::new(entry.code.as_str(), &entry.label)).collect();
    let reason = Field::new("reden", "Waarom kunt of mag u dit niet beantwoorden?", Control::Radios(reasons))
        .with_hint("De coördinator leest deze reden.");
    let step = QuestionStep::Reason { reason };
    html(&view(web, member, &row, errors, step, Act::new("Verstuur antwoord", "verstuur")))
}

fn done_page(web: &Web, member: &Member, row: &SourceQuestionRow) -> Result<HttpResponse, Failed> {
    let (heading, sentence) = match (row.state, row.details) {
        (QuestionState::Answered, DetailsState::Given) => {
            ("Uw antwoord en de inhoud zijn verstuurd", "U kunt ze niet meer inzien. U hoeft niets meer te doen.")
        }
        (QuestionState::Answered, _) => ("Uw antwoord is verstuurd", "U kunt het niet meer inzien."),
        _ => ("Deze vraag is vervallen", "U hoeft niets te doen."),
    };
    html(&QuestionDoneView {
        frame: frame(web, member, "/bronvragen"),
        reference: row.reference.to_string(),
        heading: heading.to_owned(),
        sentence: sentence.to_owned(),
    })
}

fn aside(
    member: &Member,
    opened: &OpenedQuestion,
    question: &SourceQuestion,
    source: Option<&SourceEntry>,
) -> Vec<AsidePanel> {
    let cleared = calendar::in_words_near(opened.row.asked_on, member.op.today);
    let only = match opened.row.details {
        DetailsState::Asked => "Inhoud mag, zoals de privacy officer die vrijgaf.",
        _ => "Alleen “ja” of “nee” mag.",
    };
    let panel = |id: &str, heading: &str, text: Vec<String>| AsidePanel {
        id: id.to_owned(),
        heading: heading.to_owned(),
        text,
        facts: Vec::new(),
    };
    let team = source.map(|source| source.team.clone()).unwrap_or_default();
    vec![
        panel(
            "waarom",
            "Waarom krijg ik deze vraag?",
            vec![
                format!("De privacy officer gaf deze vraag vrij op {cleared} (privacycheck 1)."),
                format!("Grond: {}. {only}", question.legal_basis),
                "U ziet niet wat er gemeld is en door wie.".to_owned(),
            ],
        ),
        panel(
            "wie-ziet",
            "Wie ziet mijn antwoord?",
            vec![format!(
                "De coördinator ziet uw antwoord, uw naam en uw team ({team}). Dat u antwoordde, staat in het logboek; wat u antwoordde niet. Is er niets bekend, dan worden vraag en antwoord samen met het signaal vernietigd."
            )],
        ),
    ]
}
