//! `/signalen/{id}/doorgeefblad`: facts for somebody else, chosen one by one; `/signalen/{id}/doorgeefblad/{blad}`: the
//! sheet on paper. From an intake it goes to somebody
//! who takes referrals, and the signal ends.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::beside::{not_here, saved};
use super::facts;
use super::follow_up::place as follow_up_place;
use super::signal::refused;
use super::signals::{address, thousands};
use super::{around, frame, html};
use crate::app::sharing_out::{OpenedSheet, RepeatedWords, SEEN_WORDS};
use crate::domain::calendar;
use crate::domain::handoff::HandoffDraft;
use crate::domain::ids::{HandoffId, PrivacyCheckId, SignalId};
use crate::domain::purpose::Purpose;
use crate::domain::stage::Stage;
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::domain::workflow::StepEvent;
use crate::store::checks::{self, PrivacyCheckRow};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::follow_up::{PaperFact, PaperView};
use crate::web::views::signal::{ReadingLine, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpRequest, HttpResponse, web};

const PURPOSE: Purpose = Purpose::Measure;

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/doorgeefblad", web::get().to(show))
        .route("/signalen/{id}/doorgeefblad", web::post().to(act))
        .route("/signalen/{id}/doorgeefblad/{sheet}", web::get().to(sheet));
}

/// Whether the sheet ends the intake, or goes out along the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    Refers,
    HandsOver,
}

impl Road {
    fn at(stage: Stage) -> Self {
        if stage == Stage::Received { Self::Refers } else { Self::HandsOver }
    }

    fn event(self) -> StepEvent {
        match self {
            Self::Refers => StepEvent::ReferOn,
            Self::HandsOver => StepEvent::HandOver,
        }
    }
}

/// Where a sheet is.
#[must_use]
pub fn sheet_address(signal: SignalId, sheet: HandoffId) -> String {
    format!("{}/doorgeefblad/{sheet}", address(signal))
}

/// `GET /signalen/{id}/doorgeefblad`; `privacycheck` fills the form with what was cleared.
async fn show(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let signal = web.app.signal_standing(&member.op, id)?;
    let road = Road::at(signal.stage);
    if let Some(why) = not_here(&signal, road.event()) {
        return refused(&web, &member, &signal, &why);
    }
    let query = Form::parse(request.query_string().as_bytes())?;
    let form = match query.filled("privacycheck").and_then(|typed| typed.parse().ok()) {
        Some(check) => cleared(&web, &member, id, check).await?,
        None => Form::default(),
    };
    page(&web, &member, id, road, &form, Trouble::Fine).await
}

/// The form as it would be with exactly what was cleared.
async fn cleared(web: &Web, member: &Member, id: SignalId, check: PrivacyCheckId) -> Result<Form, Failed> {
    let found = web.app.open_cleared(&member.for_purpose(PURPOSE), &member.session, id, check).await?;
    let mut fields = vec![
        ("privacycheck".to_owned(), check.to_string()),
        ("ontvanger".to_owned(), found.proposal.recipient.to_string()),
        ("grondslag".to_owned(), found.proposal.basis.as_str().to_owned()),
    ];
    for (number, fact) in (1usize..).zip(facts::typed(&found.cleared())) {
        for (name, value) in [("tekst", fact.text), ("regime", fact.regime), ("herkomst", fact.origin)] {
            fields.push((format!("feiten.{number}.{name}"), value.unwrap_or_default()));
        }
    }
    Ok(Form::of(fields))
}

/// `POST /signalen/{id}/doorgeefblad`
async fn act(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let road = if form.text("weg") == "doorverwijzen" { Road::Refers } else { Road::HandsOver };
    if form.text("daad") == facts::MORE {
        return page(&web, &member, id, road, &form, Trouble::Fine).await;
    }
    let op = member.for_purpose(PURPOSE);
    let draft = HandoffDraft {
        recipient: form.filled("ontvanger"),
        attention: form.filled("terAttentieVan"),
        facts: facts::of(&form),
        basis: form.filled("grondslag"),
        request: form.filled("verzoek"),
    };
    let words = words_of(&form);
    let made = match road {
        Road::Refers => web.app.refer_with_sheet(&op, &member.session, seen, &draft, words).await,
        Road::HandsOver => {
            let check = form.filled("privacycheck").and_then(|typed| typed.parse().ok());
            web.app.hand_over(&op, &member.session, seen, &draft, check, words).await
        }
    };
    match made {
        Ok(sheet) => Ok(see_other(&sheet_address(id, sheet))),
        Err(error) => {
            let trouble = Trouble::of(error)?;
            let signal = web.app.signal_standing(&member.op, id)?;
            match not_here(&signal, road.event()) {
                Some(why) => refused(&web, &member, &signal, &why),
                None => page(&web, &member, id, road, &form, trouble).await,
            }
        }
    }
}

