//! How far each of the ten signals has come, and when: every stage is shown, and for most people something waits.

use super::drafts::{self, Judged, judged};
use super::road::Road;
use super::signals::ten;
use crate::app::AppError;

/// Days before today on which the demo's municipality was set up.
pub(super) const FIRST_DAY: i64 = 45;
/// Days before today on which the first item was published. Its sitting comes six weeks later, so that it can be read
/// now.
const PUBLISHED: i64 = 36;

const SHOP: Judged = Judged {
    outcome: "verrijken",
    source: ("X", "De melder is anoniem; wat er staat, is wel na te gaan."),
    content: ("1", "Zelf gezien, over langere tijd."),
    harm: "Een winkel die niet van klanten leeft, verdringt wie dat wel doet.",
    lighter: "Wie de winkel drijft, is zonder bronnen niet te zien.",
    theme: "WIT",
};
const POLICE: Judged = Judged {
    outcome: "afdeling",
    source: ("A", "De rapportage is van de politie."),
    content: ("1", "Ter plaatse vastgesteld."),
    harm: "Afgetapte stroom in een rij woningen is gevaarlijk voor de buren.",
    lighter: "De bevoegdheid ligt bij de burgemeester; verrijken is niet nodig.",
    theme: "HEN",
};
const REGISTRATIONS: Judged = Judged {
    outcome: "verrijken",
    source: ("B", "De melder kent dit uit het eigen werk."),
    content: ("1", "Zelf gehoord en gezien aan de balie."),
    harm: "Mensen wonen onveilig of staan ingeschreven waar zij niet wonen.",
    lighter: "Zonder de basisregistratie is niet te zien of dit klopt.",
    theme: "ADR",
};
const CARE: Judged = Judged {
    outcome: "verrijken",
    source: ("B", "De melder kent dit uit het eigen werk."),
    content: ("1", "Zelf meegemaakt bij een huisbezoek."),
    harm: "Het raakt mensen die zich moeilijk kunnen verweren.",
    lighter: "Zonder contract is er geen toezicht; dat is nergens anders te zien.",
    theme: "ZRG",
};
const BARN: Judged = Judged {
    outcome: "riec",
    source: ("A", "De melder komt er voor het werk en heeft er geen belang bij."),
    content: ("1", "Zelf geroken en gezien."),
    harm: "Gevaar voor brand en vergiftiging, en een boer die onder druk staat.",
    lighter: "Er is een strafbaar feit; de gemeente kan dit niet alleen.",
    theme: "SYN",
};

/// Takes each signal its way, day by day.
///
/// # Errors
/// Whatever a step refuses; a test holds that none does.
pub(super) fn take(road: &mut Road<'_>) -> Result<(), AppError> {
    let [barrels, registrations, shop, shed, care, barn, passports, colleague, family, police] = ten();

    road.days_ago(FIRST_DAY - 1)?;
    let shop = road.report(&shop)?;
    road.days_ago(43)?;
    road.intake(shop, "WIT", "bibob", "eerstvolgende_lio")?;
    road.propose(shop, judged(&SHOP))?;
    road.agree(shop)?;
    road.days_ago(42)?;
    road.propose_sources(shop, drafts::shop_asked())?;
    road.clear_sources(shop, &["vergunningen", "handelsregister"])?;
    road.days_ago(40)?;
    road.answer_hit(shop, "vergunningen", "wim")?;
    road.answer_hit(shop, "handelsregister", "mehmet")?;
    road.confirm(shop, "Twee bronnen kennen dit pand, en de eigenaren volgen elkaar snel op.")?;
    road.days_ago(38)?;
    let readers: [(&str, &[usize]); 4] =
        [("sanne", &[1, 2, 3]), ("femke", &[1, 2, 3]), ("koen", &[1, 3]), ("wim", &[2])];
    road.prepare_item(shop, drafts::shop_item(), &readers)?;
    road.days_ago(PUBLISHED)?;
    road.publish(shop)?;

    road.days_ago(30)?;
    let family = road.report(&family)?;
    road.days_ago(28)?;
    road.not_taken_up(family, "te_vaag")?;

    road.days_ago(22)?;
    let registrations = road.report(&registrations)?;
    road.days_ago(21)?;
    road.intake(registrations, "ADR", "brp_adresonderzoek", "eerstvolgende_lio")?;
    road.propose(registrations, judged(&REGISTRATIONS))?;
    road.agree(registrations)?;
    road.propose_sources(registrations, drafts::registrations_asked())?;
    // The question has waited longer than the protocol gives: it is late.
    road.days_ago(18)?;
    road.clear_sources(registrations, &["brp"])?;

    road.days_ago(12)?;
    let police = road.report(&police)?;
    road.days_ago(11)?;
    road.intake(police, "HEN", "opiumwet_13b", "binnen_week")?;
    let mut to_department = judged(&POLICE);
    if let Some(fields) = to_department.as_object_mut() {
        fields.insert("afdeling".to_owned(), "oov".into());
    }
    road.propose(police, to_department)?;
    road.agree(police)?;
    road.give_action(police, "femke", "Bereid een besluit voor op grond van artikel 13b van de Opiumwet.", 16)?;

    road.days_ago(9)?;
    let care = road.report(&care)?;
    road.days_ago(7)?;
    road.intake(care, "ZRG", "wmo_toezicht", "eerstvolgende_lio")?;
    road.propose(care, judged(&CARE))?;
    road.agree(care)?;
    let barn = road.report(&barn)?;
    road.days_ago(6)?;
    road.intake(barn, "SYN", "aangifte", "binnen_week")?;
    let shed = road.report(&shed)?;
    road.days_ago(4)?;
    road.propose(barn, judged(&BARN))?;
    road.days_ago(3)?;
    road.propose_sources(care, drafts::care_asked())?;
    road.intake(shed, "HEN", "opiumwet_13b", "eerstvolgende_lio")?;
    road.days_ago(1)?;
    road.report(&colleague)?;
    road.report(&passports)?;
    road.days_ago(0)?;
    let barrels = road.report(&barrels)?;
    let tomorrow = road.in_days(1).to_string();
    road.urgent(barrels, drafts::barrels_decision(&tomorrow))?;
    road.end_day()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::demo::road::morning;
    use crate::domain::protocol::Protocol;
    use crate::domain::sitting::{ItemKind, SittingDays};
    use crate::domain::time::Day;

    #[test]
    fn on_whatever_day_the_demo_is_made_its_item_can_be_read_and_decided() {
        let protocol = Protocol::bundled().unwrap();
        let first = Day::new(2026, 11, 24).unwrap();
        for today in (0..700).map(|days| first.plus_days(days)) {
            let published = morning(&protocol.calendar, today.begins(), PUBLISHED).day();
            let days = SittingDays::next_in_cycle(None, ItemKind::Regular, published, &protocol);
            assert!(days.read_from <= today && today <= days.read_until, "{today}: {days:?}");
            assert!(today <= days.held_on, "{today}: {days:?}");
        }
    }
}
