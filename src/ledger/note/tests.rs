//! Vectors of golang/mod and C2SP, and notes of our own.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vector {
    name: String,
    ok: bool,
    note: Option<String>,
    #[serde(default)]
    vkeys: Vec<String>,
    vkey: Option<String>,
}

#[test]
fn every_signed_note_vector_is_judged_as_published() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signed-note.json");
    let vectors: Vec<Vector> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(vectors.len(), 88);
    for vector in vectors {
        let accepted = if let Some(key) = &vector.vkey {
            let read = VerifierKey::from_str(key);
            assert!(read.as_ref().is_err() || read.as_ref().unwrap().to_string() == *key, "{key}");
            read.is_ok()
        } else {
            let note = HEXLOWER.decode(vector.note.unwrap().as_bytes()).unwrap();
            let keys: Vec<VerifierKey> = vector.vkeys.iter().map(|key| key.parse().unwrap()).collect();
            open(&note, &keys).is_ok()
        };
        assert_eq!(accepted, vector.ok, "{}", vector.name);
    }
}

#[test]
fn a_note_signed_here_opens_with_the_written_form_of_its_key_and_with_no_other() {
    let key = LedgerKey::from_seed("meldroute.example/logboek", &[7; 32]).unwrap();
    let note = key.sign_note("een\ntwee\n").unwrap();
    let verifier: VerifierKey = key.verifier().to_string().parse().unwrap();
    let opened = open(note.as_bytes(), &[verifier]).unwrap();
    assert_eq!(opened.text, "een\ntwee\n");
    assert_eq!(opened.signed_by, ["meldroute.example/logboek"]);

    let stranger = LedgerKey::from_seed("meldroute.example/logboek", &[8; 32]).unwrap().verifier();
    assert_eq!(open(note.as_bytes(), &[stranger]), Err(NoteError::NoKnownSignature));
    let changed = note.replace("twee", "drie");
    assert_eq!(open(changed.as_bytes(), &[key.verifier()]), Err(NoteError::SignatureWrong));
}

#[test]
fn a_witness_may_sign_along_without_being_known() {
    let key = LedgerKey::from_seed("logboek", &[7; 32]).unwrap();
    let witness = LedgerKey::from_seed("getuige", &[9; 32]).unwrap();
    let mut note = key.sign_note("tekst\n").unwrap();
    note.push_str(witness.sign_note("tekst\n").unwrap().strip_prefix("tekst\n\n").unwrap());
    assert_eq!(open(note.as_bytes(), &[key.verifier()]).unwrap().signed_by, ["logboek"]);
    let both = [witness.verifier(), key.verifier()];
    assert_eq!(open(note.as_bytes(), &both).unwrap().signed_by, ["logboek", "getuige"]);
}

#[test]
fn names_and_texts_that_would_break_the_format_are_refused() {
    assert_eq!("logboek+00000000+AQ==".parse::<VerifierKey>(), Err(NoteError::KeyMalformed));
    for name in ["", "twee woorden", "a+b", "regel\n"] {
        assert_eq!(LedgerKey::from_seed(name, &[7; 32]).err(), Some(NoteError::KeyNameInvalid), "{name:?}");
    }
    let key = LedgerKey::from_seed("logboek", &[7; 32]).unwrap();
    for text in ["", "zonder regeleinde", "tab\t\n"] {
        assert_eq!(key.sign_note(text), Err(NoteError::NoteMalformed), "{text:?}");
    }
    let with_tab = key.sign_note("a b\n").unwrap().replacen(' ', "\t", 1);
    assert_eq!(open(with_tab.as_bytes(), &[key.verifier()]), Err(NoteError::NoteMalformed));
}
