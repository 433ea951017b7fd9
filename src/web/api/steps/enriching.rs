//! Enriching: privacycheck 1, and the questions it clears, seen from the coordinator, the privacy officer and whoever
//! answers for a source.

use super::super::Api;
use super::super::bearer::Bearer;
use super::super::body::{At, Sent};
use super::super::endpoint::{Chapter, Endpoint};
use super::{NoWords, OnSignal, Step};
use crate::app::AppError;
use crate::app::enrichment::{Proposed, Wording};
use crate::domain::ids::{MemberId, SourceQuestionId};
use crate::domain::privacy_check::{SourcesProposalDraft, SourcesVerdictDraft};
use crate::domain::purpose::Purpose;
use crate::domain::source::SourceAnswerDraft;
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// The field that says that repeated words were looked at.
const SEEN: &str = "woordenBekeken";

/// A step on something that is not a whole signal: there is nothing to show afterwards.
fn part(path: &'static str, id: &'static str, body: &'static str, route: fn() -> actix_web::Route) -> Endpoint {
    Endpoint::member(Method::POST, path, id, route)
        .within(Chapter::Step)
        .takes(body)
        .answers(204, "", "De stap is gezet.")
        .refuses(&[403, 404, 409])
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::step("/signalen/{id}/privacycheck-1", "legPrivacycheck1Voor", "Privacycheck1Stap", || {
            web::post().to(propose)
        })
        .says(
            "Privacycheck 1 voorleggen",
            "Vraag, bronnen en termijnen, zonder woorden van het signaal. Herhaalt het voorstel woorden uit de melding, \
             dan komt het terug met de plekken; met `woordenBekeken` gaat het toch door.",
        ),
        part("/privacychecks/{id}/oordeel-bronnen", "beoordeelPrivacycheck1", "OordeelBronnen", || {
            web::post().to(judge)
        })
        .says("Privacycheck 1 beoordelen", "Vrijgeven, versmallen of weigeren, per bron."),
        part("/privacychecks/{id}/teruggave", "geefPrivacycheck1Terug", "TeruggaveVraag", || {
            web::post().to(give_back)
        })
        .says("Privacycheck 1 teruggeven", "Terug naar de coördinator met een vraag."),
        part("/bronvragen/{id}/antwoord", "beantwoordBronvraag", "Bronantwoord", || web::post().to(reply))
            .says("Bronvraag beantwoorden", "Hit, geen hit, of waarom niet. Zonder vrije tekst."),
        part("/bronvragen/{id}/teruggave", "geefBronvraagTerug", "Leeg", || web::post().to(pass_back))
            .says("Bronvraag teruggeven", "Deze vraag is niet voor mij."),
        part("/bronvragen/{id}/inhoud", "geefInhoud", "Broninhoud", || web::post().to(details))
            .says("Inhoud geven bij een hit", "Alleen waar privacycheck 1 dat vrijgaf en de coördinator het vroeg."),
        Endpoint::step("/signalen/{id}/inhoudsvraag", "vraagInhoud", "BronvraagStap", || {
            web::post().to(ask_details)
        })
        .says("Inhoud vragen bij een hit", "Alleen waar privacycheck 1 dat vrijgaf."),
        Endpoint::step("/signalen/{id}/bronvraag-intrekking", "trekBronvraagIn", "BronvraagStap", || {
            web::post().to(withdraw)
        })
        .says("Bronvraag intrekken", "Zolang er geen antwoord is."),
        Endpoint::step("/signalen/{id}/bronvraag-overdracht", "draagBronvraagOver", "OverdrachtStap", || {
            web::post().to(reassign)
        })
        .says("Bronvraag aan een ander geven", "Aan een ander die voor dezelfde bron antwoordt."),
    ]
}

async fn propose(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let kind = ("Privacycheck1Stap", Purpose::Enrichment);
    let on = OnSignal::<SourcesProposalDraft>::read(&api, bearer, at, sent, kind, &[SEEN])?;
    let wording = if on.step.is_yes(SEEN) { Wording::Kept } else { Wording::Checked };
    let (step, seen) = (&on.step, on.seen);
    let proposed =
        web.app.propose_check1(&step.op, &step.session, seen.signal, seen.version, &step.draft, wording).await;
    let sent = match proposed {
        Ok(Proposed::Sent(id)) => Ok(id),
        Ok(Proposed::Repeats(places)) => Err(AppError::Invalid(places)),
        Err(error) => Err(error),
    };
    on.after(&web, sent)
}

async fn judge(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<SourcesVerdictDraft> = Step::read(&api, bearer, sent, "OordeelBronnen", Purpose::PrivacyCheck, &[])?;
    step.done(web.app.decide_check1(&step.op, &step.session, at.id()?, &step.draft).await)
}

#[derive(Deserialize)]
struct Question {
    #[serde(rename = "vraag")]
    question: String,
}

async fn give_back(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<Question> = Step::read(&api, bearer, sent, "TeruggaveVraag", Purpose::PrivacyCheck, &[])?;
    step.done(web.app.return_check1(&step.op, at.id()?, Some(&step.draft.question)).await)
}

async fn reply(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<SourceAnswerDraft> = Step::read(&api, bearer, sent, "Bronantwoord", Purpose::Enrichment, &[])?;
    step.done(web.app.answer_question(&step.op, at.id()?, &step.draft).await)
}

async fn pass_back(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<NoWords> = Step::read(&api, bearer, sent, "Leeg", Purpose::Enrichment, &[])?;
    step.done(web.app.pass_back_question(&step.op, at.id()?).await)
}

#[derive(Deserialize)]
struct Details {
    #[serde(rename = "inhoud")]
    details: String,
}

async fn details(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<Details> = Step::read(&api, bearer, sent, "Broninhoud", Purpose::Enrichment, &[])?;
    step.done(web.app.answer_details(&step.op, at.id()?, Some(&step.draft.details)).await)
}

/// Which question of the signal.
#[derive(Deserialize)]
struct Which {
    #[serde(rename = "vraag")]
    question: SourceQuestionId,
}

async fn ask_details(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<Which>::read(&api, bearer, at, sent, ("BronvraagStap", Purpose::Enrichment), &[])?;
    let (step, seen, question) = (&on.step, on.seen, on.step.draft.question);
    on.after(&web, web.app.request_details(&step.op, &step.session, seen.signal, seen.version, question).await)
}

async fn withdraw(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<Which>::read(&api, bearer, at, sent, ("BronvraagStap", Purpose::Enrichment), &[])?;
    let (step, seen, question) = (&on.step, on.seen, on.step.draft.question);
    on.after(&web, web.app.withdraw_question(&step.op, seen.signal, seen.version, question).await)
}

async fn reassign(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<Which>::read(&api, bearer, at, sent, ("OverdrachtStap", Purpose::Enrichment), &["naar"])?;
    let to: Option<MemberId> = on.step.id("naar");
    let (step, seen, question) = (&on.step, on.seen, on.step.draft.question);
    on.after(&web, web.app.reassign_question(&step.op, &step.session, seen.signal, seen.version, question, to).await)
}
