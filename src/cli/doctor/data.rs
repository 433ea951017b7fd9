//! The database: reachable, of this version, with a log whose end fits and keys that are proven; and the clock.

use super::Finding;
use super::absence::{Person, Team};
use crate::app::chain::Chain;
use crate::app::members::Account;
use crate::app::oversight::{Anchors, KeyFinding, key_findings};
use crate::app::trust::group_owner;
use crate::config::{Config, ModeName, database_exists, load_protocol, not_opened, store_options};
use crate::domain::protocol::Protocol;
use crate::domain::role::{Group, Role};
use crate::domain::time::{Day, Moment};
use crate::ledger::checkpoint::Checkpoint;
use crate::store::contents::sealed_keys_of_subject;
use crate::store::db::{Address, Db, Use};
use crate::store::rows::{LogEnd, last_event, log_end};
use crate::store::{Migrations, StoreError, StoreOptions, log, members, migration_state};
use crate::vault::statement::{Owner, TrustedKeys};
use std::os::unix::fs::PermissionsExt as _;

/// Seconds by which the clock may be behind the last entry of the log.
const CLOCK_SLACK_SECONDS: i64 = 60;
/// Entries without a checkpoint after which to say so.
const TAIL_TOO_LONG: u64 = 5_000;

/// One group as the keys have it.
#[derive(Debug, Clone)]
pub(super) struct GroupKey {
    /// The group.
    pub(super) group: Group,
    /// Whether a proven key is there.
    pub(super) stated: bool,
    /// Logins of active members with the role who hold a copy.
    pub(super) with_copy: Vec<String>,
    /// Logins of active members with the role who lack one.
    pub(super) without_copy: Vec<String>,
    /// Whether the key on paper opens it.
    pub(super) recoverable: bool,
}

/// What was found in the database.
pub(super) struct Found {
    pub(super) accounts: Vec<Account>,
    pub(super) groups: Vec<GroupKey>,
    pub(super) protocol: Protocol,
    /// Whether the set-up key is on this machine.
    pub(super) setup_key_here: bool,
    /// The day on which it was looked at.
    pub(super) today: Day,
}

impl Found {
    /// Who is there to take steps today.
    pub(super) fn team(&self) -> Team {
        let today = self.today;
        let away = |from: Option<Day>, until: Option<Day>| {
            from.is_some_and(|from| from <= today) && until.is_none_or(|until| until >= today)
        };
        let person = |(member, roles): &Account| {
            let held: Vec<(Role, String)> = roles
                .iter()
                .filter(|row| row.counts_on(today) && !away(row.away_from, row.away_until))
                .map(|row| (row.role, row.source_code.clone()))
                .collect();
            (member.state == "active" && !held.is_empty()).then(|| Person { name: member.name.clone(), held })
        };
        Team {
            people: self.accounts.iter().filter_map(person).collect(),
            sources: self
                .protocol
                .sources
                .iter()
                .map(|source| (source.code.as_str().to_owned(), source.label.clone(), source.holder))
                .collect(),
        }
    }
}

/// Looks at the database; the second is `None` when it could not be read.
pub(super) fn look(config: &Config, now: Moment) -> (Vec<Finding>, Option<Found>) {
    let options = match store_options(config).and_then(|options| database_exists(&options).map(|()| options)) {
        Ok(options) => options,
        Err(error) => return (vec![error.into()], None),
    };
    let mut db = match Db::open(&options.address, Use::Read) {
        Ok(db) => db,
        Err(error) => return (vec![not_opened(&options, &error).into()], None),
    };
    let mut findings = vec![Finding::fine(format!("De database is bereikbaar ({}).", options.address.shown()))];
    findings.extend(file_permissions(config, &options));
    match migration_state(&mut db) {
        Ok(Migrations::Current) => findings.push(Finding::fine("De tabellen zijn van deze versie.")),
        Ok(state) => {
            findings.push(old_tables(state));
            return (findings, None);
        }
        Err(error) => {
            findings.push(not_opened(&options, &error).into());
            return (findings, None);
        }
    }
    match inside(config, &mut db, now, &mut findings) {
        Ok(found) => (findings, found),
        Err(error) => {
            findings.push(not_opened(&options, &error).into());
            (findings, None)
        }
    }
}

