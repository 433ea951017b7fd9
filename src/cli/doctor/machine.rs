//! The configuration and the key files.

use super::super::readiness::lacking;
use super::Finding;
use crate::config::{Config, KeyName, ModeName, SecondFactorName, database_exists, load_protocol, store_options};
use crate::domain::protocol::Protocol;
use crate::domain::time::{Day, Moment};
use crate::store::db::{Db, Use};
use crate::vault::password::KdfCost;
use std::os::unix::fs::PermissionsExt as _;

/// Days before the configured holidays run out at which to say so.
const HOLIDAYS_AHEAD_DAYS: i64 = 60;

/// What the configuration says.
pub(super) fn settings(config: &Config, now: Moment) -> Vec<Finding> {
    let mut findings = vec![Finding::fine("De instellingen zijn gelezen; er staat niets onbekends in.")];
    findings.push(match config.mode {
        ModeName::Demo => Finding::notice(
            "Dit is een demo.",
            "Iedereen kent de wachtwoorden. Elke pagina zegt dat alles verzonnen is.",
            "Richt voor echte signalen een eigen omgeving in met meldroute setup.",
        ),
        ModeName::Live => ready(config, now),
    });
    if config.mode == ModeName::Live {
        findings.push(second_factor(config));
    }
    findings.push(emergency_access(config));
    findings.push(addresses(config));
    if config.mode == ModeName::Live {
        findings.extend(placeholders(config));
        findings.extend(password_cost(config));
    }
    match load_protocol(&config.protocol.folder) {
        Ok(protocol) => findings.extend(calendar(&protocol, now.day())),
        Err(error) => findings.push(error.into()),
    }
    findings
}

fn second_factor(config: &Config) -> Finding {
    match config.sign_in.second_factor {
        SecondFactorName::Required => Finding::fine("Wie zich aanmeldt, toont een tweede factor."),
        SecondFactorName::Off => Finding::notice(
            "De tweede factor bij het aanmelden staat uit.",
            "Wie een wachtwoord afkijkt, leest mee. Zo is deze omgeving niet klaar voor echte signalen.",
            "Zet sign_in.second_factor op required.",
        ),
    }
}

/// Whether somebody may read a signal out of hours.
fn emergency_access(config: &Config) -> Finding {
    match config.emergency_access.terms() {
        None => Finding::fine("Noodinzage staat uit: buiten kantooruren opent niemand een signaal dat hij niet leidt."),
        Some(terms) => Finding::fine(format!(
            "Noodinzage staat aan: wie de rol {} heeft, kan op werkdagen niet tussen {} en daarbuiten wel één signaal \
             openen, {} minuten lang.",
            terms.role().label(),
            terms.hours.in_words(),
            terms.minutes
        )),
    }
}

/// Whether it may hold real signals.
fn ready(config: &Config, now: Moment) -> Finding {
    let missing = store_options(config).ok().and_then(|options| {
        database_exists(&options).ok()?;
        lacking(config, &mut Db::open(&options.address, Use::Read).ok()?, now).ok()
    });
    match missing.as_deref() {
        Some([]) => Finding::fine("Deze omgeving is klaar voor echte signalen."),
        Some(missing) => Finding::notice(
            "Deze omgeving is nog niet voor echte signalen.",
            format!("Eerst moet er zijn: {}.", missing.join("; ")),
            "Gebruik haar om in te richten en te oefenen.",
        ),
        None => Finding::notice(
            "Of deze omgeving klaar is voor echte signalen, is nu niet te zien; ga uit van niet.",
            "De database is niet te lezen.",
            "Los eerst op wat hieronder staat.",
        ),
    }
}

fn addresses(config: &Config) -> Finding {
    let (public, staff) = (config.listen.public, config.listen.staff);
    let beyond = [public, staff].iter().any(|address| !address.ip().is_loopback());
    if beyond {
        Finding::notice(
            format!("De dienst luistert buiten deze machine ({public} en {staff}), zonder TLS."),
            "De dienst versleutelt het verkeer niet zelf. Zonder proxy ervoor leest het netwerk mee en werkt aanmelden \
             niet: de browser bewaart het aanmeldcookie alleen bij https.",
            "Zet er een proxy met TLS voor, en laat de dienst alleen voor die proxy luisteren.",
        )
    } else if public == staff {
        Finding::fine(format!("Alle pagina's op {public}, achter een proxy op deze machine."))
    } else {
        Finding::fine(format!("Openbare pagina's op {public}, medewerkers op {staff}."))
    }
}