/// Whether somebody looked at the words that are the report's own.
#[must_use]
pub fn words_of(form: &Form) -> RepeatedWords {
    if form.text(SEEN_WORDS) == "ja" { RepeatedWords::Seen } else { RepeatedWords::Ask }
}

async fn page(
    web: &Web,
    member: &Member,
    id: SignalId,
    road: Road,
    form: &Form,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(PURPOSE);
    let opened = web.app.open_signal(&op, &member.session, id, &["report"]).await?;
    let checks = if road == Road::HandsOver { decided_checks(web, id)? } else { Vec::new() };
    let rows = facts::of(form);
    let mut groups = vec![FieldGroup {
        heading: String::new(),
        intro: String::new(),
        fields: about(web, road, &checks, form, op.today),
    }];
    groups.extend(facts::groups(&rows, facts::empty_rows(form, rows.len())));
    groups.push(FieldGroup { heading: String::new(), intro: String::new(), fields: closing_fields(form, &trouble) });
    let view = StepView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Doorgeefblad".to_owned(),
            saved: saved(&trouble),
            ..around::opened(web, member, &opened, PURPOSE)?
        },
        form: act_form(web, member, &format!("{}/doorgeefblad", address(id)), opened.signal.version, trouble.errors()),
        changed: None,
        question: "Wat geeft u door, en aan wie?".to_owned(),
        explanation: "Alleen wat u hieronder schrijft gaat mee. De tekst van het signaal en de melder blijven hier."
            .to_owned(),
        groups,
        consequence: match road {
            Road::Refers => {
                "Daarna is het signaal hier afgesloten. De melder leest “afgesloten”, niet naar wie het ging."
                    .to_owned()
            }
            Road::HandsOver => {
                "Het blad komt bij het signaal. Elke keer dat iemand het opent, ligt vast wie dat was.".to_owned()
            }
        },
        primary: match (trouble.is_closed(), road) {
            (true, _) => Act::none(),
            (false, Road::Refers) => Act::new("Verwijs door en sluit af", "doorverwijzen"),
            (false, Road::HandsOver) => Act::new("Maak het doorgeefblad", "doorgeven"),
        },
        others: vec![Act::new("Nog een gegeven", facts::MORE)],
        leave: Some(Link::new("Niet doorgeven", &address(id))),
    };
    Ok(trouble.answer(html(&view)?))
}

fn decided_checks(web: &Web, id: SignalId) -> Result<Vec<PrivacyCheckRow>, Failed> {
    let rows = web.app.store().read(|db| checks::check_list(db, id))?;
    Ok(rows.into_iter().filter(|row| row.kind == "2B" && row.state == "decided" && row.cleared > 0).collect())
}

fn about(web: &Web, road: Road, checks: &[PrivacyCheckRow], form: &Form, today: Day) -> Vec<Field> {
    let chosen = form.text("ontvanger");
    let recipients = web.app.protocol().recipients.iter();
    let recipients = recipients.filter(|recipient| road == Road::HandsOver || recipient.takes_referrals());
    let choices = recipients.map(|recipient| {
        let choice = Choice::new(recipient.code.as_str(), &recipient.label).with_note(&recipient.basis);
        if recipient.code.as_str() == chosen { choice.chosen() } else { choice }
    });
    let basis = form.filled("grondslag").or_else(|| {
        let known = web.app.protocol().recipient(chosen);
        known.map(|recipient| recipient.basis.clone())
    });
    let mut fields = vec![
        Field::new("ontvanger", "Ontvanger", Control::Radios(choices.collect())),
        Field::new("terAttentieVan", "Ter attentie van", Control::Text)
            .with_hint("Een persoon of team bij de ontvanger. Nooit de melder.")
            .with_value(form.text("terAttentieVan"))
            .optional(),
        Field::new("grondslag", "Grondslag", Control::Text)
            .with_hint("Bij elke ontvanger staat de voorgestelde grondslag. Wie deelt, kiest.")
            .with_value(&basis.unwrap_or_default()),
    ];
    if !checks.is_empty() {
        let chosen = form.text("privacycheck");
        let options = checks.iter().map(|row| {
            let day = row.decided_on.map(|day| calendar::in_words_near(day, today)).unwrap_or_default();
            let choice = Choice::new(&row.id.to_string(), &format!("van {day}, {} gegevens vrij", row.cleared));
            if row.id.to_string() == chosen { choice.chosen() } else { choice }
        });
        fields.push(
            Field::new("privacycheck", "Privacycheck 2B", Control::Select(options.collect()))
                .with_hint("Nodig voor gegevens met een label waarbij “alleen na privacycheck” staat.")
                .optional(),
        );
    }
    if road == Road::Refers {
        fields.push(
            Field::new(
                "weg",
                "Wat gebeurt er met het signaal?",
                Control::Radios(vec![
                    Choice::new("doorverwijzen", "Het gaat naar de ontvanger en is hier klaar").chosen(),
                ]),
            )
            .with_hint("Alleen als het geen taak van de gemeente is, of niet in onze gemeente speelt."),
        );
    }
    fields
}

