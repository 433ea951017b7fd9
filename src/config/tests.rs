use super::*;

fn parse(text: &str) -> Result<Config, StartError> {
    Config::parse(text, Path::new("/etc/meldroute"))
}

#[test]
fn the_defaults_have_every_key_and_each_key_has_a_comment() {
    // No field of `Config` has a default of its own, so a key that the file lacks does not parse.
    let config: Config = toml::from_str(DEFAULT).unwrap();
    assert_eq!(config.mode, ModeName::Live);
    let mut commented = false;
    for line in DEFAULT.lines() {
        let is_key = line.split_once('=').is_some_and(|(key, _)| !line.starts_with([' ', '#']) && !key.contains('"'));
        if line.starts_with('#') {
            commented = true;
        } else if line.is_empty() || line.starts_with('[') {
            commented = false;
        } else if is_key {
            assert!(commented, "no comment above: {line}");
        }
    }
}

#[test]
fn a_key_that_is_left_out_of_the_defaults_is_missed() {
    for line in DEFAULT.lines().filter(|line| line.contains(" = \"") && !line.starts_with([' ', '#'])) {
        let without = DEFAULT.replacen(line, "", 1);
        assert!(toml::from_str::<Config>(&without).is_err(), "{line}");
    }
}

#[test]
fn an_installation_says_only_what_differs() {
    let config = parse("[site]\ngemeente = \"Coevorden\"\n[database]\nsqlite = \"gegevens.sqlite\"\n").unwrap();
    assert_eq!(config.site.gemeente, "Coevorden");
    assert_eq!(config.site.product, "Meldroute");
    assert_eq!(config.database.sqlite, Path::new("/etc/meldroute/gegevens.sqlite"));
    assert_eq!(config.database.postgres_url_file, Path::new(""));
    assert_eq!(config.keys.folder, Path::new("/etc/meldroute/keys"));
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    for (text, key) in [("[site]\ngemente = \"X\"\n", "gemente"), ("[lisen]\n", "lisen"), ("spoed = 1\n", "spoed")] {
        let refused = parse(text).unwrap_err();
        assert!(refused.what.contains(key), "{refused}");
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_refused() {
    for text in ["mode = \"proef\"\n", "[listen]\npublic = \"overal\"\n", "[api]\nstaff = true\n", "geen toml"] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_demo_that_would_listen_beyond_this_machine_is_refused() {
    let text = "mode = \"demo\"\n[listen]\npublic = \"127.0.0.1:80\"\nstaff = \"0.0.0.0:8080\"\n";
    assert!(parse(text).unwrap_err().what.contains("127.0.0.1"));
    assert!(parse(&text.replace("0.0.0.0", "127.0.0.1")).is_ok());
    assert!(parse(&text.replace("demo", "live")).is_ok());
}

#[test]
fn reading_out_of_hours_is_off_until_a_role_is_named_that_neither_leads_signals_nor_judges() {
    let with = |lines: &str| parse(&format!("[emergency_access]\n{lines}\n"));
    assert_eq!(with("").unwrap().emergency_access.terms(), None);
    let terms = with("role = \"jurist\"\nopen_minutes = 30").unwrap().emergency_access.terms().unwrap();
    assert_eq!((terms.role(), terms.minutes), (crate::domain::role::Role::Jurist, 30));
    for role in ["onbekend", "coordinator", "privacy_officer", "vertrouwenspersoon", "burgemeester", "beheerder"] {
        let refused = with(&format!("role = \"{role}\"")).unwrap_err();
        assert!(refused.what.contains("emergency_access.role"), "{role}: {refused}");
    }
    for lines in ["office_from = 18\noffice_until = 8", "open_minutes = 0", "open_minutes = 1441"] {
        assert!(with(lines).is_err(), "{lines}");
    }
}

#[test]
fn a_password_that_costs_too_little_is_refused() {
    assert!(parse("[password]\nmemory_kib = 64\n").is_err());
    assert!(parse("[password]\nmemory_kib = 19456\npasses = 2\n").is_ok());
}

#[test]
fn a_fingerprint_is_empty_or_whole() {
    let with = |fingerprint: &str| parse(&format!("[keys]\nsetup_fingerprint = \"{fingerprint}\"\n"));
    assert_eq!(with("").unwrap().setup_fingerprint(), None);
    assert_eq!(with(&"0A".repeat(32)).unwrap().setup_fingerprint(), Some([10; 32]));
    assert!(with("abc").is_err());
}

#[test]
fn what_pages_say_comes_from_the_configuration() {
    let text = "mode = \"demo\"\n[sessions]\nidle_minutes = 20\n[site]\nwork_network = \"sees_content\"\npolice = \"0900 1\"\n";
    let site = parse(text).unwrap().site("/static/x");
    assert!(site.is_demo() && site.work_reads_along());
    assert_eq!((site.idle_minutes, site.police.dialled.as_str(), site.assets.as_str()), (20, "09001", "/static/x"));
    assert_eq!(site.public_links.len(), 2);
}

#[test]
fn the_address_of_postgresql_comes_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[database]\npostgres_url_file = \"adres\"\npostgres_schema = \"proef\"\n";
    let config = Config::parse(text, folder.path()).unwrap();
    assert!(store_options(&config).unwrap_err().what.contains("adres"));
    std::fs::write(folder.path().join("adres"), "data/x.sqlite\n").unwrap();
    assert!(store_options(&config).is_err());
    std::fs::write(folder.path().join("adres"), "postgres://a:geheim@host/db\n").unwrap();
    let options = store_options(&config).unwrap();
    let expected = crate::store::db::Address::Postgres {
        url: "postgres://a:geheim@host/db".to_owned(),
        schema: Some("proef".to_owned()),
    };
    assert_eq!(options.address, expected);
}

#[test]
fn an_installation_that_was_not_set_up_says_so() {
    let error = open(&parse("").unwrap()).err().unwrap();
    assert!(error.todo.contains("meldroute setup"), "{error}");
}
