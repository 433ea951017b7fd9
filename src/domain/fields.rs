//! Reading a form or JSON body field by field, gathering all errors before answering.
//!
//! A draft (`SignalDraft`, `IntakeDraft`, ..) holds what was typed, as it was typed; it can be kept as a concept and
//! shown again. Parsing a draft gives either the finished value or every [`FieldError`] at once.

use super::text::{BoundedText, TextError};
use super::time::Day;
use super::words::{Dutch, FieldError};

const CHOOSE: &str = "Maak hier een keuze.";

/// Gives drafts a `Debug` that tells their name and nothing of what was typed.
macro_rules! no_words_in_debug {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}
pub(in crate::domain) use no_words_in_debug;

/// Dutch: *velden*. Collects the errors of one form.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// Notes an error at a field.
    pub fn refuse(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, message));
    }

    /// A text that may be left out.
    pub fn optional_text<T: BoundedText>(&mut self, field: &str, typed: Option<&str>) -> Option<T> {
        match T::parse(typed?) {
            Ok(text) => Some(text),
            Err(TextError::Empty) => None,
            Err(error) => {
                self.refuse(field, error.to_string());
                None
            }
        }
    }

    /// A text that is needed; `missing` is the sentence when it is not there.
    pub fn text<T: BoundedText>(&mut self, field: &str, typed: Option<&str>, missing: &str) -> Option<T> {
        match T::parse(typed.unwrap_or_default()) {
            Ok(text) => Some(text),
            Err(TextError::Empty) => {
                self.refuse(field, missing);
                None
            }
            Err(error) => {
                self.refuse(field, error.to_string());
                None
            }
        }
    }

    /// A choice that may be left out.
    pub fn optional_choice<T: Dutch>(&mut self, field: &str, code: Option<&str>) -> Option<T> {
        let code = code.filter(|code| !code.is_empty())?;
        T::from_code(code).map_err(|unknown| self.refuse(field, unknown.to_string())).ok()
    }

    /// A choice that is needed, where the form asks for one only.
    pub fn choice<T: Dutch>(&mut self, field: &str, code: Option<&str>) -> Option<T> {
        self.choice_among(field, code, CHOOSE)
    }

    /// A choice that is needed, among others; `missing` names it, so that the sentence says enough away from its field.
    pub fn choice_among<T: Dutch>(&mut self, field: &str, code: Option<&str>, missing: &str) -> Option<T> {
        let before = self.errors.len();
        let chosen = self.optional_choice(field, code);
        if chosen.is_none() && self.errors.len() == before {
            self.refuse(field, missing);
        }
        chosen
    }

    /// Several choices; doubles count once.
    pub fn choices<T: Dutch + PartialEq>(&mut self, field: &str, codes: &[String]) -> Vec<T> {
        let mut chosen = Vec::new();
        for code in codes {
            match T::from_code(code) {
                Ok(value) if !chosen.contains(&value) => chosen.push(value),
                Ok(_) => {}
                Err(unknown) => {
                    self.refuse(field, unknown.to_string());
                    break;
                }
            }
        }
        chosen
    }

    /// A day that may be left out.
    pub fn optional_day(&mut self, field: &str, typed: Option<&str>) -> Option<Day> {
        let typed = typed.filter(|typed| !typed.trim().is_empty())?;
        typed.trim().parse().map_err(|wrong: super::time::NotATime| self.refuse(field, wrong.to_string())).ok()
    }

    /// A day after today and not later than `last`; needed.
    pub fn day_ahead(&mut self, field: &str, typed: Option<&str>, today: Day, last: Day) -> Option<Day> {
        let before = self.errors.len();
        match self.optional_day(field, typed) {
            Some(day) if day > today && day <= last => Some(day),
            Some(_) => {
                let last = super::calendar::in_words_with_year(last);
                self.refuse(field, format!("Kies een dag na vandaag, uiterlijk {last}."));
                None
            }
            None => {
                if self.errors.len() == before {
                    self.refuse(field, "Vul een datum in.");
                }
                None
            }
        }
    }

    /// The value when there are no errors, otherwise all of them.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }
}
