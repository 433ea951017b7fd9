//! The database as whoever owns it has it: plain SQL beside the service, on both databases.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use meldroute::store::db::{Address, Db, Use};
use std::collections::BTreeMap;

/// A connection of the owner.
pub struct Raw(pub Db);

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// One row: every column as text, bytes and ids in lower-case hexadecimal, NULL left out.
pub type Row = BTreeMap<String, String>;

/// One column as the database describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// `text`, `bytes`, `number`, `id` or `moment`; SQLite says `bytes` for ids and `number` for moments.
    pub kind: String,
    pub nullable: bool,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

impl Raw {
    pub fn open(address: &Address) -> Self {
        Self(Db::open(address, Use::Create).unwrap())
    }

    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Db::Sqlite(_) => Dialect::Sqlite,
            Db::Pg(_) => Dialect::Postgres,
        }
    }

    /// One of two statements: for SQLite, for PostgreSQL.
    pub fn pick<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self.dialect() {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        }
    }

    pub fn attempt(&mut self, sql: &str) -> Result<(), String> {
        match &mut self.0 {
            Db::Pg(c) => c.batch_execute(sql),
            Db::Sqlite(c) => c.batch_execute(sql),
        }
        .map_err(|error| error.to_string())
    }

    pub fn run(&mut self, sql: &str) {
        self.attempt(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The column `value` of every row; NULL is an empty text.
    pub fn texts(&mut self, sql: &str) -> Vec<String> {
        let lines: Vec<Line> = match &mut self.0 {
            Db::Pg(c) => diesel::sql_query(sql).load(c),
            Db::Sqlite(c) => diesel::sql_query(sql).load(c),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        lines.into_iter().map(|line| line.value.unwrap_or_default()).collect()
    }

    pub fn number(&mut self, what: &str) -> i64 {
        let sql = format!("SELECT CAST({what} AS TEXT) AS value");
        self.texts(&sql).remove(0).parse().unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// How many rows a table has.
    pub fn count(&mut self, table: &str) -> i64 {
        self.number(&format!("(SELECT count(*) FROM {table})"))
    }

    /// Our tables, in alphabetical order.
    pub fn tables(&mut self) -> Vec<String> {
        let sql = self.pick(
            "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1",
            "SELECT table_name::text AS value FROM information_schema.tables
             WHERE table_schema = current_schema() ORDER BY 1",
        );
        let mut tables = self.texts(sql);
        tables.retain(|name| !name.starts_with("__diesel"));
        tables
    }

    pub fn columns(&mut self, table: &str) -> Vec<Column> {
        let sqlite = format!(
            "SELECT name || ' ' || type || ' ' || \"notnull\" AS value FROM pragma_table_info('{table}') ORDER BY cid"
        );
        let postgres = format!(
            "SELECT column_name || ' ' || replace(data_type, ' ', '_') || ' '
                 || CASE is_nullable WHEN 'NO' THEN '1' ELSE '0' END AS value
             FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table}'
             ORDER BY ordinal_position"
        );
        let sql = self.pick(&sqlite, &postgres).to_owned();
        self.texts(&sql).iter().map(|line| column(line)).collect()
    }

    /// Every row of a table, in a stable order.
    pub fn rows(&mut self, table: &str) -> Vec<Row> {
        self.rows_where(table, "1 = 1")
    }

    pub fn rows_where(&mut self, table: &str, condition: &str) -> Vec<Row> {
        let columns = self.columns(table);
        let dialect = self.dialect();
        let parts: Vec<String> = columns.iter().map(|column| shown(&column.name, dialect)).collect();
        let sql = match dialect {
            Dialect::Sqlite => {
                format!("SELECT json_object({}) AS value FROM {table} WHERE {condition} ORDER BY 1", parts.join(", "))
            }
            Dialect::Postgres => format!(
                "SELECT json_build_object({})::text AS value FROM {table} WHERE {condition} ORDER BY 1",
                parts.join(", ")
            ),
        };
        self.texts(&sql).iter().map(|line| row(line)).collect()
    }

    /// Every row of every table.
    pub fn everything(&mut self) -> BTreeMap<String, Vec<Row>> {
        self.tables()
            .into_iter()
            .map(|table| {
                let rows = self.rows(&table);
                (table, rows)
            })
            .collect()
    }

    /// The events as they are written, in order.
    pub fn events(&mut self) -> Vec<serde_json::Value> {
        let mut rows = self.rows("events");
        rows.sort_by_key(|row| row["idx"].parse::<i64>().unwrap());
        rows.iter().map(|row| serde_json::from_slice(&bytes_of(&row["body"])).unwrap()).collect()
    }

    /// Events of one kind.
    pub fn events_of(&mut self, kind: &str) -> Vec<serde_json::Value> {
        self.events().into_iter().filter(|event| event["soort"] == kind).collect()
    }

    /// Takes the triggers away that keep the log from being changed, as an owner can.
    pub fn unlock_log(&mut self) {
        let sql = self.pick(
            "DROP TRIGGER events_never_change; DROP TRIGGER events_never_go;",
            "DROP TRIGGER events_never_change ON events;",
        );
        self.run(sql);
    }

    /// A literal of bytes.
    pub fn blob(&self, hex: &str) -> String {
        match self.dialect() {
            Dialect::Sqlite => format!("x'{hex}'"),
            Dialect::Postgres => format!("'\\x{hex}'::bytea"),
        }
    }

    /// A literal of an id given as 32 hexadecimal digits.
    pub fn id(&self, hex: &str) -> String {
        match self.dialect() {
            Dialect::Sqlite => format!("x'{hex}'"),
            Dialect::Postgres => format!("'{hex}'::uuid"),
        }
    }
}

fn column(line: &str) -> Column {
    let mut words = line.split(' ');
    let mut next = || words.next().unwrap_or_else(|| panic!("{line}")).to_owned();
    let (name, kind, required) = (next(), next().to_lowercase(), next());
    let kind = match kind.as_str() {
        "text" | "character_varying" => "text",
        "blob" | "bytea" => "bytes",
        "integer" | "bigint" => "number",
        "uuid" => "id",
        "timestamp_with_time_zone" => "moment",
        other => panic!("{name} is {other}: no such type in this house"),
    };
    Column { name, kind: kind.to_owned(), nullable: required == "0" }
}

fn shown(name: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!(
            "'{name}', CASE typeof(\"{name}\") WHEN 'blob' THEN lower(hex(\"{name}\")) \
             ELSE CAST(\"{name}\" AS TEXT) END"
        ),
        Dialect::Postgres => format!("'{name}', \"{name}\"::text"),
    }
}

fn row(line: &str) -> Row {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let fields = value.as_object().unwrap();
    fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), plain(value.as_str().unwrap())))
        .collect()
}

/// PostgreSQL's own spellings of bytes and ids, as SQLite has them.
fn plain(text: &str) -> String {
    match text.strip_prefix("\\x") {
        Some(hex) => hex.to_owned(),
        None if uuid::Uuid::parse_str(text).is_ok() => text.replace('-', ""),
        None => text.to_owned(),
    }
}

/// The bytes behind a hexadecimal text.
pub fn bytes_of(hex: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap_or_else(|error| panic!("{error}: {hex}"))
}
