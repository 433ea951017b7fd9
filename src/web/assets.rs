//! Stylesheet, fonts and icon from our own origin, under an address that changes with their content.

use crate::vault::digest::sha256;
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;
use std::sync::OnceLock;

#[derive(RustEmbed)]
#[folder = "assets/dist"]
struct Dist;

/// Where the assets are: `/static/<hash>`.
#[must_use]
pub fn base() -> &'static str {
    static BASE: OnceLock<String> = OnceLock::new();
    BASE.get_or_init(|| {
        let mut all = Vec::new();
        let mut names: Vec<_> = Dist::iter().collect();
        names.sort();
        for name in names {
            if let Some(file) = Dist::get(&name) {
                all.extend_from_slice(name.as_bytes());
                all.extend_from_slice(&file.metadata.sha256_hash());
            }
        }
        let text = data_encoding::HEXLOWER.encode(&sha256(&all));
        format!("/static/{}", text.get(..16).unwrap_or_default())
    })
}

/// One file. Other hashes than this build's are not found, so that nothing stale is ever kept as fresh.
pub async fn file(path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let found = if base().ends_with(&hash) { Dist::get(&name) } else { None };
    match found {
        Some(file) => HttpResponse::Ok()
            .insert_header(("Content-Type", kind_of(&name)))
            .insert_header(("Cache-Control", "public, max-age=31536000, immutable"))
            .body(file.data.into_owned()),
        None => HttpResponse::NotFound().finish(),
    }
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
