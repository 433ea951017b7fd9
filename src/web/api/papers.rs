//! What a participant of the LIO, the owner of an action and the maker of a doorgeefblad read, each by itself; and who
//! can be shut out of a signal.

use super::bearer::Bearer;
use super::body::{At, Sent, no_parameters};
use super::endpoint::Endpoint;
use super::steps::OnSignal;
use super::{Api, answer};
use crate::app::exclusion::Then;
use crate::app::follow_up::ACTION;
use crate::app::lio::reading::{AgendaLine, MyItem};
use crate::domain::exclusion::ExclusionDraft;
use crate::domain::ids::{ActionId, AgendaItemId, DecisionId, HandoffId, SignalId};
use crate::domain::purpose::Purpose;
use crate::domain::time::Day;
use crate::store::decisions::HandoffRow;
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::member(Method::GET, "/agendapunten", "lijstAgendapunten", || web::get().to(agenda))
            .says("Agenda van het LIO", "Stukken die u leidt en stukken die u nu mag lezen. Opent alleen de titels.")
            .answers(200, "Agenda", "De agenda.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/agendapunten/{id}", "leesAgendapunt", || web::get().to(item))
            .says("Een stuk voor het LIO lezen", "Uw eigen kopie, binnen haar venster. Doel: LIO-voorbereiding.")
            .answers(200, "Agendapunt", "Het stuk.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/acties/{id}", "openActie", || web::get().to(action))
            .says("Een actie openen", "Alleen de actie, voor wie haar doet. Doel: maatregel.")
            .answers(200, "Actie", "De actie.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/besluiten/{id}", "openBesluit", || web::get().to(decision))
            .says("Een besluit openen", "Alleen het besluit, voor wie het uitvoert. Doel: maatregel.")
            .answers(200, "Besluit", "Het besluit.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/signalen/{id}/doorgeefbladen", "lijstDoorgeefbladen", || web::get().to(sheets))
            .says("Doorgeefbladen van een signaal", "Welke er zijn gemaakt. Er wordt niets ontsleuteld.")
            .answers(200, "Doorgeefbladen", "De lijst.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/doorgeefbladen/{id}", "openDoorgeefblad", || web::get().to(sheet))
            .says("Een doorgeefblad openen", "Elke keer komt in het logboek. Doel: maatregel.")
            .answers(200, "Doorgeefblad", "Het blad.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/signalen/{id}/lezers", "lijstLezers", || web::get().to(readers))
            .says("Wie u kunt uitsluiten", "De lezers van dit signaal. Er wordt niets ontsleuteld.")
            .answers(200, "Lezers", "De lezers.")
            .refuses(&[403, 404]),
        Endpoint::step("/signalen/{id}/uitsluiting", "sluitLezerUit", "UitsluitingStap", || web::post().to(exclude))
            .says("Een lezer uitsluiten", "Alles wat deze lezer kon openen, krijgt nieuwe sleutels.")
            .answers(204, "", "De lezer is uitgesloten."),
    ]
}

fn with_day(mut object: Value, name: &str, day: Option<Day>) -> Value {
    if let (Some(fields), Some(day)) = (object.as_object_mut(), day) {
        fields.insert(name.to_owned(), json!(day.to_string()));
    }
    object
}

async fn agenda(web: web::Data<Web>, Bearer(member): Bearer, request: HttpRequest) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let purpose = Purpose::LioPreparation;
    let agenda = web.app.agenda(&member.for_purpose(purpose), &member.session).await?;
    let led = |line: &AgendaLine| {
        let row = json!({
            "id": line.item.id.to_string(),
            "signaal": line.signal.id.to_string(),
            "titel": line.title,
            "stand": line.item.state,
            "lezers": line.readers,
        });
        with_day(row, "zittingDatum", line.held_on)
    };
    let mine = |item: &MyItem| {
        let row =
            json!({ "id": item.id.to_string(), "titel": item.title, "leesbaarTotDatum": item.read_until.to_string() });
        with_day(row, "zittingDatum", item.held_on)
    };
    let body = json!({
        "geleid": agenda.led.iter().map(led).collect::<Vec<_>>(),
        "teLezen": agenda.mine.iter().map(mine).collect::<Vec<_>>(),
        "inzage": { "doel": purpose.code(), "logregel": agenda.event_index },
    });
    Ok(answer(StatusCode::OK, &body))
}

