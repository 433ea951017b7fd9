//! The server: which addresses there are, and on which side of the house they open.

use super::failure::Failed;
use super::form::FORM_MAX_BYTES;
use super::pages::errors;
use super::{Web, api, assets, kept, middleware, pages};
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpResponse, HttpServer, web};
use std::net::TcpListener;

/// What a listener opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Public pages and the public part of the API.
    Public,
    /// Members' pages and their part of the API.
    Staff,
    /// Both, on one address.
    Both,
}

impl Sides {
    /// Whether the public side opens.
    #[must_use]
    pub fn opens_public(self) -> bool {
        self != Self::Staff
    }
    /// Whether the side of members opens.
    #[must_use]
    pub fn opens_staff(self) -> bool {
        self != Self::Public
    }
}

/// Every address of the pages.
pub fn pages_config(config: &mut web::ServiceConfig, sides: Sides) {
    config.route("/static/{hash}/{file}", web::get().to(assets::file));
    if sides.opens_public() {
        config
            .route("/", web::get().to(to_landing))
            .route("/melden", web::get().to(pages::melden::landing))
            .route("/melden/signaal", web::get().to(pages::melden::first_step))
            .route("/melden/collega", web::get().to(pages::melden::first_step))
            .route("/melden/signaal", web::post().to(pages::melden::step))
            .route("/melden/klaar", web::get().to(pages::melden::done))
            .route("/melden/weg", web::get().to(pages::melden::leave))
            .route("/melden/volgen", web::get().to(pages::volgen::ask))
            .route("/melden/volgen", web::post().to(pages::volgen::show));
    }
    if sides.opens_staff() {
        config
            .route("/aanmelden", web::get().to(pages::sign_in::ask))
            .route("/aanmelden", web::post().to(pages::sign_in::enter))
            .route("/afmelden", web::post().to(pages::sign_in::leave))
            .route("/aanmelden/eerste-keer", web::get().to(pages::sign_in::first_ask))
            .route("/aanmelden/eerste-keer", web::post().to(pages::sign_in::first_enter))
            .route("/werk", web::get().to(pages::worklist::show))
            .route("/signalen", web::get().to(pages::signals::list))
            .configure(pages::agenda::routes)
            .configure(pages::check1::routes)
            .configure(pages::check2a::routes)
            .configure(pages::check2b::routes)
            .configure(pages::closing::routes)
            .configure(pages::confirming::routes)
            .configure(pages::decision::routes)
            .configure(pages::decision_owner::routes)
            .configure(pages::destruction::routes)
            .configure(pages::enrichment::routes)
            .configure(pages::exclusion::routes)
            .configure(pages::follow_up::routes)
            .configure(pages::handoff::routes)
            .configure(pages::identity::routes)
            .configure(pages::emergency::routes)
            .configure(pages::intake::routes)
            .configure(pages::machines::routes)
            .configure(pages::members::routes)
            .configure(pages::my_password::routes)
            .configure(pages::my_sign_in::routes)
            .configure(pages::leaving::routes)
            .configure(pages::privacy_check::routes)
            .configure(pages::publish::routes)
            .configure(pages::referral::routes)
            .configure(pages::roles::routes)
            .configure(pages::second_factor::routes)
            .configure(pages::second_signature::routes)
            .configure(pages::signal::routes)
            .configure(pages::source_question::routes)
            .configure(pages::telling::routes)
            .configure(pages::urgent::routes)
            .configure(pages::weighing::routes);
    }
    config.default_service(web::to(errors::not_found));
}

async fn to_landing() -> Result<HttpResponse, Failed> {
    Ok(HttpResponse::SeeOther().insert_header(("Location", "/melden")).finish())
}

/// Starts serving on listeners that are already bound.
///
/// # Errors
/// When a listener cannot be taken over.
pub fn start(web: Web, listeners: Vec<(TcpListener, Sides)>, workers: usize) -> std::io::Result<Vec<Server>> {
    listeners
        .into_iter()
        .map(|(listener, sides)| {
            let data = web::Data::new(web.clone());
            let of_api = web::Data::new(api::Api::new(&web, sides).map_err(std::io::Error::other)?);
            let server = HttpServer::new(move || {
                ActixApp::new()
                    .app_data(data.clone())
                    .app_data(web::PayloadConfig::new(FORM_MAX_BYTES))
                    .service(api::service(of_api.clone(), &data, sides))
                    .service(
                        web::scope("")
                            .configure(|config| pages_config(config, sides))
                            .wrap(from_fn(kept::carry))
                            .wrap(from_fn(middleware::same_origin))
                            .wrap(from_fn(errors::pages_for_failures)),
                    )
                    .wrap(from_fn(middleware::head_as_get))
                    .wrap(from_fn(middleware::headers))
            })
            .workers(workers)
            .shutdown_timeout(10)
            .client_request_timeout(std::time::Duration::from_secs(20))
            .listen(listener)?;
            Ok(server.run())
        })
        .collect()
}
