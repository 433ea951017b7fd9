use super::super::entropy::SeededEntropy;
use super::super::member::MemberKeys;
use super::*;

const COORDINATORS: &str = "coordinators";

/// A set-up key and two members, with what is needed to write statements about them.
struct Scene {
    setup: Signer,
    anna: MemberKeys,
    bram: MemberKeys,
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn group() -> Owner {
    Owner::Group { name: COORDINATORS.to_owned() }
}

fn scene() -> Scene {
    let mut entropy = SeededEntropy::new(1);
    Scene {
        setup: Signer::generate(&mut entropy).unwrap(),
        anna: MemberKeys::generate(&mut entropy).unwrap(),
        bram: MemberKeys::generate(&mut entropy).unwrap(),
    }
}

fn introduce(owner: Owner, key_id: Uuid, epoch: u32, keys: &MemberKeys, signer: Uuid) -> KeyStatement {
    let publics = keys.publics().unwrap();
    KeyStatement {
        kind: StatementKind::Introduce,
        owner,
        key_id,
        epoch,
        reach: epoch,
        exchange: Some(publics.exchange),
        signing: Some(publics.signing),
        signer,
    }
}

fn introduce_group(key_id: Uuid, epoch: u32, byte: u8, signer: Uuid) -> KeyStatement {
    KeyStatement {
        kind: StatementKind::Introduce,
        owner: group(),
        key_id,
        epoch,
        reach: epoch,
        exchange: Some(HolderPublic([byte; 32])),
        signing: None,
        signer,
    }
}

fn retire(owner: Owner, key_id: Uuid, epoch: u32, signer: Uuid) -> KeyStatement {
    KeyStatement {
        kind: StatementKind::Retire,
        owner,
        key_id,
        epoch,
        reach: epoch,
        exchange: None,
        signing: None,
        signer,
    }
}

/// Here every member may say everything; who may say what of whom is for `app/chain.rs`.
fn anybody(_: &KeyStatement, _: Voice) -> Result<(), Refusal> {
    Ok(())
}

impl Scene {
    /// Anna by the set-up key, Bram by Anna, the group by Bram.
    fn chain(&self) -> Vec<SignedStatement> {
        vec![
            introduce(Owner::Member(id(1)), id(11), 1, &self.anna, SETUP_KEY_ID).sign(&self.setup),
            introduce(Owner::Member(id(2)), id(12), 1, &self.bram, id(11)).sign(&self.anna.signing),
            introduce_group(id(20), 1, 7, id(12)).sign(&self.bram.signing),
        ]
    }

    fn read(&self, chain: &[SignedStatement]) -> Result<TrustedKeys, StatementError> {
        let key = self.setup.verify_key();
        let mut trusted = TrustedKeys::start(key.fingerprint(), key)?;
        chain.iter().try_for_each(|signed| trusted.apply(signed, anybody))?;
        Ok(trusted)
    }

    fn with(&self, more: impl IntoIterator<Item = SignedStatement>) -> Result<TrustedKeys, StatementError> {
        self.read(&self.chain().into_iter().chain(more).collect::<Vec<_>>())
    }

