//! Every address of the service: those of the pages from the source, those of the API from its own description.

use super::app::TestApp;
use super::source;
use std::collections::BTreeSet;

/// One address with one method.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// With `{..}` where something is named.
    pub path: String,
    pub method: String,
}

/// Files that make routes from data instead of words, with the addresses of pages they make. Those of the API stand in
/// its own description.
const FROM_DATA: &[(&str, &[&str])] = &[
    ("src/web/api.rs", &[]),
    ("src/web/pages/weighing.rs", &["/signalen/{id}/weging-3", "/signalen/{id}/weging-4"]),
    (
        "src/web/pages/second_signature.rs",
        &["/signalen/{id}/weging-3/meetekenen", "/signalen/{id}/weging-4/meetekenen"],
    ),
];

/// Every address, in order.
pub fn all(app: &TestApp) -> BTreeSet<Route> {
    let mut routes = pages();
    let description = app.anonymous().get("/api/v1/openapi.json").json();
    for (path, methods) in description["paths"].as_object().expect("paths in the description") {
        for method in methods.as_object().unwrap().keys() {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                routes.insert(Route { path: format!("/api/v1{path}"), method: method.to_uppercase() });
            }
        }
    }
    routes
}

/// The addresses of the pages: every `.route("ADDRESS", web::METHOD()` under `src/web`.
fn pages() -> BTreeSet<Route> {
    let mut routes = BTreeSet::new();
    for file in source::under("src/web") {
        let text: String = file.code_lines().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        let text = text.split("mod tests {").next().unwrap();
        for part in text.split(".route(").skip(1) {
            let part = part.trim_start();
            let Some(rest) = part.strip_prefix('"') else {
                let known = FROM_DATA.iter().find(|(path, _)| *path == file.path);
                let Some((_, addresses)) = known else { panic!("{}: which address is {part:.40}", file.path) };
                routes.extend(addresses.iter().flat_map(|path| {
                    ["GET", "POST"].map(|method| Route { path: (*path).to_owned(), method: method.to_owned() })
                }));
                continue;
            };
            let (path, rest) = rest.split_once('"').unwrap();
            let rest: String = rest.chars().filter(|sign| !sign.is_whitespace()).take(40).collect();
            let method = rest.strip_prefix(",web::").and_then(|rest| rest.split('(').next());
            let method = method.unwrap_or_else(|| panic!("{}: which method has {path}", file.path));
            routes.insert(Route { path: path.to_owned(), method: method.to_uppercase() });
        }
    }
    assert!(routes.len() > 20, "the reader of routes found {}", routes.len());
    routes
}

impl Route {
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// The address with these in the place of what is named, in order.
    pub fn filled(&self, names: &[String]) -> String {
        let mut path = String::new();
        let mut names = names.iter();
        for (place, part) in self.path.split('{').enumerate() {
            match part.split_once('}') {
                Some((_, rest)) if place > 0 => {
                    path.push_str(names.next().map_or("00000000-0000-4000-8000-000000000000", String::as_str));
                    path.push_str(rest);
                }
                _ => path.push_str(part),
            }
        }
        path
    }

    pub fn has_names(&self) -> bool {
        self.path.contains('{')
    }

    /// The table of what its first `{..}` names, when that is a signal or a part of one.
    pub fn table(&self) -> Option<&'static str> {
        let table = match self.path.trim_start_matches("/api/v1").split('/').nth(1)? {
            "signalen" => "signals",
            "privacychecks" => "privacy_checks",
            "bronvragen" => "source_questions",
            "acties" => "actions",
            "besluiten" => "decisions",
            "lio" => "agenda_items",
            "doorgeefbladen" => "handoffs",
            "ontzegelingen" => "identity_openings",
            "spoedbesluiten" => "decisions",
            "verklaringen" => "destructions",
            _ => return None,
        };
        self.has_names().then_some(table)
    }
}
