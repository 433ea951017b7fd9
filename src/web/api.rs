//! The JSON API under `/api/v1` (NL GOV REST API Design Rules 2.2), in Dutch names.
//!
//! One table of `endpoint::Endpoint`s makes the routes, the published description (`document`) and what a wrong
//! method is told. A body passes the `gate` first, which holds the very schemas that are published; then the domain
//! parses it, as it parses a form. What goes wrong becomes a `problem` at the edge.

mod bearer;
mod body;
mod document;
mod endpoint;
mod follow;
mod gate;
mod machine;
mod names;
mod papers;
mod problem;
mod report;
mod schema;
mod schemas;
mod sessions;
mod signals;
mod steps;
mod work;

use super::Web;
use super::failure::Failed;
use super::server::Sides;
use crate::app::AppError;
use crate::domain::protocol::Protocol;
use crate::vault::bearer::BearerKey;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::{Method, header};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};
use endpoint::{Chapter, Endpoint, Side};
use gate::Gate;
use std::collections::BTreeMap;

/// The version of the API (semver); stands on every answer.
pub const API_VERSION: &str = "1.0.0";
/// Where the API is.
const BASE: &str = "/api/v1";

/// What an installation decides about its API.
#[derive(Debug, Clone)]
pub struct ApiOptions {
    /// Whether members may work through the API.
    pub staff: StaffApi,
    /// Whom the description names for questions.
    pub contact: Contact,
}

/// Whether members may work through the API. Sharing and following a signal always can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffApi {
    /// They may.
    On,
    /// Their addresses are not there.
    Off,
}

/// Whom to ask about the API.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Name of the team.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Page.
    pub url: String,
}

impl Default for ApiOptions {
    fn default() -> Self {
        let contact = Contact {
            name: "Functioneel beheer van de meldroute".to_owned(),
            email: "meldroute@voorbeeldstad.example".to_owned(),
            url: "https://www.voorbeeldstad.example/meldroute".to_owned(),
        };
        Self { staff: StaffApi::On, contact }
    }
}

/// What the handlers of the API need besides [`Web`].
pub struct Api {
    gate: Gate,
    key: BearerKey,
    document: String,
}

impl Api {
    /// The API of this installation on this side of the house.
    ///
    /// # Errors
    /// When a schema is wrong, which a test would have said.
    pub fn new(web: &Web, sides: Sides) -> Result<Self, AppError> {
        let protocol = web.app.protocol();
        let shapes = schemas::all(protocol);
        let endpoints = endpoints(sides, web.api.staff);
        let gate = Gate::new(endpoints.iter().filter_map(|endpoint| endpoint.body), &shapes)?;
        let document = document::document(&endpoints, &shapes, &web.api.contact);
        let document = document.to_pretty_json().map_err(|e| AppError::Internal(e.to_string()))?;
        Ok(Self { gate, key: BearerKey::derive(&web.app.keys().server)?, document })
    }
}

/// The description of the whole API under these rules, as it is published.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn description(protocol: &Protocol, options: &ApiOptions) -> Result<String, AppError> {
    let document =
        document::document(&endpoints(Sides::Both, options.staff), &schemas::all(protocol), &options.contact);
    document.to_pretty_json().map_err(|e| AppError::Internal(e.to_string()))
}

/// Every address on these sides.
fn endpoints(sides: Sides, staff: StaffApi) -> Vec<Endpoint> {
    let about = Endpoint::public(Method::GET, "/openapi.json", "leesBeschrijving", || web::get().to(description_file))
        .at(Side::Everywhere)
        .within(Chapter::About)
        .says("Deze beschrijving", "De beschrijving van deze API volgens OpenAPI 3.1.")
        .answers(200, "Beschrijving", "De beschrijving.");
    let mut all = vec![about];
    all.extend(report::endpoints());
    all.extend(follow::endpoints());
    all.extend(sessions::endpoints());
    all.extend(machine::endpoints());
    all.extend(signals::endpoints());
    all.extend(work::endpoints());
    all.extend(names::endpoints());
    all.extend(papers::endpoints());
    all.extend(steps::endpoints());
    all.retain(|endpoint| match endpoint.side {
        Side::Everywhere => true,
        Side::Public => sides.opens_public(),
        Side::Staff => sides.opens_staff() && staff == StaffApi::On,
    });
    all
}

/// The part of the server under `/api`.
pub fn service(api: web::Data<Api>, web: &Web, sides: Sides) -> impl HttpServiceFactory + use<> {
    let mut by_path: BTreeMap<&'static str, Vec<Endpoint>> = BTreeMap::new();
    for endpoint in endpoints(sides, web.api.staff) {
        by_path.entry(endpoint.path).or_default().push(endpoint);
    }
    let version =
        by_path.into_iter().fold(web::scope("/v1").default_service(web::to(not_there)), |scope, (path, endpoints)| {
            let allowed: Vec<Method> = endpoints.iter().map(|endpoint| endpoint.method.clone()).collect();
            let resource = endpoints
                .into_iter()
                .fold(web::resource(path), |resource, endpoint| resource.route((endpoint.route)()))
                .default_service(web::to(move || {
                    let failed = problem::wrong_method(&allowed);
                    async move { Err::<HttpResponse, Failed>(failed) }
                }));
            scope.service(resource)
        });
    web::scope("/api")
        .app_data(api)
        .service(version)
        .default_service(web::to(not_there))
        .wrap(from_fn(problem::problems))
}

async fn not_there() -> Result<HttpResponse, Failed> {
    Err(Failed::not_found())
}

/// `GET /api/v1/openapi.json`: readable from every website, as it holds nothing of anybody.
async fn description_file(api: web::Data<Api>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(api.document.clone())
}

/// An answer in JSON.
fn answer(status: actix_web::http::StatusCode, body: &serde_json::Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CONTENT_TYPE, "application/json")).body(body.to_string())
}

/// The `Location` of something under this API.
fn location(path: &str) -> (header::HeaderName, String) {
    (header::LOCATION, format!("{BASE}{path}"))
}