/// Values that only serve as an example.
fn placeholders(config: &Config) -> Option<Finding> {
    let site = &config.site;
    let mut left: Vec<&str> = Vec::new();
    if site.gemeente == "Voorbeeldstad" {
        left.push("site.gemeente");
    }
    for (key, value) in [
        ("site.coordinator_page", &site.coordinator_page),
        ("site.aggression_protocol", &site.aggression_protocol),
        ("keys.log_name", &config.keys.log_name),
    ] {
        if value.contains(".example") {
            left.push(key);
        }
    }
    if site.coordinator == "14 0000" {
        left.push("site.coordinator");
    }
    if site.public_links.iter().chain(&site.staff_links).any(|link| link.href.contains(".example")) {
        left.push("site.public_links of site.staff_links");
    }
    (!left.is_empty()).then(|| {
        Finding::notice(
            format!("Er staan nog voorbeelden in de instellingen: {}.", left.join(", ")),
            "Wie meldt, leest een verkeerd nummer of komt op een pagina die niet bestaat.",
            "Vul de gegevens van uw gemeente in.",
        )
    })
}

fn password_cost(config: &Config) -> Option<Finding> {
    let usual = KdfCost::default();
    let low = config.password.memory_kib < usual.memory_kib() || config.password.passes < usual.passes();
    low.then(|| {
        Finding::notice(
            "Het narekenen van een wachtwoord kost minder dan gebruikelijk.",
            "Wie de database steelt, kan sneller wachtwoorden proberen.",
            format!("Zet password op {} KiB en {} rondes, of meer.", usual.memory_kib(), usual.passes()),
        )
    })
}

fn calendar(protocol: &Protocol, today: Day) -> Vec<Finding> {
    let mut findings = vec![Finding::fine(format!("Het protocol is versie {}.", protocol.version))];
    if protocol.valid_from > today {
        findings.push(Finding::notice(
            format!("Het protocol geldt pas vanaf {}.", protocol.valid_from),
            "Signalen worden nu al naar deze regels behandeld.",
            "Ga na of dat de bedoeling is.",
        ));
    }
    let last = protocol.calendar.last_holiday();
    if last.is_none_or(|last| last.days_since(today) < HOLIDAYS_AHEAD_DAYS) {
        findings.push(Finding::notice(
            "De feestdagen in het protocol zijn bijna op.",
            "Termijnen in werkdagen tellen dan feestdagen mee als werkdag.",
            "Vul calendar.toml aan, in de map van protocol.folder.",
        ));
    }
    findings
}

