//! Two people at one weighing (2b).

use super::*;

#[test]
fn two_people_choose_per_point_and_points_that_one_changed_merge_silently() {
    let (app, id) = start();
    let (mut mirte, mut joost) = (app.member("mirte"), app.member("joost"));
    let (hers, his) = (mirte.get(&place(id)), joost.get(&place(id)));
    let saved = [
        ("criteria.ernst.keuze", "ernstig"),
        ("criteria.ernst.waarom", "Derde naam in acht maanden."),
        ("criteria.concreet.keuze", "2"),
        ("criteria.aanpakbaar.keuze", "ja"),
        ("criteria.aanpakbaar.waarom", "APV."),
        ("daad", "concept"),
    ];
    assert_eq!(joost.submit(&his, &place(id), &saved).status, 303);
    let typed = [
        ("criteria.ernst.keuze", "merkbaar"),
        ("criteria.ernst.waarom", "Omvang niet bekend."),
        ("criteria.concreet.keuze", "2"),
        ("criteria.evenredig.keuze", "beperkt"),
        ("criteria.evenredig.waarom", "Alleen hit of geen hit."),
    ];
    let sign =
        with(typed.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(), &[("daad", "ondertekenen")]);
    let told = mirte.submit(&hers, &place(id), &borrowed(&sign));
    assert_eq!(told.status, 409);
    for said in [
        "Joost Proef wijzigde deze weging om 9.00 uur. Uw tekst is bewaard.",
        "ernstig: “Derde naam in acht maanden.”",
        "merkbaar: “Omvang niet bekend.”",
        "De andere tien punten botsen niet.",
        "Kies eerst bovenaan wat er met punt 5. Ernst gebeurt",
    ] {
        assert!(told.body.contains(said), "{said}: {}", told.body);
    }
    assert!(!told.body.contains("value=\"ondertekenen\""), "signing waits for the choice");
    assert!(!told.body.contains("niet gewijzigd"), "what nobody else filled in is not set beside anything");
    assert!(told.body.contains("value=\"APV.\""), "what only the other changed is taken over");
    let mut choice = with(sign, &[("daad", "kies"), ("keuze-ernst", "hun")]);
    choice = with(choice, &[("criteria.aanpakbaar.keuze", "ja"), ("criteria.aanpakbaar.waarom", "APV.")]);
    let chosen = mirte.submit(&told, &place(id), &borrowed(&choice));
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert!(
        chosen.body.contains("value=\"Derde naam in acht maanden.\"") && !chosen.body.contains("Omvang niet bekend.")
    );
    assert!(chosen.body.contains("value=\"ondertekenen\"") && chosen.body.contains("Alleen hit of geen hit."));
    let kept = with(filled(&app, "riec", "sanne"), &[("criteria.ernst.waarom", "Derde naam in acht maanden.")]);
    assert_eq!(mirte.submit(&chosen, &place(id), &borrowed(&kept)).status, 303);
}

#[test]
fn a_point_of_the_kept_draft_that_only_one_changed_is_shown_without_a_choice() {
    let (app, id) = start();
    let (mut mirte, mut joost) = (app.member("mirte"), app.member("joost"));
    let page = mirte.get(&place(id));
    let first = [("criteria.evenredig.keuze", "nee"), ("criteria.evenredig.waarom", "Te zwaar."), ("daad", "concept")];
    assert_eq!(mirte.submit(&page, &place(id), &first).status, 303);
    let (hers, his) = (mirte.get(&place(id)), joost.get(&place(id)));
    let saved = [first[0], first[1], ("criteria.ernst.keuze", "ernstig"), ("daad", "concept")];
    assert_eq!(joost.submit(&his, &place(id), &saved).status, 303);
    let typed = [("criteria.evenredig.keuze", "beperkt"), ("criteria.ernst.keuze", "merkbaar"), ("daad", "concept")];
    let told = mirte.submit(&hers, &place(id), &typed);
    assert_eq!(told.status, 409);
    for said in ["niet gewijzigd", "alleen beperkt", "uw keuze blijft staan", "De andere negen punten zijn gelijk."] {
        assert!(told.body.contains(said), "{said}: {}", told.body);
    }
}

#[test]
fn a_change_that_touches_no_point_is_told_and_the_form_can_go_on() {
    let (app, id) = start();
    let (mut mirte, mut joost) = (app.member("mirte"), app.member("joost"));
    let (hers, his) = (mirte.get(&place(id)), joost.get(&place(id)));
    let computed = his.body.split("name=\"criteria.concreet.keuze\" value=\"").skip(1);
    let chosen = computed.filter_map(|rest| rest.split_once('"')).find(|(_, after)| after.starts_with(" checked"));
    let same = [("criteria.concreet.keuze", chosen.unwrap().0), ("daad", "concept")];
    assert_eq!(joost.submit(&his, &place(id), &same).status, 303);
    let told = mirte.submit(&hers, &place(id), &borrowed(&filled(&app, "riec", "sanne")));
    assert_eq!(told.status, 409);
    assert!(
        told.body.contains("Joost Proef wijzigde deze weging") && told.body.contains("value=\"ondertekenen\""),
        "{}",
        told.body
    );
    let sent = mirte.submit(&told, &place(id), &borrowed(&filled(&app, "riec", "sanne")));
    assert_eq!(sent.status, 303, "{}", sent.body);
}

#[test]
fn what_is_laid_before_a_second_person_may_be_improved_and_the_old_page_signs_nothing() {
    let (app, id) = start();
    proposed(&app, id, "mirte", "riec", "joost", &[]);
    let mut joost = app.member("joost");
    let old = joost.get(&signing(id));
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert!(!page.body.contains("value=\"concept\""), "a signed version has no draft beside it");
    assert_eq!(mirte.submit(&page, &place(id), &borrowed(&filled(&app, "verrijken", "joost"))).status, 303);
    let late = joost.submit(&old, &signing(id), &[("daad", "ondertekenen"), ("zin", "mijn zin")]);
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Er veranderde iets terwijl u las") && late.body.contains("mijn zin"), "{}", late.body);
    let signed = joost.submit(&late, &signing(id), &[("daad", "ondertekenen")]);
    assert_eq!(signed.status, 303, "{}", signed.body);
    assert_eq!(standing(&app, id).waiting, "check1", "what was signed is what was read");
}

#[test]
fn two_people_who_sign_at_once_make_one_weighing() {
    let (app, id) = start();
    let (mut mirte, mut joost) = (app.member("mirte"), app.member("joost"));
    let (hers, his) = (mirte.get(&place(id)), joost.get(&place(id)));
    assert_eq!(mirte.submit(&hers, &place(id), &borrowed(&filled(&app, "riec", "sanne"))).status, 303);
    let late = with(filled(&app, "verrijken", "sanne"), &[("criteria.ernst.waarom", "zin van Joost")]);
    let told = joost.submit(&his, &place(id), &borrowed(&late));
    assert_eq!(told.status, 409);
    assert!(
        told.body.contains("Mirte Proef wijzigde deze weging") && told.body.contains("zin van Joost"),
        "{}",
        told.body
    );
    assert_eq!(rows(&app, id).len(), 1);
}
