//! Acts that a member signs with their own key: weighings, privacy checks, decisions.
//!
//! What is signed names the step, the signal, the outcome and the hash of the words it rests on, so that a signature
//! cannot be moved to another text or another outcome. It stands in the row and in the audit event.

use super::keyring::Session;
use crate::domain::ids::SignalId;
use crate::domain::workflow::StepEvent;
use crate::vault::digest::sha256;
use crate::vault::signing::{Signature, VerifyKey};

/// The context that separates these signatures from statements and checkpoints.
const CONTEXT: &str = "meldroute/act/v1";

/// What a member puts their name to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The step.
    pub step: StepEvent,
    /// The signal.
    pub signal: SignalId,
    /// The outcome, as a code; empty when the step has one way on.
    pub outcome: String,
    /// SHA-256 of the words it rests on.
    pub words: [u8; 32],
}

impl Act {
    /// An act that rests on these words.
    #[must_use]
    pub fn on(step: StepEvent, signal: SignalId, outcome: &str, words: &[u8]) -> Self {
        Self { step, signal, outcome: outcome.to_owned(), words: sha256(words) }
    }

    fn message(&self) -> Vec<u8> {
        let words = data_encoding::HEXLOWER.encode(&self.words);
        format!("{}\n{}\n{}\n{words}\n", self.step.code(), self.signal, self.outcome).into_bytes()
    }

    /// Signs with the member's own key.
    #[must_use]
    pub fn sign(&self, session: &Session) -> Vec<u8> {
        session.keys.signing.sign(CONTEXT, &self.message()).0.to_vec()
    }

    /// Whether this is that member's signature under this act.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifyKey, signature: &[u8]) -> Signed {
        let Ok(bytes) = <[u8; 64]>::try_from(signature) else { return Signed::No };
        match key.verify_strict(CONTEXT, &self.message(), &Signature(bytes)) {
            Ok(()) => Signed::Yes,
            Err(_) => Signed::No,
        }
    }

    /// Whether it is under any of these keys of one member: what was signed before a key was replaced still holds.
    #[must_use]
    pub fn is_signed_by_any<'a>(&self, keys: impl IntoIterator<Item = &'a VerifyKey>, signature: &[u8]) -> Signed {
        let holds = keys.into_iter().any(|key| self.is_signed_by(key, signature) == Signed::Yes);
        if holds { Signed::Yes } else { Signed::No }
    }

    /// The hash of the words, as the log writes it.
    #[must_use]
    pub fn words_hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.words)
    }
}

/// Whether a signature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// It does.
    Yes,
    /// It does not.
    No,
}
