//! `/privacychecks/{id}` of kind 1: per source clear, narrow or refuse, all on one page, one signed act.

use super::around;
use super::check1::rule_tag;
use super::enrichment::{at_once, named, reading_line, shown, typed_day};
use super::{frame, html, privacy_check, with_status};
use crate::app::AppError;
use crate::app::enrichment::{Check1Context, OpenedCheck1};
use crate::domain::calendar;
use crate::domain::ids::PrivacyCheckId;
use crate::domain::privacy_check::{
    SourceProposal, SourceVerdict, SourceVerdictDraft, SourcesVerdict, SourcesVerdictDraft, Verdict, count_in_words,
};
use crate::domain::purpose::Purpose;
use crate::domain::source::SourceEntry;
use crate::domain::stage::{STAGE_BAR, Stage};
use crate::domain::term::ClockCode;
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::domain::words::{FieldError, YesNo};
use crate::store::StoreError;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::enrichment::{AsidePanel, Check1View, JudgedSource, OpenVerdict};
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Fact, Judged, Stage as BarStage, StageState, Tag, TagKind};
use crate::web::views::steps::ActForm;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// The page as it is opened.
pub(super) async fn show(web: &Web, member: &Member, id: PrivacyCheckId) -> Result<HttpResponse, Failed> {
    page(web, member, id, None, Vec::new(), "").await
}

/// Signs, or gives back.
pub(super) async fn judge(web: &Web, member: &Member, id: PrivacyCheckId, form: &Form) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::PrivacyCheck);
    let (done, to) = match form.text("daad") {
        "terug" => (web.app.return_check1(&op, id, form.filled("vraag").as_deref()).await, "terug"),
        _ => {
            let judged = web.app.decide_check1(&op, &member.session, id, &draft_of(form)).await;
            (judged.map(|_| ()), "getekend")
        }
    };
    let (errors, notice, status) = match done {
        Ok(()) => return Ok(at_once(&format!("/privacychecks?klaar={to}"))),
        Err(AppError::Invalid(errors)) => (errors, String::new(), StatusCode::BAD_REQUEST),
        Err(AppError::Changed { .. } | AppError::Store(StoreError::Stale)) => (
            Vec::new(),
            "Iemand anders was u voor. Hieronder leest u het oordeel dat nu geldt. Wat u invulde, is niet ondertekend."
                .to_owned(),
            StatusCode::CONFLICT,
        ),
        Err(AppError::NotAllowed(_) | AppError::NotNow(..)) => (
            Vec::new(),
            "Dit kan nu niet: het signaal is intussen verder. Er is niets ondertekend.".to_owned(),
            StatusCode::CONFLICT,
        ),
        Err(error) => return Err(error.into()),
    };
    Ok(with_status(page(web, member, id, Some(form), errors, &notice).await?, status))
}

/// One field of the domain is two on the page: why narrower, and why refused.
const NARROW_REASON: &str = "waaromSmaller";
const REFUSE_REASON: &str = "waaromGeweigerd";

fn at(source: &str, field: &str) -> String {
    format!("oordelen.{source}.{field}")
}

/// The sources that a form judges, by the names of its fields.
fn draft_of(form: &Form) -> SourcesVerdictDraft {
    let mut draft = SourcesVerdictDraft::default();
    for (name, _) in form.pairs() {
        let Some((source, _)) = name.strip_prefix("oordelen.").and_then(|rest| rest.split_once('.')) else { continue };
        let text = |field: &str| form.filled(&at(source, field));
        let verdict = text("oordeel");
        let reason = if verdict.as_deref() == Some(Verdict::Refuse.code()) { REFUSE_REASON } else { NARROW_REASON };
        let one = SourceVerdictDraft {
            question: text("vraag"),
            not_before: text("nietVoor").map(|typed| typed_day(&typed)),
            details: text("inhoudBijHit"),
            reason: text(reason),
            verdict,
        };
        draft.verdicts.insert(source.to_owned(), one);
    }
    draft
}

