//! The table as a page of `docs/`.

use std::fmt::Write as _;

use super::{
    DecisionCode, Stage, TRANSITIONS, Target, Weighing3Outcome, Weighing4Outcome, after_decision, after_weighing3,
    after_weighing4,
};
use crate::domain::words::Dutch;

/// The whole table as Markdown; `docs/workflow.md` is this text.
pub fn print() -> String {
    let mut page = String::from(
        "# De stappen van het protocol\n\n\
         Gemaakt uit `src/domain/workflow.rs`; verander dat, niet deze bladzijde (`UPDATE_DOCS=1 cargo test`).\n\n\
         | Stap | Code | Van | Naar | Wie | Vastgelegd | Mensen |\n|---|---|---|---|---|---|---|\n",
    );
    for row in TRANSITIONS {
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "| {} | `{}` | {} | {} | {} | {} | {} |",
            row.event.label(),
            row.event.code(),
            list(row.from),
            target(row.to),
            list(row.who),
            list(row.evidence),
            row.two_people.label()
        );
    }
    page.push_str("\n## Naar, na weging 3\n\n| Voorstel | Fase |\n|---|---|\n");
    for proposal in Weighing3Outcome::ALL {
        let _ = writeln!(page, "| {} | {} |", proposal.label(), after_weighing3(*proposal).label());
    }
    page.push_str("\n## Naar, na weging 4\n\n| Voorstel | Fase |\n|---|---|\n");
    for proposal in Weighing4Outcome::ALL {
        let _ = writeln!(page, "| {} | {} |", proposal.label(), after_weighing4(*proposal).label());
    }
    page.push_str("\n## Naar, na een besluit\n\n| Code | Besluit | Fase | Eindigt het signaal |\n|---|---|---|---|\n");
    for code in DecisionCode::ALL {
        let (stage, ending) = (after_decision(*code), code.ending());
        let _ = writeln!(page, "| {} | {} | {} | {} |", code.code(), code.label(), stage.label(), ending.label());
    }
    page
}

fn list<T: Dutch>(values: &[T]) -> String {
    values.iter().map(|value| value.label()).collect::<Vec<_>>().join(", ")
}

fn target(target: Target) -> String {
    match target {
        Target::Stays => "blijft".to_owned(),
        Target::To(stage) => Stage::label(stage).to_owned(),
        Target::ByWeighing3 => "zie weging 3".to_owned(),
        Target::ByWeighing4 => "zie weging 4".to_owned(),
        Target::ByDecision => "zie besluit".to_owned(),
        Target::ByDecisionOnceSigned => "zie besluit, na drie handtekeningen".to_owned(),
    }
}
