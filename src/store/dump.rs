//! Everything the database holds, as lines of text: written from one moment of it, and read back into empty tables.
//!
//! Each database writes and reads its own rows as JSON, with its own functions, so that no column can be forgotten and
//! no value goes through a type of ours. Binary values are hexadecimal.

use super::db::Db;
use super::error::StoreError;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::io::{self, BufRead, Write};

mod sqlite;

/// In which file of a backup a table goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What is useless without keys, and the log.
    Content,
    /// What opens content, with whoever holds it.
    Keys,
    /// In none: it gives rights or means nothing after a restore.
    Never,
}

/// Every table, in an order in which rows can be put back: what a row refers to comes first.
pub const TABLES: [(&str, Part); 38] = [
    ("members", Part::Keys),
    ("member_roles", Part::Content),
    // Secrets of apps and hashes of recovery codes, sealed under members' keys.
    ("member_factors", Part::Keys),
    // The check of a one-time code, sealed, and keys that wait for somebody to vouch for them.
    ("joinings", Part::Keys),
    ("public_keys", Part::Content),
    ("signals", Part::Content),
    ("grants", Part::Content),
    ("exclusions", Part::Content),
    ("circles", Part::Content),
    ("circle_members", Part::Content),
    ("records", Part::Content),
    ("contents", Part::Content),
    ("sealed_keys", Part::Keys),
    ("weighings", Part::Content),
    ("weighing_authors", Part::Content),
    ("privacy_checks", Part::Content),
    ("source_questions", Part::Content),
    ("sittings", Part::Content),
    ("agenda_items", Part::Content),
    ("agenda_copies", Part::Content),
    ("decisions", Part::Content),
    ("decision_signatures", Part::Content),
    ("actions", Part::Content),
    ("handoffs", Part::Content),
    ("identity_openings", Part::Content),
    ("emergency_openings", Part::Content),
    ("destructions", Part::Content),
    ("machines", Part::Content),
    ("events", Part::Content),
    ("log_head", Part::Content),
    ("checkpoints", Part::Content),
    ("settings", Part::Content),
    // Without them the hashes in the log tell nothing of who the members are.
    ("row_salts", Part::Keys),
    // How often somebody tried to sign in means nothing after a restore: its key is another one.
    ("sign_in_attempts", Part::Never),
    // Tokens of before a restore work no more: another system signs in anew, within minutes of its own clock.
    ("machine_families", Part::Never),
    ("machine_assertions", Part::Never),
    ("sessions", Part::Never),
    ("idempotency", Part::Never),
];

/// How many rows are in memory at a time.
const BATCH: usize = 200;
/// And how many bytes of them, about.
const BATCH_BYTES: usize = 1 << 20;
/// What a line with the name of a table begins with; rows begin with a brace.
const TABLE: &str = "# ";

/// Why rows could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The lines are not what was written.
    #[error("the lines of table {0} are not in their place")]
    Order(&'static str),
}

impl From<diesel::result::Error> for DumpError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Which database this is, as a word for the header of a backup.
#[must_use]
pub fn kind_of(db: &Db) -> &'static str {
    match db {
        Db::Pg(_) => "postgres",
        Db::Sqlite(_) => "sqlite",
    }
}

/// Writes the tables of one part. Inside [`super::rows::at_one_moment`]; `told` hears of each table when it is done,
/// with how many rows it had.
///
/// # Errors
/// When the database cannot be read or the file not be written.
pub fn write_part(
    db: &mut Db,
    part: Part,
    out: &mut dyn Write,
    told: &mut dyn FnMut(&str, u64),
) -> Result<u64, DumpError> {
    let mut all = 0;
    for (table, _) in TABLES.into_iter().filter(|(_, goes)| *goes == part) {
        writeln!(out, "{TABLE}{table}")?;
        let rows = match db {
            Db::Sqlite(c) => sqlite::write_table(c, table, out)?,
            Db::Pg(c) => write_table(c, table, out)?,
        };
        all += rows;
        told(table, rows);
    }
    writeln!(out, "{TABLE}")?;
    Ok(all)
}

