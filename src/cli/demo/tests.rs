use super::*;

#[test]
fn a_whole_demo_is_built_with_keys_for_all_holders_and_signals_in_every_stage() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("demo");
    make(&data, SystemClock.now()).unwrap();
    assert!(!temporary.path().join("demo.in-aanbouw").exists());
    let config = Config::load(&data.join(SETTINGS_FILE)).unwrap();
    let (app, _) = open(&config).unwrap();
    for group in Group::ALL {
        let key = app.group_holder(*group).unwrap().key;
        let copies = app.store().read(|db| crate::store::contents::sealed_keys_of_subject(db, key)).unwrap();
        let holders = people::everybody().iter().filter(|p| p.roles.iter().any(|r| r.role == group.role())).count();
        // And one for the recovery key on paper.
        assert_eq!(copies.len(), holders + 1, "{group:?}");
        assert!(holders >= 2, "{group:?}");
    }
    let codes = std::fs::read_to_string(data.join(RECEIPTS_FILE)).unwrap();
    let lines: Vec<&str> = codes.lines().filter(|line| line.contains("S-")).collect();
    let mut standing: Vec<(String, String)> = lines.iter().map(|line| standing(&app, line)).collect();
    standing.sort();
    let expected = [
        ("afgesloten", ""),
        ("besluiten", "decision"),
        ("ontvangen", "intake"),
        ("ontvangen", "intake"),
        ("ontvangen", "urgent_sign"),
        ("opvolgen", "follow_up"),
        ("verrijken", "answers"),
        ("verrijken", "check1_decide"),
        ("wegen", "weighing3"),
        ("wegen", "weighing3_agree"),
    ];
    let standing: Vec<(&str, &str)> = standing.iter().map(|(stage, waits)| (&**stage, &**waits)).collect();
    assert_eq!(standing, expected);
    assert_eq!(app.prove_log().unwrap().verdict(), crate::ledger::report::Verdict::Whole);
    for (login, tasks) in [
        ("marit", 4),
        ("joost", 5),
        ("femke", 3),
        ("nadia", 1),
        ("hanneke", 1),
        ("gerda", 1),
        ("anneke", 1),
        ("sanne", 1),
        ("koen", 1),
        ("wim", 1),
        ("noor", 0),
    ] {
        assert_eq!(waiting_for(&app, login), tasks, "{login}");
    }
}

/// The stage of the signal that somebody follows with the code on this line, and what it waits for.
fn standing(app: &App, line: &str) -> (String, String) {
    let receipt = crate::vault::receipt::Receipt::parse(line.get(..27).unwrap()).unwrap();
    let followed = runtime().unwrap().block_on(app.follow(&app.as_anonymous().unwrap(), &receipt)).unwrap();
    let signal = followed.unwrap().signal;
    (signal.stage.code().to_owned(), signal.waiting)
}

fn waiting_for(app: &App, login: &str) -> usize {
    let (_, session) = app.sign_in(&app.as_anonymous().unwrap(), login, PASSWORD, SessionKind::Web).unwrap();
    let work = app.worklist(&app.as_member(session.actor).unwrap()).unwrap();
    work.iter().filter(|row| row.turn == crate::app::worklist::Turn::Mine).count()
}

#[test]
fn an_interrupted_demo_is_built_anew_and_foreign_files_are_left_alone() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("demo");
    let draft = temporary.path().join("demo.in-aanbouw");
    std::fs::create_dir(&draft).unwrap();
    std::fs::write(draft.join(SETTINGS_FILE), "half").unwrap();
    std::fs::write(draft.join("rest"), "oud").unwrap();
    assert!(!draft_of(&data).unwrap().join("rest").exists());
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("brief.txt"), "van iemand").unwrap();
    assert!(make(&data, SystemClock.now()).unwrap_err().what.contains("niet van een demo"));
    assert!(data.join("brief.txt").exists());
}

#[test]
fn a_demo_listens_on_this_machine_alone_and_takes_the_port_it_was_given() {
    let taken = loopback(None).unwrap();
    let port = taken.local_addr().unwrap().port();
    assert!(taken.local_addr().unwrap().ip().is_loopback());
    assert!(loopback(Some(port)).unwrap_err().what.contains(&port.to_string()));
    assert_ne!(loopback(None).unwrap().local_addr().unwrap().port(), port);
}

#[test]
fn the_settings_of_a_demo_are_read_as_a_demo() {
    let config = Config::parse(&settings(""), Path::new("/tmp/demo")).unwrap();
    assert!(config.is_demo());
    assert!(PASSWORD.chars().count() >= crate::app::passwords::PASSWORD_MIN_CHARS);
}