fn closing_fields(form: &Form, trouble: &Trouble) -> Vec<Field> {
    let mut fields = vec![
        Field::new("verzoek", "Wat vraagt u de ontvanger?", Control::Area).with_value(form.text("verzoek")).optional(),
    ];
    fields.extend(seen_words(form, trouble));
    fields
}

/// The box that says somebody looked at the repeated words: only after the warning.
#[must_use]
pub fn seen_words(form: &Form, trouble: &Trouble) -> Option<Field> {
    let warned = matches!(trouble, Trouble::Invalid(errors) if errors.iter().any(|error| error.field == SEEN_WORDS));
    let ticked = words_of(form) == RepeatedWords::Seen;
    let choice = Choice::new("ja", "Ik heb deze woorden bekeken. Zij wijzen niet naar de melder en mogen blijven.");
    let choice = if ticked { choice.chosen() } else { choice };
    (warned || ticked)
        .then(|| Field::new(SEEN_WORDS, "Woorden uit het signaal", Control::Checks(vec![choice])).conditional())
}

/// `GET /signalen/{id}/doorgeefblad/{blad}`
async fn sheet(web: web::Data<Web>, member: Member, path: web::Path<(String, String)>) -> Result<HttpResponse, Failed> {
    let (signal, sheet) = path.into_inner();
    let id = signal_in(&signal)?;
    let sheet: HandoffId = sheet.parse().map_err(|_| Failed::not_found())?;
    let found = web.app.open_sheet(&member.for_purpose(PURPOSE), &member.session, id, sheet).await?;
    html(&paper(&web, &member, &found))
}

fn paper(web: &Web, member: &Member, found: &OpenedSheet) -> PaperView {
    let protocol = web.app.protocol();
    let (row, sheet) = (&found.row, &found.sheet);
    let recipient = protocol.recipient(sheet.recipient.as_str()).map_or("", |recipient| recipient.label.as_str());
    let mut head = vec![("Voor".to_owned(), recipient.to_owned())];
    head.extend(sheet.attention.as_ref().map(|who| ("Ter attentie van".to_owned(), who.as_str().to_owned())));
    head.push(("Grondslag".to_owned(), sheet.basis.as_str().to_owned()));
    head.push(("Datum".to_owned(), calendar::in_words_with_year(row.made_on)));
    head.push(("Van".to_owned(), "de coördinator van de interne meldroute".to_owned()));
    if row.check_id.is_some() {
        head.push(("Getoetst".to_owned(), "privacycheck 2B".to_owned()));
    }
    let here = found.opened.signal.stage == Stage::FollowUp;
    PaperView {
        frame: frame(web, member, "/signalen"),
        title: "Doorgeefblad".to_owned(),
        reference: found.opened.signal.reference.to_string(),
        reading: Some(ReadingLine {
            fields: "dit doorgeefblad".to_owned(),
            role: super::role_in_words(&member.session.actor),
            purpose: PURPOSE.label().to_owned(),
            at: format!("vandaag {} uur", member.op.at.time_of_day()),
            line: thousands(found.opened.disclosed.event_index),
        }),
        head,
        facts: sheet
            .facts
            .iter()
            .map(|fact| PaperFact {
                text: fact.text.as_str().to_owned(),
                label: fact.regime.label().to_owned(),
                origin: fact.origin.as_str().to_owned(),
            })
            .collect(),
        request: sheet.request.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default(),
        notes: vec![
            "Gebruik deze gegevens alleen voor het doel waarvoor u ze krijgt. Geef ze niet door zonder overleg."
                .to_owned(),
            "Wie het signaal meldde, staat hier niet en wordt niet verstrekt.".to_owned(),
        ],
        back: if here {
            Link::new("Terug naar opvolgen", &follow_up_place(row.signal_id))
        } else {
            Link::new("Terug naar het signaal", &address(row.signal_id))
        },
    }
}
