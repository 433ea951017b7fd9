//! The published description (OpenAPI 3.1), made from the same table as the routes and the same schemas as the gate.

use super::endpoint::{Caller, Chapter, Endpoint};
use super::schema::{Shape, id, named, number, string};
use super::{API_VERSION, Contact};
use actix_web::http::Method;
use std::collections::BTreeMap;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, Content, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Required,
    Response, ResponseBuilder, Server,
};

const ABOUT: &str = "Signalen delen, volgen en behandelen volgens het protocol van de gemeente. Elke fout is een \
                     `application/problem+json` met alle fouten tegelijk. Elk antwoord noemt de versie van de API in \
                     `API-Version`. Iedere inzage en elke stap van een medewerker staat in het logboek.";

/// The description of these endpoints.
pub(super) fn document(endpoints: &[Endpoint], shapes: &BTreeMap<String, Shape>, contact: &Contact) -> OpenApi {
    let contact = ContactBuilder::new().name(Some(&contact.name)).email(Some(&contact.email)).url(Some(&contact.url));
    let licence = LicenseBuilder::new().name("EUPL-1.2").identifier(Some("EUPL-1.2"));
    let info = InfoBuilder::new()
        .title("Meldroute")
        .description(Some(ABOUT))
        .version(API_VERSION)
        .contact(Some(contact.build()))
        .license(Some(licence.build()));
    let mut paths = PathsBuilder::new();
    for endpoint in endpoints {
        paths = paths.path(endpoint.path, PathItem::new(verb(&endpoint.method), operation(endpoint)));
    }
    let used = Chapter::ALL.iter().filter(|(chapter, _, _)| endpoints.iter().any(|e| e.chapter == *chapter));
    let tags = used.map(|(_, name, about)| TagBuilder::new().name(*name).description(Some(*about)).build());
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/api/v1")]))
        .paths(paths)
        .components(Some(components(endpoints, shapes)))
        .tags(Some(tags))
        .build()
}

fn components(endpoints: &[Endpoint], shapes: &BTreeMap<String, Shape>) -> utoipa::openapi::Components {
    let mut components = ComponentsBuilder::new();
    for name in used_schemas(endpoints, shapes) {
        if let Some(shape) = shapes.get(&name) {
            components = components.schema(name, shape.clone());
        }
    }
    if endpoints.iter().any(|e| e.caller == Caller::Member) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        bearer.description = Some("Het token uit POST /sessies.".to_owned());
        components = components.security_scheme("bearer", SecurityScheme::Http(bearer));
    }
    if endpoints.iter().any(|e| matches!(e.caller, Caller::Machine | Caller::AnyoneOrMachine)) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        bearer.description = Some("Het toegangsbewijs uit POST /toegangsbewijzen.".to_owned());
        components = components.security_scheme("koppeling", SecurityScheme::Http(bearer));
    }
    components.build()
}

/// The schemas that these endpoints name, and those that are named in them.
fn used_schemas(endpoints: &[Endpoint], shapes: &BTreeMap<String, Shape>) -> Vec<String> {
    let mut open: Vec<String> =
        endpoints.iter().flat_map(|e| e.body.into_iter().chain([e.answer.schema])).map(String::from).collect();
    open.push("Probleem".to_owned());
    let mut used: Vec<String> = Vec::new();
    while let Some(name) = open.pop() {
        let Some(shape) = shapes.get(&name).filter(|_| !used.contains(&name)) else { continue };
        let text = serde_json::to_string(shape).unwrap_or_default();
        let names = text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next());
        open.extend(names.map(ToOwned::to_owned));
        used.push(name);
    }
    used
}

fn verb(method: &Method) -> HttpMethod {
    match method.as_str() {
        "POST" => HttpMethod::Post,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(endpoint: &Endpoint) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .tag(endpoint.chapter.name())
        .operation_id(Some(endpoint.id))
        .summary(Some(endpoint.summary))
        .description(Some(&endpoint.about))
        .response(endpoint.answer.status.to_string(), answer(endpoint));
    if endpoint.path.contains("{id}") {
        operation = operation.parameter(parameter(ParameterIn::Path, "id", Required::True, id("Het nummer (UUID).")));
    }
    for parameter in &endpoint.parameters {
        operation = operation.parameter(parameter.clone());
    }
    if let Some(body) = endpoint.body {
        let content = Content::new(Some(named(body)));
        let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    let by = |scheme: &str| SecurityRequirement::new(scheme, Vec::<String>::new());
    operation = match endpoint.caller {
        Caller::Anyone => operation,
        Caller::AnyoneOrMachine => operation.security(SecurityRequirement::default()).security(by("koppeling")),
        Caller::Machine => operation.security(by("koppeling")),
        Caller::Member => operation.security(by("bearer")),
    };
    for status in endpoint.all_problems() {
        operation = operation.response(status.to_string(), problem(status));
    }
    operation
}

/// A parameter of an address or a header.
pub(super) fn parameter(place: ParameterIn, name: &str, required: Required, shape: impl Into<Shape>) -> Parameter {
    let shape = shape.into();
    ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(shape)).build()
}

fn versioned(about: &str) -> ResponseBuilder {
    let header = HeaderBuilder::new().schema(Some(string("De versie van deze API."))).build();
    ResponseBuilder::new().description(about).header("API-Version", header)
}

fn answer(endpoint: &Endpoint) -> Response {
    let mut response = versioned(endpoint.answer.about);
    if endpoint.answer.status == 201 {
        let location = HeaderBuilder::new().schema(Some(string("Waar u hierna terechtkunt."))).build();
        response = response.header("Location", location);
    }
    if !endpoint.answer.schema.is_empty() {
        response = response.content("application/json", Content::new(Some(named(endpoint.answer.schema))));
    }
    response.build()
}

fn problem(status: u16) -> Response {
    let about = match status {
        400 => "Het verzoek is niet te lezen, of er klopt iets niet. Alle fouten staan in `errors`.",
        401 => "Niet aangemeld, of de sessie of het toegangsbewijs is afgelopen.",
        403 => {
            "Deze stap hoort bij een ander, de koppeling heeft dit recht niet, of er is eerst een bevestiging nodig \
             (`bevestiging-nodig`)."
        }
        404 => "Dit is er niet, of u mag er niet van weten.",
        409 => {
            "Dit kan nu niet: iemand was u voor, de fase laat de stap niet toe, of iets past niet bij het signaal, de \
             mensen of de dag van nu (dan staan de plekken in `errors`)."
        }
        413 => "Het verzoek is te groot.",
        415 => "Alleen `application/json` wordt gelezen.",
        429 => {
            "Te veel pogingen met deze naam; er is niets nagekeken. `Retry-After` zegt na hoeveel seconden het weer kan."
        }
        _ => "Dit lukt nu niet; er is niets bewaard. `Retry-After` zegt na hoeveel seconden het weer kan.",
    };
    let mut response = versioned(about).content("application/problem+json", Content::new(Some(named("Probleem"))));
    if matches!(status, 429 | 503) {
        let header = HeaderBuilder::new().schema(Some(number("Seconden.", 1, 3600))).build();
        response = response.header("Retry-After", header);
    }
    response.build()
}
