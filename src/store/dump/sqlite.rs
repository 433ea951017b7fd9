//! The same for SQLite, whose JSON knows no binary values: those are written as hexadecimal by their column's type.

use super::{DumpError, Line, StoreError};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use std::io::Write;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

fn columns(c: &mut SqliteConnection, table: &str) -> Result<Vec<Column>, DumpError> {
    let ask = "SELECT name, type AS kind FROM pragma_table_info(?) ORDER BY cid";
    Ok(diesel::sql_query(ask).bind::<Text, _>(table).load(c)?)
}

pub(super) fn write_table(c: &mut SqliteConnection, table: &str, out: &mut dyn Write) -> Result<u64, DumpError> {
    let pairs: Vec<String> = columns(c, table)?
        .iter()
        .map(|Column { name, kind }| match kind.as_str() {
            // hex(NULL) is an empty text, which is another value.
            "BLOB" => format!("'{name}', CASE WHEN \"{name}\" IS NULL THEN NULL ELSE hex(\"{name}\") END"),
            _ => format!("'{name}', \"{name}\""),
        })
        .collect();
    let ask = format!("SELECT json_object({}) AS line FROM {table}", pairs.join(", "));
    let mut rows = 0;
    for line in diesel::sql_query(ask).load_iter::<Line, diesel::connection::DefaultLoadingMode>(c)? {
        writeln!(out, "{}", line?.line)?;
        rows += 1;
    }
    Ok(rows)
}

pub(super) fn put(c: &mut SqliteConnection, table: &'static str, piece: &str) -> Result<(), DumpError> {
    let columns = columns(c, table)?;
    if columns.is_empty() {
        return Err(StoreError::Database(format!("no table {table}")).into());
    }
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let values: Vec<String> = columns
        .iter()
        .map(|Column { name, kind }| match kind.as_str() {
            "BLOB" => format!("unhex(value ->> '$.{name}')"),
            _ => format!("value ->> '$.{name}'"),
        })
        .collect();
    let put = format!("INSERT INTO {table} ({}) SELECT {} FROM json_each(?)", names.join(", "), values.join(", "));
    diesel::sql_query(put).bind::<Text, _>(piece).execute(c)?;
    Ok(())
}
