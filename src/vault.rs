//! Keys and sealed fields. Published standards through reviewed crates. Knows no SQL.
