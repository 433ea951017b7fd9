//! Two people at one form (2b): what differs, point by point, and the form as it stands after the choices.
//!
//! Three versions meet: what the form was made from, what this member typed, and what the other saved since. A point that
//! only one of the two changed merges silently; a point that both changed differently is chosen.

use crate::app::changes::Change;
use crate::web::form::Form;
use crate::web::views::steps::{Changed, ChangedPoint};

/// One point of a form: the fields that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Under which name its choice is sent, after `keuze-`.
    pub code: String,
    /// What people call it: `5. Ernst`.
    pub label: String,
    /// The fields.
    pub fields: Vec<String>,
}

/// Three versions of a form.
#[derive(Clone, Copy)]
pub struct Versions<'a> {
    /// What the page was made from.
    pub base: &'a Form,
    /// What this member typed.
    pub mine: &'a Form,
    /// What stands now.
    pub theirs: &'a Form,
}

/// What came of it.
pub struct Merged {
    /// The form to go on with: what was typed, with the other's words where those were chosen or alone.
    pub form: Form,
    /// The points that differ.
    pub points: Vec<ChangedPoint>,
    /// How many are the same in both.
    pub same: usize,
    /// How many only one of the two changed, so that they merge without a word.
    pub silent: usize,
}

impl Merged {
    /// Whether something is still to be chosen.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.points.iter().any(|point| !point.field.is_empty())
    }
}

fn values(form: &Form, point: &Point) -> Vec<Vec<String>> {
    let sorted = |field: &String| {
        let mut values: Vec<String> = form.all(field).iter().map(|value| value.trim().replace("\r\n", "\n")).collect();
        values.retain(|value| !value.is_empty());
        values.sort();
        values
    };
    point.fields.iter().map(sorted).collect()
}

/// Puts the three versions together; `words` says a point of a form as people read it.
pub fn merge(points: &[Point], versions: Versions<'_>, words: impl Fn(&Point, &Form) -> String) -> Merged {
    let mut taken: Vec<&Point> = Vec::new();
    let mut shown = Vec::new();
    let (mut same, mut silent) = (0, 0);
    for point in points {
        let [base, mine, theirs] = [versions.base, versions.mine, versions.theirs].map(|form| values(form, point));
        let field = format!("keuze-{}", point.code);
        let chosen = versions.mine.text(&field);
        let (theirs_words, choice) = if mine == theirs {
            same += 1;
            continue;
        } else if mine == base || chosen == "hun" {
            taken.push(point);
            silent += 1;
            continue;
        } else if theirs == base && theirs.iter().all(Vec::is_empty) {
            // Nobody else has filled this in: there is nothing to compare it with.
            silent += 1;
            continue;
        } else if theirs == base {
            ("niet gewijzigd".to_owned(), String::new())
        } else if chosen == "mijn" {
            (words(point, versions.theirs), String::new())
        } else {
            (words(point, versions.theirs), field)
        };
        shown.push(ChangedPoint {
            label: point.label.clone(),
            field: choice,
            theirs: theirs_words,
            mine: words(point, versions.mine),
        });
    }
    let replaced = |name: &str| taken.iter().any(|point| point.fields.iter().any(|field| field == name));
    let own = versions.mine.pairs().iter().filter(|(name, _)| !replaced(name) && !name.starts_with("keuze-"));
    let others = versions.theirs.pairs().iter().filter(|(name, _)| replaced(name));
    Merged { form: Form::of(own.chain(others).cloned().collect()), points: shown, same, silent }
}

/// What the page says of it. `what` has its article: `deze weging`.
#[must_use]
pub fn changed(change: Option<&Change>, what: &str, merged: &Merged) -> Changed {
    let who = change.and_then(|change| change.who.clone()).unwrap_or_else(|| "Iemand anders".to_owned());
    let at = change.and_then(|change| change.at).map(|at| format!("{} uur", at.time_of_day()));
    Changed {
        first_name: who.split_whitespace().next().unwrap_or_default().to_owned(),
        who,
        what: what.to_owned(),
        at: at.unwrap_or_default(),
        points: merged.points.clone(),
        rest: rest(merged),
    }
}

