//! The log as a file: one JSON object per line, so that a copy and the public key are enough to verify it elsewhere.
//!
//! The first line is a header, then comes one line per entry, then one per checkpoint. An entry stands in its line as
//! it was hashed, byte for byte. An entry that is not in the one written form (someone tampered with it) is carried as
//! base64, because an export must never repair or hide anything.

use std::io::{BufRead, Read as _, Write};

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};

use crate::ledger::canonical;
use crate::ledger::finding::{Finding, Wrong};
use crate::ledger::merkle::Hash;
use crate::ledger::note::VerifierKey;
use crate::ledger::report::{Head, Report};
use crate::ledger::verify::Verifier;

/// The version of this file format.
const FORMAT_VERSION: u64 = 1;
/// No line of an honest export is longer; a longer one is unreadable, and memory stays small.
const LONGEST_LINE: u64 = 1 << 20;

const ENTRY_START: &str = "{\"bladhash\":\"";
const ENTRY_RAW: &str = "\",\"inhoud\":";
const ENTRY_BASE64: &str = "\",\"inhoud_base64\":\"";
const ENTRY_INDEX: &str = ",\"volgnummer\":";

/// Why an export cannot be written or read at all.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Reading or writing failed.
    #[error("het uitvoerbestand kan niet gelezen of geschreven worden: {0}")]
    Io(#[from] std::io::Error),
    /// The first line is not the header of an export in a known version.
    #[error("dit is geen uitvoer van een logboek, of van een versie die dit programma niet kent")]
    NoHeader,
}

/// Dutch: *kop*. What an export says about itself; nothing of it is believed without proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name of the log.
    pub origin: String,
    /// Size and root as stored when the export was made.
    pub head: Head,
    /// Public key of the log, for whoever has none at hand; a key from the file itself proves nothing.
    pub key: Option<VerifierKey>,
    /// Sizes of the checkpoints that stand at the end of the file.
    pub checkpoints: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct HeaderLine {
    #[serde(rename = "controlepunten")]
    checkpoints: Vec<u64>,
    #[serde(rename = "herkomst")]
    origin: String,
    #[serde(rename = "regels")]
    size: u64,
    #[serde(rename = "sleutel", default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(rename = "soort")]
    kind: String,
    #[serde(rename = "versie")]
    version: u64,
    #[serde(rename = "wortel")]
    root: String,
}

#[derive(Serialize, Deserialize)]
struct CheckpointLine {
    #[serde(rename = "controlepunt")]
    note: String,
}

/// Writes an export, entry by entry.
pub struct ExportWriter<W> {
    out: W,
}

impl<W: Write> ExportWriter<W> {
    /// Begins an export with its header.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn begin(mut out: W, header: &Header) -> Result<Self, ExportError> {
        let line = HeaderLine {
            checkpoints: header.checkpoints.clone(),
            origin: header.origin.clone(),
            size: header.head.size,
            key: header.key.as_ref().map(ToString::to_string),
            kind: "meldroute-logboek".to_owned(),
            version: FORMAT_VERSION,
            root: HEXLOWER.encode(&header.head.root),
        };
        write_line(&mut out, &line)?;
        Ok(Self { out })
    }

    /// Writes one entry as it is stored.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn entry(&mut self, index: u64, entry: &[u8], leaf: &Hash) -> Result<(), ExportError> {
        let leaf = HEXLOWER.encode(leaf);
        write!(self.out, "{ENTRY_START}{leaf}")?;
        if canonical::scan(entry).is_ok() {
            write!(self.out, "{ENTRY_RAW}")?;
            self.out.write_all(entry)?;
        } else {
            write!(self.out, "{ENTRY_BASE64}{}\"", BASE64.encode(entry))?;
        }
        writeln!(self.out, "{ENTRY_INDEX}{index}}}")?;
        Ok(())
    }

    /// Ends the export with the checkpoints (signed notes) and flushes.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn finish(mut self, checkpoints: &[String]) -> Result<W, ExportError> {
        for note in checkpoints {
            write_line(&mut self.out, &CheckpointLine { note: note.clone() })?;
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Verifies an export with a public key, and checkpoints, that came another way. Rows are not compared, and the report says so.
///
/// # Errors
/// [`ExportError`] when the file cannot be read or is no export. Everything that is wrong inside it is a finding.
pub fn verify_export(
    input: impl BufRead,
    key: Option<VerifierKey>,
    checkpoints: &[String],
) -> Result<(Header, Report), ExportError> {
    let mut lines = Lines { input, line: Vec::new() };
    let header = lines.next()?.and_then(header).ok_or(ExportError::NoHeader)?;
    let given = key.clone();
    let mut verifier = Verifier::new(key, checkpoints);
    if let (Some(given), Some(named)) = (&given, &header.key)
        && given != named
    {
        verifier.found(Finding::general(Wrong::OtherKey));
    }
    for size in &header.checkpoints {
        verifier.watch(*size);
    }
    while let Some(line) = lines.next()? {
        if let Some(entry) = entry(line) {
            verifier.feed(entry.index, &entry.bytes, &entry.leaf);
        } else if let Ok(line) = serde_json::from_slice::<CheckpointLine>(line) {
            verifier.checkpoint(&line.note);
        } else {
            verifier.feed_unreadable();
        }
    }
    let (report, _) = verifier.finish(Some(header.head));
    Ok((header, report))
}

struct Lines<R> {
    input: R,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// The next line without its newline. Of a line that is too long only the beginning, which will not parse.
    fn next(&mut self) -> Result<Option<&[u8]>, ExportError> {
        self.line.clear();
        let read = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else {
            self.input.skip_until(b'\n')?;
        }
        Ok(Some(&self.line))
    }
}

struct EntryLine<'line> {
    index: u64,
    bytes: std::borrow::Cow<'line, [u8]>,
    leaf: Hash,
}

fn header(line: &[u8]) -> Option<Header> {
    let line: HeaderLine = serde_json::from_slice(line).ok()?;
    if line.kind != "meldroute-logboek" || line.version != FORMAT_VERSION {
        return None;
    }
    let root = Hash::try_from(HEXLOWER.decode(line.root.as_bytes()).ok()?.as_slice()).ok()?;
    let key = match line.key {
        Some(key) => Some(key.parse().ok()?),
        None => None,
    };
    Some(Header { origin: line.origin, head: Head { size: line.size, root }, key, checkpoints: line.checkpoints })
}

/// Takes the line apart where the writer put it together. The entry inside is judged by the verifier.
fn entry(line: &[u8]) -> Option<EntryLine<'_>> {
    let rest = str::from_utf8(line).ok()?.strip_prefix(ENTRY_START)?;
    let (leaf, rest) = rest.split_at_checked(64)?;
    let (content, index) = rest.strip_suffix('}')?.rsplit_once(ENTRY_INDEX)?;
    let mut hash = Hash::default();
    HEXLOWER.decode_mut(leaf.as_bytes(), &mut hash).ok()?;
    let bytes = if let Some(raw) = content.strip_prefix(ENTRY_RAW) {
        raw.as_bytes().into()
    } else {
        let base64 = content.strip_prefix(ENTRY_BASE64)?.strip_suffix('"')?;
        BASE64.decode(base64.as_bytes()).ok()?.into()
    };
    Some(EntryLine { index: index.parse().ok()?, bytes, leaf: hash })
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> Result<(), ExportError> {
    serde_json::to_writer(&mut *out, line).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests;
