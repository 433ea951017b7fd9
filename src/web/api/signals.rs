//! `GET /signalen`, `GET /signalen/{id}` and its history. A list decrypts nothing; opening names its purpose and stands
//! in the log.

use super::answer;
use super::bearer::Bearer;
use super::body::{At, Query};
use super::document::parameter;
use super::endpoint::Endpoint;
use super::schema::{choice, choice_of, day, id, number};
use crate::app::AppError;
use crate::app::reading::{HistoryLine, Opened};
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::store::contents::RecordRow;
use crate::store::signals::{After, Filter, SignalRow};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::Member;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterIn};

/// Rows on a page when nothing is asked.
const PAGE: i64 = 25;
/// And at most.
const PAGE_MOST: i64 = 100;

/// The purposes that may stand in an address. The one that needs a sentence has no place there: others may read it.
fn in_address() -> Vec<Purpose> {
    let chosen = |purpose: &Purpose| !matches!(purpose, Purpose::Other | Purpose::Emergency);
    Purpose::ALL.iter().copied().filter(chosen).collect()
}

fn optional(name: &str, shape: impl Into<super::schema::Shape>) -> Parameter {
    parameter(ParameterIn::Query, name, Required::False, shape)
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let purpose = choice_of("Waarvoor u het leest.", &in_address());
    vec![
        Endpoint::member(Method::GET, "/signalen", "lijstSignalen", || web::get().to(list))
            .says("Signalen", "De signalen die u mag openen, nieuwste dag eerst. Er wordt niets ontsleuteld.")
            .with(optional("fase", choice::<Stage>("Alleen deze fase.")))
            .with(optional("na", id("Begin na dit signaal: het laatste van de vorige bladzijde.")))
            .with(optional("naDatum", day("De dag waarop dat signaal binnenkwam.")))
            .with(optional("aantal", number("Hoeveel signalen; 25 als u niets kiest.", 1, 100)))
            .answers(200, "Signalenlijst", "Een bladzijde.")
            .refuses(&[404]),
        Endpoint::member(Method::GET, "/signalen/{id}", "openSignaal", || web::get().to(open))
            .says("Een signaal openen", "Ontsleutelt wat u mag lezen. Doel en velden komen in het logboek.")
            .with(parameter(ParameterIn::Query, "doel", Required::True, purpose))
            .answers(200, "Signaal", "Het signaal.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/signalen/{id}/geschiedenis", "leesGeschiedenis", || web::get().to(history))
            .says("Geschiedenis van een signaal", "Wie wat deed met dit signaal, nieuwste eerst.")
            .with(optional("aantal", number("Hoeveel regels; 25 als u niets kiest.", 1, 100)))
            .answers(200, "Geschiedenis", "De regels.")
            .refuses(&[403, 404]),
    ]
}

async fn list(web: web::Data<Web>, Bearer(member): Bearer, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let mut query = Query::of(&request, &["fase", "na", "naDatum", "aantal"])?;
    let stage: Option<Stage> = query.choice("fase");
    let after_id: Option<SignalId> = query.id("na");
    let after_day: Option<Day> = query.value("naDatum", "Dit is geen datum. Schrijf jaar-maand-dag.");
    let most = query.number("aantal", 1, PAGE_MOST).unwrap_or(PAGE);
    query.finish()?;
    let after = after_of(&web, &member, after_id, after_day)?;
    let (app, op) = (web.app.clone(), member.op.clone());
    let mut rows = web::block(move || app.list_signals(&op, Filter { stage }, after, most + 1))
        .await
        .map_err(|e| AppError::Internal(e.to_string()))??;
    let fits = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > fits;
    rows.truncate(fits);
    let mut body = json!({ "signalen": rows.iter().map(standing).collect::<Vec<_>>() });
    if let (true, Some(last), Some(fields)) = (more, rows.last(), body.as_object_mut()) {
        let next = json!({ "na": last.id.to_string(), "naDatum": last.received_on.to_string() });
        fields.insert("volgende".to_owned(), next);
    }
    Ok(answer(StatusCode::OK, &body))
}