    fn refused(&self, more: impl IntoIterator<Item = SignedStatement>) -> Option<Refusal> {
        match self.with(more).err()? {
            StatementError::Chain { why, .. } => Some(why),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn keys_are_trusted_along_the_chain_from_the_set_up_key() {
    let scene = scene();
    let trusted = scene.read(&scene.chain()).unwrap();
    let key = trusted.current(&group()).unwrap();
    assert_eq!((key.key_id, key.epoch, key.exchange), (id(20), 1, Some(HolderPublic([7; 32]))));
    assert_eq!(trusted.confirm(id(20), &HolderPublic([7; 32])), Ok(()));
    assert_eq!(trusted.current(&Owner::Recovery), None);
}

#[test]
fn another_set_up_key_than_the_configured_one_is_refused() {
    let scene = scene();
    let other = scene.anna.signing.verify_key();
    let result = TrustedKeys::start(scene.setup.verify_key().fingerprint(), other);
    assert_eq!(result.err(), Some(StatementError::WrongSetupKey));
}

#[test]
fn a_key_swapped_in_the_database_is_not_confirmed() {
    let scene = scene();
    let trusted = scene.read(&scene.chain()).unwrap();
    assert_eq!(trusted.confirm(id(20), &HolderPublic([8; 32])), Err(StatementError::UnprovenKey));
    assert_eq!(trusted.confirm(id(21), &HolderPublic([7; 32])), Err(StatementError::UnprovenKey));
    // The public half of a signing key is not something to seal to.
    let signing = HolderPublic(scene.anna.signing.verify_key().0);
    assert_eq!(trusted.confirm(id(11), &signing), Err(StatementError::UnprovenKey));
}

#[test]
fn a_changed_statement_stops_the_chain_and_is_pointed_at() {
    let scene = scene();
    let mut chain = scene.chain();
    chain[2].statement.exchange = Some(HolderPublic([8; 32]));
    let expected = StatementError::Chain { position: 2, why: Refusal::Signature };
    assert_eq!(scene.read(&chain).err(), Some(expected));
}

#[test]
fn every_byte_of_a_stored_statement_counts() {
    let scene = scene();
    let mut chain = scene.chain();
    let bytes = chain[2].to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        if let Ok(statement) = SignedStatement::from_bytes(&changed) {
            chain[2] = statement;
            assert!(scene.read(&chain).is_err(), "byte {place}");
        }
    }
}

#[test]
fn who_is_not_a_member_signs_nothing() {
    let scene = scene();
    let mut entropy = SeededEntropy::new(2);
    let stranger = MemberKeys::generate(&mut entropy).unwrap();
    let signed = introduce_group(id(21), 2, 8, id(99)).sign(&stranger.signing);
    assert_eq!(scene.refused([signed]), Some(Refusal::Signer));
    let in_annas_name = introduce_group(id(21), 2, 8, id(11)).sign(&stranger.signing);
    assert_eq!(scene.refused([in_annas_name]), Some(Refusal::Signature));
    let in_the_name_of_setup = introduce_group(id(21), 2, 8, SETUP_KEY_ID).sign(&stranger.signing);
    assert_eq!(scene.refused([in_the_name_of_setup]), Some(Refusal::Signature));
}

#[test]
fn the_key_of_a_group_or_of_the_log_signs_no_statements() {
    let scene = scene();
    let mut entropy = SeededEntropy::new(2);
    for (owner, key) in [(Owner::Ledger, 30), (Owner::Recovery, 31), (Owner::Circle(id(5)), 32), (group(), 33)] {
        let keys = MemberKeys::generate(&mut entropy).unwrap();
        let first = introduce(owner, id(key), 9, &keys, id(11)).sign(&scene.anna.signing);
        let second = introduce_group(id(40), 10, 8, id(key)).sign(&keys.signing);
        assert_eq!(scene.refused([first, second]), Some(Refusal::Signer));
    }
}

#[test]
fn a_signature_given_for_something_else_is_no_statement() {
    let scene = scene();
    let statement = introduce_group(id(21), 2, 8, id(11));
    let signature = scene.anna.signing.sign("meldroute/weighing/v1", &statement.canonical());
    assert_eq!(scene.refused([SignedStatement { statement, signature }]), Some(Refusal::Signature));
}

#[test]
fn a_newer_key_makes_the_older_one_stale() {
    let scene = scene();
    let newer = introduce_group(id(21), 2, 8, id(11)).sign(&scene.anna.signing);
    let trusted = scene.with([newer]).unwrap();
    assert_eq!(trusted.current(&group()).map(|key| key.key_id), Some(id(21)));
    assert_eq!(trusted.confirm(id(20), &HolderPublic([7; 32])), Err(StatementError::StaleEpoch));
    assert_eq!(trusted.confirm(id(21), &HolderPublic([8; 32])), Ok(()));
    assert_eq!(trusted.key(id(20)).map(|key| key.state), Some(KeyState::Superseded));
}

#[test]
fn epochs_only_rise_also_after_a_retirement() {
    let scene = scene();
    let again = |epoch| introduce_group(id(21), epoch, 8, id(11)).sign(&scene.anna.signing);
    let retired = retire(group(), id(20), 1, id(11)).sign(&scene.anna.signing);
    assert_eq!(scene.refused([again(1)]), Some(Refusal::Epoch));
    assert_eq!(scene.refused([again(0)]), Some(Refusal::Epoch));
    assert_eq!(scene.refused([retired.clone(), again(1)]), Some(Refusal::Epoch));
    assert!(scene.with([retired, again(2)]).is_ok());
}

#[test]
fn a_statement_replayed_is_refused() {
    let scene = scene();
    assert_eq!(scene.refused([scene.chain()[2].clone()]), Some(Refusal::Repeated));
}

#[test]
fn the_same_public_key_is_not_introduced_under_a_second_id() {
    let scene = scene();
    let twice = introduce_group(id(21), 2, 7, id(11)).sign(&scene.anna.signing);
    assert_eq!(scene.refused([twice]), Some(Refusal::Repeated));
}

#[test]
fn a_retired_key_is_not_sealed_to_and_signs_no_more_but_can_still_be_checked() {
    let scene = scene();
    let out = retire(Owner::Member(id(2)), id(12), 1, id(11)).sign(&scene.anna.signing);
    let trusted = scene.with([out.clone()]).unwrap();
    let exchange = scene.bram.publics().unwrap().exchange;
    assert_eq!(trusted.confirm(id(12), &exchange), Err(StatementError::StaleEpoch));
    assert_eq!(trusted.current(&Owner::Member(id(2))), None);
    assert_eq!(trusted.key(id(12)).and_then(|key| key.signing), Some(scene.bram.signing.verify_key()));
    let afterwards = introduce_group(id(21), 2, 8, id(12)).sign(&scene.bram.signing);
    assert_eq!(scene.refused([out, afterwards]), Some(Refusal::Signer));
}

#[test]
fn a_superseded_member_key_signs_no_more() {
    let scene = scene();
    let fresh = MemberKeys::generate(&mut SeededEntropy::new(2)).unwrap();
    let renewed = introduce(Owner::Member(id(2)), id(13), 2, &fresh, id(12)).sign(&scene.bram.signing);
    let old = introduce_group(id(21), 2, 8, id(12)).sign(&scene.bram.signing);
    let new = introduce_group(id(21), 2, 8, id(13)).sign(&fresh.signing);
    assert_eq!(scene.refused([renewed.clone(), old]), Some(Refusal::Signer));
    assert!(scene.with([renewed, new]).is_ok());
}

#[test]
fn a_retirement_must_name_a_key_in_the_log_with_its_owner_and_epoch() {
    let scene = scene();
    let sign = |statement: KeyStatement| statement.sign(&scene.anna.signing);
    let twice = sign(retire(group(), id(20), 1, id(11)));
    assert_eq!(scene.refused([twice.clone(), twice]), Some(Refusal::NothingToRetire));
    assert_eq!(scene.refused([sign(retire(group(), id(77), 1, id(11)))]), Some(Refusal::NothingToRetire));
    assert_eq!(scene.refused([sign(retire(Owner::Recovery, id(20), 1, id(11)))]), Some(Refusal::NothingToRetire));
    assert_eq!(scene.refused([sign(retire(group(), id(20), 2, id(11)))]), Some(Refusal::Epoch));
    let with_key = KeyStatement { exchange: Some(HolderPublic([7; 32])), ..retire(group(), id(20), 1, id(11)) };
    assert_eq!(scene.refused([sign(with_key)]), Some(Refusal::Shape));
}

#[test]
fn the_set_up_key_is_put_away_after_the_ceremony() {
    let scene = scene();
    let away = retire(Owner::Setup, SETUP_KEY_ID, 0, SETUP_KEY_ID).sign(&scene.setup);
    let late = introduce_group(id(21), 2, 8, SETUP_KEY_ID).sign(&scene.setup);
    assert!(scene.with([late.clone()]).is_ok());
    assert_eq!(scene.refused([away, late]), Some(Refusal::Signer));
}

#[test]
fn an_introduction_without_a_key_or_of_the_set_up_key_is_refused() {
    let scene = scene();
    let sign = |statement: KeyStatement| statement.sign(&scene.anna.signing);
    let empty = KeyStatement { exchange: None, ..introduce_group(id(21), 2, 8, id(11)) };
    assert_eq!(scene.refused([sign(empty)]), Some(Refusal::Shape));
    let setup = KeyStatement { owner: Owner::Setup, ..introduce_group(id(21), 2, 8, id(11)) };
    assert_eq!(scene.refused([sign(setup)]), Some(Refusal::Shape));
    let nil = introduce_group(SETUP_KEY_ID, 2, 8, id(11));
    assert_eq!(scene.refused([sign(nil)]), Some(Refusal::Repeated));
}

#[test]
fn how_far_back_a_key_reaches_is_signed_and_never_further_than_itself() {
    let scene = scene();
    let next = KeyStatement { reach: 1, ..introduce_group(id(21), 2, 8, id(11)) };
    let signed = next.clone().sign(&scene.anna.signing);
    assert_eq!(SignedStatement::from_bytes(&signed.to_bytes()).unwrap(), signed);
    assert_eq!(scene.with([signed.clone()]).unwrap().key(id(21)).map(|key| (key.epoch, key.reach)), Some((2, 1)));
    let wider = SignedStatement { statement: KeyStatement { reach: 2, ..next.clone() }, ..signed };
    assert_eq!(scene.refused([wider]), Some(Refusal::Signature));
    let beyond = KeyStatement { reach: 3, ..next };
    assert!(KeyStatement::from_canonical(&beyond.canonical()).is_err());
    assert_eq!(scene.refused([beyond.sign(&scene.anna.signing)]), Some(Refusal::Shape));
}

#[test]
fn a_refused_statement_changes_nothing() {
    let scene = scene();
    let mut trusted = scene.read(&scene.chain()).unwrap();
    let low = introduce_group(id(21), 1, 8, id(11)).sign(&scene.anna.signing);
    let expected = StatementError::Chain { position: 3, why: Refusal::Epoch };
    assert_eq!(trusted.apply(&low, anybody), Err(expected));
    assert_eq!(trusted.current(&group()).map(|key| key.key_id), Some(id(20)));
    let next = introduce_group(id(21), 2, 8, id(11)).sign(&scene.anna.signing);
    assert_eq!(trusted.apply(&next, anybody), Ok(()));
}

#[test]
fn a_statement_survives_storage_as_bytes_and_as_json() {
    let scene = scene();
    let owners = [group(), Owner::Member(id(5)), Owner::Circle(id(5)), Owner::Recovery, Owner::Ledger, Owner::Setup];
    for owner in owners {
        for statement in [retire(owner.clone(), id(20), 1, id(11)), introduce(owner, id(21), 2, &scene.anna, id(11))] {
            let signed = statement.sign(&scene.anna.signing);
            assert_eq!(SignedStatement::from_bytes(&signed.to_bytes()).unwrap(), signed);
            assert_eq!(KeyStatement::from_canonical(&signed.statement.canonical()).unwrap(), signed.statement);
            let json = serde_json::to_string(&signed).unwrap();
            assert_eq!(serde_json::from_str::<SignedStatement>(&json).unwrap(), signed);
        }
    }
    let bytes = scene.chain()[0].to_bytes();
    assert!(SignedStatement::from_bytes(&[bytes.clone(), vec![0]].concat()).is_err());
    assert!((0..bytes.len()).all(|length| SignedStatement::from_bytes(&bytes[..length]).is_err()));
}

#[test]
fn what_the_judge_refuses_is_not_taken_and_the_judge_hears_who_speaks_of_what() {
    let scene = scene();
    let mut trusted = scene.read(&scene.chain()).unwrap();
    let next = introduce_group(id(21), 2, 8, id(11)).sign(&scene.anna.signing);
    let refused = trusted.apply(&next, |statement, voice| {
        assert_eq!((&statement.owner, voice), (&group(), Voice::Member(id(1))));
        Err(Refusal::Authority)
    });
    assert_eq!(refused, Err(StatementError::Chain { position: 3, why: Refusal::Authority }));
    assert_eq!(trusted.current(&group()).map(|key| key.key_id), Some(id(20)));
}

#[test]
fn a_key_that_ended_signs_no_more_and_stays_checkable_and_the_next_has_a_higher_number() {
    let scene = scene();
    let mut trusted = scene.read(&scene.chain()).unwrap();
    let anna = Owner::Member(id(1));
    trusted.end(&anna);
    assert_eq!((trusted.current(&anna), trusted.next_epoch(&anna)), (None, 2));
    assert_eq!(trusted.signing_of(&anna).collect::<Vec<_>>(), [&scene.anna.signing.verify_key()]);
    let late = introduce_group(id(21), 2, 8, id(11)).sign(&scene.anna.signing);
    let refused = trusted.apply(&late, anybody);
    assert_eq!(refused, Err(StatementError::Chain { position: 3, why: Refusal::Signer }));
}
