//! Closed vocabularies: each has a stable code (database, log, JSON) and the Dutch words a person reads.
//!
//! The words stand beside the variant they belong to, so a variant without words does not compile.

use std::fmt;

/// Dutch: *woord*. A value from a closed list that people read.
pub trait Dutch: Copy + Sized + 'static {
    /// Every value of the list, in the order in which it is shown.
    const ALL: &'static [Self];

    /// The code in database, log and JSON; never changes once released.
    fn code(self) -> &'static str;

    /// The words on the page.
    fn label(self) -> &'static str;

    /// The value with this code.
    fn from_code(code: &str) -> Result<Self, UnknownCode> {
        Self::ALL.iter().copied().find(|value| value.code() == code).ok_or_else(|| UnknownCode(code.to_owned()))
    }
}

/// Dutch: *onbekende code*. A code that is not in its closed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode(pub String);

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deze keuze kennen wij niet.")
    }
}

impl std::error::Error for UnknownCode {}

/// Dutch: *veldfout*. What is wrong with one field of a form or a JSON body.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The Dutch name of the field as the API and the form know it, such as `tekst` or `criteria.ernst`.
    #[serde(rename = "veld")]
    pub field: String,
    /// One Dutch sentence that says what to do.
    #[serde(rename = "melding")]
    pub message: String,
}

impl FieldError {
    /// An error at a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Defines an enum with code and Dutch words per variant, and implements [`Dutch`], `FromStr` and serde by code.
macro_rules! vocabulary {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident = $code:literal => $label:literal, )+
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[$vmeta])* $variant, )+
        }

        impl $crate::domain::words::Dutch for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl $name {
            /// Every value, in the order in which it is shown.
            pub const ALL: &'static [Self] = <Self as $crate::domain::words::Dutch>::ALL;

            /// The code in database, log and JSON.
            pub fn code(self) -> &'static str {
                $crate::domain::words::Dutch::code(self)
            }

            /// The words on the page.
            pub fn label(self) -> &'static str {
                $crate::domain::words::Dutch::label(self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::words::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                $crate::domain::words::Dutch::from_code(code)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                code.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(test)]
        impl $crate::domain::words::tests::Listed for $name {}
    )+};
}
pub(crate) use vocabulary;

vocabulary! {
    /// Dutch: *ja of nee*. An answer that is one of the two.
    pub enum YesNo {
        /// Yes.
        Yes = "ja" => "ja",
        /// No.
        No = "nee" => "nee",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Marks the enums made by `vocabulary!`; [`assert_complete`] checks one.
    pub(crate) trait Listed: Dutch + std::str::FromStr {}

    /// Codes are unique, plain and read back; words are not empty and carry no stray blanks.
    pub(crate) fn assert_complete<T: Listed + PartialEq + fmt::Debug>() {
        let mut codes: Vec<_> = T::ALL.iter().map(|value| value.code()).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count, "two values share a code in {}", std::any::type_name::<T>());
        for value in T::ALL {
            assert_eq!(T::from_code(value.code()), Ok(*value));
            assert!(!value.label().is_empty() && value.label().trim() == value.label(), "{value:?} has no clean words");
            assert!(
                value.code().chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
                "{value:?} has a code that does not fit a column or a URL"
            );
        }
    }

    #[test]
    fn a_code_reads_back_as_its_value_and_an_unknown_code_is_refused_in_dutch() {
        use crate::domain::stage::Stage;
        assert_eq!("banaan".parse::<Stage>().unwrap_err().to_string(), "Deze keuze kennen wij niet.");
        assert_eq!(serde_json::to_string(&Stage::Weighing).unwrap(), "\"wegen\"");
        assert_eq!(serde_json::from_str::<Stage>("\"wegen\"").unwrap(), Stage::Weighing);
        assert!(serde_json::from_str::<Stage>("\"weighing\"").is_err());
    }
}