/// The key files: there, only for the service, and the ones that the configuration means.
pub(super) fn key_files(config: &Config) -> Vec<Finding> {
    let folder = config.key_folder();
    let mut findings = Vec::new();
    match std::fs::metadata(folder.folder()) {
        Err(_) => {
            return vec![Finding::fault(
                format!("De sleutelmap {} is er niet.", folder.folder().display()),
                "Zonder sleutels start de dienst niet.",
                "Zet de bewaarde kopie terug, of richt de omgeving in met meldroute setup.",
            )];
        }
        Ok(found) if found.permissions().mode() & 0o077 != 0 => findings.push(Finding::notice(
            format!("Anderen op deze machine mogen in de sleutelmap {} kijken.", folder.folder().display()),
            "Zij kunnen de sleutels misschien lezen.",
            format!("chmod 700 {}", folder.folder().display()),
        )),
        Ok(_) => findings.push(Finding::fine("De sleutelmap is alleen van de dienst.")),
    }
    for name in [KeyName::Server, KeyName::Ledger, KeyName::Setup] {
        let path = folder.path(name);
        // What everybody may read is a fault, found by reading the keys below.
        if folder.permissions(name).is_some_and(|bits| bits & 0o070 != 0) {
            findings.push(Finding::notice(
                format!("De groep van {} mag het lezen.", path.display()),
                format!("Het is {}. Wie in die groep zit, kan hem kopiëren.", name.purpose()),
                format!("chmod 600 {}, als de dienst de eigenaar is.", path.display()),
            ));
        }
    }
    match folder.read(&config.keys.log_name) {
        Err(error) => findings.push(error.into()),
        Ok(keys) => {
            findings
                .push(Finding::fine(format!("De sleutels zijn leesbaar. Controlesleutel: {}", keys.ledger.verifier())));
            findings.push(match config.setup_fingerprint() {
                Some(fingerprint) if fingerprint == keys.setup_public.fingerprint() => {
                    Finding::fine("De inrichtingssleutel is die van de instellingen.")
                }
                Some(_) => Finding::fault(
                    "De inrichtingssleutel (setup.pub) is niet die van keys.setup_fingerprint.",
                    "Eén van beide is vervangen. De dienst start niet en verzegelt niets.",
                    "Vergelijk met de vingerafdruk op papier, en ga na wie er iets veranderde.",
                ),
                None => Finding::fault(
                    "keys.setup_fingerprint is leeg.",
                    "Er is niets waaraan sleutels getoetst worden. De dienst start niet.",
                    "Draai meldroute setup, of neem de vingerafdruk over van het papier van de inrichting.",
                ),
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Weight;
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use std::path::Path;

    fn whats(findings: &[Finding], weight: Weight) -> String {
        let some = findings.iter().filter(|finding| finding.weight == weight);
        some.map(|finding| finding.what.clone()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn examples_that_were_left_in_are_named() {
        let config = Config::parse("", Path::new("/x")).unwrap();
        let findings = settings(&config, "2026-11-24T09:00:00Z".parse().unwrap());
        let notices = whats(&findings, Weight::Notice);
        for key in ["site.gemeente", "keys.log_name", "site.coordinator,", "site.public_links"] {
            assert!(notices.contains(key), "{key}: {notices}");
        }
        assert_eq!(whats(&findings, Weight::Fault), "");
        let own = "[site]\ngemeente = \"Eigenstad\"\ncoordinator = \"14 0524\"\n";
        let notices = whats(
            &settings(&Config::parse(own, Path::new("/x")).unwrap(), "2026-11-24T09:00:00Z".parse().unwrap()),
            Weight::Notice,
        );
        assert!(!notices.contains("gemeente,") && !notices.contains("site.coordinator,"), "{notices}");
    }

    #[test]
    fn listening_beyond_this_machine_without_tls_is_noticed() {
        let text = "[listen]\npublic = \"0.0.0.0:80\"\n";
        assert_eq!(addresses(&Config::parse(text, Path::new("/x")).unwrap()).weight, Weight::Notice);
        assert_eq!(addresses(&Config::parse("", Path::new("/x")).unwrap()).weight, Weight::Fine);
    }

    #[test]
    fn holidays_that_run_out_are_noticed_in_time() {
        let protocol = Protocol::bundled().unwrap();
        let last = protocol.calendar.last_holiday().unwrap();
        assert_eq!(calendar(&protocol, last.plus_days(-HOLIDAYS_AHEAD_DAYS)).len(), 1);
        assert_eq!(calendar(&protocol, last.plus_days(1 - HOLIDAYS_AHEAD_DAYS)).len(), 2);
    }

    #[test]
    fn keys_that_others_can_read_and_a_fingerprint_that_differs_are_faults() {
        let temporary = tempfile::tempdir().unwrap();
        let mut config = Config::parse("", temporary.path()).unwrap();
        assert!(whats(&key_files(&config), Weight::Fault).contains("is er niet"));
        let fingerprint = config.key_folder().create(&mut SeededEntropy::new(1)).unwrap();
        config.keys.setup_fingerprint = data_encoding::HEXLOWER.encode(&fingerprint);
        assert_eq!(whats(&key_files(&config), Weight::Fault), "");
        config.keys.setup_fingerprint = "00".repeat(32);
        assert!(whats(&key_files(&config), Weight::Fault).contains("setup.pub"));
        let path = config.key_folder().path(KeyName::Ledger);
        for (mode, weight) in [(0o640, Weight::Notice), (0o644, Weight::Fault)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(whats(&key_files(&config), weight).contains("ledger.key"), "{mode:o}");
        }
    }
}
