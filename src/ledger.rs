//! The log: audit events as leaves of an RFC 6962 tree, signed checkpoints, and the verifier. Knows no SQL.
