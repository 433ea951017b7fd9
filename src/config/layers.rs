//! One file of settings laid over another.

use super::StartError;

pub(super) fn parse_table(text: &str) -> Result<toml::Table, StartError> {
    text.parse().map_err(|error| unreadable(&error))
}

/// Puts what the installation says over the defaults, table by table.
pub(super) fn lay_over(base: &mut toml::Table, own: toml::Table) {
    for (key, value) in own {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(base)), toml::Value::Table(own)) => lay_over(base, own),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

pub(super) fn unreadable(error: &toml::de::Error) -> StartError {
    StartError::new(
        format!("De instellingen zijn niet te begrijpen: {}", error.to_string().trim()),
        "De dienst start niet met een instelling die hij niet kent of niet kan lezen: het kan een tikfout zijn.",
        "Verbeter de regel; config/default.toml noemt elke sleutel met zijn betekenis.",
    )
}
