//! Groups with their keys, and roles with holder and deputy.

use super::Finding;
use super::data::{Found, GroupKey};
use crate::domain::calendar;
use crate::domain::role::{Group, Role, Seat};
use crate::store::members::RoleRow;

/// Within how many days the end of the last deputy is told.
const SOON_DAYS: i64 = 30;

/// Each group: whether it has a key, and how many hold it.
pub(super) fn groups(found: &Found) -> Vec<Finding> {
    found.groups.iter().flat_map(group).collect()
}

fn group(key: &GroupKey) -> Vec<Finding> {
    let label = key.group.label();
    if !key.stated {
        return vec![without_key(key.group)];
    }
    let mut findings = vec![match key.with_copy.len() {
        0 => Finding::fault(
            format!("Niemand van de {label} heeft nog een kopie van de groepssleutel."),
            "Wat aan deze groep verzegeld is, kan niemand nu openen.",
            format!(
                "Open de sleutel met twee delen van de herstelsleutel: meldroute keys recover --group {}.",
                key.group.code()
            ),
        ),
        1 => Finding::notice(
            format!("De sleutel van de {label} heeft één houder: {}.", key.with_copy.join(", ")),
            "Is die persoon weg, dan kan niemand iets openen.",
            "Laat een tweede toe, en laat daarna de eerste zich opnieuw aanmelden.",
        ),
        count => Finding::fine(format!("De sleutel van de {label} heeft {count} houders.")),
    }];
    if !key.without_copy.is_empty() {
        findings.push(Finding::notice(
            format!("Nog zonder groepssleutel bij de {label}: {}.", key.without_copy.join(", ")),
            "Zij hebben de rol maar kunnen nog niets openen.",
            format!("Laat een houder zich opnieuw aanmelden: {}.", key.with_copy.join(" of ")),
        ));
    }
    if !key.recoverable {
        findings.push(Finding::fault(
            format!("De sleutel van de {label} is niet met de herstelsleutel te openen."),
            "Raken alle houders hun wachtwoord kwijt, dan is alles van deze groep verloren.",
            "Meld dit: zo hoort geen groepssleutel gemaakt te worden.",
        ));
    }
    findings
}

fn without_key(group: Group) -> Finding {
    let (label, role) = (group.label(), group.role().label());
    let what = format!("De {label} hebben nog geen sleutel.");
    let todo = format!("Nodig twee mensen uit met de rol {role} en laat hen zich voor het eerst aanmelden.");
    match group {
        Group::Coordinators => Finding::fault(what, "Er kan geen gewoon signaal worden gemeld.", todo),
        Group::Privacy => {
            Finding::fault(what, "Vertrouwelijk melden kan niet, en geen privacycheck kan worden gedaan.", todo)
        }
        Group::Integrity => Finding::fault(what, "Melden over een collega kan niet.", todo),
        Group::Trafficking => Finding::notice(what, "Bij tekenen van mensenhandel leest niemand van hen mee.", todo),
        Group::Jurists => Finding::notice(what, "Geen jurist kan stukken lezen die getekend moeten worden.", todo),
    }
}

/// Each role: who holds it, who deputises; and what waits.
pub(super) fn roles(found: &Found) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Role::ALL.iter().map(|role| held(found, *role)).collect();
    findings.extend(sources(found));
    findings.extend(ending(found));
    findings.extend(waiting(found));
    findings
}

fn holders(found: &Found, role: Role, seat: Seat) -> Vec<&str> {
    let has =
        |rows: &[RoleRow]| rows.iter().any(|row| row.role == role && row.seat == seat && row.counts_on(found.today));
    let some = found.accounts.iter().filter(|(member, roles)| member.state == "active" && has(roles));
    some.map(|(member, _)| member.name.as_str()).collect()
}

fn held(found: &Found, role: Role) -> Finding {
    let label = role.label();
    let (first, deputies) = (holders(found, role, Seat::Holder), holders(found, role, Seat::Deputy));
    match (first.as_slice(), deputies.as_slice()) {
        ([], []) => Finding::notice(
            format!("Niemand heeft de rol {label}."),
            "De stappen van deze rol kan niemand doen.",
            "meldroute member add, of meldroute member role.",
        ),
        ([], deputies) => Finding::notice(
            format!("De rol {label} heeft alleen een plaatsvervanger: {}.", deputies.join(", ")),
            "Er is geen vaste houder.",
            "Wijs een vaste houder aan.",
        ),
        // Each source has its own holder; those are looked at below.
        (first, []) if role == Role::Flexible => Finding::fine(format!("{label}: {}.", first.join(", "))),
        (first, []) => Finding::notice(
            format!("De rol {label} heeft geen plaatsvervanger naast {}.", first.join(", ")),
            "Bij vakantie of ziekte neemt niemand het over.",
            "Wijs een plaatsvervanger aan: meldroute member role AANMELDNAAM ROL:plaatsvervanger.",
        ),
        (first, deputies) => {
            Finding::fine(format!("{label}: {}; plaatsvervanger {}.", first.join(", "), deputies.join(", ")))
        }
    }
}

