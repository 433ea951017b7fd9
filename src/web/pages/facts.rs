//! Rows of facts in a form without script: each fact is a text, its regime and where it came from. Rows left empty do
//! not count; a button asks for more.

use crate::domain::fact::{Fact, Regime, Sharing};
use crate::domain::privacy_check::FactDraft;
use crate::domain::text::BoundedText;
use crate::web::form::Form;
use crate::web::views::fields::{Choice, Control, Field};
use crate::web::views::steps::FieldGroup;

/// The most rows of one form.
const MOST: usize = 30;
/// Empty rows on a new form.
const FIRST: usize = 2;
/// The value of the button that asks for more rows.
pub const MORE: &str = "meer";

fn at(number: usize, field: &str) -> String {
    format!("feiten.{number}.{field}")
}

/// The facts of a form, rows left empty taken out.
#[must_use]
pub fn of(form: &Form) -> Vec<FactDraft> {
    (1..=MOST)
        .map(|number| FactDraft {
            text: form.filled(&at(number, "tekst")),
            regime: form.filled(&at(number, "regime")),
            origin: form.filled(&at(number, "herkomst")),
        })
        .filter(|row| row.text.is_some() || row.origin.is_some())
        .collect()
}

/// Facts as a form would have sent them.
#[must_use]
pub fn typed(facts: &[&Fact]) -> Vec<FactDraft> {
    facts
        .iter()
        .map(|fact| FactDraft {
            text: Some(fact.text.as_str().to_owned()),
            regime: Some(fact.regime.code().to_owned()),
            origin: Some(fact.origin.as_str().to_owned()),
        })
        .collect()
}

/// How many empty rows follow what was typed.
#[must_use]
pub fn empty_rows(form: &Form, rows: usize) -> usize {
    match (rows, form.text("daad") == MORE) {
        (0, _) => FIRST,
        (_, true) => FIRST,
        (_, false) => 0,
    }
}

/// The rows as fields, with `empty` more.
#[must_use]
pub fn groups(facts: &[FactDraft], empty: usize) -> Vec<FieldGroup> {
    let blank = FactDraft::default();
    let rows = facts.iter().chain(std::iter::repeat_n(&blank, empty)).take(MOST).enumerate();
    rows.map(|(place, fact)| {
        let number = place + 1;
        let need = |field: Field| if place == 0 || place < facts.len() { field } else { field.optional() };
        FieldGroup {
            heading: format!("Gegeven {number}"),
            intro: String::new(),
            fields: vec![
                need(
                    Field::new(&at(number, "tekst"), "Wat geeft u door?", Control::Area)
                        .with_hint("In eigen woorden, zonder wat naar de melder wijst.")
                        .with_value(fact.text.as_deref().unwrap_or_default()),
                ),
                need(Field::new(&at(number, "regime"), "Label", Control::Select(regimes(fact.regime.as_deref())))),
                need(
                    Field::new(&at(number, "herkomst"), "Waar komt het vandaan?", Control::Text)
                        .with_hint("Bijvoorbeeld: eigen waarneming toezicht, 18 november.")
                        .with_value(fact.origin.as_deref().unwrap_or_default()),
                ),
            ],
        }
    })
    .collect()
}

fn regimes(chosen: Option<&str>) -> Vec<Choice> {
    Regime::ALL
        .iter()
        .map(|regime| {
            let label = match regime.sharing() {
                Sharing::WithBasis => regime.label().to_owned(),
                sharing => format!("{} ({})", regime.label(), sharing.label()),
            };
            let choice = Choice::new(regime.code(), &label);
            if Some(regime.code()) == chosen { choice.chosen() } else { choice }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_left_empty_do_not_count_and_the_rest_is_numbered_anew() {
        let form = Form::of(
            [
                ("feiten.1.regime", "open"),
                ("feiten.2.tekst", "a"),
                ("feiten.2.regime", "open"),
                ("feiten.4.herkomst", "b"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        );
        let found = of(&form);
        assert_eq!(found.len(), 2);
        assert_eq!(found.first().unwrap().text.as_deref(), Some("a"));
        let shown = groups(&found, 1);
        let names: Vec<_> = shown.iter().map(|group| group.fields.first().unwrap().name.as_str()).collect();
        assert_eq!(names, ["feiten.1.tekst", "feiten.2.tekst", "feiten.3.tekst"]);
    }
}
