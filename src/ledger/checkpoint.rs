//! Checkpoints: the signed statement "the log then had this many entries and this root", in the open format of C2SP
//! `tlog-checkpoint`. A checkpoint proves something only once a copy of it has left the machine.

use data_encoding::BASE64;

use crate::ledger::merkle::Hash;
use crate::ledger::note::{self, LedgerKey, NoteError, VerifierKey};

/// Dutch: *controlepunt*. Size and root of the log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log; the same as the name of the key that signs.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over those entries.
    pub root: Hash,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The signed note around it is not accepted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is not origin, size and root.
    #[error("de ondertekende tekst is geen controlepunt (herkomst, omvang, wortel)")]
    Malformed,
    /// The origin is not the name of the key.
    #[error("het controlepunt is van een ander logboek dan de sleutel")]
    OtherLog,
}

impl Checkpoint {
    /// The statement about a log of `size` entries with this root, kept under this key's name.
    #[must_use]
    pub fn of(key: &LedgerKey, size: u64, root: Hash) -> Self {
        Self { origin: key.name().to_owned(), size, root }
    }

    /// The text that is signed: three lines.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root))
    }

    /// The signed note.
    ///
    /// # Errors
    /// [`CheckpointError::OtherLog`] when the origin is not the name of the key.
    pub fn sign(&self, key: &LedgerKey) -> Result<String, CheckpointError> {
        if self.origin != key.name() {
            return Err(CheckpointError::OtherLog);
        }
        Ok(key.sign_note(&self.text())?)
    }

    /// Reads a note and checks its signature.
    ///
    /// # Errors
    /// [`CheckpointError`], see its variants.
    pub fn parse_and_verify(note: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        let opened = note::open(note.as_bytes(), std::slice::from_ref(key))?;
        let checkpoint = Self::parse_text(opened.text)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::OtherLog) }
    }

    /// Reads a note without checking who signed: to show what it says, not to believe it.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] or [`CheckpointError::Note`].
    pub fn parse_unverified(note: &str) -> Result<Self, CheckpointError> {
        Self::parse_text(note::text_unverified(note.as_bytes())?)
    }

    /// Lines after the third are extensions by others and are signed along; they mean nothing here.
    fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Malformed);
        };
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(CheckpointError::Malformed);
        }
        let number: u64 = size.parse().map_err(|_| CheckpointError::Malformed)?;
        let root = BASE64.decode(root.as_bytes()).ok().and_then(|root| Hash::try_from(root.as_slice()).ok());
        let Some(root) = root else { return Err(CheckpointError::Malformed) };
        // One written form per number: no plus sign, no leading zeros.
        if number.to_string() != size {
            return Err(CheckpointError::Malformed);
        }
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> LedgerKey {
        LedgerKey::from_seed("meldroute.example/logboek", &[7; 32]).unwrap()
    }

    #[test]
    fn a_signed_checkpoint_reads_back_as_it_was() {
        let checkpoint = Checkpoint::of(&key(), 123, [5; 32]);
        let note = checkpoint.sign(&key()).unwrap();
        assert!(note.starts_with("meldroute.example/logboek\n123\nBQUF"));
        assert_eq!(Checkpoint::parse_and_verify(&note, &key().verifier()), Ok(checkpoint.clone()));
        assert_eq!(Checkpoint::parse_unverified(&note), Ok(checkpoint));
    }

    #[test]
    fn a_checkpoint_with_another_size_than_signed_is_refused() {
        let note = Checkpoint::of(&key(), 123, [5; 32]).sign(&key()).unwrap();
        let changed = note.replacen("\n123\n", "\n122\n", 1);
        let refused = Checkpoint::parse_and_verify(&changed, &key().verifier());
        assert_eq!(refused, Err(CheckpointError::Note(NoteError::SignatureWrong)));
    }

    #[test]
    fn a_checkpoint_of_another_log_under_the_same_key_is_refused() {
        let foreign = Checkpoint { origin: "elders".into(), size: 1, root: [5; 32] };
        assert_eq!(foreign.sign(&key()), Err(CheckpointError::OtherLog));
        let note = key().sign_note(&foreign.text()).unwrap();
        assert_eq!(Checkpoint::parse_and_verify(&note, &key().verifier()), Err(CheckpointError::OtherLog));
    }

    #[test]
    fn texts_that_are_no_checkpoint_are_refused() {
        let root = BASE64.encode(&[5; 32]);
        let origin = "meldroute.example/logboek";
        for text in [
            format!("{origin}\n012\n{root}\n"),
            format!("{origin}\n+12\n{root}\n"),
            format!("{origin}\n-1\n{root}\n"),
            format!("\n12\n{root}\n"),
            format!("{origin}\n12\n{}\n", BASE64.encode(&[5; 31])),
            format!("{origin}\n12\n"),
        ] {
            let note = key().sign_note(&text).unwrap();
            let refused = Checkpoint::parse_and_verify(&note, &key().verifier());
            assert_eq!(refused, Err(CheckpointError::Malformed), "{text:?}");
        }
        let extended = key().sign_note(&format!("{origin}\n12\n{root}\nextra\n")).unwrap();
        assert_eq!(Checkpoint::parse_and_verify(&extended, &key().verifier()).unwrap().size, 12);
    }
}
