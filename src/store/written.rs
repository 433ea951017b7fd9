//! Rows in their one written form, the same on both databases: what the log commits to.
//!
//! A row is its table's name and then every column, each with a sign for its kind and its length, so that no two rows
//! give the same bytes.

use crate::domain::time::Moment;

/// What the bytes are for. A change of the form gets another number.
const LABEL: &[u8] = b"meldroute/row/v1";

/// Rows being written down, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form(Vec<u8>);

impl Form {
    pub(super) fn new() -> Self {
        let mut form = Self(Vec::with_capacity(512));
        form.part(b'l', LABEL);
        form
    }

    /// Adds a row with all its columns.
    pub(super) fn row(&mut self, row: &impl WrittenRow) {
        self.cells(row.table(), |form| row.cells(form));
    }

    /// Adds a row of a table that has no type of its own.
    pub(super) fn cells(&mut self, table: &str, cells: impl FnOnce(&mut Self)) {
        self.part(b'r', table.as_bytes());
        cells(self);
    }

    pub(super) fn part(&mut self, kind: u8, bytes: &[u8]) {
        self.0.push(kind);
        self.0.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// One column's value.
pub(super) trait Cell {
    /// Adds the value.
    fn put(&self, form: &mut Form);
}

/// A row that knows its columns.
pub(super) trait WrittenRow {
    /// Its table.
    fn table(&self) -> &'static str;
    /// Every column, in the order of the schema.
    fn cells(&self, form: &mut Form);
}

/// A row for which the log answers by itself, under a name.
pub(super) trait NamedRow: WrittenRow {
    /// `TABLE/ID`.
    fn name(&self) -> String;

    /// The row alone.
    fn form(&self) -> Form
    where
        Self: Sized,
    {
        let mut form = Form::new();
        form.row(self);
        form
    }
}

/// Says how a row is written: every column once, or it does not compile. A row with an id of its own is named by it.
macro_rules! written {
    ($row:ty, $table:literal, [$($column:ident),+ $(,)?]) => {
        impl $crate::store::written::WrittenRow for $row {
            fn table(&self) -> &'static str {
                $table
            }
            fn cells(&self, form: &mut $crate::store::written::Form) {
                let Self { $($column),+ } = self;
                $($crate::store::written::Cell::put($column, form);)+
            }
        }
    };
    ($row:ty, $table:literal named by $($key:ident),+ : [$($column:ident),+ $(,)?]) => {
        $crate::store::written::written!($row, $table, [$($column),+]);
        impl $crate::store::written::NamedRow for $row {
            fn name(&self) -> String {
                [$table.to_owned() $(, self.$key.to_string())+].join("/")
            }
        }
    };
}
pub(super) use written;

impl<T: Cell> Cell for Option<T> {
    fn put(&self, form: &mut Form) {
        match self {
            Some(value) => value.put(form),
            None => form.part(b'-', &[]),
        }
    }
}

impl Cell for String {
    fn put(&self, form: &mut Form) {
        form.part(b't', self.as_bytes());
    }
}

impl Cell for Vec<u8> {
    fn put(&self, form: &mut Form) {
        form.part(b'b', self);
    }
}

impl Cell for i64 {
    fn put(&self, form: &mut Form) {
        form.part(b'n', &self.to_be_bytes());
    }
}

impl Cell for Moment {
    fn put(&self, form: &mut Form) {
        form.part(b'm', &self.micros().to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form_of(cells: &[&dyn Cell]) -> Form {
        let mut form = Form::new();
        form.cells("t", |form| cells.iter().for_each(|cell| cell.put(form)));
        form
    }

    #[test]
    fn what_moves_between_columns_or_changes_its_kind_is_another_row() {
        let text = |value: &str| value.to_owned();
        let one = form_of(&[&text("ab"), &text("c")]);
        assert_eq!(one, form_of(&[&text("ab"), &text("c")]));
        assert_ne!(one, form_of(&[&text("a"), &text("bc")]));
        assert_ne!(form_of(&[&None::<String>]), form_of(&[&text("")]));
        assert_ne!(form_of(&[&text("a")]), form_of(&[&b"a".to_vec()]));
        assert_ne!(form_of(&[&7_i64]), form_of(&[&Moment::from_micros(7)]));
    }
}
