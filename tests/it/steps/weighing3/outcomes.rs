//! Where each proposal leads once two people signed it.

use super::*;

fn ended(proposal: &str, more: &[(&str, &str)]) -> meldroute::store::signals::SignalRow {
    let (app, id) = start();
    proposed(&app, id, "mirte", proposal, "joost", more);
    assert_eq!(agreed(&app, id, "joost").status, 303);
    standing(&app, id)
}

#[test]
fn a_department_and_the_riec_lead_to_following_up() {
    let department = ended("afdeling", &[("afdeling", "vth"), ("grondslag", "APV art. 2:1")]);
    assert_eq!((department.stage.code(), department.outcome.as_deref()), ("opvolgen", Some("AFD")));
    let riec = ended("riec", &[]);
    assert_eq!((riec.stage.code(), riec.outcome.as_deref()), ("opvolgen", Some("RIEC")));
    for row in [department, riec] {
        assert_eq!((row.waiting.as_str(), row.due_on.unwrap().to_string().as_str()), ("follow_up", "2027-02-24"));
        assert_eq!(row.kept_until, None);
    }
}

#[test]
fn monitoring_returns_on_its_day() {
    let row = ended("monitoren", &[("totDatum", "31-1-2027")]);
    assert_eq!(
        (row.stage.code(), row.waiting.as_str(), row.outcome.as_deref()),
        ("monitoren", "monitoring", Some("MON"))
    );
    assert_eq!(row.monitor_until.unwrap().to_string(), "2027-01-31");
    assert_eq!(row.due_on, row.monitor_until);
}

#[test]
fn not_taken_up_closes_with_its_reason_and_its_term() {
    let row = ended("niet_in_behandeling", &[("reden", "niet_evenredig")]);
    assert_eq!(
        (row.stage.code(), row.outcome.as_deref(), row.reason.as_deref()),
        ("afgesloten", Some("NIB"), Some("niet_evenredig"))
    );
    assert_eq!((row.waiting.as_str(), row.due_on, row.turn_of), ("", None, None));
    assert_eq!(row.kept_until.unwrap().to_string(), "2027-11-24");
}

#[test]
fn what_was_agreed_cannot_be_weighed_or_signed_again() {
    let (app, id) = start();
    let mut sanne_page = None;
    proposed(&app, id, "mirte", "riec", "sanne", &[]);
    let mut sanne = app.member("sanne");
    sanne_page.replace(sanne.get(&signing(id)));
    let page = sanne_page.unwrap();
    assert_eq!(sanne.submit(&page, &signing(id), &[("daad", "ondertekenen")]).status, 303);
    let again = sanne.submit(&page, &signing(id), &[("daad", "ondertekenen")]);
    assert_eq!(again.status, 409);
    let mut mirte = app.member("mirte");
    assert_eq!(mirte.get(&place(id)).status, 409);
    assert_eq!(events(&app, id).iter().filter(|event| event.kind == "weighing.agreed").count(), 1);
}