/// Puts an error at the field of the page that stands for the domain's.
fn on_page(error: FieldError, form: &Form) -> FieldError {
    let Some(source) = error.field.strip_prefix("oordelen.").and_then(|rest| rest.strip_suffix(".waarom")) else {
        return error;
    };
    let refused = form.text(&at(source, "oordeel")) == Verdict::Refuse.code();
    FieldError::new(at(source, if refused { REFUSE_REASON } else { NARROW_REASON }), error.message)
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
    let opened = web.app.open_check1(&op, &member.session, id).await?;
    let context = web.app.check1_context(&op, &opened.check)?;
    let today = member.op.today;
    let open = opened.check.state == "proposed" && opened.signal.stage == Stage::Enriching;
    let empty = Form::default();
    let form = typed.unwrap_or(&empty);
    let due = web.app.protocol().due_on(ClockCode::Check1, opened.check.proposed_on);
    let sources = opened.proposal.sources.iter().enumerate();
    let sources = sources.map(|(place, proposed)| {
        let entry = web.app.protocol().source(proposed.source.as_str());
        judged(place + 1, proposed, entry, &opened, typed, open)
    });
    html(&Check1View {
        frame: frame(web, member, "/privacychecks"),
        reference: opened.signal.reference.to_string(),
        deadline: open.then(|| around::step_deadline(web, due, today)),
        stages: stages(&opened, &context, open, today),
        form: ActForm {
            action: privacy_check::address(id),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            versie: opened.check.version.to_string(),
            errors: shown(errors.into_iter().map(|error| named(on_page(error, form), web.app.protocol())).collect()),
        },
        notice: notice.to_owned(),
        reading: reading_line(member, Purpose::PrivacyCheck, &opened.fields, opened.event_index),
        facts: facts(web, &opened),
        sources: sources.collect(),
        primary: open.then(|| Act::new(&button(form), "onderteken")),
        give_back: Field::new("vraag", "Uw vraag aan de coördinator", Control::Area)
            .with_hint("Er wordt dan niets vrijgegeven. De coördinator past het voorstel aan en legt het opnieuw voor.")
            .with_value(form.text("vraag"))
            .conditional(),
        give_back_act: Act::new("Geef terug met deze vraag", "terug"),
        aside: aside(&opened, &context, today),
    })
}

/// What the button says; once a form was sent and came back it counts what was chosen. The style sheet counts along
/// while one chooses.
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

fn facts(web: &Web, opened: &OpenedCheck1) -> Vec<Fact> {
    let protocol = web.app.protocol();
    let forms: Vec<&str> = opened
        .proposal
        .forms
        .iter()
        .map(|code| protocol.form(code.as_str()).map_or(code.as_str(), |form| form.label.as_str()))
        .collect();
    let term = protocol.term(ClockCode::SourceAnswer).in_words();
    vec![
        Fact::new("Soort signaal", &forms.join(", ")),
        Fact::new("Doel", opened.proposal.purpose.as_str()),
        Fact::new("Over wie", opened.proposal.subject.label()),
        Fact::new("Begin met", "alleen hit of geen hit"),
        Fact::new("Antwoord binnen", &format!("{term}; daarna vervalt de vraag")),
    ]
}

fn stages(opened: &OpenedCheck1, context: &Check1Context, open: bool, today: Day) -> Vec<BarStage> {
    let now = STAGE_BAR.iter().position(|stage| *stage == opened.signal.stage).unwrap_or(STAGE_BAR.len());
    let decided = opened.check.decided_on.map(|day| format!("beoordeeld {}", calendar::in_words_near(day, today)));
    STAGE_BAR
        .iter()
        .enumerate()
        .map(|(place, stage)| BarStage {
            name: stage.label().to_owned(),
            note: match (stage, place.cmp(&now)) {
                (Stage::Enriching, std::cmp::Ordering::Equal) if open => "nu bij u".to_owned(),
                (Stage::Enriching, std::cmp::Ordering::Equal) => decided.clone().unwrap_or_default(),
                (Stage::Weighing, std::cmp::Ordering::Less) if context.weighing_signers == 2 => {
                    "twee ondertekenaars".to_owned()
                }
                (_, std::cmp::Ordering::Less) => "klaar".to_owned(),
                _ => String::new(),
            },
            state: match place.cmp(&now) {
                std::cmp::Ordering::Less => StageState::Done,
                std::cmp::Ordering::Equal => StageState::Now,
                std::cmp::Ordering::Greater => StageState::Ahead,
            },
        })
        .collect()
}

fn period(not_before: Option<Day>) -> String {
    not_before.map_or_else(String::new, |day| format!("niet verder terug dan {}", calendar::in_words_with_year(day)))
}

fn judged(
    number: usize,
    proposed: &SourceProposal,
    entry: Option<&SourceEntry>,
    opened: &OpenedCheck1,
    typed: Option<&Form>,
    open: bool,
) -> JudgedSource {
    JudgedSource {
        number,
        label: entry.map_or_else(|| proposed.source.to_string(), |entry| entry.label.clone()),
        team: entry.map(|entry| entry.team.clone()).unwrap_or_default(),
        rule: entry.map_or_else(|| Tag::new("niet in de catalogus", TagKind::Care), rule_tag),
        question: proposed.question.as_str().to_owned(),
        period: period(proposed.not_before),
        details: match proposed.details {
            YesNo::Yes => "Na een hit wil de coördinator ook inhoud vragen.".to_owned(),
            YesNo::No => String::new(),
        },
        grounds: vec![
            ("A. Waarvoor verzameld".to_owned(), proposed.collected_for.as_str().to_owned()),
            ("B. Past dit gebruik daarbij".to_owned(), proposed.compatible.as_str().to_owned()),
            ("C. Waarom nodig".to_owned(), proposed.needed.as_str().to_owned()),
        ],
        open: open.then(|| open_verdict(proposed, typed)),
        settled: if open { None } else { settled(opened.verdict.as_ref(), proposed) },
    }
}