async fn item(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let (id, purpose): (AgendaItemId, _) = (at.id()?, Purpose::LioPreparation);
    let read = web.app.read_item(&member.for_purpose(purpose), &member.session, id).await?;
    let mut body = json!({
        "id": read.item.id.to_string(),
        "titel": read.title,
        "vraagAanOverleg": read.question,
        "feiten": read.facts,
        "leesbaarTotDatum": read.read_until.to_string(),
        "inzage": { "doel": purpose.code(), "logregel": read.event_index },
    });
    if let (Some(fields), Some(taken)) = (body.as_object_mut(), read.taken) {
        fields.insert("spoedbesluit".to_owned(), json!(taken));
    }
    Ok(answer(StatusCode::OK, &with_day(body, "zittingDatum", read.held_on)))
}

async fn action(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let (id, purpose): (ActionId, _) = (at.id()?, Purpose::Measure);
    let found = web.app.open_action(&member.for_purpose(purpose), &member.session, id).await?;
    let what: Option<Value> = found.opened.json(found.row.record_id, ACTION);
    let body = json!({
        "id": found.row.id.to_string(),
        "stand": found.row.state,
        "uiterlijkDatum": found.row.due_on.to_string(),
        "actie": what,
        "inzage": { "doel": purpose.code(), "logregel": found.opened.disclosed.event_index },
    });
    Ok(answer(StatusCode::OK, &with_day(body, "klaarDatum", found.row.done_on)))
}

async fn decision(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let (id, purpose): (DecisionId, _) = (at.id()?, Purpose::Measure);
    let found = web.app.open_decision(&member.for_purpose(purpose), &member.session, id).await?;
    let mut body = json!({
        "id": found.row.id.to_string(),
        "kenmerk": found.opened.signal.reference.to_string(),
        "besluit": found.decision,
        "inzage": { "doel": purpose.code(), "logregel": found.opened.disclosed.event_index },
    });
    if let (Some(fields), Some(name)) = (body.as_object_mut(), found.ask) {
        fields.insert("aanspreekpunt".to_owned(), json!(name));
    }
    let body = with_day(body, "genomenDatum", found.row.taken_on);
    Ok(answer(StatusCode::OK, &with_day(body, "uiterlijkDatum", found.row.due_on)))
}

async fn sheets(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let id: SignalId = at.id()?;
    let one = |row: &HandoffRow| json!({ "id": row.id.to_string(), "ontvanger": row.recipient_kind, "gemaaktDatum": row.made_on.to_string() });
    let found = web.app.sheets(&member.op, id)?;
    Ok(answer(StatusCode::OK, &json!({ "doorgeefbladen": found.iter().map(one).collect::<Vec<_>>() })))
}

async fn sheet(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let (id, purpose): (HandoffId, _) = (at.id()?, Purpose::Measure);
    let found = web.app.open_sheet_alone(&member.for_purpose(purpose), &member.session, id).await?;
    let body = json!({
        "id": found.row.id.to_string(),
        "signaal": found.row.signal_id.to_string(),
        "gemaaktDatum": found.row.made_on.to_string(),
        "blad": found.sheet,
        "inzage": { "doel": purpose.code(), "logregel": found.opened.disclosed.event_index },
    });
    Ok(answer(StatusCode::OK, &body))
}

/// Where a signal lies after somebody was shut out.
fn then_word(then: Then) -> &'static str {
    match then {
        Then::Same => "zelfde",
        Then::Circle => "kring",
        Then::Integrity => "integriteit",
    }
}

async fn readers(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let id: SignalId = at.id()?;
    let (_, readers) = web.app.readers_to_exclude(&member.for_purpose(Purpose::Administration), id).await?;
    let shown = readers
        .iter()
        .map(|reader| json!({ "wie": reader.who.to_string(), "naam": reader.name, "daarna": then_word(reader.then) }));
    Ok(answer(StatusCode::OK, &json!({ "lezers": shown.collect::<Vec<_>>() })))
}

async fn exclude(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on =
        OnSignal::<ExclusionDraft>::read(&api, bearer, at, sent, ("UitsluitingStap", Purpose::Administration), &[])?;
    let step = &on.step;
    step.done(web.app.exclude_reader(&step.op, &step.session, on.seen, &step.draft).await)
}