fn old_tables(state: Migrations) -> Finding {
    match state {
        Migrations::TooNew => Finding::fault(
            "De tabellen zijn van een nieuwere versie van dit programma.",
            "Deze versie start er niet mee.",
            "Gebruik de nieuwere versie.",
        ),
        Migrations::Pending(_) | Migrations::Current => Finding::fault(
            "De tabellen zijn van een eerdere versie van dit programma, of zij zijn er nog niet.",
            "De dienst start niet.",
            "Maak een reservekopie en draai meldroute migrate.",
        ),
    }
}

fn file_permissions(config: &Config, options: &StoreOptions) -> Option<Finding> {
    let Address::Sqlite(path) = &options.address else { return None };
    let open = std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o007 != 0);
    (open && config.mode == ModeName::Live).then(|| {
        Finding::notice(
            format!("Iedereen op deze machine mag {} lezen.", path.display()),
            "Inhoud is versleuteld, maar namen van medewerkers en wie wat deed staan er leesbaar in.",
            format!("chmod 640 {}", path.display()),
        )
    })
}

fn inside(config: &Config, db: &mut Db, now: Moment, findings: &mut Vec<Finding>) -> Result<Option<Found>, StoreError> {
    findings.push(match log_end(db)? {
        LogEnd::Fits => Finding::fine("Het einde van het logboek past bij de bewaarde eindstand."),
        LogEnd::Differs => Finding::fault(
            "Het einde van het logboek past niet bij de bewaarde eindstand.",
            "Regels zijn buiten de dienst om toegevoegd, veranderd of verwijderd. De dienst start niet.",
            "Draai meldroute audit verify: dat zegt welke regel de eerste is. Waarschuw de privacy officer en de FG.",
        ),
    });
    findings.push(clock(last_event(db)?, now));
    findings.push(checkpoints(db)?);
    let setup_key_here = config.key_folder().path(crate::config::KeyName::Setup).exists();
    let trusted = match keys(config, db, findings) {
        Some(trusted) => trusted,
        None => return Ok(None),
    };
    let Ok(protocol) = load_protocol(&config.protocol.folder) else { return Ok(None) };
    let accounts = members::member_list(db)?;
    let today = now.day();
    let groups = Group::ALL
        .iter()
        .map(|group| group_key(db, *group, &trusted, &accounts, today))
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Some(Found { accounts, groups, protocol, setup_key_here, today }))
}

/// The clock against the last thing that was written down.
fn clock(last: Option<Moment>, now: Moment) -> Finding {
    match last {
        Some(last) if now.plus_seconds(CLOCK_SLACK_SECONDS) < last => Finding::fault(
            format!("De klok van deze machine loopt achter: de laatste logregel is van {}.", last.in_millis()),
            "Termijnen, sessies en het logboek kloppen dan niet.",
            "Zet de klok gelijk (timedatectl, chrony) en ga na waarom hij achterliep.",
        ),
        _ => Finding::fine(format!("De klok staat op {} en loopt niet achter op het logboek.", now.in_millis())),
    }
}

fn checkpoints(db: &mut Db) -> Result<Finding, StoreError> {
    let size = log::log_tip(db).map_or(0, |(size, _)| size);
    let last = log::checkpoint_list(db)?.into_iter().next_back();
    let covered = last.and_then(|(_, note)| Checkpoint::parse_unverified(&note).ok()).map_or(0, |found| found.size);
    let tail = size.saturating_sub(covered);
    Ok(if covered == 0 || tail > TAIL_TOO_LONG {
        Finding::notice(
            format!("De laatste {tail} regels van het logboek zijn niet door een controlepunt gedekt."),
            "Wie de database beheert, zou ze kunnen veranderen zonder dat een papier het tegenspreekt.",
            "Draai meldroute audit checkpoint en geef het controlepunt aan de FG.",
        )
    } else {
        Finding::fine(format!("Het laatste controlepunt dekt {covered} van {size} logregels."))
    })
}

