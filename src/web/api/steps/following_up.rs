//! Following up, handing over, closing and destroying.

use super::super::Api;
use super::super::bearer::{Bearer, Fresh};
use super::super::body::{At, Sent};
use super::super::endpoint::{Chapter, Endpoint};
use super::{NoWords, OnSignal, Step};
use crate::app::sharing_out::{RepeatedWords, SEEN_WORDS};
use crate::domain::closing::ClosingDraft;
use crate::domain::follow_up::{ActionDraft, CompletionDraft, ReasonDraft, ToldDraft};
use crate::domain::handoff::HandoffDraft;
use crate::domain::ids::PrivacyCheckId;
use crate::domain::privacy_check::{FactsVerdictDraft, SharingProposalDraft};
use crate::domain::purpose::Purpose;
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::http::Method;
use actix_web::{HttpResponse, web};

/// The field with the check that cleared facts of a special regime.
const CHECK: &str = "privacycheck";

fn part(path: &'static str, id: &'static str, body: &'static str, route: fn() -> actix_web::Route) -> Endpoint {
    Endpoint::member(Method::POST, path, id, route)
        .within(Chapter::Step)
        .takes(body)
        .answers(204, "", "De stap is gezet.")
        .refuses(&[403, 404, 409])
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::step("/signalen/{id}/acties", "voegActieToe", "ActieStap", || web::post().to(add_action))
            .says("Actie toevoegen", "Wie doet wat, en voor wanneer. De eigenaar leest alleen de actie."),
        part("/acties/{id}/afronding", "rondActieAf", "Afronding", || web::post().to(complete_action))
            .says("Actie afronden", "Door de eigenaar."),
        Endpoint::step("/signalen/{id}/privacycheck-2b", "legPrivacycheck2bVoor", "Privacycheck2bStap", || {
            web::post().to(propose)
        })
        .says("Privacycheck 2B voorleggen", "Voor gegevens die iemand nog niet had."),
        part("/privacychecks/{id}/oordeel-verstrekking", "beoordeelPrivacycheck2b", "OordeelVerstrekking", || {
            web::post().to(judge)
        })
        .says("Privacycheck 2B beoordelen", "Vrijgeven, versmallen of weigeren."),
        Endpoint::step("/signalen/{id}/doorgeefblad", "maakDoorgeefblad", "DoorgeefbladStap", || {
            web::post().to(hand_over)
        })
        .says("Doorgeefblad maken", "Gekozen gegevens voor wie er iets mee doet. De melder staat er niet op."),
        Endpoint::step("/signalen/{id}/bericht", "geefBericht", "BerichtStap", || web::post().to(tell))
            .says("Melder bericht geven", "Een woord uit de vaste lijst. De melder leest het bij volgen."),
        Endpoint::step("/signalen/{id}/hervatting", "hervatMonitoren", "RedenStap", || web::post().to(resume))
            .says("Monitoren hervatten", "De datum is er, of er kwam iets bij: het signaal wordt opnieuw gewogen."),
        Endpoint::step("/signalen/{id}/afsluiting", "sluitAf", "AfsluitingStap", || web::post().to(close))
            .says("Afsluiten", "Grond en termijn van bewaren, en per betrokkene de informatieplicht."),
        Endpoint::step("/signalen/{id}/vernietiging", "stelVernietigingVoor", "VersieStap", || {
            web::post().to(propose_destruction)
        })
        .says("Vernietiging voorstellen", "Na de bewaartermijn."),
        part("/signalen/{id}/vernietiging/teruggave", "geefVernietigingTerug", "Reden", || {
            web::post().to(return_destruction)
        })
        .says("Vernietiging teruggeven", "De tweede geeft het terug: het signaal moet langer blijven."),
        part("/signalen/{id}/vernietiging/akkoord", "keurVernietigingGoed", "Leeg", || {
            web::post().to(agree_destruction)
        })
        .says("Vernietiging goedkeuren", "De sleutels gaan eerst. Dit kan niet ongedaan worden gemaakt."),
    ]
}

async fn add_action(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<ActionDraft>::read(&api, bearer, at, sent, ("ActieStap", Purpose::Measure), &[])?;
    on.after(&web, web.app.add_action(&on.step.op, on.seen, &on.step.draft).await)
}

async fn complete_action(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<CompletionDraft> = Step::read(&api, bearer, sent, "Afronding", Purpose::Measure, &[])?;
    step.done(web.app.complete_action(&step.op, &step.session, at.id()?, &step.draft).await)
}

fn words_of<D>(step: &Step<D>) -> RepeatedWords {
    if step.is_yes(SEEN_WORDS) { RepeatedWords::Seen } else { RepeatedWords::Ask }
}

async fn propose(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let kind = ("Privacycheck2bStap", Purpose::Measure);
    let on = OnSignal::<SharingProposalDraft>::read(&api, bearer, at, sent, kind, &[SEEN_WORDS])?;
    let (step, words) = (&on.step, words_of(&on.step));
    on.after(&web, web.app.propose_check2b(&step.op, &step.session, on.seen, &step.draft, words).await)
}

async fn judge(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<FactsVerdictDraft> =
        Step::read(&api, bearer, sent, "OordeelVerstrekking", Purpose::PrivacyCheck, &[])?;
    step.done(web.app.decide_check2b(&step.op, &step.session, at.id()?, &step.draft).await)
}

async fn hand_over(
    web: web::Data<Web>,
    api: web::Data<Api>,
    Fresh(bearer): Fresh,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let kind = ("DoorgeefbladStap", Purpose::Measure);
    let on = OnSignal::<HandoffDraft>::read(&api, bearer, at, sent, kind, &[SEEN_WORDS, CHECK])?;
    let (step, words, check) = (&on.step, words_of(&on.step), on.step.id::<PrivacyCheckId>(CHECK));
    on.after(&web, web.app.hand_over(&step.op, &step.session, on.seen, &step.draft, check, words).await)
}

async fn tell(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<ToldDraft>::read(&api, bearer, at, sent, ("BerichtStap", Purpose::Feedback), &[])?;
    on.moved(web.app.tell_melder(&on.step.op, on.seen, &on.step.draft).await)
}

async fn resume(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<ReasonDraft>::read(&api, bearer, at, sent, ("RedenStap", Purpose::Weighing), &[])?;
    on.moved(web.app.resume_monitoring(&on.step.op, on.seen, &on.step.draft).await)
}

async fn close(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<ClosingDraft>::read(&api, bearer, at, sent, ("AfsluitingStap", Purpose::Measure), &[])?;
    on.moved(web.app.close(&on.step.op, on.seen, &on.step.draft).await)
}

async fn propose_destruction(
    web: web::Data<Web>,
    api: web::Data<Api>,
    Fresh(bearer): Fresh,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<NoWords>::read(&api, bearer, at, sent, ("VersieStap", Purpose::Administration), &[])?;
    on.after(&web, web.app.propose_destruction(&on.step.op, &on.step.session, on.seen).await)
}

async fn return_destruction(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<ReasonDraft> = Step::read(&api, bearer, sent, "Reden", Purpose::Administration, &[])?;
    step.done(web.app.return_destruction(&step.op, at.id()?, &step.draft).await)
}

async fn agree_destruction(
    web: web::Data<Web>,
    api: web::Data<Api>,
    Fresh(bearer): Fresh,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<NoWords> = Step::read(&api, bearer, sent, "Leeg", Purpose::Administration, &[])?;
    step.done(web.app.agree_destruction(&step.op, &step.session, at.id()?).await)
}