fn sources(found: &Found) -> Option<Finding> {
    let answered = |code: &str, role: Role| {
        found.accounts.iter().any(|(member, roles)| {
            let answers = |row: &RoleRow| row.role == role && row.source_code == code && row.counts_on(found.today);
            member.state == "active" && roles.iter().any(answers)
        })
    };
    let without: Vec<&str> = found
        .protocol
        .sources
        .iter()
        .filter(|source| !answered(source.code.as_str(), source.holder))
        .map(|source| source.label.as_str())
        .collect();
    (!without.is_empty()).then(|| {
        Finding::notice(
            format!("Bronnen zonder iemand die antwoordt: {}.", without.join("; ")),
            "Aan deze bronnen kan niets gevraagd worden.",
            "meldroute member role AANMELDNAAM bronhouder:vast:BRON.",
        )
    })
}

/// Roles of which the last deputy's days end soon, each with the day.
fn ending(found: &Found) -> Vec<Finding> {
    let active = found.accounts.iter().filter(|(member, _)| member.state == "active");
    let deputies: Vec<(&str, &RoleRow)> = active
        .flat_map(|(member, roles)| roles.iter().map(|row| (member.name.as_str(), row)))
        .filter(|(_, row)| row.seat == Seat::Deputy && row.state != "proposed")
        .collect();
    let soon = found.today.plus_days(SOON_DAYS);
    let mut findings = Vec::new();
    for (name, row) in &deputies {
        let Some(last) = row.last_on.filter(|last| row.counts_on(found.today) && *last <= soon) else { continue };
        let next = last.plus_days(1);
        let goes_on = |other: &RoleRow| other.is_same_as(row.role, &row.source_code) && other.dates().hold_on(next);
        if !deputies.iter().any(|(_, other)| goes_on(other)) {
            findings.push(Finding::notice(
                format!(
                    "{name} vervangt als {} tot en met {}; daarna is er geen plaatsvervanger.",
                    row.role.label(),
                    calendar::in_words_near(last, found.today)
                ),
                "De rol eindigt dan vanzelf.",
                "Stel nieuwe dagen voor, of een ander: meldroute member role AANMELDNAAM ROL:plaatsvervanger --until DAG.",
            ));
        }
    }
    findings
}

fn waiting(found: &Found) -> Vec<Finding> {
    let mut findings = Vec::new();
    let invited: Vec<&str> = found
        .accounts
        .iter()
        .filter(|(member, _)| member.state == "invited")
        .map(|(member, _)| member.login.as_str())
        .collect();
    if !invited.is_empty() {
        findings.push(Finding::notice(
            format!("Nog niet voor het eerst aangemeld: {}.", invited.join(", ")),
            "Zij hebben nog geen sleutel; aan hen kan niets verzegeld worden.",
            "Vraag of zij hun eenmalige code hebben. Is die kwijt, schakel het account dan uit en nodig opnieuw uit.",
        ));
        if !found.setup_key_here {
            findings.push(Finding::notice(
                "De inrichtingssleutel (setup.key) is niet op deze machine.",
                "Een eerste keer aanmelden kan dan niet: niemand bevestigt de nieuwe sleutel.",
                "Zet setup.key uit de kluis terug tot zij binnen zijn, en haal hem daarna weer weg.",
            ));
        }
    } else if found.setup_key_here {
        findings.push(Finding::notice(
            "De inrichtingssleutel (setup.key) is nog op deze machine, terwijl iedereen binnen is.",
            "Wie hem heeft en bij de database kan, kan een sleutel laten erkennen die niet van een medewerker is.",
            "Haal hem weg en bewaar hem in een kluis.",
        ));
    }
    for (member, roles) in &found.accounts {
        for row in roles.iter().filter(|row| row.state == "proposed" && member.state != "disabled") {
            findings.push(Finding::notice(
                format!("{}: de rol {} wacht op een tweede persoon.", member.login, row.role.label()),
                "De rol geldt nog niet.",
                "Vraag iemand met die rol, of de privacy officer, ermee in te stemmen.",
            ));
        }
    }
    findings
}
