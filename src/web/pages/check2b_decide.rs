//! `/privacychecks/{id}` of kind 2B: the privacy officer reads which facts would go to whom and why, and nothing else of
//! the signal; one signed act.

use super::acting::{Trouble, act_form, see_other};
use super::around;
use super::signals::thousands;
use super::{frame, html, privacy_check, role_in_words};
use crate::app::sharing_check::OpenedCheck;
use crate::domain::calendar;
use crate::domain::ids::PrivacyCheckId;
use crate::domain::privacy_check::{FactsVerdict, FactsVerdictDraft, Verdict};
use crate::domain::purpose::Purpose;
use crate::domain::stage::Stage;
use crate::domain::term::ClockCode;
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Judged, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::HttpResponse;

const PURPOSE: Purpose = Purpose::PrivacyCheck;

/// The page as it is opened.
pub(super) async fn show(web: &Web, member: &Member, id: PrivacyCheckId) -> Result<HttpResponse, Failed> {
    page(web, member, id, &Form::default(), Trouble::Fine).await
}

/// Signs.
pub(super) async fn judge(web: &Web, member: &Member, id: PrivacyCheckId, form: &Form) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(PURPOSE);
    let draft = FactsVerdictDraft {
        verdict: form.filled("oordeel"),
        facts: form.all("feiten").iter().filter_map(|number| number.parse().ok()).collect(),
        reason: form.filled("waarom"),
    };
    match web.app.decide_check2b(&op, &member.session, id, &draft).await {
        Ok(_) => Ok(see_other("/privacychecks?klaar=getekend")),
        Err(error) => page(web, member, id, form, Trouble::of(error)?).await,
    }
}

async fn page(
    web: &Web,
    member: &Member,
    id: PrivacyCheckId,
    form: &Form,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(PURPOSE);
    let found = web.app.open_check2b(&op, &member.session, id).await?;
    let open = found.row.state == "proposed" && found.signal.stage == Stage::FollowUp;
    let due = web.app.protocol().due_on(ClockCode::Check1, found.row.proposed_on);
    let recipient = web.app.protocol().recipient(found.proposal.recipient.as_str());
    let recipient = recipient.map_or(found.proposal.recipient.to_string(), |one| one.label.clone());
    let was_faster =
        "Iemand anders was u voor. Hieronder leest u het oordeel dat nu geldt. Wat u invulde, is niet ondertekend.";
    let mut points = vec![
        Judged::new("Naar", &recipient, ""),
        Judged::new("Grondslag", "", found.proposal.basis.as_str()),
        Judged::new("Waarom", "", found.proposal.reason.as_str()),
    ];
    for (number, fact) in (1usize..).zip(&found.proposal.facts) {
        let label = format!("{}; {}", fact.regime.label(), fact.regime.sharing().label());
        let text = format!("{} (herkomst: {})", fact.text.as_str(), fact.origin.as_str());
        points.push(Judged::new(&format!("Gegeven {number}"), &label, &text));
    }
    let mut records = vec![Record {
        title: "Voorstel van de coördinator".to_owned(),
        signed: format!(
            "U ziet het voorstel als {}, doel {}. Dit staat in het logboek, vandaag {} uur, regel {}.",
            role_in_words(&member.session.actor),
            PURPOSE.label(),
            op.at.time_of_day(),
            thousands(found.event_index)
        ),
        points,
    }];
    records.extend(settled(&found, op.today));
    let view = StepView {
        frame: frame(web, member, "/privacychecks"),
        step: StepContext {
            title: "Privacycheck 2B".to_owned(),
            reference: found.signal.reference.to_string(),
            saved: if trouble == Trouble::Changed { was_faster.to_owned() } else { trouble.sentence() },
            deadline: open.then(|| around::step_deadline(web, due, op.today)),
            records,
            ..StepContext::default()
        },
        form: act_form(web, member, &privacy_check::address(id), found.row.version, trouble.errors()),
        changed: None,
        question: if open { "Mag dit gedeeld worden?".to_owned() } else { String::new() },
        explanation: String::new(),
        groups: if open { vec![fields(&found, form)] } else { Vec::new() },
        consequence: if open {
            "De coördinator leest uw oordeel en uw reden. Alleen wat u vrijgeeft, kan op een doorgeefblad.".to_owned()
        } else {
            String::new()
        },
        primary: if open && !trouble.is_closed() {
            Act::new("Onderteken uw oordeel", "onderteken")
        } else {
            Act::none()
        },
        others: Vec::new(),
        leave: Some(Link::new("Terug naar de privacychecks", "/privacychecks")),
    };
    Ok(trouble.answer(html(&view)?))
}

fn fields(found: &OpenedCheck, form: &Form) -> FieldGroup {
    let chosen = form.text("oordeel");
    let verdicts = Verdict::ALL.iter().map(|verdict| {
        let choice = Choice::new(verdict.code(), verdict.label());
        if verdict.code() == chosen { choice.chosen() } else { choice }
    });
    let ticked = form.all("feiten");
    let facts = (1usize..).zip(&found.proposal.facts).map(|(number, fact)| {
        let choice = Choice::new(&number.to_string(), &format!("{number}. {}", fact.text.as_str()));
        if ticked.contains(&number.to_string()) { choice.chosen() } else { choice }
    });
    FieldGroup {
        heading: String::new(),
        intro: String::new(),
        fields: vec![
            Field::new("oordeel", "Uw oordeel", Control::Radios(verdicts.collect())),
            Field::new("feiten", "Welke gegevens blijven over?", Control::Checks(facts.collect()))
                .with_hint("Alleen bij versmallen.")
                .conditional(),
            Field::new("waarom", "Waarom smaller, of waarom niet?", Control::Area)
                .with_hint("Alleen bij versmallen en weigeren.")
                .with_value(form.text("waarom"))
                .conditional(),
        ],
    }
}

fn settled(found: &OpenedCheck, today: Day) -> Option<Record> {
    let verdict = found.verdict.as_ref()?;
    let why = match verdict {
        FactsVerdict::Clear => "",
        FactsVerdict::Narrow { reason, .. } | FactsVerdict::Refuse { reason } => reason.as_str(),
    };
    let cleared: Vec<String> = found.cleared().iter().map(|fact| fact.text.as_str().to_owned()).collect();
    Some(Record {
        title: "Oordeel".to_owned(),
        signed: found.row.decided_on.map(|day| calendar::in_words_near(day, today)).unwrap_or_default(),
        points: vec![
            Judged::new("Oordeel", verdict.kind().label(), why),
            Judged::new("Vrij", &cleared.len().to_string(), &cleared.join("; ")),
        ],
    })
}
