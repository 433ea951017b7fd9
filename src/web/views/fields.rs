//! Fields, choices and their errors, for public and staff forms alike.

/// Whether a box is ticked, a road is open, a row is late: two words instead of true and false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tick {
    /// It is so.
    On,
    /// It is not so.
    #[default]
    Off,
}

impl Tick {
    /// Whether it is so; for templates.
    #[must_use]
    pub fn is_on(&self) -> bool {
        *self == Self::On
    }
}

impl From<bool> for Tick {
    fn from(value: bool) -> Self {
        if value { Self::On } else { Self::Off }
    }
}

/// One thing to repair before the form can go on.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// The id of the control, which is the field's name (the first control of a group carries the bare name).
    pub field: String,
    /// What to do, as the summary says it and the field repeats it, without a full stop.
    pub message: String,
    /// One more sentence at the field only, with its full stop.
    pub advice: String,
}

impl FieldError {
    /// An error with the sentence that both places show; its full stop is the page's.
    #[must_use]
    pub fn new(field: &str, message: &str) -> Self {
        let message = message.strip_suffix('.').unwrap_or(message).to_owned();
        Self { field: field.to_owned(), message, advice: String::new() }
    }

    /// The same error with one more sentence at the field.
    #[must_use]
    pub fn with_advice(mut self, advice: &str) -> Self {
        advice.clone_into(&mut self.advice);
        self
    }
}

/// All errors of one form, in the order of the page.
#[derive(Clone, Debug, Default)]
pub struct Errors(pub Vec<FieldError>);

impl Errors {
    /// The error of one field, if it has one.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|error| error.field == field)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether there are any.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

impl From<Vec<FieldError>> for Errors {
    fn from(errors: Vec<FieldError>) -> Self {
        Self(errors)
    }
}

/// One option of a choice.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// A second line in small type; empty for none.
    pub note: String,
    /// Whether it is chosen.
    pub chosen: Tick,
    /// Whether it is shown but cannot be chosen; the note then says why.
    pub closed: Tick,
}

impl Choice {
    /// An option that is not chosen.
    #[must_use]
    pub fn new(value: &str, label: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            note: String::new(),
            chosen: Tick::Off,
            closed: Tick::Off,
        }
    }

    /// The same option with a second line.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> Self {
        note.clone_into(&mut self.note);
        self
    }

    /// The same option, chosen.
    #[must_use]
    pub fn chosen(mut self) -> Self {
        self.chosen = Tick::On;
        self
    }

    /// The same option, visible but closed.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.closed = Tick::On;
        self
    }
}

/// How a field is drawn.
#[derive(Clone, Debug)]
pub enum Control {
    /// One line.
    Text,
    /// Several lines.
    Area,
    /// A day, typed as `24-11-2026`.
    Day,
    /// One of a long list.
    Select(Vec<Choice>),
    /// One of a few.
    Radios(Vec<Choice>),
    /// Any of a few.
    Checks(Vec<Choice>),
}

/// Whether a field may stay empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Must be filled in.
    Required,
    /// May stay empty, and the label says so.
    Optional,
    /// Needed only with a certain choice, which the hint names.
    Conditional,
}

/// One field of a staff form, driven by data.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name it is sent under, which is also the id of its (first) control.
    pub name: String,
    /// Its label or legend.
    pub label: String,
    /// One sentence above the control; empty for none.
    pub hint: String,
    /// Whether it may stay empty.
    pub need: Need,
    /// How it is drawn, with its options.
    pub control: Control,
    /// What was typed (text, area, day); ignored for choices.
    pub value: String,
}

impl Field {
    /// An empty required field.
    #[must_use]
    pub fn new(name: &str, label: &str, control: Control) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            need: Need::Required,
            control,
            value: String::new(),
        }
    }

    /// The same field with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// The same field with what was typed.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// The same field, allowed to stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.need = Need::Optional;
        self
    }

    /// The same field, needed only with a choice that the hint names.
    #[must_use]
    pub fn conditional(mut self) -> Self {
        self.need = Need::Conditional;
        self
    }

    /// Whether assistive technology hears that it must be filled in.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.need == Need::Required
    }

    /// Whether it has several controls under one legend.
    #[must_use]
    pub fn is_group(&self) -> bool {
        matches!(self.control, Control::Radios(_) | Control::Checks(_))
    }

    /// Whether the label says that it may stay empty.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.need == Need::Optional
    }
}

/// What a submit button says and does.
#[derive(Clone, Debug)]
pub struct Act {
    /// What happens, in words.
    pub label: String,
    /// The value sent as `daad`.
    pub value: String,
}

impl Act {
    /// An act from its words and the value sent as `daad`.
    #[must_use]
    pub fn new(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), value: value.to_owned() }
    }

    /// No act: the page shows the form without its buttons.
    #[must_use]
    pub fn none() -> Self {
        Self::new("", "")
    }

    /// Whether there is no act.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.label.is_empty()
    }
}