/// Where the page starts. With a day alone: after that day. With an id alone: after that signal, if one may know it.
fn after_of(web: &Web, member: &Member, id: Option<SignalId>, day: Option<Day>) -> Result<Option<After>, Failed> {
    Ok(match (id, day) {
        (Some(id), Some(received_on)) => Some(After { received_on, id }),
        (None, Some(received_on)) => Some(After { received_on, id: SignalId::new(uuid::Uuid::nil()) }),
        (Some(id), None) => {
            let found = web.app.signal_standing(&member.op, id)?;
            Some(After { received_on: found.received_on, id })
        }
        (None, None) => None,
    })
}

async fn open(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let mut query = Query::of(&request, &["doel"])?;
    let purpose = query.needed_of("doel", &in_address());
    query.finish()?;
    let Some(purpose) = purpose else { return Err(Failed::not_found()) };
    let id: SignalId = at.id()?;
    let opened = web.app.open_signal(&member.for_purpose(purpose), &member.session, id, &["report"]).await?;
    let records: Vec<Value> = opened.records.iter().map(|record| shown(&opened, record)).collect();
    let body = json!({
        "stand": standing(&opened.signal),
        "stukken": records,
        "inzage": { "doel": purpose.code(), "logregel": opened.disclosed.event_index },
    });
    Ok(answer(StatusCode::OK, &body))
}

fn shown(opened: &Opened, record: &RecordRow) -> Value {
    let mut fields = Map::new();
    for name in opened.disclosed.names(record.id) {
        if let Some(value) = opened.json::<Value>(record.id, name) {
            fields.insert(name.to_owned(), value);
        }
    }
    json!({ "soort": record.kind, "datum": record.created_on.to_string(), "velden": fields })
}

async fn history(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let mut query = Query::of(&request, &["aantal"])?;
    let most = query.number("aantal", 1, PAGE_MOST).unwrap_or(PAGE);
    query.finish()?;
    let lines = web.app.history(&member.op, at.id()?, most)?;
    let lines: Vec<Value> = lines.iter().map(line).collect();
    Ok(answer(StatusCode::OK, &json!({ "regels": lines })))
}

fn line(line: &HistoryLine) -> Value {
    let optional = [("wie", line.who.clone()), ("doel", line.purpose.map(|purpose| purpose.code().to_owned()))];
    let mut fixed = json!({
        "datum": line.day.to_string(),
        "gebeurtenis": line.kind,
        "bijzonderheden": line.details,
    });
    if let (Some(fields), Some(index)) = (fixed.as_object_mut(), line.index) {
        fields.insert("logregel".to_owned(), json!(index));
    }
    with(fixed, optional)
}

/// A signal as it stands, without content.
pub(super) fn standing(row: &SignalRow) -> Value {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let optional = [
        ("termijnDatum", day(row.due_on)),
        ("urgentie", row.urgency.clone()),
        ("uitkomst", row.outcome.clone()),
        ("reden", row.reason.clone()),
        ("monitorenTotDatum", day(row.monitor_until)),
        ("bewarenTotDatum", day(row.kept_until)),
    ];
    let fixed = json!({
        "id": row.id.to_string(),
        "kenmerk": row.reference.to_string(),
        "fase": row.stage.code(),
        "versie": row.version,
        "wachtOp": row.waiting,
        "kanaal": row.channel,
        "bron": row.source_type,
        "melder": row.confidentiality.code(),
        "ontvangenDatum": row.received_on.to_string(),
        "faseDatum": row.stage_since.to_string(),
    });
    with(fixed, optional)
}

/// The object with what is there of these.
fn with(mut object: Value, optional: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Value {
    if let Some(fields) = object.as_object_mut() {
        let given = optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
        fields.extend(given);
    }
    object
}
