//! Use cases: one file per activity of the field, one transaction and one audit event at least per use case.