fn write_table(c: &mut PgConnection, table: &'static str, out: &mut dyn Write) -> Result<u64, DumpError> {
    // A cursor, so that a table of any size passes through in pieces.
    let ask = format!("DECLARE written CURSOR FOR SELECT row_to_json(r)::text AS line FROM {table} r");
    diesel::sql_query(ask).execute(c)?;
    let mut rows = 0;
    loop {
        let page: Vec<Line> = diesel::sql_query(format!("FETCH {BATCH} FROM written")).load(c)?;
        if page.is_empty() {
            break;
        }
        for Line { line } in page {
            writeln!(out, "{line}")?;
            rows += 1;
        }
    }
    diesel::sql_query("CLOSE written").execute(c)?;
    Ok(rows)
}

/// The lines of one part of a backup, read table by table.
pub struct PartReader<R> {
    lines: io::Lines<R>,
    /// The table whose lines come next.
    next: Option<String>,
}

impl<R: BufRead> PartReader<R> {
    /// Reads on from the first table.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn new(mut lines: io::Lines<R>) -> Result<Self, DumpError> {
        let first = lines.next().transpose()?;
        Ok(Self { next: first.and_then(|line| line.strip_prefix(TABLE).map(str::to_owned)), lines })
    }

    /// Hands over the rows of a table in pieces, each a JSON array.
    fn each_piece(
        &mut self,
        table: &'static str,
        put: &mut dyn FnMut(&str) -> Result<(), DumpError>,
    ) -> Result<u64, DumpError> {
        if self.next.as_deref() != Some(table) {
            return Err(DumpError::Order(table));
        }
        let (mut piece, mut held, mut rows) = (String::from("["), 0, 0);
        loop {
            // The end of a part has a line of its own: without it something is missing.
            let line = self.lines.next().transpose()?.ok_or(DumpError::Order(table))?;
            let ended = line.strip_prefix(TABLE.trim_end());
            if (ended.is_some() || held == BATCH || piece.len() > BATCH_BYTES) && held > 0 {
                piece.push(']');
                put(&piece)?;
                piece.truncate(1);
                held = 0;
            }
            if let Some(next) = ended {
                self.next = Some(next.trim().to_owned());
                return Ok(rows);
            }
            if held > 0 {
                piece.push(',');
            }
            piece.push_str(&line);
            held += 1;
            rows += 1;
        }
    }

    /// Reads to the very end, so that a file that was cut off or changed is noticed.
    ///
    /// # Errors
    /// When something follows, or the file cannot be read.
    pub fn finish(mut self) -> Result<(), DumpError> {
        match (self.next.as_deref(), self.lines.next().transpose()?) {
            (Some(""), None) => Ok(()),
            _ => Err(DumpError::Order("")),
        }
    }
}

/// Puts every row back into empty tables, all of them or none; `told` hears of each table when it is done.
///
/// # Errors
/// When a file does not hold what was written, or the database refuses a row.
pub fn read_parts<C: BufRead, K: BufRead>(
    db: &mut Db,
    content: &mut PartReader<C>,
    keys: &mut PartReader<K>,
    told: &mut dyn FnMut(&str, u64),
) -> Result<u64, DumpError> {
    super::rows::whole(db, |db| {
        let mut all = 0;
        // The tables come with a row of their own here.
        diesel::sql_query("DELETE FROM log_head").execute(db)?;
        for (table, part) in TABLES {
            let mut put = |piece: &str| put(db, table, piece);
            let rows = match part {
                Part::Content => content.each_piece(table, &mut put)?,
                Part::Keys => keys.each_piece(table, &mut put)?,
                Part::Never => 0,
            };
            all += rows;
            told(table, rows);
        }
        Ok(all)
    })
}

fn put(db: &mut Db, table: &'static str, piece: &str) -> Result<(), DumpError> {
    match db {
        Db::Sqlite(c) => sqlite::put(c, table, piece),
        Db::Pg(c) => {
            let put = format!("INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1::json)");
            diesel::sql_query(put).bind::<Text, _>(piece).execute(c)?;
            Ok(())
        }
    }
}
