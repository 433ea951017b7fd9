//! Every step of the description, taken by those whose step it is and refused to others.

use crate::support::app::TestApp;
use crate::support::routes;
use crate::support::walk::Walk;
use std::collections::BTreeSet;

/// Addresses where something is sent without taking a step on a signal.
const NO_STEPS: [&str; 7] = [
    "/sessies",
    "/sessies/huidig/_bevestig",
    "/signalen",
    "/meldingen/_volg",
    "/toegangsbewijzen",
    "/toegangsbewijzen/_vernieuw",
    "/toegangsbewijzen/_beeindig",
];

/// Steps beside the road of a signal, each walked by a test of its own (`names`, `papers`, `roles`).
const BESIDE: [&str; 4] = [
    "/signalen/{id}/naamverzoek",
    "/ontzegelingen/{id}/oordeel",
    "/signalen/{id}/uitsluiting",
    "/rolvoorstellen/_beoordeel",
];

#[test]
fn every_step_of_the_description_succeeds_for_its_own_people_and_does_not_exist_for_others() {
    let app = TestApp::start();
    let mut walk = Walk::start(&app);
    walk.ways_out();
    walk.whole();
    let described: BTreeSet<String> = routes::all(&app)
        .iter()
        .filter(|route| route.method == "POST")
        .filter_map(|route| route.path.strip_prefix("/api/v1"))
        .filter(|path| !NO_STEPS.contains(path) && !BESIDE.contains(path))
        .map(ToOwned::to_owned)
        .collect();
    assert!(described.len() > 30, "{described:?}");
    assert_eq!(walk.taken, described);
    app.assert_log_is_whole();
}