/// "De andere acht punten zijn gelijk."
fn rest(merged: &Merged) -> String {
    const WORDS: [&str; 13] =
        ["", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"];
    let number = merged.same + merged.silent;
    let words = WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned());
    match (merged.points.is_empty(), number, merged.silent) {
        (true, _, _) | (_, 0, _) => String::new(),
        (_, 1, 0) => "Het andere punt is gelijk.".to_owned(),
        (_, 1, _) => "Het andere punt botst niet.".to_owned(),
        (_, _, 0) => format!("De andere {words} punten zijn gelijk."),
        (_, _, _) => format!("De andere {words} punten botsen niet."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn point(code: &str) -> Point {
        Point {
            code: code.to_owned(),
            label: code.to_owned(),
            fields: vec![format!("{code}.keuze"), format!("{code}.waarom")],
        }
    }

    fn merged(base: &[(&str, &str)], mine: &[(&str, &str)], theirs: &[(&str, &str)]) -> Merged {
        let (base, mine, theirs) = (form(base), form(mine), form(theirs));
        merge(
            &[point("ernst"), point("bron")],
            Versions { base: &base, mine: &mine, theirs: &theirs },
            |point, form| form.text(point.fields[0].as_str()).to_owned(),
        )
    }

    #[test]
    fn a_point_that_both_changed_is_chosen_and_nothing_typed_is_lost() {
        let found = merged(&[], &[("ernst.keuze", "merkbaar"), ("ernst.waarom", "x")], &[("ernst.keuze", "ernstig")]);
        assert!(found.is_open());
        assert_eq!(found.points[0].field, "keuze-ernst");
        assert_eq!((found.points[0].theirs.as_str(), found.points[0].mine.as_str()), ("ernstig", "merkbaar"));
        assert_eq!((found.form.text("ernst.waarom"), found.same), ("x", 1));
    }

    #[test]
    fn a_point_that_one_of_the_two_changed_merges_silently() {
        let theirs = merged(&[("ernst.keuze", "a")], &[("ernst.keuze", "a")], &[("ernst.keuze", "b")]);
        assert!(theirs.points.is_empty() && theirs.form.text("ernst.keuze") == "b");
        let mine = merged(&[("ernst.keuze", "a")], &[("ernst.keuze", "b")], &[("ernst.keuze", "a")]);
        assert!(!mine.is_open() && mine.form.text("ernst.keuze") == "b");
        assert_eq!(mine.points[0].theirs, "niet gewijzigd");
    }

    #[test]
    fn what_nobody_else_filled_in_is_not_set_beside_anything() {
        let found = merged(&[], &[("ernst.keuze", "a"), ("bron.keuze", "X")], &[("ernst.keuze", "b")]);
        assert_eq!(found.points.len(), 1);
        assert_eq!((found.form.text("bron.keuze"), found.same, found.silent), ("X", 0, 1));
        assert_eq!(rest(&found), "Het andere punt botst niet.");
        let alike = merged(&[], &[("ernst.keuze", "a")], &[("ernst.keuze", "b")]);
        assert_eq!(rest(&alike), "Het andere punt is gelijk.");
    }

    #[test]
    fn a_choice_decides_its_point_and_leaves_the_rest() {
        let mine = |choice| {
            merged(
                &[],
                &[("ernst.keuze", "a"), ("ernst.waarom", "mijn zin"), ("bron.keuze", "X"), ("keuze-ernst", choice)],
                &[("ernst.keuze", "b")],
            )
        };
        let hun = mine("hun");
        assert_eq!((hun.form.text("ernst.keuze"), hun.form.text("ernst.waarom")), ("b", ""));
        assert!(!hun.is_open() && hun.form.text("bron.keuze") == "X");
        let mijn = mine("mijn");
        assert_eq!((mijn.form.text("ernst.keuze"), mijn.form.text("ernst.waarom")), ("a", "mijn zin"));
        assert!(!mijn.is_open());
    }

    #[test]
    fn blanks_and_line_ends_are_no_difference() {
        let found = merged(&[], &[("ernst.waarom", " a\r\nb ")], &[("ernst.waarom", "a\nb")]);
        assert!(found.points.is_empty());
    }
}
