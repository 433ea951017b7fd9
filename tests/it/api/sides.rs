//! Which side of the house opens what, and the switch for the members' part.

use super::problem;
use crate::support::app::{EVERYTHING, Opens, TestApp};
use crate::support::people::PASSWORD;
use meldroute::web::api::StaffApi;
use meldroute::web::server::Sides;
use serde_json::json;

fn statuses(app: &TestApp) -> [u16; 4] {
    let client = app.anonymous();
    let sign_in = json!({ "naam": "mirte", "wachtwoord": PASSWORD });
    [
        client.json("POST", "/api/v1/signalen", &[], Some(&json!({ "tekst": "x" }))).status,
        client.json("POST", "/api/v1/sessies", &[], Some(&sign_in)).status,
        client.json("GET", "/api/v1/signalen", &[], None).status,
        client.json("GET", "/api/v1/openapi.json", &[], None).status,
    ]
}

#[test]
fn members_addresses_are_gone_when_their_api_is_off() {
    let app = TestApp::opening(Opens { sides: Sides::Both, staff_api: StaffApi::Off, ..EVERYTHING });
    assert_eq!(statuses(&app), [201, 404, 405, 200]);
    let path = "/api/v1/signalen/00000000-0000-4000-8000-000000000000?doel=intake";
    problem(&app.anonymous().json("GET", path, &[], None), 404);
    let description = app.anonymous().json("GET", "/api/v1/openapi.json", &[], None);
    assert!(!description.body.contains("/sessies"), "what is not there is not described");
    let schemes = description.json()["components"]["securitySchemes"].clone();
    assert_eq!(super::names(&schemes), ["koppeling"], "other systems come in wherever the API is");
}

#[test]
fn each_listener_opens_its_own_side() {
    let public = TestApp::opening(Opens { sides: Sides::Public, staff_api: StaffApi::On, ..EVERYTHING });
    assert_eq!(statuses(&public), [201, 404, 405, 200]);
    let staff = TestApp::opening(Opens { sides: Sides::Staff, staff_api: StaffApi::On, ..EVERYTHING });
    assert_eq!(statuses(&staff), [405, 201, 401, 200]);
    let told = staff.anonymous().json("POST", "/api/v1/signalen", &[], Some(&json!({ "tekst": "x" })));
    assert_eq!(told.headers["allow"], "GET");
}
