//! What stands on record of a signal, with who signed it: only what was opened for this reader.

use super::judged;
use crate::app::judgements::{JUDGEMENT, Number, RETURNED, SENTENCE, Signed};
use crate::app::reading::Opened;
use crate::app::triage::{NOT_TAKEN_UP, REFERRAL};
use crate::domain::calendar::in_words_near;
use crate::domain::protocol::Protocol;
use crate::domain::time::Day;
use crate::domain::weighing::{Assessment, Confirmation, IntakeAssessment, NotTakenUp, Referral};
use crate::web::views::signal::{Judged, Record};

/// The records that the page of a signal shows, besides the report.
pub const KINDS: &[&str] = &["report", "intake", "weighing3", "weighing4", RETURNED];

/// The judgements of a signal, in order, as far as they were opened. Drafts are no judgement and are left out.
#[must_use]
pub fn judgements(protocol: &Protocol, opened: &Opened, signed: &[Signed], today: Day) -> Vec<Record> {
    let shown = signed.iter().filter(|judgement| judgement.row.state != "draft");
    shown.filter_map(|judgement| record(protocol, opened, judgement, today)).collect()
}

fn record(protocol: &Protocol, opened: &Opened, judgement: &Signed, today: Day) -> Option<Record> {
    let row = &judgement.row;
    opened.records.iter().find(|record| record.id == row.record_id)?;
    let mut points = match row.number.as_str() {
        "1" => intake_points(protocol, opened, judgement),
        "3" => {
            let weighed: Assessment = opened.json(row.record_id, JUDGEMENT)?;
            let mut points = judged::assessment_points(protocol, &weighed);
            points.extend(judged::proposal_points(protocol, &weighed.proposal));
            points
        }
        _ => {
            let weighed: Confirmation = opened.json(row.record_id, JUDGEMENT)?;
            let mut points = judged::confirmation_points(&weighed);
            points.extend(judged::confirmation_proposal_points(protocol, &weighed));
            points
        }
    };
    points.extend(returned_point(opened, judgement));
    Some(Record { title: title(judgement), signed: signatures(judgement, today), points })
}

fn intake_points(protocol: &Protocol, opened: &Opened, judgement: &Signed) -> Vec<Judged> {
    let record = judgement.row.record_id;
    let mut points = Vec::new();
    if let Some(intake) = opened.json::<IntakeAssessment>(record, JUDGEMENT) {
        points.extend(judged::intake_points(protocol, &intake));
    }
    if let Some(short) = opened.json::<NotTakenUp>(record, NOT_TAKEN_UP) {
        points.extend(judged::not_taken_up_points(protocol, &short));
    }
    if let Some(referral) = opened.json::<Referral>(record, REFERRAL) {
        points.extend(judged::referral_points(protocol, &referral));
    }
    points
}

/// Why a version came back, when it did and that was opened.
fn returned_point(opened: &Opened, judgement: &Signed) -> Option<Judged> {
    let of = |part: crate::domain::ids::ObjectId| part.uuid() == judgement.row.id.uuid();
    let record = opened.records.iter().find(|record| record.kind == RETURNED && record.part_of.is_some_and(of))?;
    Some(Judged::new("Kwam terug", opened.disclosed.text(record.id, SENTENCE)?, ""))
}

/// Why the newest version of a judgement came back, when it did: what whoever improves it reads first.
#[must_use]
pub fn came_back(opened: &Opened, signed: &[Signed], number: Number, today: Day) -> Option<Record> {
    let judgement = signed.iter().rfind(|one| one.row.number == number.code() && one.row.state == "returned")?;
    let later = |one: &&Signed| one.row.number == number.code() && one.row.state == "agreed";
    if signed.iter().rfind(later).is_some_and(|agreed| agreed.row.version > judgement.row.version) {
        return None;
    }
    let point = returned_point(opened, judgement)?;
    let who = judgement.second.clone().unwrap_or_default();
    Some(Record {
        title: "Deze weging kwam terug".to_owned(),
        signed: format!(
            "Versie {}, {}. Voorgelegd aan {who}.",
            judgement.row.version,
            in_words_near(judgement.row.drafted_on, today)
        ),
        points: vec![point],
    })
}

fn title(judgement: &Signed) -> String {
    let row = &judgement.row;
    let name = match row.number.as_str() {
        "1" => "Intake",
        "3" => "Weging 3",
        _ => "Weging 4",
    };
    match row.state.as_str() {
        "returned" => format!("{name}, versie {} (geldt niet meer)", row.version),
        "proposed" => format!("{name}, wacht op de tweede handtekening"),
        _ => name.to_owned(),
    }
}

/// Who signed, and when: "Mirte Korenblik en Joost Lindegaard, 24 november".
fn signatures(judgement: &Signed, today: Day) -> String {
    let row = &judgement.row;
    match (&judgement.second, row.agreed_on) {
        (Some(second), Some(day)) => {
            format!("Ondertekend door {} en {second}, {}.", judgement.first, in_words_near(day, today))
        }
        (Some(asked), None) if row.state == "proposed" => {
            format!("Ondertekend door {}, {}. Ligt bij {asked}.", judgement.first, in_words_near(row.drafted_on, today))
        }
        _ => format!("{}, {}.", judgement.first, in_words_near(row.drafted_on, today)),
    }
}
