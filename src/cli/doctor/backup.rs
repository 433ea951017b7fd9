//! The backup: something to seal it to, not too old, and a list of destructions that takes lines.

use super::super::readiness::age_in_days;
use super::Finding;
use crate::app::backup::destroyed::DestroyedList;
use crate::app::backup::last_made;
use crate::config::{Config, store_options};
use crate::domain::time::Moment;
use crate::store::db::{Db, Use};

/// Looks at everything a backup needs.
pub(super) fn findings(config: &Config, now: Moment) -> Vec<Finding> {
    let mut findings = vec![match config.key_folder().backup_public() {
        Ok(public) => Finding::fine(format!("Reservekopieën worden versleuteld voor {public}.")),
        Err(error) => Finding::notice(error.what, error.means, error.todo),
    }];
    let made = store_options(config).ok().and_then(|options| {
        let mut db = Db::open(&options.address, Use::Read).ok()?;
        last_made(&mut db).ok()
    });
    // A database that cannot be read has its own findings.
    if let Some(made) = made {
        findings.push(age(config, age_in_days(made, now)));
    }
    let list = DestroyedList::at(&config.backup.destructions);
    findings.push(match list.look() {
        Ok(()) => Finding::fine("De lijst van vernietigingen is te beschrijven."),
        Err(error) => Finding::fault(
            format!(
                "De lijst van vernietigingen, {}, is niet te lezen of te beschrijven: {error}.",
                list.path().display()
            ),
            "Wat vernietigd wordt, zou bij terugzetten terugkomen. Er wordt geen reservekopie gemaakt.",
            "Geef de gebruiker van de dienst schrijfrecht op dat bestand (backup.destructions).",
        ),
    });
    findings
}

fn age(config: &Config, days: Option<i64>) -> Finding {
    let todo = "Draai meldroute backup, en laat dat elke nacht gebeuren: docs/operations.md.";
    match days {
        None => Finding::notice(
            "Er is nog geen reservekopie gemaakt.",
            "Gaat deze machine stuk, dan is alles weg, en geen sleutel op papier brengt het terug.",
            todo,
        ),
        Some(days) if days > i64::from(config.backup.warn_after_days) => Finding::notice(
            format!("De laatste reservekopie is {days} dagen oud."),
            "Wat daarna gemeld is, is weg als deze machine stukgaat.",
            todo,
        ),
        Some(days) => Finding::fine(format!("De laatste reservekopie is {days} dagen oud.")),
    }
}
