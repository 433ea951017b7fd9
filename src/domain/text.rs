//! Bounded texts that people typed. Parsed once at the edge; their `Debug` tells the length, never the words.
//!
//! What is refused here can be said in a schema (length in characters before trimming, and [`TEXT_PATTERN`]), so that
//! the API's description and its behaviour cannot differ.

use std::fmt;

/// The texts that are accepted, as a regular expression for the API's schema: at least one visible character, and no
/// control characters except tab, line feed and carriage return. Marks that turn the direction of writing or have no
/// width are taken out: with them a sentence can look like another one than is stored and signed.
pub const TEXT_PATTERN: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*[^\s\ufeff\u200b\u2060\u202a-\u202e\u2066-\u2069\u0000-\u001f\u007f-\u009f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";

/// Dutch: *tekstfout*. Why a text is refused; the words say what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Nothing, or only blanks.
    Empty,
    /// Longer than so many characters.
    TooLong(usize),
    /// Holds NUL or another control character.
    ControlCharacter,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Vul hier iets in."),
            Self::TooLong(max) => write!(f, "Maak de tekst korter: hier passen {max} tekens."),
            Self::ControlCharacter => {
                f.write_str("In de tekst staat een onzichtbaar stuurteken. Typ de tekst opnieuw.")
            }
        }
    }
}

impl std::error::Error for TextError {}

/// Dutch: *tekst*. A text with a length; made only by parsing.
pub trait BoundedText: Sized {
    /// The most characters it may have.
    const MAX_CHARS: usize;

    /// Parses what somebody typed: line ends become `\n`, blanks at both ends go.
    fn parse(typed: &str) -> Result<Self, TextError>;

    /// The text.
    fn as_str(&self) -> &str;
}

fn is_blank(symbol: char) -> bool {
    symbol.is_whitespace() || is_unseen(symbol)
}

/// Without width, or turning the direction of writing. The joiner (U+200D) stays: it makes one sign of several.
fn is_unseen(symbol: char) -> bool {
    matches!(symbol, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn clean(typed: &str, max: usize) -> Result<String, TextError> {
    if typed.chars().all(is_blank) {
        return Err(TextError::Empty);
    }
    if typed.chars().any(|symbol| symbol.is_control() && !matches!(symbol, '\t' | '\n' | '\r')) {
        return Err(TextError::ControlCharacter);
    }
    // A browser sends each line end as two characters; people count one.
    let text = typed.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().count() > max {
        return Err(TextError::TooLong(max));
    }
    Ok(text.trim_matches(is_blank).chars().filter(|symbol| !is_unseen(*symbol)).collect())
}

macro_rules! texts {
    ($($(#[$meta:meta])* pub struct $name:ident = $max:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl BoundedText for $name {
            const MAX_CHARS: usize = $max;

            fn parse(typed: &str) -> Result<Self, TextError> {
                clean(typed, Self::MAX_CHARS).map(Self)
            }

            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} tekens)", stringify!($name), self.0.chars().count())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let typed = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&typed).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

texts! {
    /// Dutch: *verhaal*. What a melder saw or heard; at most 20,000 characters.
    pub struct Narrative = 20_000;
    /// Dutch: *toelichting*. A motivation or a message; at most 4,000 characters.
    pub struct LongText = 4_000;
    /// Dutch: *zin*. A sentence or a few; at most 500 characters.
    pub struct ShortText = 500;
    /// Dutch: *naam*. A name, a title or a way to be reached; at most 200 characters.
    pub struct NameText = 200;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_exactly_the_limit_fits_and_one_more_does_not() {
        assert!(Narrative::parse(&"é".repeat(20_000)).is_ok());
        assert_eq!(Narrative::parse(&"é".repeat(20_001)), Err(TextError::TooLong(20_000)));
        assert!(ShortText::parse(&"a".repeat(500)).is_ok());
        assert_eq!(ShortText::parse(&"a".repeat(501)), Err(TextError::TooLong(500)));
    }

    #[test]
    fn blanks_alone_are_no_text() {
        for typed in ["", " ", "\t\r\n", "\u{a0}\u{2003}", "\u{feff}", "\u{202e}\u{200b}"] {
            assert_eq!(Narrative::parse(typed), Err(TextError::Empty), "{typed:?}");
        }
    }

    #[test]
    fn control_characters_are_refused_except_line_ends_and_tabs() {
        for typed in ["a\0b", "a\u{1b}[31mb", "a\u{7f}", "a\u{85}b", "\u{8}a"] {
            assert_eq!(Narrative::parse(typed), Err(TextError::ControlCharacter), "{typed:?}");
        }
        assert_eq!(Narrative::parse(" een\r\ntwee\rdrie\tvier \n").unwrap().as_str(), "een\ntwee\ndrie\tvier");
    }

    #[test]
    fn marks_that_nobody_sees_are_taken_out_and_joined_signs_stay() {
        assert_eq!(Narrative::parse("pand \u{202e}21\u{202c} a\u{200b}b").unwrap().as_str(), "pand 21 ab");
        let family = "\u{1f469}\u{200d}\u{1f467}";
        assert_eq!(Narrative::parse(family).unwrap().as_str(), family);
    }

    #[test]
    fn debug_output_does_not_hold_the_text() {
        let text = Narrative::parse("kanarie").unwrap();
        assert_eq!(format!("{text:?}"), "Narrative(7 tekens)");
    }

    #[test]
    fn a_sealed_text_reads_back_from_json() {
        let text = LongText::parse("regel één\nregel twee").unwrap();
        let json = serde_json::to_string(&text).unwrap();
        assert!(serde_json::from_str::<LongText>(&json).unwrap() == text);
        assert!(serde_json::from_str::<LongText>("\" \"").is_err());
    }
}
