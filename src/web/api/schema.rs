//! Building blocks of the API's description. What a block refuses, the domain refuses too, so each is made from the
//! domain's own lists and limits.

use crate::domain::protocol::Code;
use crate::domain::text::{BoundedText, TEXT_PATTERN};
use crate::domain::words::{Dutch, YesNo};
use utoipa::openapi::schema::{
    AdditionalProperties, AllOfBuilder, AnyOfBuilder, ArrayBuilder, ObjectBuilder, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{KnownFormat, Ref, RefOr, Schema};

/// A schema, or the name of one.
pub(super) type Shape = RefOr<Schema>;

/// A named object: which fields, and that there are no others.
pub(super) struct Fields(ObjectBuilder);

impl Fields {
    /// An object without fields yet.
    pub(super) fn of(about: &str) -> Self {
        let closed = AdditionalProperties::FreeForm(false);
        Self(
            ObjectBuilder::new().schema_type(Type::Object).description(Some(about)).additional_properties(Some(closed)),
        )
    }

    /// A field that must be there.
    pub(super) fn needs(self, name: &str, shape: impl Into<Shape>) -> Self {
        Self(self.0.property(name, shape).required(name))
    }

    /// A field that may be left out.
    pub(super) fn may(self, name: &str, shape: impl Into<Shape>) -> Self {
        Self(self.0.property(name, shape))
    }

    /// A field that was described already must be there.
    pub(super) fn requires(self, name: &str) -> Self {
        Self(self.0.required(name))
    }

    /// Done.
    pub(super) fn done(self) -> Shape {
        self.0.into()
    }

    /// Done, with rules between the fields.
    pub(super) fn with(self, rules: impl IntoIterator<Item = Shape>) -> Shape {
        rules.into_iter().fold(AllOfBuilder::new().item(self.0), AllOfBuilder::item).into()
    }
}

/// One of these must hold; the sentence tells people what to do when none does.
pub(super) fn any_of(sentence: &str, shapes: impl IntoIterator<Item = Shape>) -> Shape {
    shapes.into_iter().fold(AnyOfBuilder::new().description(Some(sentence)), AnyOfBuilder::item).into()
}

/// The field is not there, or has one of these values.
pub(super) fn absent_or(name: &str, values: &[&str]) -> Shape {
    let values = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.iter().copied()));
    ObjectBuilder::new().schema_type(Type::Object).property(name, values).into()
}

/// These fields are there.
pub(super) fn present(names: &[&str]) -> Shape {
    names.iter().fold(ObjectBuilder::new().schema_type(Type::Object), |object, name| object.required(*name)).into()
}

/// The field is there and has one of these values.
pub(super) fn is(name: &str, values: &[&str]) -> Shape {
    let values = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.iter().copied()));
    ObjectBuilder::new().schema_type(Type::Object).property(name, values).required(name).into()
}

/// A text that people write.
pub(super) fn text<T: BoundedText>(about: &str) -> ObjectBuilder {
    string(about).min_length(Some(1)).max_length(Some(T::MAX_CHARS)).pattern(Some(TEXT_PATTERN))
}

/// A string of a form of its own.
pub(super) fn patterned(about: &str, pattern: &str, longest: usize) -> ObjectBuilder {
    string(about).min_length(Some(1)).max_length(Some(longest)).pattern(Some(pattern))
}

/// A choice from a closed list of the domain.
pub(super) fn choice<T: Dutch>(about: &str) -> ObjectBuilder {
    choice_besides::<T>(about, &[])
}

/// The same without these.
pub(super) fn choice_besides<T: Dutch>(about: &str, besides: &[&str]) -> ObjectBuilder {
    let left = || T::ALL.iter().filter(|value| !besides.contains(&value.code()));
    of_codes(about, left().map(|value| (value.code().to_owned(), value.label().to_owned())))
}

/// A choice from these values of a closed list.
pub(super) fn choice_of<T: Dutch>(about: &str, values: &[T]) -> ObjectBuilder {
    of_codes(about, values.iter().map(|value| (value.code().to_owned(), value.label().to_owned())))
}

/// A choice from a list in the municipality's own configuration.
pub(super) fn configured<'a>(about: &str, list: impl IntoIterator<Item = (&'a Code, &'a str)>) -> ObjectBuilder {
    of_codes(about, list.into_iter().map(|(code, label)| (code.to_string(), label.to_owned())))
}

fn of_codes(about: &str, list: impl IntoIterator<Item = (String, String)>) -> ObjectBuilder {
    let list: Vec<(String, String)> = list.into_iter().collect();
    let words: Vec<String> = list.iter().map(|(code, label)| format!("`{code}`: {label}")).collect();
    string(&format!("{about} {}.", words.join("; "))).enum_values(Some(list.into_iter().map(|(code, _)| code)))
}

/// Several of something, each once.
pub(super) fn several(about: &str, least: usize, most: usize, each: impl Into<Shape>) -> ArrayBuilder {
    let array =
        ArrayBuilder::new().description(Some(about)).items(each.into()).unique_items(true).max_items(Some(most));
    if least > 0 { array.min_items(Some(least)) } else { array }
}

/// Several choices from a closed list of the domain.
pub(super) fn choices<T: Dutch>(about: &str) -> ArrayBuilder {
    several(about, 0, T::ALL.len(), choice::<T>("Een van:"))
}

/// A day.
pub(super) fn day(about: &str) -> ObjectBuilder {
    string(about).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
}

/// A moment in UTC.
pub(super) fn moment(about: &str) -> ObjectBuilder {
    string(about).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

/// An id.
pub(super) fn id(about: &str) -> ObjectBuilder {
    string(about).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// A whole number.
pub(super) fn number(about: &str, least: i32, most: i32) -> ObjectBuilder {
    let object = ObjectBuilder::new().schema_type(Type::Integer).description(Some(about));
    object.minimum(Some(least)).maximum(Some(most))
}

/// A string that is not bound further; only in answers.
pub(super) fn string(about: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).description(Some(about))
}

/// The schema with this name.
pub(super) fn named(name: &str) -> Shape {
    Ref::from_schema_name(name).into()
}

/// `ja` or `nee`.
pub(super) fn yes_no(about: &str) -> ObjectBuilder {
    choice::<YesNo>(about)
}

/// A body of a step, with the version that was seen.
pub(super) fn step(about: &str) -> Fields {
    Fields::of(about).needs("versie", number("De versie van het signaal die u zag.", 1, i32::MAX))
}

/// With one of these values at `name`, these fields are needed; `all` are the values there are.
pub(super) fn needed_with(sentence: &str, name: &str, all: &[&str], values: &[&str], needed: &[&str]) -> Shape {
    let others: Vec<&str> = all.iter().copied().filter(|value| !values.contains(value)).collect();
    any_of(sentence, [absent_or(name, &others), present(needed)])
}

/// The codes of a closed list.
pub(super) fn codes<T: Dutch>() -> Vec<&'static str> {
    T::ALL.iter().map(|value| value.code()).collect()
}

/// How people name a signal, exactly.
pub(super) fn reference(about: &str) -> ObjectBuilder {
    patterned(about, "^S-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$", 9)
}