fn open_verdict(proposed: &SourceProposal, typed: Option<&Form>) -> OpenVerdict {
    let name = |field: &str| at(proposed.source.as_str(), field);
    let text =
        |field: &str, begin: &str| typed.map_or_else(|| begin.to_owned(), |form| form.text(&name(field)).to_owned());
    let chosen = text("oordeel", "");
    let verdicts = Verdict::ALL.iter().map(|verdict| {
        let choice = Choice::new(verdict.code(), verdict.label());
        if verdict.code() == chosen { choice.chosen() } else { choice }
    });
    let not_before = proposed.not_before.map(|day| day.to_string()).unwrap_or_default();
    let mut narrow = vec![
        Field::new(&name("nietVoor"), "Niet verder terug dan", Control::Day)
            .with_hint("Bijvoorbeeld 1-11-2024.")
            .with_value(&text("nietVoor", &not_before))
            .optional(),
        Field::new(&name(NARROW_REASON), "Waarom smaller", Control::Text)
            .with_value(&text(NARROW_REASON, ""))
            .conditional(),
    ];
    if proposed.details == YesNo::Yes {
        let now = text("inhoudBijHit", YesNo::No.code());
        let options =
            [(YesNo::No, "nee, alleen hit of geen hit"), (YesNo::Yes, "ja, ook inhoud")].map(|(code, label)| {
                let choice = Choice::new(code.code(), label);
                if code.code() == now { choice.chosen() } else { choice }
            });
        let control = Control::Radios(options.to_vec());
        narrow.push(Field::new(&name("inhoudBijHit"), "Na een hit inhoud?", control).conditional());
    }
    OpenVerdict {
        verdict: Field::new(&name("oordeel"), "Uw oordeel", Control::Radios(verdicts.collect())),
        sentence: Field::new(&name("vraag"), "Vraag zoals u die vrijgeeft", Control::Area)
            .with_hint("Dit is precies wat de bronhouder leest.")
            .with_value(&text("vraag", proposed.question.as_str()))
            .conditional(),
        narrow,
        refuse: Field::new(&name(REFUSE_REASON), "Waarom geweigerd", Control::Text)
            .with_value(&text(REFUSE_REASON, ""))
            .conditional(),
    }
}

fn settled(verdict: Option<&SourcesVerdict>, proposed: &SourceProposal) -> Option<Judged> {
    Some(match verdict?.verdicts.get(&proposed.source)? {
        SourceVerdict::Clear => Judged::new("", "Vrijgegeven zoals voorgesteld.", ""),
        SourceVerdict::Narrow { question, not_before, reason, .. } => {
            let period = period(*not_before);
            let period = if period.is_empty() { period } else { format!(", {period}") };
            Judged::new("", &format!("Smaller vrijgegeven: “{}”{period}.", question.as_str()), reason.as_str())
        }
        SourceVerdict::Refuse { reason } => Judged::new("", "Geweigerd.", reason.as_str()),
    })
}

fn aside(opened: &OpenedCheck1, context: &Check1Context, today: Day) -> Vec<AsidePanel> {
    let panel = |id: &str, heading: &str, text: Vec<String>, facts: Vec<(String, String)>| AsidePanel {
        id: id.to_owned(),
        heading: heading.to_owned(),
        text,
        facts,
    };
    let on = |day: Day| calendar::in_words_near(day, today);
    let before = match context.cleared_before {
        0 => "Voor dit signaal is nog geen bronvraag vrijgegeven.".to_owned(),
        1 => "Voor dit signaal is eerder 1 bronvraag vrijgegeven.".to_owned(),
        more => format!("Voor dit signaal zijn eerder {more} bronvragen vrijgegeven."),
    };
    let mut facts = vec![
        ("Voorgesteld door".to_owned(), format!("{}, {}", context.proposed_by, context.proposed_as)),
        ("Op".to_owned(), on(opened.check.proposed_on)),
    ];
    if context.weighing_signers > 0 {
        facts.push(("Weging 3".to_owned(), format!("getekend door {} personen", context.weighing_signers)));
    }
    if let Some(first) = &context.on_behalf_of {
        facts.push(("U oordeelt".to_owned(), format!("namens {first}")));
    }
    if !context.colleagues.is_empty() {
        facts.push(("Bent u er niet?".to_owned(), format!("Ook bevoegd: {}", context.colleagues.join(", "))));
    }
    if let (Some(by), Some(day)) = (&context.decided_by, opened.check.decided_on) {
        facts.push(("Beoordeeld door".to_owned(), format!("{by}, {}", on(day))));
    }
    let mut text = vec![
        "Dit voorstel is zonder tekst van het signaal geschreven. Meestal is dat genoeg om te oordelen.".to_owned(),
        "Weet u niet genoeg? Geef het voorstel terug met een vraag.".to_owned(),
    ];
    if let Some(question) = &opened.returned_with {
        text.push(format!("U gaf dit voorstel terug met de vraag: “{}”", question.as_str()));
    }
    vec![
        panel("zonder-tekst", "U ziet de tekst van het signaal niet", text, Vec::new()),
        panel("eerder", "Eerder vrijgegeven", vec![before], Vec::new()),
        panel("wie-vraagt", "Wie vraagt", Vec::new(), facts),
    ]
}
