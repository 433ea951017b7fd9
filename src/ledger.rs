//! The log: what was done, by whom, and proof that nobody rewrote it since. Knows no SQL, no clock and no web.
//!
//! Every audit [`event`] is a leaf of one RFC 6962 [`merkle`] tree, written in the transaction it describes. An event
//! names the hashes of the rows as they stand after it, so the tree answers for the rows too. From time to time
//! the root of the tree is signed: a [`checkpoint`], in the open formats of C2SP (tlog-checkpoint on a signed
//! [`note`]). A checkpoint leaves the machine, on paper as a [`fingerprint`]; from then on whoever owns the database
//! can no longer change what came before without being contradicted.
//!
//! [`verify`] recomputes everything and answers in plain Dutch: which entry is the first that does not hold
//! ([`finding`]), which rows are not what the log says ([`rows`]), and which tail no checkpoint covers yet.
//! [`export`] carries the log to someone else's machine, where the export and the public key are enough.

pub mod canonical;
pub mod checkpoint;
pub mod event;
pub mod export;
pub mod finding;
pub mod fingerprint;
pub mod merkle;
pub mod note;
pub mod report;
pub mod rows;
pub mod verify;
