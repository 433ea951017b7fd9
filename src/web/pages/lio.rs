//! What the pages of deciding share.

use super::around;
use super::signals::{address, thousands};
use super::{frame, html, role_in_words, with_status};
use crate::app::AppError;
use crate::domain::calendar;
use crate::domain::fact::{Fact, Regime};
use crate::domain::ids::SignalId;
use crate::domain::privacy_check::TakenDecision;
use crate::domain::purpose::Purpose;
use crate::domain::text::BoundedText;
use crate::domain::words::YesNo;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::fields::{Choice, Control, Field, Tick};
use crate::web::views::lio::ShownFact;
use crate::web::views::signal::{NextAct, ReadingLine, SignalView, StepContext, Tag, TagKind};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// The page of a step that cannot be taken now: the sentence of the protocol, and the way back. Opens nothing.
pub(super) fn cannot_now(
    web: &Web,
    member: &Member,
    id: SignalId,
    title: &str,
    error: AppError,
) -> Result<HttpResponse, Failed> {
    let sentence = match &error {
        AppError::NotAllowed(why) => why.to_string(),
        AppError::NotNow(_, why) => format!("Dit kan nu niet. {why}"),
        _ => return Err(error.into()),
    };
    let signal = web.app.signal_standing(&member.op, id)?;
    let step = StepContext {
        title: title.to_owned(),
        reference: signal.reference.to_string(),
        saved: sentence,
        stages: around::bare_stage_bar(&signal),
        ..StepContext::default()
    };
    let back = NextAct { link: Link::new("Naar het signaal", &address(id)), note: String::new(), mine: Tick::Off };
    let response = html(&SignalView { frame: frame(web, member, "/signalen"), step, acts: vec![back] })?;
    Ok(with_status(response, StatusCode::CONFLICT))
}

/// That the words of the report must stay; asked after a warning.
pub(super) fn keep_field() -> Field {
    Field::new(
        "erkend",
        "Uw voorstel herhaalt woorden uit het signaal",
        Control::Checks(vec![Choice::new(YesNo::Yes.code(), "Deze woorden moeten blijven staan")]),
    )
    .with_hint("Wie de melder kent, kan die woorden herkennen. Schrijf het liever in eigen woorden.")
    .conditional()
}

/// The words for a source of the catalogue: `Vergunningen`.
pub(super) fn source_label(web: &Web, code: &str) -> String {
    web.app.protocol().source(code).map_or_else(|| code.to_owned(), |source| source.label.clone())
}

/// `Naar politie of OM, genomen op 24 november 2026`.
pub(super) fn taken_in_words(taken: TakenDecision) -> String {
    format!("{}, genomen op {}", taken.code.label(), calendar::in_words_with_year(taken.on))
}

/// Facts as people read them, with their numbers.
pub(super) fn shown_facts<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Vec<ShownFact> {
    let shown = (1..).zip(facts).map(|(number, fact)| ShownFact {
        number,
        text: fact.text.as_str().to_owned(),
        regime: regime_tag(fact.regime),
        origin: fact.origin.as_str().to_owned(),
    });
    shown.collect()
}

/// The label of a fact, coloured by what it allows.
pub(super) fn regime_tag(regime: Regime) -> Tag {
    let kind = match regime {
        Regime::Open => TagKind::Open,
        Regime::Permit | Regime::Brp => TagKind::Known,
        Regime::Tax
        | Regime::Social
        | Regime::Wpg
        | Regime::Bibob
        | Regime::Mma
        | Regime::Criminal
        | Regime::Special => TagKind::Care,
    };
    Tag::new(regime.label(), kind)
}

/// What the log says of a reading.
pub(super) fn reading_of(member: &Member, purpose: Purpose, fields: &str, index: u64) -> ReadingLine {
    ReadingLine {
        fields: fields.to_owned(),
        role: role_in_words(&member.session.actor),
        purpose: purpose.label().to_owned(),
        at: format!("vandaag {} uur", member.op.at.time_of_day()),
        line: thousands(index),
    }
}

/// `gegevens 1, 2 en 4`.
pub(super) fn numbers_in_words<'a>(numbers: impl IntoIterator<Item = &'a usize>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(ToString::to_string).collect();
    match numbers.split_last() {
        None => "geen gegevens".to_owned(),
        Some((last, [])) => format!("gegeven {last}"),
        Some((last, others)) => format!("gegevens {} en {last}", others.join(", ")),
    }
}
