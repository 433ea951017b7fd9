use super::*;

/// The errors when one bundled file is changed.
fn errors_with(file: &str, from: &str, to: &str) -> Vec<String> {
    let text = BUNDLED.iter().find(|(name, _)| *name == file).unwrap().1;
    assert!(text.contains(from), "{file} no longer holds {from}");
    let changed = BTreeMap::from([(file.to_owned(), text.replacen(from, to, 1))]);
    Protocol::parse(&changed).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_bundled_protocol_is_complete() {
    let protocol = Protocol::bundled().unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(protocol.criteria.len(), 10);
    assert_eq!(protocol.forms.len(), 21);
    assert_eq!(protocol.term(ClockCode::SourceAnswer).in_words(), "10 werkdagen");
    assert_eq!(protocol.forms_of_trafficking().len(), 4);
}

#[test]
fn every_list_of_the_protocol_has_its_own_codes_and_words() {
    use crate::domain::words::tests::assert_complete;
    assert_complete::<CriterionKind>();
    assert_complete::<ReasonStep>();
    assert_complete::<Organ>();
}

#[test]
fn every_file_of_the_folder_is_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/protocol");
    let mut files: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let mut known: Vec<_> = Protocol::file_names().collect();
    known.sort_unstable();
    assert_eq!(files, known);
}

#[test]
fn an_unknown_key_is_refused_with_its_file_and_place() {
    let errors = errors_with("criteria.toml", "kind = \"choice\"", "kind = \"choice\"\nweight = 3");
    assert!(errors[0].starts_with("config/protocol/criteria.toml:") && errors[0].contains("weight"), "{errors:?}");
}

#[test]
fn an_unknown_key_is_refused_in_every_file() {
    for (file, text) in BUNDLED {
        // At the top of the file, and inside the first table.
        let inside = text.find("]]\n").map(|place| {
            let (before, after) = text.split_at(place + 3);
            format!("{before}slip = 1\n{after}")
        });
        for changed in [Some(format!("slip = 1\n{text}")), inside].into_iter().flatten() {
            let files = BTreeMap::from([(file.to_owned(), changed)]);
            assert!(Protocol::parse(&files).is_err(), "{file} takes an unknown key");
        }
    }
}

#[test]
fn an_ordered_criterion_without_unknown_is_refused() {
    let errors = errors_with("criteria.toml", ", unknown = true", "");
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("criterium bron heeft niet precies één optie"), "{errors:?}");
}

#[test]
fn a_term_without_a_source_is_refused() {
    let intake = "owner = \"coordinator\"\nsource = \"voorstel\"\n";
    let errors = errors_with("protocol.toml", intake, "owner = \"coordinator\"\nsource = \" \"\n");
    assert!(errors[0].contains("bij intake is een tekst leeg"), "{errors:?}");
    let errors = errors_with("retention.toml", "source = \"voorstel\"", "source = \"\"");
    assert!(errors[0].contains("without_measure"), "{errors:?}");
    let errors = errors_with("powers.toml", "source = \"Opiumwet", "source = \"\" # \"Opiumwet");
    assert!(errors[0].contains("opiumwet_13b"), "{errors:?}");
}

#[test]
fn a_clock_a_ground_or_a_decision_that_is_missing_is_named() {
    let errors = errors_with("protocol.toml", "code = \"monitoring\"", "code = \"intake\"");
    assert!(errors.iter().any(|error| error.contains("intake staat er twee keer")), "{errors:?}");
    let errors = errors_with("retention.toml", "code = \"mailbox\"", "code = \"mma_tip\"");
    assert!(errors.iter().any(|error| error.contains("mailbox")), "{errors:?}");
    let errors = errors_with("decisions.toml", "code = \"BEL\"", "code = \"IC\"");
    assert!(errors.iter().any(|error| error.contains("BEL")), "{errors:?}");
}

#[test]
fn the_errors_of_all_files_come_together() {
    let changed = BTreeMap::from([
        ("intake.toml".to_owned(), "x".to_owned()),
        ("sources.toml".to_owned(), "source = 1".to_owned()),
    ]);
    let files: Vec<_> = Protocol::parse(&changed).unwrap_err().into_iter().map(|error| error.file).collect();
    assert_eq!(files, ["intake.toml", "sources.toml"]);
}

#[test]
fn a_municipality_cannot_configure_away_the_reason_or_the_end_of_monitoring() {
    let errors = errors_with("decisions.toml", "needs = [\"until\"]", "needs = []");
    assert!(errors[0].contains("MON altijd een datum"), "{errors:?}");
}

#[test]
fn a_source_held_by_a_department_that_does_not_exist_is_refused() {
    let errors = errors_with("sources.toml", "department = \"vth\"", "department = \"vht\"");
    assert!(errors[0].contains("de afdeling vht bestaat niet"), "{errors:?}");
}

#[test]
fn a_code_is_plain_and_short() {
    assert!("a_1".parse::<Code>().is_ok());
    for text in ["", "a b", "é", "a-b", &"a".repeat(41)] {
        assert_eq!(text.parse::<Code>(), Err(NotACode), "{text}");
    }
}
