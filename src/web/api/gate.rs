//! The gate: a body passes only when it is what the published description says. The same schemas are published and
//! held here, so that the description cannot promise what the service refuses, nor the other way round.

use super::schema::Shape;
use crate::app::AppError;
use crate::web::failure::{Failed, Failure, Fault, Place};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// At most so many mistakes are told at once.
const FAULTS: usize = 50;
/// Names of unknown fields longer than this are not repeated.
const NAME_CHARS: usize = 100;

/// The schemas of all bodies, ready to be held against one.
pub(super) struct Gate {
    doors: BTreeMap<String, Door>,
}

struct Door {
    schema: Value,
    validator: Validator,
}

impl Gate {
    /// Prepares the bodies that these endpoints take.
    ///
    /// # Errors
    /// When a schema is not one; a test makes every one of them.
    pub(super) fn new<'a>(
        bodies: impl IntoIterator<Item = &'a str>,
        shapes: &BTreeMap<String, Shape>,
    ) -> Result<Self, AppError> {
        let wrong = |name: &str, why: String| AppError::Internal(format!("schema {name}: {why}"));
        let mut written = BTreeMap::new();
        for (name, shape) in shapes {
            written.insert(name.as_str(), serde_json::to_value(shape).map_err(|e| wrong(name, e.to_string()))?);
        }
        let mut doors = BTreeMap::new();
        for name in bodies {
            let mut schema = written.get(name).cloned().ok_or_else(|| wrong(name, "there is none".to_owned()))?;
            let components = json!({ "schemas": needed(&schema, &written) });
            if let Some(fields) = schema.as_object_mut() {
                fields.insert("components".to_owned(), components);
            }
            let options = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                // An engine whose time grows with the text alone, whatever is sent.
                .with_pattern_options(PatternOptions::regex());
            let validator = options.build(&schema).map_err(|e| wrong(name, e.to_string()))?;
            doors.insert(name.to_owned(), Door { schema, validator });
        }
        Ok(Self { doors })
    }

    /// Lets a body through, or says everything that is wrong with it.
    ///
    /// # Errors
    /// [`Failure::Faulty`] with every mistake.
    pub(super) fn pass(&self, name: &str, body: &Value) -> Result<(), Failed> {
        let door = self.doors.get(name).ok_or_else(|| AppError::Internal(format!("no schema {name}")))?;
        let faults: Vec<Fault> =
            door.validator.iter_errors(body).take(FAULTS).flat_map(|error| door.faults_of(&error)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Failed(Failure::Faulty(faults))) }
    }
}

/// The schemas that one names, and those that they name in turn. A door with all of them would keep each some dozens of
/// times.
fn needed<'a>(schema: &'a Value, all: &'a BTreeMap<&str, Value>) -> BTreeMap<&'a str, &'a Value> {
    let mut found = BTreeMap::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                let named = fields.get("$ref").and_then(Value::as_str);
                let name = named.and_then(|place| place.strip_prefix("#/components/schemas/"));
                if let Some((name, shape)) = name.and_then(|name| all.get_key_value(name))
                    && found.insert(*name, shape).is_none()
                {
                    open.push(shape);
                }
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    found
}

impl Door {
    fn faults_of(&self, error: &ValidationError<'_>) -> Vec<Fault> {
        let at = error.instance_path().to_string();
        let fault = |pointer: String, detail: String| Fault { place: Place::Body(pointer), detail };
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
                .iter()
                .take(FAULTS)
                .map(|name| {
                    let known = name.chars().count() <= NAME_CHARS;
                    let pointer = if known { format!("{at}/{}", escaped(name)) } else { at.clone() };
                    fault(pointer, "Dit veld kennen wij hier niet. Laat het weg.".to_owned())
                })
                .collect(),
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                vec![fault(format!("{at}/{}", escaped(name)), "Dit veld is nodig.".to_owned())]
            }
            kind => vec![fault(at, self.sentence(error, kind))],
        }
    }

    fn sentence(&self, error: &ValidationError<'_>, kind: &ValidationErrorKind) -> String {
        match kind {
            ValidationErrorKind::MaxLength { limit } => {
                format!("Maak de tekst korter: hier passen {limit} tekens.")
            }
            ValidationErrorKind::MinLength { .. } => "Vul hier iets in.".to_owned(),
            ValidationErrorKind::Pattern { pattern } if pattern == crate::domain::text::TEXT_PATTERN => {
                "Vul hier een leesbare tekst in, zonder onzichtbare stuurtekens.".to_owned()
            }
            ValidationErrorKind::Pattern { .. } => "Dit heeft niet de vorm die hier hoort.".to_owned(),
            ValidationErrorKind::Enum { options } => {
                let codes: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                format!("Deze keuze kennen wij niet. Kies uit: {}.", codes.join(", "))
            }
            ValidationErrorKind::Format { format } if format == "date" => {
                "Dit is geen datum. Schrijf jaar-maand-dag, zoals 2026-11-24.".to_owned()
            }
            ValidationErrorKind::Format { .. } => "Dit is geen geldig nummer (UUID).".to_owned(),
            ValidationErrorKind::MaxItems { limit } => format!("Hier passen er {limit}."),
            ValidationErrorKind::MinItems { limit } => format!("Hier is er minstens {limit} nodig."),
            ValidationErrorKind::UniqueItems => "Noem elk maar één keer.".to_owned(),
            ValidationErrorKind::Minimum { limit } => format!("Kies een getal van {limit} of meer."),
            ValidationErrorKind::Maximum { limit } => format!("Kies een getal van {limit} of minder."),
            ValidationErrorKind::Type { kind } => format!("Hier hoort {}.", type_in_words(kind)),
            // The rule between fields carries its own sentence.
            _ => self.described(error).unwrap_or("Dit past niet bij de beschrijving.").to_owned(),
        }
    }

    /// The description beside the rule that was broken.
    fn described(&self, error: &ValidationError<'_>) -> Option<&str> {
        let rule = error.schema_path().to_string();
        let (around, _) = rule.rsplit_once('/')?;
        self.schema.pointer(around)?.get("description")?.as_str()
    }
}

fn type_in_words(kind: &TypeKind) -> &'static str {
    let TypeKind::Single(kind) = kind else { return "iets anders" };
    match kind.to_string().as_str() {
        "string" => "tekst tussen aanhalingstekens",
        "integer" | "number" => "een getal",
        "boolean" => "true of false",
        "array" => "een lijst tussen vierkante haken",
        "object" => "een object tussen accolades",
        _ => "niets (null)",
    }
}

/// A name as one step of a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
