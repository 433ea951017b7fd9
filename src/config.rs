//! The configuration of one installation: TOML, unknown keys refused, secrets by file.
