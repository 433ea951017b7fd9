//! The field in plain types: signal, stages, weighings, decisions, terms. Pure: no clock, no database, no keys.
