//! Who may do what: small rules, Deny > Grant, and the only maker of a `Permit`.