/// The keys that the log proves; adds what is wrong with the others.
fn keys(config: &Config, db: &mut Db, findings: &mut Vec<Finding>) -> Option<TrustedKeys> {
    // Missing or wrong key files were named before.
    let files = config.key_folder().read(&config.keys.log_name).ok()?;
    let anchors = Anchors {
        log_key: files.ledger.verifier(),
        log_key_bytes: Some(files.ledger.public_bytes()),
        setup_fingerprint: config.setup_fingerprint()?,
        setup_public: files.setup_public,
    };
    let todo = "Verander niets, draai meldroute audit verify en waarschuw de privacy officer en de FG.";
    match key_findings(db, &anchors) {
        Ok(wrong) if wrong.is_empty() => {
            findings
                .push(Finding::fine("De openbare sleutels hebben elk hun verklaring, vanaf de inrichtingssleutel."));
        }
        Ok(wrong) => findings.extend(wrong.iter().map(|finding: &KeyFinding| {
            Finding::fault(finding.to_string(), "Wat aan een verkeerde sleutel verzegeld wordt, leest een ander.", todo)
        })),
        Err(error) => findings.push(Finding::fault(
            format!("De sleutels zijn niet te controleren: {error}."),
            "Het is niet zeker dat alles bij de juiste mensen terechtkomt.",
            todo,
        )),
    }
    let trusted = Chain::read(db, anchors.setup_fingerprint, anchors.setup_public).ok()?.keys;
    if trusted.current(&Owner::Recovery).is_none() {
        findings.push(Finding::fault(
            "Er is geen herstelsleutel.",
            "Wie zijn wachtwoord kwijtraakt, kan groepssleutels meenemen in het graf.",
            "Richt de omgeving opnieuw in.",
        ));
    }
    Some(trusted)
}

fn group_key(
    db: &mut Db,
    group: Group,
    trusted: &TrustedKeys,
    accounts: &[Account],
    today: Day,
) -> Result<GroupKey, StoreError> {
    let stated = trusted.current(&group_owner(group)).map(|key| key.key_id);
    let copies = match stated {
        Some(key) => sealed_keys_of_subject(db, crate::domain::ids::KeyId::new(key))?,
        None => Vec::new(),
    };
    let recovery = trusted.current(&Owner::Recovery).map(|key| key.key_id);
    let holders = accounts.iter().filter(|(member, roles)| {
        let has_role = roles.iter().any(|row| row.role == group.role() && row.counts_on(today));
        member.state == "active" && has_role
    });
    let (with_copy, without_copy): (Vec<_>, Vec<_>) =
        holders.partition(|(member, _)| copies.iter().any(|copy| Some(copy.holder) == member.key_id));
    let logins = |some: Vec<&Account>| some.into_iter().map(|(member, _)| member.login.clone()).collect();
    Ok(GroupKey {
        group,
        stated: stated.is_some(),
        with_copy: logins(with_copy),
        without_copy: logins(without_copy),
        recoverable: copies.iter().any(|copy| Some(copy.holder.uuid()) == recovery),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Weight;
    use super::*;

    #[test]
    fn a_clock_behind_the_log_is_a_fault() {
        let now: Moment = "2026-11-24T08:00:00Z".parse().unwrap();
        assert_eq!(clock(None, now).weight, Weight::Fine);
        assert_eq!(clock(Some(now.plus_seconds(CLOCK_SLACK_SECONDS)), now).weight, Weight::Fine);
        assert_eq!(clock(Some(now.plus_seconds(CLOCK_SLACK_SECONDS + 1)), now).weight, Weight::Fault);
    }

    #[test]
    fn a_database_that_is_not_there_is_a_fault_and_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::parse("", folder.path()).unwrap();
        let (findings, found) = look(&config, "2026-11-24T08:00:00Z".parse().unwrap());
        assert!(found.is_none());
        assert_eq!(findings.iter().map(|finding| finding.weight).collect::<Vec<_>>(), [Weight::Fault]);
        assert!(!config.database.sqlite.exists());
    }
}
